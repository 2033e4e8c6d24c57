"""Pieces of a file as one mesh: materials gathered, what is broken repaired or refused.

Repaired: missing, zero and not finite normals are made anew; triangles and normals that disagree are
turned, a closed mesh that is inside out too; triangles without three corners, unused vertices and
materials are left out. Refused: everything else that `model.checked` finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from render_core.errors import RefusedFile, UnsupportedDesign
from render_core.intake.limits import (
    MAX_MESH_MATERIALS,
    MAX_MESH_TRIANGLES,
    MAX_MESH_VERTICES,
)
from render_core.mesh.model import MAX_EXTENT_M, Floats, Indices, Material, Mesh, Part, checked
from render_core.mesh.normals import oriented, repaired_normals


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Triangles of one material. normals: zero where there is none. uvs: None where there are none."""

    positions: Floats
    normals: Floats
    uvs: Floats | None
    triangles: Indices
    material: Material


class Size:
    """Counts triangles and vertices while pieces are read, and refuses at the limit."""

    def __init__(self) -> None:
        self._triangles = 0
        self._vertices = 0

    def add(self, *, triangles: int, vertices: int) -> None:
        """Raise RefusedFile (MESH_TOO_COMPLEX) as soon as there are too many."""
        self._triangles += triangles
        self._vertices += vertices
        if self._triangles > MAX_MESH_TRIANGLES or self._vertices > MAX_MESH_VERTICES:
            raise RefusedFile(
                "MESH_TOO_COMPLEX",
                f"The model has more than {MAX_MESH_TRIANGLES:,} triangles or "
                f"{MAX_MESH_VERTICES:,} vertices. Simplify it and upload it again.",
            )


def assembled(pieces: Sequence[Piece]) -> Mesh:
    """Return one mesh, its parts in the order in which the materials first appear."""
    materials = tuple(dict.fromkeys(piece.material for piece in pieces))
    if len(materials) > MAX_MESH_MATERIALS:
        raise RefusedFile(
            "MESH_TOO_COMPLEX",
            f"The model has {len(materials)} materials; {MAX_MESH_MATERIALS} is the most.",
        )
    if pieces and all(piece.uvs is None for piece in pieces):
        raise RefusedFile(
            "MESH_NO_UV", "The model has no texture coordinates. Unwrap it, then export it again."
        )
    ordered = [piece for material in materials for piece in pieces if piece.material == material]
    triangles, parts = _gathered(ordered, materials)
    if not len(triangles):
        raise RefusedFile("MESH_EMPTY", "The model has no triangles.")
    used, flat = np.unique(triangles, return_inverse=True)
    positions = np.concatenate([piece.positions for piece in ordered])[used]
    if not bool(np.isfinite(positions).all()):
        raise RefusedFile("MESH_NOT_FINITE", "Places of the model are not finite. Export it again.")
    if float(np.abs(positions).max()) > MAX_EXTENT_M:
        raise RefusedFile(
            "MESH_TOO_LARGE",
            f"A vertex is more than {MAX_EXTENT_M:g} m from the origin. Export the model in metres "
            "(GLB) or millimetres (OBJ).",
        )
    triangles = flat.reshape(-1, 3).astype(np.int32)
    given = np.concatenate([piece.normals for piece in ordered])[used]
    normals = repaired_normals(positions, triangles, given)
    triangles, normals = oriented(positions, triangles, normals)
    uvs = np.concatenate([_uvs(piece) for piece in ordered])[used]
    try:
        return checked(Mesh(positions, normals, uvs, triangles, parts, materials))
    except UnsupportedDesign as error:
        raise RefusedFile(error.reason, error.message) from error


def _gathered(
    ordered: Sequence[Piece], materials: Sequence[Material]
) -> tuple[Indices, tuple[Part, ...]]:
    """Return whole triangles over the vertices of all pieces, and a part for each material."""
    rows: list[Indices] = []
    counts = dict.fromkeys(materials, 0)
    first = 0
    for piece in ordered:
        a, b, c = piece.triangles[:, 0], piece.triangles[:, 1], piece.triangles[:, 2]
        whole = piece.triangles[(a != b) & (b != c) & (c != a)]
        rows.append(whole + np.int32(first))
        counts[piece.material] += len(whole)
        first += len(piece.positions)
    parts, at = [], 0
    for number, material in enumerate(materials):
        if counts[material]:
            parts.append(Part(number, at, counts[material]))
            at += counts[material]
    return np.concatenate(rows) if rows else np.zeros((0, 3), np.int32), tuple(parts)


def _uvs(piece: Piece) -> Floats:
    if piece.uvs is None:
        return np.zeros((len(piece.positions), 2), np.float32)
    return piece.uvs
