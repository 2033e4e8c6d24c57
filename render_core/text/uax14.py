"""Where a line may end: the Unicode line breaking algorithm (UAX #14, revision 50, Unicode 15.0).

All rules from LB1 to LB31, with numbers kept whole as example 7 of section 8.2 has it, which is also
what the conformance file expects. Rule names stand beside the code that is the rule. A text is read
once; what a rule looks back at is kept in `_State`, of which there are few hundred, so that each
step is remembered.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from itertools import islice
from typing import Final, NamedTuple

from render_core.text.ucd.properties import properties


class _Break(IntEnum):
    FORBIDDEN = 0
    ALLOWED = 1
    MANDATORY = 2


class _State(NamedTuple):
    """What the rules need to know of the text so far.

    base: class of the last character that is neither a space nor joined to what is before it (LB9).
    spaced: spaces follow it. joiner: the text ends in ZWJ. number: "digits" inside of a number,
    "closed" after its closing bracket. hebrew: a Hebrew letter stands before the base. flag: the base
    is the first half of a flag.
    """

    base: str = ""
    spaced: bool = False
    joiner: bool = False
    number: str = ""
    hebrew: bool = False
    flag: bool = False


_HARD: Final = frozenset(["BK", "CR", "LF", "NL"])
_NOTHING_JOINS: Final = _HARD | {"", "ZW"}  # LB9 excludes spaces as well: see `_State.spaced`.
_LETTERS: Final = frozenset(["AL", "HL"])
_OPENING: Final = frozenset(["OP", "OPW"])
_CLOSING: Final = frozenset(["CL", "CP", "CPW"])
_IDEOGRAPHS: Final = frozenset(["ID", "IDX", "EB", "EM"])
_HANGUL: Final = frozenset(["JL", "JV", "JT", "H2", "H3"])
_NEVER_FIRST: Final = _CLOSING | {"EX", "IS", "SY"}  # Also not after spaces: LB13.
_NOT_FIRST_UNSPACED: Final = frozenset(["QU", "BA", "HY", "NS", "IN"])

# Pairs that stay together without a space between them: LB21b to LB30b, save numbers and flags.
_PAIRS: Final[dict[str, frozenset[str]]] = {
    "SY": frozenset(["HL"]),  # LB21b
    "AL": frozenset(["NU", "PR", "PO", "AL", "HL", "OP"]),  # LB23, LB24, LB28, LB30
    "HL": frozenset(["NU", "PR", "PO", "AL", "HL", "OP"]),
    "NU": frozenset(["AL", "HL", "OP"]),  # LB23, LB30
    "PR": _IDEOGRAPHS | _LETTERS | _HANGUL | {"NU"},  # LB23a, LB24, LB25, LB27
    "PO": _LETTERS | {"NU"},  # LB24, LB25
    "OP": frozenset(["NU"]),  # LB25
    "OPW": frozenset(["NU"]),
    "HY": frozenset(["NU"]),
    "ID": frozenset(["PO"]),  # LB23a
    "EB": frozenset(["PO", "EM"]),  # LB23a, LB30b
    "EM": frozenset(["PO"]),
    "IDX": frozenset(["PO", "EM"]),
    "JL": frozenset(["JL", "JV", "H2", "H3", "PO"]),  # LB26, LB27
    "JV": frozenset(["JV", "JT", "PO"]),
    "H2": frozenset(["JV", "JT", "PO"]),
    "JT": frozenset(["JT", "PO"]),
    "H3": frozenset(["JT", "PO"]),
    "IS": _LETTERS,  # LB29
    "CP": _LETTERS | {"NU"},  # LB30
}


def break_opportunities(text: str) -> list[tuple[int, bool]]:
    """Return (index, mandatory) of every place where a line may or must end, ascending.

    index: of the code point that would begin the next line, 1 to len(text) − 1; a line ends at the
    end of the text in any case. Spaces stand before the break: they hang at the end of their line.
    """
    classes = [properties(ord(character)).line_break for character in text]
    found: list[tuple[int, bool]] = []
    state = _State()
    for index, here in enumerate(classes):
        state, kind = _step(state, here, _digit_follows(classes, index, state, here))
        if kind and index:
            found.append((index, kind is _Break.MANDATORY))
    return found


def _digit_follows(classes: list[str], index: int, state: _State, here: str) -> bool:
    """Return whether a sign of currency is followed by a bracket or minus and then a digit (LB25)."""
    if state.base not in {"PR", "PO"} or (here not in _OPENING and here != "HY"):
        return False
    following = (kind for kind in islice(classes, index + 1, None) if kind not in {"CM", "ZWJ"})
    return next(following, "") == "NU"


@cache  # States and classes are few: see the head of the module.
def _step(before: _State, here: str, digit_follows: bool) -> tuple[_State, _Break]:
    """Return the state after a character, and whether a line may end before it."""
    if here in {"CM", "ZWJ"}:
        if before.base not in _NOTHING_JOINS and not before.spaced:
            return before._replace(joiner=here == "ZWJ"), _Break.FORBIDDEN  # LB9
        state, kind = _step(before, "AL", digit_follows)  # LB10
        return state._replace(joiner=here == "ZWJ"), kind
    kind = _before(before, here, digit_follows=digit_follows)
    if here == "SP":
        return _State(before.base, spaced=True), kind
    return _after(before, here), kind


def _after(before: _State, here: str) -> _State:
    adjacent = not before.spaced
    number = ""
    if here == "NU" or (adjacent and before.number == "digits" and here in {"SY", "IS"}):
        number = "digits"
    elif adjacent and before.number == "digits" and here in _CLOSING:
        number = "closed"
    return _State(
        base=here,
        number=number,
        hebrew=adjacent and before.base == "HL" and here in {"HY", "BA"},
        flag=here == "RI" and not (adjacent and before.base == "RI" and before.flag),
    )


def _before(before: _State, here: str, *, digit_follows: bool) -> _Break:
    base = before.base
    if base in _HARD and not before.spaced:
        together = base == "CR" and here == "LF"
        return _Break.FORBIDDEN if together else _Break.MANDATORY  # LB4, LB5
    if here in _HARD or here in {"SP", "ZW"}:
        return _Break.FORBIDDEN  # LB6, LB7
    if base == "ZW":
        return _Break.ALLOWED  # LB8
    if before.joiner:
        return _Break.FORBIDDEN  # LB8a
    if before.spaced:
        return _Break.FORBIDDEN if _joined_by_space(base, here) else _Break.ALLOWED  # LB18
    together = _joined(before, here) or digit_follows
    return _Break.FORBIDDEN if together else _Break.ALLOWED


def _joined_by_space(base: str, here: str) -> bool:
    return (
        here == "WJ"  # LB11
        or here in _NEVER_FIRST  # LB13
        or base in _OPENING  # LB14
        or (base == "QU" and here in _OPENING)  # LB15
        or (base in _CLOSING and here == "NS")  # LB16
        or (base == here == "B2")  # LB17
    )


def _joined(before: _State, here: str) -> bool:
    base = before.base
    if here == "WJ" or base in {"WJ", "GL"} or (here == "GL" and base not in {"BA", "HY"}):
        return True  # LB11, LB12, LB12a
    if _joined_by_space(base, here) or here == "QU" or base == "QU":
        return True  # LB13 to LB19
    if here == "CB" or base == "CB":
        return False  # LB20
    return (
        here in _NOT_FIRST_UNSPACED  # LB21, LB22
        or base == "BB"  # LB21
        or before.hebrew  # LB21a
        or here in _PAIRS.get(base, ())
        or _inside_number(before.number, here)  # LB25
        or (base == here == "RI" and before.flag)  # LB30a
    )


def _inside_number(number: str, here: str) -> bool:
    return (number == "digits" and here in {"NU", "PR", "PO"}) or (
        number == "closed" and here in {"PR", "PO"}
    )
