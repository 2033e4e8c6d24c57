"""Checks an uploaded font and states what it is (OpenType 1.9.1).

Everything past the table directory is read by HarfBuzz, the library that shapes with it later:
it checks each table before use and bounds its own work, also for compound glyphs and subroutines.
"""

from __future__ import annotations

import hashlib
import struct
import unicodedata
from collections import Counter
from typing import Final

import uharfbuzz as hb
from fontTools.unicodedata import script

from render_core.errors import RefusedFile
from render_core.intake.facts import Axis, FontFacts
from render_core.intake.font_container import table_directory, unpack
from render_core.intake.limits import (
    MAX_FONT_SEGMENTS,
    MAX_GLYPH_SEGMENTS,
    MAX_LICENCE_CHARACTERS,
    MAX_NAME_CHARACTERS,
)
from render_core.intake.single_line import single_line_sfnt
from render_core.intake.svg_font import is_markup
from render_core.text.centre_lines import TABLE, CentreLines

MIN_LETTERS_OF_SCRIPT: Final = 10
_NEEDED: Final = ("OS/2", "cmap", "head", "hhea", "hmtx", "maxp", "name")
_OUTLINES: Final = {"glyf": "ttf", "CFF ": "otf", "CFF2": "otf"}
_BITMAPS: Final = ("CBDT", "sbix", "EBDT", "bdat")
_COLOUR: Final = ("COLR", "CBDT", "sbix", "SVG ")
_HEAD_MAGIC: Final = 0x5F0F3CF5

# OS/2 fsType.
_RESTRICTED: Final = 0x0002
_PREVIEW_AND_PRINT: Final = 0x0004
_EDITABLE: Final = 0x0008
_BITMAP_ONLY: Final = 0x0200


def normalise_font(data: bytes) -> tuple[FontFacts, bytes]:
    """Return the facts of a face and the file to keep: as it came, but for single-line SVG fonts.

    RefusedFile as in `check_font`.
    """
    kept = single_line_sfnt(data) if is_markup(data) else data
    return check_font(kept), kept


def check_font(data: bytes) -> FontFacts:
    """Return the facts of one face; RefusedFile if it is not one whole, drawable, usable face."""
    sfnt, packed = unpack(data)
    tables = table_directory(sfnt)
    _refuse_missing_tables(tables)
    fs_type, os2_version = _embedding(sfnt, tables)
    _refuse_forbidden_use(fs_type, os2_version)
    units = _units_per_em(sfnt, tables)
    face = hb.Face(sfnt)
    coverage = _ranges(face.unicodes)
    if not coverage or not face.glyph_count:
        raise RefusedFile(
            "FONT_MAPS_NO_CHARACTERS",
            "No character of this font leads to a glyph. Export the face with a Unicode cmap.",
        )
    single_line = TABLE in tables
    if single_line:
        _refuse_broken_lines(face)
    else:
        _refuse_undrawable(face)
    outlines = next(tag for tag in _OUTLINES if tag in tables)
    return FontFacts(
        sha256=hashlib.sha256(data).hexdigest(),
        family=_name(face, 16) or _name(face, 1),
        subfamily=_name(face, 17) or _name(face, 2),
        version=_name(face, 5),
        format=_OUTLINES[outlines] + ("+woff2" if packed else ""),
        units_per_em=units,
        glyph_count=face.glyph_count,
        coverage=coverage,
        axes=tuple(
            Axis(axis.tag, axis.min_value, axis.default_value, axis.max_value)
            for axis in face.axis_infos
        ),
        fs_type=fs_type,
        embeddable=True,
        licence=_name(face, 13, MAX_LICENCE_CHARACTERS),
        licence_url=_name(face, 14),
        copyright=_name(face, 0, MAX_LICENCE_CHARACTERS),
        has_outlines=True,
        has_colour=any(tag in tables for tag in _COLOUR),
        scripts=_scripts(face.unicodes),
        single_line=single_line,
    )


def _refuse_missing_tables(tables: dict[str, tuple[int, int]]) -> None:
    if not any(tag in tables for tag in _OUTLINES):
        if any(tag in tables for tag in _BITMAPS):
            raise RefusedFile(
                "FONT_HAS_NO_OUTLINES",
                "This font holds pictures of letters only, and a machine needs outlines. "
                "Upload an outline version of the face.",
            )
        raise _damaged("it has no table of outlines")
    missing = [tag for tag in _NEEDED if tables.get(tag, (0, 0))[1] == 0]
    if missing:
        raise _damaged(f"its table {missing[0]!r} is missing")


def _damaged(why: str) -> RefusedFile:
    return RefusedFile("FONT_DAMAGED", f"This font is damaged: {why}. Download or export it again.")


def _embedding(sfnt: bytes, tables: dict[str, tuple[int, int]]) -> tuple[int, int]:
    offset, length = tables["OS/2"]
    if length < 10:
        raise _damaged("its table 'OS/2' is too short")
    version, _, _, _, fs_type = struct.unpack_from(">HhHHH", sfnt, offset)
    return fs_type, version


def _refuse_forbidden_use(fs_type: int, os2_version: int) -> None:
    """Refuse by the embedding bits; before version 3 the least restrictive bit counts."""
    looser = fs_type & (_PREVIEW_AND_PRINT | _EDITABLE) and os2_version < 3
    if fs_type & _RESTRICTED and not looser:
        raise RefusedFile(
            "FONT_LICENCE_RESTRICTED",
            "The maker of this font forbids embedding it (fsType 2). "
            "Ask the foundry for a licence file that allows it, or choose another face.",
        )
    if fs_type & _BITMAP_ONLY:
        raise RefusedFile(
            "FONT_LICENCE_BITMAP_ONLY",
            "The maker of this font allows bitmaps of it only (fsType bit 9), not outlines. "
            "Ask the foundry, or choose another face.",
        )


def _units_per_em(sfnt: bytes, tables: dict[str, tuple[int, int]]) -> int:
    offset, length = tables["head"]
    if length < 54 or struct.unpack_from(">I", sfnt, offset + 12)[0] != _HEAD_MAGIC:
        raise _damaged("its table 'head' is not valid")
    units: int = struct.unpack_from(">H", sfnt, offset + 18)[0]
    if not 16 <= units <= 16_384:
        raise _damaged(f"{units} units per em is outside 16 to 16,384")
    return units


class _Counter:
    """Counts drawing commands of one glyph; the draw callbacks get it as their data."""

    def __init__(self) -> None:
        self.segments = 0


def _draw_counter() -> hb.DrawFuncs:
    def add_point(_x: float, _y: float, counter: _Counter) -> None:
        counter.segments += 1

    def add_quad(_a: float, _b: float, _x: float, _y: float, counter: _Counter) -> None:
        counter.segments += 1

    def add_cubic(*arguments: object) -> None:
        counter = arguments[-1]
        assert isinstance(counter, _Counter)
        counter.segments += 1

    funcs = hb.DrawFuncs()
    funcs.set_move_to_func(add_point)
    funcs.set_line_to_func(add_point)
    funcs.set_quadratic_to_func(add_quad)
    funcs.set_cubic_to_func(add_cubic)
    return funcs


def _refuse_undrawable(face: hb.Face) -> None:
    """Draw every glyph once: some must have an outline, none may be endless."""
    font, funcs = hb.Font(face), _draw_counter()
    total = 0
    for glyph in range(face.glyph_count):
        counter = _Counter()
        font.draw_glyph(glyph, funcs, counter)
        total += counter.segments
        if counter.segments > MAX_GLYPH_SEGMENTS or total > MAX_FONT_SEGMENTS:
            raise RefusedFile(
                "FONT_TOO_COMPLEX",
                f"Glyph {glyph} of this font brings it over the limit of "
                f"{MAX_GLYPH_SEGMENTS:,} segments a glyph and {MAX_FONT_SEGMENTS:,} in all. "
                "Simplify the outlines.",
            )
    if not total:
        raise RefusedFile(
            "FONT_HAS_NO_OUTLINES",
            "No glyph of this font has an outline, and a machine needs outlines. "
            "Upload an outline version of the face.",
        )


def _refuse_broken_lines(face: hb.Face) -> None:
    """Read every glyph of a face that is kept with centre lines: somebody else may have made it."""
    try:
        lines = CentreLines(face.reference_table(TABLE).data, face.glyph_count)
        drawn = sum(not lines.glyph(glyph).is_empty for glyph in range(face.glyph_count))
    except ValueError as error:
        raise _damaged(str(error)) from error
    if not drawn:
        raise RefusedFile(
            "FONT_HAS_NO_OUTLINES", "No glyph of this single-line font has a line. Export it again."
        )


def _ranges(code_points: hb.Set) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    for point in code_points:
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1] = (ranges[-1][0], point)
        else:
            ranges.append((point, point))
    return tuple(ranges)


def _scripts(code_points: hb.Set) -> tuple[str, ...]:
    counts = Counter(script(chr(point)) for point in code_points if not 0xD800 <= point < 0xE000)
    shared = {"Zyyy", "Zinh", "Zzzz"}
    return tuple(
        sorted(
            code
            for code, count in counts.items()
            if count >= MIN_LETTERS_OF_SCRIPT and code not in shared
        )
    )


def _name(face: hb.Face, name_id: int, limit: int = MAX_NAME_CHARACTERS) -> str:
    """Return an entry of the name table on one line, without control characters."""
    words = str(face.get_name(name_id) or "").split()
    text = " ".join(words)
    return "".join(c for c in text if unicodedata.category(c)[0] != "C")[:limit]
