"""Where closed contours begin: at the vertices that make the travel between them shortest.

Of ways in a given order, each closed one may begin at any of its vertices. The choice for all of them at
once is a shortest way through layers, one for each contour and in it one place for each vertex, so it
is found exactly, in a time of the number of ways.

Source: R. Bellman, "On a routing problem", 1958.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.layout import POINTS_OF_VERB, Outline, Verb
from render_core.making.ways import Way

_Array = NDArray[np.float64]
_Indices = NDArray[np.int64]

# Of contours with more vertices, so many are tried, evenly spread.
_MOST_TRIED: Final = 32


def begun_near(ways: Sequence[Way], start: tuple[int, int]) -> list[Way]:
    """Return ways in the same order, closed ones turned to begin where the travel gets shortest.

    start: where the tool is at first, µm. Of equal ways, the one that begins as it did is kept.
    """
    layers = [_places(way) for way in ways]
    ends = _way_through(ways, layers, np.array([start], np.float64))
    return [
        begun_at(way, int(verbs[end])) if way.closed else way
        for way, (_, verbs), end in zip(ways, layers, ends, strict=True)
    ]


def begun_at(way: Way, verb: int) -> Way:
    """Return a closed way that begins where one of its verbs ends, its curves as they were."""
    if verb == 0:
        return way
    outline = way.outline
    counts = np.asarray(POINTS_OF_VERB, np.int64)[outline.verbs]
    ends = np.cumsum(counts)
    first, has_close = outline.points_um[:1], bool(outline.verbs[-1] == Verb.CLOSE)
    last = len(outline.verbs) - (1 if has_close else 0)
    split = int(ends[verb])
    verbs = [outline.verbs[verb + 1 : last]]
    points = [outline.points_um[split - 1 : split], outline.points_um[split:]]
    if (outline.points_um[-1:] != first).any():  # The edge that closes it is one like others now.
        verbs.append(np.array([Verb.LINE], np.uint8))
        points.append(first)
    # And one that leads to the new start is what closes it.
    before = verb - 1 if has_close and outline.verbs[verb] == Verb.LINE else verb
    verbs.append(outline.verbs[1 : before + 1])
    points.append(outline.points_um[1 : int(ends[before])])
    closing = outline.verbs[last:]
    made = np.concatenate([np.array([Verb.MOVE], np.uint8), *verbs, closing])
    return way.with_outline(Outline(made, np.concatenate(points)))


def _places(way: Way) -> tuple[_Array, _Indices]:
    """Return where a way may begin, (n, 2), its own start first, and the verb that ends there."""
    if not way.closed:
        return np.array([way.start], np.float64), np.zeros(1, np.int64)
    verbs = way.outline.verbs
    ends = np.cumsum(np.asarray(POINTS_OF_VERB, np.int64)[verbs]) - 1
    some = np.flatnonzero(verbs != Verb.CLOSE)
    if len(some) > 1 and (way.outline.points_um[ends[some[-1]]] == way.start).all():
        some = some[:-1]
    if len(some) > _MOST_TRIED:
        some = some[np.arange(_MOST_TRIED) * len(some) // _MOST_TRIED]
    return way.outline.points_um[ends[some]].astype(np.float64), some


def _way_through(
    ways: Sequence[Way], layers: Sequence[tuple[_Array, _Indices]], start: _Array
) -> list[int]:
    """Return the number of the place in each layer through which the way is shortest."""
    leave, cost = start, np.zeros(1)
    came_from: list[_Indices] = []
    for way, (places, _) in zip(ways, layers, strict=True):
        dx = leave[:, None, 0] - places[None, :, 0]
        dy = leave[:, None, 1] - places[None, :, 1]
        total = cost[:, None] + np.sqrt(dx * dx + dy * dy)
        before = total.argmin(axis=0)
        came_from.append(before)
        cost = total[before, np.arange(len(places))]
        leave = places if way.closed else np.array([way.end], np.float64)
    found: list[int] = []
    at = int(cost.argmin()) if len(cost) else 0
    for before in reversed(came_from):
        found.append(at)
        at = int(before[at])
    return found[::-1]
