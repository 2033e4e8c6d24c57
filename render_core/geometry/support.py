"""How far a path reaches in a direction: extents, and what fits between half planes.

Curves count where they are, not where their control points are. A path's reach is that of its
outermost segments alone, so these are found once and the rest is never looked at again.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.paths import Bounds, Path
from render_core.layout import POINTS_OF_VERB, Verb

Segments = NDArray[np.float64]

# Bounds the memory of what is computed for each segment and direction.
_SEGMENTS_AT_ONCE: Final = 4_096
_COUNTS: Final = np.asarray(POINTS_OF_VERB, dtype=np.int64)
_AXES: Final = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], dtype=np.float64)
# Sixteen directions in order round the circle; whole numbers, so nothing is rounded.
_HALF_ROUND: Final = [(5, 0), (5, 2), (4, 4), (2, 5), (0, 5), (-2, 5), (-4, 4), (-5, 2)]
_ROUND: Final = np.array([*_HALF_ROUND, *((-x, -y) for x, y in _HALF_ROUND)], dtype=np.float64)


def segments_of(path: Path) -> Segments:
    """Return a path's segments as cubics, (n, 4, 2); moves and lines stand at their end point."""
    drawn = path.verbs != Verb.CLOSE
    ends = (np.cumsum(_COUNTS[path.verbs]) - 1)[drawn]
    verbs, points = path.verbs[drawn], path.points
    segments = np.repeat(points[ends][:, None, :], 4, axis=1)
    quads = verbs == Verb.QUAD
    if quads.any():
        last = ends[quads]
        start, middle, end = points[last - 2], points[last - 1], points[last]
        segments[quads, 0] = start
        segments[quads, 1] = (start + 2 * middle) / 3
        segments[quads, 2] = (end + 2 * middle) / 3
    cubics = verbs == Verb.CUBIC
    if cubics.any():
        last = ends[cubics]
        for index in range(3):
            segments[cubics, index] = points[last - 3 + index]
    return segments


def outermost(segments: Segments) -> Segments:
    """Return the segments that may reach farthest in some direction.

    Those that lie within the polygon of the farthest end points in sixteen directions cannot.
    """
    if len(segments) <= len(_ROUND):
        return segments
    ends = segments[:, 3]
    along = _ROUND[:, :1] * ends[:, 0] + _ROUND[:, 1:] * ends[:, 1]
    corners = ends[along.argmax(axis=1)]
    edges = np.roll(corners, -1, axis=0) - corners
    x = segments[:, :, 0].reshape(-1) - corners[:, :1]
    y = segments[:, :, 1].reshape(-1) - corners[:, 1:]
    inside = (edges[:, :1] * y - edges[:, 1:] * x > 0) | (edges == 0).all(axis=1)[:, None]
    within = inside.all(axis=0).reshape(-1, 4).all(axis=1)
    kept: Segments = segments[~within]
    return kept


def reach(segments: Segments, directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the maximum of p · d over all points p of the segments, for each direction.

    directions: (d, 2), of any length. Returns (d,).
    """
    farthest = _reach(segments[:_SEGMENTS_AT_ONCE], directions)
    for first in range(_SEGMENTS_AT_ONCE, len(segments), _SEGMENTS_AT_ONCE):
        some = segments[first : first + _SEGMENTS_AT_ONCE]
        farthest = np.maximum(farthest, _reach(some, directions))
    return farthest


def _reach(segments: Segments, directions: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = segments[:, :, 0], segments[:, :, 1]
    along = directions[:, :1, None] * x + directions[:, 1:, None] * y
    farthest: NDArray[np.float64] = along[:, :, 3].max(axis=1)
    beyond = along[:, :, 1:3].max(axis=2) > farthest[:, None]
    rows, columns = np.nonzero(beyond)
    if rows.size:
        np.maximum.at(farthest, rows, _extreme(along[rows, columns]))
    return farthest


def bounds(path: Path) -> Bounds | None:
    """Return the true extents of a path; None if it is empty."""
    if path.is_empty:
        return None
    right, bottom, left, top = reach(segments_of(path), _AXES).tolist()
    return Bounds(-left, -top, right, bottom)


def _extreme(c: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the largest value on [0, 1] of cubic Béziers with coefficients (n, 4).

    At the derivative's roots, by the stable form of the quadratic formula.
    """
    best: NDArray[np.float64] = np.maximum(c[:, 0], c[:, 3])
    a = c[:, 3] - 3 * c[:, 2] + 3 * c[:, 1] - c[:, 0]
    half_b = c[:, 2] - 2 * c[:, 1] + c[:, 0]
    d = c[:, 1] - c[:, 0]
    root = np.sqrt(np.maximum(half_b * half_b - a * d, 0.0))
    q = -(half_b + np.where(half_b < 0, -root, root))
    for top, base in ((q, a), (d, q)):
        t = np.clip(top / np.where(base == 0, 1.0, base), 0.0, 1.0)
        s = 1 - t
        value = s * s * s * c[:, 0] + 3 * (s * s * t * c[:, 1] + s * t * t * c[:, 2])
        best = np.maximum(best, value + t * t * t * c[:, 3])
    return best
