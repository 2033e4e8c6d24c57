"""Areas filled by lines, for tools that follow lines: hatched, cross-hatched, or by their contours.

Lines of one angle and spacing lie on one lattice of the whole surface, so that neighbours match.
What hangs together is filled before the tool goes on to the next, in turns to and fro.
A part that lies between two lines of the lattice, such as a thin bar, is followed along its middle; a
dot that no line meets, around its edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.degrees import cos_sin
from render_core.geometry.outline_builder import quantise
from render_core.geometry.polygons import UNITS_PER_UM, Polygons, Ring
from render_core.layout import Outline, Verb
from render_core.making.arc_fit import contours_each
from render_core.making.areas import boxes, following, touching
from render_core.making.kerf import offset, offset_each
from render_core.making.profile import Fill, FillKind

_Array = NDArray[np.float64]
_Indices = NDArray[np.int64]
_Pieces = Sequence[Sequence[Ring]]

# More lines, or more contours within each other, are refused.
MOST_LINES: Final = 1_000_000
MOST_CONTOURS: Final = 2_000


class Filling(NamedTuple):
    """What the tool follows: lines of a lattice, of two points each; lines along what is thin; closed contours."""

    lines: tuple[Outline, ...] = ()
    thin: tuple[Outline, ...] = ()
    closed: tuple[Outline, ...] = ()


def lines_needed(area: Polygons, fill: Fill) -> int:
    """Return about how many lines or contours a fill takes; never fewer than it has."""
    if area.is_empty or fill.kind is FillKind.NONE:
        return 0
    if fill.kind is FillKind.CONTOUR:
        low, high = boxes(area.rings)
        narrowest = float((high - low).min(axis=1).max()) / UNITS_PER_UM
        return int(narrowest / (2 * fill.spacing_um)) + 1
    across = _crossings(area, fill.spacing_um, fill.angle_degrees + 90)
    along = sum(_crossings(area, fill.spacing_um, angle) for angle in _angles(fill))
    return max(along, across)  # What lies between lines is looked for across them.


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
    pieces = [[inner.rings[index] for index in group] for group in _pieces(inner.rings)]
    hatched = [_hatched(pieces, fill.spacing_um, angle) for angle in _angles(fill)]
    between = _between(pieces, fill) if fill.kind is FillKind.HATCH else {}
    missed = [
        rings
        for number, rings in enumerate(pieces)
        if number not in between and all(some[number].is_empty for some in hatched)
    ]
    lines = (one for of_piece in zip(*hatched, strict=True) for one in of_piece)
    drawn = tuple(one for one in lines if not one.is_empty)
    thin = tuple(line for some in between.values() for line in some)
    closed = tuple(line for some in contours_each(missed, fit_um) for line in some)
    return Filling(drawn, thin, closed)


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


class _Chords(NamedTuple):
    """Where lines of a lattice run through pieces, by piece, row and then from the left, turned so that
    they lie along x. piece, row: (n,) number of the piece and the line. first, last: (n,) µm along it."""

    piece: _Indices
    row: _Indices
    first: _Array
    last: _Array

    def of(self, order: _Indices) -> _Chords:
        return _Chords(self.piece[order], self.row[order], self.first[order], self.last[order])


def _chords(pieces: _Pieces, spacing_um: int, angle: int) -> _Chords:
    rings = [ring for piece in pieces for ring in piece]
    x, y = _turned(rings, -angle)
    after = following(rings)
    low, high = _levels(y, rings, spacing_um)
    counts = high - low
    edge = np.repeat(np.arange(len(y)), counts)
    level = low[edge] + np.arange(edge.size) - (np.cumsum(counts) - counts)[edge]
    share = (level * float(spacing_um) - y[edge]) / (y[after[edge]] - y[edge])
    across = x[edge] + share * (x[after[edge]] - x[edge])
    sizes = [sum(map(len, piece)) for piece in pieces]
    owner = np.repeat(np.arange(len(pieces)), sizes)[edge]
    order = np.lexsort((across, level, owner))
    owner, level, across = owner[order], level[order], across[order]
    return _Chords(owner[0::2], level[0::2], across[0::2], across[1::2])


def _hatched(pieces: _Pieces, spacing_um: int, angle: int) -> list[Outline]:
    """Return open lines within each piece: by their place, every second row backwards."""
    chords = _chords(pieces, spacing_um, angle)
    backwards = chords.row % 2 == 1
    order = np.lexsort((np.where(backwards, -chords.first, chords.first), chords.row, chords.piece))
    piece, row, first, last = chords.of(order)
    backwards = backwards[order]
    ends = np.empty((2 * row.size, 2))
    ends[0::2, 0] = np.where(backwards, last, first)
    ends[1::2, 0] = np.where(backwards, first, last)
    ends[:, 1] = np.repeat(row * float(spacing_um), 2)
    whole = quantise(_turned_back(ends, angle))
    kept = (whole[0::2] != whole[1::2]).any(axis=1)
    points = whole[np.repeat(kept, 2)]
    stops = 2 * np.cumsum(np.bincount(piece[kept], minlength=len(pieces)))
    verbs = np.tile(np.array([Verb.MOVE, Verb.LINE], np.uint8), len(points) // 2)
    return [
        Outline(verbs[begin:stop].copy(), points[begin:stop].copy())
        for begin, stop in pairwise([0, *stops.tolist()])
    ]


def _between(pieces: _Pieces, fill: Fill) -> dict[int, list[Outline]]:
    """Return lines along the middle of what lies between two lines of a hatch and meets neither, by piece.

    Looked for by chords across the hatch, as far apart as its lines are: those that no line crosses.
    """
    spacing = float(fill.spacing_um)
    piece, column, first, last = _chords(pieces, fill.spacing_um, fill.angle_degrees + 90)
    low, high = -last, -first  # Across the hatch: x there is -y here.
    missed = np.ceil(low / spacing) >= np.ceil(high / spacing)
    columns = (one[missed].tolist() for one in (piece, column, low, high))
    found: dict[int, list[Outline]] = {}
    for number, some in groupby(zip(*columns, strict=True), key=lambda one: one[0]):
        for chain in _chains([(column, low, high) for _, column, low, high in some]):
            whole = quantise(_turned_back(_middle(chain, spacing), fill.angle_degrees))
            if (whole != whole[0]).any():
                verbs = np.full(len(whole), Verb.LINE, np.uint8)
                verbs[0] = Verb.MOVE
                found.setdefault(number, []).append(Outline(verbs, whole))
    return found


def _middle(chain: Sequence[_Chord], spacing: float) -> _Array:
    """Return the points of the line along the middle of a chain; of one chord alone, its ends."""
    if len(chain) == 1:
        at, begin, end = chain[0]
        return np.array([(at * spacing, begin), (at * spacing, end)])
    return np.array([(at * spacing, (low + high) / 2) for at, low, high in chain])


_Chord = tuple[int, float, float]


def _chains(chords: Sequence[_Chord]) -> Iterator[list[_Chord]]:
    """Yield chords of neighbouring columns that overlap, one of each column, from the left."""
    ended: list[list[_Chord]] = []
    for column, some in groupby(chords, key=lambda one: one[0]):
        waiting = [chain for chain in ended if chain[-1][0] == column - 1]
        yield from (chain for chain in ended if chain[-1][0] != column - 1)
        ended, place = [], 0
        for chord in sorted(some, key=lambda one: one[1]):
            while place < len(waiting) and waiting[place][-1][2] < chord[1]:
                ended.append(waiting[place])
                place += 1
            if place < len(waiting) and waiting[place][-1][1] <= chord[2]:
                ended.append([*waiting[place], chord])
                place += 1
            else:
                ended.append([chord])
        ended += waiting[place:]
    yield from ended


def _turned(rings: Sequence[Ring], degrees: int) -> tuple[_Array, _Array]:
    """Return the points of rings in micrometres turned so that lines of an angle lie along x.

    Angles are anticlockwise as seen; y goes down, so a line's direction is (cos, -sin).
    """
    cosine, sine = cos_sin(degrees)
    points = np.concatenate(rings).astype(np.float64) / UNITS_PER_UM
    x, y = points[:, 0], points[:, 1]
    return cosine * x + sine * y, cosine * y - sine * x


def _turned_back(points: _Array, angle: int) -> _Array:
    """Return points of lines along x, (n, 2), as they lie on the surface."""
    cosine, sine = cos_sin(-angle)
    x, y = points[:, 0], points[:, 1]
    return np.stack([cosine * x - sine * y, sine * x + cosine * y], axis=1)


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
    left = [Polygons(tuple(area.rings[index] for index in group)) for group in _pieces(area.rings)]
    rounds: list[list[list[Outline]]] = [[] for _ in left]
    numbers = list(range(len(left)))
    for _ in range(MOST_CONTOURS):
        if not left:
            break
        drawn = contours_each([piece.rings for piece in left], fit_um)
        for number, some in zip(numbers, drawn, strict=True):
            rounds[number].append(some)
        smaller = offset_each(left, -float(spacing_um), precision_um)
        numbers = [at for at, piece in zip(numbers, smaller, strict=True) if not piece.is_empty]
        left = [piece for piece in smaller if not piece.is_empty]
    for of_piece in rounds:
        for some in reversed(of_piece):
            yield from some
