"""How far points lie towards the edge of a convex region, in a search each instead of a pass over
all half planes.

The gauge of a point p about an inner point c is the largest n · (p − c) / room over the region's
half planes, room being how far each lies from c: 0 at c, 1 on the edge, more outside. The half plane
that decides depends on the direction of p alone, and which it is says the hull of the points n/room
(the polar polygon).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.region import Region

Array = NDArray[np.float64]

# What touches an edge must not be outside by the last bit of a sum.
_SLACK_UM: Final = 0.001
_MAX_CACHED: Final = 256


@dataclass(frozen=True, slots=True, eq=False)
class Gauge:
    """Half planes in the order of the directions in which they decide.

    centre: (2,). planes: (n, 2), n/room. turns: (n,) ascending; from turns[i] on planes[i] decides.
    slack: what a gauge may be above 1. most_room: how far the farthest half plane lies from the
    centre, in micrometres.
    """

    centre: Array
    planes: Array
    turns: Array
    slack: float
    most_room: float

    def holds(self, points: Array, slack_um: float) -> bool:
        """Return whether points (n, 2) are known to lie inside, or outside by a slack at most.

        False may also be said of some that lie outside by nearly the slack.
        """
        return bool((self.of(points) <= 1 + slack_um / self.most_room).all())

    def of(self, points: Array) -> Array:
        """Return the gauge of points, (n,) for (n, 2)."""
        x, y = points[:, 0] - self.centre[0], points[:, 1] - self.centre[1]
        index = np.searchsorted(self.turns, _turn(x, y), side="right") - 1
        # Before the first turn the last one goes on, and index −1 is just that.
        values: Array = self.planes[index, 0] * x + self.planes[index, 1] * y
        return values


@lru_cache(maxsize=_MAX_CACHED)
def gauge(region: Region) -> Gauge | None:
    """Return the gauge of a convex region; None for another one, or one without room.

    Remembered by the region itself, of which there is one for each shape and margin.
    """
    if region.normals is None or region.offsets is None:
        return None
    middle = (region.edge.low.min(axis=0) + region.edge.high.max(axis=0)) / 2
    for centre in (middle, region.edge.segments[:, 0].mean(axis=0)):
        x, y = float(centre[0]), float(centre[1])
        room = region.offsets - (region.normals[:, 0] * x + region.normals[:, 1] * y)
        if room.min() > _SLACK_UM:
            planes = convex_hull(region.normals / room[:, None])
            edges = planes - np.roll(planes, 1, axis=0)
            turns = _turn(edges[:, 1], -edges[:, 0])
            order = np.argsort(turns, kind="stable")
            slack = _SLACK_UM / float(room.min())
            most = float(room.max())
            return Gauge(np.array([x, y]), planes[order], turns[order], slack, most)
    return None


def convex_hull(points: Array) -> Array:
    """Return the corners of the convex hull of points (n, 2), counter-clockwise as x and y go.

    Source: Andrew's monotone chain.
    """
    ordered = sorted(set(map(tuple, points.tolist())))
    if len(ordered) < 3:
        return np.array(ordered, dtype=np.float64).reshape(-1, 2)
    lower = _chain(ordered)
    upper = _chain(ordered[::-1])
    return np.array(lower[:-1] + upper[:-1], dtype=np.float64)


def _chain(points: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    chain: list[tuple[float, ...]] = []
    for x, y in points:
        while len(chain) > 1:
            (ax, ay), (bx, by) = chain[-2], chain[-1]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain


def _turn(x: Array, y: Array) -> Array:
    """Return a number that grows with the angle of a vector, from −1 to 3; 0 along x."""
    total = np.abs(x) + np.abs(y)
    share = y / np.where(total == 0, 1.0, total)
    turned: Array = np.where(x >= 0, share, 2 - share)
    return turned
