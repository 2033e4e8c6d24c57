"""Circular arcs by IEEE basic operations alone: no sine, no arc cosine, so the same everywhere.

Axes: y down, so a positive cross product turns clockwise on the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from render_core.geometry.outline_builder import Point

MAX_BISECTIONS = 12


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
