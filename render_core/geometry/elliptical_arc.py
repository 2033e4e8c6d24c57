"""Elliptical arcs of SVG paths (SVG 2, appendix B.2) without trigonometric library calls.

A circle becomes arc verbs, an ellipse cubics of at most an eighth of a turn (error below 1e-5 of
the radius). Everything happens on the unit circle and is mapped back by one affine map.
"""

from __future__ import annotations

from itertools import pairwise
from math import sqrt

from render_core.geometry.arcs import Circle, arc_middle, length
from render_core.geometry.outline_builder import OutlineBuilder, Point

_RADIANS_PER_DEGREE = 0.017453292519943295


def add_elliptical_arc(
    out: OutlineBuilder,
    start: Point,
    end: Point,
    *,
    radii: tuple[float, float],
    rotation_degrees: float,
    large: bool,
    clockwise: bool,
) -> None:
    """Append the arc from `start` (the pen's place) to `end`; radii that are too small grow."""
    if start == end:
        return
    rx, ry = abs(radii[0]), abs(radii[1])
    if rx == 0 or ry == 0:
        out.line(end)
        return
    cosine, sine = (1.0, 0.0) if rx == ry else cosine_sine(rotation_degrees)
    half_x, half_y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    ux = (cosine * half_x + sine * half_y) / rx
    uy = (cosine * half_y - sine * half_x) / ry
    grow = ux * ux + uy * uy
    if grow > 1:
        scale = length(ux, uy)
        rx, ry, ux, uy, grow = rx * scale, ry * scale, ux / scale, uy / scale, 1.0
    side = sqrt(max(0.0, 1 / grow - 1)) * (-1.0 if large == clockwise else 1.0)
    centre = (side * uy, -side * ux)
    unit = Circle(centre, 1.0, 1 if clockwise else -1)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)

    def place(point: Point) -> Point:
        x, y = point[0] * rx, point[1] * ry
        return (middle[0] + cosine * x - sine * y, middle[1] + sine * x + cosine * y)

    first, last = (ux, uy), (-ux, -uy)
    if rx == ry:
        half = arc_middle(unit, first, last)
        out.arc(place(half), end)
        return
    points = [first, last]
    for _ in range(3):
        halved = [first]
        for a, b in pairwise(points):
            halved += [arc_middle(unit, a, b), b]
        points = halved
    for a, b in pairwise(points):
        one, two = arc_controls(unit, a, b)
        out.cubic(place(one), place(two), end if b is points[-1] else place(b))


def arc_controls(circle: Circle, start: Point, end: Point) -> tuple[Point, Point]:
    """Return the inner control points of a cubic for a short arc of a circle.

    Source: handle length 4/3 · tan(θ/4), with tan(θ/4) = s/(1 + c) for s, c of θ/2.
    """
    cx, cy = circle.centre
    middle = arc_middle(circle, start, end)
    ax, ay = start[0] - cx, start[1] - cy
    bx, by = end[0] - cx, end[1] - cy
    radius = circle.radius
    cosine = ((middle[0] - cx) * ax + (middle[1] - cy) * ay) / (radius * radius)
    sine = length(end[0] - start[0], end[1] - start[1]) / 2 / radius
    handle = 4 / 3 * sine / (1 + cosine) * circle.sweep
    return (start[0] - handle * ay, start[1] + handle * ax), (
        end[0] + handle * by,
        end[1] - handle * bx,
    )


def cosine_sine(degrees: float) -> tuple[float, float]:
    """Return cosine and sine of an angle in degrees, from their series: the same bits everywhere."""
    turned = degrees % 360.0
    quarter = int(turned // 90.0)
    x = (turned - 90.0 * quarter) * _RADIANS_PER_DEGREE
    cosine = sine = 0.0
    term = 1.0
    for power in range(0, 28, 2):
        cosine += term
        term = term * x / (power + 1)
        sine += term
        term = -term * x / (power + 2)
    for _ in range(quarter):
        cosine, sine = -sine, cosine
    return cosine, sine
