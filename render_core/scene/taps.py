"""Where a pixel looks its texture up: places on a level, evenly spread over its footprint.

A place on a level is as wide as the narrow side of the smallest footprint there. A wider footprint
takes the mean of several places, spread so that their variance is that of a box of its width: no
shimmer at grazing angles, no blur across them.

Source: P. Heckbert, "Fundamentals of texture mapping and image warping", 1989 (footprints);
OpenGL's EXT_texture_filter_anisotropic (places along the longer side).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.scene.mipmap import MAX_LEVEL, Mipmap

# Texels of a level to one footprint, at least.
DENSITY: Final = 2.06
# Twelve times the variance of one place: its texel, the mean of two, and a bilinear look-up.
_ONE_PLACE: Final = 6.0
# One place does up to this width; of more, each is so far from the next at the most, in texels.
_ALONE: Final = 2.9
_APART: Final = 1.9
# A level is left for the next one once the narrow side is this wide there, in texels.
_NEXT: Final = 2.4
MAX_PLACES: Final = 12
# Steps of a place within its texel.
FRACTION: Final = 256
# The half width of an entry looked up, in texels of its level.
REACH: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Taps:
    """level: (n,). places: (n, 2), how many across and down. middle: (n, 2) on the level, in texels.

    spacing: (n, 2), texels from place to place.
    """

    level: NDArray[np.int64]
    places: NDArray[np.int64]
    middle: NDArray[np.float64]
    spacing: NDArray[np.float64]

    def count(self) -> NDArray[np.int64]:
        """Return how many places each fragment has."""
        counts: NDArray[np.int64] = self.places[:, 0] * self.places[:, 1]
        return counts

    def part(self, rows: NDArray[np.intp]) -> Taps:
        return Taps(self.level[rows], self.places[rows], self.middle[rows], self.spacing[rows])


def taps(mipmap: Mipmap, uv: NDArray[np.float64], footprint: NDArray[np.float64]) -> Taps:
    """Return the taps of texture coordinates and footprints, (n, 2) each, in parts of the texture."""
    size = np.array([mipmap.width, mipmap.height], np.float64)
    wide = footprint * size
    level = np.zeros(len(uv), np.int64)
    for step in range(1, MAX_LEVEL + 1):
        scale = float(1 << step)
        level += (wide.min(axis=1) >= _NEXT * scale) | (wide.max(axis=1) > widest() * scale / 2)
    scales = (np.int64(1) << level).astype(np.float64)[:, None]
    wide = wide / scales
    places = np.ones(wide.shape, np.int64)
    places += wide > _ALONE
    for count in range(2, MAX_PLACES):
        places += wide * wide > _ONE_PLACE + _APART * _APART * (count * count - 1)
    over = np.maximum(places * places - 1, 1)
    spacing = np.sqrt(np.maximum(wide * wide - _ONE_PLACE, 0) / over) * (places > 1)
    return Taps(level, places, uv * size / scales, spacing)


def widest() -> float:
    """Return the widest footprint that MAX_PLACES cover, in texels."""
    return float(np.sqrt(_ONE_PLACE + _APART * _APART * (MAX_PLACES * MAX_PLACES - 1)))


def spread(mipmap: Mipmap, of: Taps) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Return all places of taps, one fragment's after another's: their corners and fractions.

    corner: (t,) index of the entry above and left. fraction: (2, t), right of and below it, in 1/FRACTION.
    """
    counts = of.count()
    row = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    across = of.places[row, 0]
    index = np.stack([number % across, number // across], axis=1)
    shift = (index - (of.places[row] - 1) / 2) * of.spacing[row]
    size = np.array([mipmap.width, mipmap.height], np.int64)
    limit = (size >> of.level[row][:, None]).astype(np.float64)
    place = of.middle[row] + shift
    closes = np.array(mipmap.closes)
    place = np.where(closes, place - np.floor(place / limit) * limit, np.clip(place, 0, limit))
    fixed = np.rint(place * FRACTION).astype(np.int64)
    tops = np.array([mipmap.top(level) for level in range(MAX_LEVEL + 1)], np.int64)
    whole = fixed // FRACTION
    corner = (whole[:, 1] + tops[of.level[row]]) * mipmap.stride + whole[:, 0]
    return corner.astype(np.uint32), (fixed % FRACTION).astype(np.uint8).T.copy()


def extents(mipmap: Mipmap, of: Taps) -> NDArray[np.int64]:
    """Return the texels of the finest level that taps reach, (n, 4): left, top, right, bottom.

    All of an axis where they meet the edge of one that closes.
    """
    scales = (np.int64(1) << of.level).astype(np.float64)[:, None]
    half = of.spacing * (of.places - 1) / 2 + REACH
    low = np.floor((of.middle - half) * scales).astype(np.int64)
    high = np.ceil((of.middle + half) * scales).astype(np.int64)
    size = np.array([mipmap.width, mipmap.height], np.int64)
    around = np.array(mipmap.closes) & ((low < 0) | (high > size))
    low, high = np.where(around, 0, np.clip(low, 0, size)), np.where(around, size, high)
    return np.concatenate([low, np.clip(high, 0, size)], axis=1)
