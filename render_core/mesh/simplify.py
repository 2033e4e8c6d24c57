"""Fewer triangles for the same shape: vertices are drawn onto neighbours where that is seen least.

Sources: M. Garland and P. Heckbert, "Surface simplification using quadric error metrics", 1997;
H. Hoppe, "New quadric metric for simplifying meshes with appearance attributes", 1999, for texture
coordinates; many collapses at once that do not meet, as in C. DeCoro and N. Tatarchuk, 2007.

A vertex goes only to one of its neighbours, whose normal and texture coordinates stay as they are. What
lies on an edge of the surface, of a material, of the texture or on a crease stays where it is.
Only `+ − × ÷ √` and sums in the order of triangles; ties go by number: the same bits everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.mesh.deviation import deviation_um
from render_core.mesh.fans import Fans, half_edges
from render_core.mesh.model import Mesh, Part, checked
from render_core.mesh.normals import cross, inner, places

Doubles = NDArray[np.float64]
Whole = NDArray[np.int64]

# Texture that slips by this much counts as a surface that moves by as much, both in metres.
_TEXTURE_WEIGHT: Final = 0.5
_NORMAL_WEIGHT: Final = 0.02
# A triangle may turn by as much: the least cosine between its normals.
_LEAST_COSINE: Final = 0.3
# Vertices that are tried in one round, of all that may go.
_SHARE: Final = 0.5
_MAX_ROUNDS: Final = 120
# How often a round looks for more that are apart; what scatters their numbers (Knuth, vol. 3, 6.4).
_PASSES: Final = 4
_SCATTER: Final = 2_654_435_761


@dataclass(frozen=True, slots=True, eq=False)
class Simplified:
    """A lighter mesh. deviation_um: how far the vertices of the first one lie from it, at most."""

    mesh: Mesh
    deviation_um: int


def simplified(mesh: Mesh, triangles: int) -> Simplified:
    """Return a checked mesh with at most so many triangles, or as few as its edges allow."""
    if len(mesh.triangles) <= triangles:
        return Simplified(mesh, 0)
    state = _State(mesh)
    for _ in range(_MAX_ROUNDS):
        if len(state.triangles) <= triangles or not state.collapse(triangles):
            break
    return Simplified(state.mesh(mesh), deviation_um(mesh, state.triangles, state.went_to))


class _State:
    """A mesh between two rounds. went_to: (v,) where each vertex is drawn to."""

    def __init__(self, mesh: Mesh) -> None:
        self.triangles = mesh.triangles.astype(np.int64)
        self._part = np.repeat(np.arange(len(mesh.parts)), [part.count for part in mesh.parts])
        self._places = mesh.positions.astype(np.float64)
        self._normals = mesh.normals.astype(np.float64)
        self._uvs, self._scale = _texture(mesh)
        self.went_to: Whole = np.arange(len(self._places))
        self._fixed = _fixed(mesh, self._part)
        self._quadrics = _quadrics(self._places, self.triangles)
        self._skip = np.zeros(len(self._places), np.int64)

    def collapse(self, wanted: int) -> int:
        """Draw a share of the vertices onto neighbours; return how many."""
        fans = Fans(self.triangles, len(self._places))
        start, end, cost = self._candidates()
        if not len(start):
            return 0
        need = max(1, (len(self.triangles) - wanted + 1) // 2)
        most = min(len(start), max(64, int(len(start) * _SHARE)))
        cheap = np.lexsort((start, cost))[:most]
        start, end = start[cheap], end[cheap]
        sound = self._sound(fans, start, end)
        self._skip[start[~sound]] += 1
        start, end = start[sound], end[sound]
        chosen = _apart(fans, start, len(self._places))[:need]
        start, end = start[chosen], end[chosen]
        if not len(start):
            return len(sound)
        self._skip[:] = 0
        self.went_to[start] = end
        np.add.at(self._quadrics, end, self._quadrics[start])
        to = np.arange(len(self._places))
        to[start] = end
        moved = to[self.triangles]
        a, b, c = moved[:, 0], moved[:, 1], moved[:, 2]
        whole = (a != b) & (b != c) & (c != a)
        self.triangles, self._part = moved[whole], self._part[whole]
        return len(start)

    def _candidates(self) -> tuple[Whole, Whole, Doubles]:
        """Return for each vertex that may go: itself, the neighbour it goes to, and the cost."""
        start, end = half_edges(self.triangles)
        free = ~self._fixed[start] & (self._skip[start] < 8)
        start, end = start[free], end[free]
        cost = self._cost(start, end)
        order = np.lexsort((end, cost, start))
        start, end, cost = start[order], end[order], cost[order]
        first = np.ones(len(start), np.bool_)
        first[1:] = start[1:] != start[:-1]
        at = np.flatnonzero(first)
        degree = np.diff(np.append(at, len(start)))
        skip = self._skip[start[at]]
        at, skip = at[skip < degree], skip[skip < degree]
        return start[at + skip], end[at + skip], cost[at + skip]

    def _cost(self, start: Whole, end: Whole) -> Doubles:
        place = self._places[end]
        x, y, z = place[:, 0], place[:, 1], place[:, 2]
        q = self._quadrics[start]
        moved = (
            q[:, 0] * x * x + q[:, 3] * y * y + q[:, 5] * z * z
            + 2 * (q[:, 1] * x * y + q[:, 2] * x * z + q[:, 4] * y * z)
            + 2 * (q[:, 6] * x + q[:, 7] * y + q[:, 8] * z) + q[:, 9]
        )  # fmt: skip
        step = place - self._places[start]
        turned = self._normals[end] - self._normals[start]
        area = q[:, 10]
        length = inner(step, step)
        cost: Doubles = (
            np.maximum(moved, 0.0)
            + _NORMAL_WEIGHT * area * length * inner(turned, turned)
            + 1e-9 * area * length
        )
        if self._uvs is not None:
            cost = cost + _TEXTURE_WEIGHT * self._slip(start, end, step)
        return cost

    def _slip(self, start: Whole, end: Whole, step: Doubles) -> Doubles:
        """Return by how much the texture around a vertex would slip, squared metres times area."""
        assert self._uvs is not None
        a, b, c = (self.triangles[:, corner] for corner in range(3))
        p, q = self._places[b] - self._places[a], self._places[c] - self._places[a]
        s, t = self._uvs[b] - self._uvs[a], self._uvs[c] - self._uvs[a]
        normal = cross(p, q)
        square = np.maximum(inner(normal, normal), 1e-30)
        area = np.sqrt(square) / 2
        towards_p, towards_q = (
            cross(q, normal) / square[:, None],
            cross(normal, p) / square[:, None],
        )
        total = np.zeros(len(start), np.float64)
        corners = self.triangles.reshape(-1)
        size = len(self._places)
        weight = np.bincount(corners, np.repeat(area, 3), size)
        for axis in range(2):
            gradient = towards_p * s[:, axis : axis + 1] + towards_q * t[:, axis : axis + 1]
            slip = (self._uvs[end, axis] - self._uvs[start, axis]).astype(np.float64)
            total += weight[start] * slip * slip
            for i in range(3):
                mean = np.bincount(corners, np.repeat(area * gradient[:, i], 3), size)[start]
                total -= 2 * slip * mean * step[:, i]
                for j in range(i, 3):
                    product = np.repeat(area * gradient[:, i] * gradient[:, j], 3)
                    twice = 1 if i == j else 2
                    mixed = np.bincount(corners, product, size)[start]
                    total += twice * mixed * step[:, i] * step[:, j]
        found: Doubles = np.maximum(total, 0.0) * self._scale[start]
        return found

    def _sound(self, fans: Fans, start: Whole, end: Whole) -> NDArray[np.bool_]:
        """Return which collapses turn no triangle over and pinch no surface."""
        which, rows = fans.rows(start)
        corners = self.triangles[rows]
        stays = ~(corners == end[which, None]).any(axis=1)
        gone = np.bincount(which[~stays], minlength=len(start))
        before = _turn(self._places, corners[stays])
        after = np.where(
            corners[stays] == start[which[stays], None], end[which[stays], None], corners[stays]
        )
        turned = _turn(self._places, after)
        size = np.sqrt(inner(before, before) * inner(turned, turned))
        over = inner(before, turned) <= _LEAST_COSINE * size
        bad = np.bincount(which[stays][over], minlength=len(start))
        met = fans.met(start, end)
        sound: NDArray[np.bool_] = (bad == 0) & (gone == 2) & (met == 2)
        return sound

    def mesh(self, source: Mesh) -> Mesh:
        """Return what is left as a mesh of the source's materials."""
        used, flat = np.unique(self.triangles, return_inverse=True)
        parts, first = [], 0
        for number, part in enumerate(source.parts):
            count = int((self._part == number).sum())
            if count:
                parts.append(Part(part.material, first, count))
                first += count
        return checked(
            replace(
                source,
                positions=source.positions[used],
                normals=source.normals[used],
                uvs=source.uvs[used],
                triangles=flat.reshape(-1, 3).astype(np.int32),
                parts=tuple(parts),
            )
        )


def _texture(mesh: Mesh) -> tuple[Doubles | None, Doubles]:
    """Return texture coordinates (None without a surface), and square metres of one square of them."""
    scale = np.zeros(len(mesh.positions), np.float64)
    for part in mesh.parts:
        if not mesh.materials[part.material].surface:
            continue
        rows = mesh.triangles_of(part)
        turned = _turn(mesh.positions.astype(np.float64), rows.astype(np.int64))
        uvs = mesh.uvs.astype(np.float64)[rows]
        a, b = uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]
        flat = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
        real = np.sqrt(inner(turned, turned))
        scale[rows.reshape(-1)] = float(real.cumsum()[-1]) / max(float(flat.cumsum()[-1]), 1e-12)
    if not bool(scale.any()):
        return None, scale
    return mesh.uvs.astype(np.float64), scale


def _fixed(mesh: Mesh, part: Whole) -> NDArray[np.bool_]:
    """Return which vertices stay: at edges, seams and creases, where parts meet, where faces cross."""
    count = len(mesh.positions)
    start, end = half_edges(mesh.triangles.astype(np.int64))
    there, back = start * count + end, end * count + start
    alone = ~np.isin(there, back)
    _, where, times = np.unique(there, return_inverse=True, return_counts=True)
    odd = alone | (times[where.reshape(-1)] > 1)
    fixed = np.zeros(count, np.bool_)
    fixed[start[odd]] = True
    fixed[end[odd]] = True
    used = np.zeros(count, np.bool_)
    used[mesh.triangles.reshape(-1)] = True
    at = places(mesh.positions)
    fixed |= np.bincount(at[used], minlength=count)[at] > 1
    lowest, highest = np.full(count, len(mesh.parts)), np.full(count, -1)
    corners = mesh.triangles.reshape(-1)
    np.minimum.at(lowest, corners, np.repeat(part, 3))
    np.maximum.at(highest, corners, np.repeat(part, 3))
    fixed |= lowest != highest
    return fixed


def _turn(places: Doubles, corners: Whole) -> Doubles:
    a = places[corners[:, 0]]
    return cross(places[corners[:, 1]] - a, places[corners[:, 2]] - a)


def _quadrics(places: Doubles, triangles: Whole) -> Doubles:
    """Return (v, 11): squared distances to the planes around each vertex, by area, and the area."""
    turned = _turn(places, triangles)
    double = np.sqrt(inner(turned, turned))
    n = turned / np.maximum(double, 1e-30)[:, None]
    d = -inner(n, places[triangles[:, 0]])
    area = double / 2
    x, y, z = n[:, 0], n[:, 1], n[:, 2]
    columns = (
        x * x,
        x * y,
        x * z,
        y * y,
        y * z,
        z * z,
        x * d,
        y * d,
        z * d,
        d * d,
        np.ones_like(d),
    )
    corners = triangles.reshape(-1)
    found = [np.bincount(corners, np.repeat(c * area, 3), len(places)) for c in columns]
    return np.stack(found, axis=1).astype(np.float64)


def _apart(fans: Fans, start: Whole, vertices: int) -> Whole:
    """Return indices of collapses whose surroundings do not meet, by scattered numbers, in order."""
    which, rows = fans.rows(start)
    around = fans.triangles[rows]
    number = start * _SCATTER % (1 << 32) * np.int64(vertices) + start
    alive = np.ones(len(start), np.bool_)
    kept = np.zeros(len(start), np.bool_)
    for _ in range(_PASSES):
        some = alive[which]
        least = np.full(vertices, np.iinfo(np.int64).max)
        for corner in range(3):
            np.minimum.at(least, around[some, corner], number[which[some]])
        won = alive.copy()
        for corner in range(3):
            won[which[least[around[:, corner]] < number[which]]] = False
        kept |= won
        taken = np.zeros(vertices, np.bool_)
        taken[around[won[which]].reshape(-1)] = True
        alive &= ~won
        alive[which[taken[around].any(axis=1)]] = False
    return np.flatnonzero(kept)
