"""The colours of a picture, by a sample: without decoding it, in bounded memory.

Normalised pictures are PNG of our own making, whose rows are not predicted from each other, so every
so manieth pixel of every so manieth row is had by unpacking alone (PNG, 2nd edition, 9.2 and 10.1).
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.gamut import Rgb

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_BANDS: Final = {2: 3, 6: 4}
_SAMPLES_A_SIDE: Final = 48
_LEAST_ALPHA: Final = 128
_UNPACKED_AT_ONCE: Final = 1 << 20
# Colours are told apart to so many steps of a channel: less than can be seen side by side.
_STEP: Final = 8

Pixels = NDArray[np.uint8]


def sampled_colours(png: bytes) -> tuple[tuple[Rgb, int], ...]:
    """Return colours that a picture shows and how many of the sampled pixels have each.

    png: as intake normalises it; empty for other PNG, whose rows cannot be read one by one, and for
    a picture that is all but transparent. In the order of first appearance.
    """
    bands = _BANDS.get(png[25]) if len(png) > 33 and png[24] == 8 and png[28] == 0 else None
    if bands is None or not png.startswith(_SIGNATURE):
        return ()
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    counted: Counter[Rgb] = Counter()
    for row in _rows(png, width * bands + 1, height, max(1, height // _SAMPLES_A_SIDE)):
        if row[0]:
            return ()  # A row that was predicted from others.
        pixels = row[1:].reshape(width, bands)[:: max(1, width // _SAMPLES_A_SIDE)]
        if bands == 4:
            pixels = pixels[pixels[:, 3] >= _LEAST_ALPHA]
        shown = np.minimum(pixels[:, :3] // _STEP * _STEP + _STEP // 2, 255)
        counted.update((red, green, blue) for red, green, blue in shown.tolist())
    return tuple(counted.items())


def _rows(png: bytes, row_bytes: int, height: int, every: int) -> Iterator[Pixels]:
    """Yield some of a picture's rows, the first of every so many, each with its filter's number."""
    wanted = [*range(every // 2, height, every)]
    held, start = bytearray(), 0
    for part in _unpacked(png):
        held += part
        while wanted and start + len(held) >= (wanted[0] + 1) * row_bytes:
            at = wanted.pop(0) * row_bytes - start
            yield np.frombuffer(bytes(held[at : at + row_bytes]), np.uint8)
        if not wanted:
            return
        passed = min(len(held), max(0, wanted[0] * row_bytes - start))
        del held[:passed]
        start += passed


def _unpacked(png: bytes) -> Iterator[bytes]:
    stream = zlib.decompressobj()
    try:
        for packed in _data(png):
            yield stream.decompress(packed, _UNPACKED_AT_ONCE)
            while stream.unconsumed_tail:
                yield stream.decompress(stream.unconsumed_tail, _UNPACKED_AT_ONCE)
    except zlib.error:
        return


def _data(png: bytes) -> Iterator[bytes]:
    at = len(_SIGNATURE)
    while at + 8 <= len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            yield png[at + 8 : at + 8 + length]
        at += 12 + length
