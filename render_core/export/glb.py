"""GLB: the mesh of a product with the design on it, for the web and for AR on Android.

Source: glTF 2.0, https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html (4.4 for the container,
3.9 for materials), KHR_materials_clearcoat, KHR_materials_variants and
EXT_texture_webp. The JSON chunk is canonical (RFC 8785), buffer views
follow each other at multiples of four bytes, nothing names a date or a machine: equal meshes and
pictures give equal bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import rfc8785
from numpy.typing import NDArray

from render_core.design import Library
from render_core.export.lighter import light_enough
from render_core.export.model_budget import MOBILE, Budget, ModelReport, gate
from render_core.export.model_texture import Texture, decoded_sizes, looks_textures
from render_core.layout import Layout
from render_core.mesh.model import Floats, Indices, Material, Mesh, Part, UvWindow
from render_core.version import RENDERER_VERSION

MAGIC: Final = 0x46546C67
VERSION: Final = 2
JSON_CHUNK: Final = 0x4E4F534A
BIN_CHUNK: Final = 0x004E4942

_ARRAY_BUFFER, _ELEMENT_ARRAY_BUFFER = 34962, 34963
_UNSIGNED_SHORT, _UNSIGNED_INT, _FLOAT = 5123, 5125, 5126
_LINEAR, _LINEAR_MIPMAP_LINEAR, _CLAMP_TO_EDGE = 9729, 9987, 33071
_CLEARCOAT: Final = "KHR_materials_clearcoat"
_WEBP: Final = "EXT_texture_webp"
_VARIANTS: Final = "KHR_materials_variants"
CLEARCOAT_ROUGHNESS: Final = 0.04
# 65,535 would be the number that restarts a primitive.
_MAX_SHORT_VERTICES: Final = 65_535


@dataclass(frozen=True, slots=True)
class Variant:
    """Another look of a mesh that a viewer may choose. materials: in place of those of the mesh."""

    name: str
    materials: tuple[Material, ...]
    textures: Mapping[str, Texture] = field(default_factory=dict)


def design_glb(
    layout: Layout, mesh: Mesh, library: Library, *, name: str, budget: Budget = MOBILE,
    variants: Sequence[Variant] = (),
) -> bytes:  # fmt: skip
    """Return the mesh with the design on it, within a budget, simplified where it has to be.

    variants: without textures, which are made here. Raises UnsupportedDesign (MODEL_OVER_BUDGET,
    MODEL_INVALID), MissingInput, RefusedFile.
    """
    return reported_glb(layout, mesh, library, name=name, budget=budget, variants=variants)[0]


def reported_glb(
    layout: Layout, mesh: Mesh, library: Library, *, name: str, budget: Budget = MOBILE,
    variants: Sequence[Variant] = (),
) -> tuple[bytes, ModelReport]:  # fmt: skip
    """Return `design_glb` and what the file has, how far its mesh was changed among it."""
    light = light_enough(mesh, budget, lambda bare: len(glb(bare, {}, name=name)))
    bare = len(glb(light.mesh, {}, name=name, variants=variants))
    looks = [light.mesh.materials, *(variant.materials for variant in variants)]
    textures, *others = looks_textures(
        layout, looks, library,
        longest_px=budget.max_texture_px, budget_bytes=max(0, budget.max_bytes - bare - 4096),
        webp=True,
    )  # fmt: skip
    dressed = [
        replace(variant, textures=own) for variant, own in zip(variants, others, strict=True)
    ]
    data = glb(light.mesh, textures, name=name, variants=dressed)
    pictures = {id(texture): texture for own in (textures, *others) for texture in own.values()}
    report = ModelReport(
        len(data),
        len(light.mesh.triangles),
        decoded_sizes(pictures.values()),
        light.deviation_um,
    )
    gate(report, budget)
    return data, report


def glb(
    mesh: Mesh, textures: Mapping[str, Texture], *, name: str, all_uvs: bool = False,
    variants: Sequence[Variant] = (),
) -> bytes:  # fmt: skip
    """Return a mesh as GLB.

    textures: by surface; a material whose surface has none shows its base colour. name: of the node.
    all_uvs: keep texture coordinates also of parts without a picture, as a stored mesh does.
    """
    file = _File()
    materials = [file.material(material, textures) for material in mesh.materials]
    primitives = [
        file.primitive(mesh, part, textures=textures, all_uvs=all_uvs) for part in mesh.parts
    ]
    for part, primitive in zip(mesh.parts, primitives, strict=True):
        if variants:
            mappings = _mappings(file, materials, variants, part.material)
            primitive["extensions"] = {_VARIANTS: {"mappings": mappings}}
    document: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": f"Luneo {RENDERER_VERSION}"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": name}],
        "meshes": [{"name": name, "primitives": primitives}],
        "materials": materials,
        "accessors": file.accessors,
        "bufferViews": file.views,
        "buffers": [{"byteLength": len(file.binary)}],
    }
    if file.images:
        document["images"] = file.images
        document["textures"] = file.textures
        document["samplers"] = [
            {
                "magFilter": _LINEAR, "minFilter": _LINEAR_MIPMAP_LINEAR,
                "wrapS": _CLAMP_TO_EDGE, "wrapT": _CLAMP_TO_EDGE,
            }
        ]  # fmt: skip
    used = []
    if any("extensions" in texture for texture in file.textures):
        used.append(_WEBP)
    if any(_CLEARCOAT in material.get("extensions", {}) for material in materials):
        used.append(_CLEARCOAT)
    if variants:
        used.append(_VARIANTS)
        names = [{"name": variant.name} for variant in variants]
        document["extensions"] = {_VARIANTS: {"variants": names}}
    if used:
        document["extensionsUsed"] = used
    return container(document, bytes(file.binary))


def _mappings(
    file: _File, materials: list[dict[str, Any]], variants: Sequence[Variant], index: int
) -> list[dict[str, Any]]:
    """Return which material stands for one of the mesh's in which variants; new ones are added."""
    found: dict[int, list[int]] = {}
    for number, variant in enumerate(variants):
        described = file.material(variant.materials[index], variant.textures)
        if described not in materials:
            materials.append(described)
        found.setdefault(materials.index(described), []).append(number)
    return [{"material": material, "variants": of} for material, of in found.items()]


def container(document: Mapping[str, Any], binary: bytes) -> bytes:
    """Return the two chunks of a GLB; the JSON is padded with spaces, the buffer with zeros."""
    text = rfc8785.dumps(dict(document))
    text += b" " * (-len(text) % 4)
    binary += bytes(-len(binary) % 4)
    total = 12 + 8 + len(text) + 8 + len(binary)
    return b"".join(
        (
            struct.pack("<III", MAGIC, VERSION, total),
            struct.pack("<II", len(text), JSON_CHUNK),
            text,
            struct.pack("<II", len(binary), BIN_CHUNK),
            binary,
        )
    )


class _File:
    """Collects what the document refers to by number."""

    def __init__(self) -> None:
        self.binary = bytearray()
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []
        self.images: list[dict[str, Any]] = []
        self.textures: list[dict[str, Any]] = []
        self._texture_of: dict[tuple[str, bytes], int] = {}

    def material(self, material: Material, textures: Mapping[str, Texture]) -> dict[str, Any]:
        *colour, alpha = material.base_colour
        surface: dict[str, Any] = {
            "metallicFactor": material.metallic_permille / 1000,
            "roughnessFactor": material.roughness_permille / 1000,
        }
        if material.surface in textures:
            index = self._texture(material.surface, textures[material.surface])
            surface["baseColorTexture"] = {"index": index}
            factor = [1.0, 1.0, 1.0]
        else:
            factor = [linear(channel) for channel in colour]
        surface["baseColorFactor"] = [*factor, round(alpha / 255, 6)]
        described: dict[str, Any] = {"name": material.name, "pbrMetallicRoughness": surface}
        if alpha < 255:
            described["alphaMode"] = "BLEND"
        if material.clearcoat_permille:
            described["extensions"] = {
                _CLEARCOAT: {
                    "clearcoatFactor": material.clearcoat_permille / 1000,
                    "clearcoatRoughnessFactor": CLEARCOAT_ROUGHNESS,
                }
            }
        return described

    def primitive(
        self, mesh: Mesh, part: Part, *, textures: Mapping[str, Texture], all_uvs: bool
    ) -> dict[str, Any]:
        material = mesh.materials[part.material]
        used, flat = np.unique(mesh.triangles_of(part), return_inverse=True)
        attributes = {
            "POSITION": self._floats(mesh.positions[used], "VEC3", bounds=True),
            "NORMAL": self._floats(mesh.normals[used], "VEC3"),
        }
        if all_uvs:
            attributes["TEXCOORD_0"] = self._floats(mesh.uvs[used], "VEC2")
        elif material.surface in textures:
            filled = whole_square(mesh.uvs[used], material.uv_window)
            attributes["TEXCOORD_0"] = self._floats(filled, "VEC2")
        indices = self._indices(flat.reshape(-1).astype(np.int32), used.size)
        return {"attributes": attributes, "indices": indices, "material": part.material}

    def _texture(self, surface: str, texture: Texture) -> int:
        key = (surface, texture.data)
        if key not in self._texture_of:
            self._texture_of[key] = len(self.textures)
            image = self._image(surface, texture)
            described: dict[str, Any] = {"sampler": 0, "source": image}
            if texture.fallback:
                described["source"] = self._image(surface, texture.fallback)
                described["extensions"] = {_WEBP: {"source": image}}
            self.textures.append(described)
        return self._texture_of[key]

    def _image(self, surface: str, texture: Texture) -> int:
        view = self._view(texture.data)
        self.images.append({"bufferView": view, "mimeType": texture.media_type, "name": surface})
        return len(self.images) - 1

    def _floats(self, values: Floats, kind: str, *, bounds: bool = False) -> int:
        accessor: dict[str, Any] = {
            "bufferView": self._view(values.astype("<f4").tobytes(), _ARRAY_BUFFER),
            "componentType": _FLOAT,
            "count": len(values),
            "type": kind,
        }
        if bounds:
            accessor["min"] = [float(value) for value in values.min(axis=0)]
            accessor["max"] = [float(value) for value in values.max(axis=0)]
        self.accessors.append(accessor)
        return len(self.accessors) - 1

    def _indices(self, indices: Indices, vertices: int) -> int:
        short = vertices <= _MAX_SHORT_VERTICES
        data: NDArray[Any] = indices.astype("<u2" if short else "<u4")
        self.accessors.append(
            {
                "bufferView": self._view(data.tobytes(), _ELEMENT_ARRAY_BUFFER),
                "componentType": _UNSIGNED_SHORT if short else _UNSIGNED_INT,
                "count": len(indices),
                "type": "SCALAR",
            }
        )
        return len(self.accessors) - 1

    def _view(self, data: bytes, target: int = 0) -> int:
        view = {"buffer": 0, "byteOffset": len(self.binary), "byteLength": len(data)}
        if target:
            view["target"] = target
        self.views.append(view)
        self.binary += data + bytes(-len(data) % 4)
        return len(self.views) - 1


def whole_square(uvs: Floats, window: UvWindow) -> Floats:
    """Return texture coordinates of a window stretched to the whole square, (n, 2) float32."""
    u0, v0, u1, v1 = window
    wide = uvs.astype(np.float64)
    u, v = (wide[:, 0] - u0) / (u1 - u0), (wide[:, 1] - v0) / (v1 - v0)
    return np.clip(np.stack((u, v), axis=1), 0.0, 1.0).astype(np.float32)


def linear(channel: int) -> float:
    """Return an sRGB value, 0–255, as linear light, 0–1, rounded to a millionth.

    Rounded far above the last bit of the power, so that it is the same on every system.
    Source: IEC 61966-2-1.
    """
    value = channel / 255
    light: float = value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
    return round(light, 6)
