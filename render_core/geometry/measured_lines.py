"""Lines to run along: the arc and the ellipse of a box, and any single contour of an outline."""

from __future__ import annotations

from math import sqrt
from typing import Final

import numpy as np

from render_core.geometry.arcs import Circle, arc_middle, circle_through, length
from render_core.geometry.outline_builder import Point
from render_core.geometry.path_length import Array, MeasuredLine, measure_line
from render_core.layout import Outline, Verb

# Weight of the middle control point of a quarter circle as a rational quadratic: cos 45°.
_QUARTER_WEIGHT: Final = 0.7071067811865476
# An arc is halved until its pieces turn by less than about 100 degrees.
_WIDEST: Final = -0.18

_Weighted = tuple[float, float, float]


def arc_line(left: Point, right: Point, height: float) -> MeasuredLine | None:
    """Return the circular arc between two points of equal height, from left to right.

    height: of its middle above them, at most half of their distance; negative for an arc that sags.
    """
    top = ((left[0] + right[0]) / 2, left[1] - height)
    if height == 0:
        return measure_line(np.array([_straight(left, right)]), closed=False)
    return measure_line(np.array(_arc(left, top, right)), closed=False)


def ellipse_line(left: float, top: float, right: float, bottom: float) -> MeasuredLine | None:
    """Return the ellipse that fills a box, clockwise from its top."""
    x, y = (left + right) / 2, (top + bottom) / 2
    ends = [(x, top), (right, y), (x, bottom), (left, y), (x, top)]
    corners = [(right, top), (right, bottom), (left, bottom), (left, top)]
    segments = [
        _conic(ends[index], corner, ends[index + 1], _QUARTER_WEIGHT)
        for index, corner in enumerate(corners)
    ]
    return measure_line(np.array(segments), closed=True)


def contour_line(outline: Outline) -> MeasuredLine | None:
    """Return an outline's only contour as a line; None where it has several, or no length."""
    verbs = outline.verbs.tolist()
    if verbs.count(Verb.MOVE) != 1:
        return None
    points: list[Point] = [(float(x), float(y)) for x, y in outline.points_um.tolist()]
    segments: list[list[_Weighted]] = []
    here = first = points[0]
    at = 1
    for verb in verbs[1:]:
        if verb == Verb.LINE:
            segments.append(_straight(here, points[at]))
        elif verb == Verb.QUAD:
            segments.append(_conic(here, points[at], points[at + 1], 1.0))
        elif verb == Verb.CUBIC:
            segments.append([(*p, 1.0) for p in (here, *points[at : at + 3])])
        elif verb == Verb.ARC:
            segments += _arc(here, points[at], points[at + 1])
        elif here != first:
            segments.append(_straight(here, first))
        at += (1, 1, 2, 3, 2, 0)[verb]
        here = points[at - 1]
    if not segments:
        return None
    return measure_line(np.array(segments), closed=Verb.CLOSE in verbs)


def _straight(start: Point, end: Point) -> list[_Weighted]:
    dx, dy = (end[0] - start[0]) / 3, (end[1] - start[1]) / 3
    one, two = (start[0] + dx, start[1] + dy), (end[0] - dx, end[1] - dy)
    return [(*p, 1.0) for p in (start, one, two, end)]


def _conic(start: Point, control: Point, end: Point, weight: float) -> list[_Weighted]:
    """Return a rational quadratic raised to a cubic, by homogeneous control points."""
    w, x, y = weight, weight * control[0], weight * control[1]
    return [
        (*start, 1.0),
        ((start[0] + 2 * x) / 3, (start[1] + 2 * y) / 3, (1 + 2 * w) / 3),
        ((end[0] + 2 * x) / 3, (end[1] + 2 * y) / 3, (1 + 2 * w) / 3),
        (*end, 1.0),
    ]


def _arc(start: Point, through: Point, end: Point) -> list[list[_Weighted]]:
    circle = circle_through(start, through, end)
    if circle is None:
        return [_straight(start, through), _straight(through, end)]
    pieces = []
    for first, last in ((start, through), (through, end)):
        pieces += _arc_pieces(circle, first, last)
    return pieces


def _arc_pieces(circle: Circle, start: Point, end: Point) -> list[list[_Weighted]]:
    cx, cy = circle.centre
    ax, ay, bx, by = start[0] - cx, start[1] - cy, end[0] - cx, end[1] - cy
    squared = circle.radius * circle.radius
    dot, cross = ax * bx + ay * by, (ax * by - ay * bx) * circle.sweep
    if cross < 0 or dot < _WIDEST * squared:
        middle = arc_middle(circle, start, end)
        return [*_arc_pieces(circle, start, middle), *_arc_pieces(circle, middle, end)]
    mx, my = (ax + bx) / 2, (ay + by) / 2
    to_chord = length(mx, my)
    out = squared / (to_chord * to_chord)
    return [_conic(start, (cx + mx * out, cy + my * out), end, to_chord / sqrt(squared))]


def reached(line: MeasuredLine, step_um: float) -> Array:
    """Return places of a line at most `step_um` apart, (n, 2), its start and end among them."""
    count = max(2, int(line.length_um / step_um) + 2)
    return line.at(line.length_um * (np.arange(count, dtype=np.float64) / (count - 1))).points
