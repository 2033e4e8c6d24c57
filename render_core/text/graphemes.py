"""Extended grapheme clusters: what a reader calls a character (UAX #29, section 3, Unicode 15.0)."""

from __future__ import annotations

from typing import Final

from render_core.text.ucd.properties import Properties, properties

_CONTROL: Final = frozenset(["Control", "CR", "LF"])
_EXTENDS: Final = frozenset(["Extend", "ZWJ", "SpacingMark"])
# Hangul syllables: what may follow without a break (GB6 to GB8).
_JOINS: Final[dict[str, frozenset[str]]] = {
    "L": frozenset(["L", "V", "LV", "LVT"]),
    "V": frozenset(["V", "T"]),
    "LV": frozenset(["V", "T"]),
    "T": frozenset(["T"]),
    "LVT": frozenset(["T"]),
}


def grapheme_starts(text: str) -> list[int]:
    """Return the index of the first code point of every cluster, ascending."""
    if text.isascii() and "\r" not in text:  # Nothing in it extends anything.
        return list(range(len(text)))
    starts = []
    pictographic = False  # Inside ExtPict Extend* so far (GB11).
    regional = 0  # Regional indicators directly before (GB12, GB13).
    before: Properties | None = None
    joined = False
    for index, character in enumerate(text):
        here = properties(ord(character))
        if (
            before is None
            or _begins(before, here)
            or _breaks(before, here, joined=joined, regional=regional)
        ):
            starts.append(index)
        joined = pictographic and here.grapheme_break == "ZWJ"
        pictographic = here.pictographic or (pictographic and here.grapheme_break == "Extend")
        regional = regional + 1 if here.grapheme_break == "Regional_Indicator" else 0
        before = here
    return starts


def _begins(before: Properties, here: Properties) -> bool:
    """Return whether a letter like most others begins a cluster: known at once (GB999)."""
    ordinary = here.grapheme_break == "Other" and not here.pictographic
    return ordinary and before.grapheme_break != "Prepend"


def _breaks(before: Properties, here: Properties, *, joined: bool, regional: int) -> bool:
    left, right = before.grapheme_break, here.grapheme_break
    if left in _CONTROL or right in _CONTROL:
        return not (left == "CR" and right == "LF")  # GB3 to GB5
    if right in _EXTENDS or left == "Prepend":
        return False  # GB9, GB9a, GB9b
    if right in _JOINS.get(left, ()):
        return False
    if joined and here.pictographic:
        return False  # GB11
    return not (right == "Regional_Indicator" and regional % 2 == 1)  # GB12, GB13
