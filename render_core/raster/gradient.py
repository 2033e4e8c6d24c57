"""The colours of a gradient on a pixel grid.

How far along a pixel's middle lies is computed by basic operations, one by one; from there on whole
numbers: the place is rounded to one of `STEPS` and its colour looked up in a table made in integers.

Sources: SVG 1.1, 13.2 (linear and radial gradients, spread "pad"); ISO 32000-1, 8.7.4.5.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.looks import Gradient, GradientKind, GradientStop
from render_core.raster.grid import PixelMap, Plane

STEPS: Final = 4096
# A focus on the rim or beyond it has no inside; SVG 1.1 moves it back to the rim.
MAX_FOCUS: Final = 0.998

Pixels = NDArray[np.uint8]


def gradient_pixels(
    gradient: Gradient, grid: PixelMap, left: int, top: int, width: int, height: int
) -> Pixels:
    """Return the colours in a window of the grid: (height, width, 4), straight alpha.

    gradient: in surface coordinates.
    """
    table = _table(gradient.stops)
    if gradient.is_flat:
        flat: Pixels = np.broadcast_to(table[-1], (height, width, 4))
        return flat
    if gradient.kind is GradientKind.LINEAR:
        along = _linear(gradient, grid, left, top, width, height)
    else:
        along = _radial(gradient, grid, left, top, width, height)
    step = np.rint(np.clip(along, 0.0, 1.0) * STEPS).astype(np.int64)
    pixels: Pixels = table[step]
    return pixels


@lru_cache(maxsize=256)
def _table(stops: tuple[GradientStop, ...]) -> Pixels:
    """Return the colours (STEPS + 1, 4) from one end to the other, rounded to the nearest."""
    offsets = np.array([stop.offset_permille for stop in stops], np.int64)
    # Opacity to 255 steps by the rounding that all alpha goes through.
    colours = np.array(
        [(*stop.rgb, (stop.opacity_permille * 255 + 500) // 1000) for stop in stops], np.int64
    )
    place = np.arange(STEPS + 1, dtype=np.int64) * 1000
    # Where stops share an offset, the colour jumps: on it and after it the last one holds.
    after = np.searchsorted(offsets * STEPS, place, side="right")
    last = np.maximum(after - 1, 0)
    following = np.minimum(after, len(stops) - 1)
    span = np.maximum((offsets[following] - offsets[last]) * STEPS, 1)
    way = np.clip(place - offsets[last] * STEPS, 0, span)
    change = (colours[following] - colours[last]) * way[:, None]
    table = colours[last] + (2 * change + span[:, None]) // (2 * span[:, None])
    pixels: Pixels = table.astype(np.uint8)
    pixels.setflags(write=False)
    return pixels


def _linear(
    gradient: Gradient, grid: PixelMap, left: int, top: int, width: int, height: int
) -> Plane:
    (x0, y0), (x1, y1) = gradient.start_um, gradient.end_um
    dx, dy = x1 - x0, y1 - y0
    squared = dx * dx + dy * dy
    return grid.along((dx / squared, dy / squared), (x0, y0), left, top, width, height)


def _radial(
    gradient: Gradient, grid: PixelMap, left: int, top: int, width: int, height: int
) -> Plane:
    """Solve |p − (1 − t)·f| = t on the unit circle, f its focus, for the larger t."""
    ax, ay, bx, by = gradient.half_axes_um
    determinant = ax * by - ay * bx
    rows = (by / determinant, -bx / determinant), (-ay / determinant, ax / determinant)
    u, v = (grid.along(row, gradient.end_um, left, top, width, height) for row in rows)
    fu, fv = focus_on_unit_circle(gradient)
    if not (fu or fv):
        return np.sqrt(u * u + v * v)
    u, v = u - fu, v - fv
    inside = 1 - (fu * fu + fv * fv)
    towards = u * fu + v * fv
    return (towards + np.sqrt(towards * towards + (u * u + v * v) * inside)) / inside


def focus_on_unit_circle(gradient: Gradient) -> tuple[float, float]:
    """Return where the focus of a radial gradient lies when its ellipse is the unit circle."""
    ax, ay, bx, by = gradient.half_axes_um
    determinant = ax * by - ay * bx
    (x, y), (cx, cy) = gradient.start_um, gradient.end_um
    u = ((x - cx) * by - (y - cy) * bx) / determinant
    v = ((y - cy) * ax - (x - cx) * ay) / determinant
    squared = u * u + v * v
    if squared <= MAX_FOCUS * MAX_FOCUS:
        return u, v
    shorter = MAX_FOCUS / float(np.sqrt(np.float64(squared)))
    return u * shorter, v * shorter
