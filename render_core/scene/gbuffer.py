"""What a camera sees of a product before any design is known: computed once, kept as an asset.

The bytes: `LNGB`, a version and the length of a header in JSON (sizes, textures and the arrays' names,
shapes and places), then the arrays as they lie in memory, little-endian, each from a multiple of 64
bytes on. Nothing is compressed: a file can be mapped, and no compressor's next release changes a byte.
"""

from __future__ import annotations

import hashlib
import math
import mmap
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from render_core.byte_bounded import ByteBounded
from render_core.errors import RefusedFile
from render_core.mesh.model import Material
from render_core.scene import blocks
from render_core.scene.camera import MAX_SIDE_PX, Camera, camera_from
from render_core.scene.mipmap import MAX_SIDE, SIDE_STEP, Mipmap

_MAGIC: Final = b"LNGB"
# Of the bytes and of what `prepare` computes: other ones are another G-buffer.
VERSION: Final = 4
_ALIGN: Final = 64
# Room for a turn of 36 pictures at 512, twice.
MAX_CACHE_BYTES: Final = 384 * 1024 * 1024
# Light in whole numbers.
LIGHT_STEPS: Final = 16_384
Bytes = bytes | bytearray | memoryview | mmap.mmap
# Arrays by field, with their types.
_TYPES: Final[dict[str, np.dtype[Any]]] = {
    "shown": np.dtype("u1"),
    "pixel": np.dtype("<u4"),
    "fallen": np.dtype("<u2"),
    "bare": np.dtype("<u2"),
    "gloss": np.dtype("<u2"),
    "normal": np.dtype("i1"),
    "tangent": np.dtype("i1"),
    "open": np.dtype("u1"),
    "slot": np.dtype("<u4"),
    "share": np.dtype("<f4"),
    "edge_pixel": np.dtype("<u4"),
    "edge_light": np.dtype("<f4"),
    "places": np.dtype("u1"),
    "corner": np.dtype("<u4"),
    "fraction": np.dtype("u1"),
    "blocks": np.dtype("<i4"),
    "patches": np.dtype("<i4"),
    "texels": np.dtype("<i4"),
}


class Background(StrEnum):
    """What is around a product: nothing, or a studio's pale sweep."""

    TRANSPARENT = "transparent"
    STUDIO = "studio"


@dataclass(frozen=True, slots=True)
class Texture:
    """A surface of the layout, the scales it is looked up in, and its rows [start, stop) of three tables.

    blocks, patches, texels: of the arrays of these names.
    """

    surface: str
    mipmap: Mipmap
    blocks: tuple[int, int]
    patches: tuple[int, int]
    texels: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class GBuffer:
    """The picture without a design, and what each printable fragment of it needs.

    shown: (h, w, 4) sRGB with straight alpha.
    n fragments, those that are a whole pixel first. pixel: row · width + column. Light in
    1/LIGHT_STEPS, (3, n) each: fallen, what white print would send; bare, what the product sends
    without print; gloss, what opaque black print sends. normal, tangent: (n, 3) in 1/127, world axes.
    open: light that arrives, in 1/255.
    m fragments that share their pixel, the last of the n. slot: (m,) which row of the edges; share: (m,)
    of the pixel, 0 to 1. edge_pixel: (e,); edge_light: (e, 4), premultiplied linear light and coverage.
    places: (n,), how many each looks up, t together. corner, fraction: as `taps.spread`. blocks: as `blocks.blocks`. patches: see
    `mipmap.levels`. texels: (k, 4), left, top, right, bottom of what patches are made from.
    """

    width_px: int
    height_px: int
    camera: Camera
    textures: tuple[Texture, ...]
    shown: NDArray[np.uint8]
    pixel: NDArray[np.uint32]
    fallen: NDArray[np.uint16]
    bare: NDArray[np.uint16]
    gloss: NDArray[np.uint16]
    normal: NDArray[np.int8]
    tangent: NDArray[np.int8]
    open: NDArray[np.uint8]
    slot: NDArray[np.uint32]
    share: NDArray[np.float32]
    edge_pixel: NDArray[np.uint32]
    edge_light: NDArray[np.float32]
    places: NDArray[np.uint8]
    corner: NDArray[np.uint32]
    fraction: NDArray[np.uint8]
    blocks: NDArray[np.int32]
    patches: NDArray[np.int32]
    texels: NDArray[np.int32]

    @property
    def size_bytes(self) -> int:
        """The bytes of all arrays."""
        return sum(getattr(self, name).nbytes for name in _TYPES)

    @property
    def whole(self) -> int:
        """How many fragments are a pixel each."""
        return len(self.pixel) - len(self.slot)


def key(
    mesh_sha256: str, materials: tuple[Material, ...], camera: Camera,
    background: Background = Background.TRANSPARENT,
) -> str:  # fmt: skip
    """Return the name of a G-buffer, 64 hexadecimal digits: the hash of all that `prepare` is given.

    mesh_sha256: of the mesh's bytes; materials: with their surfaces and looks.
    """
    content = ["g-buffer", VERSION, mesh_sha256, materials, camera.document(), background]
    return hashlib.sha256(orjson.dumps(content)).hexdigest()


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


def from_bytes(data: Bytes) -> GBuffer:
    """Return the G-buffer whose arrays lie in the bytes or the mapped file, uncopied.

    Raises RefusedFile (GBUFFER_BROKEN).
    """
    try:
        header, start = _header(data)
        width, height = (int(side) for side in header["size_px"])
        arrays = {
            name: _array(data, start + at, name, tuple(shape))
            for name, shape, at in header["arrays"]
        }
        textures = tuple(_texture(document) for document in header["textures"])
        camera = camera_from(header["camera"])
        buffer = GBuffer(width, height, camera, textures, **arrays)
        right = _right(buffer)
    except (ValueError, TypeError, KeyError, IndexError, struct.error) as error:
        raise _broken() from error
    if not right:
        raise _broken()
    return buffer


def _header(data: Bytes) -> tuple[dict[str, Any], int]:
    version, length = struct.unpack_from("<II", data, 4)
    if bytes(data[:4]) != _MAGIC or version != VERSION:
        raise ValueError("not a G-buffer of this version")
    return orjson.loads(bytes(data[12 : 12 + length])), 12 + length


def _array(data: Bytes, at: int, name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    if any(type(side) is not int or side < 0 for side in shape):
        raise ValueError("a shape is of whole numbers")
    array: NDArray[Any] = np.frombuffer(data, _TYPES[name], math.prod(shape), at)
    return array.reshape(shape)


def _right(buffer: GBuffer) -> bool:
    """Return whether nothing in it points beside what it points into."""
    n, m, edges = len(buffer.pixel), len(buffer.slot), len(buffer.edge_pixel)
    taps, pixels = len(buffer.corner), buffer.width_px * buffer.height_px
    shapes = {
        "shown": (buffer.height_px, buffer.width_px, 4), "pixel": (n,), "fallen": (3, n),
        "bare": (3, n), "gloss": (3, n), "normal": (n, 3), "tangent": (n, 3), "open": (n,),
        "slot": (m,), "share": (m,), "edge_pixel": (edges,), "edge_light": (edges, 4),
        "places": (n,), "corner": (taps,), "fraction": (2, taps),
        "blocks": (len(buffer.blocks), blocks.COLUMNS), "patches": (len(buffer.patches), 5),
        "texels": (len(buffer.texels), 4),
    }  # fmt: skip
    return (
        0 < buffer.width_px <= MAX_SIDE_PX
        and 0 < buffer.height_px <= MAX_SIDE_PX
        and m <= n
        and all(getattr(buffer, name).shape == shape for name, shape in shapes.items())
        and _below(buffer.pixel, pixels)
        and _below(buffer.edge_pixel, pixels)
        and _below(buffer.slot, edges)
        and all(_texture_right(buffer, texture) for texture in buffer.textures)
    )


def _below(values: NDArray[Any], limit: int) -> bool:
    return not len(values) or int(values.max()) < limit


def _texture_right(buffer: GBuffer, texture: Texture) -> bool:
    mipmap = texture.mipmap
    if any(side % SIDE_STEP or not 0 < side <= MAX_SIDE for side in (mipmap.width, mipmap.height)):
        return False
    of = buffer.blocks[slice(*texture.blocks)].astype(np.int64)
    first, stop, tap, tap_stop = of[:, : blocks.LEFT].T
    straddling = (first < buffer.whole) & (stop > buffer.whole)
    inside = (first >= 0) & (first <= stop) & (stop <= len(buffer.pixel)) & ~straddling
    inside &= (tap >= 0) & (tap <= tap_stop) & (tap_stop <= len(buffer.corner))
    boxes = buffer.texels[slice(*texture.texels)]
    size = np.array([mipmap.width, mipmap.height] * 2)
    patches = buffer.patches[slice(*texture.patches)]
    whole = mipmap.whole()
    level = patches[:, 0]
    return (
        bool(inside.all())
        and bool((buffer.places > 0).all())
        and bool(((boxes >= 0) & (boxes <= size)).all())
        and bool(((level >= 0) & (level < len(whole))).all())
        and bool(((patches[:, 1:] >= 0) & (patches[:, 1:] <= np.tile(whole[level, 3:], 2))).all())
        and all(
            _below(buffer.corner[a:b], (mipmap.rows - 1) * mipmap.stride - 1)
            and int(buffer.places[c:d].sum(dtype=np.int64)) == b - a
            for c, d, a, b in of[:, : blocks.LEFT].tolist()
        )
    )


def _texture_document(texture: Texture) -> dict[str, Any]:
    mipmap = texture.mipmap
    return {
        "surface": texture.surface,
        "size": [mipmap.width, mipmap.height],
        "closes": list(mipmap.closes),
        "rows": [list(texture.blocks), list(texture.patches), list(texture.texels)],
    }


def _texture(document: dict[str, Any]) -> Texture:
    width, height = (int(side) for side in document["size"])
    across, down = (bool(closes) for closes in document["closes"])
    rows = [(int(start), int(stop)) for start, stop in document["rows"]]
    return Texture(str(document["surface"]), Mipmap(width, height, (across, down)), *rows)


def _broken() -> RefusedFile:
    return RefusedFile(
        "GBUFFER_BROKEN", "This is not a G-buffer of this renderer. Prepare it anew."
    )


class GBuffers:
    """Read G-buffers by their key or the SHA-256 of their bytes, within a bound; threads may share it."""

    def __init__(self, limit_bytes: int = MAX_CACHE_BYTES) -> None:
        self._kept: ByteBounded[GBuffer] = ByteBounded(limit_bytes)

    def get(self, name: str, data: Bytes) -> GBuffer:
        """Return the G-buffer of an asset; whether its bytes are those of the name, its store knows.

        Raises RefusedFile (GBUFFER_BROKEN).
        """
        return self.made(name, lambda: from_bytes(data))

    def made(self, name: str, make: Callable[[], GBuffer]) -> GBuffer:
        """Return the G-buffer of a name, made where it is not kept."""
        found = self._kept.get(name)
        if found is None:
            found = make()
            self._kept.put(name, found, found.size_bytes)
        return found


GBUFFERS: Final = GBuffers()
