"""Edges that two parts share: one cut cannot give both of them their size.

Points are whole numbers, so edges on one line are found exactly: by the line's direction in lowest
terms and its distance, then by where they begin on it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.polygons import UNITS_PER_UM, Polygons, Ring
from render_core.layout import Box
from render_core.making.areas import following

_Indices = NDArray[np.int64]


def shared_edge(areas: Sequence[Polygons]) -> Box | None:
    """Return the box around a stretch of edge that two of the areas share, None where there is none."""
    rings = [ring for area in areas for ring in area.rings]
    if len(areas) < 2 or not rings:
        return None
    owners = [index for index, area in enumerate(areas) for ring in area.rings for _ in ring]
    start = np.concatenate(rings)
    end = start[following(rings)]
    whole = (start != end).any(axis=1)
    start, end, owner = start[whole], end[whole], np.array(owners, np.int64)[whole]
    way = _direction(end - start)
    distance = start[:, 0] * way[:, 1] - start[:, 1] * way[:, 0]
    ends = np.stack([_along(start, way), _along(end, way)], axis=1)
    low, high = ends.min(axis=1), ends.max(axis=1)
    order = np.lexsort((low, distance, way[:, 1], way[:, 0]))
    one, other = order[:-1], order[1:]
    shared = (way[one] == way[other]).all(axis=1) & (distance[one] == distance[other])
    shared &= (low[other] < high[one]) & (owner[one] != owner[other])
    found = np.flatnonzero(shared)
    if not found.size:
        return None
    return _stretch(start, end, int(one[found[0]]), int(other[found[0]]))


def _direction(way: Ring) -> Ring:
    """Return directions in lowest terms, (n, 2), the same for both ways along a line."""
    lowest = way // np.gcd(way[:, 0], way[:, 1])[:, None]
    backwards = (lowest[:, 0] < 0) | ((lowest[:, 0] == 0) & (lowest[:, 1] < 0))
    found: Ring = np.where(backwards[:, None], -lowest, lowest)
    return found


def _along(points: Ring, way: Ring) -> _Indices:
    along: _Indices = points[:, 0] * way[:, 0] + points[:, 1] * way[:, 1]
    return along


def _stretch(start: Ring, end: Ring, one: int, other: int) -> Box:
    """Return the box around what two edges on one line have in common, outwards in whole µm."""
    pairs = [np.stack([start[index], end[index]]) for index in (one, other)]
    low = np.max([pair.min(axis=0) for pair in pairs], axis=0)
    high = np.min([pair.max(axis=0) for pair in pairs], axis=0)
    (left, top), (right, bottom) = (
        (low // UNITS_PER_UM).tolist(),
        (-(-high // UNITS_PER_UM)).tolist(),
    )
    return Box(left, top, right, bottom)
