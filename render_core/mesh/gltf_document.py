"""The two chunks of a GLB as a document whose numbers are all checked where they are read.

Source: glTF 2.0, 3.6 (buffers, views, accessors) and 4.4 (GLB).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from render_core.errors import RefusedFile
from render_core.intake.limits import MAX_MESH_DOCUMENT_BYTES, MAX_MESH_OBJECTS, MAX_MESH_VERTICES

GLB_MAGIC: Final = b"glTF"
_JSON, _BIN = 0x4E4F534A, 0x004E4942
_KINDS: Final = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
# Three indices a triangle, and no accessor holds more than the triangles allowed need.
_MAX_COUNT: Final = 3 * MAX_MESH_VERTICES

Object = Mapping[str, Any]


def broken(why: str) -> RefusedFile:
    """Return the refusal of a file that contradicts its format. why: the end of a sentence."""
    return RefusedFile("MESH_BROKEN", f"This model is damaged: {why}. Export it again.")


def unsupported(what: str, instead: str) -> RefusedFile:
    """Return the refusal of what the format knows and this reader does not."""
    return RefusedFile("MESH_UNSUPPORTED", f"This model has {what}. {instead}")


class Document:
    """A glTF document with its buffer."""

    def __init__(self, data: bytes) -> None:
        text, self._binary = _chunks(data)
        if len(text) > MAX_MESH_DOCUMENT_BYTES:
            raise RefusedFile(
                "MESH_TOO_COMPLEX", "The model's description has more than 4 MiB. Simplify it."
            )
        try:
            root = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise broken("its description is not JSON") from error
        if not isinstance(root, dict):
            raise broken("its description is not an object")
        self.root: Object = root
        self._read: dict[int, NDArray[Any]] = {}

    def objects(self, name: str) -> list[Object]:
        """Return a list of objects at the top, empty where it is missing."""
        return objects(self.root, name)

    def object(self, name: str, index: int) -> Object:
        """Return one of them by its number."""
        found = self.objects(name)
        if not 0 <= index < len(found):
            raise broken(f"it refers to number {index} of its {name}, which does not exist")
        return found[index]

    def view(self, index: int) -> tuple[bytes, int]:
        """Return the bytes of a buffer view and its stride, 0 where it has none."""
        view = self.object("bufferViews", index)
        if integer(view, "buffer", -1) != 0:
            raise broken("a view lies in another buffer")
        self._check_buffer()
        start, length = integer(view, "byteOffset", 0), integer(view, "byteLength", -1)
        if start < 0 or length < 1 or start + length > len(self._binary):
            raise broken("a view lies beyond the end of the file")
        return self._binary[start : start + length], integer(view, "byteStride", 0)

    def accessor(self, index: int, width: int) -> NDArray[Any]:
        """Return the numbers of an accessor, (count, width), as they are stored.

        Read once, however often it is referred to.
        """
        if index not in self._read:
            self._read[index] = self._accessor(self.object("accessors", index))
        found = self._read[index]
        if found.shape[1] != width:
            raise broken("an accessor has another number of components than its use needs")
        return found

    def _accessor(self, accessor: Object) -> NDArray[Any]:
        if "sparse" in accessor or "bufferView" not in accessor:
            raise unsupported("sparse accessors", "Export it without them.")
        kind = _KINDS.get(integer(accessor, "componentType", -1))
        shape = accessor.get("type")
        width = _WIDTHS.get(shape, 0) if isinstance(shape, str) else 0
        count, start = integer(accessor, "count", -1), integer(accessor, "byteOffset", 0)
        if kind is None or not width:
            raise broken("an accessor has no known type")
        if count < 1:
            raise broken("an accessor is empty")
        if count > _MAX_COUNT:
            raise RefusedFile(
                "MESH_TOO_COMPLEX",
                f"An accessor counts {count:,} elements; at most {_MAX_COUNT:,} are read.",
            )
        data, stride = self.view(integer(accessor, "bufferView", -1))
        size = np.dtype(kind).itemsize * width
        stride = stride or size
        if (
            start < 0
            or not size <= stride <= 252
            or start + (count - 1) * stride + size > len(data)
        ):
            raise broken("an accessor reaches beyond its view")
        if stride == size:
            return np.frombuffer(data, kind, count * width, start).reshape(count, width)
        rows = np.lib.stride_tricks.as_strided(
            np.frombuffer(data, np.uint8)[start:], (count, size), (stride, 1), writeable=False
        )
        return np.ascontiguousarray(rows).view(kind).reshape(count, width)

    def _check_buffer(self) -> None:
        buffers = self.objects("buffers")
        if len(buffers) != 1 or "uri" in buffers[0]:
            raise RefusedFile(
                "MESH_EXTERNAL_REFERENCE",
                "The model keeps its data in other files. Export it as one GLB file.",
            )


def objects(value: Object, name: str) -> list[Object]:
    """Return a list of objects, empty where it is missing."""
    found = value.get(name, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise broken(f"its {name} are no list of objects")
    if len(found) > MAX_MESH_OBJECTS:
        raise RefusedFile(
            "MESH_TOO_COMPLEX", f"It has {len(found):,} {name}; {MAX_MESH_OBJECTS:,} is the most."
        )
    return found


def child(value: Object, name: str) -> Object:
    """Return an object inside, empty where it is missing."""
    found = value.get(name, {})
    if not isinstance(found, dict):
        raise broken(f"{name} is not an object")
    return found


def integer(value: Object, name: str, default: int) -> int:
    """Return a whole number."""
    found = value.get(name, default)
    if not isinstance(found, int) or isinstance(found, bool) or abs(found) > 2**53:
        raise broken(f"{name} is not a whole number")
    return found


def numbers(value: Object, name: str, default: tuple[float, ...]) -> tuple[float, ...]:
    """Return finite numbers, as many as the default has."""
    found = value.get(name, list(default))
    if not isinstance(found, list) or len(found) != len(default):
        raise broken(f"{name} does not have {len(default)} numbers")
    return tuple(_number(item, name) for item in found)


def number(value: Object, name: str, default: float) -> float:
    """Return a finite number."""
    return _number(value.get(name, default), name)


def _number(found: object, name: str) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) <= 1e30:
        raise broken(f"{name} is not a number")
    return float(found)


def _chunks(data: bytes) -> tuple[bytes, bytes]:
    if len(data) < 20 or data[:4] != GLB_MAGIC:
        raise broken("it is too short")
    version, total = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise unsupported(f"version {version} of glTF", "Export it as glTF 2.0.")
    if total > len(data):
        raise broken("it ends early")
    found: dict[int, bytes] = {}
    at = 12
    while at + 8 <= total:
        length, kind = struct.unpack_from("<II", data, at)
        if at + 8 + length > total:
            raise broken("a chunk reaches beyond its end")
        found.setdefault(kind, data[at + 8 : at + 8 + length])
        at += 8 + length + (-length % 4)
        if len(found) > 16:
            raise broken("it has too many chunks")
    if _JSON not in found:
        raise broken("its description is missing")
    return found[_JSON], found.get(_BIN, b"")
