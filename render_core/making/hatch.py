"""Areas filled by lines, for tools that follow lines: hatched, cross-hatched, or by their contours.

Lines of one angle and spacing lie on one lattice of the whole surface, so that neighbours match.
What hangs together is filled before the tool goes on to the next, in turns to and fro.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.degrees import cos_sin
from render_core.geometry.outline_builder import quantise
from render_core.geometry.polygons import UNITS_PER_UM, Polygons, Ring
from render_core.layout import Outline, Verb
from render_core.making.arc_fit import contours
from render_core.making.areas import boxes, following, touching
from render_core.making.kerf import offset
from render_core.making.profile import Fill, FillKind

_Array = NDArray[np.float64]
_Indices = NDArray[np.int64]

# More lines, or more contours within each other, are refused.
MOST_LINES: Final = 1_000_000
MOST_CONTOURS: Final = 2_000


class Filling(NamedTuple):
    """Open lines and closed contours, in the order to make them."""

    lines: tuple[Outline, ...] = ()
    closed: tuple[Outline, ...] = ()


def lines_needed(area: Polygons, fill: Fill) -> int:
    """Return about how many lines or contours a fill takes; never fewer than it has."""
    if area.is_empty or fill.kind is FillKind.NONE:
        return 0
    if fill.kind is FillKind.CONTOUR:
        low, high = boxes(area.rings)
        narrowest = float((high - low).min(axis=1).max()) / UNITS_PER_UM
        return int(narrowest / (2 * fill.spacing_um)) + 1
    return sum(_crossings(area, fill.spacing_um, angle) for angle in _angles(fill))


def most_lines(fill: Fill) -> int:
    """Return how many of `lines_needed` are made at most."""
    return MOST_CONTOURS if fill.kind is FillKind.CONTOUR else MOST_LINES


def filled(
    area: Polygons, fill: Fill, width_um: int, precision_um: float, fit_um: float
) -> Filling:
    """Return the lines that fill an area with a tool that makes lines `width_um` wide.

    The tool's middle stays half of that inside of the edge. Ask `lines_needed` first.
    """
    inner = offset(area, -width_um / 2, precision_um)
    if inner.is_empty:
        return Filling()
    if fill.kind is FillKind.CONTOUR:
        return Filling(closed=tuple(_contours(inner, fill.spacing_um, precision_um, fit_um)))
    made = []
    for group in _pieces(inner.rings):
        rings = [inner.rings[index] for index in group]
        made += [_hatched(rings, fill.spacing_um, angle) for angle in _angles(fill)]
    return Filling(lines=tuple(one for one in made if not one.is_empty))


def _angles(fill: Fill) -> tuple[int, ...]:
    angle = fill.angle_degrees
    return (angle, angle + 90) if fill.kind is FillKind.CROSS_HATCH else (angle,)


def _pieces(rings: Sequence[Ring]) -> list[list[int]]:
    """Return the numbers of rings in groups that lie apart, from the left in columns of reading."""
    groups = touching(rings)
    low, high = boxes(rings)

    def place(group: list[int]) -> tuple[int, int, int]:
        top, bottom = int(low[group, 1].min()), int(high[group, 1].max())
        return ((top + bottom) // 2 // (20_000 * UNITS_PER_UM), int(low[group, 0].min()), top)

    return sorted(groups, key=place)


def _crossings(area: Polygons, spacing_um: int, angle: int) -> int:
    """Return half of the number of times that lines cross the edges of an area, rounded up."""
    low, high = _levels(_turned(area.rings, -angle)[1], area.rings, spacing_um)
    return (int((high - low).sum()) + 1) // 2


def _hatched(rings: Sequence[Ring], spacing_um: int, angle: int) -> Outline:
    """Return open lines within rings: by their place, every second row backwards."""
    x, y = _turned(rings, -angle)
    after = following(rings)
    low, high = _levels(y, rings, spacing_um)
    counts = high - low
    edge = np.repeat(np.arange(len(y)), counts)
    level = low[edge] + np.arange(edge.size) - (np.cumsum(counts) - counts)[edge]
    at = level * float(spacing_um)
    share = (at - y[edge]) / (y[after[edge]] - y[edge])
    across = x[edge] + share * (x[after[edge]] - x[edge])
    order = np.lexsort((across, level))
    level, across, at = level[order], across[order], at[order]
    first, last = across[0::2], across[1::2]
    row, at = level[0::2], at[0::2]
    backwards = row % 2 == 1
    order = np.lexsort((np.where(backwards, -first, first), row))
    first, last, at, backwards = first[order], last[order], at[order], backwards[order]
    begin, end = np.where(backwards, last, first), np.where(backwards, first, last)
    cosine, sine = cos_sin(-angle)
    points = np.empty((2 * at.size, 2))
    for side, along in ((0, begin), (1, end)):
        points[side::2, 0] = cosine * along - sine * at
        points[side::2, 1] = sine * along + cosine * at
    whole = quantise(points)
    kept = np.repeat((whole[0::2] != whole[1::2]).any(axis=1), 2)
    verbs = np.tile(np.array([Verb.MOVE, Verb.LINE], np.uint8), int(kept.sum()) // 2)
    return Outline(verbs, whole[kept])


def _turned(rings: Sequence[Ring], degrees: int) -> tuple[_Array, _Array]:
    """Return the points of rings in micrometres turned so that lines of an angle lie along x.

    Angles are anticlockwise as seen; y goes down, so a line's direction is (cos, -sin).
    """
    cosine, sine = cos_sin(degrees)
    points = np.concatenate(rings).astype(np.float64) / UNITS_PER_UM
    x, y = points[:, 0], points[:, 1]
    return cosine * x + sine * y, cosine * y - sine * x


def _levels(y: _Array, rings: Sequence[Ring], spacing_um: int) -> tuple[_Indices, _Indices]:
    """Return the first line that crosses each edge, and the one after the last."""
    other = y[following(rings)]
    low = np.ceil(np.minimum(y, other) / spacing_um).astype(np.int64)
    high = np.ceil(np.maximum(y, other) / spacing_um).astype(np.int64)
    return low, high


def _contours(
    area: Polygons, spacing_um: int, precision_um: float, fit_um: float
) -> Iterator[Outline]:
    """Yield the contours of an area and of what is left of it further and further inside."""
    for group in _pieces(area.rings):
        left = Polygons(tuple(area.rings[index] for index in group))
        rounds: list[list[Outline]] = []
        while not left.is_empty and len(rounds) < MOST_CONTOURS:
            rounds.append(contours(left.rings, fit_um))
            left = offset(left, -float(spacing_um), precision_um)
        for some in reversed(rounds):
            yield from some
