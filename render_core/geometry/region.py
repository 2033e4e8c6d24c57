"""The part of a zone that may be filled, and how large a path may be in it.

A shape less a margin: the points inside whose distance from the edge is at least the margin. For a
convex shape that is an intersection of half planes, and the largest scale is a quotient for each of
them: exact, no search. Other shapes are searched, each size judged by its distance from the edge.
Curved edges become chords at most `EDGE_TOLERANCE_UM` away, inside the shape where it is convex.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.errors import UnsupportedDesign
from render_core.geometry.clearance import (
    Edge,
    drawing,
    edge,
    inside,
    is_clear,
    squared_distances,
)
from render_core.geometry.flatten import flatten
from render_core.geometry.paths import Bounds, Path
from render_core.geometry.support import Segments, reach
from render_core.layout import Outline

EDGE_TOLERANCE_UM: Final = 0.5
_DRAWN_TOLERANCE_UM: Final = 1.0
# What touches an edge must not be outside by the last bit of a sum.
_SLACK_UM: Final = 0.001
# Whole-micrometre points make a smooth edge waver by this much: not a dent.
_DENT_UM: Final = 1.5
# Sizes are tried downwards by this factor where they cannot be halved.
_DOWN: Final = 0.95
# Every so manieth half plane gives a first impression.
_SOME: Final = 8
_Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Region:
    """A shape less a margin.

    normals: (n, 2) outward unit normals and offsets: (n,) of a convex shape's half planes, so that
    p is inside where normals · p <= offsets; None for other shapes.
    """

    margin_um: float
    edge: Edge
    normals: _Array | None
    offsets: _Array | None

    @cached_property
    def is_box(self) -> bool:
        """Whether the region is a rectangle along the axes, for which extents say everything."""
        return self.normals is not None and bool((self.normals == 0).any(axis=1).all())

    @cached_property
    def size_um(self) -> tuple[float, float]:
        """Width and height of the box around the shape, without its margin."""
        width, height = (self.edge.high.max(axis=0) - self.edge.low.min(axis=0)).tolist()
        return width - 2 * self.margin_um, height - 2 * self.margin_um

    @cached_property
    def _planes(self) -> list[tuple[float, float, float]]:
        """The half planes of a convex shape as numbers: x and y of the normal, and the offset."""
        if self.normals is None or self.offsets is None:
            return []
        return [
            (x, y, offset)
            for (x, y), offset in zip(self.normals.tolist(), self.offsets.tolist(), strict=True)
        ]

    def largest_box_scale(self, box: Bounds, x: float, y: float) -> float:
        """Return what `largest_scale` says of the corners of a box; for regions of few half planes."""
        left, top, right, bottom = box
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        largest = float("inf")
        for nx, ny, offset in self._planes:
            room = offset - (nx * x + ny * y)
            if room < -_SLACK_UM:
                return 0.0
            farthest = max(nx * px + ny * py for px, py in corners)
            if farthest > 0:
                largest = min(largest, (room + _SLACK_UM) / farthest)
        return largest

    def largest_scale(self, segments: Segments, x: float, y: float) -> float | None:
        """Return the largest scale about (x, y) at which segments lie inside; 0 for none.

        segments: (n, 4, 2), relative to that point; the outermost ones suffice. None where only
        `largest_step` can tell, because the shape is not convex.
        """
        if self.normals is None or self.offsets is None:
            return None
        room = self.offsets - (self.normals[:, 0] * x + self.normals[:, 1] * y)
        if (room < -_SLACK_UM).any():
            return 0.0
        farthest = reach(segments, self.normals)
        limited = farthest > 0
        if not limited.any():
            return float("inf")
        return float(((room[limited] + _SLACK_UM) / farthest[limited]).min())

    def scale_bound(self, segments: Segments, x: float, y: float) -> float | None:
        """Return a scale that `largest_scale` does not exceed, found sooner; None where it would not be."""
        if self.normals is None or self.offsets is None or len(self.normals) <= _SOME:
            return None
        some = slice(None, None, _SOME)
        normals = self.normals[some]
        room = self.offsets[some] - (normals[:, 0] * x + normals[:, 1] * y)
        farthest = reach(segments, normals)
        limited = farthest > 0
        if not limited.any():
            return float("inf")
        return float(((np.maximum(room[limited], 0.0) + _SLACK_UM) / farthest[limited]).min())

    def largest_step(
        self,
        path: Path,
        at: tuple[float, float],
        limit: int,
        scale_of: Callable[[int], float],
        above: int = 0,
    ) -> int:
        """Return the largest step from 0 to `limit` whose scale fits while the next one does not.

        path: without overlaps, relative to `at`. scale_of: ascending. In a shape with dents a
        larger step yet might fit again; the search does not look for it. Where `at` itself lies outside,
        in a hole, small steps cannot fit, and the search goes down in steps of one twentieth.
        Where no step above `above` fits, that is the answer.
        """
        drawn = drawing(path, _DRAWN_TOLERANCE_UM / scale_of(limit))

        def fits(step: int) -> bool:
            return is_clear(self.edge, drawn, self.margin_um, scale_of(step), at)

        if fits(limit):
            return limit
        largest, too_large = above, limit
        if not self._holds_point(at):
            while too_large - largest > 1:
                tried = max(largest + 1, int(too_large * _DOWN))
                if fits(tried):
                    largest = tried
                    break
                too_large = tried
        elif above and not fits(above + 1):
            return above
        while too_large - largest > 1:
            middle = (largest + too_large) // 2
            if fits(middle):
                largest = middle
            else:
                too_large = middle
        return largest

    def _holds_point(self, at: tuple[float, float]) -> bool:
        point = np.array([at], dtype=np.float64)
        squared = self.margin_um * self.margin_um
        near = squared_distances(point, self.edge.segments).min() < squared
        return bool(inside(point, self.edge.segments)[0]) and not near


def region(shape: Outline, margin_um: int) -> Region:
    """Return the region of a closed shape (zone coordinates) less a margin.

    Raises UnsupportedDesign for a shape without area.
    """
    contours = [c.points_um for c in flatten(shape, EDGE_TOLERANCE_UM) if len(c.points_um) > 2]
    if not contours:
        raise UnsupportedDesign("SHAPE_EMPTY", "A shape needs at least three different points.")
    around = edge(contours)
    planes = _half_planes(contours[0]) if len(contours) == 1 else None
    if planes is None:
        return Region(float(margin_um), around, None, None)
    normals, offsets = planes
    return Region(float(margin_um), around, normals, offsets - margin_um)


def _half_planes(points: _Array) -> tuple[_Array, _Array] | None:
    """Return outward unit normals and offsets of a convex polygon, None for one that is not."""
    along = np.roll(points, -1, axis=0) - points
    lengths = np.sqrt(along[:, 0] * along[:, 0] + along[:, 1] * along[:, 1])
    kept = lengths > 0
    points, along, lengths = points[kept], along[kept], lengths[kept]
    x, y = points[:, 0], points[:, 1]
    area = float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())
    outward = 1.0 if area > 0 else -1.0
    normals = np.stack([along[:, 1], -along[:, 0]], axis=1) * outward / lengths[:, None]
    offsets: _Array = normals[:, 0] * x + normals[:, 1] * y
    reached = normals[:, :1] * x + normals[:, 1:] * y
    dented = (reached - offsets[:, None]).max() > _DENT_UM
    return None if dented else (normals, offsets)
