"""Weak types, paired brackets, neutrals and implicit levels: W1 to W7, N0 to N2, I1, I2 of UAX #9."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from render_core.text.bidi_explicit import ISOLATE_INITIATORS
from render_core.text.bidi_sequences import RunSequence

MAX_OPEN_BRACKETS: Final = 63  # BD16
_NEUTRAL: Final = frozenset(["B", "S", "WS", "ON", "PDI", *ISOLATE_INITIATORS])
_STRONG: Final = {"L": "L", "R": "R", "EN": "R", "AN": "R"}


def resolve_sequence(
    sequence: RunSequence,
    effective: Sequence[str],
    levels: list[int],
    brackets: Sequence[tuple[int, bool] | None],
) -> None:
    """Resolve one isolating run sequence and write its final levels into `levels`."""
    original = [effective[index] for index in sequence.indices]
    types = _weak(original, sequence.sos)
    _paired_brackets(sequence, original, types, [brackets[index] for index in sequence.indices])
    _neutrals(sequence, types)
    for index, kind in zip(sequence.indices, types, strict=True):
        if levels[index] % 2:
            levels[index] += kind != "R"  # I2
        else:
            levels[index] += {"L": 0, "R": 1}.get(kind, 2)  # I1


def _weak(original: list[str], sos: str) -> list[str]:
    types = _marks(original, sos)
    strong = sos
    for at, kind in enumerate(types):  # W2
        if kind in {"L", "R", "AL"}:
            strong = kind
        elif kind == "EN" and strong == "AL":
            types[at] = "AN"
    types = ["R" if kind == "AL" else kind for kind in types]  # W3
    _separators(types)
    _terminators(types)
    types = ["ON" if kind in {"ES", "ET", "CS"} else kind for kind in types]  # W6
    strong = sos
    for at, kind in enumerate(types):  # W7
        if kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            types[at] = "L"
    return types


def _marks(original: list[str], sos: str) -> list[str]:
    """W1: a mark takes the type of what it follows."""
    types = []
    previous = sos
    for kind in original:
        if kind != "NSM":
            previous = kind
        elif previous in ISOLATE_INITIATORS or previous == "PDI":
            previous = "ON"
        types.append(previous)
    return types


def _separators(types: list[str]) -> None:
    """W4: a single separator between two numbers of one kind."""
    for at in range(1, len(types) - 1):
        before, kind, after = types[at - 1], types[at], types[at + 1]
        if before != after:
            continue
        if (kind in {"ES", "CS"} and before == "EN") or (kind == "CS" and before == "AN"):
            types[at] = before


def _terminators(types: list[str]) -> None:
    """W5: a run of terminators beside a European number."""
    at = 0
    while at < len(types):
        if types[at] != "ET":
            at += 1
            continue
        end = at
        while end < len(types) and types[end] == "ET":
            end += 1
        beside = (at > 0 and types[at - 1] == "EN") or (end < len(types) and types[end] == "EN")
        if beside:
            types[at:end] = ["EN"] * (end - at)
        at = end


def bracket_pairs(
    types: Sequence[str], brackets: Sequence[tuple[int, bool] | None]
) -> list[tuple[int, int]]:
    """Return the places of opening and closing brackets that pair, in text order (BD16)."""
    open_brackets: list[tuple[int, int]] = []
    pairs = []
    for at, bracket in enumerate(brackets):
        if bracket is None or types[at] != "ON":
            continue
        closing, opens = bracket
        if opens:
            if len(open_brackets) == MAX_OPEN_BRACKETS:
                return []
            open_brackets.append((closing, at))
            continue
        for depth in range(len(open_brackets) - 1, -1, -1):
            if open_brackets[depth][0] == closing:
                pairs.append((open_brackets[depth][1], at))
                del open_brackets[depth:]
                break
    return sorted(pairs)


def _paired_brackets(
    sequence: RunSequence,
    original: list[str],
    types: list[str],
    brackets: Sequence[tuple[int, bool] | None],
) -> None:
    """N0."""
    embedding = "R" if sequence.level % 2 else "L"
    for first, last in bracket_pairs(types, brackets):
        inside = {_STRONG[kind] for kind in types[first + 1 : last] if kind in _STRONG}
        if embedding in inside:
            direction = embedding
        elif inside:
            context = next(
                (_STRONG[kind] for kind in reversed(types[:first]) if kind in _STRONG),
                sequence.sos,
            )
            direction = context if context != embedding else embedding
        else:
            continue
        for at in (first, last):
            types[at] = direction
            following = at + 1
            while following < len(types) and original[following] == "NSM":
                types[following] = direction
                following += 1


def _neutrals(sequence: RunSequence, types: list[str]) -> None:
    """N1 and N2."""
    embedding = "R" if sequence.level % 2 else "L"
    at = 0
    while at < len(types):
        if types[at] not in _NEUTRAL:
            at += 1
            continue
        end = at
        while end < len(types) and types[end] in _NEUTRAL:
            end += 1
        before = _STRONG[types[at - 1]] if at else sequence.sos
        after = _STRONG[types[end]] if end < len(types) else sequence.eos
        types[at:end] = [before if before == after else embedding] * (end - at)
        at = end
