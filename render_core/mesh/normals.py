"""Normals and orientation of triangles, made or repaired from their vertices.

Only + − × ÷ √ on float64 and sums in the order of the triangles: the same bits everywhere.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.mesh.model import Floats, Indices

Vectors = NDArray[np.float64]
_FLAT: Final = 1e-30  # Square metres, squared: below that a triangle has no direction.
_ROUNDING: Final = 1e-6  # of the square of a length of 1, in float32


def cross(a: Vectors, b: Vectors) -> Vectors:
    """Return the cross product of (n, 3) with (n, 3), row by row."""
    return np.stack(
        (
            a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1],
            a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2],
            a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0],
        ),
        axis=1,
    )


def inner(a: Vectors, b: Vectors) -> Vectors:
    """Return the inner product of (n, 3) with (n, 3), row by row: (n,)."""
    products = a * b
    total: Vectors = products[:, 0] + products[:, 1] + products[:, 2]
    return total


def face_vectors(positions: Floats, triangles: Indices) -> Vectors:
    """Return (t, 3): along each triangle's normal, twice its area long."""
    corners = positions.astype(np.float64)[triangles]
    return cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])


def places(positions: Floats) -> NDArray[np.int64]:
    """Return a number for each vertex (v, 3), the same where they lie at one place: (v,)."""
    x, y, z = positions[:, 0], positions[:, 1], positions[:, 2]
    order = np.lexsort((z, y, x))
    ordered = positions[order]
    new = np.zeros(len(positions), np.int64)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    which = np.empty(len(positions), np.int64)
    which[order] = new.cumsum()
    return which


def vertex_normals(positions: Floats, triangles: Indices) -> Floats:
    """Return (v, 3) of length 1: the mean of the triangles around each vertex, by their area.

    Vertices at the same place count as one, so that a cut in the texture is not seen as an edge.
    A vertex without any area around it looks up (0, 1, 0).
    """
    place = places(positions)
    sums = np.zeros((int(place.max(initial=-1)) + 1, 3), np.float64)
    faces = face_vectors(positions, triangles)
    for corner in range(3):
        np.add.at(sums, place[triangles[:, corner]], faces)
    return unit(sums[place])


def unit(vectors: Vectors) -> Floats:
    """Return vectors (n, 3) at length 1 as float32; (0, 1, 0) for those without direction.

    What has this length but for the rounding of float32 stays as it is: done twice is done once.
    """
    squares = inner(vectors, vectors)
    flat = ~(squares > _FLAT)
    kept = flat | (np.abs(squares - 1) < _ROUNDING)
    scaled = vectors / np.sqrt(np.where(kept, 1.0, squares))[:, None]
    scaled[flat] = (0.0, 1.0, 0.0)
    return scaled.astype(np.float32)


def repaired_normals(positions: Floats, triangles: Indices, normals: Floats | None) -> Floats:
    """Return normals of length 1; those that are missing, not finite or zero are made anew."""
    made = vertex_normals(positions, triangles)
    if normals is None:
        return made
    given = np.where(np.isfinite(normals), normals, np.float32(0)).astype(np.float64)
    usable = inner(given, given) > _FLAT
    return np.where(usable[:, None], unit(given), made).astype(np.float32)


def oriented(positions: Floats, triangles: Indices, normals: Floats) -> tuple[Indices, Floats]:
    """Return triangles and normals that agree, and look outwards where there is an outside.

    First, winding and normals are made to agree: single triangles turn to their normals, and
    where the normals of more than half of the area disagree, all normals turn. Then a mesh that is
    closed and has a negative volume is turned inside out.
    """
    faces = face_vectors(positions, triangles)
    wide = normals.astype(np.float64)
    meant = wide[triangles[:, 0]] + wide[triangles[:, 1]] + wide[triangles[:, 2]]
    against = inner(faces, meant) < 0
    areas = np.sqrt(inner(faces, faces))
    if _total(areas[against]) * 2 > _total(areas):
        normals, against = -normals, ~against & (inner(faces, meant) > 0)
    triangles = np.where(against[:, None], triangles[:, ::-1], triangles)
    if is_closed(positions, triangles) and volume(positions, triangles) < 0:
        triangles, normals = triangles[:, ::-1], -normals
    return np.ascontiguousarray(triangles), np.ascontiguousarray(normals)


def is_closed(positions: Floats, triangles: Indices) -> bool:
    """Return whether each edge is run through once in either direction; places, not indices."""
    corners = places(positions)[triangles]
    starts, ends = corners.reshape(-1), corners[:, (1, 2, 0)].reshape(-1)
    real = starts != ends
    count = np.int64(positions.shape[0])
    there, back = starts[real] * count + ends[real], ends[real] * count + starts[real]
    there.sort()
    back.sort()
    return bool(np.array_equal(there, back))


def volume(positions: Floats, triangles: Indices) -> float:
    """Return what a closed mesh encloses in cubic metres; negative if it is inside out."""
    corners = positions.astype(np.float64)[triangles]
    return _total(inner(corners[:, 0], cross(corners[:, 1], corners[:, 2]))) / 6


def _total(values: Vectors) -> float:
    """Return the sum, added one after the other."""
    return float(values.cumsum()[-1]) if values.size else 0.0
