"""How thin a drawing and its gaps get: the shortest chords across them, exact to the flattening.

A chord joins two points of the edge, through the inside across a stroke, or through the outside across
a gap: between two pieces, in a counter, in a slit. It crosses, and does not merely cut
a corner, where the way along the edge from one end to the other is at least four times as long, or
nearly half of the whole edge (a dot), or where its ends lie on different edges (a ring). So corners
of more than 29 degrees do not count. A sharper one is a point that tapers off, whose width means
something only from some distance on: how far each chord lies from the point is kept beside it.

The shortest distance between two polylines has a corner of one of them at an end, so corners against
segments find it exactly; no medial axis is sampled.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.flatten import flatten_points, ranges
from render_core.geometry.paths import Path

_Array = NDArray[np.float64]
_Indices = NDArray[np.int64]

# The way round, in chords and in lengths of the whole edge, from which a chord crosses a stroke.
_CHORDS_ROUND: Final = 4.0
_NEARLY_HALF: Final = 0.48
_PAIRS_AT_ONCE: Final = 1 << 18
_CHORDS_AT_ONCE: Final = 16
# Sine of the angle below which a chord runs along an edge.
_ALONG: Final = 1e-6
# Ends of chords closer than this, in parts of the limit, are one point.
_TOUCHING: Final = 1e-6


class Chord(NamedTuple):
    """A chord across a stroke or a gap: its length, and where it ends."""

    width: float
    ends: tuple[tuple[float, float], tuple[float, float]]

    def placed(self, scale: float, x: float, y: float) -> Chord:
        """Return the chord scaled about the origin and then moved."""
        (ax, ay), (bx, by) = self.ends
        ends = ((ax * scale + x, ay * scale + y), (bx * scale + x, by * scale + y))
        return Chord(self.width * scale, ends)


class Chords(NamedTuple):
    """Chords that cross a stroke or a gap unless an edge comes in their way; the shortest first.

    width: (n,). way: (n,) along the edge between the ends, the shorter way round; infinity where the
    chord counts however near it lies to the end of its stroke. first, second: (n, 2) ends.
    outside: (n,) whether a chord crosses a gap.
    """

    width: _Array
    way: _Array
    first: _Array
    second: _Array
    outside: NDArray[np.bool_]

    def of(self, which: NDArray[np.bool_] | _Indices) -> Chords:
        width, way, first, second, outside = self
        index = np.flatnonzero(which) if which.dtype == np.bool_ else which.astype(np.int64)
        ends = (first.take(index, axis=0), second.take(index, axis=0))
        return Chords(width.take(index), way.take(index), *ends, outside.take(index))


class Precision(NamedTuple):
    """tolerance: the largest distance between curves and what is measured. step: the longest
    segment of that, which decides how finely the way along the edge is told. least_segments: into
    so many at least an edge is cut, however small."""

    tolerance: float
    step: float
    least_segments: int = 64


class Edges(NamedTuple):
    """All edges of a drawing, cut into short segments.

    starts, along: (n, 2) of each segment. inward: (n, 2) unit normals. at: way along its contour to
    each start. contour, whole: number and length of its contour. before: the segment that ends
    where each one starts. turn: of the edge at each start, above 0 where it turns inwards. step: as in
    the `Precision` it was cut with.
    """

    starts: _Array
    along: _Array
    inward: _Array
    at: _Array
    contour: _Indices
    whole: _Array
    before: _Indices
    turn: _Array
    step: float


def chords(path: Path, limit: float, precision: Precision) -> Chords:
    """Return the chords shorter than `limit` that `thinnest` may ever choose: few, and none is crossed.

    path: without overlaps, as `boolean.simplify` returns it. All in the unit of the path.
    """
    edges = edges_of(path, precision)
    return NO_CHORDS if edges is None else uncrossed(all_chords(edges, limit), edges)


def all_chords(edges: Edges, limit: float) -> Chords:
    """Return every chord shorter than `limit`, also those that an edge comes in the way of."""
    reach = limit + edges.step
    found = [_across(edges, *pairs, limit) for pairs in _pairs(edges.starts, reach)]
    joined = Chords(*(np.concatenate(values) for values in zip(*found, strict=True)))
    return joined.of(np.argsort(joined.width, kind="stable"))


def uncrossed(found: Chords, edges: Edges, *, enough: float = np.inf) -> Chords:
    """Return the chords that no edge comes in the way of and that no shorter one makes needless.

    A chord is needless where a shorter one across the same side has at least its way, or `enough`:
    the largest that `thinnest` will be asked for.
    """
    kept = [index for side in (False, True) for index in _front(found, edges, enough, outside=side)]
    return found.of(np.array(sorted(kept), np.int64))


def _front(found: Chords, edges: Edges, enough: float, *, outside: bool) -> Iterator[int]:
    left, longest = np.flatnonzero(found.outside == outside), -1.0
    while left.size:
        some, left = left[:_CHORDS_AT_ONCE], left[_CHORDS_AT_ONCE:]
        crossed = _leave(edges, found.first[some], found.second[some]).tolist()
        ways = found.way[some].tolist()
        for index, way, is_crossed in zip(some.tolist(), ways, crossed, strict=True):
            if way > longest and not is_crossed:
                longest = way
                yield index
        if longest >= enough:
            return
        left = left[found.way[left] > longest]


def pairs_looked_at(edges: Edges, limit: float) -> int:
    """Return how much work `all_chords` has: the number of pairs of points near each other."""
    return sum(int(counts.sum()) for _, counts, _ in _columns(edges.starts, limit + edges.step))


def thinnest(
    found: Chords, *, below: float, least_way: float, outside: bool = False
) -> Chord | None:
    """Return the shortest chord across a stroke that is shorter than `below`, None if none is.

    found: as `chords` or `uncrossed` returned it, up to a limit that is not lower than `below`.
    least_way: what the way along the edge has to be at least. outside: across a gap instead.
    """
    if not found.width.size or found.width[0] >= below:
        return None
    wanted = (found.width < below) & (found.way >= least_way) & (found.outside == outside)
    index = int(wanted.argmax())
    if not wanted[index]:
        return None
    (ax, ay), (bx, by) = found.first[index].tolist(), found.second[index].tolist()
    return Chord(float(found.width[index]), ((ax, ay), (bx, by)))


NO_CHORDS: Final = Chords(
    np.zeros(0), np.zeros(0), np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0, np.bool_)
)


def edges_of(path: Path, precision: Precision) -> Edges | None:
    """Return the edges of a path without overlaps, None where nothing has an area."""
    flat = flatten_points(path.verbs, path.points, precision.tolerance)
    if not flat.starts.size:
        return None
    stops = flat.stops
    points, sizes = _cut(
        flat.points[ranges(flat.starts, stops - flat.starts)], stops - flat.starts, precision
    )
    kept = np.repeat(sizes >= 3, sizes)
    points, sizes = points[kept], sizes[sizes >= 3]
    if not sizes.size:
        return None
    firsts = np.cumsum(sizes) - sizes
    after, before = _neighbours(sizes)
    along = points[after] - points
    lengths = np.sqrt(along[:, 0] * along[:, 0] + along[:, 1] * along[:, 1])
    contour = np.repeat(np.arange(sizes.size), sizes)
    # Outer contours all turn one way and holes the other, so the inside is on one side of all.
    side = 1.0 if _dot(points, np.stack([along[:, 1], -along[:, 0]], axis=1)).sum() > 0 else -1.0
    inward = np.stack([-along[:, 1], along[:, 0]], axis=1) * side / lengths[:, None]
    # Summed contour by contour: a short edge is not lost beside the length of thousands of others.
    each = [lengths[begin:stop] for begin, stop in pairwise([*firsts.tolist(), len(lengths)])]
    return Edges(
        starts=points,
        along=along,
        inward=inward,
        at=np.concatenate([one.cumsum() for one in each]) - lengths,
        contour=contour,
        whole=np.array([one.sum() for one in each])[contour],
        before=before,
        turn=_dot(inward[before], along),
        step=precision.step,
    )


def _neighbours(sizes: _Indices) -> tuple[_Indices, _Indices]:
    """Return the numbers of the points after and before each, of closed lines of so many points."""
    lines = sizes[sizes > 0]
    stops = np.cumsum(lines)
    after = np.arange(1, int(lines.sum()) + 1, dtype=np.int64)
    after[stops - 1] = stops - lines
    before = np.empty_like(after)
    before[after] = np.arange(after.size)
    return after, before


def _cut(points: _Array, sizes: _Indices, precision: Precision) -> tuple[_Array, _Indices]:
    """Return closed polylines with corners as near to each other as asked for, and none twice.

    points: of all lines, (n, 2). sizes: how many points each has; returned as they are then.
    """
    after, _ = _neighbours(sizes)
    along = points[after] - points
    lengths = np.sqrt(along[:, 0] * along[:, 0] + along[:, 1] * along[:, 1])
    kept = lengths > 0
    line = np.repeat(np.arange(sizes.size), sizes)[kept]
    points, along, lengths = points[kept], along[kept], lengths[kept]
    stops = np.cumsum(np.bincount(line, minlength=sizes.size)).tolist()
    whole = np.array([lengths[begin:stop].sum() for begin, stop in pairwise([0, *stops])])
    longest = np.minimum(precision.step, whole / precision.least_segments)[line]
    pieces = np.maximum(1, np.ceil(lengths / longest)).astype(np.int64)
    owner = np.repeat(np.arange(len(points)), pieces)
    number = np.arange(owner.size) - (np.cumsum(pieces) - pieces)[owner]
    share = (number / pieces[owner])[:, None]
    cut: _Array = points[owner] + share * along[owner]
    return cut, np.bincount(line[owner], minlength=sizes.size)


def _pairs(points: _Array, reach: float) -> Iterator[tuple[_Indices, _Indices]]:
    """Yield pairs of points, among them all that are nearer to each other than `reach`."""
    everything = np.arange(len(points))
    x, y, squared = points[:, 0].copy(), points[:, 1].copy(), reach * reach
    for begins, counts, order in _columns(points, reach):
        for some in np.array_split(everything, 1 + int(counts.sum()) // _PAIRS_AT_ONCE):
            many = counts.take(some)
            first = np.repeat(some, many)
            place = np.arange(first.size)
            place += np.repeat(begins.take(some) - (np.cumsum(many) - many), many)
            second = order.take(place)
            dx, dy = np.repeat(x.take(some), many), np.repeat(y.take(some), many)
            dx -= x.take(second)
            dy -= y.take(second)
            near = np.flatnonzero(dx * dx + dy * dy < squared)
            yield first.take(near), second.take(near)


def _columns(points: _Array, reach: float) -> Iterator[tuple[_Indices, _Indices, _Indices]]:
    """Yield, for the column of cells left of each point's own, its own and the one right of it, where
    the points in the three nearest cells begin and how many there are, in an order of the points."""
    cells = np.floor((points - points.min(axis=0)) / reach).astype(np.int64)
    height = int(cells[:, 1].max()) + 3
    own = (cells[:, 0] + 1) * height + cells[:, 1] + 1
    order = np.argsort(own, kind="stable")
    sorted_cells = own[order]
    for column in (-height, 0, height):  # a cell's three neighbours in a column follow each other
        # Looked for in their order, which is several times as quick as in that of the points.
        begins, counts = np.empty_like(own), np.empty_like(own)
        begins[order] = np.searchsorted(sorted_cells, sorted_cells + (column - 1), side="left")
        counts[order] = np.searchsorted(sorted_cells, sorted_cells + (column + 1), side="right")
        counts -= begins
        yield begins, counts, order


def _across(edges: Edges, corners: _Indices, segments: _Indices, limit: float) -> Chords:
    """Return the chords from corners to segments that leave to one side at both ends, by a long way."""
    start, along = edges.starts.take(segments, axis=0), edges.along.take(segments, axis=0)
    from_start = edges.starts.take(corners, axis=0) - start
    squared = _dot(along, along)
    share = np.clip(_dot(from_start, along) / squared, 0.0, 1.0)
    chord = share[:, None] * along - from_start
    width = np.sqrt(_dot(chord, chord))
    near = np.flatnonzero((width < limit) & (width > _TOUCHING * limit))
    corners, segments, width = corners.take(near), segments.take(near), width.take(near)
    chord = chord.take(near, axis=0)
    at = edges.at.take(segments) + share.take(near) * np.sqrt(squared.take(near))
    way, whole = np.abs(at - edges.at.take(corners)), edges.whole.take(corners)
    way = np.minimum(way, whole - way)
    apart = edges.contour.take(segments) != edges.contour.take(corners)
    way = np.where(apart | (way >= _NEARLY_HALF * whole), np.inf, way)
    far = np.flatnonzero(way >= _CHORDS_ROUND * width)
    corners, segments = corners.take(far), segments.take(far)
    width, way = width.take(far), way.take(far)
    chord = chord.take(far, axis=0)
    one, other = (
        edges.inward.take(segment, axis=0) for segment in (corners, edges.before.take(corners))
    )
    one_side, other_side = _dot(one, chord) / width, _dot(other, chord) / width
    more, less = np.maximum(one_side, other_side), np.minimum(one_side, other_side)
    turn = edges.turn.take(corners)
    arrives = _dot(edges.inward.take(segments, axis=0), chord) / width
    # Where the edge turns away, a chord leaves if it lies beyond one of the two segments.
    through = (np.where(turn < 0, more, less) > _ALONG) & (arrives < -_ALONG)
    around = (np.where(turn > 0, less, more) < -_ALONG) & (arrives > _ALONG)
    first = edges.starts.take(corners, axis=0)
    return Chords(width, way, first, first + chord, around).of(through | around)


def _dot(first: _Array, second: _Array) -> _Array:
    """Return the products of vectors (n, 2), one by one."""
    product: _Array = first[:, 0] * second[:, 0] + first[:, 1] * second[:, 1]
    return product


def _leave(edges: Edges, first: _Array, second: _Array) -> NDArray[np.bool_]:
    """Return for chords (n, 2), (n, 2) whether they cross an edge between their ends."""
    chord = second - first
    start, along = edges.starts, edges.along
    x, y = start[:, 0] - first[:, :1], start[:, 1] - first[:, 1:]
    turn = chord[:, :1] * along[:, 1] - chord[:, 1:] * along[:, 0]
    safe = np.where(turn == 0, 1.0, turn)
    on_chord = (x * along[:, 1] - y * along[:, 0]) / safe
    on_edge = (x * chord[:, 1:] - y * chord[:, :1]) / safe
    between = (on_chord > _TOUCHING) & (on_chord < 1 - _TOUCHING)
    crossing: NDArray[np.bool_] = ((turn != 0) & between & (on_edge >= 0) & (on_edge <= 1)).any(
        axis=1
    )
    return crossing
