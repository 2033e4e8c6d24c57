"""A placement to check by eye: the surface's lines over the photo, and the points it was fitted to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render_core import vips
from render_core.layout import Outline, Verb
from render_core.mockup.calibrate.fit import Points
from render_core.mockup.linear import LinearCanvas
from render_core.mockup.placing import map_of
from render_core.mockup.warped import Warped
from render_core.raster.coverage import patches
from render_core.srgb import light_of_bytes
from render_core.views import Placement

_LINES = 10
_THICK = 400  # A line's share of the surface: one in so many.
_LINE = np.array((226, 0, 116), np.uint8)
_POINT = np.array((0, 150, 255), np.uint8)


def overlay(photo: NDArray[np.uint8], placement: Placement, points: Points) -> bytes:
    """Return a PNG of the photo, (h, w, 3), with ten lines each way and a spot on every point."""
    height, width = photo.shape[:2]
    surface = map_of(placement, points.size_um[0])
    grid = Warped(width, height, surface, points.size_um, (1.0, 1.0))
    canvas = LinearCanvas(light_of_bytes()[photo])
    for box in _lines(*points.size_um):
        for left, top, alpha in patches(grid.edges(_box(*box)), width, height):
            canvas.lay(left, top, _LINE, alpha, None)
    out = canvas.onto(photo)
    for x, y in np.floor(points.seen_px).astype(np.int64).tolist():
        out[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2] = _POINT
    return vips.png(out, photographic=True)


def _lines(width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Return thin boxes: left, top, right, bottom in micrometres. Every fifth one is thicker."""
    boxes = []
    for step in range(_LINES + 1):
        half = max(max(width, height) // _THICK // (2 if step % 5 else 1), 1)
        x, y = width * step // _LINES, height * step // _LINES
        boxes.append((max(x - half, 0), 0, min(x + half, width), height))
        boxes.append((0, max(y - half, 0), width, min(y + half, height)))
    return boxes


def _box(left: int, top: int, right: int, bottom: int) -> Outline:
    verbs = np.array([Verb.MOVE, Verb.LINE, Verb.LINE, Verb.LINE, Verb.CLOSE], np.uint8)
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return Outline(verbs, np.array(corners, np.int32))
