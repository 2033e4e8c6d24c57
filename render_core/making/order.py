"""The order of cuts: what lies inside of something before it, and between that the shortest travel.

Once its outside is cut a part moves, so all that lies in it comes right before it. Among what lies
side by side the nearest is taken next; then stretches are turned round where that shortens the travel
(2-opt), as often as a fixed bound allows, so that the time is bounded and the result always the same.
Closed contours then begin where the travel is shortest (`starts`), and the order is looked for again.

Source: G. A. Croes, "A method for solving traveling-salesman problems", 1958 (2-opt).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.flatten import flatten_points
from render_core.making.areas import touching
from render_core.making.starts import begun_near
from render_core.making.ways import Way, joined

_Array = NDArray[np.float64]
_Indices = NDArray[np.int64]

# More than this are made in rows, each in the other direction.
MOST_SEARCHED: Final = 12_000
_ROW_UM: Final = 10_000
# Stretches of so many ways are tried, so often, at most.
_STRETCH: Final = 256
_PASSES: Final = 2
# How often order and starts are looked for in turn; of more ways than these, once.
_ROUNDS: Final = 3
_MOST_IN_ROUNDS: Final = 2_000
_TOLERANCE_UM: Final = 20.0
_LEAST_GAIN_UM: Final = 1.0
_NONE: Final = -1


def ordered(ways: Sequence[Way], start: tuple[int, int] = (0, 0)) -> tuple[Way, ...]:
    """Return ways in the order to make them, open ones in the direction to make them, closed ones
    from the vertex to begin at.

    ways: of which no closed ones cross. start: where the tool is at first, in micrometres.
    """
    inner: dict[int, list[int]] = {}
    for index, parent in enumerate(surrounding(ways) if len(ways) > 1 else [_NONE] * len(ways)):
        inner.setdefault(parent, []).append(index)
    made, best = list(ways), list(ways)
    for number in range(_ROUNDS if len(ways) <= _MOST_IN_ROUNDS else 1):
        order = list(_inside_first(_tours(made, inner, start)))
        begun = begun_near([made[index] for index in order], start)
        if number == 0 or travel_um(begun, start) < travel_um(best, start):
            best = begun
        for index, way in zip(order, begun, strict=True):
            made[index] = way
    return tuple(best)


def _tours(
    made: list[Way], inner: dict[int, list[int]], start: tuple[int, int]
) -> dict[int, list[int]]:
    """Return the numbers of what lies in each way, in order; those to be reversed are replaced."""
    tours = {_NONE: list[int]()}
    for parent, some in inner.items():
        at = start if parent == _NONE else made[parent].start
        tours[parent] = _tour(made, some, at)
    return tours


def _inside_first(tours: dict[int, list[int]]) -> Iterator[int]:
    """Yield the numbers of ways, of each after all that lies in it."""
    waiting = [iter(tours[_NONE])]
    around = [_NONE]
    while waiting:
        index = next(waiting[-1], None)
        if index is None:
            waiting.pop()
            if (done := around.pop()) != _NONE:
                yield done
        else:
            waiting.append(iter(tours.get(index, ())))
            around.append(index)


def surrounding(ways: Sequence[Way]) -> list[int]:
    """Return for each way the number of the smallest closed one that it lies in, -1 for none."""
    points = _points(ways)
    firsts = np.cumsum([0, *map(len, points[:-1])])
    low = np.minimum.reduceat(np.concatenate(points), firsts)
    high = np.maximum.reduceat(np.concatenate(points), firsts)
    sizes = (high - low)[:, 0] * (high - low)[:, 1]
    closed = np.array([way.closed for way in ways])
    parents = [_NONE] * len(ways)
    for group in touching([_corners(*pair) for pair in zip(low, high, strict=True)]):
        if len(group) == 1:
            continue
        some = np.array(group, np.int64)
        some = some[np.argsort(sizes[some], kind="stable")]
        for place, index in enumerate(some.tolist()):
            after = some[place + 1 :]
            around = (low[after] <= low[index]).all(axis=1) & (high[after] >= high[index]).all(
                axis=1
            )
            for other in after[around & closed[after]].tolist():
                if _is_around(points[other], *_inner(points[index], ways[index].closed)):
                    parents[index] = other
                    break
    return parents


def travel_um(ways: Sequence[Way], start: tuple[int, int] = (0, 0)) -> float:
    """Return how far a tool goes between ways made in this order."""
    if not ways:
        return 0.0
    begins = np.array([way.start for way in ways], np.float64)
    ends = np.array([start, *(way.end for way in ways[:-1])], np.float64)
    return float(_distance(begins, ends).sum())


def _points(ways: Sequence[Way]) -> list[_Array]:
    """Return the points of each way, curves as chords."""
    whole = joined([way.outline for way in ways])
    flat = flatten_points(whole.verbs, whole.points_um.astype(np.float64), _TOLERANCE_UM)
    return np.split(flat.points, flat.starts[1:])


def _corners(low: _Array, high: _Array) -> _Indices:
    return np.array([low, high], np.float64).astype(np.int64)


def _inner(points: _Array, closed: bool) -> tuple[float, float]:
    """Return a point well inside of a closed line, level with none of its vertices; of an open one
    the middle of its first segment."""
    levels = np.unique(points[:, 1])
    if not closed or len(levels) < 2:
        x, y = ((points[0] + points[min(1, len(points) - 1)]) / 2).tolist()
        return (x, y)
    middle = len(levels) // 2
    y = float(levels[middle - 1] + levels[middle]) / 2
    met = np.sort(_met(points, y))
    chord = int((met[1::2] - met[0::2]).argmax())
    return (float(met[2 * chord] + met[2 * chord + 1]) / 2, y)


def _is_around(ring: _Array, x: float, y: float) -> bool:
    return bool(np.count_nonzero(_met(ring, y) > x) % 2)


def _met(ring: _Array, y: float) -> _Array:
    """Return where a level crosses a ring, an even number of times."""
    above = ring[:, 1] > y
    crossed = np.flatnonzero(above != np.roll(above, -1))
    first, second = ring[crossed], ring[(crossed + 1) % len(ring)]
    share = (y - first[:, 1]) / (second[:, 1] - first[:, 1])
    met: _Array = first[:, 0] + share * (second[:, 0] - first[:, 0])
    return met


def _distance(one: _Array, other: _Array) -> _Array:
    dx, dy = one[..., 0] - other[..., 0], one[..., 1] - other[..., 1]
    distance: _Array = np.sqrt(dx * dx + dy * dy)
    return distance


def _tour(ways: list[Way], some: list[int], start: tuple[int, int]) -> list[int]:
    """Return the numbers of ways that lie in one, in order; those to be reversed are replaced."""
    if len(some) > MOST_SEARCHED:
        return _rows(ways, some)
    tour = _Tour([ways[index] for index in some], start)
    tour.nearest_first()
    tour.untangle()
    for place in np.flatnonzero(tour.turned).tolist():
        ways[some[place]] = ways[some[place]].reversed()
    return [some[place] for place in tour.order.tolist()]


def _rows(ways: Sequence[Way], some: list[int]) -> list[int]:
    """Return the numbers of ways in rows to and fro."""

    def key(index: int) -> tuple[int, int, int]:
        x, y = ways[index].start
        row = y // _ROW_UM
        return (row, x if row % 2 == 0 else -x, y)

    return sorted(some, key=key)


class _Tour:
    """The order of ways as it is found, of which none lies in another.

    order: (n,) their numbers. turned: (n,) which are reversed. begins, ends: (n, 2) of each.
    """

    def __init__(self, ways: Sequence[Way], start: tuple[int, int]) -> None:
        self.order = np.arange(len(ways))
        self.turned = np.zeros(len(ways), np.bool_)
        self._open = np.array([not way.closed for way in ways])
        self._begins = np.array([way.start for way in ways], np.float64)
        self._ends = np.array([way.end for way in ways], np.float64)
        self._start = np.array(start, np.float64)

    def nearest_first(self) -> None:
        """Go on to what is nearest."""
        left = np.arange(len(self.order))
        begins, ends = self._begins.copy(), self._ends.copy()
        at, order = self._start, []
        while left.size:
            to_begin, to_end = _distance(begins[: left.size], at), _distance(ends[: left.size], at)
            place = int(np.minimum(to_begin, to_end).argmin())
            index = int(left[place])
            if to_end[place] < to_begin[place]:
                self._turn(np.array([index]))
            order.append(index)
            at = self._ends[index]
            # The last one takes the place of the one that is done.
            last = left.size - 1
            left[place], begins[place], ends[place] = left[last], begins[last], ends[last]
            left = left[:last]
        self.order = np.array(order, np.int64)

    def untangle(self) -> None:
        """Turn stretches round while that shortens the travel."""
        for _ in range(_PASSES):
            if not sum(self._improved(first) for first in range(len(self.order) - 1)):
                return

    def _improved(self, first: int) -> bool:
        """Turn the stretch from a place on that saves most; return whether one does."""
        stretch = self.order[first : first + _STRETCH]
        before = self._ends[self.order[first - 1]] if first else self._start
        following = self.order[first + 1 : first + _STRETCH + 1]
        gain = _distance(self._begins[stretch[0]], before) - _distance(self._ends[stretch], before)
        to_next = _distance(self._ends[stretch[: len(following)]], self._begins[following])
        instead = _distance(self._begins[stretch[0]], self._begins[following])
        gain[: len(following)] += to_next - instead
        last = int(gain.argmax())
        if gain[last] < _LEAST_GAIN_UM:
            return False
        turned = stretch[: last + 1][::-1].copy()
        self._turn(turned)
        self.order[first : first + last + 1] = turned
        return True

    def _turn(self, some: _Indices) -> None:
        some = some[self._open[some]]
        self._begins[some], self._ends[some] = self._ends[some], self._begins[some]
        self.turned[some] ^= True
