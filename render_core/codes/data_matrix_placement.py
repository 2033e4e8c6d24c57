"""Where the bits of Data Matrix codewords lie (ISO/IEC 16022, annex F).

Each codeword is a shape of eight modules, most significant bit first; shapes follow each other in
diagonals up and down, wrap around the edges, and take one of four other forms in corners.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

import numpy as np

from render_core.codes.modules import Modules

_Place = tuple[int, int]

# Rows and columns from the shape's last module; negative ones of corners count from the far edge.
_SHAPE: Final = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0))
_CORNER_1: Final = ((-1, 0), (-1, 1), (-1, 2), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1))
_CORNER_2: Final = ((-3, 0), (-2, 0), (-1, 0), (0, -4), (0, -3), (0, -2), (0, -1), (1, -1))
_CORNER_3: Final = ((-3, 0), (-2, 0), (-1, 0), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1))
_CORNER_4: Final = ((-1, 0), (-1, -1), (0, -3), (0, -2), (0, -1), (1, -3), (1, -2), (1, -1))


def placed(words: Sequence[int], side: int) -> Modules:
    """Return the mapping matrix (side, side) of codewords."""
    out = np.zeros((side, side), np.bool_)
    shapes = _shapes(side)
    for word, shape in zip(words, shapes, strict=True):
        for bit, (row, column) in enumerate(shape):
            out[row, column] = word >> (7 - bit) & 1
    if side * side % 8:  # Four modules are left over in the last corner: two are dark.
        out[-1, -1] = out[-2, -2] = True
    return out


@cache
def _shapes(side: int) -> tuple[tuple[_Place, ...], ...]:
    """Return the modules of each codeword in order."""
    taken: set[_Place] = set()
    shapes = []
    for shape in _in_order(side):
        if shape[-1] not in taken:
            shapes.append(shape)
            taken.update(shape)
    return tuple(shapes)


def _in_order(side: int) -> Iterator[tuple[_Place, ...]]:
    row, column = 4, 0
    while row < side or column < side:
        yield from _corner(row, column, side)
        while row >= 0 and column < side:  # Up to the right.
            if row < side and column >= 0:
                yield _wrapped(row, column, side)
            row, column = row - 2, column + 2
        row, column = row + 1, column + 3
        while row < side and column >= 0:  # Down to the left.
            if row >= 0 and column < side:
                yield _wrapped(row, column, side)
            row, column = row + 2, column - 2
        row, column = row + 3, column + 1


def _corner(row: int, column: int, side: int) -> Iterator[tuple[_Place, ...]]:
    if (row, column) == (side, 0):
        yield _from_edges(_CORNER_1, side)
    if (row, column) == (side - 2, 0) and side % 4:
        yield _from_edges(_CORNER_2, side)
    if (row, column) == (side - 2, 0) and side % 8 == 4:
        yield _from_edges(_CORNER_3, side)
    if (row, column) == (side + 4, 2) and side % 8 == 0:
        yield _from_edges(_CORNER_4, side)


def _from_edges(shape: tuple[_Place, ...], side: int) -> tuple[_Place, ...]:
    return tuple((row % side, column % side) for row, column in shape)


def _wrapped(row: int, column: int, side: int) -> tuple[_Place, ...]:
    places = []
    for down, right in _SHAPE:
        y, x = row + down, column + right
        if y < 0:
            y, x = y + side, x + 4 - (side + 4) % 8
        if x < 0:
            y, x = y + 4 - (side + 4) % 8, x + side
        places.append((y, x))
    return tuple(places)
