"""Borders around a drawing: rectangle, ellipse and contour lines of one width, as closed outlines.

Micrometres, y down. Each line is a ring, its inner edge turning against its outer one, so that it is
filled under either rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.arcs import Circle, arc_middle
from render_core.geometry.elliptical_arc import add_elliptical_arc
from render_core.geometry.offset import grown, shrunk
from render_core.geometry.outline_builder import OutlineBuilder, Point
from render_core.geometry.paths import Bounds
from render_core.geometry.polygons import Polygons, difference, polygons_of, signed_area, union
from render_core.geometry.shapes import CORNER_INSET
from render_core.layout import Outline

Array = NDArray[np.float64]

# Directions round the circle in which a distance is kept: with 64 of them to a part in a thousand.
_HALVINGS: Final = 4


class Box(NamedTuple):
    """A rectangle with round corners, or an ellipse in one; centre, halves of the sides, radius."""

    x: float
    y: float
    half_width: float
    half_height: float
    radius: float = 0.0

    def grown(self, by: float) -> Box:
        """Return the rectangle larger on each side; its corners stay concentric."""
        return self._replace(
            half_width=self.half_width + by,
            half_height=self.half_height + by,
            radius=max(0.0, self.radius + by),
        )


def rectangle_around(hull: Array, ink: Bounds, by_um: float, radius_um: float) -> Box:
    """Return the smallest rectangle about the middle of the ink that keeps its distance from the
    corners (n, 2) of the hull of the ink, its own corners as round as they can be."""
    half_width, half_height = (ink.right - ink.left) / 2, (ink.bottom - ink.top) / 2
    x, y = (ink.left + ink.right) / 2, (ink.top + ink.bottom) / 2
    radius = min(radius_um, half_width + by_um, half_height + by_um)
    more = _beyond(np.abs(hull - np.array([x, y])), half_width, half_height, radius - by_um)
    by = by_um + more
    return Box(x, y, half_width + by, half_height + by, radius)


def _beyond(points: Array, half_width: float, half_height: float, radius: float) -> float:
    """Return by how much a rectangle with round corners must grow to hold points (n, 2) of the
    quadrant in which both coordinates are positive. It is centred and holds them without corners."""
    if radius <= 0:
        return 0.0
    x, y = points[:, 0] - (half_width - radius), points[:, 1] - (half_height - radius)
    # On the arc of the corner once moved by m: (x − m)² + (y − m)² = r².
    under = np.maximum(2 * radius * radius - (x - y) * (x - y), 0.0)
    more = (x + y - np.sqrt(under)) / 2
    in_corner = (x > 0) & (y > 0)
    return max(0.0, float(more[in_corner].max(initial=0.0)))


def ellipse_around(hull: Array, ink: Bounds, by_um: float, proportions: tuple[float, float]) -> Box:
    """Return the smallest ellipse of some proportions about the middle of the ink that keeps its
    distance from the corners (n, 2) of the hull of the ink."""
    x, y = (ink.left + ink.right) / 2, (ink.top + ink.bottom) / 2
    width, height = proportions
    reached = (hull - np.array([x, y]))[:, None] + by_um * _AROUND
    across, down = reached[..., 0] / width, reached[..., 1] / height
    scale = sqrt(float((across * across + down * down).max()))
    return Box(x, y, width * scale, height * scale)


def rectangle(box: Box) -> Outline:
    """Return a rectangle with round corners, clockwise."""
    out = OutlineBuilder()
    _rectangle(out, box, clockwise=True)
    return out.build()


def ellipse(box: Box) -> Outline:
    """Return an ellipse, clockwise; arcs where it is a circle."""
    out = OutlineBuilder()
    _ellipse(out, box, clockwise=True)
    return out.build()


def rectangle_ring(outer: Box, width_um: float) -> Outline:
    """Return a line inside of a rectangle's edge."""
    out = OutlineBuilder()
    _rectangle(out, outer, clockwise=True)
    _rectangle(out, outer.grown(-width_um), clockwise=False)
    return out.build()


def ellipse_rings(outer: Box, lines: Sequence[tuple[float, float]]) -> list[Outline]:
    """Return lines inside of an ellipse, of one width all round.

    lines: how far inside each begins, and its width. What runs at a distance from an ellipse is
    none, unless it is a circle.
    """
    if outer.half_width == outer.half_height:
        rings = []
        for inside, width in lines:
            out = OutlineBuilder()
            _ellipse(out, outer.grown(-inside), clockwise=True)
            _ellipse(out, outer.grown(-inside - width), clockwise=False)
            rings.append(out.build())
        return rings
    edge = polygons_of(ellipse(outer))
    return [
        difference(shrunk(edge, inside), shrunk(edge, inside + width)).outline()
        for inside, width in lines
    ]


def contour_rings(ink: Outline, lines: Sequence[tuple[float, float]]) -> list[Outline]:
    """Return lines around a drawing, of one width all along.

    lines: the distance of each from the ink, and its width. Holes of the drawing get none; where the
    line meets itself across a bay, the bay stays open.
    """
    area = polygons_of(ink)
    rings = []
    for distance, width in lines:
        inner = _filled(grown(area, distance))
        rings.append(difference(grown(inner, width), inner).outline())
    return rings


def _filled(area: Polygons) -> Polygons:
    """Return an area without its holes."""
    return union([Polygons(tuple(ring for ring in area.rings if signed_area(ring) > 0))])


def _rectangle(out: OutlineBuilder, box: Box, *, clockwise: bool) -> None:
    left, top = box.x - box.half_width, box.y - box.half_height
    right, bottom = box.x + box.half_width, box.y + box.half_height
    r, k = box.radius, box.radius * CORNER_INSET
    # Each corner: where it begins, the middle of its arc, where it ends.
    corners: list[tuple[Point, Point, Point]] = [
        ((right - r, top), (right - k, top + k), (right, top + r)),
        ((right, bottom - r), (right - k, bottom - k), (right - r, bottom)),
        ((left + r, bottom), (left + k, bottom - k), (left, bottom - r)),
        ((left, top + r), (left + k, top + k), (left + r, top)),
    ]
    if not clockwise:
        corners = [(end, middle, start) for start, middle, end in reversed(corners)]
    for index, (start, middle, end) in enumerate(corners):
        if index == 0:
            out.move(start)
        else:
            out.line(start)
        if r > 0:
            out.arc(middle, end)
    out.close()


def _ellipse(out: OutlineBuilder, box: Box, *, clockwise: bool) -> None:
    top, bottom = (box.x, box.y - box.half_height), (box.x, box.y + box.half_height)
    out.move(top)
    for start, end in ((top, bottom), (bottom, top)):
        add_elliptical_arc(
            out,
            start,
            end,
            radii=(box.half_width, box.half_height),
            rotation_degrees=0.0,
            large=False,
            clockwise=clockwise,
        )
    out.close()


def _around() -> Array:
    """Return the corners (n, 2) of a polygon around the unit circle."""
    circle = Circle((0.0, 0.0), 1.0, 1)
    corners: list[Point] = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)]
    for _ in range(_HALVINGS):
        following = [*corners[1:], corners[0]]
        corners = [
            point
            for a, b in zip(corners, following, strict=True)
            for point in (a, arc_middle(circle, a, b))
        ]
    points = np.array(corners, dtype=np.float64)
    middles = (points + np.roll(points, -1, axis=0)) / 2
    inner = sqrt(float((middles * middles).sum(axis=1).min()))
    return points / inner


_AROUND: Final = _around()
