"""Unions of many rings at once: rings that are apart are united apart.

Clipper's sweep looks at every edge that it is level with, so ten thousand letters of a page cost
many times what each costs alone. Rings whose boxes do not touch cannot meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pyclipper
from numpy.typing import NDArray

from render_core.geometry.flatten import flatten
from render_core.geometry.polygons import UNITS_PER_UM, Polygons, Ring, united
from render_core.layout import FillRule, Outline

# More is refused: see `work`.
MOST_WORK: Final = 20_000_000
_STEPS_A_LOOK: Final = 64
_FEW: Final = 32  # 200,000 points in such groups are a third of `MOST_WORK` at most

FILL: Final = {
    FillRule.NONZERO: pyclipper.PFT_NONZERO,
    FillRule.EVENODD: pyclipper.PFT_EVENODD,
}


def rings_of(outline: Outline, tolerance_um: float) -> list[Ring]:
    """Return the contours of an outline as rings in 1/64 µm, curves as chords within a tolerance.

    What encloses nothing is among them; unions leave it out.
    """
    return [
        np.rint(line.points_um * UNITS_PER_UM).astype(np.int64)
        for line in flatten(outline, tolerance_um)
    ]


def united_apart(rings: Sequence[Ring], fill: int = pyclipper.PFT_NONZERO) -> Polygons:
    """Return what rings fill together by one of Clipper's rules; the same as `united`, sooner."""
    if len(rings) == 1 or len(groups := touching(rings)) == 1:
        return united(rings, fill)
    areas = (united([rings[index] for index in group], fill) for group in groups)
    return Polygons(tuple(ring for area in areas for ring in area.rings))


def union_apart(areas: Iterable[Polygons]) -> Polygons:
    """Return what lies in any of the areas."""
    return united_apart([ring for area in areas for ring in area.rings])


def work(rings: Sequence[Ring]) -> int:
    """Return how often Clipper's sweep would look at an edge, in the time of one at a vertex.

    At each vertex it looks at the edges that are level with it. Where two begin, it goes along those it
    has to find their place, which is quicker by `_STEPS_A_LOOK`: but a comb has all of its teeth level.
    With 40 million it takes some ten seconds where edges lie at their closest. Of a group with few
    points it is the most that it can be: there may be tens of thousands.
    """
    total = 0
    for group in touching(rings):
        points = sum(len(rings[index]) for index in group)
        if points <= _FEW:
            total += points * points
            continue
        heights = [rings[index][:, 1] for index in group]
        levels = np.unique(np.concatenate(heights))
        ranks = [np.searchsorted(levels, height) for height in heights]
        total += sum(int(np.abs(rank - np.roll(rank, -1)).sum()) for rank in ranks)
        total += _steps(ranks, len(levels)) // _STEPS_A_LOOK
    return total


def _steps(ranks: Sequence[NDArray[np.intp]], levels: int) -> int:
    """Return how many edges lie beside those that begin, the sweep's way up; ranks: of rings' heights."""
    changes = np.zeros(levels + 1, np.int64)
    begins = np.zeros(levels, np.int64)
    for rank in ranks:
        following, before = np.roll(rank, -1), np.roll(rank, 1)
        np.add.at(changes, np.minimum(rank, following), 1)
        np.add.at(changes, np.maximum(rank, following), -1)
        np.add.at(begins, rank[(rank > following) & (rank >= before)], 1)
    # Just above its lowest point a ring's edges are there, those that begin at the same level included.
    beside = np.cumsum(changes)[:-1]
    above = np.concatenate([[0], beside[:-1]])
    return int((begins * above).sum()) // 2


def touching(rings: Sequence[Ring]) -> list[list[int]]:
    """Return the numbers of rings in groups; boxes of different groups do not touch.

    Groups come in the order of their first ring, and the rings of each in their own order.
    """
    if not rings:
        return []
    low, high = boxes(rings)
    order = np.argsort(low[:, 0], kind="stable")
    left, top, bottom = low[order, 0], low[order, 1], high[order, 1]
    stops = np.searchsorted(left, high[order, 0], side="right").tolist()
    parents = list(range(len(rings)))
    for index, stop in enumerate(stops):
        following = slice(index + 1, stop)
        near = (top[following] <= bottom[index]) & (bottom[following] >= top[index])
        for other in np.flatnonzero(near).tolist():
            _join(parents, index, index + 1 + other)
    groups: dict[int, list[int]] = {}
    places = np.argsort(order, kind="stable").tolist()
    for number, place in enumerate(places):
        groups.setdefault(_root(parents, place), []).append(number)
    return list(groups.values())


def boxes(rings: Sequence[Ring]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the least and the greatest coordinates of each ring, both (n, 2)."""
    starts = np.cumsum([0, *(len(ring) for ring in rings[:-1])])
    points = np.concatenate(rings)
    return np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)


def following(rings: Sequence[Ring]) -> NDArray[np.int64]:
    """Return for each point of rings put together the number of the next one in its ring."""
    sizes = np.array([len(ring) for ring in rings], np.int64)
    firsts = np.cumsum(sizes) - sizes
    found = np.arange(1, int(sizes.sum()) + 1, dtype=np.int64)
    found[firsts + sizes - 1] = firsts
    return found


def _root(parents: list[int], place: int) -> int:
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = parents[place]
    return place


def _join(parents: list[int], one: int, other: int) -> None:
    first, second = _root(parents, one), _root(parents, other)
    parents[max(first, second)] = min(first, second)
