"""A picture of an area thinned to lines of one cell, which keep its holes and branches.

Source: T. Y. Zhang and C. Y. Suen, "A fast parallel algorithm for thinning digital patterns",
1984; then cells are taken away, one after the other, that no connection needs.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

# Neighbours of a cell (row, column), clockwise from above.
AROUND: Final = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def thinned(picture: Picture) -> Picture:
    """Return the lines of a picture (h, w) of 0 and 1 whose border is 0."""
    lines = picture.copy()
    changed = True
    while changed:
        changed = False
        for second in (False, True):
            gone = _may_go(lines, second=second)
            if gone.any():
                lines[gone] = 0
                changed = True
    return _without_steps(lines)


def _may_go(lines: Picture, *, second: bool) -> NDArray[np.bool_]:
    around = [_moved(lines, *way) for way in AROUND]
    count = sum(around[1:], around[0].copy())
    turns = np.zeros_like(lines)
    for one, following in zip(around, [*around[1:], around[0]], strict=True):
        turns += (one == 0) & (following == 1)
    up, right, down, left = around[0], around[2], around[4], around[6]
    if second:
        edge = (up * right * left == 0) & (up * down * left == 0)
    else:
        edge = (up * right * down == 0) & (right * down * left == 0)
    gone: NDArray[np.bool_] = (lines == 1) & (count >= 2) & (count <= 6) & (turns == 1) & edge
    return gone


def _moved(lines: Picture, down: int, right: int) -> Picture:
    """Return what lies at each cell's neighbour."""
    padded = np.pad(lines, 1)
    height, width = lines.shape
    return padded[1 + down : 1 + down + height, 1 + right : 1 + right + width]


def _without_steps(lines: Picture) -> Picture:
    height, width = lines.shape
    for at in np.flatnonzero(lines).tolist():
        row, column = divmod(at, width)
        if not (0 < row < height - 1 and 0 < column < width - 1):
            continue
        set_ones = [bool(lines[row + down, column + right]) for down, right in AROUND]
        if sum(set_ones) >= 2 and _is_needless(set_ones):
            lines[row, column] = 0
    return lines


def _is_needless(around: list[bool]) -> bool:
    """Return whether a cell's neighbours hang together without it, and it closes no hole."""
    if all(around[::2]):
        return False
    groups = 0
    for index in range(8):
        if not around[index]:
            continue
        before = around[index - 1] or (index % 2 == 0 and around[index - 2])
        groups += not before
    return groups == 1
