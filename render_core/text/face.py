"""Font faces parsed once: metrics, glyph outlines and shaping handles, by SHA-256."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import uharfbuzz as hb

from render_core.design import Library
from render_core.errors import MissingInput, UnsupportedDesign
from render_core.geometry.boolean import simplify, union
from render_core.geometry.paths import EMPTY_PATH, Bounds, Path
from render_core.geometry.strokes import Chords, Precision, chords
from render_core.geometry.support import Segments, bounds, outermost, segments_of
from render_core.layout import Verb
from render_core.limits import MAX_CACHED_FACES, MAX_CACHED_GLYPHS_PER_FACE
from render_core.recently_used import RecentlyUsed

_WOFF2: Final = b"wOF2"

Pieces = tuple[tuple[int, int, int], ...]


class Glyph(NamedTuple):
    """A glyph's outline in font units, y down, without overlaps; no bounds where it is blank.

    outermost: the segments that decide how far it reaches.
    """

    path: Path
    bounds: Bounds | None
    outermost: Segments


BLANK: Final = Glyph(EMPTY_PATH, None, segments_of(EMPTY_PATH))


class Face:
    """One parsed face. Read only after it is made, so threads may share it.

    ascender, descender: distances from the baseline in font units, both positive.
    coloured: whether glyphs may have a picture in place of an outline.
    """

    def __init__(self, sha256: str, data: bytes) -> None:
        face = hb.Face(hb.Blob(data))
        if face.glyph_count < 2 or face.upem < 16:
            raise UnsupportedDesign("FONT_UNREADABLE", f"The font {sha256[:12]}… cannot be read.")
        self.sha256 = sha256
        self.font = hb.Font(face)
        self.upem: int = face.upem
        extents = self.font.get_font_extents("ltr")
        self.ascender: int = extents.ascender
        self.descender: int = -extents.descender
        self.coloured = bool(
            face.has_color_layers
            or face.has_color_paint
            or face.has_color_png
            or face.has_color_svg
        )
        self._glyphs: dict[int, Glyph] = {}
        self._drawable: dict[str, bool] = {}
        self._joined: dict[Pieces, Path] = {}
        self._chords: dict[tuple[Pieces, float], Chords] = {}

    def has(self, code_point: int) -> bool:
        """Return whether the face maps a code point to a glyph."""
        return self.font.get_nominal_glyph(code_point) is not None

    def glyph(self, glyph_id: int) -> Glyph:
        """Return a glyph's outline."""
        known = self._glyphs.get(glyph_id)
        if known is None:
            known = self._draw(glyph_id)
            if len(self._glyphs) >= MAX_CACHED_GLYPHS_PER_FACE:
                self._glyphs = {}
            self._glyphs[glyph_id] = known
        return known

    def draws(self, cluster: str, judge: Callable[[Face, str], bool]) -> bool:
        """Return what `judge` says of this face and a cluster, remembered."""
        known = self._drawable.get(cluster)
        if known is None:
            known = judge(self, cluster)
            if len(self._drawable) >= MAX_CACHED_GLYPHS_PER_FACE:
                self._drawable = {}
            self._drawable[cluster] = known
        return known

    def joined(self, pieces: Pieces) -> Path:
        """Return the union of glyphs at their places, in font units; remembered.

        pieces: glyph id, x and y of each, in 1/1000 of a font unit.
        """
        known = self._joined.get(pieces)
        if known is None:
            known = union(
                [self.glyph(gid).path.placed(1.0, x / 1000, y / 1000) for gid, x, y in pieces]
            )
            if len(self._joined) >= MAX_CACHED_GLYPHS_PER_FACE:
                self._joined = {}
            self._joined[pieces] = known
        return known

    def chords(self, pieces: Pieces, limit: float) -> Chords:
        """Return the chords across the strokes of joined glyphs below a limit, in font units.

        Remembered, so ask for few different limits.
        """
        known = self._chords.get((pieces, limit))
        if known is None:
            known = chords(self.joined(pieces), limit, stroke_precision(self.upem))
            if len(self._chords) >= MAX_CACHED_GLYPHS_PER_FACE:
                self._chords = {}
            self._chords[(pieces, limit)] = known
        return known

    def _draw(self, glyph_id: int) -> Glyph:
        pen = _Pen()
        self.font.draw_glyph(glyph_id, _DRAW, pen)
        if not pen.verbs:
            return BLANK
        points = np.array(pen.points, dtype=np.float64).reshape(-1, 2)
        points[:, 1] = -points[:, 1]
        path = simplify(Path(np.array(pen.verbs, dtype=np.uint8), points))
        return Glyph(path, bounds(path), outermost(segments_of(path)))


class _Pen:
    def __init__(self) -> None:
        self.verbs: list[int] = []
        self.points: list[float] = []


def _move(x: float, y: float, pen: _Pen) -> None:
    pen.verbs.append(Verb.MOVE)
    pen.points += (x, y)


def _line(x: float, y: float, pen: _Pen) -> None:
    pen.verbs.append(Verb.LINE)
    pen.points += (x, y)


def _quad(cx: float, cy: float, x: float, y: float, pen: _Pen) -> None:
    pen.verbs.append(Verb.QUAD)
    pen.points += (cx, cy, x, y)


def _cubic(ax: float, ay: float, bx: float, by: float, x: float, y: float, pen: _Pen) -> None:
    pen.verbs.append(Verb.CUBIC)
    pen.points += (ax, ay, bx, by, x, y)


def _close(pen: _Pen) -> None:
    pen.verbs.append(Verb.CLOSE)


def _draw_functions() -> hb.DrawFuncs:
    functions = hb.DrawFuncs()
    functions.set_move_to_func(_move)
    functions.set_line_to_func(_line)
    functions.set_quadratic_to_func(_quad)
    functions.set_cubic_to_func(_cubic)
    functions.set_close_path_func(_close)
    return functions


_DRAW: Final = _draw_functions()


def stroke_precision(em: float) -> Precision:
    """Return how finely strokes are measured, by the number of units per em."""
    return Precision(tolerance=em / 5_000, step=em / 64)


_FACES: Final = RecentlyUsed[Face](MAX_CACHED_FACES)


def face_of(sha256: str, library: Library) -> Face:
    """Return the parsed face of a hash.

    Raises MissingInput (FONT_MISSING, FONT_CHANGED) where the library lacks it or holds other
    bytes under its hash, UnsupportedDesign (FONT_UNREADABLE) where the bytes are not a font.
    """
    return _FACES.get(sha256, lambda: _load(sha256, library))


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
