"""A surface's picture at many scales, each way by itself, so that nothing shimmers at grazing angles.

Steps of half an octave, each way, in linear light with premultiplied coverage. The finest texels are
halved by boxes as often as half the step says; then each is widened over its neighbours, by 1-1 at
even steps and 3-2-3 at odd ones, without becoming fewer. So a bilinear look-up is close to a box as wide
as the pixel's footprint, at any place: texels as wide as the footprint would blur it. Levels lie beside
each other in one array, each with a border: from the other side where the texture closes around.

Source: L. Williams, "Pyramidal parametrics", 1983; anisotropic ("rip") levels: M. McReynolds et al.,
"Advanced graphics programming techniques using OpenGL", 1999.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Texels = NDArray[np.uint16]  # (h, w, 4), linear light, premultiplied

MAX_STEP: Final = 11
SIDE_STEP: Final = 1 << (MAX_STEP >> 1)
MIN_SIDE, MAX_SIDE = 32, 3072
MAX_TEXELS: Final = 6_000_000
# Texels of a level to one footprint, at least; more than the square root of 2 times as many take the
# next step. 1-1 and a bilinear look-up weigh texels with the variance of a box of 2.45 of them.
DENSITY: Final = 2.06
_HALF_OCTAVE: Final = 1.4142135623730951
# Of all footprints, so many are smaller than what the texture is made for, in 1/1000.
_SMALLEST_PERMILLE: Final = 20


@dataclass(frozen=True, slots=True)
class Ripmap:
    """Where levels lie. width, height: texels of the finest; levels: pairs of steps (across, down).

    closes: whether u and v close around.
    """

    width: int
    height: int
    levels: tuple[tuple[int, int], ...]
    closes: tuple[bool, bool]

    def sizes(self) -> tuple[tuple[int, int], ...]:
        """Return width and height of each level, without borders."""
        return tuple((self.width >> (a >> 1), self.height >> (d >> 1)) for a, d in self.levels)

    def origins(self) -> tuple[tuple[int, int], ...]:
        """Return x and y of each level's border in the atlas: rows of levels of one height."""
        places, x, y, before = [], 0, 0, self.levels[0][1] if self.levels else 0
        for across, down in self.levels:
            if down != before:
                x, y = 0, y + (self.height >> (before >> 1)) + 2
            places.append((x, y))
            x, before = x + (self.width >> (across >> 1)) + 2, down
        return tuple(places)

    def atlas_size(self) -> tuple[int, int]:
        """Return the width and height of the atlas."""
        ends = [
            (x + width + 2, y + height + 2)
            for (x, y), (width, height) in zip(self.origins(), self.sizes(), strict=True)
        ]
        return max((x for x, _ in ends), default=2), max((y for _, y in ends), default=2)

    def places(self, uv: NDArray[np.float64], level: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return where in the atlas, (n, 2), texture coordinates lie; middles of texels are whole."""
        origins = np.array(self.origins(), np.float64)[level]
        sizes = np.array(self.sizes(), np.float64)[level]
        middle = np.array([(a & 1, d & 1) for a, d in self.levels], np.float64)[level] / 2
        return (origins + np.clip(uv * sizes, 0, sizes) + middle).astype(np.float32)


def plan(
    footprint: NDArray[np.float32], closes: tuple[bool, bool]
) -> tuple[Ripmap, NDArray[np.uint8]]:
    """Return a ripmap for footprints (n, 2), in parts of the texture, and the level of each."""
    width, height = (_side(footprint[:, axis]) for axis in (0, 1))
    while width * height > MAX_TEXELS:
        wide = width >= height
        width, height = (_half(width), height) if wide else (width, _half(height))
    across = _level(footprint[:, 0] * np.float32(width))
    down = _level(footprint[:, 1] * np.float32(height))
    key = down.astype(np.int64) * (MAX_STEP + 1) + across
    used, index = np.unique(key, return_inverse=True)
    levels = tuple((int(k) % (MAX_STEP + 1), int(k) // (MAX_STEP + 1)) for k in used)
    return Ripmap(width, height, levels, closes), index.reshape(-1).astype(np.uint8)


def atlas(ripmap: Ripmap, finest: Texels) -> Texels:
    """Return all levels in one array, from the finest, (ripmap.height, ripmap.width, 4)."""
    width, height = ripmap.atlas_size()
    out = np.zeros((height, width, 4), np.uint16)
    target = out.view(np.uint64)[..., 0]
    row, row_step = np.ascontiguousarray(finest).view(np.uint64)[..., 0], 0
    level, step, of_row = row, 0, -1
    for (across, down), (x, y) in zip(ripmap.levels, ripmap.origins(), strict=True):
        while row_step < down >> 1:
            row, row_step = _mean(row[0::2], row[1::2]), row_step + 1
        if of_row != down:
            level, step, of_row = _widened(row, 0, down & 1, ripmap.closes[1]), 0, down
        while step < across >> 1:
            level, step = _mean(level[:, 0::2], level[:, 1::2]), step + 1
        placed = _widened(level, 1, across & 1, ripmap.closes[0])
        target[y : y + placed.shape[0], x : x + placed.shape[1]] = placed
    return out


def _widened(level: NDArray[np.uint64], axis: int, odd: int, closes: bool) -> NDArray[np.uint64]:
    """Return a level with a border of one texel along an axis, weighed 1-1 or 3-2-3.

    1-1 lies between texels: its entry k is the mean of the texels k - 1 and k.
    """
    pads = [(2, 2) if at == axis else (0, 0) for at in (0, 1)]
    near = np.moveaxis(np.pad(level, pads, mode="wrap" if closes else "edge"), axis, 0)
    if odd:
        sides = _mean(near[:-2], near[2:])
        wide = _mean(_mean(sides, near[1:-1]), sides)
    else:
        wide = _mean(near[1:-2], near[2:-1])
    return np.moveaxis(wide, 0, axis)


def _mean(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the means of four 16-bit lanes at once, halves rounded up (H. Dietz, 2000)."""
    mask = np.uint64(0xFFFEFFFEFFFEFFFE)
    return (a | b) - (((a ^ b) & mask) >> np.uint64(1))


def _side(footprint: NDArray[np.float32]) -> int:
    """Return a side for the smaller of the footprints, a multiple of what levels divide."""
    if not len(footprint):
        return MIN_SIDE
    ordered = np.sort(footprint)
    small = float(ordered[len(ordered) * _SMALLEST_PERMILLE // 1000])
    wanted = DENSITY / max(small, DENSITY / MAX_SIDE)
    return min(max(-(-int(wanted) // SIDE_STEP) * SIDE_STEP, MIN_SIDE), MAX_SIDE)


def _half(side: int) -> int:
    return max(side // 2 // SIDE_STEP * SIDE_STEP, MIN_SIDE)


def _level(texels: NDArray[np.float32]) -> NDArray[np.uint8]:
    level = np.zeros(len(texels), np.uint8)
    limit = DENSITY
    for _ in range(MAX_STEP):
        limit *= _HALF_OCTAVE
        level += texels >= np.float32(limit)
    return level
