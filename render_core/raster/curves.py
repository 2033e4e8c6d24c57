"""The curves of an outline as nodes for the rasteriser, on its grid from the start.

A polyline with its points on a curve lies inside of it and makes letters thinner. Here the points
between the ends of a curve lie outside of it by a third less than the chords lie inside, so that what
is too much and what is missing nearly cancel: half the error with the same number of edges.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.arcs import flatten_arc
from render_core.geometry.flatten import MAX_SEGMENTS_PER_CURVE
from render_core.layout import POINTS_OF_VERB, Outline, Verb
from render_core.raster.coverage import NO_EDGES, SUBPIXEL, Edges, edges_through

Matrix = tuple[float, float, float, float, float, float]
_Floats = NDArray[np.float64]
_Index = NDArray[np.int64]

_POINTS_OF_VERB: Final = np.asarray(POINTS_OF_VERB, np.int64)
TOLERANCE_PX: Final = 0.05
_TOLERANCE: Final = TOLERANCE_PX * SUBPIXEL
# A chord of a parabola leaves it by 1/4 of its second difference, by 1/6 on average.
_OUTWARDS: Final = 1 / 6


class _Curves(NamedTuple):
    """Curves of one degree. verbs: (n,) their indices. powers: of each power of t, (2, n), x and y.

    pieces: (n,) how many lines each becomes.
    """

    verbs: _Index
    powers: tuple[_Floats, ...]
    pieces: _Index


def edges(outline: Outline, matrix: Matrix, scale: float) -> Edges:
    """Return the edges of an outline's contours, within 1/20 pixel; open ones are closed by a line.

    matrix: a, b, c, d, e, f of x = a·X + c·Y + e, y = b·X + d·Y + f from micrometres to pixels.
    scale: pixels per micrometre along the longer axis.
    Raises ValueError beyond ±2**20 pixels.
    """
    verbs = outline.verbs
    if not verbs.size:
        return NO_EDGES
    points = _mapped(outline.points_um, matrix)
    counts = _POINTS_OF_VERB.take(verbs)
    ends = np.cumsum(counts)
    groups = [*_quadratics(verbs, points, ends), *_cubics(verbs, points, ends)]
    arcs = [
        (index, _mapped(along, matrix))
        for index, along in _arcs(outline, ends, TOLERANCE_PX / scale)
    ]
    pieces = np.minimum(counts, 1)
    for curves in groups:
        pieces[curves.verbs] = curves.pieces
    for index, along in arcs:
        pieces[index] = along.shape[1]
    begins = np.flatnonzero(verbs == Verb.MOVE)
    lasts = np.append(begins[1:], verbs.size) - 1
    slots = pieces.copy()
    slots[lasts] += 1  # For the first node again.
    total = np.cumsum(slots)
    offsets = total - slots
    nodes = np.empty((2, int(total[-1])))
    drawn = np.flatnonzero(counts)
    nodes[:, (offsets + pieces - 1).take(drawn)] = points.take(ends.take(drawn) - 1, axis=1)
    for curves in groups:
        _fill_in(nodes, curves, offsets.take(curves.verbs))
    for index, along in arcs:
        nodes[:, offsets[index] : offsets[index] + along.shape[1]] = along
    closing = total.take(lasts) - 1
    nodes[:, closing] = nodes.take(offsets.take(begins), axis=1)
    return edges_through(nodes, closing)


def _mapped(points_um: NDArray[np.int32] | _Floats, matrix: Matrix) -> _Floats:
    """Return points (n, 2) as (2, n) in 1/256 pixel. Products and sums one by one: none are fused."""
    a, b, c, d, e, f = (number * SUBPIXEL for number in matrix)
    across, down = points_um.T.astype(np.float64)
    mapped = np.empty((2, across.size))
    for axis, (of_x, of_y, shift) in enumerate(((a, c, e), (b, d, f))):
        np.multiply(across, of_x, out=mapped[axis])
        mapped[axis] += down * of_y
        mapped[axis] += shift
    return mapped


def _quadratics(verbs: NDArray[np.uint8], points: _Floats, ends: _Index) -> list[_Curves]:
    index = np.flatnonzero(verbs == Verb.QUAD)
    if not index.size:
        return []
    last = ends.take(index) - 1
    start, handle, end = (points.take(last - back, axis=1) for back in (2, 1, 0))
    handle -= start
    end -= start
    end -= handle
    end -= handle
    handle += handle
    pieces = _pieces(end, 0.25 / _TOLERANCE)
    start -= end * (_OUTWARDS / (pieces * pieces))
    return [_Curves(index, (start, handle, end), pieces)]


def _cubics(verbs: NDArray[np.uint8], points: _Floats, ends: _Index) -> list[_Curves]:
    index = np.flatnonzero(verbs == Verb.CUBIC)
    if not index.size:
        return []
    last = ends.take(index) - 1
    start, one, two, end = (points.take(last - back, axis=1) for back in (3, 2, 1, 0))
    bends = start - 2 * one + two, one - 2 * two + end
    pieces = np.maximum(*(_pieces(bend, 0.75 / _TOLERANCE) for bend in bends))
    square, cube = 3 * bends[0], bends[1] - bends[0]
    outwards = _OUTWARDS / (pieces * pieces)
    begin = start - square * outwards
    slope = 3 * (one - start) - 3 * cube * outwards
    return [_Curves(index, (begin, slope, square, cube), pieces)]


def _pieces(second_difference: _Floats, share: float) -> _Index:
    """Source: Wang's formula, m = ceil(sqrt(d(d-1)/8 · |second difference| / tolerance))."""
    squared = second_difference * second_difference
    needed = np.ceil(np.sqrt(np.sqrt(squared[0] + squared[1]) * share))
    bounded: _Index = np.minimum(np.maximum(needed, 1), MAX_SEGMENTS_PER_CURVE).astype(np.int64)
    return bounded


def _arcs(outline: Outline, ends: _Index, tolerance_um: float) -> Iterator[tuple[int, _Floats]]:
    """Yield each arc's index and its points (m, 2) but for the first; circles only before mapping."""
    for index in np.flatnonzero(outline.verbs == Verb.ARC).tolist():
        start, through, end = outline.points_um[ends[index] - 3 : ends[index]].tolist()
        along = flatten_arc(tuple(start), tuple(through), tuple(end), tolerance_um)
        yield index, np.array(along, np.float64)


def _fill_in(nodes: _Floats, curves: _Curves, offsets: _Index) -> None:
    """Write the nodes between the ends of curves. offsets: (n,) where those of each begin."""
    between = curves.pieces - 1
    begin = np.cumsum(between) - between
    owner = np.repeat(np.arange(between.size), between)
    count = np.arange(owner.size)
    t = (count - (begin - 1).take(owner)) / curves.pieces.take(owner)
    place = (offsets - begin).take(owner)
    place += count
    highest, *lower = reversed(curves.powers)
    inside = highest.take(owner, axis=1)
    for power in lower:
        inside *= t
        inside += power.take(owner, axis=1)
    nodes[:, place] = inside
