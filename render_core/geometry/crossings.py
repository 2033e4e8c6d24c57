"""How often a path crosses itself, to know beforehand what joining its contours would cost.

Path operations take time in the square of the crossings: ten thousand take seconds, and a drawing of a
few hundred strokes may have them. Counted are crossing legs of control polygons, which for lines are
the crossings themselves.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.paths import Path
from render_core.layout import POINTS_OF_VERB, Verb

_Array = NDArray[np.float64]

# So many pairs of legs are looked at in one step.
_STEP: Final = 500_000
# A path whose legs lie above each other in so many pairs is taken for crowded at once.
_MOST_PAIRS: Final = 12_000_000


def crosses_more_often(path: Path, limit: int, *, or_overlies: bool = False) -> bool:
    """Return whether more than `limit` pairs of a path's legs cross.

    or_overlies: count legs on the same line that lie partly on each other as well.
    """
    start, end = _legs(path)
    if len(start) * (len(start) - 1) // 2 <= limit:
        return False
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.argsort(low[:, 0], kind="stable")
    start, end, low, high = start[order], end[order], low[order], high[order]
    after = np.arange(1, len(start) + 1)
    side: Literal["left", "right"] = "right" if or_overlies else "left"
    counts = np.searchsorted(low[:, 0], high[:, 0], side=side) - after
    counts = np.maximum(counts, 0)
    if int(counts.sum()) > _MOST_PAIRS:
        return True
    crossings, first = 0, 0
    sums = np.cumsum(counts)
    while first < len(start):
        before = int(sums[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(sums, before + _STEP, side="right")))
        some = counts[first:last]
        one = np.repeat(np.arange(first, last), some)
        within = np.arange(len(one)) - np.repeat(np.cumsum(some) - some, some)
        other = one + 1 + within
        near = (low[one, 1] <= high[other, 1]) & (low[other, 1] <= high[one, 1])
        one, other = one[near], other[near]
        crossings += int(_cross(start[one], end[one], start[other], end[other]).sum())
        if or_overlies:
            longer = np.minimum(high[one], high[other]) > np.maximum(low[one], low[other])
            one, other = one[longer.any(axis=1)], other[longer.any(axis=1)]
            crossings += int(_on_one_line(start[one], end[one], start[other], end[other]).sum())
        if crossings > limit:
            return True
        first = last
    return False


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


def _cross(a: _Array, b: _Array, c: _Array, d: _Array) -> NDArray[np.bool_]:
    """Return whether segments ab and cd cross within both; touching ends do not count."""
    crossed: NDArray[np.bool_] = (_side(a, b, c) * _side(a, b, d) < 0) & (
        _side(c, d, a) * _side(c, d, b) < 0
    )
    return crossed


def _on_one_line(a: _Array, b: _Array, c: _Array, d: _Array) -> NDArray[np.bool_]:
    """Return whether c and d lie on the line through a and b."""
    on_line: NDArray[np.bool_] = (_side(a, b, c) == 0) & (_side(a, b, d) == 0)
    return on_line


def _side(a: _Array, b: _Array, p: _Array) -> _Array:
    side: _Array = np.sign(
        (b[:, 0] - a[:, 0]) * (p[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (p[:, 0] - a[:, 0])
    )
    return side
