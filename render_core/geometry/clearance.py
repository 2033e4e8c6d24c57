"""Whether a drawing keeps its distance from the edge of a shape of any form.

Contour by contour: one point inside, no crossing, and no corner of either nearer than the margin to
the other. Contours whose boxes are far from every edge need the first test alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.flatten import Flattened, flatten_points
from render_core.geometry.paths import Path

_Array = NDArray[np.float64]
_AT_ONCE: Final = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """The edge of a shape. segments: (n, 2, 2) float64. corners: (k, 2), one point per contour."""

    segments: _Array
    low: _Array
    high: _Array
    corners: _Array


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """Closed polylines (n, 2), and the boxes around them, (c, 2) each."""

    contours: tuple[_Array, ...]
    firsts: _Array
    low: _Array
    high: _Array


def edge(contours: list[_Array]) -> Edge:
    """Return the edge of closed polylines."""
    segments = np.concatenate([closed_segments(points) for points in contours])
    corners = np.array([points[0] for points in contours])
    return Edge(segments, segments.min(axis=1), segments.max(axis=1), corners)


def drawing(path: Path, tolerance: float) -> Drawing:
    """Return a path without overlaps as polylines; tolerance in its unit."""
    return drawing_of(flatten_points(path.verbs, path.points, tolerance))


def drawing_of(flat: Flattened) -> Drawing:
    """Return a flattened path without overlaps as a drawing."""
    if not flat.starts.size:
        return Drawing((), *(np.zeros((0, 2)) for _ in range(3)))
    stops = flat.stops
    drawn = np.flatnonzero(stops - flat.starts > 1)
    begins = flat.starts[drawn]
    ranges = zip(begins.tolist(), stops[drawn].tolist(), strict=True)
    return Drawing(
        tuple([flat.points[begin:stop] for begin, stop in ranges]),
        flat.points[begins],
        np.minimum.reduceat(flat.points, flat.starts)[drawn],
        np.maximum.reduceat(flat.points, flat.starts)[drawn],
    )


def is_clear(
    shape: Edge, drawn: Drawing, margin: float, scale: float, at: tuple[float, float]
) -> bool:
    """Return whether a drawing, scaled and then moved, lies inside and `margin` from the edge."""
    move = np.array(at, dtype=np.float64)
    if not inside(drawn.firsts * scale + move, shape.segments).all():
        return False
    low, high = drawn.low * scale + (move - margin), drawn.high * scale + (move + margin)
    apart = _apart(shape, low, high)
    for index in np.flatnonzero(~apart.all(axis=1)).tolist():
        near = shape.segments[~apart[index]]
        if not _contour_is_clear(drawn.contours[index] * scale + move, near, margin):
            return False
    if len(shape.corners) < 2:
        return True
    # No hole of the shape may hide inside the drawing.
    segments = np.concatenate([closed_segments(points) for points in drawn.contours])
    return not inside(shape.corners, segments * scale + move).any()


def may_touch(shape: Edge, drawn: Drawing, margin: float) -> NDArray[np.bool_]:
    """Return which contours are not known to keep their distance by their boxes alone."""
    within: NDArray[np.bool_] = inside(drawn.firsts, shape.segments)
    near = ~_apart(shape, drawn.low - margin, drawn.high + margin).all(axis=1)
    return ~within | near


def _apart(shape: Edge, low: _Array, high: _Array) -> NDArray[np.bool_]:
    """Return for boxes (c, 2), (c, 2) and the segments of a shape, (c, n), what does not overlap."""
    apart: NDArray[np.bool_] = (
        (shape.high[:, 0] < low[:, :1])
        | (shape.low[:, 0] > high[:, :1])
        | (shape.high[:, 1] < low[:, 1:])
        | (shape.low[:, 1] > high[:, 1:])
    )
    return apart


def _contour_is_clear(points: _Array, near: _Array, margin: float) -> bool:
    segments = closed_segments(points)
    if _cross(segments, near):
        return False
    squared = margin * margin
    return bool(
        squared_distances(points, near).min() >= squared
        and squared_distances(near[:, 0], segments).min() >= squared
    )


def closed_segments(points: _Array) -> _Array:
    """Return the segments (n, 2, 2) of a closed polyline (n, 2)."""
    return np.stack([points, np.roll(points, -1, axis=0)], axis=1)


def inside(points: _Array, segments: _Array) -> NDArray[np.bool_]:
    """Return for points (p, 2) whether they lie inside closed segments, by the even-odd rule."""
    ax, ay, bx, by = segments[:, 0, 0], segments[:, 0, 1], segments[:, 1, 0], segments[:, 1, 1]
    x, y = points[:, :1], points[:, 1:]
    crosses = (ay > y) != (by > y)
    height = np.where(by == ay, 1.0, by - ay)
    hit = crosses & (x < (bx - ax) * (y - ay) / height + ax)
    odd: NDArray[np.bool_] = hit.sum(axis=1) % 2 == 1
    return odd


def squared_distances(points: _Array, segments: _Array) -> _Array:
    """Return (p, n) squared distances of points (p, 2) from segments (n, 2, 2)."""
    start, along = segments[:, 0], segments[:, 1] - segments[:, 0]
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
