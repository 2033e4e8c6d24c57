"""Curves to polylines, for those who cannot draw curves: polygon tests, machines, hatch, oracles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.arcs import flatten_arcs
from render_core.geometry.outline_builder import Point
from render_core.layout import POINTS_OF_VERB, Outline, Verb

MAX_SEGMENTS_PER_CURVE = 4096
_POINTS_OF_VERB = np.asarray(POINTS_OF_VERB, dtype=np.int64)


class Polyline(NamedTuple):
    """One contour. points_um: (n, 2) float64; a closed one does not repeat its first point."""

    points_um: NDArray[np.float64]
    closed: bool


class Flattened(NamedTuple):
    """All contours in one. points: (n, 2) float64. starts: (k,) where each contour begins.

    A closed contour may repeat its first point at its end. closed: (k,) which are.
    """

    points: NDArray[np.float64]
    starts: NDArray[np.int64]
    closed: NDArray[np.bool_]

    @property
    def stops(self) -> NDArray[np.int64]:
        """Where each contour ends, (k,); one that is closed before the repeated point."""
        stops = np.append(self.starts[1:], len(self.points))
        repeats = (self.points[self.starts] == self.points[stops - 1]).all(axis=1)
        found: NDArray[np.int64] = stops - (self.closed & repeats & (stops - self.starts > 1))
        return found


def flatten(outline: Outline, tolerance_um: float) -> tuple[Polyline, ...]:
    """Approximate every contour of an outline by a polyline.

    tolerance_um: the largest distance allowed from the curve, > 0.
    Raises ValueError if the tolerance is not positive.
    """
    points = outline.points_um.astype(np.float64)
    return flatten_path(outline.verbs, points, tolerance_um)


def flatten_path(
    verbs: NDArray[np.uint8], points: NDArray[np.float64], tolerance: float
) -> tuple[Polyline, ...]:
    """Approximate a path given as verbs and float64 points (n, 2), in any unit.

    Source: Wang's formula, m = ceil(sqrt(d(d-1)/8 · max |second difference| / tolerance)) for
    degree d, which bounds the distance from above; arcs by bisection until the sagitta suffices.
    """
    flat = flatten_points(verbs, points, tolerance)
    if not flat.starts.size:
        return ()
    columns = (flat.starts.tolist(), flat.stops.tolist(), flat.closed.tolist())
    return tuple(
        [
            Polyline(flat.points[begin:stop], closed)
            for begin, stop, closed in zip(*columns, strict=True)
        ]
    )


def flatten_points(
    verbs: NDArray[np.uint8], points: NDArray[np.float64], tolerance: float
) -> Flattened:
    """Return what `flatten_path` does with all contours in one array, which is faster to make."""
    if not tolerance > 0:
        raise ValueError("the tolerance must be positive")
    if verbs.size == 0:
        return Flattened(np.zeros((0, 2)), np.zeros(0, np.int64), np.zeros(0, np.bool_))
    counts = _POINTS_OF_VERB[verbs]
    ends = np.cumsum(counts)
    begins = np.flatnonzero(verbs == Verb.MOVE)
    closes = np.append(np.flatnonzero(verbs == Verb.CLOSE), verbs.size)
    closed = closes[np.searchsorted(closes, begins)] < np.append(begins[1:], verbs.size)
    if int(ends[-1]) == int((counts > 0).sum()):  # Lines alone.
        return Flattened(points[: ends[-1]].copy(), ends[begins] - 1, closed)
    curved = np.flatnonzero((verbs == Verb.QUAD) | (verbs == Verb.CUBIC))
    controls = _as_cubics(verbs[curved] == Verb.QUAD, points, ends[curved])
    pieces = (counts > 0).astype(np.int64)
    pieces[curved] = _wang(controls, tolerance)
    arcs = np.flatnonzero(verbs == Verb.ARC)
    if arcs.size:
        along, pieces[arcs] = flatten_arcs(
            points[ends[arcs][:, None] + np.arange(-3, 0)], tolerance
        )
    total = np.cumsum(pieces)
    offsets = total - pieces
    flat = np.empty((int(total[-1]), 2))
    drawn = counts > 0
    flat[total[drawn] - 1] = points[ends[drawn] - 1]
    _fill_in(flat, controls, pieces[curved], offsets[curved])
    if arcs.size:
        flat[ranges(offsets[arcs], pieces[arcs])] = along
    return Flattened(flat, offsets[begins], closed)


def curves_as_lines(outline: Outline, tolerance_um: float) -> Iterator[list[Point]]:
    """Yield the points of each curve that is no arc as lines, without its start; all made at once."""
    curved = np.flatnonzero((outline.verbs == Verb.QUAD) | (outline.verbs == Verb.CUBIC))
    counts = _POINTS_OF_VERB
    ends = np.cumsum(counts[outline.verbs])[curved]
    sizes = counts[outline.verbs[curved]] + 1  # With the point before it.
    verbs = np.full(2 * curved.size, Verb.MOVE, np.uint8)
    verbs[1::2] = outline.verbs[curved]
    points = outline.points_um[ranges(ends - sizes, sizes)].astype(np.float64)
    if not curved.size:
        return
    flat = flatten_points(verbs, points, tolerance_um)
    whole = flat.points.tolist()
    stops = np.append(flat.starts[1:], len(whole)).tolist()
    for start, stop in zip(flat.starts.tolist(), stops, strict=True):
        yield [(x, y) for x, y in whole[start + 1 : stop]]


def ranges(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers from each start on, as many as counted, one range after the other."""
    ranges: NDArray[np.int64] = np.repeat(starts - (np.cumsum(counts) - counts), counts)
    ranges += np.arange(ranges.size)
    return ranges


def _as_cubics(
    is_quad: NDArray[np.bool_], points: NDArray[np.float64], ends: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return (2, 4, n): each curve as a cubic, x and y by themselves. ends: after its last point."""
    axes = np.ascontiguousarray(points.T)
    last, before, first = (axes.take(ends - back, axis=1) for back in (1, 2, 3))
    controls = np.empty((2, 4, ends.size))
    if is_quad.all():
        controls[:, 0], controls[:, 1], controls[:, 2] = first, before, before
    else:  # `first` is the start of a quadratic curve, but the first handle of a cubic.
        controls[:, 0] = np.where(is_quad, first, axes.take(ends - 4, axis=1, mode="wrap"))
        controls[:, 1], controls[:, 2] = np.where(is_quad, before, first), before
    controls[:, 3] = last
    # A quadratic curve's handle lies at two thirds of the way to that of a cubic one.
    quads = slice(None) if is_quad.all() else np.flatnonzero(is_quad)
    doubled = 2 * controls[:, 1, quads]
    controls[:, 1, quads] = (controls[:, 0, quads] + doubled) / 3
    controls[:, 2, quads] = (controls[:, 3, quads] + doubled) / 3
    return controls


def _wang(controls: NDArray[np.float64], tolerance: float) -> NDArray[np.int64]:
    second = controls[:, :-2] - 2 * controls[:, 1:-1] + controls[:, 2:]
    second *= second
    squared = second[0] + second[1]
    largest = np.sqrt(np.maximum(squared[0], squared[1]))
    needed = np.ceil(np.sqrt(0.75 * largest / tolerance))
    bounded: NDArray[np.int64] = np.minimum(np.maximum(needed, 1), MAX_SEGMENTS_PER_CURVE).astype(
        np.int64
    )
    return bounded


def _fill_in(
    flat: NDArray[np.float64],
    controls: NDArray[np.float64],
    pieces: NDArray[np.int64],
    offsets: NDArray[np.int64],
) -> None:
    """Write the points between the ends of curves; x and y by themselves, since short rows are slow."""
    between = pieces - 1
    owner = np.repeat(np.arange(pieces.size), between)
    step = np.arange(owner.size) - (np.cumsum(between) - between)[owner]
    t = (step + 1) / pieces[owner]
    s = 1 - t
    shares = (s * s * s, s * s * t, s * t * t, t * t * t)
    place = offsets[owner] + step
    for axis in (0, 1):
        c = controls[axis].take(owner, axis=1)
        middle = shares[1] * c[1] + shares[2] * c[2]
        flat[place, axis] = shares[0] * c[0] + 3 * middle + shares[3] * c[3]
