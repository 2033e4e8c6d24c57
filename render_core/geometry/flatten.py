"""Curves to polylines, for those who cannot draw curves: polygon tests, machines, hatch, oracles."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.arcs import flatten_arc
from render_core.layout import POINTS_OF_VERB, Outline, Verb

MAX_SEGMENTS_PER_CURVE = 4096


class Polyline(NamedTuple):
    """One contour. points_um: (n, 2) float64; a closed one does not repeat its first point."""

    points_um: NDArray[np.float64]
    closed: bool


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
    if not tolerance > 0:
        raise ValueError("the tolerance must be positive")
    if verbs.size == 0:
        return ()
    counts = np.asarray(POINTS_OF_VERB, dtype=np.int64)[verbs]
    ends = np.cumsum(counts)
    starts = _start_points(points, ends)
    pieces = np.ones(verbs.size, dtype=np.int64)
    pieces[verbs == Verb.CLOSE] = 0
    controls = _as_cubics(verbs, points, ends, starts)
    curved = (verbs == Verb.QUAD) | (verbs == Verb.CUBIC)
    pieces[curved] = _wang(controls[curved], tolerance)
    arcs: dict[int, list[tuple[float, float]]] = {}
    for index in np.flatnonzero(verbs == Verb.ARC).tolist():
        end = int(ends[index])
        through, target = points[end - 2 : end].tolist()
        start = starts[index].tolist()
        arcs[index] = flatten_arc(tuple(start), tuple(through), tuple(target), tolerance)
        pieces[index] = len(arcs[index])
    return _contours(verbs, controls, pieces, arcs)


def _start_points(points: NDArray[np.float64], ends: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return where each verb begins: (v, 2); the pen's place before it."""
    before = np.concatenate([[1], ends[:-1]]) - 1
    starts: NDArray[np.float64] = points[np.maximum(before, 0)]
    return starts


def _as_cubics(
    verbs: NDArray[np.uint8],
    points: NDArray[np.float64],
    ends: NDArray[np.int64],
    starts: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return (v, 4, 2): each verb as a cubic; moves and lines sit at their end point."""
    last = points[np.maximum(ends - 1, 0)]
    controls = np.repeat(last[:, None, :], 4, axis=1)
    quad = verbs == Verb.QUAD
    if quad.any():
        middle = points[ends[quad] - 2]
        controls[quad, 0] = starts[quad]
        controls[quad, 1] = (starts[quad] + 2 * middle) / 3
        controls[quad, 2] = (last[quad] + 2 * middle) / 3
    cubic = verbs == Verb.CUBIC
    if cubic.any():
        controls[cubic, 0] = starts[cubic]
        controls[cubic, 1] = points[ends[cubic] - 3]
        controls[cubic, 2] = points[ends[cubic] - 2]
    return controls


def _wang(controls: NDArray[np.float64], tolerance: float) -> NDArray[np.int64]:
    second = controls[:, :-2] - 2 * controls[:, 1:-1] + controls[:, 2:]
    largest = np.sqrt((second * second).sum(axis=2).max(axis=1, initial=0.0))
    needed = np.ceil(np.sqrt(0.75 * largest / tolerance))
    bounded: NDArray[np.int64] = np.clip(needed, 1, MAX_SEGMENTS_PER_CURVE).astype(np.int64)
    return bounded


def _contours(
    verbs: NDArray[np.uint8],
    controls: NDArray[np.float64],
    pieces: NDArray[np.int64],
    arcs: dict[int, list[tuple[float, float]]],
) -> tuple[Polyline, ...]:
    offsets = np.cumsum(pieces) - pieces
    owner = np.repeat(np.arange(verbs.size), pieces)
    step = np.arange(owner.size) - offsets[owner] + 1
    t = (step / pieces[owner])[:, None]
    s = 1 - t
    c = controls[owner]
    flat = (
        s * s * s * c[:, 0] + 3 * (s * s * t * c[:, 1] + s * t * t * c[:, 2]) + t * t * t * c[:, 3]
    )
    exact = step == pieces[owner]  # The end of a segment is its end point, not a sum near it.
    flat[exact] = c[exact, 3]
    for index, along in arcs.items():
        flat[offsets[index] : offsets[index] + len(along)] = along
    begins = np.flatnonzero(verbs == Verb.MOVE)
    stops = np.append(begins[1:], verbs.size)
    total = np.append(offsets, owner.size)
    contours = []
    for begin, stop in zip(begins.tolist(), stops.tolist(), strict=True):
        part = flat[total[begin] : total[stop]]
        closed = bool((verbs[begin:stop] == Verb.CLOSE).any())
        if closed and len(part) > 1 and np.array_equal(part[0], part[-1]):
            part = part[:-1]
        contours.append(Polyline(part, closed))
    return tuple(contours)
