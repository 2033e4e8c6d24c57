"""Exact-area scanline rasteriser: how much of each pixel an outline covers.

Contours are chains of nodes. The chain gets a node wherever it passes from one pixel row to another,
then wherever it passes from one column to another; after that each piece lies in one cell, adds its
signed height and the signed area beside it there, and a running sum along the row turns these into
coverage. (The method of FreeType's smooth rasteriser and of font-rs, here over arrays.)

Nodes are whole numbers of 1/256 pixel, those put in between as well, and sums are in whole numbers:
the result depends neither on the order of additions nor on the vector instructions of the machine.
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
MAX_PIXEL: Final = 1 << 20  # Coordinates beyond are refused; they would not fit.

# Half and a little: where an edge passes a row exactly between two nodes, the last bit of a
# quotient must not decide, or it would be another node in another window or from the other end.
# Fractions of less than 2**22 (edges of 16,384 pixels) are exactly a half or farther from it.
_HALF: Final = 0.5 + 2.0**-23

# Cells are added up in groups of eight: as bytes they are one machine word.
_GROUP_BITS: Final = 3
_GROUP: Final = 1 << _GROUP_BITS
_EACH_BYTE: Final = np.uint64(0x0101010101010101)

Nodes = NDArray[np.int32]
_Index = NDArray[np.int64]


class Edges(NamedTuple):
    """Closed contours, one after the other. x, y: (n,) int32, 1/256 pixel; y down.

    The last node of each contour repeats its first. ends: (k,) int64, the index of that node.
    """

    x: Nodes
    y: Nodes
    ends: _Index

    @property
    def is_empty(self) -> bool:
        return self.x.size == 0


NO_EDGES: Final = Edges(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int64))


class Patch(NamedTuple):
    """A piece of coverage. left, top: its place in pixels. alpha: (h, w) uint8, 255 is inside."""

    left: int
    top: int
    alpha: NDArray[np.uint8]


def edges_of(contours_px: Iterable[NDArray[np.float64]]) -> Edges:
    """Return the edges of closed contours.

    contours_px: each (m, 2) float64, pixels, y down; the last point joins the first.
    Raises ValueError beyond ±2**20 pixels.
    """
    closed = [np.append(points, points[:1], axis=0) for points in contours_px if len(points)]
    if not closed:
        return NO_EDGES
    sizes = np.array([len(points) for points in closed], np.int64)
    return edges_through(np.concatenate(closed).T * SUBPIXEL, np.cumsum(sizes) - 1)


def edges_through(nodes: NDArray[np.float64], ends: _Index) -> Edges:
    """Return the edges through nodes, rounded to whole numbers.

    nodes: (2, n) float64, x and y in 1/256 pixel. ends: as in `Edges`.
    Raises ValueError beyond ±2**20 pixels.
    """
    limit = MAX_PIXEL * SUBPIXEL
    if nodes.size and not (nodes.min() > -limit and nodes.max() < limit):  # NaN, too.
        raise ValueError("a point lies outside the range of the rasteriser")
    x, y = np.rint(nodes).astype(np.int32)
    return Edges(x, y, ends)


def patches(edges: Edges, width: int, height: int) -> Iterator[Patch]:
    """Yield the coverage inside a canvas of width × height pixels, from top to bottom.

    Each patch spans the columns that the outline touches and holds at most about `BAND_PIXELS`
    pixels. Contours must not overlap (see `solid`); where they do, windings of one direction
    are filled and opposite ones cancel. Coverage is rounded to the nearest of 256 steps.
    """
    if edges.is_empty:
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
    x, y = edges.x, edges.y
    low = (int(x.min()) >> SUBPIXEL_BITS, int(y.min()) >> SUBPIXEL_BITS)
    return (*low, -(-int(x.max()) >> SUBPIXEL_BITS), -(-int(y.max()) >> SUBPIXEL_BITS))


def window(edges: Edges, left: int, top: int, width: int, height: int) -> NDArray[np.uint8]:
    """Return the coverage of one window of the pixel grid: (height, width) uint8."""
    if edges.is_empty:
        return np.zeros((height, width), np.uint8)
    x, y = edges.x - (left << SUBPIXEL_BITS), edges.y - (top << SUBPIXEL_BITS)
    return _cover(_near(Edges(x, y, edges.ends), height), width, height)


def coverage(
    contours_px: Iterable[NDArray[np.float64]], width: int, height: int
) -> NDArray[np.uint8]:
    """Return the coverage of closed contours on a whole canvas: (height, width) uint8."""
    canvas = np.zeros((height, width), np.uint8)
    for patch in patches(edges_of(contours_px), width, height):
        rows, columns = patch.alpha.shape
        canvas[patch.top : patch.top + rows, patch.left : patch.left + columns] = patch.alpha
    return canvas


def _near(edges: Edges, height: int) -> Edges:
    """Leave out nodes that lie above the window, or below it, together with both neighbours."""
    y = edges.y
    if y.min() >= 0 and y.max() <= height << SUBPIXEL_BITS:
        return edges
    side = np.zeros(y.size, np.int8)
    side[y < 0], side[y > height << SUBPIXEL_BITS] = -1, 1
    kept = side == 0
    kept[1:] |= side[1:] != side[:-1]
    kept[:-1] |= side[1:] != side[:-1]
    kept[0] = True
    kept[edges.ends] = True
    kept[edges.ends[:-1] + 1] = True
    index = np.flatnonzero(kept)
    return Edges(edges.x.take(index), y.take(index), np.cumsum(kept).take(edges.ends) - 1)


def _cover(edges: Edges, width: int, height: int) -> NDArray[np.uint8]:
    """Rasterise edges, already relative to the window, into (height, width) uint8."""
    y, x, loose = _cut(edges.y, edges.x, edges.ends[:-1], height)
    y = _clipped(y, height)
    # What is level adds nothing, nor does the way from the end of a contour to the next one.
    rise = y[1:] - y[:-1]
    rise[loose] = 0
    x, y, loose = _cut(x, y, np.flatnonzero(rise == 0), width)
    x = _clipped(x, width)
    rise = y[1:] - y[:-1]
    rise[loose] = 0
    return _summed(x[1:] + x[:-1], y[1:] + y[:-1], rise, width, height)


def _cut(along: Nodes, beside: Nodes, loose: _Index, cells: int) -> tuple[Nodes, Nodes, _Index]:
    """Put nodes in where a chain passes from one pixel to the next along one axis.

    along, beside: (n,) the nodes on that axis and on the other one. loose: pieces that are left as
    they are, by the index of their first node. cells: pixels of the window along the axis; what
    lies outside of it is cut at its borders only.
    Returns along, beside and loose of the longer chain.
    """
    cell = along >> SUBPIXEL_BITS
    if cell.min() < 0 or cell.max() > cells:
        np.clip(cell, -1, cells, out=cell)
    steps = cell[1:] - cell[:-1]
    steps[loose] = 0
    first = np.flatnonzero(steps != 0)
    second = first + 1
    steps = steps.take(first)
    back = steps >> 31  # -1 where the chain runs towards lower numbers.
    added = np.abs(steps)
    # The border of a pixel that lies before the first of those to cut at, and the way to the next.
    border, size = (cell.take(first) - back) << SUBPIXEL_BITS, (back | 1) << SUBPIXEL_BITS
    start, level = along.take(first), beside.take(first)
    slope = (beside.take(second) - level) / (along.take(second) - start)
    offset = (border - start) * slope + level + _HALF
    slope *= size
    # Now the n-th new node of a piece is border + n · size, floor(offset + n · slope).
    owner = np.repeat(np.arange(first.size), added)
    count = np.arange(1, owner.size + 1, dtype=np.int32)
    number = count - (np.cumsum(added, dtype=np.int32) - added).take(owner)
    new_beside = slope.take(owner)
    new_beside *= number
    new_beside += offset.take(owner)
    new_along = size.take(owner)
    new_along *= number
    new_along += border.take(owner)
    shift = np.ones(along.size, np.int64)
    shift[0] = 0
    shift[second] += added
    old, new = np.cumsum(shift), first.take(owner) + count
    pairs = ((along, new_along), (beside, np.floor(new_beside).astype(np.int32)))
    merged = np.empty((2, along.size + owner.size), np.int32)
    for out, (before, between) in zip(merged, pairs, strict=True):
        out[old] = before
        out[new] = between
    return merged[0], merged[1], old.take(loose)


def _clipped(nodes: Nodes, cells: int) -> Nodes:
    """Move what lies outside of the window onto its borders, where all edges were cut."""
    if nodes.min() < 0 or nodes.max() > cells << SUBPIXEL_BITS:
        return np.clip(nodes, 0, cells << SUBPIXEL_BITS)
    return nodes


def _summed(
    double_x: Nodes, double_y: Nodes, rise: Nodes, width: int, height: int
) -> NDArray[np.uint8]:
    """Add up pieces, each within a cell, to coverage: (height, width) uint8.

    double_x, double_y: the sum of both ends, 1/256 pixel. rise: the signed height. They are used up.
    What stands on the right border has a column of its own, the lower border a row.
    """
    stride = width + 1
    double_y >>= SUBPIXEL_BITS + 1
    double_y *= stride
    double_y += double_x >> (SUBPIXEL_BITS + 1)
    place = double_y.astype(np.int64)
    # A cell keeps the part right of the edge; all cells after it get the whole rise.
    double_x &= 2 * SUBPIXEL - 1
    double_x *= rise
    rise *= 2 * SUBPIXEL
    rise -= double_x
    groups = ((height + 1) * stride >> _GROUP_BITS) + 1
    sums = np.zeros((groups, _GROUP), np.int32)
    touched = np.zeros(groups, np.bool_)
    touched[0] = True
    for part in (rise, double_x):
        touched[place >> _GROUP_BITS] = True
        np.add.at(sums.reshape(-1), place, part)
        place += 1
    # Between groups that an edge touches coverage stays the same.
    group = np.flatnonzero(touched)
    area = sums.take(group, axis=0).reshape(-1)
    np.cumsum(area, dtype=np.int32, out=area)
    np.abs(area, out=area)
    np.minimum(area, FULL_AREA, out=area)
    area *= 255
    area += FULL_AREA // 2
    area >>= AREA_BITS
    alpha = area.astype(np.uint8)
    words = np.repeat(alpha[_GROUP - 1 :: _GROUP] * _EACH_BYTE, np.diff(group, append=groups))
    words[group] = alpha.view(np.uint64)
    return words.view(np.uint8)[: height * stride].reshape(height, stride)[:, :width]
