"""A surface's picture at halved scales, in linear light with premultiplied coverage.

Each level is half of the one before, by boxes. Its entries lie between texels: entry k is the mean of
the texels k - 1 and k, each way. Looked up bilinearly, a place is then weighed with the variance of a box
of 2.45 texels, wherever it lies; texels as wide as the footprint would blur it.

Levels lie below each other in one array of packed texels, four lanes of 16 bits, and are made only
where a G-buffer looks something up.

Source: L. Williams, "Pyramidal parametrics", 1983.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Texels = NDArray[np.uint64]  # (h, w), lanes of 16 bits: red, green, blue, coverage

MAX_LEVEL: Final = 5
SIDE_STEP: Final = 1 << MAX_LEVEL
MIN_SIDE, MAX_SIDE = 32, 3072
# With all levels four thirds as many, of eight bytes: 28 MB.
MAX_TEXELS: Final = 2_500_000
# Texels that lie around the finest level: what the coarsest reaches over.
MARGIN: Final = SIDE_STEP
# Texels that are worked on at once: they stay in the processor's cache.
_BAND_TEXELS: Final = 24_576


@dataclass(frozen=True, slots=True)
class Mipmap:
    """width, height: of the finest level, multiples of SIDE_STEP. closes: whether u and v close around."""

    width: int
    height: int
    closes: tuple[bool, bool]

    @property
    def stride(self) -> int:
        """Entries of a row of the array: one more than texels, and a neighbour."""
        return self.width + 2

    @property
    def rows(self) -> int:
        """Rows of the array."""
        return self.top(MAX_LEVEL + 1) + 1

    def top(self, level: int) -> int:
        """Return the row that a level begins at."""
        return sum((self.height >> step) + 2 for step in range(level))

    def whole(self) -> NDArray[np.int32]:
        """Return all of every level as `patches`."""
        found = [
            (level, 0, 0, (self.width >> level) + 1, (self.height >> level) + 1)
            for level in range(MAX_LEVEL + 1)
        ]
        return np.array(found, np.int32)


def levels(mipmap: Mipmap, finest: Texels, patches: NDArray[np.int32], around: np.uint64) -> Texels:
    """Return the entries of all levels in the patches, `around` everywhere else.

    finest: (height + 2 · MARGIN, width + 2 · MARGIN). patches: (p, 5), level, left, top, right, bottom,
    in entries. around: a packed texel.
    """
    shape = (mipmap.rows, mipmap.stride)
    out = np.full(shape, around) if around else np.zeros(shape, np.uint64)
    for level, left, top, right, bottom in patches.tolist():
        step = max(_BAND_TEXELS // ((right - left) << (2 * level)), 1)
        origin = mipmap.top(level)
        columns = slice(((left - 1) << level) + MARGIN, (right << level) + MARGIN)
        for start in range(top, bottom, step):
            stop = min(start + step, bottom)
            rows = slice(((start - 1) << level) + MARGIN, (stop << level) + MARGIN)
            out[origin + start : origin + stop, left:right] = _between(finest[rows, columns], level)
    return out


def with_margin(mipmap: Mipmap, finest: Texels) -> None:
    """Fill the margin in place: from the other side where the texture closes, else from the edge."""
    for texels, size, closes in (
        (finest, mipmap.height, mipmap.closes[1]),
        (finest.T, mipmap.width, mipmap.closes[0]),
    ):
        end = size + MARGIN
        texels[:MARGIN] = texels[size:end] if closes else texels[MARGIN]
        texels[end:] = texels[MARGIN : 2 * MARGIN] if closes else texels[end - 1]


def _between(texels: Texels, halvings: int) -> Texels:
    for _ in range(halvings):
        texels = mean(texels[0::2], texels[1::2])
        texels = mean(texels[:, 0::2], texels[:, 1::2])
    texels = mean(texels[:-1], texels[1:])
    return mean(texels[:, :-1], texels[:, 1:])


def mean(a: Texels, b: Texels) -> Texels:
    """Return the means of four 16-bit lanes at once, halves rounded up (H. Dietz, 2000)."""
    apart = a ^ b
    apart &= np.uint64(0xFFFEFFFEFFFEFFFE)
    apart >>= np.uint64(1)
    joined: Texels = (a | b) - apart
    return joined
