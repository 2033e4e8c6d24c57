"""The room between two drawings that do not touch: exact to the flattening."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.clearance import Drawing, closed_segments, squared_distances
from render_core.geometry.strokes import Chord

_Array = NDArray[np.float64]
_AT_ONCE: Final = 1 << 20


def between(first: Drawing, second: Drawing) -> Chord:
    """Return the shortest chord between two drawings that do not overlap."""
    one, other = np.concatenate(first.contours), np.concatenate(second.contours)
    there = _nearest(one, np.concatenate([closed_segments(c) for c in second.contours]))
    back = _nearest(other, np.concatenate([closed_segments(c) for c in first.contours]))
    return min(there, Chord(back.width, (back.ends[1], back.ends[0])))


def _nearest(points: _Array, segments: _Array) -> Chord:
    """Return the shortest chord from points to segments."""
    best: tuple[float, int, int] = (np.inf, 0, 0)
    step = max(1, _AT_ONCE // len(segments))
    for start in range(0, len(points), step):
        squared = squared_distances(points[start : start + step], segments)
        index, segment = divmod(int(squared.argmin()), len(segments))
        best = min(best, (float(squared[index, segment]), start + index, segment))
    squared_width, index, segment = best
    start_point, along = segments[segment, 0], segments[segment, 1] - segments[segment, 0]
    offset = points[index] - start_point
    length = max(float((along * along).sum()), 1e-12)
    share = min(1.0, max(0.0, float((offset * along).sum()) / length))
    (ax, ay), (bx, by) = points[index].tolist(), (start_point + share * along).tolist()
    return Chord(float(np.sqrt(squared_width)), ((ax, ay), (bx, by)))
