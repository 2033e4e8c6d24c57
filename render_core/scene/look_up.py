"""Texels at the places of fragments, in whole numbers: the same on every processor."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.scene.mipmap import Texels

# Two lanes of 32 bits each: products of 16-bit texels by weights that sum up to 65536 fit in.
_LANES: Final = np.uint64(0x0000FFFF0000FFFF)
_16: Final = np.uint64(16)
_8: Final = np.uint64(8)


def look_up(
    levels: Texels, corner: NDArray[np.uint32], fraction: NDArray[np.uint8],
    places: NDArray[np.uint8],
) -> tuple[NDArray[np.uint32], ...]:  # fmt: skip
    """Return sums of fragments' places, (n,) each: red, green, blue, coverage, 0 to 65535 · places.

    corner: (t,), fraction: (2, t), as `taps.spread` returned. places: (n,), how many are each one's.
    """
    even, odd = _mixed(levels.reshape(-1), levels.shape[1], corner, fraction)
    if len(corner) > len(places):
        starts = np.cumsum(places, dtype=np.intp)
        starts -= places
        even, odd = np.add.reduceat(even, starts), np.add.reduceat(odd, starts)
    low, high = even.view(np.uint32), odd.view(np.uint32)
    return low[0::2], high[0::2], low[1::2], high[1::2]


def _mixed(
    packed: NDArray[np.uint64], stride: int, corner: NDArray[np.uint32], fraction: NDArray[np.uint8]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return red and blue, and green and coverage, mixed from the four entries around."""
    at = corner.astype(np.intp)
    u, v = fraction[0].astype(np.uint64), fraction[1].astype(np.uint64)
    both = u * v
    u <<= _8
    v <<= _8
    u -= both
    v -= both
    rest = np.uint64(65536) - u
    rest -= v
    rest -= both
    even, odd = _weighed(packed.take(at), rest)
    for step, weight in ((1, u), (stride - 1, v), (1, both)):
        at += step
        more = _weighed(packed.take(at), weight)
        even += more[0]
        odd += more[1]
    even >>= _16
    odd >>= _16
    even &= _LANES
    odd &= _LANES
    return even, odd


def _weighed(
    texels: NDArray[np.uint64], weight: NDArray[np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    even = texels & _LANES
    even *= weight
    texels >>= _16
    texels &= _LANES
    texels *= weight
    return even, texels
