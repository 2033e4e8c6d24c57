"""Kerf: outlines moved by half of what a tool takes away, so that parts come out at their size.

All corners of all rings are moved at once. What opens is rounded about its vertex, what closes goes
through it, and what turns the wrong way afterwards is outside. Only basic operations and square
roots; arcs are halved until their chords are true to the precision.

Source: X. Chen and S. McMains, "Polygon offsetting by computing winding numbers", 2005; one ring at
a time, with other joins, in `geometry.offset`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import pyclipper
from numpy.typing import NDArray

from render_core.geometry.polygons import UNITS_PER_UM, Polygons, Ring
from render_core.making.areas import following, united_apart
from render_core.making.profile import KerfSide

_Array = NDArray[np.float64]
_Indices = NDArray[np.int64]

_SMOOTH_COSINE: Final = 0.94
_OPPOSITE: Final = 1e-6
_MOST_HALVINGS: Final = 12


def offset(area: Polygons, by_um: float, precision_um: float) -> Polygons:
    """Return an area larger on each side, or smaller for a negative distance; corners round.

    precision_um: how far chords may lie from the arcs about corners, > 0.
    """
    if by_um == 0 or area.is_empty:
        return area
    return offset_each([area], by_um, precision_um)[0]


def offset_each(areas: Sequence[Polygons], by_um: float, precision_um: float) -> list[Polygons]:
    """Return what `offset` does for each of many areas, their corners moved at once.

    What lies in one area never meets another one's, however near they are.
    """
    if by_um == 0 or not areas:
        return list(areas)
    rings = _without_repeats([ring for area in areas for ring in area.rings])
    moved = iter(
        _moved([ring for ring in rings if len(ring) > 2], by_um * UNITS_PER_UM, precision_um)
    )
    numbers = iter(rings)
    each = [[next(moved) for _ in area.rings if len(next(numbers)) > 2] for area in areas]
    return [united_apart(some, pyclipper.PFT_POSITIVE) for some in each]


def kerf_path(
    area: Polygons, kerf_um: int, side: KerfSide, precision_um: float, *, freed: bool = False
) -> Polygons:
    """Return what the middle of a tool goes around so that an area comes out at its size.

    freed: the area is waste and what is around it is kept, as in a stencil. INSIDE and OUTSIDE are
    of each contour by itself, WASTE is outside of parts and inside of their holes.
    """
    half = kerf_um / 2
    if side is KerfSide.ON_LINE or not kerf_um:
        return area
    if side is KerfSide.WASTE:
        return offset(area, -half if freed else half, precision_um)
    outer, holes = by_turn(area)
    by = half if side is KerfSide.OUTSIDE else -half
    turned = Polygons(tuple(np.ascontiguousarray(ring[::-1]) for ring in holes.rings))
    inner = offset(turned, by, precision_um)
    back = tuple(np.ascontiguousarray(ring[::-1]) for ring in inner.rings)
    return Polygons(offset(outer, by, precision_um).rings + back)


def by_turn(area: Polygons) -> tuple[Polygons, Polygons]:
    """Return the outer rings of an area and its holes."""
    outer = tuple(ring for ring in area.rings if twice_area(ring) > 0)
    holes = tuple(ring for ring in area.rings if twice_area(ring) <= 0)
    return Polygons(outer), Polygons(holes)


def twice_area(ring: Ring) -> int:
    """Return twice a ring's signed area, in its units squared; exact."""
    x, y = (ring - ring[0]).T
    return int((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())


class _Corners(NamedTuple):
    """All vertices of all rings. points: (n, 2). before, after: (n, 2) outward unit normals of the
    edges that end and start there. shorter: (n,) length of the shorter of the two."""

    points: _Array
    before: _Array
    after: _Array
    shorter: _Array


def _without_repeats(rings: list[Ring]) -> list[Ring]:
    """Return rings without the points that are the same as the one before."""
    if not rings:
        return []
    points, after = np.concatenate(rings), following(rings)
    kept = np.empty(len(points), np.bool_)
    kept[after] = (points[after] != points).any(axis=1)
    firsts = np.cumsum([len(ring) for ring in rings[:-1]], dtype=np.int64)
    return np.split(points[kept], np.append(0, np.cumsum(kept))[firsts])


def _moved(rings: list[Ring], distance: float, precision_um: float) -> list[Ring]:
    if not rings:
        return []
    corners = _corners(rings)
    owners, places, vectors = _vectors(corners, distance, precision_um * UNITS_PER_UM)
    order = np.lexsort((places, owners))
    owners = owners[order]
    points = np.rint(corners.points[owners] + vectors[order] * distance).astype(np.int64)
    sizes = np.cumsum([len(ring) for ring in rings])
    return np.split(points, np.searchsorted(owners, sizes[:-1], side="left"))


def _corners(rings: list[Ring]) -> _Corners:
    points = np.concatenate(rings).astype(np.float64)
    after = following(rings)
    previous = np.empty_like(after)
    previous[after] = np.arange(len(points), dtype=np.int64)
    along = points[after] - points
    lengths = np.sqrt(along[:, 0] * along[:, 0] + along[:, 1] * along[:, 1])
    normals = np.stack([along[:, 1] / lengths, -along[:, 0] / lengths], axis=1)
    return _Corners(points, normals[previous], normals, np.minimum(lengths, lengths[previous]))


def _vectors(
    corners: _Corners, distance: float, precision: float
) -> tuple[_Indices, _Indices, _Array]:
    """Return where the moved rings go: the vertex, the place in its turn, the way from it in distances."""
    before, after = corners.before, corners.after
    sine = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    cosine = before[:, 0] * after[:, 0] + before[:, 1] * after[:, 1]
    half = np.sqrt(np.maximum(0.0, (1 + cosine) / 2))
    closing = ((sine < 0) == (distance > 0)) & ~((sine == 0) & (cosine < 0))
    wide = (cosine > _SMOOTH_COSINE) & (corners.shorter > np.abs(distance * sine))
    # A vertex of a curve stays one vertex, so that chords of a circle remain chords of a circle.
    smooth = ((1 - half) * abs(distance) <= precision) & (~closing | wide) & (cosine > 0)
    both = before + after
    middle = both / np.where(smooth, 2 * half, 1.0)[:, None]
    leaving = np.where(smooth[:, None], middle, after)
    parts = [(np.arange(len(sine)), np.full(len(sine), 1 << _MOST_HALVINGS), leaving)]
    turning = np.flatnonzero(~smooth)
    parts.append((turning, np.zeros(turning.size, np.int64), before[turning]))
    through = np.flatnonzero(closing & ~wide & ~smooth)
    parts.append((through, np.ones(through.size, np.int64), np.zeros((through.size, 2))))
    opening = np.flatnonzero(~smooth & ~closing)
    halvings = _halvings(cosine[opening], abs(distance), precision)
    for count in np.unique(halvings[halvings > 0]).tolist():
        some = opening[halvings == count]
        middles = _arcs(before[some], after[some], count)
        between = middles.shape[1]
        places = np.tile(np.arange(1, between + 1), some.size)
        parts.append((np.repeat(some, between), places, middles.reshape(-1, 2)))
    owners, places, vectors = (np.concatenate(column) for column in zip(*parts, strict=True))
    return owners, places, vectors


def _halvings(cosine: _Array, radius: float, precision: float) -> _Indices:
    """Return how often arcs are halved until their chords stray by no more than the precision."""
    found = np.zeros(cosine.size, np.int64)
    half = np.sqrt(np.maximum(0.0, (1 + cosine) / 2))
    for _ in range(_MOST_HALVINGS - 1):
        strays = (1 - half) * radius > precision
        if not strays.any():
            break
        found += strays
        half = np.where(strays, np.sqrt((1 + half) / 2), half)
    return found


def _arcs(before: _Array, after: _Array, halvings: int) -> _Array:
    """Return the unit vectors between pairs of them, (n, 2**halvings - 1, 2)."""
    fan = np.stack([before, after], axis=1)
    for _ in range(halvings):
        middle = fan[:, :-1] + fan[:, 1:]
        length = np.sqrt(middle[..., 0] * middle[..., 0] + middle[..., 1] * middle[..., 1])
        turned = length < _OPPOSITE  # Half a turn: the middle lies ahead of the edge.
        ahead = np.stack([-fan[:, :-1, 1], fan[:, :-1, 0]], axis=-1)
        safe = np.where(turned, 1.0, length)[..., None]
        middle = np.where(turned[..., None], ahead, middle / safe)
        finer = np.empty((len(fan), 2 * fan.shape[1] - 1, 2))
        finer[:, ::2], finer[:, 1::2] = fan, middle
        fan = finer
    return fan[:, 1:-1]


def circle(middle_um: tuple[float, float], radius_um: float, precision_um: float) -> Ring:
    """Return a circle as a ring that turns as outer rings do; its points lie on it."""
    halvings = int(_halvings(np.zeros(1), radius_um, precision_um)[0])
    quarters = np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)])
    between = _arcs(quarters, np.roll(quarters, -1, axis=0), halvings)
    vectors = np.concatenate([quarters[:, None], between], axis=1).reshape(-1, 2)
    points = np.array(middle_um) + vectors * radius_um
    ring: Ring = np.rint(points * UNITS_PER_UM).astype(np.int64)
    return ring
