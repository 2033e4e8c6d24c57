"""Pictures of the library as pixels, at the size they are drawn; the latest ones are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core import vips
from render_core.design import Library
from render_core.errors import MissingInput

CACHE_BYTES: Final = 128 * 1024 * 1024

# What is laid out on a grid is kept, too, so that a text is typed over a photo for its own price: not at
# the size that is printed.
PLACED_BYTES: Final = 16 * 1024 * 1024

Pixels = NDArray[np.uint8]
Matrix = tuple[float, float, float, float, float, float]
Window = tuple[int, int, int, int]


class DecodedPictures:
    """A bounded cache of decoded, resampled pictures, safe for threads.

    The library is asked for the bytes each time, cached or not: whether this caller may see a
    picture is the library's answer to give, not this cache's.
    """

    def __init__(self, max_bytes: int = CACHE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, Pixels] = OrderedDict()
        self._lock = Lock()

    def get(
        self, library: Library, sha256: str, width: int = 0, height: int = 0, *, opaque: bool
    ) -> Pixels:
        """Return (height, width, 3) laid over white if opaque, else (height, width, 4); read-only.

        width, height: 0 for the picture's own size. Raises MissingInput, RefusedFile.
        """
        data = artwork(library, sha256)
        key = (sha256, width, height, opaque)
        kept = self._found(key)
        if kept is not None:
            return kept
        pixels = _decode(data, opaque=opaque)
        if width and height:
            pixels = vips.resize(pixels, width, height)
        pixels.setflags(write=False)
        self._keep(key, pixels)
        return pixels

    def placed(
        self, library: Library, sha256: str, size: tuple[int, int], matrix: Matrix, window: Window
    ) -> Pixels:
        """Return a picture of a size (width, height; 0 for its own) in a window of another grid; read-only.

        matrix: from the picture's unit square to the grid. window: left, top, width, height in it.
        Raises as `get`.
        """
        key = (sha256, size, matrix, window)
        kept = self._found(key)
        if kept is not None:
            artwork(library, sha256)
            return kept
        pixels = self.get(library, sha256, *size, opaque=False)
        rows, columns = pixels.shape[:2]
        a, b, c, d, e, f = matrix
        per_pixel = (a / columns, b / columns, c / rows, d / rows, e, f)
        patch = vips.affine(pixels, per_pixel, window)
        patch.setflags(write=False)
        if patch.nbytes <= PLACED_BYTES:
            self._keep(key, patch)
        return patch

    def _found(self, key: Hashable) -> Pixels | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: Hashable, pixels: Pixels) -> None:
        with self._lock:
            if key in self._kept or pixels.nbytes > self._max_bytes:
                return
            self._kept[key] = pixels
            self._bytes += pixels.nbytes
            while self._bytes > self._max_bytes:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= dropped.nbytes


def artwork(library: Library, sha256: str) -> bytes:
    """Return the bytes of an asset; raises MissingInput where the library has none."""
    try:
        return library.artwork(sha256)
    except KeyError as error:
        raise MissingInput(
            "ASSET_MISSING", f"The asset {sha256[:12]}… is not in the library.", field=sha256
        ) from error


def _decode(data: bytes, *, opaque: bool) -> Pixels:
    image = vips.load(data)
    if opaque:
        return vips.to_pixels(vips.flatten(image))
    return vips.to_pixels(vips.with_alpha(image))


PICTURES: Final = DecodedPictures()
