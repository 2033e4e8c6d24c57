"""Pieces that meet at a corner alone, as contours of their own.

A union may lead one contour through such a corner twice, as around modules of a code that meet
diagonally. Nothing is thin there: the pieces only touch.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, tau

import numpy as np
from numpy.typing import NDArray

from render_core.layout import Outline, Verb

_Points = NDArray[np.int64]


def corners_apart(outline: Outline) -> Outline:
    """Return an outline of straight lines whose contours turn back at every corner that they share.

    outline: closed contours without overlaps, the inside to the left of each (sum of x₀·y₁ − x₁·y₀
    positive for outer ones). Its edges stay what they are.
    """
    points = outline.points_um.astype(np.int64)
    if len(np.unique(points, axis=0)) == len(points):
        return outline
    counts = np.diff([*np.flatnonzero(outline.verbs == Verb.CLOSE), len(outline.verbs)], prepend=-1)
    after, before = _neighbours(counts[:-1] - 1)
    for places in _shared(points):
        _turn_back(places, points, after, before)
    verbs: list[int] = []
    order: list[int] = []
    for contour in _walked(after):
        verbs += [Verb.MOVE, *[Verb.LINE] * (len(contour) - 1), Verb.CLOSE]
        order += contour
    return Outline(np.array(verbs, np.uint8), outline.points_um[order])


def _neighbours(counts: NDArray[np.int64]) -> tuple[list[int], list[int]]:
    """Return the place of the point after each and of the one before it. counts: of each contour."""
    after, before, first = list[int](), list[int](), 0
    for count in counts.tolist():
        places = np.arange(first, first + count)
        after += np.roll(places, -1).tolist()
        before += np.roll(places, 1).tolist()
        first += count
    return after, before


def _shared(points: _Points) -> list[list[int]]:
    """Return the places of points that are at one spot, spot by spot."""
    order = np.lexsort(points.T)
    new = np.any(np.diff(points[order], axis=0) != 0, axis=1)
    groups = np.split(order, np.flatnonzero(new) + 1)
    return [sorted(group.tolist()) for group in groups if len(group) > 1]


def _turn_back(places: Sequence[int], points: _Points, after: list[int], before: list[int]) -> None:
    """Lead each way that comes to a spot on by the next one clockwise: around its own piece."""
    spot = points[places[0]]
    onward = [after[place] for place in places]
    for place in places:
        came = _angle(points[before[place]] - spot)
        turns = [(came - _angle(points[one] - spot)) % tau or tau for one in onward]
        after[place] = onward.pop(int(np.argmin(turns)))


def _angle(way: _Points) -> float:
    return atan2(float(way[1]), float(way[0]))


def _walked(after: Sequence[int]) -> list[list[int]]:
    left = set(range(len(after)))
    found = []
    for start in range(len(after)):
        contour, at = [], start
        while at in left:
            left.remove(at)
            contour.append(at)
            at = after[at]
        if contour:
            found.append(contour)
    return found
