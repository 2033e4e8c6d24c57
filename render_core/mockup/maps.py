"""How a surface lies on a photo: maps from the unit square of the surface to photo pixels.

u runs along the surface's width from 0 to 1, v along its height; pixels of the photo, edges at whole
numbers, y down. Each map knows its derivative, the part of the surface that faces the camera, and
where it has kinks. Only + − × ÷ are used, one by one.

- `Quad`: a plane in perspective, the homography through four corners (Heckbert, "Fundamentals of
  texture mapping and image warping", 1989, 2.2.3).
- `Cylinder`: a round body before any pinhole camera. A point at the angle θ and the height v is seen at
  a·sin θ + b·cos θ + c·v + d in homogeneous coordinates: a, b, c, d are the columns of the camera's
  matrix in the axes of the body. c is the vanishing point of the lines along the body; how long such
  a line is on the photo says how near it is. So the six ends of three lines fix everything.
- `Patches`: bicubic Bézier patches side by side, 4 × 4 control points each, shared at their edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from render_core.mockup.circle import sine_cosine

Floats = NDArray[np.float64]
Point = tuple[float, float]
Vector = tuple[float, float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom in u and v

UNIT: Box = (0.0, 0.0, 1.0, 1.0)


class Unplaceable(ValueError):
    """The points do not make a map: the sentence says why."""


class SurfaceMap(Protocol):
    """A map of the unit square. seen: the part that faces the camera. kinks: inner lines of u and v."""

    @property
    def seen(self) -> Box: ...

    @property
    def kinks(self) -> tuple[tuple[float, ...], tuple[float, ...]]: ...

    def points(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """Return x and y."""
        ...

    def derivative(self, u: Floats, v: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Return ∂x/∂u, ∂y/∂u, ∂x/∂v, ∂y/∂v."""
        ...


@dataclass(frozen=True)
class Quad:
    """A plane in perspective. Raises Unplaceable where the corners are no convex quadrangle."""

    top_left: Point
    top_right: Point
    bottom_left: Point
    bottom_right: Point

    def __post_init__(self) -> None:
        ring = (self.top_left, self.top_right, self.bottom_right, self.bottom_left)
        turns = [_turn(ring[i - 2], ring[i - 1], ring[i]) for i in range(4)]
        if not (min(turns) > 0 or max(turns) < 0):
            raise Unplaceable("The four corners must go round without crossing and without a dent.")
        if min(abs(turn) for turn in turns) < 1:
            raise Unplaceable("Three of the four corners lie on one line.")

    @property
    def seen(self) -> Box:
        return UNIT

    @property
    def kinks(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        return (), ()

    @cached_property
    def _matrix(self) -> tuple[Vector, Vector, Vector]:
        """Rows for x, y and w: the first number is times u, the second times v."""
        (x0, y0), (x1, y1) = self.top_left, self.top_right
        (x2, y2), (x3, y3) = self.bottom_right, self.bottom_left
        sum_x, sum_y = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
        dx1, dy1, dx2, dy2 = x1 - x2, y1 - y2, x3 - x2, y3 - y2
        determinant = dx1 * dy2 - dy1 * dx2
        g = (sum_x * dy2 - sum_y * dx2) / determinant
        h = (dx1 * sum_y - dy1 * sum_x) / determinant
        across = (x1 - x0 + g * x1, x3 - x0 + h * x3, x0)
        down = (y1 - y0 + g * y1, y3 - y0 + h * y3, y0)
        return across, down, (g, h, 1.0)

    def points(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        x, y, w = (u * row[0] + v * row[1] + row[2] for row in self._matrix)
        return x / w, y / w

    def derivative(self, u: Floats, v: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        across, down, depth = self._matrix
        w = u * depth[0] + v * depth[1] + depth[2]
        x, y = self.points(u, v)
        return (
            (across[0] - x * depth[0]) / w,
            (down[0] - y * depth[0]) / w,
            (across[1] - x * depth[1]) / w,
            (down[1] - y * depth[1]) / w,
        )


@dataclass(frozen=True)
class Cylinder:
    """A part of a round body. Raises Unplaceable where no camera sees one like that.

    points_px: the left, middle and right of the upper edge of a part of the surface, then of its lower
    edge. part: where that part begins and ends, in u. arc: the angle around the axis that the whole
    surface goes, in radians.

    The three lines from top to bottom meet in one vanishing point. It is taken from the outer two;
    the points in the middle are moved sideways onto a line to it, by the same way both.
    """

    points_px: tuple[Point, Point, Point, Point, Point, Point]
    part: tuple[float, float]
    arc: float

    @cached_property
    def _columns(self) -> tuple[Vector, Vector, Vector, Vector]:
        """The columns a, b, c, d: of sine, cosine, height, and alone."""
        tops, feet = self.points_px[:3], self.points_px[3:]
        lines = [_cross((*top, 1.0), (*foot, 1.0)) for top, foot in zip(tops, feet, strict=True)]
        along = _scaled_to_one(_cross(lines[0], lines[2]))
        middles = _onto_line_to(along, tops[1], feet[1])
        ends = [(tops[0], feet[0]), middles, (tops[2], feet[2])]
        if _depths(along, *ends[0])[0] < 0:
            along = (-along[0], -along[1], -along[2])
        near = [_depths(along, top, foot) for top, foot in ends]
        if min(min(pair) for pair in near) <= 0:
            raise Unplaceable("The three lines from the upper to the lower edge cross each other.")
        left, middle, right = (
            (depth * top[0], depth * top[1], depth)
            for (top, _), (depth, _) in zip(ends, near, strict=True)
        )
        half = np.array([self._half], np.float64)
        sine, cosine = (float(part[0]) for part in sine_cosine(half))
        a = _mixed(right, left, 1 / (2 * sine), -1 / (2 * sine))
        mean = _mixed(left, right, 0.5, 0.5)
        b = _mixed(middle, mean, 1 / (1 - cosine), -1 / (1 - cosine))
        return a, b, along, _mixed(middle, b, 1.0, -1.0)

    @property
    def _half(self) -> float:
        return self.arc * (self.part[1] - self.part[0]) / 2

    @cached_property
    def seen(self) -> Box:
        """The part between the outlines of the body, where a line of sight only touches it."""
        left, right = (self._horizon(sign) for sign in (-1, 1))
        return (max(0.0, left), 0.0, min(1.0, right), 1.0)

    @property
    def kinks(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        return (), ()

    def _horizon(self, sign: int) -> float:
        """Return u where the surface turns away, searched outwards from the middle of the part."""
        steps = np.arange(1, 181) / 180.0 * 3.141592653589793
        shown = self._facing(np.zeros(1))[0]
        turned = np.flatnonzero(self._facing(steps * sign) * np.sign(shown) <= 0)
        middle = sum(self.part) / 2
        if not turned.size:
            return middle + sign * 3.141592653589793 / self.arc
        low, high = (float(steps[turned[0] - 1]) if turned[0] else 0.0), float(steps[turned[0]])
        for _ in range(40):
            half = (low + high) / 2
            facing = self._facing(np.array([half * sign]))[0] * np.sign(shown)
            low, high = (half, high) if facing > 0 else (low, half)
        # A thousandth of a radian short of it, where the derivative still has two directions.
        return middle + sign * max(low - 1e-3, 0.0) / self.arc

    def _facing(self, angle: Floats) -> Floats:
        """Return the determinant of place and both directions: its sign tells front from back."""
        a, b, c, d = self._columns
        sine, cosine = sine_cosine(angle)
        facing: Floats = (
            cosine * _determinant(d, a, c) - sine * _determinant(d, b, c) - _determinant(a, b, c)
        )
        return facing

    def _seen_at(self, u: Floats, v: Floats) -> tuple[list[Floats], Floats, Floats]:
        sine, cosine = sine_cosine((u - sum(self.part) / 2) * self.arc)
        a, b, c, d = self._columns
        place = [a[i] * sine + b[i] * cosine + c[i] * v + d[i] for i in range(3)]
        return place, sine, cosine

    def depths(self, u: Floats, v: Floats) -> Floats:
        """Return how far places are from the camera, in no unit; at 0 and below it sees none."""
        return self._seen_at(u, v)[0][2]

    def points(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        (x, y, w), _, _ = self._seen_at(u, v)
        return x / w, y / w

    def derivative(self, u: Floats, v: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        (x, y, w), sine, cosine = self._seen_at(u, v)
        a, b, c, _ = self._columns
        x, y = x / w, y / w
        du, dv, dw = ((a[i] * cosine - b[i] * sine) * self.arc for i in range(3))
        return (du - x * dw) / w, (dv - y * dw) / w, (c[0] - x * c[2]) / w, (c[1] - y * c[2]) / w


@dataclass(frozen=True)
class Patches:
    """Bicubic Bézier patches. net: (3·rows + 1, 3·columns + 1, 2) control points, row by row."""

    columns: int
    rows: int
    net: tuple[tuple[Point, ...], ...]

    @property
    def seen(self) -> Box:
        return UNIT

    @property
    def kinks(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        across = tuple(i / self.columns for i in range(1, self.columns))
        return across, tuple(i / self.rows for i in range(1, self.rows))

    @cached_property
    def _net(self) -> Floats:
        return np.array(self.net, np.float64)

    def points(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        (column, s), (row, t) = _cell(u, self.columns), _cell(v, self.rows)
        return self._summed(column, row, _bernstein(s), _bernstein(t))

    def derivative(self, u: Floats, v: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        (column, s), (row, t) = _cell(u, self.columns), _cell(v, self.rows)
        xu, yu = self._summed(column, row, _slopes(s), _bernstein(t))
        xv, yv = self._summed(column, row, _bernstein(s), _slopes(t))
        return xu * self.columns, yu * self.columns, xv * self.rows, yv * self.rows

    def _summed(
        self, column: NDArray[np.int64], row: NDArray[np.int64], across: list[Floats],
        down: list[Floats],
    ) -> tuple[Floats, Floats]:  # fmt: skip
        alone = self.columns == self.rows == 1
        totals = []
        for axis in (0, 1):
            plane = self._net[..., axis]
            total = np.zeros(np.shape(across[0]))
            for j in range(4):
                line = np.zeros_like(total)
                for i in range(4):
                    control = plane[j, i] if alone else plane[3 * row + j, 3 * column + i]
                    line += across[i] * control
                total += line * down[j]
            totals.append(total)
        return totals[0], totals[1]


def _cell(along: Floats, cells: int) -> tuple[NDArray[np.int64], Floats]:
    scaled = along * cells
    cell = np.clip(np.floor(scaled), 0, cells - 1)
    return cell.astype(np.int64), scaled - cell


def _bernstein(t: Floats) -> list[Floats]:
    s = 1.0 - t
    return [s * s * s, 3.0 * (s * s * t), 3.0 * (s * t * t), t * t * t]


def _slopes(t: Floats) -> list[Floats]:
    s = 1.0 - t
    first, last = -3.0 * (s * s), 3.0 * (t * t)
    return [first, -first - 6.0 * (s * t), 6.0 * (s * t) - last, last]


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _cross(a: Vector, b: Vector) -> Vector:
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _determinant(a: Vector, b: Vector, c: Vector) -> float:
    return _dot(_cross(a, b), c)


def _mixed(a: Vector, b: Vector, of_a: float, of_b: float) -> Vector:
    return (
        a[0] * of_a + b[0] * of_b,
        a[1] * of_a + b[1] * of_b,
        a[2] * of_a + b[2] * of_b,
    )


def _scaled_to_one(a: Vector) -> Vector:
    largest = max(abs(a[0]), abs(a[1]), abs(a[2]))
    if not largest:
        raise Unplaceable("The left and the right edge lie on one line.")
    return (a[0] / largest, a[1] / largest, a[2] / largest)


def _onto_line_to(along: Vector, top: Point, foot: Point) -> tuple[Point, Point]:
    """Move two points sideways onto the line through their middle and a vanishing point."""
    middle = ((top[0] + foot[0]) / 2, (top[1] + foot[1]) / 2, 1.0)
    line = _cross(along, middle)
    squared = line[0] * line[0] + line[1] * line[1]
    if not squared:
        raise Unplaceable("The three lines from the upper to the lower edge cross each other.")

    def moved(point: Point) -> Point:
        beside = (line[0] * point[0] + line[1] * point[1] + line[2]) / squared
        return point[0] - line[0] * beside, point[1] - line[1] * beside

    return moved(top), moved(foot)


def _depths(along: Vector, top: Point, foot: Point) -> tuple[float, float]:
    """Return depths p, q with p · top + along = q · foot."""
    a, b = (*top, 1.0), (*foot, 1.0)
    line = _cross(a, b)
    squared = _dot(line, line)
    if not squared:
        raise Unplaceable("The upper and the lower edge touch each other.")
    return -_dot(_cross(along, b), line) / squared, -_dot(_cross(along, a), line) / squared
