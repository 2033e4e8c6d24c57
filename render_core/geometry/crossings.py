"""How often a path crosses itself, to know beforehand what joining its contours would cost.

Path operations take time in the square of the crossings: ten thousand take seconds, and a drawing of a
few hundred strokes may have them. Counted are crossing legs of control polygons, which for lines are
the crossings themselves.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.paths import Path
from render_core.layout import POINTS_OF_VERB, Verb

_Array = NDArray[np.float64]
_Place = tuple[_Array, _Array]

# So many pairs of legs are looked at in one step.
_STEP: Final = 500_000
# A path whose legs lie above each other in so many pairs is taken for crowded at once.
_MOST_PAIRS: Final = 12_000_000


def crosses_more_often(path: Path, limit: int, *, or_overlies: bool = False) -> bool:
    """Return whether more than `limit` pairs of a path's legs cross.

    or_overlies: count legs on the same line that lie partly on each other as well.
    """
    legs = _sorted(*_legs(path))
    total = len(legs.low_x)
    if total * (total - 1) // 2 <= limit:
        return False
    after = np.arange(1, total + 1)
    side: Literal["left", "right"] = "right" if or_overlies else "left"
    counts = np.maximum(np.searchsorted(legs.low_x, legs.high_x, side=side) - after, 0)
    if int(counts.sum()) > _MOST_PAIRS:
        return True
    crossings, first = 0, 0
    sums = np.cumsum(counts)
    while first < total:
        before = int(sums[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(sums, before + _STEP, side="right")))
        some = counts[first:last]
        one = np.repeat(np.arange(first, last), some)
        other = one + np.arange(1, len(one) + 1) - np.repeat(np.cumsum(some) - some, some)
        near = (legs.low_y[one] <= legs.high_y[other]) & (legs.low_y[other] <= legs.high_y[one])
        crossings += _met(legs, one[near], other[near], or_overlies=or_overlies)
        if crossings > limit:
            return True
        first = last
    return False


class _Legs(NamedTuple):
    """Legs in the order of their left ends, (n,) each: by columns, many times faster."""

    from_x: _Array
    from_y: _Array
    to_x: _Array
    to_y: _Array
    low_x: _Array
    low_y: _Array
    high_x: _Array
    high_y: _Array


def _sorted(start: _Array, end: _Array) -> _Legs:
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.argsort(low[:, 0], kind="stable")
    return _Legs(*(side[order, axis] for side in (start, end, low, high) for axis in (0, 1)))


def _met(
    legs: _Legs, one: NDArray[np.int64], other: NDArray[np.int64], *, or_overlies: bool
) -> int:
    """Return how many of these pairs cross within both, touching ends not counted; or_overlies: or lie
    partly on each other."""
    a, b = (legs.from_x[one], legs.from_y[one]), (legs.to_x[one], legs.to_y[one])
    c, d = (legs.from_x[other], legs.from_y[other]), (legs.to_x[other], legs.to_y[other])
    sides = _side(a, b, c), _side(a, b, d)
    apart = sides[0] * sides[1] < 0
    ahead = [(p[0][apart], p[1][apart]) for p in (a, b, c, d)]
    crossed = _side(ahead[2], ahead[3], ahead[0]) * _side(ahead[2], ahead[3], ahead[1]) < 0
    found = int(crossed.sum())
    if or_overlies:
        on_line = (sides[0] == 0) & (sides[1] == 0)
        one, other = one[on_line], other[on_line]
        wide = np.minimum(legs.high_x[one], legs.high_x[other]) > np.maximum(
            legs.low_x[one], legs.low_x[other]
        )
        high = np.minimum(legs.high_y[one], legs.high_y[other]) > np.maximum(
            legs.low_y[one], legs.low_y[other]
        )
        found += int((wide | high).sum())
    return found


def _legs(path: Path) -> tuple[_Array, _Array]:
    """Return starts and ends of the legs of a path's control polygons, closing lines included."""
    verbs, points = path.verbs, path.points
    if not len(points):
        return points, points
    counts = np.asarray(POINTS_OF_VERB, dtype=np.int64)[verbs]
    firsts = np.cumsum(counts) - counts
    begins = firsts[verbs == Verb.MOVE]
    inner = np.ones(len(points), dtype=bool)
    inner[begins] = False
    ends = np.flatnonzero(inner)
    lasts = np.append(begins[1:], len(points)) - 1
    return (
        np.concatenate([points[ends - 1], points[lasts]]),
        np.concatenate([points[ends], points[begins]]),
    )


def _side(a: _Place, b: _Place, p: _Place) -> _Array:
    """Return on which side of the line through a and b a point lies: −1, 0 or 1."""
    side: _Array = np.sign((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]))
    return side
