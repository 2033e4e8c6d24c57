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
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Texels = NDArray[np.uint16]  # (h, w, 4), linear light, premultiplied

MAX_STEP: Final = 11
SIDE_STEP: Final = 1 << (MAX_STEP >> 1)
# Rows that are worked on at once: they stay in the processor's cache.
_BAND_ROWS: Final = 48
_LOOKED_UP: Final = 16_384
MIN_SIDE, MAX_SIDE = 32, 3072
# All levels together are sixteen times as many, at the most: 320 MB.
MAX_TEXELS: Final = 2_500_000
# Texels of a level to one footprint, at least; more than the square root of 2 times as many take the
# next step. 1-1 and a bilinear look-up weigh texels with the variance of a box of 2.45 of them.
DENSITY: Final = 2.06
_HALF_OCTAVE: Final = 1.4142135623730951
# Of all footprints, so many are smaller than what the texture is made for, in 1/1000.
_SMALLEST_PERMILLE: Final = 20


class Window(NamedTuple):
    """A part of a texture in texels, whole steps of the coarsest level."""

    left: int
    top: int
    right: int
    bottom: int


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


def grown(ripmap: Ripmap, window: Window) -> Window:
    """Return a window with what its levels reach over: all of an axis where it meets itself."""
    left, right = _reach(window.left, window.right, ripmap.width, ripmap.closes[0])
    top, bottom = _reach(window.top, window.bottom, ripmap.height, ripmap.closes[1])
    return Window(left, top, right, bottom)


def atlas(ripmap: Ripmap, finest: Texels, window: Window) -> Texels:
    """Return all levels in one array, 0 where the texture is 0.

    finest: (h, w, 4), what lies in the window, one that `grown` returned; all else is 0.
    """
    width, height = ripmap.atlas_size()
    out = np.zeros((height, width, 4), np.uint16)
    target = out.view(np.uint64)[..., 0]
    row, halved = np.ascontiguousarray(finest).view(np.uint64)[..., 0], 0
    cells = list(zip(ripmap.levels, ripmap.origins(), strict=True))
    for down in sorted({step for _, step in ripmap.levels}):
        while halved < down >> 1:
            row, halved = _mean(row[0::2], row[1::2]), halved + 1
        of_row = [(across, origin) for (across, step), origin in cells if step == down]
        for start in range(0, row.shape[0] + 1 + (down & 1), _BAND_ROWS):
            band = _band(row, start, down & 1, ripmap.closes[1])
            top = (window.top >> halved) + start
            _across(target, band, of_row, top, window.left, ripmap.closes[0])
    return out


def look_up(atlas: Texels, places: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return texels (n, 4), 0 to 65535, at places (n, 2) of an atlas, mixed from the four around."""
    width = atlas.shape[1]
    packed = np.ascontiguousarray(atlas).view(np.uint64).reshape(-1)
    out = np.empty((len(places), 4), np.float32)
    one, last = np.float32(1), len(packed) - 1
    for start in range(0, len(places), _LOOKED_UP):
        x, y = places[start : start + _LOOKED_UP, 0], places[start : start + _LOOKED_UP, 1]
        column, row = x.astype(np.int64), y.astype(np.int64)
        u, v = x - column.astype(np.float32), y - row.astype(np.float32)
        corner = row * width + column
        mixed = np.zeros((len(x), 4), np.float32)
        for step, share in (
            (0, (one - u) * (one - v)),
            (1, u * (one - v)),
            (width, (one - u) * v),
            (width + 1, u * v),
        ):
            found = packed.take(np.minimum(corner + step, last)).view(np.uint16).reshape(-1, 4)
            mixed += found * share[:, None]
        out[start : start + len(x)] = mixed
    return out


def _band(row: NDArray[np.uint64], start: int, odd: int, closes: bool) -> NDArray[np.uint64]:
    """Return some rows of a level with its border, weighed 1-1 or 3-2-3 down."""
    count = row.shape[0]
    stop = min(start + _BAND_ROWS, count + 1 + odd)
    rows = np.arange(start - 2, stop + 1 - odd)
    near = row[rows % count if closes else np.clip(rows, 0, count - 1)]
    return _weighed(near, odd)


def _across(
    target: NDArray[np.uint64], level: NDArray[np.uint64],
    cells: list[tuple[int, tuple[int, int]]], top: int, left: int, closes: bool,
) -> None:  # fmt: skip
    """Write a band of rows into the cells of its levels, from the widest on."""
    halved = 0
    for across, (x, y) in cells:
        while halved < across >> 1:
            level, halved = _mean(level[:, 0::2], level[:, 1::2]), halved + 1
        near = np.pad(level, ((0, 0), (2, 2)), mode="wrap" if closes else "edge")
        wide = _weighed(near.T, across & 1).T
        at = x + (left >> halved)
        target[y + top : y + top + len(wide), at : at + wide.shape[1]] = wide


def _weighed(near: NDArray[np.uint64], odd: int) -> NDArray[np.uint64]:
    """Return rows weighed 1-1 or 3-2-3, from rows with two more at each end.

    1-1 lies between texels: its entry k is the mean of the texels k - 1 and k.
    """
    if odd:
        sides = _mean(near[:-2], near[2:])
        return _mean(_mean(sides, near[1:-1]), sides)
    return _mean(near[1:-2], near[2:-1])


def _reach(start: int, stop: int, size: int, closes: bool) -> tuple[int, int]:
    start, stop = max(start - SIDE_STEP, 0), min(stop + SIDE_STEP, size)
    return (0, size) if closes and (start == 0 or stop == size) else (start, stop)


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
