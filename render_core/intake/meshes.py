"""Turns an uploaded mesh (GLB, OBJ) into the one form that is kept: a bare GLB of ours.

Metres, Y up, one node without a transform, a part for each material, whole normals and texture
coordinates; materials with names of their own that can be shown; no pictures. Pictures of the upload are judged by their headers and left out: on a
product, the design is the picture.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from render_core.errors import RefusedFile, UnsupportedDesign
from render_core.export.glb import glb
from render_core.intake.image_headers import read_header
from render_core.intake.limits import (
    MAX_MESH_BYTES,
    MAX_MESH_NAME_CHARACTERS,
    MAX_OBJ_BYTES,
    MIB,
)
from render_core.mesh.gltf import pictures_of, read_glb
from render_core.mesh.gltf_document import GLB_MAGIC
from render_core.mesh.model import Floats, Material, Mesh, Part, checked
from render_core.mesh.obj import read_obj
from render_core.mesh.unwrapping import check_unwrapping

NAME: Final = "product"
_UM_PER_M: Final = 1_000_000
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_OBJ_STARTS: Final = (b"#", b"v ", b"vn ", b"vt ", b"o ", b"g ", b"mtllib ", b"usemtl ", b"s ")


@dataclass(frozen=True, slots=True)
class NormalisedMesh:
    """A mesh as it is kept. glb: the file. size_um: along x, y and z. textured: materials with UVs.

    unfit: by material, the reason for which it cannot show a surface (`mesh.unwrapping`).
    """

    glb: bytes
    sha256: str
    source_format: str
    triangles: int
    vertices: int
    size_um: tuple[int, int, int]
    materials: tuple[str, ...]
    textured: tuple[str, ...]
    unfit: Mapping[str, str]

    def document(self) -> dict[str, Any]:
        """Return the facts, ready for JSON."""
        return {
            "sha256": self.sha256,
            "source_format": self.source_format,
            "triangles": self.triangles,
            "vertices": self.vertices,
            "size_um": list(self.size_um),
            "materials": list(self.materials),
            "textured": list(self.textured),
            "unfit": dict(self.unfit),
        }


def is_mesh(data: bytes) -> bool:
    """Return whether the first bytes are those of a GLB or an OBJ."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return data[:4] == GLB_MAGIC or head.startswith(_OBJ_STARTS)


def normalise_mesh(data: bytes) -> NormalisedMesh:
    """Return the mesh as it is kept; RefusedFile (MESH_…) with what to do about it."""
    if not is_mesh(data):
        raise RefusedFile("MESH_FORMAT", "This is not a GLB or OBJ model. Export it as GLB.")
    source = "glb" if data[:4] == GLB_MAGIC else "obj"
    most = MAX_MESH_BYTES if source == "glb" else MAX_OBJ_BYTES
    if len(data) > most:
        raise RefusedFile(
            "MESH_FILE_TOO_LARGE",
            f"This model has {len(data) / MIB:.1f} MiB; at most {most // MIB} are taken. "
            "Simplify it, or export it as GLB without pictures.",
        )
    if source == "glb":
        _judge_pictures(data)
    mesh = _named(read_glb(data) if source == "glb" else read_obj(data))
    kept = glb(mesh, {}, name=NAME, all_uvs=True)
    low, high = mesh.extent()
    return NormalisedMesh(
        glb=kept,
        sha256=hashlib.sha256(kept).hexdigest(),
        source_format=source,
        triangles=len(mesh.triangles),
        vertices=len(mesh.positions),
        size_um=_whole_um(low, high),
        materials=tuple(mesh.materials[part.material].name for part in mesh.parts),
        textured=tuple(
            mesh.materials[part.material].name
            for part in mesh.parts
            if bool(np.ptp(mesh.uvs[mesh.triangles_of(part).reshape(-1)], axis=0).all())
        ),
        unfit=_unfit(mesh),
    )


def _named(mesh: Mesh) -> Mesh:
    """Return a mesh whose materials a template can name: a number follows a name that is taken."""
    names: dict[str, None] = {}
    for material in mesh.materials:
        whole = name = _CONTROL.sub(" ", material.name)
        number = 1
        while name in names:
            number += 1
            name = f"{whole[: MAX_MESH_NAME_CHARACTERS - 4]} {number}"
        names[name] = None
    materials = zip(mesh.materials, names, strict=True)
    return replace(mesh, materials=tuple(replace(one, name=name) for one, name in materials))


def _unfit(mesh: Mesh) -> dict[str, str]:
    """Return why materials cannot show a surface, those that can left out."""
    found = {}
    for part in mesh.parts:
        material = replace(mesh.materials[part.material], surface=NAME)
        try:
            check_unwrapping(checked(_alone(mesh, part, material)))
        except UnsupportedDesign as error:
            found[material.name] = error.reason
    return found


def _alone(mesh: Mesh, part: Part, material: Material) -> Mesh:
    """Return one part of a mesh: each is looked at in the time of its own triangles."""
    used, flat = np.unique(mesh.triangles_of(part), return_inverse=True)
    return Mesh(
        mesh.positions[used],
        mesh.normals[used],
        mesh.uvs[used],
        flat.reshape(-1, 3).astype(np.int32),
        (Part(0, 0, part.count),),
        (material,),
    )


def _judge_pictures(data: bytes) -> None:
    """Raise RefusedFile for a picture that is none, or too large, though it is not kept."""
    for picture in pictures_of(data):
        read_header(picture)


def _whole_um(low: Floats, high: Floats) -> tuple[int, int, int]:
    x, y, z = (round((float(b) - float(a)) * _UM_PER_M) for a, b in zip(low, high, strict=True))
    return x, y, z
