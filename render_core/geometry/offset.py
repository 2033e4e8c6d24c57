"""Areas grown, shrunk and swept: what a line along an outline covers, what a shadow fills.

Each edge is moved along its normal; corners that open get a join, corners that close go through
their vertex, and what turns the wrong way afterwards is outside (the winding number is not
positive). Only basic operations and square roots: arcs are halved until they are true to
`TOLERANCE_UM`.

Source: X. Chen and S. McMains, "Polygon offsetting by computing winding numbers", 2005.
"""

from __future__ import annotations

from math import sqrt
from typing import Final

import numpy as np
import pyclipper

from render_core.effects import MITER_LIMIT, LineJoin
from render_core.geometry.polygons import (
    TOLERANCE_UM,
    UNITS_PER_UM,
    Polygons,
    Ring,
    union,
    united,
)

# Edges that turn by less than 20° come from a curve: it stays smooth, whatever its corners are like.
_SMOOTH_COSINE: Final = 0.94
_STRAIGHT_SINE: Final = 1e-6

_Vector = tuple[float, float]


def grown(area: Polygons, by_um: float, join: LineJoin = LineJoin.ROUND) -> Polygons:
    """Return the area larger by a distance on each side."""
    return _offset(area, by_um * UNITS_PER_UM, join) if by_um > 0 else area


def shrunk(area: Polygons, by_um: float, join: LineJoin = LineJoin.ROUND) -> Polygons:
    """Return the area smaller by a distance on each side; empty where it is nowhere wider."""
    return _offset(area, -by_um * UNITS_PER_UM, join) if by_um > 0 else area


def swept(area: Polygons, dx_um: int, dy_um: int) -> Polygons:
    """Return what the area passes over on its way by (dx, dy).

    A contour falls into chains that advance on one side of the way; each sweeps one simple ring.
    """
    if not (dx_um or dy_um):
        return area
    way = np.array([dx_um, dy_um], np.int64) * UNITS_PER_UM
    strips = [strip for ring in area.rings for strip in _strips(ring, way)]
    return union([area, area.moved(dx_um, dy_um), united(strips)])


def _strips(ring: Ring, way: Ring) -> list[Ring]:
    edges = np.roll(ring, -1, axis=0) - ring
    side = np.sign(edges[:, 0] * way[1] - edges[:, 1] * way[0])
    starts = np.flatnonzero(side != np.roll(side, 1))
    strips = []
    for first, following in zip(starts, [*starts[1:], *(starts[:1] + len(ring))], strict=True):
        if side[first] == 0:
            continue
        chain = ring[np.arange(first, following + 1) % len(ring)]
        strip = np.concatenate([chain, (chain + way)[::-1]])
        # All turn the same way, so that where strips overlap none undoes another.
        strips.append(strip if side[first] > 0 else strip[::-1])
    return strips


def _offset(area: Polygons, distance: float, join: LineJoin) -> Polygons:
    moved = [_moved_ring(ring, distance, join) for ring in area.rings]
    return united(moved, pyclipper.PFT_POSITIVE)


def _moved_ring(ring: Ring, distance: float, join: LineJoin) -> Ring:
    ring = ring[(ring != np.roll(ring, 1, axis=0)).any(axis=1)]
    along = (np.roll(ring, -1, axis=0) - ring).astype(np.float64)
    lengths = np.sqrt(along[:, 0] * along[:, 0] + along[:, 1] * along[:, 1])
    normals = np.stack([along[:, 1] / lengths, -along[:, 0] / lengths], axis=1).tolist()
    points: list[_Vector] = []
    shorter = np.minimum(lengths, np.roll(lengths, 1)).tolist()
    before = normals[-1]
    for (x, y), after, edge in zip(ring.tolist(), normals, shorter, strict=True):
        corner = _corner(before, after, edge, distance, join)
        points += [(x + nx * distance, y + ny * distance) for nx, ny in corner]
        before = after
    return np.rint(np.array(points, np.float64)).astype(np.int64)


def _corner(
    before: _Vector, after: _Vector, edge: float, distance: float, join: LineJoin
) -> list[_Vector]:
    """Return where the moved outline goes about a vertex, in distances from it.

    before, after: the outward unit normals of its edges. edge: the length of the shorter one.
    """
    sine = before[0] * after[1] - before[1] * after[0]
    cosine = before[0] * after[0] + before[1] * after[1]
    if abs(sine) < _STRAIGHT_SINE and cosine > 0:
        return [after]
    if (sine < 0) == (distance > 0) and not (sine == 0 and cosine < 0):
        # Through the vertex, so that what turns back cannot count as inside. A wide bend does not.
        is_wide = cosine > _SMOOTH_COSINE and edge > abs(distance * sine)
        return [before, after] if is_wide else [before, (0.0, 0.0), after]
    if join is LineJoin.ROUND or cosine > _SMOOTH_COSINE:
        return [before, *_arc(before, after, abs(distance)), after]
    # The miter's length over the width is 1 / cos(half the turn).
    if join is LineJoin.MITER and MITER_LIMIT * MITER_LIMIT * (1 + cosine) >= 2:
        share = 1 + cosine
        return [((before[0] + after[0]) / share, (before[1] + after[1]) / share)]
    return [before, after]


def _arc(before: _Vector, after: _Vector, radius: float) -> list[_Vector]:
    """Return unit vectors between two, so close that chords stray by less than the tolerance."""
    x, y = before[0] + after[0], before[1] + after[1]
    length = sqrt(x * x + y * y)
    if length < _STRAIGHT_SINE:  # Half a turn: the middle lies ahead of the edge.
        middle = (-before[1], before[0]) if radius else before
    else:
        middle = (x / length, y / length)
    sagitta = (1 - (before[0] * middle[0] + before[1] * middle[1])) * radius
    if sagitta <= TOLERANCE_UM * UNITS_PER_UM:
        return []
    return [*_arc(before, middle, radius), middle, *_arc(middle, after, radius)]
