"""Segments of contours cut in their middle, where a tool may begin."""

from __future__ import annotations

from typing import NamedTuple

from render_core.geometry.arcs import arc_middle, circle_through
from render_core.geometry.outline_builder import Point
from render_core.layout import Verb

Segment = tuple[int, tuple[Point, ...]]


class Halves(NamedTuple):
    """A segment in two. along: its direction in the middle, of any length; (0, 0) for none."""

    middle: Point
    along: Point
    first: Segment
    second: Segment


def halved(start: Point, verb: int, points: tuple[Point, ...]) -> Halves:
    """Return a segment in two, of one kind and one path. Curves by de Casteljau, arcs by their circle."""
    if verb == Verb.ARC:
        return _arc(start, *points)
    rows = [[start, *points]]
    while len(rows[-1]) > 1:
        rows.append([_between(a, b) for a, b in zip(rows[-1], rows[-1][1:], strict=False)])
    (ax, ay), (bx, by) = rows[-2]
    first = tuple(row[0] for row in rows[1:])
    second = tuple(row[-1] for row in rows[-2::-1])
    return Halves(rows[-1][0], (bx - ax, by - ay), (verb, first), (verb, second))


def _arc(start: Point, through: Point, end: Point) -> Halves:
    """Return an arc in two at the point that it is given by."""
    (ax, ay), (bx, by) = start, end
    circle = circle_through(start, through, end)
    if circle is None:
        along = (bx - ax, by - ay)
        return Halves(through, along, (Verb.LINE, (through,)), (Verb.LINE, (end,)))
    cx, cy = circle.centre
    along = ((cy - through[1]) * circle.sweep, (through[0] - cx) * circle.sweep)
    first = (arc_middle(circle, start, through), through)
    second = (arc_middle(circle, through, end), end)
    return Halves(through, along, (Verb.ARC, first), (Verb.ARC, second))


def _between(a: Point, b: Point) -> Point:
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
