"""The part of a zone that may be filled, and how large a path may be in it.

A shape less a margin: the points inside whose distance from the edge is at least the margin. For a
convex shape that is an intersection of half planes, and the largest scale is a quotient for each of
them: exact, no search. Other shapes are judged by distance from their edge, contour by contour.
Curved edges become chords at most `EDGE_TOLERANCE_UM` away, inside the shape where it is convex.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.errors import UnsupportedDesign
from render_core.geometry.flatten import flatten, flatten_path
from render_core.geometry.paths import Path, support
from render_core.layout import Outline

EDGE_TOLERANCE_UM: Final = 0.5
# What touches an edge must not be outside by the last bit of a sum.
_SLACK_UM: Final = 0.001
_DRAWN_TOLERANCE_UM: Final = 2.0
# Whole-micrometre points make a smooth edge waver by this much: not a dent.
_DENT_UM: Final = 1.5
_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A shape less a margin. edges: (n, 2, 2) the segments of its edge, micrometres.

    normals: (n, 2) outward unit normals and offsets: (n,) of a convex shape's half planes, so that
    p is inside where normals · p <= offsets; None for other shapes. corners: (k, 2), one point of
    each contour of the edge.
    """

    margin_um: float
    edges: _Array
    normals: _Array | None
    offsets: _Array | None
    corners: _Array

    def contains(self, x: float, y: float) -> bool:
        """Return whether a point lies inside, on the edge included."""
        point = np.array([[x, y]], dtype=np.float64)
        if self.normals is not None and self.offsets is not None:
            reach = self.normals[:, 0] * x + self.normals[:, 1] * y
            return bool((reach <= self.offsets + _SLACK_UM).all())
        clear = _squared_distances(point, self.edges).min() >= self.margin_um * self.margin_um
        return bool(clear and _inside(point, self.edges)[0])

    def largest_scale(self, path: Path, x: float, y: float) -> float | None:
        """Return the largest scale about (x, y) at which a path lies inside; 0 for none.

        path: relative to that point. None where only `fits` can tell: the shape is not convex.
        """
        if self.normals is None or self.offsets is None:
            return None
        room = self.offsets - (self.normals[:, 0] * x + self.normals[:, 1] * y)
        if (room < -_SLACK_UM).any():
            return 0.0
        reach = support(path, self.normals)
        limited = reach > 0
        if not limited.any():
            return float("inf")
        return float(((room[limited] + _SLACK_UM) / reach[limited]).min())

    def fits(self, path: Path, scale: float, x: float, y: float) -> bool:
        """Return whether a path without overlaps, scaled and then moved by (x, y), lies inside."""
        if self.normals is not None and self.offsets is not None:
            reach = support(path.placed(scale, x, y), self.normals)
            return bool((reach <= self.offsets + _SLACK_UM).all())
        return self._clear(path.placed(scale, x, y))

    def _clear(self, path: Path) -> bool:
        contours = flatten_path(path.verbs, path.points, _DRAWN_TOLERANCE_UM)
        drawn = [contour.points_um for contour in contours if len(contour.points_um) > 1]
        firsts = np.array([points[0] for points in drawn])
        if not _inside(firsts, self.edges).all():
            return False
        if not all(self._contour_is_clear(points) for points in drawn):
            return False
        if len(self.corners) < 2:
            return True
        # No hole of the shape may hide inside the drawing.
        segments = np.concatenate([_closed_segments(points) for points in drawn])
        return not _inside(self.corners, segments).any()

    def _contour_is_clear(self, points: _Array) -> bool:
        """Return whether a contour keeps its distance from the edge, on whichever side."""
        low, high = points.min(axis=0) - self.margin_um, points.max(axis=0) + self.margin_um
        apart = (self.edges.max(axis=1) < low) | (self.edges.min(axis=1) > high)
        near = self.edges[~apart.any(axis=1)]
        if near.size == 0:
            return True
        segments = _closed_segments(points)
        if _cross(segments, near):
            return False
        squared = self.margin_um * self.margin_um
        return bool(
            _squared_distances(points, near).min() >= squared
            and _squared_distances(near[:, 0], segments).min() >= squared
        )


def region(shape: Outline, margin_um: int) -> Region:
    """Return the region of a closed shape (zone coordinates) less a margin.

    Raises UnsupportedDesign for a shape without area.
    """
    contours = [c.points_um for c in flatten(shape, EDGE_TOLERANCE_UM) if len(c.points_um) > 2]
    if not contours:
        raise UnsupportedDesign("SHAPE_EMPTY", "A shape needs at least three different points.")
    edges = np.concatenate([_closed_segments(points) for points in contours])
    corners = np.array([points[0] for points in contours])
    planes = _half_planes(contours[0]) if len(contours) == 1 else None
    if planes is None:
        return Region(float(margin_um), edges, None, None, corners)
    normals, offsets = planes
    return Region(float(margin_um), edges, normals, offsets - margin_um, corners)


def _closed_segments(points: _Array) -> _Array:
    return np.stack([points, np.roll(points, -1, axis=0)], axis=1)


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
    offsets: _Array = (normals * points).sum(axis=1)
    reach = normals[:, :1] * x + normals[:, 1:] * y
    dented = (reach - offsets[:, None]).max() > _DENT_UM
    return None if dented else (normals, offsets)


def _inside(points: _Array, edges: _Array) -> NDArray[np.bool_]:
    """Return for (p, 2) points whether they lie inside closed edges (n, 2, 2), by the even-odd rule."""
    ax, ay, bx, by = edges[:, 0, 0], edges[:, 0, 1], edges[:, 1, 0], edges[:, 1, 1]
    x, y = points[:, :1], points[:, 1:]
    crosses = (ay > y) != (by > y)
    height = np.where(by == ay, 1.0, by - ay)
    hit = crosses & (x < (bx - ax) * (y - ay) / height + ax)
    inside: NDArray[np.bool_] = hit.sum(axis=1) % 2 == 1
    return inside


def _squared_distances(points: _Array, edges: _Array) -> _Array:
    """Return (p, n) squared distances of points (p, 2) from segments (n, 2, 2)."""
    start, along = edges[:, 0], edges[:, 1] - edges[:, 0]
    squared = np.maximum((along * along).sum(axis=1), 1e-12)
    dx, dy = points[:, :1] - start[:, 0], points[:, 1:] - start[:, 1]
    t = np.clip((dx * along[:, 0] + dy * along[:, 1]) / squared, 0.0, 1.0)
    gap_x, gap_y = dx - t * along[:, 0], dy - t * along[:, 1]
    distances: _Array = gap_x * gap_x + gap_y * gap_y
    return distances


def _cross(first: _Array, second: _Array) -> bool:
    """Return whether any of the segments (n, 2, 2) crosses any of the others (m, 2, 2)."""
    a, b = first[:, None, 0], first[:, None, 1]
    c, d = second[None, :, 0], second[None, :, 1]
    return bool(((_side(a, b, c) != _side(a, b, d)) & (_side(c, d, a) != _side(c, d, b))).any())


def _side(a: _Array, b: _Array, p: _Array) -> NDArray[np.bool_]:
    ab, ap = b - a, p - a
    left: NDArray[np.bool_] = ab[..., 0] * ap[..., 1] - ab[..., 1] * ap[..., 0] > 0
    return left
