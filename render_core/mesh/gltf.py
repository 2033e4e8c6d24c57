"""Reads a GLB of strangers, or one of ours, as a mesh. Source: glTF 2.0.

Kept: triangles, places with the transforms of their nodes worked in, normals, the first set of
texture coordinates, materials by name with colour, metal, roughness and clear coat. Left out: pictures
(the design is the picture), cameras, lights, animations, skins, morph targets, points and lines.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from render_core.errors import RefusedFile
from render_core.intake.limits import MAX_MESH_NAME_CHARACTERS, MAX_MESH_PRIMITIVES
from render_core.mesh.assemble import Piece, Size, assembled
from render_core.mesh.gltf_document import (
    Document,
    Object,
    broken,
    child,
    integer,
    number,
    numbers,
    objects,
    unsupported,
)
from render_core.mesh.gltf_nodes import Matrix, placed_meshes
from render_core.mesh.model import Floats, Indices, Material, Mesh
from render_core.mesh.normals import unit

_TRIANGLES: Final = 4
_POINTS_AND_LINES: Final = (0, 1, 2, 3)
# Extensions that change how a material looks or what is beside the mesh: without them, it is right.
_HARMLESS: Final = ("KHR_materials_", "KHR_texture_", "EXT_texture_", "KHR_lights_")
_NORMALISED: Final = {np.dtype("u1"): 255.0, np.dtype("u2"): 65535.0}


def read_glb(data: bytes) -> Mesh:
    """Return the mesh of a GLB.

    Raises RefusedFile: MESH_BROKEN, MESH_UNSUPPORTED, MESH_EXTERNAL_REFERENCE, MESH_NODES,
    MESH_TOO_COMPLEX, MESH_INDEX, MESH_NOT_FINITE, MESH_NO_UV, MESH_EMPTY, MESH_TOO_LARGE.
    """
    document = Document(data)
    _check_extensions(document)
    materials = [_material(value, i) for i, value in enumerate(document.objects("materials"))]
    pieces: list[Piece] = []
    size, drawn = Size(), 0
    for placed in placed_meshes(document):
        for primitive in objects(document.object("meshes", placed.mesh), "primitives"):
            drawn += 1
            if drawn > MAX_MESH_PRIMITIVES:
                raise RefusedFile(
                    "MESH_TOO_COMPLEX",
                    f"The model has more than {MAX_MESH_PRIMITIVES:,} pieces. Join them.",
                )
            piece = _piece(document, primitive, placed.matrix, materials, size)
            if piece is not None:
                pieces.append(piece)
    return assembled(pieces)


def pictures_of(data: bytes) -> list[bytes]:
    """Return the pictures inside a GLB, to be judged by their headers."""
    document = Document(data)
    found = []
    for image in document.objects("images"):
        if "bufferView" not in image:
            raise RefusedFile(
                "MESH_EXTERNAL_REFERENCE",
                "The model keeps its pictures in other files. Export it as one GLB file.",
            )
        found.append(document.view(integer(image, "bufferView", -1))[0])
    return found


def _check_extensions(document: Document) -> None:
    required = document.root.get("extensionsRequired", [])
    if not isinstance(required, list):
        raise broken("its extensions are no list")
    for name in required:
        if not isinstance(name, str) or not name.startswith(_HARMLESS):
            raise unsupported(
                f"the extension {str(name)[:60]!r}", "Export it without compression or quantising."
            )


def _material(value: Object, index: int) -> Material:
    surface = child(value, "pbrMetallicRoughness")
    coat = child(child(value, "extensions"), "KHR_materials_clearcoat")
    *colour, alpha = numbers(surface, "baseColorFactor", (1.0, 1.0, 1.0, 1.0))
    name = value.get("name")
    if value.get("alphaMode", "OPAQUE") != "BLEND":
        alpha = 1.0
    return Material(
        name=name[:MAX_MESH_NAME_CHARACTERS] if isinstance(name, str) and name else f"{index}",
        base_colour=(
            _srgb(colour[0]), _srgb(colour[1]), _srgb(colour[2]), round(255 * _clamped(alpha))
        ),
        metallic_permille=round(1000 * _clamped(number(surface, "metallicFactor", 1.0))),
        roughness_permille=round(1000 * _clamped(number(surface, "roughnessFactor", 1.0))),
        clearcoat_permille=round(1000 * _clamped(number(coat, "clearcoatFactor", 0.0))),
    )  # fmt: skip


def _srgb(light: float) -> int:
    """Return linear light, 0–1, as sRGB, 0–255; rounded, the same on every system."""
    light = _clamped(light)
    value = 12.92 * light if light <= 0.0031308 else 1.055 * round(light ** (1 / 2.4), 9) - 0.055
    return round(255 * value)


def _clamped(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _piece(
    document: Document, primitive: Object, matrix: Matrix, materials: list[Material], size: Size
) -> Piece | None:
    mode = integer(primitive, "mode", _TRIANGLES)
    if mode in _POINTS_AND_LINES:
        return None
    if mode != _TRIANGLES:
        raise unsupported("triangle strips or fans", "Export it as plain triangles.")
    attributes = child(primitive, "attributes")
    places = _floats(document, attributes, "POSITION", 3)
    if places is None:
        raise broken("a piece has no places")
    triangles = _triangles(document, primitive, len(places))
    size.add(triangles=len(triangles), vertices=len(places))
    normals = _floats(document, attributes, "NORMAL", 3)
    uvs = _floats(document, attributes, "TEXCOORD_0", 2)
    for other in (normals, uvs):
        if other is not None and len(other) != len(places):
            raise broken("a piece has more places than normals or texture coordinates")
    if uvs is not None and not bool(np.isfinite(uvs).all()):
        raise RefusedFile("MESH_NOT_FINITE", "Texture coordinates are not finite. Export it again.")
    if "material" in primitive:
        index = integer(primitive, "material", -1)
        if not 0 <= index < len(materials):
            raise broken("a piece has a material that does not exist")
        material = materials[index]
    else:
        material = Material("default", roughness_permille=1000, metallic_permille=1000)
    return Piece(
        _moved(places, matrix), _turned(normals, matrix, len(places)), uvs, triangles, material
    )


def _triangles(document: Document, primitive: Object, vertices: int) -> Indices:
    if "indices" not in primitive:
        flat: NDArray[Any] = np.arange(vertices, dtype=np.int64)
    else:
        flat = document.accessor(integer(primitive, "indices", -1), 1).reshape(-1)
        if flat.dtype.kind != "u":
            raise broken("its indices are no whole numbers")
    if flat.size % 3:
        raise broken("its indices do not come in threes")
    if flat.size and int(flat.max()) >= vertices:
        raise RefusedFile(
            "MESH_INDEX", "A triangle names a vertex that does not exist. Export the model again."
        )
    return flat.astype(np.int32).reshape(-1, 3)


def _floats(document: Document, attributes: Object, name: str, width: int) -> Floats | None:
    if name not in attributes:
        return None
    values = document.accessor(integer(attributes, name, -1), width)
    if values.dtype.kind == "f":
        return values.astype(np.float32)
    whole = _NORMALISED.get(values.dtype.newbyteorder("="))
    if name != "TEXCOORD_0" or whole is None:
        raise unsupported("places or normals as whole numbers", "Export it without quantising.")
    return (values.astype(np.float64) / whole).astype(np.float32)


def _moved(places: Floats, matrix: Matrix) -> Floats:
    """Return places under a matrix; what is not finite, or becomes so, is refused later."""
    wide = places.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        columns = [
            wide[:, 0] * row[0] + wide[:, 1] * row[1] + wide[:, 2] * row[2] + row[3]
            for row in matrix
        ]
        return np.stack(columns, axis=1).astype(np.float32)


def _turned(normals: Floats | None, matrix: Matrix, count: int) -> Floats:
    """Return normals under the inverse transpose, up to their length; zero where there are none."""
    if normals is None:
        return np.zeros((count, 3), np.float32)
    (a, b, c, _), (d, e, f, _), (g, h, i, _) = matrix
    cofactors = (
        (e * i - f * h, f * g - d * i, d * h - e * g),
        (c * h - b * i, a * i - c * g, b * g - a * h),
        (b * f - c * e, c * d - a * f, a * e - b * d),
    )
    sign = -1.0 if a * cofactors[0][0] + b * cofactors[0][1] + c * cofactors[0][2] < 0 else 1.0
    wide = np.where(np.isfinite(normals), normals, np.float32(0)).astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        columns = [
            sign * (wide[:, 0] * row[0] + wide[:, 1] * row[1] + wide[:, 2] * row[2])
            for row in cofactors
        ]
        turned = np.stack(columns, axis=1)
    empty = (turned == 0).all(axis=1)
    made = unit(turned)
    made[empty] = 0
    return made
