"""What a shopper typed to what is drawn: one spelling, plain spaces, nothing that cannot be seen.

NFC by unicodedata2, which is the same for every code point assigned in the pinned Unicode version;
others are refused here, since a newer browser may compose them. Line ends become "\\n", every other
white space one space; joiners, variation selectors and flag tags stay where they change what is
drawn and go where they do not. So does the zero width space, which ends words in scripts that write
none between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

import unicodedata2

from render_core.text.emoji import KEYCAP, KEYCAP_BASES, PRESENTATION_SELECTORS
from render_core.text.graphemes import grapheme_starts
from render_core.text.ucd.properties import properties

_ZWNJ: Final = "\u200c"
_ZWJ: Final = "\u200d"
_ZERO_WIDTH_SPACE: Final = "\u200b"
_LINE_ENDS: Final = frozenset("\n\r\v\f\x85\u2028\u2029")
# Where these stand, a space is left out.
_COLLAPSING: Final = ("  ", " \n", "\n ")
_ANNOTATIONS: Final = frozenset("\ufff9\ufffa\ufffb")
_BLACK_FLAG: Final = "\U0001f3f4"
_MONGOLIAN_SEPARATOR: Final = "\u180e"
# Scripts in which a joiner between letters changes their form.
# fmt: off
_JOINING_SCRIPTS: Final = frozenset([
    "Adlm", "Arab", "Bali", "Beng", "Cham", "Chrs", "Deva", "Gran", "Gujr", "Guru", "Java",
    "Kawi", "Khmr", "Knda", "Kthi", "Lepc", "Limb", "Mand", "Mani", "Mlym", "Modi", "Mong",
    "Mtei", "Mymr", "Newa", "Nkoo", "Orya", "Ougr", "Phag", "Phlp", "Rohg", "Saur", "Sidd",
    "Sinh", "Sogd", "Sund", "Sylo", "Syrc", "Takr", "Taml", "Telu", "Tibt", "Tirh",
])
# fmt: on
# Scripts that write no spaces between words and whose words only a dictionary can tell: those of the
# line break class SA.
_SPACELESS_SCRIPTS: Final = frozenset(
    ["Ahom", "Khmr", "Lana", "Laoo", "Mymr", "Tale", "Talu", "Tavt", "Thai"]
)


class FindingKind(StrEnum):
    """What was found in a text that is not as it should be."""

    LONE_SURROGATE = "lone surrogate"
    UNASSIGNED = "unassigned code point"
    CONTROL = "control character"
    BIDI_CONTROL = "bidirectional control"
    INVISIBLE = "invisible character"


REFUSING: Final = frozenset([FindingKind.LONE_SURROGATE, FindingKind.UNASSIGNED])


class Finding(NamedTuple):
    """A character that was left out, and its place in the text as typed."""

    kind: FindingKind
    code_point: int
    start_utf16: int
    end_utf16: int


class _Typed(NamedTuple):
    character: str
    start_utf16: int
    end_utf16: int


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """A text as made.

    origins: for each code point, the UTF-16 range of the text as typed that it comes from.
    starts: the index of the first code point of every grapheme cluster.
    findings: what was left out, by place. refused: whether something cannot be drawn at all.
    """

    text: str
    origins: tuple[tuple[int, int], ...]
    starts: tuple[int, ...]
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        return any(finding.kind in REFUSING for finding in self.findings)

    def typed_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the UTF-16 range in the text as typed of code points [start, end) as made."""
        if start >= end:
            return (0, 0)
        return self.origins[start][0], self.origins[end - 1][1]


def normalise(typed: str) -> NormalisedText:
    """Return the text as made, where each of its characters comes from, and what was left out."""
    if _is_as_made(typed):
        return NormalisedText(typed, _own_places(typed), tuple(grapheme_starts(typed)), ())
    findings: list[Finding] = []
    characters = _plain(typed, findings)
    if not typed.isascii():
        characters = _visible(characters, findings)
    composed = _compose(_trim(characters))
    text = "".join(item.character for item in composed)
    return NormalisedText(
        text=text,
        origins=tuple((item.start_utf16, item.end_utf16) for item in composed),
        starts=tuple(grapheme_starts(text)),
        findings=tuple(sorted(findings, key=lambda finding: finding.start_utf16)),
    )


def _is_as_made(typed: str) -> bool:
    """Whether a text is drawn as it was typed, as most are: then nothing has to be worked out."""
    return (
        typed == typed.strip(" \n")
        and not any(spaces in typed for spaces in _COLLAPSING)
        and all(map(_stays, set(typed)))
        and (typed.isascii() or unicodedata2.normalize("NFC", typed) == typed)
    )


@lru_cache(maxsize=8192)
def _stays(character: str) -> bool:
    """Return whether a character is drawn as itself wherever it stands."""
    ignorable = properties(ord(character)).default_ignorable
    return _drawn_as(character) == character and not ignorable


def _own_places(typed: str) -> tuple[tuple[int, int], ...]:
    """Return the UTF-16 range of each code point."""
    if not typed or max(typed) <= "\uffff":
        return tuple(zip(range(len(typed)), range(1, len(typed) + 1), strict=True))
    ends = accumulate((2 if character > "\uffff" else 1 for character in typed), initial=0)
    return tuple(pairwise(ends))


def _plain(typed: str, findings: list[Finding]) -> list[_Typed]:
    """Map white space and line ends; leave out what can never be drawn."""
    kept: list[_Typed] = []
    at = 0
    for index, character in enumerate(typed):
        end = at + (2 if character > "\uffff" else 1)
        drawn_as = _drawn_as(character)
        if character == "\n" and index and typed[index - 1] == "\r":
            kept[-1] = _Typed("\n", kept[-1].start_utf16, end)
        elif isinstance(drawn_as, FindingKind):
            findings.append(Finding(drawn_as, ord(character), at, end))
        else:
            kept.append(_Typed(drawn_as, at, end))
        at = end
    return kept


@lru_cache(maxsize=8192)
def _drawn_as(character: str) -> str | FindingKind:
    """Return what a character becomes, or why it can never be drawn."""
    here = properties(ord(character))
    if character in _LINE_ENDS:
        return "\n"
    if here.white_space:
        return " "
    return _never_drawn(character, here.category, here.bidi_control) or character


def _never_drawn(character: str, category: str, bidi_control: bool) -> FindingKind | None:
    if category == "Cs":
        return FindingKind.LONE_SURROGATE
    if category == "Cn":
        return FindingKind.UNASSIGNED
    if category == "Cc":
        return FindingKind.CONTROL
    if bidi_control:
        return FindingKind.BIDI_CONTROL
    return FindingKind.INVISIBLE if character in _ANNOTATIONS else None


def _visible(characters: list[_Typed], findings: list[Finding]) -> list[_Typed]:
    """Leave out default ignorable characters where they change nothing that is drawn."""
    if not any(properties(ord(item.character)).default_ignorable for item in characters):
        return characters
    kept: list[_Typed] = []
    following = _next_visible(characters)
    for item, after in zip(characters, following, strict=True):
        code_point = ord(item.character)
        if not properties(code_point).default_ignorable or _has_effect(item.character, kept, after):
            kept.append(item)
        else:
            findings.append(
                Finding(FindingKind.INVISIBLE, code_point, item.start_utf16, item.end_utf16)
            )
    return kept


def _next_visible(characters: list[_Typed]) -> list[str]:
    following = [""] * len(characters)
    for index in range(len(characters) - 2, -1, -1):
        after = characters[index + 1].character
        ignorable = properties(ord(after)).default_ignorable
        following[index] = following[index + 1] if ignorable else after
    return following


def _has_effect(character: str, kept: list[_Typed], after: str) -> bool:
    if not kept or kept[-1].character in " \n":
        return False
    before = kept[-1].character
    previous = properties(ord(before))
    if character in {_ZWJ, _ZWNJ}:
        if (
            _JOINING_SCRIPTS.intersection(previous.script_extensions)
            and not previous.default_ignorable
        ):
            return character == _ZWJ or after not in {"", " ", "\n"}
        return character == _ZWJ and _ends_pictographic(kept) and _is_pictographic(after)
    if character == _ZERO_WIDTH_SPACE:
        return previous.script in _SPACELESS_SCRIPTS and _script(after) in _SPACELESS_SCRIPTS
    if character in PRESENTATION_SELECTORS:
        return previous.pictographic or (before in KEYCAP_BASES and after == KEYCAP)
    if properties(ord(character)).variation_selector:
        return not previous.default_ignorable
    if 0xE0020 <= ord(character) <= 0xE007F:
        return before == _BLACK_FLAG or 0xE0020 <= ord(before) < 0xE007F
    return character == _MONGOLIAN_SEPARATOR and previous.script == "Mong"


def _script(character: str) -> str:
    return properties(ord(character)).script if character else ""


def _is_pictographic(character: str) -> bool:
    return bool(character) and properties(ord(character)).pictographic


def _ends_pictographic(kept: list[_Typed]) -> bool:
    """Return whether the text so far ends in a pictograph and its extending characters (GB11)."""
    for item in reversed(kept):
        here = properties(ord(item.character))
        if here.grapheme_break != "Extend":
            return here.pictographic
    return False


def _trim(characters: list[_Typed]) -> list[_Typed]:
    """Collapse spaces, drop them at the ends of lines, and drop empty lines at both ends."""
    kept: list[_Typed] = []
    for item in characters:
        at_break = not kept or kept[-1].character in " \n"
        if item.character == " " and at_break:
            continue
        if item.character == "\n":
            if kept and kept[-1].character == " ":
                kept.pop()
            if not kept:
                continue
        kept.append(item)
    while kept and kept[-1].character in " \n":
        kept.pop()
    return kept


def _compose(characters: list[_Typed]) -> list[_Typed]:
    """Apply NFC. No composition reaches over a cluster boundary, so each cluster maps as a whole."""
    text = "".join(item.character for item in characters)
    if unicodedata2.normalize("NFC", text) == text:
        return characters
    composed: list[_Typed] = []
    starts = grapheme_starts(text)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        cluster, result = text[start:end], unicodedata2.normalize("NFC", text[start:end])
        if result == cluster:
            composed += characters[start:end]
        else:
            first, last = characters[start].start_utf16, characters[end - 1].end_utf16
            composed += [_Typed(character, first, last) for character in result]
    return composed
