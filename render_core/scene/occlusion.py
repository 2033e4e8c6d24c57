"""Which light reaches which place: depth maps of the mesh from every direction of light.

The mesh is scattered into points, dense enough that none of a map's cells on it stays empty; each map
holds the point nearest to its light. A place is lit as far as none of the four cells around it holds
something nearer. No random numbers: points lie on a low-discrepancy sequence.

Source: L. Williams, "Casting curved shadows on curved surfaces", 1978; W. Reeves et al., "Rendering
antialiased shadows with depth maps", 1987 (comparing first, then averaging).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.mesh.model import Mesh
from render_core.scene.at_once import in_order
from render_core.scene.rasterise import cross

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Planes = list[Floats]

MAP_CELLS: Final = 192
MAX_POINTS: Final = 400_000
POINTS_PER_CELL: Final = 2.5
# A triangle of a closed mesh brings half a vertex, which is a point as well.
_OF_VERTICES: Final = 0.5
# How far a place is lifted off its surface, in cells, before it is compared.
LIFT_CELLS: Final = 1.6
# The plastic number's powers: a sequence that fills the square evenly (M. Roberts, 2018).
_R2: Final = (0.7548776662466927, 0.5698402909980532)
_FAR: Final = np.float32(-1e30)


@dataclass(frozen=True, slots=True, eq=False)
class Occluder:
    """Points of a mesh (p, 3), the middle of the ball around them, and its radius, in metres."""

    points: Floats
    middle: Doubles
    radius: float
    cells: int = MAP_CELLS

    @property
    def cell(self) -> float:
        """The width of a map's cell in metres."""
        return 2 * self.radius / self.cells


def occluder(mesh: Mesh, cells: int = MAP_CELLS) -> Occluder:
    """Return the points of a mesh for maps of so many cells each way."""
    low, high = (corner.astype(np.float64) for corner in mesh.extent())
    half = (high - low) / 2
    radius = float(np.sqrt(half[0] * half[0] + half[1] * half[1] + half[2] * half[2])) * 1.04 + 1e-6
    corners = mesh.positions.astype(np.float64)[mesh.triangles]
    cell = 2 * radius / cells
    vertices = mesh.positions[mesh.vertices_of(mesh.triangles)[:MAX_POINTS]]
    points = np.concatenate([_scattered(corners, cell).astype(np.float32), vertices])
    return Occluder(points, (low + high) / 2, radius, cells)


def lit(
    by: Occluder, places: Floats, normals: Floats, directions: Doubles, threads: int = 1
) -> Iterator[tuple[Floats, Floats]]:
    """Return for each direction (k, 3), one after the other, the cosine to it and how much of it arrives, (n,) each, 0 to 1."""
    lifted = _in_cells(by, places + normals * np.float32(by.cell * LIFT_CELLS))
    upright, points = _planes(normals), _in_cells(by, by.points)
    inside = _within_ball(lifted, by.cells / 2 - 1)

    def from_(direction: Doubles) -> tuple[Floats, Floats]:
        cosine = _along(upright, direction)
        reached = np.zeros(len(places), np.float32)
        facing = np.flatnonzero(cosine > 0)
        if len(facing):
            seen = lifted if len(facing) == len(places) else [p.take(facing) for p in lifted]
            reached[facing] = _unhidden(by.cells, points, seen, direction, inside)
        return np.maximum(cosine, 0, out=cosine), reached

    return in_order(from_, directions, threads)


def _planes(vectors: Floats) -> Planes:
    """Return vectors (n, 3) as planes (n,), each in one piece."""
    return [np.ascontiguousarray(vectors[:, axis]) for axis in range(3)]


def _in_cells(by: Occluder, places: Floats) -> Planes:
    """Return places (n, 3) from the middle of the ball, in cells of its maps, as planes."""
    return _planes(((places - by.middle) / by.cell).astype(np.float32))


def _within_ball(places: Planes, radius: float) -> bool:
    x, y, z = places
    return not len(x) or float((x * x + y * y + z * z).max()) < radius * radius


def _unhidden(
    cells: int, points: Planes, places: Planes, direction: Doubles, inside: bool
) -> Floats:
    """Return how much of a direction's light reaches places.

    points: of the occluder. Both in cells. inside: whether no place lies beyond the map.
    """
    across, up = _frame(direction)
    nearest = _depths(cells, points, direction, across, up)
    height = _along(places, direction)
    x, y = _along(places, across), _along(places, up)
    for axis in (x, y):
        np.add(axis, np.float32(cells / 2 - 0.5), out=axis)
        if not inside:
            np.clip(axis, 0, cells - 1.001, out=axis)
    column, row = x.astype(np.int32), y.astype(np.int32)
    corner = row * np.int32(cells)
    corner += column
    # Nearly everywhere all four cells say the same, and their least and most tell.
    most, least = _of_four(nearest, np.maximum), _of_four(nearest, np.minimum)
    free = most.take(corner) <= height
    open_ = free.astype(np.float32)
    closed = np.flatnonzero(~free)
    mixed = closed[least.take(corner.take(closed)) <= height.take(closed)]
    u, v = (axis.take(mixed) - at.take(mixed) for axis, at in ((x, column), (y, row)))
    corner, height = corner.take(mixed), height.take(mixed)
    one, flat = np.float32(1), nearest.reshape(-1)
    reached = np.zeros(len(mixed), np.float32)
    for step, share in (
        (0, (one - u) * (one - v)),
        (1, u * (one - v)),
        (cells, (one - u) * v),
        (cells + 1, u * v),
    ):
        reached += share * (flat.take(corner + step, mode="clip") <= height)
    open_[mixed] = reached
    return open_


def _depths(cells: int, points: Planes, direction: Doubles, across: Doubles, up: Doubles) -> Floats:
    """Return how near to the light what is in each cell comes, (cells, cells)."""
    nearest = np.full(cells * cells, _FAR, np.float32)
    x, y = _along(points, across), _along(points, up)
    x += np.float32(cells / 2)
    y += np.float32(cells / 2)
    at = y.astype(np.int32)
    at *= cells
    at += x.astype(np.int32)
    np.maximum.at(nearest, at, _along(points, direction))
    return _closed(nearest.reshape(cells, cells))


def _closed(nearest: Floats) -> Floats:
    """Return a map without the holes of single cells that points happened to miss.

    A cell that lies farther than both of its neighbours, across or up, comes as near as they do.
    """
    closed = nearest.copy()
    inner = closed[:, 1:-1]
    np.maximum(inner, np.minimum(nearest[:, :-2], nearest[:, 2:]), out=inner)
    inner = closed[1:-1]
    np.maximum(inner, np.minimum(nearest[:-2], nearest[2:]), out=inner)
    return closed


def _of_four(nearest: Floats, choose: np.ufunc) -> Floats:
    """Return of each cell what is chosen of it and the ones right of it, below it and below that."""
    chosen = nearest.copy()
    choose(chosen[:, :-1], nearest[:, 1:], out=chosen[:, :-1])
    choose(chosen[:-1], chosen[1:], out=chosen[:-1])
    return chosen.reshape(-1)


def _along(points: Planes, axis: Doubles) -> Floats:
    a, b, c = (np.float32(value) for value in axis)
    along: Floats = points[0] * a
    part = points[1] * b
    along += part
    along += np.multiply(points[2], c, out=part)
    return along


def _frame(direction: Doubles) -> tuple[Doubles, Doubles]:
    """Return two unit vectors at right angles to a direction and to each other."""
    least = int(np.argmin(np.abs(direction)))
    pole = np.zeros((1, 3), np.float64)
    pole[0, least] = 1
    across = cross(pole, direction[None])
    across /= np.sqrt(across[0, 0] ** 2 + across[0, 1] ** 2 + across[0, 2] ** 2)
    return across[0], cross(direction[None], across)[0]


def _scattered(corners: Doubles, cell: float) -> Doubles:
    sides = cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.sqrt(sides[:, 0] ** 2 + sides[:, 1] ** 2 + sides[:, 2] ** 2) / 2
    wanted = np.maximum(area * (POINTS_PER_CELL / (cell * cell)) - _OF_VERTICES, 0)
    total = float(np.cumsum(wanted)[-1])
    if total > MAX_POINTS:
        wanted *= MAX_POINTS / total
    # Shares of points add up from triangle to triangle, so that small ones get theirs in turn.
    ends = np.floor(np.cumsum(wanted)).astype(np.int64)
    counts = np.diff(ends, prepend=0)
    of = np.repeat(np.arange(len(corners)), counts)
    step = np.arange(1, len(of) + 1, dtype=np.float64)
    a, b = step * _R2[0] % 1.0, step * _R2[1] % 1.0
    over = a + b > 1
    a, b = np.where(over, 1 - a, a)[:, None], np.where(over, 1 - b, b)[:, None]
    spread: Doubles = corners[of, 0] * (1 - a - b) + corners[of, 1] * a + corners[of, 2] * b
    return spread
