"""The mesh of a product: what 3D views and 3D files are made from.

Axes and units are those of glTF 2.0 (https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html, 3.4):
metres, right-handed, Y up, the product's front looks towards +Z. Seen from the front, +X is on the
right. Texture coordinates have (0, 0) in the upper left of the picture, v runs down.

Arrays are read-only after `checked`; a mesh may be shared between threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.errors import UnsupportedDesign

Floats = NDArray[np.float32]
Indices = NDArray[np.int32]
Colour = tuple[int, int, int, int]
UvWindow = tuple[float, float, float, float]

WHOLE: Final[UvWindow] = (0.0, 0.0, 1.0, 1.0)
# Ten metres: nothing that is personalised is larger, and a file in millimetres is noticed.
MAX_EXTENT_M: Final = 10.0
# How far from 1 the length of a normal may be: float32, through a file with 5 decimals.
NORMAL_TOLERANCE: Final = 1e-3
# Texture coordinates may leave their window by this much, from rounding.
UV_TOLERANCE: Final = 1e-5


@dataclass(frozen=True, slots=True)
class Material:
    """How a part looks.

    surface: id of the template's surface whose layout is its picture, "" for none.
    base_colour: sRGB and alpha, 0–255 each; beneath what is printed.
    metallic, roughness, clearcoat: metal-rough model of glTF, in 1/1000.
    uv_window: (u0, v0, u1, v1), which part of the texture square the surface fills; u0, v0 is the
    surface's upper left corner. The whole square, unless a mesh packs several surfaces into one.
    """

    name: str
    surface: str = ""
    base_colour: Colour = (255, 255, 255, 255)
    metallic_permille: int = 0
    roughness_permille: int = 500
    clearcoat_permille: int = 0
    uv_window: UvWindow = WHOLE


@dataclass(frozen=True, slots=True)
class Part:
    """Triangles [first, first + count) of one material (an index into `Mesh.materials`)."""

    material: int
    first: int
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Triangles over shared vertices.

    positions: (v, 3) float32, metres. normals: (v, 3) float32, of length 1, outwards.
    uvs: (v, 2) float32; (0, 0) at vertices of parts without a surface.
    triangles: (t, 3) int32 vertex indices, counter-clockwise seen from outside.
    parts: one after the other, together all triangles.
    """

    positions: Floats
    normals: Floats
    uvs: Floats
    triangles: Indices
    parts: tuple[Part, ...]
    materials: tuple[Material, ...]

    @property
    def size_bytes(self) -> int:
        """The bytes of all arrays."""
        arrays = (self.positions, self.normals, self.uvs, self.triangles)
        return sum(array.nbytes for array in arrays)

    def vertices_of(self, triangles: NDArray[np.int32]) -> NDArray[np.intp]:
        """Return the indices of vertices that triangles (t, 3) have, each once, in order."""
        used = np.zeros(len(self.positions), np.bool_)
        used[triangles] = True
        return np.flatnonzero(used)

    def triangles_of(self, part: Part) -> Indices:
        """Return the part's rows of `triangles`, (count, 3)."""
        return self.triangles[part.first : part.first + part.count]

    def extent(self) -> tuple[Floats, Floats]:
        """Return the corners of the box around all vertices, (3,) each, metres."""
        return self.positions.min(axis=0), self.positions.max(axis=0)


def checked(mesh: Mesh) -> Mesh:
    """Return the mesh with its arrays frozen, or raise UnsupportedDesign that says what is wrong.

    Reasons: MESH_EMPTY, MESH_SHAPE, MESH_NOT_FINITE, MESH_TOO_LARGE, MESH_INDEX, MESH_NORMALS,
    MESH_PARTS, MESH_MATERIAL, MESH_UV.
    """
    for problem in _problems(mesh):
        raise problem
    for array in (mesh.positions, mesh.normals, mesh.uvs, mesh.triangles):
        array.flags.writeable = False
    return mesh


def _problems(mesh: Mesh) -> Iterator[UnsupportedDesign]:
    """Yield what is wrong, in an order in which each check may rely on those before it."""
    yield from _wrong_shapes(mesh)
    vertices = mesh.positions.shape[0]
    if not vertices or not mesh.triangles.shape[0]:
        yield _wrong("MESH_EMPTY", "The mesh has no triangles.")
    for name in ("positions", "normals", "uvs"):
        if not bool(np.isfinite(getattr(mesh, name)).all()):
            yield _wrong("MESH_NOT_FINITE", f"Its {name} hold values that are not finite.")
    if float(np.abs(mesh.positions).max()) > MAX_EXTENT_M:
        yield _wrong(
            "MESH_TOO_LARGE",
            f"A vertex is more than {MAX_EXTENT_M:g} m from the origin. Export it in metres.",
        )
    if int(mesh.triangles.min()) < 0 or int(mesh.triangles.max()) >= vertices:
        yield _wrong("MESH_INDEX", f"A triangle names a vertex beyond the {vertices} there are.")
    wide = mesh.normals.astype(np.float64)
    squares = wide * wide
    lengths = np.sqrt(squares[:, 0] + squares[:, 1] + squares[:, 2])
    if float(np.abs(lengths - 1).max()) > NORMAL_TOLERANCE:
        yield _wrong("MESH_NORMALS", "A normal is not of length 1.")
    yield from _wrong_parts(mesh)
    yield from _wrong_uvs(mesh)


def _wrong_shapes(mesh: Mesh) -> Iterator[UnsupportedDesign]:
    vertices = mesh.positions.shape[0]
    arrays = (
        ("positions", mesh.positions, (vertices, 3), np.float32),
        ("normals", mesh.normals, (vertices, 3), np.float32),
        ("uvs", mesh.uvs, (vertices, 2), np.float32),
        ("triangles", mesh.triangles, (mesh.triangles.shape[0], 3), np.int32),
    )
    for name, array, shape, dtype in arrays:
        if array.shape != shape or array.dtype != dtype:
            yield _wrong(
                "MESH_SHAPE", f"Its {name} must be {shape} of {np.dtype(dtype).name}.", name
            )


def _wrong_parts(mesh: Mesh) -> Iterator[UnsupportedDesign]:
    at = 0
    for part in mesh.parts:
        if part.first != at or part.count < 1 or not 0 <= part.material < len(mesh.materials):
            yield _wrong("MESH_PARTS", "Its parts do not follow each other over all triangles.")
        at += part.count
    if at != mesh.triangles.shape[0]:
        yield _wrong("MESH_PARTS", "Its parts do not follow each other over all triangles.")
    for material in mesh.materials:
        permille = (
            material.metallic_permille,
            material.roughness_permille,
            material.clearcoat_permille,
        )
        u0, v0, u1, v1 = material.uv_window
        if (
            not all(0 <= value <= 1000 for value in permille)
            or not all(0 <= value <= 255 for value in material.base_colour)
            or not (0 <= u0 < u1 <= 1 and 0 <= v0 < v1 <= 1)
        ):
            yield _wrong("MESH_MATERIAL", f"The material {material.name!r} is out of range.")


def _wrong_uvs(mesh: Mesh) -> Iterator[UnsupportedDesign]:
    for part in mesh.parts:
        material = mesh.materials[part.material]
        if not material.surface:
            continue
        uvs = mesh.uvs[mesh.triangles_of(part).reshape(-1)]
        low, high = np.array(material.uv_window, dtype=np.float64).reshape(2, 2)
        if bool((uvs < low - UV_TOLERANCE).any() or (uvs > high + UV_TOLERANCE).any()):
            yield _wrong(
                "MESH_UV",
                f"The texture coordinates of {material.name!r} leave the window of its surface.",
            )


def _wrong(reason: str, message: str, field: str = "") -> UnsupportedDesign:
    return UnsupportedDesign(reason, message, field=field)
