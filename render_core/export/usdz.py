"""USDZ: the mesh of a product with the design on it, for AR Quick Look on iOS and visionOS.

Source: Usdz File Format Specification 1.3 (https://openusd.org/release/spec_usdz.html) and the
UsdPreviewSurface proposal 2.6. One binary layer, as AR Quick Look wants it, then its pictures; each
entry is stored and begins at a multiple of 64 bytes. No date, no random name: equal meshes and
pictures give equal bytes.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from render_core.design import Library
from render_core.export import crate
from render_core.export.glb import CLEARCOAT_ROUGHNESS, linear, whole_square
from render_core.export.lighter import light_enough
from render_core.export.model_budget import QUICK_LOOK, Budget, ModelReport, gate
from render_core.export.model_texture import Texture, decoded_sizes, model_textures
from render_core.layout import Layout
from render_core.mesh.model import Material, Mesh, Part

ALIGNMENT: Final = 64
LAYER: Final = "model.usdc"
_ROOT: Final = "Model"
_MATERIALS: Final = f"/{_ROOT}/Materials"
_EXTENSIONS: Final = {"image/png": "png", "image/jpeg": "jpg"}
_LOCAL, _CENTRAL, _END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_PADDING_FIELD: Final = 0x1986
_EPOCH: Final = (0, 0x21)  # 1 January 1980, the first day that ZIP knows.


def design_usdz(
    layout: Layout, mesh: Mesh, library: Library, *, budget: Budget = QUICK_LOOK
) -> bytes:
    """Return the mesh with the design on it, within a budget, simplified where it has to be.

    Raises UnsupportedDesign (MODEL_OVER_BUDGET, MODEL_INVALID), MissingInput, RefusedFile.
    """
    return reported_usdz(layout, mesh, library, budget=budget)[0]


def reported_usdz(
    layout: Layout, mesh: Mesh, library: Library, *, budget: Budget = QUICK_LOOK
) -> tuple[bytes, ModelReport]:
    """Return `design_usdz` and what the file has, how far its mesh was changed among it."""
    light = light_enough(mesh, budget, lambda bare: len(usdz(bare, {})))
    bare = len(usdz(light.mesh, {}))
    textures = model_textures(
        layout, light.mesh, library,
        longest_px=budget.max_texture_px, budget_bytes=max(0, budget.max_bytes - bare - 4096),
    )  # fmt: skip
    data = usdz(light.mesh, textures)
    report = ModelReport(
        len(data), len(light.mesh.triangles), decoded_sizes(textures.values()), light.deviation_um
    )
    gate(report, budget)
    return data, report


def usdz(mesh: Mesh, textures: Mapping[str, Texture]) -> bytes:
    """Return a mesh as USDZ. textures: by surface; without one, the base colour is shown."""
    files = {
        surface: f"textures/{number}.{_EXTENSIONS[texture.media_type]}"
        for number, (surface, texture) in enumerate(textures.items())
    }
    entries = [(LAYER, crate.usdc(_stage(mesh, files)))]
    entries += [(files[surface], texture.data) for surface, texture in textures.items()]
    return package(entries)


def _stage(mesh: Mesh, files: Mapping[str, str]) -> crate.Spec:
    stage = crate.layer(
        defaultPrim=crate.token(_ROOT), metersPerUnit=crate.double(1.0), upAxis=crate.token("Y")
    )
    root = stage.prim(_ROOT, "Xform", kind=crate.token("component"))
    names = _identifiers([material.name for material in mesh.materials])
    materials = root.prim("Materials", "Scope")
    for name, material in zip(names, mesh.materials, strict=True):
        _material(materials, name, material, files.get(material.surface, ""))
    parts = _identifiers([f"{names[part.material]}_mesh" for part in mesh.parts])
    for name, part in zip(parts, mesh.parts, strict=True):
        textured = mesh.materials[part.material].surface in files
        _geometry(root, name, mesh, part, f"{_MATERIALS}/{names[part.material]}", textured)
    return stage


def _geometry(
    root: crate.Spec, name: str, mesh: Mesh, part: Part, material: str, textured: bool
) -> None:
    used, flat = np.unique(mesh.triangles_of(part), return_inverse=True)
    points = mesh.positions[used]
    vertex = crate.token("vertex")
    prim = root.prim(name, "Mesh", apiSchemas=crate.prepended_tokens(["MaterialBindingAPI"]))
    extent = np.stack((points.min(axis=0), points.max(axis=0)))
    prim.attribute("extent", "float3[]", crate.array(extent))
    counts = np.full(part.count, 3, np.int32)
    prim.attribute("faceVertexCounts", "int[]", crate.array(counts))
    indices = flat.reshape(-1).astype("<i4")
    prim.attribute("faceVertexIndices", "int[]", crate.array(indices))
    prim.relationship("material:binding", material)
    prim.attribute("normals", "normal3f[]", crate.array(mesh.normals[used]), interpolation=vertex)
    prim.attribute("points", "point3f[]", crate.array(points))
    if textured:
        window = mesh.materials[part.material].uv_window
        st = whole_square(mesh.uvs[used], window)
        st[:, 1] = np.float32(1) - st[:, 1]  # USD counts from the lower left.
        prim.attribute("primvars:st", "texCoord2f[]", crate.array(st), interpolation=vertex)
    prim.attribute("subdivisionScheme", "token", crate.token("none"), variability=crate.UNIFORM)


def _material(materials: crate.Spec, name: str, material: Material, file: str) -> None:
    path = f"{_MATERIALS}/{name}"
    prim = materials.prim(name, "Material")
    prim.attribute(
        "outputs:surface", "token", connectionPaths=crate.paths([f"{path}/Surface.outputs:surface"])
    )
    shader = _shader(prim, "Surface", "UsdPreviewSurface")
    *colour, alpha = material.base_colour
    if file:
        source = crate.paths([f"{path}/Picture.outputs:rgb"])
        shader.attribute("inputs:diffuseColor", "color3f", connectionPaths=source)
    else:
        red, green, blue = (linear(channel) for channel in colour)
        shader.attribute("inputs:diffuseColor", "color3f", crate.vector3(red, green, blue))
    numbers = {
        "clearcoat": material.clearcoat_permille / 1000,
        "clearcoatRoughness": CLEARCOAT_ROUGHNESS,
        "metallic": material.metallic_permille / 1000,
        "opacity": round(alpha / 255, 6),
        "roughness": material.roughness_permille / 1000,
    }
    for key, number in numbers.items():
        shader.attribute(f"inputs:{key}", "float", crate.real(number))
    shader.attribute("outputs:surface", "token")
    if file:
        _picture(prim, path, file)


def _picture(prim: crate.Spec, path: str, file: str) -> None:
    picture = _shader(prim, "Picture", "UsdUVTexture")
    picture.attribute("inputs:file", "asset", crate.asset(file))
    picture.attribute("inputs:sourceColorSpace", "token", crate.token("sRGB"))
    source = crate.paths([f"{path}/Coordinates.outputs:result"])
    picture.attribute("inputs:st", "float2", connectionPaths=source)
    for side in ("wrapS", "wrapT"):
        picture.attribute(f"inputs:{side}", "token", crate.token("clamp"))
    picture.attribute("outputs:rgb", "float3")
    reader = _shader(prim, "Coordinates", "UsdPrimvarReader_float2")
    reader.attribute("inputs:varname", "string", crate.string("st"))
    reader.attribute("outputs:result", "float2")


def _shader(prim: crate.Spec, name: str, identity: str) -> crate.Spec:
    shader = prim.prim(name, "Shader")
    shader.attribute("info:id", "token", crate.token(identity), variability=crate.UNIFORM)
    return shader


def _identifiers(names: Sequence[str]) -> list[str]:
    """Return a name of a prim for each, no two the same: letters, digits and underscores."""
    taken: set[str] = {"Materials"}
    chosen = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
        plain = plain if plain and not plain[0].isdigit() else f"_{plain}"
        number, unique = 1, plain
        while unique in taken:
            number += 1
            unique = f"{plain}_{number}"
        taken.add(unique)
        chosen.append(unique)
    return chosen


def package(entries: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a ZIP of stored entries whose data begin at multiples of 64 bytes, in this order."""
    body, directory = bytearray(), bytearray()
    for name, data in entries:
        encoded, at = name.encode("ascii"), len(body)
        fields = struct.pack(
            "<HHHHHIIIH", 20, 0, 0, *_EPOCH, zlib.crc32(data), len(data), len(data), len(encoded)
        )
        start = at + 30 + len(encoded)
        padding = -(start + 4) % ALIGNMENT
        extra = struct.pack("<HH", _PADDING_FIELD, padding) + bytes(padding)
        body += _LOCAL + fields + struct.pack("<H", len(extra)) + encoded + extra + data
        directory += _CENTRAL + struct.pack("<H", 20) + fields
        directory += struct.pack("<HHHHII", 0, 0, 0, 0, 0, at) + encoded
    count = len(entries)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory) + _END + end
