"""Checks an uploaded font and states what it is (OpenType 1.9.1).

Everything past the table directory is read by HarfBuzz, the library that shapes with it later:
it checks each table before use and bounds its own work, also for compound glyphs and subroutines.
"""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
from collections import Counter
from typing import Final

import uharfbuzz as hb
from fontTools.unicodedata import script

from render_core.errors import RefusedFile
from render_core.geometry.boolean import MOST_CROSSINGS
from render_core.geometry.crossings import crosses_more_often
from render_core.intake.facts import Axis, FontFacts
from render_core.intake.font_container import table_directory, unpack
from render_core.intake.font_shaping import refuse_growing_text
from render_core.intake.font_tables import damaged, refuse_short_tables
from render_core.intake.limits import (
    MAX_FONT_SEGMENTS,
    MAX_LICENCE_CHARACTERS,
    MAX_NAME_CHARACTERS,
)
from render_core.intake.single_line import single_line_sfnt
from render_core.intake.svg_font import is_markup
from render_core.limits import MAX_FACE_AXES, MAX_GLYPH_SEGMENTS
from render_core.text.centre_lines import TABLE, CentreLines
from render_core.text.face_features import feature_tags
from render_core.text.glyph_drawing import draw

MIN_LETTERS_OF_SCRIPT: Final = 10
_NEEDED: Final = ("OS/2", "cmap", "head", "hhea", "hmtx", "maxp", "name")
_OUTLINES: Final = {"glyf": "ttf", "CFF ": "otf", "CFF2": "otf"}
_BITMAPS: Final = ("CBDT", "sbix", "EBDT", "bdat")
_COLOUR: Final = ("COLR", "CBDT", "sbix", "SVG ")
# Crossings are counted in glyphs of more segments than this: few in any script.
_INTRICATE: Final = 150
_HEAD_MAGIC: Final = 0x5F0F3CF5
_AXIS_TAG: Final = re.compile(r"[A-Za-z0-9 ]{4}")

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
    refuse_short_tables(sfnt, tables)
    fs_type, os2_version = _embedding(sfnt, tables)
    _refuse_forbidden_use(fs_type, os2_version)
    units = _units_per_em(sfnt, tables)
    face = hb.Face(sfnt)
    coverage = _ranges(face.unicodes)
    if not coverage or face.glyph_count < 2:
        raise RefusedFile(
            "FONT_MAPS_NO_CHARACTERS",
            "No character of this font leads to a glyph. Export the face with a Unicode cmap.",
        )
    _refuse_unreadable_features(face)
    refuse_growing_text(face)
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
        axes=_axes(face),
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
        raise damaged("it has no table of outlines")
    missing = [tag for tag in _NEEDED if tables.get(tag, (0, 0))[1] == 0]
    if missing:
        raise damaged(f"its table {missing[0]!r} is missing")


def _embedding(sfnt: bytes, tables: dict[str, tuple[int, int]]) -> tuple[int, int]:
    offset, _ = tables["OS/2"]
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
    offset, _ = tables["head"]
    if struct.unpack_from(">I", sfnt, offset + 12)[0] != _HEAD_MAGIC:
        raise damaged("its table 'head' is not valid")
    units: int = struct.unpack_from(">H", sfnt, offset + 18)[0]
    if not 16 <= units <= 16_384:
        raise damaged(f"{units} units per em is outside 16 to 16,384")
    return units


def _axes(face: hb.Face) -> tuple[Axis, ...]:
    """Return the axes in order; refuse those that no value could be chosen on."""
    try:
        infos = face.axis_infos
    except UnicodeDecodeError as error:
        raise damaged("an axis has no name that can be read") from error
    if len(infos) > MAX_FACE_AXES:
        raise RefusedFile(
            "FONT_TOO_COMPLEX",
            f"This font has {len(infos)} axes; at most {MAX_FACE_AXES} are taken. "
            "Export it with fewer.",
        )
    axes = tuple(Axis(i.tag, i.min_value, i.default_value, i.max_value) for i in infos)
    tags = [axis.tag for axis in axes]
    if len(set(tags)) != len(tags) or not all(_AXIS_TAG.fullmatch(tag) for tag in tags):
        raise damaged("its axes have no different names of four letters")
    for axis in axes:
        if not axis.minimum <= axis.default <= axis.maximum:
            raise damaged(f"its axis {axis.tag!r} has no order")
    return axes


def _refuse_unreadable_features(face: hb.Face) -> None:
    try:
        feature_tags(face)
    except UnicodeDecodeError as error:
        raise damaged("a feature has no name that can be read") from error


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
        if counter.segments > _INTRICATE and crosses_more_often(draw(font, glyph), MOST_CROSSINGS):
            raise RefusedFile(
                "FONT_TOO_COMPLEX",
                f"The outlines of glyph {glyph} cross each other more than {MOST_CROSSINGS:,} times. "
                "Join them into one outline.",
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
        raise damaged(str(error)) from error
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
