"""Contours with fewer points, each within a distance of the old ones.

Source: D. Douglas and T. Peucker, "Algorithms for the reduction of the number of points required to
represent a digitized line or its caricature", 1973.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.polygons import Ring

# What thread can show has far fewer corners. Points are looked at some twenty times each, but again
# and again where each corner found lies beside the one before.
MOST_CORNERS: Final = 20_000
_MOST_LOOKS: Final = 64_000_000


class TooDetailed(Exception):
    """A contour keeps more corners than anybody can sew."""


def simpler_ring(ring: Ring, tolerance: float) -> Ring:
    """Return a closed ring (n, 2) with fewer points; none of the old ones is further away than told.

    Raises TooDetailed, for more than MOST_CORNERS of them.
    """
    points = ring.astype(np.float64)
    offset = points - points[0]
    far = int(np.argmax(offset[:, 0] ** 2 + offset[:, 1] ** 2))
    closed = np.concatenate([points, points[:1]])
    kept = np.zeros(len(closed), np.bool_)
    kept[[0, far]] = True
    waiting = [(0, far), (far, len(closed) - 1)]
    corners, looks = 2, 0
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        looks += last - first
        distances = _squared(closed[first + 1 : last], closed[first], closed[last])
        furthest = int(np.argmax(distances))
        if distances[furthest] > tolerance * tolerance:
            at = first + 1 + furthest
            kept[at] = True
            corners += 1
            if corners > MOST_CORNERS or looks > _MOST_LOOKS:
                raise TooDetailed
            waiting += [(first, at), (at, last)]
    return ring[kept[:-1]]


def _squared(
    points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the squared distances of points from the stretch between two of them."""
    ex, ey = float(end[0] - start[0]), float(end[1] - start[1])
    dx, dy = points[:, 0] - start[0], points[:, 1] - start[1]
    share = np.clip((dx * ex + dy * ey) / max(ex * ex + ey * ey, 1e-9), 0.0, 1.0)
    fx, fy = dx - share * ex, dy - share * ey
    found: NDArray[np.float64] = fx * fx + fy * fy
    return found
