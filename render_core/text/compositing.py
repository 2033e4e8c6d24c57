"""Groups of a colour glyph put together: clips and composite modes worked into layers.

Shapes that have to be cut become polygons, since these are cut exactly (see `geometry.polygons`);
all others keep their curves.

Source: Compositing and Blending Level 1 (W3C), 9.1 (Porter-Duff) and 10.1 (separable blend modes).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Final

import numpy as np

from render_core.geometry.paths import EMPTY_PATH, Path
from render_core.geometry.polygons import (
    Polygons,
    difference,
    intersection,
    path_of,
    polygons_of_path,
    union,
)
from render_core.geometry.support import bounds
from render_core.layout import Verb
from render_core.text.colour_layers import (
    OPAQUE,
    Layer,
    NotResolved,
    Point,
    Shade,
    Solid,
    blended,
    is_opaque,
    thinned,
)

# A sliver of the size of rounding is not a part of a picture.
_LEAST_SHARE: Final = 1e-3
# Font units: a four thousandth of the usual em.
_TOLERANCE: Final = 0.25


def clipped_shape(clips: Sequence[Path]) -> Path:
    """Return what lies in all clips; empty where nothing does, or where nothing clips at all."""
    kept = [clip for clip in clips if not clip.is_empty]
    if len(kept) < len(clips) or not kept:
        return EMPTY_PATH
    inner = kept[-1]
    outer = [clip for clip in kept[:-1] if not _is_box_around(clip, inner)]
    if not outer:
        return inner
    return path_of(reduce(intersection, (_area(one) for one in (inner, *outer))))


def clip_layers(layers: Sequence[Layer], by: Sequence[Layer]) -> list[Layer]:
    """Return layers where others cover them, as much as these do ("in").

    Raises NotResolved where gradients would have to be multiplied.
    """
    solid = union(_area(one.shape) for one in by if is_opaque(one.paint))
    found = _cut(layers, solid, OPAQUE)
    for one in by:
        if is_opaque(one.paint):
            continue
        rest = difference(_area(one.shape), solid)
        if rest.area_um2() <= _LEAST_SHARE * _area(one.shape).area_um2():
            continue
        if isinstance(one.paint, Solid):
            found += _cut(layers, rest, one.paint.alpha)
        else:
            found += _faded(layers, rest, one.paint)
        solid = union([solid, rest])
    return found


def blend_layers(layers: Sequence[Layer], source: Sequence[Layer], mode: str) -> list[Layer]:
    """Return layers with others over them by a blend mode; each layer is blended for itself.

    That is exact where layers are opaque; nothing is added beside them.
    """
    found = list(layers)
    for over in source:
        covering = _area(over.shape)
        found = [part for layer in found for part in _blended(layer, over, covering, mode)]
    return found


def _blended(layer: Layer, over: Layer, covering: Polygons, mode: str) -> list[Layer]:
    shape = _area(layer.shape)
    outside = difference(shape, covering)
    paint = blended(layer.paint, over.paint, mode, _middle(layer.shape))
    if outside.area_um2() <= _LEAST_SHARE * shape.area_um2():
        return [Layer(layer.shape, paint)]
    parts = [Layer(path_of(outside), layer.paint)]
    inside = path_of(intersection(shape, covering))
    return parts if inside.is_empty else [*parts, Layer(inside, paint)]


def _middle(path: Path) -> Point:
    box = bounds(path)
    return (0.0, 0.0) if box is None else ((box.left + box.right) / 2, (box.top + box.bottom) / 2)


def _cut(layers: Sequence[Layer], area: Polygons, alpha: int) -> list[Layer]:
    """Return layers inside of an area; what lies wholly inside keeps its curves."""
    found = []
    for layer in layers:
        shape = _area(layer.shape)
        inside = intersection(shape, area)
        if inside.is_empty:
            continue
        whole = difference(shape, area).area_um2() <= _LEAST_SHARE * shape.area_um2()
        paint = layer.paint if alpha == OPAQUE else thinned(layer.paint, alpha)
        found.append(Layer(layer.shape if whole else path_of(inside), paint))
    return found


def _faded(layers: Sequence[Layer], area: Polygons, fade: Shade) -> list[Layer]:
    """Return layers of one colour each that fade as a gradient does."""
    found = []
    for layer in layers:
        if not isinstance(layer.paint, Solid):
            raise NotResolved("a gradient that fades along another")
        rgb, alpha = layer.paint.rgb, layer.paint.alpha
        stops = tuple(
            stop._replace(rgb=rgb, alpha=(stop.alpha * alpha + 127) // OPAQUE)
            for stop in fade.stops
        )
        shape = path_of(intersection(_area(layer.shape), area))
        if not shape.is_empty:
            found.append(Layer(shape, Shade(fade.kind, fade.start, fade.end, stops, fade.axes)))
    return found


def _area(path: Path) -> Polygons:
    return polygons_of_path(path, tolerance=_TOLERANCE)


def _is_box_around(clip: Path, inner: Path) -> bool:
    """Return whether a clip is an upright rectangle that holds all of another path."""
    if len(clip.verbs) != 5 or (clip.verbs[1:4] != Verb.LINE).any():
        return False
    box, reach = bounds(clip), bounds(inner)
    if box is None or reach is None:
        return False
    sides = np.isin(clip.points, (box.left, box.right, box.top, box.bottom)).all()
    return bool(sides) and (
        box.left <= reach.left
        and box.top <= reach.top
        and box.right >= reach.right
        and box.bottom >= reach.bottom
    )
