"""Faces whose glyphs are pictures in layers: what a zone sets emoji in that keeps their colours.

A `ColourFace` draws emoji and nothing else. Its glyphs' outlines are silhouettes: text is fitted and
placed by them, but what is made are the layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from typing import Final

import numpy as np

from render_core.byte_bounded import ENTRY_BYTES, ByteBounded
from render_core.design import ZoneSpec
from render_core.geometry.paths import Path, join_paths
from render_core.geometry.polygons import path_of, polygons_of_path, union
from render_core.layout import FULL_OPACITY, Ink, Item, Operation
from render_core.limits import MAX_GLYPH_CACHE_BYTES
from render_core.looks import Gradient, GradientKind, GradientStop
from render_core.recently_used import RecentlyUsed
from render_core.text.colour_layers import OPAQUE, Layer, NotResolved, Shade, Solid, Stop
from render_core.text.colour_recorder import colour_layers
from render_core.text.face import BLANK, Face, Glyph, glyph_of
from render_core.text_rules import EmojiPolicy

# What emoji can be made with in their colours.
COLOURED_OPERATIONS: Final = frozenset({Operation.PRINT, Operation.SCREEN_ONLY})

_FLIP: Final = np.array([1.0, -1.0])
_LAYERS: Final = ByteBounded[tuple[Layer, ...]](MAX_GLYPH_CACHE_BYTES)
# Units per em in which layers are joined to a silhouette, true to two of them.
_SILHOUETTE_PARTS: Final = 8_000.0


class ColourFace(Face):
    """A face in whose colours emoji are set."""

    @classmethod
    def of(cls, face: Face) -> ColourFace:
        """Return the colour face of a face; the same one while it is remembered."""
        return _FACES.get(face.serial, lambda: cls._made(face))

    @classmethod
    def _made(cls, face: Face) -> ColourFace:
        coloured = cls.__new__(cls)
        coloured.__dict__.update(copy(face).__dict__)
        coloured._set_up(face.font)
        return coloured

    def layers(self, glyph_id: int) -> tuple[Layer, ...]:
        """Return the layers of a glyph from the bottom upwards, in font units, y down.

        None for a glyph that has no colours, or is painted in a way that layers cannot show: then
        another face draws the emoji, or a problem says that none can.
        """
        key = (self.serial, glyph_id)
        known = _LAYERS.get(key)
        if known is None:
            known = self._layers_of(glyph_id)
            size = sum(layer.shape.points.nbytes + ENTRY_BYTES for layer in known)
            _LAYERS.put(key, known, size + ENTRY_BYTES)
        return known

    def _layers_of(self, glyph_id: int) -> tuple[Layer, ...]:
        if glyph_id == 0:
            return ()
        try:
            layers = colour_layers(self.font, glyph_id)
        except NotResolved:
            return ()
        return tuple(
            Layer(Path(one.shape.verbs, one.shape.points * _FLIP), _flipped(one.paint))
            for one in layers
        )

    def _draw(self, glyph_id: int) -> Glyph:
        layers = self.layers(glyph_id)
        if not layers:
            return BLANK
        scale = _SILHOUETTE_PARTS / self.upem
        shapes = (polygons_of_path(one.shape.placed(scale, 0.0, 0.0)) for one in layers)
        path = path_of(union(shapes)).placed(1 / scale, 0.0, 0.0)
        exact = join_paths(one.shape for one in layers)
        return glyph_of(path, exact, self.upem)


_FACES: Final = RecentlyUsed[ColourFace](16)


def has_colours(face: Face) -> bool:
    """Return whether a face has glyphs in layers (COLR). Pictures of pixels, or in SVG, are none."""
    tables = face.font.face
    return bool(tables.has_color_layers or tables.has_color_paint)


def shows_colours(spec: ZoneSpec) -> bool:
    """Return whether a zone sets emoji in their colours: printed, and on straight lines.

    Along a line and in monograms letters are turned and woven as outlines; emoji are, too.
    """
    rules = spec.text
    return (
        rules is not None
        and rules.emoji is EmojiPolicy.COLOUR
        and spec.operation in COLOURED_OPERATIONS
        and rules.path is None
        and rules.monogram is None
    )


def emoji_items(
    face: ColourFace,
    glyph_id: int,
    zone: str,
    operation: Operation,
    ink: Ink,
    matrix: tuple[float, float, float, float, float, float],
) -> Iterator[Item]:
    """Yield the layers of a glyph as items, from the bottom upwards.

    ink: of layers that take the text's own. matrix: (xx, yx, xy, yy, dx, dy) from font units, y down,
    to micrometres of the zone.
    """
    for layer in face.layers(glyph_id):
        outline = Path(layer.shape.verbs, _mapped(layer.shape.points, matrix)).outline()
        if outline.is_empty:
            continue
        paint = layer.paint
        if isinstance(paint, Shade):
            yield _shaded(Item(zone, operation, Ink(paint.stops[0].rgb), outline), paint, matrix)
            continue
        own = ink if paint.is_ink else Ink(paint.rgb)
        yield Item(zone, operation, own, outline, opacity_permille=_permille(paint.alpha))


def _shaded(item: Item, shade: Shade, matrix: tuple[float, ...]) -> Item:
    gradient = _gradient(shade, matrix)
    if gradient.is_flat:  # Too small to be seen to change.
        last = gradient.stops[-1]
        return replace(item, ink=Ink(last.rgb), opacity_permille=last.opacity_permille)
    return replace(item, gradient=gradient)


def _gradient(shade: Shade, matrix: tuple[float, ...]) -> Gradient:
    points = _mapped(np.array([shade.start, shade.end], np.float64), matrix)
    (x0, y0), (x1, y1) = np.rint(points).astype(np.int64).tolist()
    stops = tuple(_stop(stop) for stop in shade.stops)
    if shade.kind is GradientKind.LINEAR:
        return Gradient(GradientKind.LINEAR, *_across(shade, points, matrix), stops)
    xx, yx, xy, yy, _, _ = matrix
    ax, ay, bx, by = shade.axes
    axes = (xx * ax + xy * ay, yx * ax + yy * ay, xx * bx + xy * by, yx * bx + yy * by)
    a, b, c, d = (round(axis) for axis in axes)
    return Gradient(GradientKind.RADIAL, (x0, y0), (x1, y1), stops, 0, (a, b, c, d))


def _across(
    shade: Shade,
    points: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    matrix: tuple[float, ...],
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return start and end of a linear gradient whose lines of one colour the matrix has slanted."""
    xx, yx, xy, yy, _, _ = matrix
    (sx, sy), (ex, ey) = shade.start, shade.end
    level = (xx * (sy - ey) + xy * (ex - sx), yx * (sy - ey) + yy * (ex - sx))
    (ax, ay), (bx, by) = points.tolist()
    nx, ny = level[1], -level[0]
    squared = nx * nx + ny * ny
    share = ((bx - ax) * nx + (by - ay) * ny) / squared if squared else 0.0
    return (round(ax), round(ay)), (round(ax + nx * share), round(ay + ny * share))


def _stop(stop: Stop) -> GradientStop:
    return GradientStop(round(stop.offset * 1000), stop.rgb, _permille(stop.alpha))


def _permille(alpha: int) -> int:
    return (alpha * FULL_OPACITY + OPAQUE // 2) // OPAQUE


def _flipped(paint: Solid | Shade) -> Solid | Shade:
    """Return a paint with its y axis downwards."""
    if isinstance(paint, Solid):
        return paint
    (sx, sy), (ex, ey), (ax, ay, bx, by) = paint.start, paint.end, paint.axes
    return Shade(paint.kind, (sx, -sy), (ex, -ey), paint.stops, (ax, -ay, bx, -by))


def _mapped(
    points: np.ndarray[tuple[int, ...], np.dtype[np.float64]], matrix: tuple[float, ...]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    xx, yx, xy, yy, dx, dy = matrix
    x, y = points[:, 0], points[:, 1]
    return np.stack([x * xx + y * xy + dx, x * yx + y * yy + dy], axis=1)
