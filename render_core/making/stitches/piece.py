"""One connected part of an area: its edges, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyclipper
from numpy.typing import NDArray

from render_core.geometry.polygons import UNITS_PER_UM, Polygons, Ring, signed_area
from render_core.layout import Box
from render_core.making.stitches.simpler import simpler_ring

# Far below what a needle can tell apart, and above what makes work of curves.
SIMPLER_BY_UM: Final = 30
_STEP: Final = 1_000_000

Points = NDArray[np.float64]


class Piece:
    """A connected area. Micrometres."""

    def __init__(self, area: Polygons) -> None:
        self.area = area

    @cached_property
    def rings(self) -> tuple[Points, ...]:
        """The contours, (n, 2) each, not repeating their first point."""
        return tuple(ring.astype(np.float64) / UNITS_PER_UM for ring in self.area.rings)

    @cached_property
    def segments(self) -> Points:
        """The edges, (n, 4): x₀, y₀, x₁, y₁."""
        parts = [np.concatenate([r, np.roll(r, -1, axis=0)], axis=1) for r in self.rings]
        return np.concatenate(parts) if parts else np.zeros((0, 4))

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        points = np.concatenate(self.rings)
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return (left, top, right, bottom)

    @cached_property
    def mean_width(self) -> float:
        """About how wide its strokes are: twice the area over the length of the edges."""
        along = self.segments[:, 2:] - self.segments[:, :2]
        length = float(np.sqrt(along[:, 0] ** 2 + along[:, 1] ** 2).sum())
        return 2 * self.area.area_um2() / max(length, 1.0)

    def box(self) -> Box:
        left, top, right, bottom = (round(value) for value in self.bounds)
        return Box(left, top, right, bottom)

    def distances(self, points: Points) -> NDArray[np.float64]:
        """Return how far points (n, 2) are from the nearest edge, (n,)."""
        x0, y0, x1, y1 = self.segments.T
        ex, ey = x1 - x0, y1 - y0
        squared = np.maximum(ex * ex + ey * ey, 1e-9)
        found = []
        for some in _chunks(points, len(x0)):
            dx, dy = some[:, :1] - x0, some[:, 1:] - y0
            share = np.clip((dx * ex + dy * ey) / squared, 0.0, 1.0)
            fx, fy = dx - share * ex, dy - share * ey
            found.append(np.sqrt((fx * fx + fy * fy).min(axis=1)))
        return np.concatenate(found)

    def reach(
        self, points: Points, ways: Points
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how far it is to the edge along a way and against it, both (n,); 0 outside.

        points: (n, 2). ways: (n, 2), of length 1.
        """
        x0, y0, x1, y1 = self.segments.T
        ex, ey = x1 - x0, y1 - y0
        ahead, behind = [], []
        for some, way in zip(_chunks(points, len(x0)), _chunks(ways, len(x0)), strict=True):
            dx, dy = x0 - some[:, :1], y0 - some[:, 1:]
            wx, wy = way[:, :1], way[:, 1:]
            cross = wx * ey - wy * ex
            flat = cross == 0
            safe = np.where(flat, 1.0, cross)
            along, share = (dx * ey - dy * ex) / safe, (dx * wy - dy * wx) / safe
            hit = ~flat & (share >= 0) & (share < 1)
            front, back = hit & (along >= 0), hit & (along < 0)
            inside = front.sum(axis=1) % 2 == 1
            near = np.where(front, along, np.inf).min(axis=1)
            far = np.where(back, -along, np.inf).min(axis=1)
            fine = inside & np.isfinite(near) & np.isfinite(far)
            ahead.append(np.where(fine, near, 0.0))
            behind.append(np.where(fine, far, 0.0))
        return np.concatenate(ahead), np.concatenate(behind)

    def has_way(self, start: tuple[float, float], end: tuple[float, float]) -> bool:
        """Return whether the straight way between two points meets no edge."""
        (ax, ay), (bx, by) = start, end
        x0, y0, x1, y1 = self.segments.T
        wx, wy = bx - ax, by - ay
        one, other = wx * (y0 - ay) - wy * (x0 - ax), wx * (y1 - ay) - wy * (x1 - ax)
        ex, ey = x1 - x0, y1 - y0
        third, fourth = ex * (ay - y0) - ey * (ax - x0), ex * (by - y0) - ey * (bx - x0)
        crosses = ((one > 0) != (other > 0)) & ((third > 0) != (fourth > 0))
        return not bool(crosses.any())


def _chunks(points: Points, edges: int) -> Iterator[Points]:
    step = max(_STEP // max(edges, 1), 1)
    for first in range(0, len(points), step):
        yield points[first : first + step]


def pieces(area: Polygons) -> list[Piece]:
    """Return the connected parts of an area, simplified, in the order of their top left corners.

    Raises TooDetailed for a contour with more corners than can be sewn.
    """
    clipper = pyclipper.Pyclipper()
    for ring in area.rings:
        simple = simpler_ring(ring, SIMPLER_BY_UM * UNITS_PER_UM)
        if len(simple) > 2 and signed_area(simple):
            clipper.AddPath(simple.tolist(), pyclipper.PT_SUBJECT, True)
    try:
        tree = clipper.Execute2(pyclipper.CT_UNION, pyclipper.PFT_POSITIVE, pyclipper.PFT_POSITIVE)
    except pyclipper.ClipperException:  # Nothing was left to unite.
        return []
    found = [Piece(Polygons(tuple(part))) for part in _parts(tree)]
    return sorted(found, key=lambda piece: piece.bounds)


def _parts(node: Any) -> Iterator[list[Ring]]:
    waiting = [node]
    while waiting:
        for outer in waiting.pop().Childs:
            holes = outer.Childs
            yield [np.array(one.Contour, np.int64) for one in (outer, *holes)]
            waiting += holes
