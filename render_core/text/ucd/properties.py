"""Looks up character properties of the pinned Unicode version (see `tables.py`)."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import Final, NamedTuple

from render_core.text.ucd.tables import (
    BRACKETS,
    CANONICAL,
    FLAGS,
    RECORD_OF,
    RECORDS,
    STARTS,
    UNICODE_VERSION,
)

__all__ = ["UNICODE_VERSION", "Properties", "bracket", "properties"]


class Properties(NamedTuple):
    """What UAX #44 says about a code point; values carry their short names.

    line_break: the class after LB1 (see `generate.py`).
    """

    category: str
    bidi: str
    script: str
    script_extensions: tuple[str, ...]
    grapheme_break: str
    line_break: str
    default_ignorable: bool
    white_space: bool
    bidi_control: bool
    variation_selector: bool
    pictographic: bool
    emoji_modifier: bool
    emoji_presentation: bool
    emoji: bool

    @property
    def assigned(self) -> bool:
        return self.category != "Cn"


def _unpack(record: tuple[str, str, str, tuple[str, ...], str, str, int]) -> Properties:
    bits = [bool(record[6] >> bit & 1) for bit in range(len(FLAGS))]
    return Properties(*record[:6], *bits)


_RECORDS: Final = tuple(_unpack(record) for record in RECORDS)


@lru_cache(maxsize=8192)
def properties(code_point: int) -> Properties:
    """Return the properties of a code point, 0 to 0x10FFFF."""
    return _RECORDS[RECORD_OF[bisect_right(STARTS, code_point) - 1]]


def bracket(code_point: int) -> tuple[int, bool] | None:
    """Return what closes a paired bracket's pair and whether this one opens it; None for others.

    Two brackets match when their closing sides are equal; canonical equivalents count as one.
    """
    found = BRACKETS.get(code_point)
    if found is None:
        return None
    pair, kind = found
    opens = kind == "o"
    closing = pair if opens else code_point
    return CANONICAL.get(closing, closing), opens
