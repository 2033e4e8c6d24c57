"""Exact-area scanline rasteriser: how much of each pixel an outline covers.

Every edge is cut at pixel rows and columns; each piece adds its signed height and the signed area
beside it to its cell, and a running sum along the row turns these into coverage. (The method of
FreeType's smooth rasteriser and of font-rs, here over arrays.)

Points are rounded once to 1/256 pixel; from there on all arithmetic is in whole numbers, so that
the result does not depend on the order of additions or on the vector instructions of the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

SUBPIXEL_BITS: Final = 8
SUBPIXEL: Final = 1 << SUBPIXEL_BITS
AREA_BITS: Final = 2 * SUBPIXEL_BITS + 1
FULL_AREA: Final = 1 << AREA_BITS  # One whole pixel, in the unit of the sums.
BAND_PIXELS: Final = 1 << 21  # Pixels worked on at a time: bounds the memory of large images.
MAX_PIXEL: Final = 1 << 20  # Coordinates beyond are refused; products stay inside int64.

Edges = NDArray[np.int64]


class Patch(NamedTuple):
    """A piece of coverage. left, top: its place in pixels. alpha: (h, w) uint8, 255 is inside."""

    left: int
    top: int
    alpha: NDArray[np.uint8]


def edges_of(contours_px: Iterable[NDArray[np.float64]]) -> Edges:
    """Return the edges (n, 4) x0 y0 x1 y1 in 1/256 pixel of closed contours.

    contours_px: each (m, 2) float64, pixels, y down; the last point joins the first.
    Level edges are left out: they carry no area. Raises ValueError beyond ±2**20 pixels.
    """
    starts, ends = [], []
    for contour in contours_px:
        if len(contour) > 2:
            if not np.all(np.abs(contour) < MAX_PIXEL):
                raise ValueError("a point lies outside the range of the rasteriser")
            points = np.rint(contour * SUBPIXEL).astype(np.int64)
            starts.append(points)
            ends.append(np.roll(points, -1, axis=0))
    if not starts:
        return np.zeros((0, 4), np.int64)
    edges = np.concatenate([np.concatenate(starts), np.concatenate(ends)], axis=1)
    level: Edges = edges[edges[:, 1] != edges[:, 3]]
    return level


def patches(edges: Edges, width: int, height: int) -> Iterator[Patch]:
    """Yield the coverage inside a canvas of width × height pixels, from top to bottom.

    Each patch spans the columns that the outline touches and holds at most about `BAND_PIXELS`
    pixels. Contours must not overlap (see `solid`); where they do, windings of one direction
    are filled and opposite ones cancel. Coverage is rounded to the nearest of 256 steps.
    """
    if not len(edges):
        return
    low = edges.reshape(-1, 2).min(axis=0) >> SUBPIXEL_BITS
    high = -(-edges.reshape(-1, 2).max(axis=0) >> SUBPIXEL_BITS)
    left, right = max(0, int(low[0])), min(width, int(high[0]))
    top, bottom = max(0, int(low[1])), min(height, int(high[1]))
    if left >= right:
        return
    rows = max(1, BAND_PIXELS // (right - left))
    for start in range(top, bottom, rows):
        stop = min(bottom, start + rows)
        yield Patch(left, start, window(edges, left, start, right - left, stop - start))


def window(edges: Edges, left: int, top: int, width: int, height: int) -> NDArray[np.uint8]:
    """Return the coverage of one window of the pixel grid: (height, width) uint8."""
    shift = np.array([left, top, left, top], np.int64) << SUBPIXEL_BITS
    return _cover(edges - shift, width, height)


def coverage(
    contours_px: Iterable[NDArray[np.float64]], width: int, height: int
) -> NDArray[np.uint8]:
    """Return the coverage of closed contours on a whole canvas: (height, width) uint8."""
    canvas = np.zeros((height, width), np.uint8)
    for patch in patches(edges_of(contours_px), width, height):
        rows, columns = patch.alpha.shape
        canvas[patch.top : patch.top + rows, patch.left : patch.left + columns] = patch.alpha
    return canvas


def _cover(edges: Edges, width: int, height: int) -> NDArray[np.uint8]:
    """Rasterise edges, already relative to the window, into (height, width) uint8."""
    column, row, rise, double_run = _cells(*_row_pieces(edges, height), width)
    # A cell keeps the part right of the edge; all cells after it get the whole rise.
    stride = width + 1
    first = row * stride + column
    beside = rise * double_run
    index = np.concatenate([first, first + 1])
    share = np.concatenate([rise * (2 * SUBPIXEL) - beside, beside])
    sums = np.zeros(height * stride, np.int32)
    np.add.at(sums, index, share.astype(np.int32))
    area = np.cumsum(sums.reshape(height, stride)[:, :width], axis=1, dtype=np.int32)
    np.abs(area, out=area)
    np.minimum(area, FULL_AREA, out=area)
    area *= 255
    area += FULL_AREA // 2
    area >>= AREA_BITS
    return area.astype(np.uint8)


def _row_pieces(edges: Edges, height: int) -> tuple[Edges, Edges, Edges, Edges, Edges]:
    """Cut edges at pixel rows: row, x at the top, x at the bottom, rise, direction of each piece."""
    down = edges[:, 3] > edges[:, 1]
    x0, y0, x1, y1 = np.where(down[:, None], edges, edges[:, [2, 3, 0, 1]]).T
    seen = (y1 > 0) & (y0 < height << SUBPIXEL_BITS)
    x0, y0, x1, y1, down = x0[seen], y0[seen], x1[seen], y1[seen], down[seen]
    first = np.maximum(y0, 0) >> SUBPIXEL_BITS
    last = np.minimum((y1 - 1) >> SUBPIXEL_BITS, height - 1)
    owner, row = _spread(first, last)
    x0, y0, x1, y1 = x0[owner], y0[owner], x1[owner], y1[owner]
    top = np.maximum(y0, row << SUBPIXEL_BITS)
    bottom = np.minimum(y1, (row + 1) << SUBPIXEL_BITS)
    run, fall = x1 - x0, y1 - y0
    x_top = x0 + (top - y0) * run // fall
    x_bottom = x0 + (bottom - y0) * run // fall
    return row, x_top, x_bottom, bottom - top, np.where(down[owner], 1, -1)


def _cells(
    row: Edges, x_top: Edges, x_bottom: Edges, rise: Edges, direction: Edges, width: int
) -> tuple[Edges, Edges, Edges, Edges]:
    """Cut row pieces at pixel columns: column, row, signed rise, left plus right offset in the cell.

    What lies left of the window counts as standing on its left edge; what lies right is dropped.
    """
    low, high = np.minimum(x_top, x_bottom), np.maximum(x_top, x_bottom)
    first = np.clip(low >> SUBPIXEL_BITS, -1, width)
    last = np.clip(np.maximum(high - 1, low) >> SUBPIXEL_BITS, -1, width)
    owner, column = _spread(first, last)
    seen = column < width
    owner, column = owner[seen], column[seen]
    low, high, rise = low[owner], high[owner], rise[owner]
    cell = column << SUBPIXEL_BITS
    outside = column < 0
    left = np.where(outside, low, np.maximum(low, cell))
    right = np.minimum(high, cell + SUBPIXEL)
    run = np.maximum(high - low, 1)
    part = (right - low) * rise // run - (left - low) * rise // run
    part = np.where(high == low, rise, part)
    offset = np.where(outside, 0, left + right - 2 * cell)
    return np.maximum(column, 0), row[owner], part * direction[owner], offset


def _spread(first: Edges, last: Edges) -> tuple[Edges, Edges]:
    """Return for each whole number from first to last, inclusive: whose it is, and the number."""
    counts = np.maximum(last - first + 1, 0)
    owner = np.repeat(np.arange(counts.size), counts)
    before = np.cumsum(counts) - counts
    return owner, np.arange(owner.size) - before[owner] + first[owner]
