"""Gradients of COLRv1 in the terms of the layout: padded, and radial ones from a focus.

Source: OpenType 1.9.1, COLR: PaintLinearGradient, PaintRadialGradient, ColorLine.
"""

from __future__ import annotations

from typing import Final

import uharfbuzz as hb

from render_core.looks import GradientKind
from render_core.text.colour_layers import NotResolved, Paint, Point, Shade, Solid, Stop

Matrix = tuple[float, float, float, float, float, float]
Circle = tuple[Point, float]
_FLAT: Final = 1e-9


def colour_stops(line: hb.ColorLine) -> list[Stop]:
    """Return the stops by ascending offset. Raises NotResolved for gradients that are not padded."""
    if line.extend != hb.PaintExtend.PAD:
        raise NotResolved("a gradient that repeats")
    stops = [
        Stop(stop.offset, (stop.color.red, stop.color.green, stop.color.blue), stop.color.alpha)
        for stop in line.color_stops
    ]
    return sorted(stops, key=lambda stop: stop.offset)


def linear(stops: list[Stop], points: tuple[Point, Point, Point], matrix: Matrix) -> Paint | None:
    """Return a linear gradient: colours go from p0 to p1 and stay the same along p0 p2.

    None where there is no way to go, so that nothing is painted.
    """
    if _is_plain(stops):
        return _plain(stops)
    (ax, ay), (bx, by), (cx, cy) = (_at(matrix, point) for point in points)
    # What is left of the way when it is made to stand across the lines of one colour.
    nx, ny = cy - ay, ax - cx
    squared = nx * nx + ny * ny
    along = (bx - ax) * nx + (by - ay) * ny
    if squared < _FLAT or abs(along) < _FLAT:
        return None
    wx, wy = nx * along / squared, ny * along / squared
    first, last = stops[0].offset, stops[-1].offset
    start, end = (ax + wx * first, ay + wy * first), (ax + wx * last, ay + wy * last)
    return Shade(GradientKind.LINEAR, start, end, _from_0_to_1(stops))


def radial(stops: list[Stop], first: Circle, last: Circle, matrix: Matrix) -> Paint | None:
    """Return a radial gradient between two circles, as one from a focus to an ellipse.

    Raises NotResolved where the circles do not lie inside of each other: that is a cone.
    """
    if _is_plain(stops):
        return _plain(stops)
    if first[1] > last[1]:  # From the outside inwards: the same, counted from the other end.
        first, last = last, first
        stops = [stop._replace(offset=1 - stop.offset) for stop in reversed(stops)]
    ((x0, y0), r0), ((x1, y1), r1) = first, last
    grows = r1 - r0
    if grows < _FLAT:
        raise NotResolved("a gradient between circles of one size")
    # Circles go on beyond the stops: from the one of no size to that of the last stop.
    end, start = max(stops[-1].offset, _FLAT), -r0 / grows
    focus = (x0 + (x1 - x0) * start, y0 + (y1 - y0) * start)
    middle = (x0 + (x1 - x0) * end, y0 + (y1 - y0) * end)
    radius = r0 + grows * end
    dx, dy = focus[0] - middle[0], focus[1] - middle[1]
    if radius < _FLAT or dx * dx + dy * dy >= radius * radius:
        raise NotResolved("a gradient along a cone")
    spread = tuple(
        stop._replace(offset=min(1.0, max(0.0, (stop.offset - start) / (end - start))))
        for stop in stops
    )
    xx, yx, xy, yy, _, _ = matrix
    axes = (xx * radius, yx * radius, xy * radius, yy * radius)
    if abs(axes[0] * axes[3] - axes[1] * axes[2]) < _FLAT:
        return None
    return Shade(GradientKind.RADIAL, _at(matrix, focus), _at(matrix, middle), spread, axes)


def _is_plain(stops: list[Stop]) -> bool:
    return all(stop[1:] == stops[0][1:] for stop in stops)


def _plain(stops: list[Stop]) -> Paint | None:
    return Solid(stops[0].rgb, stops[0].alpha) if stops else None


def _from_0_to_1(stops: list[Stop]) -> tuple[Stop, ...]:
    first, last = stops[0].offset, stops[-1].offset
    span = max(last - first, _FLAT)
    return tuple(stop._replace(offset=(stop.offset - first) / span) for stop in stops)


def _at(matrix: Matrix, point: Point) -> Point:
    xx, yx, xy, yy, dx, dy = matrix
    x, y = point
    return (x * xx + y * xy + dx, x * yx + y * yy + dy)
