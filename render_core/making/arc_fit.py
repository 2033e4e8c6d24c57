"""Arcs found again in polygons: runs of chords that lie on one circle become one arc.

Clipper knows straight edges alone. Chords of one arc turn by the same curvature at each of their
ends, so runs of equal curvature are looked for and then held to the circle through their ends and
their middle; a run that strays is halved. What is on no circle stays lines. Everything is done for
all rings at once, in float64 by basic operations and square roots.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.outline_builder import quantise
from render_core.geometry.polygons import UNITS_PER_UM, Ring
from render_core.layout import Outline, Verb

_Array = NDArray[np.float64]
_Indices = NDArray[np.int64]
_Flags = NDArray[np.bool_]

# Chords of one arc turn by less than about 50 degrees, and by equal curvature but for the grid.
_TURN_COSINE: Final = 0.64
_ALIKE: Final = 0.2
# Fewer chords are as well lines; a flatter arc would have a circle that rounding decides.
_LEAST_CHORDS: Final = 3
_LEAST_SAGITTA_UM: Final = 3.0
_LEAST_CHORD_UM: Final = 20.0
# Chords longer than those of a curve are edges that are meant to be straight.
_CHORD_STRAYS: Final = 1.1
_GRID_UM: Final = 0.1
_LARGEST_RADIUS_UM: Final = 10_000_000.0
_MOST_HALVINGS: Final = 4


class _Rings(NamedTuple):
    """All rings in one. points: (n, 2) µm. firsts, sizes: (r,). following, previous: (n,)."""

    points: _Array
    firsts: _Indices
    sizes: _Indices
    following: _Indices
    previous: _Indices


class _Spans(NamedTuple):
    """Runs of vertices, from `first` to `last` of points in which each ring ends with its start."""

    first: _Indices
    last: _Indices

    def of(self, which: _Flags) -> _Spans:
        return _Spans(self.first[which], self.last[which])


def contours(rings: Sequence[Ring], fit_um: float) -> list[Outline]:
    """Return each ring as a closed contour in whole micrometres, with arcs where chords were.

    rings: in 1/64 µm. fit_um: how far the chords' ends may lie from an arc, 0 for lines alone.
    A ring that rounding leaves nothing of is left out.
    """
    return contours_each([rings], fit_um)[0]


def contours_each(groups: Sequence[Sequence[Ring]], fit_um: float) -> list[list[Outline]]:
    """Return what `contours` does for each of many groups of rings, all worked out at once."""
    made: list[list[Outline]] = [[] for _ in groups]
    owners = [number for number, rings in enumerate(groups) for ring in rings if len(ring) > 2]
    kept = [ring for rings in groups for ring in rings if len(ring) > 2]
    for owner, outline in zip(owners, _drawn(kept, fit_um) if kept else (), strict=True):
        if outline is not None:
            made[owner].append(outline)
    return made


def _drawn(rings: Sequence[Ring], fit_um: float) -> list[Outline | None]:
    joined = _joined(rings)
    alike = _alike(joined, fit_um) if fit_um > 0 else np.zeros(len(joined.points), np.bool_)
    joined, alike = _begun_between(joined, alike)
    points = _repeated(joined)
    arcs = _fitted(points, _runs(joined, alike), fit_um)
    return _written(points, joined, arcs)


def _joined(rings: Sequence[Ring]) -> _Rings:
    points = np.concatenate(rings).astype(np.float64) / UNITS_PER_UM
    sizes = np.array([len(ring) for ring in rings], np.int64)
    firsts = np.cumsum(sizes) - sizes
    return _linked(points, firsts, sizes)


def _linked(points: _Array, firsts: _Indices, sizes: _Indices) -> _Rings:
    following = np.arange(1, len(points) + 1, dtype=np.int64)
    following[firsts + sizes - 1] = firsts
    previous = np.empty_like(following)
    previous[following] = np.arange(len(points), dtype=np.int64)
    return _Rings(points, firsts, sizes, following, previous)


def _alike(rings: _Rings, fit_um: float) -> _Flags:
    """Return for each vertex whether it and the next one turn as chords of one circle do."""
    curvature, cosine = _curvature(rings)
    lengths = _length(rings.points[rings.following] - rings.points)
    longest = np.maximum(lengths, lengths[rings.previous])
    close = longest * longest * np.abs(curvature) <= 8 * (_CHORD_STRAYS * fit_um + _GRID_UM)
    curved = (cosine > _TURN_COSINE) & close
    other = curvature[rings.following]
    largest = np.maximum(np.abs(curvature), np.abs(other))
    smooth = curved & curved[rings.following]
    bent = largest > 1 / _LARGEST_RADIUS_UM
    same: _Flags = smooth & bent & (np.abs(curvature - other) <= _ALIKE * largest)
    return same


def _curvature(rings: _Rings) -> tuple[_Array, _Array]:
    """Return the signed curvature of the circle through each vertex and its neighbours, in 1/µm,
    and the cosine of the turn there. Source: K. Menger, 1930: four areas over three sides."""
    after = rings.points[rings.following] - rings.points
    before = after[rings.previous]
    across = before + after
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    dot = before[:, 0] * after[:, 0] + before[:, 1] * after[:, 1]
    lengths = _length(after)
    sides = lengths * lengths[rings.previous]
    whole = sides * _length(across)
    curvature = np.where(whole > 0, 2 * cross / np.where(whole > 0, whole, 1.0), 0.0)
    cosine = np.where(sides > 0, dot / np.where(sides > 0, sides, 1.0), 1.0)
    return curvature, cosine


def _begun_between(rings: _Rings, alike: _Flags) -> tuple[_Rings, _Flags]:
    """Return the rings turned so that no run of `alike` goes over their start, where one can be."""
    outside = ~alike & ~alike[rings.previous]
    starts = np.zeros(len(rings.sizes), np.int64)
    for flags in (~alike[rings.previous], outside):  # The second is better, where there is any.
        owner = np.repeat(np.arange(len(rings.sizes)), rings.sizes)
        places = np.flatnonzero(flags)[::-1]
        starts[owner[places]] = places - rings.firsts[owner[places]]
    owner = np.repeat(np.arange(len(rings.sizes)), rings.sizes)
    local = np.arange(len(rings.points)) - rings.firsts[owner]
    order = rings.firsts[owner] + (local + starts[owner]) % rings.sizes[owner]
    return _linked(rings.points[order], rings.firsts, rings.sizes), alike[order]


def _repeated(rings: _Rings) -> _Array:
    """Return the points with each ring's first one repeated at its end."""
    return np.insert(rings.points, rings.firsts + rings.sizes, rings.points[rings.firsts], axis=0)


def _runs(rings: _Rings, alike: _Flags) -> _Spans:
    """Return the spans of vertices to try, in indices of `_repeated`; none overlap."""
    owner = np.repeat(np.arange(len(rings.sizes)), rings.sizes)
    place = np.arange(len(rings.points)) + owner
    ends_ring = np.zeros(len(rings.points), np.bool_)
    ends_ring[rings.firsts + rings.sizes - 1] = True
    begins_ring = np.zeros(len(rings.points), np.bool_)
    begins_ring[rings.firsts] = True
    begins = alike & (begins_ring | ~alike[rings.previous])
    ends = alike & (ends_ring | ~alike[rings.following])
    first, last = np.flatnonzero(begins), np.flatnonzero(ends)
    ring_start = rings.firsts[owner[first]] + owner[first]
    ring_end = ring_start + rings.sizes[owner[first]]
    # The last vertex of a run is after its last flag, and the chord on each side is of the arc, too.
    from_, to = place[first] - 1, place[last] + 2
    from_, to = np.maximum(from_, ring_start), np.minimum(to, ring_end)
    if from_.size > 1:
        from_[1:] = np.maximum(from_[1:], np.where(to[:-1] > ring_start[1:], to[:-1], from_[1:]))
    return _halved(_Spans(from_, to), from_ + rings.sizes[owner[first]] <= to)


def _halved(spans: _Spans, which: _Flags) -> _Spans:
    """Return spans in order, some of them as two halves."""
    middle = (spans.first + spans.last) // 2
    first = np.concatenate([spans.first, middle[which]])
    last = np.concatenate([np.where(which, middle, spans.last), spans.last[which]])
    order = np.argsort(first, kind="stable")
    return _Spans(first[order], last[order])


def _fitted(points: _Array, spans: _Spans, fit_um: float) -> _Spans:
    """Return the spans whose vertices lie on a circle, those that do not halved and tried again."""
    found: list[_Spans] = []
    for _ in range(_MOST_HALVINGS):
        spans = spans.of(spans.last - spans.first >= _LEAST_CHORDS)
        if not spans.first.size:
            break
        fits = _on_circle(points, spans, fit_um)
        found.append(spans.of(fits))
        left = spans.of(~fits)
        spans = _halved(left, np.ones(left.first.size, np.bool_))
    if not found:
        return _Spans(np.zeros(0, np.int64), np.zeros(0, np.int64))
    first, last = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.argsort(first, kind="stable")
    return _Spans(first[order], last[order])


def _on_circle(points: _Array, spans: _Spans, fit_um: float) -> _Flags:
    middle = (spans.first + spans.last) // 2
    start, half, end = points[spans.first], points[middle], points[spans.last]
    a, b = half - start, end - start
    cross = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    flat = cross == 0
    safe = np.where(flat, 1.0, 2 * cross)
    a2, b2 = _squared(a), _squared(b)
    centre = np.stack(
        [(b[:, 1] * a2 - a[:, 1] * b2) / safe, (a[:, 0] * b2 - b[:, 0] * a2) / safe], axis=1
    )
    radius = _length(centre)
    sizes = spans.last - spans.first + 1
    offsets = np.cumsum(sizes) - sizes
    owner = np.repeat(np.arange(sizes.size), sizes)
    number = np.arange(owner.size) - offsets[owner]
    vertices = points[spans.first[owner] + number]
    strays = np.abs(_length(vertices - (start + centre)[owner]) - radius[owner])
    farthest = np.maximum.reduceat(strays, offsets)
    chords = np.where(number > 0, _length(vertices - points[spans.first[owner] + number - 1]), 0.0)
    longest = np.maximum.reduceat(chords, offsets)
    close = longest * longest <= 8 * radius * (_CHORD_STRAYS * fit_um + _GRID_UM)
    bulge = _length(half - (start + end) / 2)
    large = (bulge >= _LEAST_SAGITTA_UM) & (_length(b) >= _LEAST_CHORD_UM)
    fits: _Flags = ~flat & large & close & (farthest <= fit_um) & (radius <= _LARGEST_RADIUS_UM)
    return fits


def _written(points: _Array, rings: _Rings, arcs: _Spans) -> list[Outline | None]:
    """Return the contours; points of arcs but their ends and one on their way are left out.

    None for a ring of which rounding leaves nothing.
    """
    whole = quantise(points)
    count = len(whole)
    inside = np.zeros(count + 1, np.int64)
    np.add.at(inside, arcs.first + 1, 1)
    np.add.at(inside, arcs.last, -1)
    through = np.zeros(count, np.bool_)
    through[(arcs.first + arcs.last) // 2] = True
    kept = (np.cumsum(inside[:-1]) == 0) | through
    verbs = np.full(count, Verb.LINE, np.uint8)
    verbs[arcs.last] = Verb.ARC
    owner = np.repeat(np.arange(len(rings.sizes)), rings.sizes + 1)
    starts = rings.firsts + np.arange(len(rings.sizes))
    verbs[starts] = Verb.MOVE
    order = np.flatnonzero(kept)
    before = order[np.maximum(np.arange(order.size) - 1, 0)]
    same = (whole[order] == whole[before]).all(axis=1) & (verbs[order] == Verb.LINE)
    order = order[~(same & ~through[order])]
    ends = np.zeros(count, np.bool_)
    ends[starts + rings.sizes] = True
    order = order[~(ends[order] & (verbs[order] == Verb.LINE))]
    bounds = np.searchsorted(owner[order], np.arange(len(rings.sizes) + 1))
    made: list[Outline | None] = []
    for begin, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        some = order[begin:stop]
        if some.size <= 2:
            made.append(None)
            continue
        drawn = verbs[some[~through[some]]]
        made.append(Outline(np.append(drawn, np.uint8(Verb.CLOSE)), whole[some]))
    return made


def _squared(vectors: _Array) -> _Array:
    squared: _Array = vectors[:, 0] * vectors[:, 0] + vectors[:, 1] * vectors[:, 1]
    return squared


def _length(vectors: _Array) -> _Array:
    length: _Array = np.sqrt(_squared(vectors))
    return length
