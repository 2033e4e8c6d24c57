"""Fragments in the order that a design is looked up in: blocks that lie close in the picture.

All fragments of a block have one texture, and a block knows which texels it reaches, so that a design
pays for the blocks it covers.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.scene.mipmap import MAX_LEVEL, Mipmap

BLOCK: Final = 512
# Side of the squares of the picture that blocks follow, in pixels.
_SQUARE: Final = 32
# Side of the squares of entries that are made or not.
TILE: Final = 32
# Columns of the table of blocks.
FIRST, STOP, TAP, TAP_STOP, LEFT, TOP, RIGHT, BOTTOM = range(8)
COLUMNS: Final = 8


def order(pixel: NDArray[np.int32], width_px: int, places: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return fragments that look up one place before others, and by squares of the picture."""
    x, y = pixel % width_px, pixel // width_px
    return np.lexsort((pixel, x // _SQUARE, y // _SQUARE, places > 1))


def blocks(places: NDArray[np.int64], extent: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return a table of blocks, (b, COLUMNS), of fragments in this order.

    FIRST, STOP: fragments. TAP, TAP_STOP: their places. The rest: texels of the finest level that the
    block reaches. places: (n,), how many each; extent: (n, 4), of fragments.
    """
    alone, count = int((places == 1).sum()), len(places)
    first = np.concatenate([np.arange(0, alone, BLOCK), np.arange(alone, count, BLOCK)])
    out = np.zeros((len(first), COLUMNS), np.int32)
    if len(first):
        taps = np.append(np.cumsum(places) - places, places.sum())
        out[:, FIRST] = first
        out[:, STOP] = np.append(first[1:], count)
        out[:, TAP], out[:, TAP_STOP] = taps[first], taps[out[:, STOP]]
        out[:, LEFT : TOP + 1] = np.minimum.reduceat(extent[:, :2], first, axis=0)
        out[:, RIGHT : BOTTOM + 1] = np.maximum.reduceat(extent[:, 2:], first, axis=0)
    return out


def patches(mipmap: Mipmap, corner: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Return which entries of the levels are looked up, as rectangles: see `mipmap.levels`."""
    row, column = np.divmod(corner.astype(np.int64), mipmap.stride)
    found: list[tuple[int, ...]] = []
    for level in range(MAX_LEVEL + 1):
        top = mipmap.top(level)
        of = (row >= top) & (row < mipmap.top(level + 1))
        size = (mipmap.width >> level) + 1, (mipmap.height >> level) + 1
        used = _used(column[of], row[of] - top, size)
        found.extend((level, *box) for box in _boxes(used, TILE, size))
    return np.array(found, np.int32).reshape(-1, 5)


def texel_boxes(mipmap: Mipmap, patches: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the texels of the finest level that patches are made from, (k, 4)."""
    size = mipmap.width, mipmap.height
    used = np.zeros((-(-size[1] // TILE), -(-size[0] // TILE)), np.bool_)
    for level, left, top, right, bottom in patches.tolist():
        columns, rows = (
            _tiles((low - 1) << level, high << level, side, closes)
            for low, high, side, closes in (
                (left, right, size[0], mipmap.closes[0]),
                (top, bottom, size[1], mipmap.closes[1]),
            )
        )
        used[np.ix_(rows, columns)] = True
    return np.array(list(_boxes(used, TILE, size)), np.int32).reshape(-1, 4)


def _tiles(low: int, high: int, side: int, closes: bool) -> NDArray[np.int64]:
    texels = np.arange(low, high)
    return np.unique((texels % side if closes else np.clip(texels, 0, side - 1)) // TILE)


def _used(
    column: NDArray[np.int64], row: NDArray[np.int64], size: tuple[int, int]
) -> NDArray[np.bool_]:
    """Return which tiles hold the four entries around some corners."""
    used = np.zeros((-(-size[1] // TILE), -(-size[0] // TILE)), np.bool_)
    for down in (0, 1):
        for across in (0, 1):
            y = np.minimum(row + down, size[1] - 1) // TILE
            used[y, np.minimum(column + across, size[0] - 1) // TILE] = True
    return used


def _boxes(
    used: NDArray[np.bool_], side: int, size: tuple[int, int]
) -> list[tuple[int, int, int, int]]:
    """Return used tiles as rectangles (left, top, right, bottom): runs of rows, joined downwards."""
    open_: dict[tuple[int, int], int] = {}
    found: list[tuple[int, int, int, int]] = []
    for y in range(len(used) + 1):
        runs = _runs(used[y]) if y < len(used) else set()
        ended = sorted(open_.keys() - runs)
        found.extend((run[0], open_.pop(run), run[1], y) for run in ended)
        for run in runs:
            open_.setdefault(run, y)
    scaled = [tuple(value * side for value in box) for box in sorted(found)]
    return [(x0, y0, min(x1, size[0]), min(y1, size[1])) for x0, y0, x1, y1 in scaled]


def _runs(row: NDArray[np.bool_]) -> set[tuple[int, int]]:
    steps = np.diff(row.astype(np.int8), prepend=0, append=0)
    starts, stops = np.flatnonzero(steps > 0), np.flatnonzero(steps < 0)
    return set(zip(starts.tolist(), stops.tolist(), strict=True))
