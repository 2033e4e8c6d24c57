"""Font faces parsed once: metrics, glyph outlines and shaping handles, by SHA-256."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from copy import copy
from itertools import count
from typing import Final, NamedTuple

import uharfbuzz as hb

from render_core.byte_bounded import ENTRY_BYTES, ByteBounded
from render_core.design import Library
from render_core.errors import MissingInput, UnsupportedDesign
from render_core.geometry.boolean import simplify, union
from render_core.geometry.paths import EMPTY_PATH, Bounds, Path
from render_core.geometry.strokes import Chords, Precision, chords
from render_core.geometry.support import Segments, bounds, outermost, segments_of
from render_core.limits import (
    MAX_CACHED_INSTANCES_PER_FACE,
    MAX_CHORD_CACHE_BYTES,
    MAX_CLUSTER_CACHE_BYTES,
    MAX_FACE_AXES,
    MAX_FACE_CACHE_BYTES,
    MAX_GLYPH_CACHE_BYTES,
    MAX_UNION_CACHE_BYTES,
)
from render_core.recently_used import RecentlyUsed
from render_core.text.centre_lines import TABLE, CentreLines
from render_core.text.face_features import feature_tags
from render_core.text.glyph_drawing import draw

_WOFF2: Final = b"wOF2"

Pieces = tuple[tuple[int, int, int], ...]


Variations = tuple[tuple[str, int], ...]


class Glyph(NamedTuple):
    """A glyph's outline in font units, y down; no bounds where it is blank.

    path: closed contours without overlaps, or the open centre lines of a single-line face.
    outermost: the segments that decide how far it reaches. ems: the bounds in ems.
    """

    path: Path
    bounds: Bounds | None
    outermost: Segments
    ems: Bounds | None


BLANK: Final = Glyph(EMPTY_PATH, None, segments_of(EMPTY_PATH), None)


def glyph_of(path: Path, exact: Path, upem: int) -> Glyph:
    """Return the glyph of an outline. exact: what its extents are measured on."""
    box = bounds(exact)
    ems = None if box is None else Bounds(*(side / upem for side in box))
    return Glyph(path, box, outermost(segments_of(exact)), ems)


# Of all faces together, by the serial number of the face.
_GLYPHS: Final = ByteBounded[Glyph](MAX_GLYPH_CACHE_BYTES)
_DRAWABLE: Final = ByteBounded[bool](MAX_CLUSTER_CACHE_BYTES)
_UNIONS: Final = ByteBounded[Path](MAX_UNION_CACHE_BYTES)
_CHORDS: Final = ByteBounded[Chords](MAX_CHORD_CACHE_BYTES)
_SERIALS: Final = count()


class Face:
    """One parsed face, at one place of its axes. Read only after it is made, so threads may share it.

    ascender, descender: distances from the baseline in font units, both positive.
    coloured: whether glyphs may have a picture in place of an outline. single_line: whether glyphs
    are open centre lines. size_bytes: of its tables.
    """

    def __init__(self, sha256: str, data: bytes) -> None:
        face = hb.Face(hb.Blob(data))
        if face.glyph_count < 2 or face.upem < 16:
            raise _unreadable(sha256)
        self.sha256 = sha256
        self.size_bytes = len(data)
        self.upem: int = face.upem
        self.coloured = bool(
            face.has_color_layers
            or face.has_color_paint
            or face.has_color_png
            or face.has_color_svg
        )
        self._lines = _centre_lines(sha256, face)
        self.single_line = self._lines is not None
        self._instances = RecentlyUsed[Face](MAX_CACHED_INSTANCES_PER_FACE)
        self._set_up(hb.Font(face))

    def _set_up(self, font: hb.Font) -> None:
        self.font = font
        extents = font.get_font_extents("ltr")
        self.ascender: int = extents.ascender
        self.descender: int = -extents.descender
        self._serial = next(_SERIALS)

    @property
    def serial(self) -> int:
        """A number that no other face and place of its axes has in this process: a key for caches."""
        return self._serial

    @property
    def axes(self) -> Mapping[str, tuple[int, int, int]]:
        """Smallest, default and largest value of each axis, in 1/1000 of its unit."""
        return {
            axis.tag: (
                round(axis.min_value * 1000),
                round(axis.default_value * 1000),
                round(axis.max_value * 1000),
            )
            for axis in self.font.face.axis_infos[:MAX_FACE_AXES]
        }

    @property
    def feature_tags(self) -> frozenset[str]:
        """The OpenType features that the face has for any script and language."""
        return feature_tags(self.font.face)

    def at(self, variations: Variations) -> Face:
        """Return the face at a place of its axes: values in 1/1000 by tag, brought into their range.

        What the face has no axis for is left out, so that a chain of faces may share one setting.
        """
        if not variations or not self.font.face.axis_infos:
            return self
        axes = self.axes
        pinned = {
            tag: min(max(value, axes[tag][0]), axes[tag][2])
            for tag, value in variations
            if tag in axes
        }
        place = tuple(
            sorted((tag, value) for tag, value in pinned.items() if value != axes[tag][1])
        )
        return self._instances.get(place, lambda: self._instance(place)) if place else self

    def _instance(self, place: Variations) -> Face:
        font = hb.Font(self.font.face)
        font.set_variations({tag: value / 1000 for tag, value in place})
        instance = copy(self)
        instance._set_up(font)
        return instance

    def has(self, code_point: int) -> bool:
        """Return whether the face maps a code point to a glyph."""
        return self.font.get_nominal_glyph(code_point) is not None

    def glyph(self, glyph_id: int) -> Glyph:
        """Return a glyph's outline. UnsupportedDesign (FONT_TOO_COMPLEX) for one that has no end."""
        key = (self._serial, glyph_id)
        known = _GLYPHS.get(key)
        if known is None:
            known = self._draw(glyph_id)
            _GLYPHS.put(key, known, _path_bytes(known.path) + known.outermost.nbytes)
        return known

    def draws(self, cluster: str, judge: Callable[[Face, str], bool]) -> bool:
        """Return what `judge` says of this face and a cluster, remembered."""
        key = (self._serial, cluster)
        known = _DRAWABLE.get(key)
        if known is None:
            known = judge(self, cluster)
            _DRAWABLE.put(key, known, ENTRY_BYTES)
        return known

    def joined(self, pieces: Pieces) -> Path:
        """Return the union of glyphs at their places, in font units; remembered.

        pieces: glyph id, x and y of each, in 1/1000 of a font unit.
        """
        key = (self._serial, pieces)
        known = _UNIONS.get(key)
        if known is None:
            known = union(
                [self.glyph(gid).path.placed(1.0, x / 1000, y / 1000) for gid, x, y in pieces]
            )
            _UNIONS.put(key, known, _path_bytes(known) + _pieces_bytes(pieces))
        return known

    def chords(self, pieces: Pieces, limit: float) -> Chords:
        """Return the chords across the strokes of joined glyphs below a limit, in font units.

        Remembered, so ask for few different limits.
        """
        key = (self._serial, pieces, limit)
        known = _CHORDS.get(key)
        if known is None:
            known = chords(self.joined(pieces), limit, stroke_precision(self.upem))
            size = sum(part.nbytes for part in known) + _pieces_bytes(pieces)
            _CHORDS.put(key, known, size)
        return known

    def _draw(self, glyph_id: int) -> Glyph:
        if self._lines is not None:
            path = self._lines.glyph(glyph_id)
        else:
            path = simplify(draw(self.font, glyph_id))
        if path.is_empty:
            return BLANK
        return glyph_of(path, path, self.upem)


def _path_bytes(path: Path) -> int:
    return path.verbs.nbytes + path.points.nbytes + ENTRY_BYTES


def _pieces_bytes(pieces: Pieces) -> int:
    return 200 * len(pieces) + ENTRY_BYTES


def _unreadable(sha256: str) -> UnsupportedDesign:
    return UnsupportedDesign("FONT_UNREADABLE", f"The font {sha256[:12]}… cannot be read.")


def _centre_lines(sha256: str, face: hb.Face) -> CentreLines | None:
    table = face.reference_table(TABLE).data
    if not table:
        return None
    try:
        return CentreLines(table, face.glyph_count)
    except ValueError:
        raise _unreadable(sha256) from None


def stroke_precision(em: float) -> Precision:
    """Return how finely strokes are measured, by the number of units per em."""
    return Precision(tolerance=em / 5_000, step=em / 64)


_FACES: Final = RecentlyUsed[Face](MAX_FACE_CACHE_BYTES, lambda face: face.size_bytes)


def face_of(sha256: str, library: Library, variations: Variations = ()) -> Face:
    """Return the parsed face of a hash, at a place of its axes.

    Raises MissingInput (FONT_MISSING, FONT_CHANGED) where the library lacks it or holds other
    bytes under its hash, UnsupportedDesign (FONT_UNREADABLE) where the bytes are not a font.
    """
    return _FACES.get(sha256, lambda: _load(sha256, library)).at(variations)


def _load(sha256: str, library: Library) -> Face:
    try:
        data = library.font(sha256)
    except KeyError:
        raise MissingInput(
            "FONT_MISSING", f"The font {sha256[:12]}… is not in the library."
        ) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise MissingInput("FONT_CHANGED", f"The font {sha256[:12]}… is not what its hash says.")
    return Face(sha256, _unpacked(data))


def _unpacked(data: bytes) -> bytes:
    """Return the plain tables of a WOFF2 face; other faces as they are."""
    if not data.startswith(_WOFF2):
        return data
    from fontTools.ttLib import woff2

    plain = io.BytesIO()
    woff2.decompress(io.BytesIO(data), plain)
    return plain.getvalue()
