"""Circular arcs by IEEE basic operations alone: no sine, no arc cosine, so the same everywhere.

Axes: y down, so a positive cross product turns clockwise on the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.outline_builder import Point

MAX_BISECTIONS = 12
# So many arcs are bisected in one go, which bounds the memory.
_ARCS_AT_ONCE = 512
_FEW_ARCS = 6  # One by one they are done sooner.

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Circle:
    """The circle that carries an arc. sweep: 1 for turning from x towards y, -1 otherwise."""

    centre: Point
    radius: float
    sweep: int


def length(x: float, y: float) -> float:
    """Return the length of a vector by multiplication and square root only."""
    return sqrt(x * x + y * y)


def circle_through(start: Point, through: Point, end: Point) -> Circle | None:
    """Return the circle through three points, or None where they are (nearly) on a line."""
    ax, ay = through[0] - start[0], through[1] - start[1]
    bx, by = end[0] - start[0], end[1] - start[1]
    if bx == 0 and by == 0:
        # A whole turn: the second point is opposite the first.
        return Circle((start[0] + ax / 2, start[1] + ay / 2), length(ax, ay) / 2, 1)
    cross = ax * by - ay * bx
    a2, b2 = ax * ax + ay * ay, bx * bx + by * by
    if abs(cross) <= 1e-9 * (a2 + b2):
        return None
    ux = (by * a2 - ay * b2) / (2 * cross)
    uy = (ax * b2 - bx * a2) / (2 * cross)
    return Circle((start[0] + ux, start[1] + uy), length(ux, uy), 1 if cross > 0 else -1)


def arc_middle(circle: Circle, start: Point, end: Point) -> Point:
    """Return the point of the arc halfway between two of its points, along its sweep."""
    cx, cy = circle.centre
    chord_x, chord_y = end[0] - start[0], end[1] - start[1]
    sum_x, sum_y = start[0] + end[0] - 2 * cx, start[1] + end[1] - 2 * cy
    cross = (start[0] - cx) * (end[1] - cy) - (start[1] - cy) * (end[0] - cx)
    dot = (start[0] - cx) * (end[0] - cx) + (start[1] - cy) * (end[1] - cy)
    if dot > 0 and cross * circle.sweep > 0:
        dx, dy = sum_x, sum_y  # Less than a quarter: the sum of the radii is well conditioned.
    else:
        # The chord leans half the angle plus a quarter turn, whatever the sweep.
        dx, dy = chord_y * circle.sweep, -chord_x * circle.sweep
    norm = length(dx, dy)
    if norm == 0:
        return (2 * cx - start[0], 2 * cy - start[1])
    return (cx + dx / norm * circle.radius, cy + dy / norm * circle.radius)


def flatten_arc(start: Point, through: Point, end: Point, tolerance: float) -> list[Point]:
    """Return the points of a polyline along the arc, without its start and with its exact end.

    tolerance: the largest sagitta allowed, > 0, in the unit of the points.
    """
    circle = circle_through(start, through, end)
    if circle is None:
        return [through, end]
    points = [start, through, end]
    for _ in range(MAX_BISECTIONS):
        if _largest_sagitta(circle, points) <= tolerance:
            break
        halved = [points[0]]
        for first, second in pairwise(points):
            halved += [arc_middle(circle, first, second), second]
        points = halved
    return points[1:]


def flatten_arcs(ends: _Array, tolerance: float) -> tuple[_Array, NDArray[np.int64]]:
    """Return what `flatten_arc` does for many arcs at once, to the last bit.

    ends: (n, 3, 2), each arc's start, a point on its way, and its end. Returns the points of all arcs
    one after the other, (m, 2), and how many each has, (n,).
    """
    if len(ends) <= _FEW_ARCS:
        each = [
            flatten_arc(_point(start), _point(through), _point(end), tolerance)
            for start, through, end in ends.tolist()
        ]
        flat = np.array([point for points in each for point in points]).reshape(-1, 2)
        return flat, np.array([len(points) for points in each], np.int64)
    counts = np.full(len(ends), 2, np.int64)
    found: list[tuple[NDArray[np.int64], _Array]] = []
    for first in range(0, len(ends), _ARCS_AT_ONCE):
        some = np.arange(first, min(first + _ARCS_AT_ONCE, len(ends)))
        for number, points in _bisected(some, ends[some], tolerance):
            counts[number] = points.shape[1]
            found.append((number, points))
    offsets = np.cumsum(counts) - counts
    flat = np.empty((int(counts.sum()), 2))
    for number, points in found:
        flat[offsets[number][:, None] + np.arange(points.shape[1])] = points
    return flat, counts


def _point(pair: list[float]) -> Point:
    return (pair[0], pair[1])


def split_arc(start: Point, through: Point, end: Point) -> list[tuple[Point, Point, Point]]:
    """Return the arc as pieces (start, through, end) of less than half a turn each.

    An SVG arc command gives radii, and near half a turn a rounded radius moves the arc by far more
    than its rounding. Raises nothing: an arc without a circle comes back as it is.
    """
    circle = circle_through(start, through, end)
    if circle is None:
        return [(start, through, end)]
    pieces = []
    for first, second in ((start, through), (through, end)):
        middle = arc_middle(circle, first, second)
        if _turns_widely(circle, first, second):
            pieces.append((first, arc_middle(circle, first, middle), middle))
            pieces.append((middle, arc_middle(circle, middle, second), second))
        else:
            pieces.append((first, middle, second))
    return pieces


def _turns_widely(circle: Circle, start: Point, end: Point) -> bool:
    """Return whether the arc turns by more than about 100 degrees."""
    cx, cy = circle.centre
    ax, ay, bx, by = start[0] - cx, start[1] - cy, end[0] - cx, end[1] - cy
    dot, cross = ax * bx + ay * by, (ax * by - ay * bx) * circle.sweep
    return cross < 0 or dot < -0.18 * circle.radius * circle.radius


def _largest_sagitta(circle: Circle, points: list[Point]) -> float:
    largest = 0.0
    for first, second in pairwise(points):
        middle = arc_middle(circle, first, second)
        mx, my = (first[0] + second[0]) / 2, (first[1] + second[1]) / 2
        largest = max(largest, length(middle[0] - mx, middle[1] - my))
    return largest


class _Circles(NamedTuple):
    """Circles of many arcs. x, y, radius: (n, 1). sweep: (n, 1), 1.0 or -1.0."""

    x: _Array
    y: _Array
    radius: _Array
    sweep: _Array

    def of(self, which: NDArray[np.bool_]) -> _Circles:
        return _Circles(self.x[which], self.y[which], self.radius[which], self.sweep[which])


def _bisected(
    number: NDArray[np.int64], ends: _Array, tolerance: float
) -> Iterator[tuple[NDArray[np.int64], _Array]]:
    """Yield numbers of arcs with their points (k, m, 2) without the start, those of equal m together."""
    circles, are_arcs = _circles_through(ends)
    yield number[~are_arcs], ends[~are_arcs, 1:]
    number, circles = number[are_arcs], circles.of(are_arcs)
    x, y = ends[are_arcs, :, 0], ends[are_arcs, :, 1]
    for turn in range(MAX_BISECTIONS + 1):
        middle_x, middle_y = _arc_middles(circles, x, y)
        dx = middle_x - (x[:, :-1] + x[:, 1:]) / 2
        dy = middle_y - (y[:, :-1] + y[:, 1:]) / 2
        done = np.sqrt(dx * dx + dy * dy).max(axis=1, initial=0.0) <= tolerance
        done |= turn == MAX_BISECTIONS
        yield number[done], np.stack([x[done, 1:], y[done, 1:]], axis=2)
        left = ~done
        if not left.any():
            return
        number, circles = number[left], circles.of(left)
        x, y = _between(x[left], middle_x[left]), _between(y[left], middle_y[left])


def _between(ends: _Array, middles: _Array) -> _Array:
    """Return values (n, m) with those of the middles, (n, m - 1), in between."""
    finer = np.empty((len(ends), 2 * ends.shape[1] - 1))
    finer[:, ::2], finer[:, 1::2] = ends, middles
    return finer


def _circles_through(ends: _Array) -> tuple[_Circles, NDArray[np.bool_]]:
    """Return what `circle_through` does for arcs (n, 3, 2), and which have a circle."""
    start = ends[:, 0]
    ax, ay = (ends[:, 1] - start).T
    bx, by = (ends[:, 2] - start).T
    whole = (bx == 0) & (by == 0)
    cross = ax * by - ay * bx
    a2, b2 = ax * ax + ay * ay, bx * bx + by * by
    straight = ~whole & (np.abs(cross) <= 1e-9 * (a2 + b2))
    safe = np.where(cross == 0, 1.0, 2 * cross)
    ux = np.where(whole, ax / 2, (by * a2 - ay * b2) / safe)
    uy = np.where(whole, ay / 2, (ax * b2 - bx * a2) / safe)
    radius = np.where(whole, np.sqrt(a2) / 2, np.sqrt(ux * ux + uy * uy))
    sweep = np.where(whole | (cross > 0), 1.0, -1.0)
    columns = (start[:, 0] + ux, start[:, 1] + uy, radius, sweep)
    return _Circles(*(column[:, None] for column in columns)), ~straight


def _arc_middles(circles: _Circles, x: _Array, y: _Array) -> tuple[_Array, _Array]:
    """Return what `arc_middle` does between neighbours of points (n, m), for each arc: (n, m - 1)."""
    cx, cy, radius, sweep = circles
    start_x, start_y, end_x, end_y = x[:, :-1], y[:, :-1], x[:, 1:], y[:, 1:]
    cross = (start_x - cx) * (end_y - cy) - (start_y - cy) * (end_x - cx)
    dot = (start_x - cx) * (end_x - cx) + (start_y - cy) * (end_y - cy)
    narrow = (dot > 0) & (cross * sweep > 0)
    dx = np.where(narrow, start_x + end_x - 2 * cx, (end_y - start_y) * sweep)
    dy = np.where(narrow, start_y + end_y - 2 * cy, -(end_x - start_x) * sweep)
    norm = np.sqrt(dx * dx + dy * dy)
    safe = np.where(norm == 0, 1.0, norm)
    middle_x = np.where(norm == 0, 2 * cx - start_x, cx + dx / safe * radius)
    middle_y = np.where(norm == 0, 2 * cy - start_y, cy + dy / safe * radius)
    return middle_x, middle_y
