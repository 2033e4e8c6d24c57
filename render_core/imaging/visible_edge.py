"""The visible edge of a picture: where its alpha passes one half, as closed lines.

Alpha is smoothed first, so that the steps of pixels leave no steps in the line, which then lies within
half a pixel of the edge that was drawn. Pictures are looked at with at most `MOST_SIDE` pixels a side,
and fewer where noise would give more than `MOST_POINTS` points, so time and memory are bounded.

Source: W. E. Lorensen and H. E. Cline, "Marching cubes", 1987, in two dimensions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.design import Library
from render_core.imaging.decoded import PICTURES

Edge = tuple[NDArray[np.float64], ...]
EdgeOf = Callable[[str], Edge | None]

MOST_SIDE: Final = 1_024
MOST_POINTS: Final = 40_000
# Specks and holes of less than this are no edge: dust of a cut-out, not a shape.
LEAST_AREA_PX: Final = 16.0
_LEAST_SIDE: Final = 16
# Alpha of one half after smoothing, whose weights (1, 4, 6, 4, 1) add up to 16 each way; no sum of them
# is just that, so no line touches another.
_LEVEL: Final = 127.5 * 256 + 0.5
_WEIGHTS: Final = (1, 4, 6, 4, 1)
_AROUND: Final = 3
_OPAQUE: Final = 128

_Array = NDArray[np.float64]
_Indices = NDArray[np.int64]


def edges_of(library: Library) -> EdgeOf:
    """Return what gives the visible edge of a picture by its hash.

    It raises MissingInput and RefusedFile as reading the picture does.
    """

    def edge(sha256: str) -> Edge | None:
        pixels = PICTURES.get(library, sha256, opaque=False)
        rows, columns = pixels.shape[:2]
        if (pixels[..., 3] >= _OPAQUE).all():
            return None
        most = MOST_SIDE
        while True:
            share = min(1.0, most / max(rows, columns))
            size = max(1, round(columns * share)), max(1, round(rows * share))
            small = PICTURES.get(library, sha256, *size, opaque=False) if share < 1 else pixels
            found = traced(small[..., 3])
            if found is not None:
                return found
            most = max(size) // 2

    return edge


def traced(alpha: NDArray[np.uint8]) -> Edge | None:
    """Return the edges of what is visible, each (n, 2) from (0, 0) to (1, 1) of the picture, what is
    visible on one side of all; None for more than `MOST_POINTS` of them, unless the picture is tiny."""
    field = _smoothed(alpha)
    inside = field > _LEVEL
    across = np.flatnonzero(inside[:, 1:] != inside[:, :-1])
    down = np.flatnonzero(inside[1:] != inside[:-1])
    if across.size + down.size > MOST_POINTS and max(alpha.shape) > _LEAST_SIDE:
        return None
    rows, columns = alpha.shape
    points = _crossings(field, across, down)
    following = _following(field, inside, across, down)
    scale = np.array([columns, rows], np.float64)
    return tuple(
        ring / scale
        for ring in _rings(points - (_AROUND - 0.5), following)
        if abs(_area(ring)) >= LEAST_AREA_PX
    )


def _smoothed(alpha: NDArray[np.uint8]) -> _Array:
    """Return alpha with nothing around it, smoothed; whole numbers, so the same everywhere."""
    field = np.pad(alpha.astype(np.int64), _AROUND)
    for axis in (0, 1):
        wide = np.pad(field, [(2, 2) if one == axis else (0, 0) for one in (0, 1)])
        length = field.shape[axis]
        parts = (wide.take(range(at, at + length), axis) * by for at, by in enumerate(_WEIGHTS))
        field = np.sum(list(parts), axis=0)
    return field.astype(np.float64)


def _crossings(field: _Array, across: _Indices, down: _Indices) -> _Array:
    """Return where the level is crossed, (n, 2): first between neighbours in rows, then in columns."""
    columns = field.shape[1]
    y, x = np.divmod(across, columns - 1)
    first, second = field[y, x], field[y, x + 1]
    level = np.stack([x + (_LEVEL - first) / (second - first), y.astype(np.float64)], axis=1)
    y, x = np.divmod(down, columns)
    first, second = field[y, x], field[y + 1, x]
    upright = np.stack([x.astype(np.float64), y + (_LEVEL - first) / (second - first)], axis=1)
    return np.concatenate([level, upright])


def _following(
    field: _Array, inside: NDArray[np.bool_], across: _Indices, down: _Indices
) -> _Indices:
    """Return for each crossing the next one, what is inside on the right as seen on a screen.

    In a cell of four neighbours a line goes from an edge that it enters by to one that it leaves by.
    """
    rows, columns = field.shape
    number_across = np.full((rows, columns - 1), -1, np.int64)
    number_across.flat[across] = np.arange(across.size)
    number_down = np.full((rows - 1, columns), -1, np.int64)
    number_down.flat[down] = across.size + np.arange(down.size)
    # Around a cell, clockwise: its corners, and the edge after each.
    corners = (inside[:-1, :-1], inside[:-1, 1:], inside[1:, 1:], inside[1:, :-1])
    edges = (number_across[:-1], number_down[:, 1:], number_across[1:], number_down[:, :-1])
    middle = (field[:-1, :-1] + field[:-1, 1:] + field[1:, 1:] + field[1:, :-1]) / 4 > _LEVEL
    crossed = sum((edge >= 0).astype(np.int64) for edge in edges)
    found = np.full(across.size + down.size, -1, np.int64)
    for start in range(4):
        # The line enters where corners turn from outside to inside, clockwise.
        enters = ~corners[start] & corners[(start + 1) % 4]
        for turn in (1, 2, 3):
            end = (start + turn) % 4
            leaves = corners[end] & ~corners[(end + 1) % 4]
            here = enters & leaves
            # Of two lines in a cell, those around its inside corners, unless its middle is inside.
            twice = here & (crossed == 4)
            joins = (turn == 3) if turn != 2 else False
            here &= (crossed == 2) | (twice & (middle == joins))
            found[edges[start][here]] = edges[end][here]
    return found


def _rings(points: _Array, following: _Indices) -> list[_Array]:
    """Return closed lines in the order of their first crossing."""
    after, seen = following.tolist(), bytearray(len(following))
    rings = []
    for first in range(len(after)):
        if seen[first]:
            continue
        ring, at = [], first
        while not seen[at]:
            seen[at] = 1
            ring.append(at)
            at = after[at]
        rings.append(points[ring])
    return rings


def _area(ring: _Array) -> float:
    x, y = (ring - ring[0]).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2
