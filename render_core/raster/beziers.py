"""Outlines as segments of floating-point Bézier curves, for consumers that know no circular arcs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from render_core.geometry.arcs import Circle, arc_middle, circle_through, length, split_arc
from render_core.geometry.outline_builder import Point
from render_core.layout import POINTS_OF_VERB, Outline, Verb

Segment = tuple[int, tuple[Point, ...]]


def segments(outline: Outline) -> Iterator[Segment]:
    """Yield (verb, points) in micrometres, with the points that the verb consumes."""
    points: list[Point] = [(x, y) for x, y in outline.points_um.tolist()]
    at = 0
    for verb in outline.verbs.tolist():
        stop = at + POINTS_OF_VERB[verb]
        yield verb, tuple(points[at:stop])
        at = stop


def segments_without_arcs(outline: Outline) -> Iterator[Segment]:
    """Yield (verb, points) in micrometres; each arc as cubics that stray by 1e-5 of its radius at most."""
    if not (outline.verbs == Verb.ARC).any():
        return segments(outline)
    return without_arcs(segments(outline), (0.0, 0.0))


def without_arcs(among: Iterable[Segment], pen: Point) -> Iterator[Segment]:
    """Yield `segments_without_arcs` of segments that begin at the pen."""
    for verb, points in among:
        if verb == Verb.ARC:
            yield from _arc_as_cubics(pen, *points)
        else:
            yield verb, points
        pen = points[-1] if points else pen


def quarter_tangent(start: Point, middle: Point, end: Point) -> float:
    """Return tan(angle / 4) of an arc, given its middle point: the sagitta over half the chord.

    This is the bulge of DXF (group code 42) without its sign.
    """
    half_chord = length(end[0] - start[0], end[1] - start[1]) / 2
    sagitta = length(middle[0] - (start[0] + end[0]) / 2, middle[1] - (start[1] + end[1]) / 2)
    return sagitta / half_chord if half_chord else 0.0


def _arc_as_cubics(start: Point, through: Point, end: Point) -> Iterator[Segment]:
    """Source: the control points lie 4/3 · tan(angle / 4) radii along the tangents of the ends."""
    for first, middle, last in split_arc(start, through, end):
        circle = circle_through(first, middle, last)
        if circle is None:
            yield Verb.LINE, (middle,)
            yield Verb.LINE, (last,)
            continue
        yield _cubic(circle, first, middle)
        yield _cubic(circle, middle, last)


def _cubic(circle: Circle, start: Point, end: Point) -> Segment:
    cx, cy = circle.centre
    tangent = quarter_tangent(start, arc_middle(circle, start, end), end)
    reach = 4 / 3 * tangent * circle.sweep
    one = (start[0] - reach * (start[1] - cy), start[1] + reach * (start[0] - cx))
    two = (end[0] + reach * (end[1] - cy), end[1] - reach * (end[0] - cx))
    return Verb.CUBIC, (one, two, end)
