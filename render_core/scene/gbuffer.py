"""What a camera sees of a product before any design is known: computed once, kept as an asset.

The bytes: `LNGB`, a version and the length of a header in JSON (RFC 8785: sizes, ripmaps and the
arrays' names, types, shapes and places), then the arrays as they lie in memory, little-endian, each
from a multiple of 64 bytes on. Nothing is compressed: a file can be mapped, and no compressor's next
release changes a byte.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from render_core.byte_bounded import ByteBounded
from render_core.errors import RefusedFile
from render_core.scene.camera import MAX_SIDE_PX, Camera, camera_from
from render_core.scene.ripmap import Ripmap

_MAGIC: Final = b"LNGB"
VERSION: Final = 1
_ALIGN: Final = 64
# Room for a turn of 36 pictures at 512.
MAX_CACHE_BYTES: Final = 384 * 1024 * 1024
# Arrays by field, with their types; shapes are (h, w, 4) for the first two, else (n,) or (n, 2) or (n, 3).
_TYPES: Final[dict[str, np.dtype[Any]]] = {
    "bare": np.dtype("<f2"),
    "shown": np.dtype("u1"),
    "pixel": np.dtype("<u4"),
    "surface": np.dtype("u1"),
    "share": np.dtype("<f4"),
    "place": np.dtype("<f4"),
    "fallen": np.dtype("<f2"),
    "change": np.dtype("<f2"),
    "normal": np.dtype("i1"),
    "tangent": np.dtype("i1"),
    "open": np.dtype("u1"),
}
_PICTURES: Final = frozenset({"bare", "shown"})
_COLUMNS: Final = {"place": 2, "fallen": 3, "change": 3, "normal": 3, "tangent": 3}


@dataclass(frozen=True, slots=True)
class Texture:
    """A surface of the layout and the ripmap that it is looked up in."""

    surface: str
    ripmap: Ripmap


@dataclass(frozen=True, slots=True, eq=False)
class GBuffer:
    """The picture without a design, and what each printable fragment of it needs.

    bare: (h, w, 4) premultiplied linear light and coverage.
    shown: (h, w, 4) the same as sRGB with straight alpha.
    Fragments, in the order of pixels: pixel: row · width + column. surface: index of `textures`.
    share: of the pixel, 0 to 1. place: (n, 2) in the atlas of its texture. fallen: (n, 3), what white
    print would send. change: (n, 3), what opaque black print adds to the bare product.
    normal, tangent: (n, 3) in 1/127, world axes. open: light that arrives, in 1/255.
    """

    width_px: int
    height_px: int
    camera: Camera
    textures: tuple[Texture, ...]
    bare: NDArray[np.float16]
    shown: NDArray[np.uint8]
    pixel: NDArray[np.uint32]
    surface: NDArray[np.uint8]
    share: NDArray[np.float32]
    place: NDArray[np.float32]
    fallen: NDArray[np.float16]
    change: NDArray[np.float16]
    normal: NDArray[np.int8]
    tangent: NDArray[np.int8]
    open: NDArray[np.uint8]

    @property
    def size_bytes(self) -> int:
        """The bytes of all arrays."""
        return sum(getattr(self, name).nbytes for name in _TYPES)


def to_bytes(buffer: GBuffer) -> bytes:
    """Return the asset."""
    arrays, blobs, at = [], [], 0
    for name, dtype in _TYPES.items():
        array = np.ascontiguousarray(getattr(buffer, name), dtype)
        arrays.append([name, list(array.shape), at])
        blob = array.tobytes()
        blob += bytes(-len(blob) % _ALIGN)
        blobs.append(blob)
        at += len(blob)
    header = {
        "size_px": [buffer.width_px, buffer.height_px],
        "camera": buffer.camera.document(),
        "textures": [_texture_document(texture) for texture in buffer.textures],
        "arrays": arrays,
    }
    text = orjson.dumps(header, option=orjson.OPT_SORT_KEYS)
    text += b" " * (-(len(text) + 12) % _ALIGN)
    return _MAGIC + struct.pack("<II", VERSION, len(text)) + text + b"".join(blobs)


def from_bytes(data: bytes) -> GBuffer:
    """Return the G-buffer whose arrays lie in the bytes, uncopied; raises RefusedFile (GBUFFER_BROKEN)."""
    try:
        header, start = _header(data)
        width, height = (int(side) for side in header["size_px"])
        textures = tuple(_texture(document) for document in header["textures"])
        arrays = {
            name: _array(data, start + at, name, tuple(shape))
            for name, shape, at in header["arrays"]
        }
        buffer = GBuffer(width, height, camera_from(header["camera"]), textures, **arrays)
    except (ValueError, TypeError, KeyError, IndexError, struct.error) as error:
        raise _broken() from error
    _check(buffer)
    return buffer


def _header(data: bytes) -> tuple[dict[str, Any], int]:
    version, length = struct.unpack_from("<II", data, 4)
    if data[:4] != _MAGIC or version != VERSION:
        raise ValueError("not a G-buffer of this version")
    return orjson.loads(data[12 : 12 + length]), 12 + length


def _array(data: bytes, at: int, name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    if any(type(side) is not int or side < 0 for side in shape):
        raise ValueError("a shape is of whole numbers")
    array: NDArray[Any] = np.frombuffer(data, _TYPES[name], math.prod(shape), at)
    return array.reshape(shape)


def _check(buffer: GBuffer) -> None:
    count = len(buffer.pixel)
    right = (
        0 < buffer.width_px <= MAX_SIDE_PX
        and 0 < buffer.height_px <= MAX_SIDE_PX
        and buffer.bare.shape == buffer.shown.shape == (buffer.height_px, buffer.width_px, 4)
    )
    for name in _TYPES:
        columns = _COLUMNS.get(name)
        wanted = (count, columns) if columns else (count,)
        right = right and (name in _PICTURES or getattr(buffer, name).shape == wanted)
    if not right or (count and int(buffer.pixel.max()) >= buffer.width_px * buffer.height_px):
        raise _broken()
    for index, texture in enumerate(buffer.textures):
        place = buffer.place[buffer.surface == index]
        size = texture.ripmap.atlas_size()
        if len(place) and not ((place >= 0) & (place <= np.array(size) - 1)).all():
            raise _broken()


def _texture_document(texture: Texture) -> dict[str, Any]:
    ripmap = texture.ripmap
    return {
        "surface": texture.surface,
        "size": [ripmap.width, ripmap.height],
        "levels": [list(level) for level in ripmap.levels],
        "closes": list(ripmap.closes),
    }


def _texture(document: dict[str, Any]) -> Texture:
    width, height = document["size"]
    levels = tuple((int(across), int(down)) for across, down in document["levels"])
    across, down = document["closes"]
    return Texture(
        str(document["surface"]), Ripmap(int(width), int(height), levels, (across, down))
    )


def _broken() -> RefusedFile:
    return RefusedFile(
        "GBUFFER_BROKEN", "This is not a G-buffer of this renderer. Prepare it anew."
    )


class GBuffers:
    """Read G-buffers by the SHA-256 of their bytes, within a bound; threads may share it."""

    def __init__(self, limit_bytes: int = MAX_CACHE_BYTES) -> None:
        self._kept: ByteBounded[GBuffer] = ByteBounded(limit_bytes)

    def get(self, sha256: str, data: bytes) -> GBuffer:
        """Return the G-buffer of an asset; whether its bytes are those of the hash, its store knows.

        Raises RefusedFile (GBUFFER_BROKEN).
        """
        return self.made(sha256, lambda: from_bytes(data))

    def made(self, key: str, make: Callable[[], GBuffer]) -> GBuffer:
        """Return the G-buffer of a key, made where it is not kept."""
        found = self._kept.get(key)
        if found is None:
            found = make()
            self._kept.put(key, found, found.size_bytes)
        return found


GBUFFERS: Final = GBuffers()
