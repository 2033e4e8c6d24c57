"""How far the vertices of a mesh lie from a simplified one, measured on the triangles.

Source: C. Ericson, "Real-Time Collision Detection", 2005, 5.1.5 (the nearest point of a triangle).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.mesh.fans import Fans
from render_core.mesh.model import Mesh
from render_core.mesh.normals import cross, inner

Doubles = NDArray[np.float64]
Whole = NDArray[np.int64]

_UM_PER_M: Final = 1e6
_CHUNK: Final = 1 << 16  # vertices at once: bounds the memory
# Of the vertices that seem farthest, so many are measured against a wider neighbourhood.
_WORST: Final = 4096


def deviation_um(mesh: Mesh, triangles: Whole, went_to: Whole) -> int:
    """Return the largest distance from a vertex of the mesh to triangles over its vertices.

    triangles: (t, 3), what is left of it. went_to: (v,) the vertex each was drawn to, itself if it
    stays. Measured to the triangles around where a vertex ended; for the farthest also to those around
    their corners: never less than the distance to all triangles.
    """
    places = mesh.positions.astype(np.float64)
    end = _ends(went_to)
    gone = np.flatnonzero(end != np.arange(len(end)))
    if not len(gone):
        return 0
    fans = Fans(triangles, len(places))
    found = np.concatenate([_nearest(fans, places, some, end[some]) for some in _chunks(gone)])
    worst = gone[np.argsort(-found, kind="stable")[:_WORST]]
    rest = float(np.sort(found)[::-1][_WORST]) if len(found) > _WORST else 0.0
    which, rows = fans.rows(end[worst])
    around = np.unique(which[:, None] * np.int64(len(places)) + triangles[rows])
    whose, corner = around // len(places), around % len(places)
    wide = np.full(len(worst), np.inf)
    np.minimum.at(wide, whose, _nearest(fans, places, worst[whose], corner))
    return int(np.ceil(max(float(wide.max()), rest) ** 0.5 * _UM_PER_M))


def _chunks(values: Whole) -> list[Whole]:
    return [values[at : at + _CHUNK] for at in range(0, len(values), _CHUNK)]


def _ends(went_to: Whole) -> Whole:
    end = went_to
    while True:
        further = end[end]
        if np.array_equal(further, end):
            return end
        end = further


def _nearest(fans: Fans, places: Doubles, of: Whole, around: Whole) -> Doubles:
    """Return the least squared distance from places to the triangles around a vertex each."""
    which, rows = fans.rows(around)
    corners = places[fans.triangles[rows]]
    found = np.full(len(of), np.inf)
    np.minimum.at(found, which, _squared(places[of][which], corners))
    return found


def _squared(point: Doubles, corners: Doubles) -> Doubles:
    """Return squared distances from points (n, 3) to triangles (n, 3, 3)."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    normal = cross(b - a, c - a)
    size = np.maximum(inner(normal, normal), 1e-30)
    inside = np.ones(len(point), np.bool_)
    best = np.full(len(point), np.inf)
    for start, end in ((a, b), (b, c), (c, a)):
        edge, away = end - start, point - start
        inside &= inner(cross(edge, away), normal) >= 0
        t = inner(away, edge) / np.maximum(inner(edge, edge), 1e-30)
        off = away - edge * np.minimum(np.maximum(t, 0.0), 1.0)[:, None]
        best = np.minimum(best, inner(off, off))
    over = inner(point - a, normal)
    found: Doubles = np.where(inside, over * over / size, best)
    return found
