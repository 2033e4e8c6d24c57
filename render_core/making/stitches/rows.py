"""Where parallel rows lie inside of an area: for fills, and for pictures of an area."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


class Rows(NamedTuple):
    """Stretches inside of an area, from the first row to the last, each row from the left.

    row: (n,) int64, at the height (row + ½) · pitch. left, right: (n,) float64.
    """

    row: NDArray[np.int64]
    left: NDArray[np.float64]
    right: NDArray[np.float64]


def rows_inside(segments: Points, pitch: float) -> Rows:
    """Return the rows of an area without overlaps. segments: (n, 4), its edges as x₀, y₀, x₁, y₁."""
    x0, y0, x1, y1 = segments.T
    low, high = np.minimum(y0, y1), np.maximum(y0, y1)
    first = np.ceil(low / pitch - 0.5).astype(np.int64)
    counts = np.maximum(np.ceil(high / pitch - 0.5).astype(np.int64) - first, 0)
    owner = np.repeat(np.arange(len(segments)), counts)
    before = np.cumsum(counts) - counts
    row = first[owner] + np.arange(len(owner)) - before[owner]
    share = ((row + 0.5) * pitch - y0[owner]) / (y1 - y0)[owner]
    at = x0[owner] + share * (x1 - x0)[owner]
    order = np.lexsort((at, row))
    row, at = row[order], at[order]
    return Rows(row[::2], at[::2], at[1::2])


def picture(
    rows: Rows, cell: float, left: int, top: int, width: int, height: int
) -> NDArray[np.uint8]:
    """Return (height, width) with 1 where a cell's middle lies inside. left, top: the first cell."""
    begin = np.clip(np.ceil(rows.left / cell - 0.5).astype(np.int64) - left, 0, width)
    end = np.clip(np.ceil(rows.right / cell - 0.5).astype(np.int64) - left, 0, width)
    changes = np.zeros((height, width + 1), np.int32)
    np.add.at(changes, (rows.row - top, begin), 1)
    np.add.at(changes, (rows.row - top, end), -1)
    return np.cumsum(changes, axis=1)[:, :width].astype(np.uint8)
