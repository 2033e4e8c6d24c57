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
_Floats = NDArray[np.float64]


NO_EDGES: Final[Edges] = np.zeros((4, 0), np.int64)


class Patch(NamedTuple):
    """A piece of coverage. left, top: its place in pixels. alpha: (h, w) uint8, 255 is inside."""

    left: int
    top: int
    alpha: NDArray[np.uint8]


def edges_of(contours_px: Iterable[NDArray[np.float64]]) -> Edges:
    """Return the edges (4, n) x0 y0 x1 y1 in 1/256 pixel of closed contours.

    contours_px: each (m, 2) float64, pixels, y down; the last point joins the first.
    Level edges are left out: they carry no area. Raises ValueError beyond ±2**20 pixels.
    """
    contours = [contour for contour in contours_px if len(contour)]
    if not contours:
        return NO_EDGES
    sizes = np.array([len(contour) for contour in contours], np.int64)
    points = np.concatenate(contours)
    return edges_between(points[:, 0], points[:, 1], np.cumsum(sizes) - sizes)


def edges_between(x: _Floats, y: _Floats, starts: NDArray[np.int64]) -> Edges:
    """Return the edges of contours that lie one after the other; as `edges_of`.

    x, y: (n,) float64, pixels. starts: (k,) where each contour begins.
    """
    for axis in (x, y):
        if axis.size and not (axis.min() > -MAX_PIXEL and axis.max() < MAX_PIXEL):  # NaN, too.
            raise ValueError("a point lies outside the range of the rasteriser")
    edges = np.empty((4, x.size), np.int64)
    edges[0], edges[1] = np.rint(x * SUBPIXEL), np.rint(y * SUBPIXEL)
    following = np.arange(1, x.size + 1)
    following[np.append(starts[1:], x.size) - 1] = starts
    edges[2], edges[3] = edges[0].take(following), edges[1].take(following)
    return edges.take(np.flatnonzero(edges[1] != edges[3]), axis=1)


def patches(edges: Edges, width: int, height: int) -> Iterator[Patch]:
    """Yield the coverage inside a canvas of width × height pixels, from top to bottom.

    Each patch spans the columns that the outline touches and holds at most about `BAND_PIXELS`
    pixels. Contours must not overlap (see `solid`); where they do, windings of one direction
    are filled and opposite ones cancel. Coverage is rounded to the nearest of 256 steps.
    """
    if not edges.size:
        return
    left, top, right, bottom = extents_px(edges)
    left, right = max(0, left), min(width, right)
    top, bottom = max(0, top), min(height, bottom)
    if left >= right:
        return
    rows = max(1, BAND_PIXELS // (right - left))
    for start in range(top, bottom, rows):
        stop = min(bottom, start + rows)
        yield Patch(left, start, window(edges, left, start, right - left, stop - start))


def extents_px(edges: Edges) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of some edges in whole pixels, outwards."""
    x, y = edges[0::2], edges[1]  # Where contours are closed, every height is a start.
    left, top, right, bottom = x.min(), y.min(), x.max(), y.max()
    low = (int(left) >> SUBPIXEL_BITS, int(top) >> SUBPIXEL_BITS)
    return (*low, -(-int(right) >> SUBPIXEL_BITS), -(-int(bottom) >> SUBPIXEL_BITS))


def window(edges: Edges, left: int, top: int, width: int, height: int) -> NDArray[np.uint8]:
    """Return the coverage of one window of the pixel grid: (height, width) uint8."""
    shift = np.array([[left], [top], [left], [top]], np.int64) << SUBPIXEL_BITS
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
    # A cell keeps the part right of the edge; all cells after it get the whole rise. In 1/255 of the
    # unit of areas, so that the sums need no product.
    stride = width + 1
    place = row * stride + column
    rise *= 255
    beside = rise * double_run
    rise *= 2 * SUBPIXEL
    rise -= beside
    sums = np.zeros(height * stride + 1, np.int32)
    np.add.at(sums, place, rise.astype(np.int32))
    place += 1
    np.add.at(sums, place, beside.astype(np.int32))
    # Between cells that an edge touches coverage stays the same, and every row ends with nothing.
    touched = np.flatnonzero(sums != 0)
    area = np.abs(np.cumsum(sums.take(touched), dtype=np.int64))
    np.minimum(area, 255 * FULL_AREA, out=area)
    alpha = np.zeros(area.size + 1, np.uint8)
    alpha[1:] = (area + FULL_AREA // 2) >> AREA_BITS
    lengths = np.diff(touched, prepend=0, append=sums.size)
    return np.repeat(alpha, lengths)[:-1].reshape(height, stride)[:, :width]


def _row_pieces(edges: Edges, height: int) -> tuple[Edges, Edges, Edges, Edges]:
    """Cut edges at pixel rows: row, x at the top, x at the bottom, signed rise of each piece."""
    x0, y0, x1, y1 = edges
    down = y1 > y0
    x0, x1 = np.where(down, x0, x1), np.where(down, x1, x0)
    y0, y1 = np.minimum(y0, y1), np.maximum(y0, y1)
    if y0.min(initial=0) < 0 or y1.max(initial=0) > height << SUBPIXEL_BITS:
        seen = np.flatnonzero((y1 > 0) & (y0 < height << SUBPIXEL_BITS))
        x0, y0, x1, y1, down = (one.take(seen) for one in (x0, y0, x1, y1, down))
    first = np.maximum(y0, 0) >> SUBPIXEL_BITS
    last = np.minimum((y1 - 1) >> SUBPIXEL_BITS, height - 1)
    owner, row = _spread(first, last)
    run, fall = x1 - x0, y1 - y0
    start = y0.take(owner)
    top = np.maximum(start, row << SUBPIXEL_BITS)
    x_top = x0.take(owner) + (top - start) * run.take(owner) // fall.take(owner)
    # A piece ends where the next one of its edge begins.
    x_bottom, bottom = np.empty_like(x_top), np.empty_like(top)
    x_bottom[:-1], bottom[:-1] = x_top[1:], top[1:]
    ends = np.cumsum(last - first + 1) - 1
    low = np.minimum(y1, (last + 1) << SUBPIXEL_BITS)
    x_bottom[ends], bottom[ends] = x0 + (low - y0) * run // fall, low
    rise = bottom - top
    return row, x_top, x_bottom, np.where(down.take(owner), rise, -rise)


def _cells(
    row: Edges, x_top: Edges, x_bottom: Edges, rise: Edges, width: int
) -> tuple[Edges, Edges, Edges, Edges]:
    """Cut row pieces at pixel columns: column, row, signed rise, left plus right offset in the cell.

    What lies left of the window counts as standing on its left edge, what lies right as standing on
    its right edge, in a column of its own.
    """
    low, high = np.minimum(x_top, x_bottom), np.maximum(x_top, x_bottom)
    first, last = low >> SUBPIXEL_BITS, np.maximum(high - 1, low) >> SUBPIXEL_BITS
    if first.min(initial=0) >= 0 and last.max(initial=0) < width:
        one, many = np.flatnonzero(first == last), np.flatnonzero(first != last)
        column = first.take(one)
        offset = low.take(one) + high.take(one) - (column << (SUBPIXEL_BITS + 1))
        owner, columns = _spread(first.take(many), last.take(many))
        owner = many.take(owner)
        part, offsets = _parts(low.take(owner), high.take(owner), rise.take(owner), columns, width)
        rows = row.take(np.concatenate([one, owner]))
        part = np.concatenate([rise.take(one), part])
        return (np.concatenate([column, columns]), rows, part, np.concatenate([offset, offsets]))
    owner, column = _spread(np.clip(first, -1, width), np.clip(last, -1, width))
    part, offset = _parts(low.take(owner), high.take(owner), rise.take(owner), column, width)
    return np.maximum(column, 0), row.take(owner), part, offset


def _parts(low: Edges, high: Edges, rise: Edges, column: Edges, width: int) -> tuple[Edges, Edges]:
    """Return the signed rise of pieces within a column, and their left plus right offset in it.

    Column −1 is all that lies left of the window, column `width` all that lies right of it.
    """
    cell = column << SUBPIXEL_BITS
    before, beyond = column < 0, column == width
    left = np.where(before, low, np.maximum(low, cell))
    right = np.where(beyond, high, np.minimum(high, cell + SUBPIXEL))
    run, size = np.maximum(high - low, 1), np.abs(rise)
    part = (right - low) * size // run - (left - low) * size // run
    part = np.where(rise < 0, -part, part)
    part = np.where(high == low, rise, part)
    return part, np.where(before | beyond, 0, left + right - 2 * cell)


def _spread(first: Edges, last: Edges) -> tuple[Edges, Edges]:
    """Return for each whole number from first to last, inclusive: whose it is, and the number."""
    counts = np.maximum(last - first + 1, 0)
    owner = np.repeat(np.arange(counts.size), counts)
    shift = first - (np.cumsum(counts) - counts)
    return owner, np.arange(owner.size) + shift.take(owner)
