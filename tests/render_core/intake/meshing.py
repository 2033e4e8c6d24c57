"""Meshes as files: a cube with texture coordinates as GLB and OBJ, and ways to spoil them."""

from __future__ import annotations

import copy
import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

Json = dict[str, Any]

# A cube of 20 mm: corners, and its faces counter-clockwise from outside.
_CORNERS = [(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]
_FACES = [(4, 6, 7, 5), (0, 1, 3, 2), (2, 3, 7, 6), (0, 4, 5, 1), (1, 5, 7, 3), (0, 2, 6, 4)]
_SQUARE = [(0, 1), (1, 1), (1, 0), (0, 0)]


def cube_arrays() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return positions (metres), normals, uvs and triangles, four vertices a face."""
    positions, normals, uvs, triangles = [], [], [], []
    for face in _FACES:
        first = len(positions)
        middle = np.mean([_CORNERS[i] for i in face], axis=0)
        for corner, uv in zip(face, _SQUARE, strict=True):
            positions.append(np.array(_CORNERS[corner]) * 0.01)
            normals.append(middle)
            uvs.append(uv)
        triangles += [(first, first + 1, first + 2), (first, first + 2, first + 3)]
    return (
        np.array(positions, "<f4"),
        np.array(normals, "<f4"),
        np.array(uvs, "<f4"),
        np.array(triangles, "<u2"),
    )


def cube(**replaced: np.ndarray | None) -> tuple[Json, bytes]:
    """Return the document and the buffer of a cube; attributes by name, None leaves one out."""
    positions, normals, uvs, triangles = cube_arrays()
    arrays: dict[str, np.ndarray | None] = {
        "POSITION": positions, "NORMAL": normals, "TEXCOORD_0": uvs, "indices": triangles,
    }  # fmt: skip
    arrays.update(replaced)
    document: Json = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {}, "material": 0}]}],
        "materials": [{"name": "paint", "pbrMetallicRoughness": {"roughnessFactor": 0.5}}],
        "accessors": [],
        "bufferViews": [],
    }
    binary = b""
    for name, values in arrays.items():
        if values is None:
            continue
        add_accessor(document, name, values, len(binary))
        data = values.tobytes()
        binary += data + bytes(-len(data) % 4)
    document["buffers"] = [{"byteLength": len(binary)}]
    return document, binary


def add_accessor(document: Json, name: str, values: np.ndarray, at: int) -> None:
    kinds = {"f4": 5126, "u2": 5123, "u4": 5125, "u1": 5121, "i2": 5122}
    primitive = document["meshes"][0]["primitives"][0]
    number = len(document["accessors"])
    if name == "indices":
        primitive["indices"] = number
        values = values.reshape(-1, 1)
    else:
        primitive["attributes"][name] = number
    width = values.shape[1]
    document["bufferViews"].append({"buffer": 0, "byteOffset": at, "byteLength": values.nbytes})
    document["accessors"].append(
        {
            "bufferView": number,
            "componentType": kinds[values.dtype.str[1:]],
            "count": len(values),
            "type": "SCALAR" if width == 1 else f"VEC{width}",
        }
    )


def glb_of(document: Any, binary: bytes) -> bytes:
    """Return a GLB of any JSON at all."""
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text
    chunks += struct.pack("<II", len(binary), 0x004E4942) + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def cube_glb(
    change: Callable[[Json], object] | None = None, **replaced: np.ndarray | None
) -> bytes:
    """Return the cube as GLB, after a change of its document."""
    document, binary = cube(**replaced)
    document = copy.deepcopy(document)
    if change is not None:
        change(document)
    return glb_of(document, binary)


def cube_obj(scale_mm: float = 10.0) -> str:
    """Return the cube as OBJ with its materials, in faces of four corners."""
    lines = ["# a cube", "mtllib cube.mtl", "o cube"]
    lines += [f"v {x * scale_mm} {y * scale_mm} {z * scale_mm}" for x, y, z in _CORNERS]
    lines += [f"vt {u} {1 - v}" for u, v in _SQUARE]
    lines += ["usemtl paint"]
    for face in _FACES:
        lines.append("f " + " ".join(f"{c + 1}/{k + 1}" for k, c in enumerate(face)))
    return "\n".join(lines) + "\n"


def png_header(width: int, height: int) -> bytes:
    """Return the head of a PNG that claims a size."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + bytes(4) + bytes(64)
