"""Which segments come nearer than a distance: decided exactly, in whole micrometres.

Coordinates are below ten metres, so that products of differences stay below 2**53: signs and squares
of lengths are exact in 64 bits. What is compared beyond that is decided by float64 where it is clear,
and by Python's integers where it is not.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Far above the error of four IEEE products.
_UNCLEAR: Final = 1e-12


class Segments(NamedTuple):
    """Edges of closed contours. starts, ends: (n, 2) int64. contours: (n,) which one each is of."""

    starts: Points
    ends: Points
    contours: NDArray[np.int64]

    def near(self, box: tuple[int, int, int, int], reach: int) -> Segments:
        """Return those whose boxes come within a reach of (left, top, right, bottom)."""
        low = np.minimum(self.starts, self.ends)
        high = np.maximum(self.starts, self.ends)
        left, top, right, bottom = box
        kept = (
            (low[:, 0] <= right + reach)
            & (high[:, 0] >= left - reach)
            & (low[:, 1] <= bottom + reach)
            & (high[:, 1] >= top - reach)
        )
        return Segments(self.starts[kept], self.ends[kept], self.contours[kept])


def segments_of(rings: list[Points]) -> Segments:
    """Return the edges of closed rings, (n, 2) int64 each."""
    if not rings:
        none = np.zeros((0, 2), np.int64)
        return Segments(none, none, np.zeros(0, np.int64))
    return Segments(
        np.concatenate(rings),
        np.concatenate([np.roll(ring, -1, axis=0) for ring in rings]),
        np.repeat(np.arange(len(rings)), [len(ring) for ring in rings]),
    )


def come_nearer(first: Segments, second: Segments, reach: int) -> bool:
    """Return whether any two segments are nearer than `reach`, which is at least 1. Exact."""
    if not len(first.starts) or not len(second.starts):
        return False
    low, high = (pick(second.starts, second.ends) for pick in (np.minimum, np.maximum))
    for start, end in _blocks(len(first.starts)):
        a0, a1 = first.starts[start:end, None], first.ends[start:end, None]
        kept = (
            (np.minimum(a0, a1) <= high + (reach - 1)) & (np.maximum(a0, a1) >= low - (reach - 1))
        ).all(axis=2)
        one, other = np.nonzero(kept)
        ends = (first.starts[start + one], first.ends[start + one])
        if nearer(*ends, second.starts[other], second.ends[other], reach).any():
            return True
    return False


def nearer(a0: Points, a1: Points, b0: Points, b1: Points, reach: int) -> Flags:
    """Return which pairs of segments are nearer than `reach`, (n,)."""
    found = _cross_each_other(a0, a1, b0, b1)
    for point, start, end in ((a0, b0, b1), (a1, b0, b1), (b0, a0, a1), (b1, a0, a1)):
        found |= _point_nearer(point, start, end, reach)
    return found


def inside(points: Points, rings: Segments) -> Flags:
    """Return which points lie inside by the even-odd rule, (n,); none may lie on an edge."""
    x, y = points[:, 0, None], points[:, 1, None]
    x0, y0 = rings.starts.T
    x1, y1 = rings.ends.T
    spans = (y0 <= y) != (y1 <= y)
    side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
    # To the right of the point: the edge turns one way going down, the other going up.
    right = np.where(y1 > y0, side > 0, side < 0)
    odd: Flags = (spans & right).sum(axis=1) % 2 == 1
    return odd


def _cross_each_other(a0: Points, a1: Points, b0: Points, b1: Points) -> Flags:
    """Return which pairs cross or touch; of those on one line, the ends decide elsewhere."""
    one, other = _side(a0, a1, b0), _side(a0, a1, b1)
    third, fourth = _side(b0, b1, a0), _side(b0, b1, a1)
    on_one_line = (one == 0) & (other == 0)
    found: Flags = (one * other <= 0) & (third * fourth <= 0) & ~on_one_line
    return found


def _side(start: Points, end: Points, point: Points) -> Points:
    along, to = end - start, point - start
    side: Points = np.sign(along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0])
    return side


def _point_nearer(point: Points, start: Points, end: Points, reach: int) -> Flags:
    along, to, back = end - start, point - start, point - end
    dot = (along * to).sum(axis=1)
    square = (along * along).sum(axis=1)
    limit = reach * reach
    at_ends = ((to * to).sum(axis=1) < limit) | ((back * back).sum(axis=1) < limit)
    cross = along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]
    beside = (dot > 0) & (dot < square)
    left = cross.astype(np.float64) * cross.astype(np.float64)
    right = square.astype(np.float64) * float(limit)
    near = left < right
    for index in np.flatnonzero(beside & (np.abs(left - right) <= _UNCLEAR * right)).tolist():
        near[index] = int(cross[index]) ** 2 < int(square[index]) * limit
    found: Flags = at_ends | (beside & near)
    return found


def _blocks(count: int, size: int = 512) -> list[tuple[int, int]]:
    return [(start, min(start + size, count)) for start in range(0, count, size)]
