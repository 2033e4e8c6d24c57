"""How wide a shape is at a height: where lines of text may run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.region import Region

_Array = NDArray[np.float64]


def room_beside(region: Region, x: float, tops: _Array, bottoms: _Array) -> _Array:
    """Return how far bands of a region reach to the left and to the right of x, (n, 2); 0 for none.

    A band lies between two heights (n,); its corners are to be inside, and `margin_um` from the edge
    as far as that can be seen at its heights and halfway between them.
    """
    heights = np.concatenate([tops, (tops + bottoms) / 2, bottoms])
    reached = _at_heights(region, x, heights).reshape(3, len(tops), 2)
    nearest: _Array = np.maximum(reached.min(axis=0) - region.margin_um, 0.0)
    return nearest


def _at_heights(region: Region, x: float, heights: _Array) -> _Array:
    """Return the distances from x to the next edge on both sides, (n, 2); 0 where x lies outside."""
    (ax, ay), (bx, by) = region.edge.segments[:, 0].T, region.edge.segments[:, 1].T
    crosses = (ay > heights[:, None]) != (by > heights[:, None])
    along = np.where(by == ay, 1.0, by - ay)
    at = (bx - ax) * (heights[:, None] - ay) / along + ax
    far = np.inf
    right = np.where(crosses & (at >= x), at - x, far)
    left = np.where(crosses & (at < x), x - at, far)
    inside = (crosses & (at >= x)).sum(axis=1) % 2 == 1
    reached = np.stack([left.min(axis=1, initial=far), right.min(axis=1, initial=far)], axis=1)
    result: _Array = np.where(inside[:, None], reached, 0.0)
    return result
