"""How what is made looks under light: shade and shine of engraving, embossing and foil, for mock-ups.

The light stands at the top left of the picture. What is cut or pressed in lies in the shadow of its
upper left edges, and its lower right edges catch the light; what is raised does the opposite and
throws a shadow. All of it is made from the item's own coverage, moved and blurred in whole numbers:
box filters, no bell curves, so that the bytes are the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.layout import Item, Operation
from render_core.looks import Finish, Gradient, GradientKind, GradientStop
from render_core.raster.coverage import BAND_PIXELS, Edges, extents_px, window
from render_core.raster.grid import PixelMap

Pixels = NDArray[np.uint8]
_Plane = NDArray[np.int32]

# Depths that look right where a template states none, in µm.
DEFAULT_DEPTH_UM: Final = {
    Finish.ENGRAVED: 200,
    Finish.EMBOSSED: 300,
    Finish.DEBOSSED: 300,
    Finish.FOIL: 60,
}
# What is deeper would be a hole; its shadow ends here.
MAX_DEPTH_PX: Final = 48.0
# Light falls at 45° in the picture: across and down by this share of a way.
_DIAGONAL: Final = 0.7071067811865476


@dataclass(frozen=True, slots=True)
class _Light:
    """Strengths in 1/255 of black and white: inside of an outline, at its edges, and outside."""

    inner_shade: int = 0
    inner_shine: int = 0
    rim_shade: int = 0
    rim_shine: int = 0
    ground_shade: int = 0
    raised: bool = False


_LIGHTS: Final = {
    Finish.ENGRAVED: _Light(inner_shade=150, inner_shine=46, rim_shine=110, rim_shade=26),
    Finish.DEBOSSED: _Light(
        inner_shade=120, inner_shine=40, rim_shine=105, rim_shade=30, ground_shade=22
    ),
    Finish.EMBOSSED: _Light(
        inner_shade=90, inner_shine=115, rim_shade=95, rim_shine=0, raised=True
    ),
    Finish.FOIL: _Light(inner_shade=60, inner_shine=70, rim_shine=45, rim_shade=30),
}


class Relief(NamedTuple):
    """Light and shade to lay over an item in a window. left, top: pixels; planes: (h, w) coverage."""

    left: int
    top: int
    shade: Pixels
    shine: Pixels


def is_blind(item: Item) -> bool:
    """Return whether an item is seen by its relief alone: pressed material carries no ink."""
    return item.operation is Operation.EMBOSS and item.finish in (Finish.EMBOSSED, Finish.DEBOSSED)


def reflex(item: Item, width_um: int, height_um: int) -> Gradient | None:
    """Return the colours of foil over a surface: its ink, with bands of a light sky in it."""
    if item.finish is not Finish.FOIL:
        return None
    ink = item.ink.rgb
    dark, bright, white = _mixed(ink, 0, 390), _mixed(ink, 255, 480), _mixed(ink, 255, 820)
    bands = (
        (0, dark), (90, ink), (170, bright), (215, white), (260, bright), (370, ink), (470, dark),
        (560, ink), (640, bright), (670, white), (710, bright), (800, ink), (900, dark), (1000, ink),
    )  # fmt: skip
    stops = tuple(GradientStop(offset, rgb) for offset, rgb in bands)
    return Gradient(GradientKind.LINEAR, (0, 0), (width_um, height_um // 3), stops)


def reliefs(item: Item, edges: Edges, grid: PixelMap) -> list[Relief]:
    """Return the light and shade of an item, band by band; none where it has no finish.

    edges: of its solid outline, on the grid.
    """
    light = _LIGHTS.get(item.finish)
    if light is None or edges.is_empty:
        return []
    depth = (item.depth_um or DEFAULT_DEPTH_UM[item.finish]) * grid.scale
    depth = min(depth, MAX_DEPTH_PX)
    margin = int(2 * depth) + 3
    left, top, right, bottom = extents_px(edges)
    left, right = max(0, left - margin), min(grid.width, right + margin)
    top, bottom = max(0, top - margin), min(grid.height, bottom + margin)
    if left >= right or top >= bottom:
        return []
    rows = max(64, BAND_PIXELS // (right - left) // 4)
    found = []
    for start in range(top, bottom, rows):
        stop = min(bottom, start + rows)
        shape = window(
            edges,
            left - margin,
            start - margin,
            right - left + 2 * margin,
            stop - start + 2 * margin,
        )
        shade, shine = _lit(shape.astype(np.int32), light, depth)
        inner = slice(margin, -margin)
        found.append(Relief(left, start, shade[inner, inner], shine[inner, inner]))
    return found


def _lit(shape: _Plane, light: _Light, depth: float) -> tuple[Pixels, Pixels]:
    """Return how dark and how light the window is, by what stands between it and the light."""
    way = max(depth, 0.5) * _DIAGONAL
    soft = _blurred(shape, round(depth / 2))
    edge = max(min(depth / 2, 2.0), 0.5) * _DIAGONAL
    sign = -1.0 if light.raised else 1.0
    # Inside, away from the light: what the edge towards the light hides, or the far side of a hill.
    hidden = shape * (255 - _moved(soft, sign * way)) // 255
    facing = shape * (255 - _moved(soft, -sign * way)) // 255
    beyond = (
        (255 - shape)
        * _moved(soft if light.raised else shape, way if light.raised else edge)
        // 255
    )
    before = (255 - shape) * _moved(shape, -edge) // 255
    rim_dark, rim_light = (beyond, before) if light.raised else (before, beyond)
    shade = hidden * light.inner_shade + rim_dark * light.rim_shade + shape * light.ground_shade
    shine = facing * light.inner_shine + rim_light * light.rim_shine
    return _as_coverage(shade), _as_coverage(shine)


def _as_coverage(plane: _Plane) -> Pixels:
    return np.minimum((plane + 127) // 255, 255).astype(np.uint8)


def _moved(plane: _Plane, by: float) -> _Plane:
    """Return the plane moved down and to the right by a distance, in steps of 1/16 pixel."""
    sixteenths = round(by * 16)
    whole, part = divmod(sixteenths, 16)
    near, far = _rolled(plane, whole), _rolled(plane, whole + 1)
    across = _rolled(plane, whole, whole + 1) + _rolled(plane, whole + 1, whole)
    rest = 16 - part
    return (near * (rest * rest) + across * (rest * part) + far * (part * part) + 128) // 256


def _rolled(plane: _Plane, down: int, right: int | None = None) -> _Plane:
    """Return the plane moved by whole pixels; nothing comes in from outside."""
    right = down if right is None else right
    height, width = plane.shape
    out = np.zeros_like(plane)
    out[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)] = plane[
        max(-down, 0) : height + min(-down, 0), max(-right, 0) : width + min(-right, 0)
    ]
    return out


def _blurred(plane: _Plane, radius: int) -> _Plane:
    """Return the plane after two box filters each way; a radius below 1 changes nothing."""
    if radius < 1:
        return plane
    for axis in (0, 1, 0, 1):
        plane = _boxed(plane, radius, axis)
    return plane


def _boxed(plane: _Plane, radius: int, axis: int) -> _Plane:
    pad = [(0, 0), (0, 0)]
    pad[axis] = (radius + 1, radius)
    sums = np.cumsum(np.pad(plane, pad), axis=axis, dtype=np.int32)
    size, length = 2 * radius + 1, plane.shape[axis]
    high, low = [slice(None)] * 2, [slice(None)] * 2
    high[axis], low[axis] = slice(size, size + length), slice(0, length)
    return (sums[tuple(high)] - sums[tuple(low)] + radius) // size


def _mixed(rgb: tuple[int, int, int], towards: int, permille: int) -> tuple[int, int, int]:
    red, green, blue = (
        (value * (1000 - permille) + towards * permille + 500) // 1000 for value in rgb
    )
    return (red, green, blue)
