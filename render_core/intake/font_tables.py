"""Refuses an sfnt whose tables are shorter than what they say they hold (OpenType 1.9.1).

HarfBuzz passes over such tables without a word: letters would lose their widths or their axes unseen.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final

from render_core.errors import RefusedFile

# Of each table as it was first defined; `name`, `cmap` and outlines are judged by what they lead to.
_LEAST: Final = {"OS/2": 68, "head": 54, "hhea": 36, "maxp": 6}

Tables = Mapping[str, tuple[int, int]]


def damaged(why: str) -> RefusedFile:
    """Return the refusal of a font that is damaged."""
    return RefusedFile("FONT_DAMAGED", f"This font is damaged: {why}. Download or export it again.")


def refuse_short_tables(sfnt: bytes, tables: Tables) -> None:
    """RefusedFile (FONT_DAMAGED) naming the first table that ends early.

    tables: offset and length of each, all of those in `_LEAST` and `hmtx` among them.
    """
    needed = dict(_LEAST)
    if all(tables[tag][1] >= least for tag, least in _LEAST.items()):
        needed |= _needed_by_counts(sfnt, tables)
    for tag, least in needed.items():
        if tables[tag][1] < least:
            raise damaged(f"its table {tag!r} is too short")
    if "glyf" in tables and tables["glyf"][1] < _end_of_glyphs(sfnt, tables):
        raise damaged("its table 'glyf' is too short")


def _needed_by_counts(sfnt: bytes, tables: Tables) -> dict[str, int]:
    """Return the lengths that follow from the numbers of glyphs, metrics and axes."""
    metrics = _uint16(sfnt, tables, "hhea", 34)
    needed = {"hmtx": 4 * metrics}
    if "glyf" in tables and "loca" in tables:
        needed["loca"] = (_uint16(sfnt, tables, "maxp", 4) + 1) * _offset_bytes(sfnt, tables)
    if "fvar" in tables:
        needed["fvar"] = 16
        if tables["fvar"][1] >= 16:
            first, _, axes, size = struct.unpack_from(">4H", sfnt, tables["fvar"][0] + 4)
            needed["fvar"] = first + axes * size
    return needed


def _end_of_glyphs(sfnt: bytes, tables: Tables) -> int:
    if "loca" not in tables:
        raise damaged("its table 'loca' is missing")
    size = _offset_bytes(sfnt, tables)
    at = tables["loca"][0] + _uint16(sfnt, tables, "maxp", 4) * size
    (end,) = struct.unpack_from(">I" if size == 4 else ">H", sfnt, at)
    return int(end) if size == 4 else 2 * int(end)


def _offset_bytes(sfnt: bytes, tables: Tables) -> int:
    return 4 if _uint16(sfnt, tables, "head", 50) else 2


def _uint16(sfnt: bytes, tables: Tables, tag: str, at: int) -> int:
    return int.from_bytes(sfnt[tables[tag][0] + at :][:2], "big")
