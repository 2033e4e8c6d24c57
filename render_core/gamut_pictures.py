"""The colours of a picture, by a sample: without decoding it, in bounded memory.

Normalised pictures are PNG of our own making. Every byte of theirs is told from the one above, or from
none in those that are older, so every so manieth pixel of every so manieth row is had by unpacking and
adding up a few columns (PNG, Third Edition, 9.2 and 10.1).
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
_UP: Final = 2

Pixels = NDArray[np.uint8]


def sampled_colours(png: bytes) -> tuple[tuple[Rgb, int], ...]:
    """Return colours that a picture shows and how many of the sampled pixels have each.

    png: as intake normalises it; empty for other PNG, whose columns cannot be read one by one, and
    for a picture that is all but transparent. In the order of first appearance.
    """
    bands = _BANDS.get(png[25]) if len(png) > 33 and png[24] == 8 and png[28] == 0 else None
    if bands is None or not png.startswith(_SIGNATURE):
        return ()
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    across, down = (max(1, side // _SAMPLES_A_SIDE) for side in (width, height))
    first = 1 + bands * np.arange(0, width, across)
    columns = (first[:, None] + np.arange(bands)).reshape(-1)
    counted: Counter[Rgb] = Counter()
    above, done = np.zeros(len(columns), np.uint8), 0
    for rows in _rows(png, width * bands + 1, height):
        shown = _told(rows, columns, above)
        if shown is None:
            return ()
        for row in shown[(down // 2 - done) % down :: down]:
            counted.update(_colours(row.reshape(-1, bands)))
        above, done = shown[-1], done + len(rows)
    return tuple(counted.items())


def _told(rows: Pixels, columns: NDArray[np.intp], above: Pixels) -> Pixels | None:
    """Return columns of rows, each with its filter ahead; None for a filter that looks aside.

    above: the columns of the row before them.
    """
    filters = rows[:, 0]
    if not filters.any():
        return rows[:, columns]
    if (filters == _UP).all():
        told = rows[:, columns]
        told[0] += above
        return np.add.accumulate(told, axis=0, dtype=np.uint8)
    return None


def _colours(pixels: Pixels) -> list[Rgb]:
    if pixels.shape[1] == 4:
        pixels = pixels[pixels[:, 3] >= _LEAST_ALPHA]
    shown = np.minimum(pixels[:, :3] // _STEP * _STEP + _STEP // 2, 255)
    return [(red, green, blue) for red, green, blue in shown.tolist()]


def _rows(png: bytes, row_bytes: int, height: int) -> Iterator[Pixels]:
    """Yield a picture's rows, some at a time, each with its filter's number: (k, row_bytes)."""
    held, left = bytearray(), height
    for part in _unpacked(png):
        held += part
        count = min(len(held) // row_bytes, left)
        if count:
            whole = count * row_bytes
            yield np.frombuffer(bytes(held[:whole]), np.uint8).reshape(count, row_bytes)
            del held[:whole]
            left -= count
        if not left:
            return


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
