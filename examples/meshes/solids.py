"""Surfaces of revolution and tubes as grids of vertices; lengths in millimetres.

Sines and cosines come from `math`; every place is rounded to 10 nm and every normal to 1e-6, far
above the last bit in which the mathematics of two systems might differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, pi, sin
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.mesh.model import Material, Mesh, Part, checked

MM_PER_M: Final = 1000.0
PLACE_DECIMALS: Final = 5  # of a millimetre
NORMAL_DECIMALS: Final = 6

Vector = tuple[float, float, float]
Grid = NDArray[np.int32]


class ProfilePoint(NamedTuple):
    """A point of a profile to be revolved: radius and height, and the normal there."""

    r: float
    y: float
    normal_r: float
    normal_y: float


def line(start: tuple[float, float], end: tuple[float, float], steps: int) -> list[ProfilePoint]:
    """Return `steps` + 1 points; the normal is on the right hand of the way."""
    dr, dy = end[0] - start[0], end[1] - start[1]
    length = (dr * dr + dy * dy) ** 0.5
    return [
        ProfilePoint(
            start[0] + dr * i / steps, start[1] + dy * i / steps, dy / length, -dr / length
        )
        for i in range(steps + 1)
    ]


def arc(
    centre: tuple[float, float], radius: float, first_degrees: int, last_degrees: int, steps: int
) -> list[ProfilePoint]:
    """Return points of an arc; run against the clock it bulges outwards, else it is hollow."""
    sign = 1 if last_degrees > first_degrees else -1
    points = []
    for i in range(steps + 1):
        angle = (first_degrees + (last_degrees - first_degrees) * i / steps) * pi / 180
        c, s = round(cos(angle), 12), round(sin(angle), 12)
        points.append(
            ProfilePoint(centre[0] + radius * c, centre[1] + radius * s, sign * c, sign * s)
        )
    return points


def joined(*pieces: Sequence[ProfilePoint]) -> list[ProfilePoint]:
    """Return one profile; a point where two pieces meet without a corner is kept once."""
    profile: list[ProfilePoint] = []
    for piece in pieces:
        for point in piece:
            if not profile or any(
                abs(a - b) > 1e-9 for a, b in zip(point, profile[-1], strict=True)
            ):
                profile.append(point)
    return profile


@dataclass(slots=True)
class Builder:
    """Collects vertices and the triangles of each material, then makes the mesh."""

    materials: tuple[Material, ...]
    _positions: list[Vector] = field(default_factory=list)
    _normals: list[Vector] = field(default_factory=list)
    _uvs: list[tuple[float, float]] = field(default_factory=list)
    _triangles: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)

    def vertex(self, place_mm: Vector, normal: Vector, uv: tuple[float, float] = (0, 0)) -> int:
        """Add a vertex and return its index."""
        self._positions.append(place_mm)
        self._normals.append(normal)
        self._uvs.append(uv)
        return len(self._positions) - 1

    def triangle(self, material: int, a: int, b: int, c: int) -> None:
        """Add a triangle, counter-clockwise seen from outside; one without area is left out."""
        places = {self._rounded(index) for index in (a, b, c)}
        if len(places) == 3:
            self._triangles.setdefault(material, []).append((a, b, c))

    def quads(self, material: int, grid: Sequence[Sequence[int]]) -> None:
        """Add the cells of a grid of vertices: columns to the right, rows upwards, from outside."""
        for lower, upper in pairwise(grid):
            for j in range(len(lower) - 1):
                self.triangle(material, lower[j], lower[j + 1], upper[j + 1])
                self.triangle(material, lower[j], upper[j + 1], upper[j])

    def mesh(self) -> Mesh:
        """Return the mesh in metres, a part for each material that has triangles."""
        parts: list[Part] = []
        triangles: list[tuple[int, int, int]] = []
        for material in sorted(self._triangles):
            rows = self._triangles[material]
            parts.append(Part(material, len(triangles), len(rows)))
            triangles.extend(rows)
        used = np.unique(np.array(triangles, np.int32))
        renumbered = np.zeros(len(self._positions), np.int32)
        renumbered[used] = np.arange(used.size, dtype=np.int32)
        places = [self._rounded(int(index)) for index in used]
        normals = [_rounded_normal(self._normals[int(index)]) for index in used]
        return checked(
            Mesh(
                positions=(np.array(places, np.float64) / MM_PER_M).astype(np.float32),
                normals=np.array(normals, np.float32),
                uvs=np.array([self._uvs[int(index)] for index in used], np.float32),
                triangles=renumbered[np.array(triangles, np.int32)],
                parts=tuple(parts),
                materials=self.materials,
            )
        )

    def _rounded(self, index: int) -> Vector:
        x, y, z = self._positions[index]
        return (
            round(x, PLACE_DECIMALS) + 0.0,
            round(y, PLACE_DECIMALS) + 0.0,
            round(z, PLACE_DECIMALS) + 0.0,
        )


def _rounded_normal(normal: Vector) -> Vector:
    x, y, z = normal
    length = (x * x + y * y + z * z) ** 0.5
    return (
        round(x / length, NORMAL_DECIMALS) + 0.0,
        round(y / length, NORMAL_DECIMALS) + 0.0,
        round(z / length, NORMAL_DECIMALS) + 0.0,
    )


def revolved(
    builder: Builder, profile: Sequence[ProfilePoint], angles: Sequence[float]
) -> list[list[int]]:
    """Add a profile turned about the Y axis and return its grid, a row for each point.

    angles: radians from +Z towards +X. Places of the first and last angle are equal where they
    are a whole turn apart.
    """
    turns = [_on_circle(angle) for angle in angles]
    return [
        [
            builder.vertex(
                (point.r * s, point.y, point.r * c),
                (point.normal_r * s, point.normal_y, point.normal_r * c),
            )
            for s, c in turns
        ]
        for point in profile
    ]


def _on_circle(angle: float) -> tuple[float, float]:
    """Return sine and cosine, the same for angles a whole turn apart."""
    if angle >= pi - 1e-9:
        angle -= 2 * pi
    return round(sin(angle), 12), round(cos(angle), 12)


def printed(
    builder: Builder, profile: Sequence[ProfilePoint], angles: Sequence[float]
) -> list[list[int]]:
    """Add a part of a wall that shows a surface, and return its grid.

    The surface's left edge is at the first angle, its right at the last; its foot at the first
    point of the profile, its head at the last.
    """
    rows, columns = len(profile) - 1, len(angles) - 1
    turns = [_on_circle(angle) for angle in angles]
    return [
        [
            builder.vertex(
                (point.r * s, point.y, point.r * c),
                (point.normal_r * s, point.normal_y, point.normal_r * c),
                (j / columns, (rows - i) / rows),
            )
            for j, (s, c) in enumerate(turns)
        ]
        for i, point in enumerate(profile)
    ]
