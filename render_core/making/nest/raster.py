"""Places pieces in what is still free on a sheet, leftmost first: gaps, holes of other parts, and all
of a sheet where the solver fails.

The sheet is a grid of cells; a cell that a piece's ring touches is its own. Pieces lie on whole cells, so
that up to a cell is lost on each side, and nothing overlaps.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pyclipper
from numpy.typing import NDArray

from render_core.making.nest.pieces import Piece, Ring, offset
from render_core.making.nest.turning import Placement, turned_points

_MOST_CELLS: Final = 250_000
_LEAST_CELL_UM: Final = 250
# Half the diagonal of a cell: how far from a cell's middle what touches it may be.
_HALF_DIAGONAL: Final = 0.70711
_BLOCKS: Final = 8
_FIRST_RUNS: Final = 6
MOST_ROTATIONS: Final = 4


class Mask(NamedTuple):
    """Cells of a piece. runs: (n, 3) row, first column, column after the last, longest first."""

    runs: NDArray[np.int64]
    rows: int
    columns: int
    left_um: float
    top_um: float


class Raster:
    """What is taken of a region, which begins at (0, 0).

    masks: cells of pieces by part, rotation and size of cells, kept from one region to the next.
    """

    def __init__(
        self, width_um: int, height_um: int, masks: dict[tuple[int, int, int], Mask] | None = None
    ) -> None:
        area = float(width_um) * height_um
        self.cell_um = max(int((area / _MOST_CELLS) ** 0.5) + 1, _LEAST_CELL_UM)
        self._rows = max(height_um // self.cell_um, 1)
        self._columns = max(width_um // self.cell_um, 1)
        self._taken = np.zeros((self._rows, self._columns), np.bool_)
        self._sums: NDArray[np.int32] | None = None
        self._masks = {} if masks is None else masks

    def take(self, piece: Piece, at: Placement) -> None:
        """Take what a placed piece covers; its holes stay open."""
        outer = _turned_ring(piece.ring, at)
        holes = [_turned_ring(hole, at) for hole in piece.holes]
        self.take_rings([outer], holes)

    def take_fixed(self, rings: list[Ring], grow_um: int) -> None:
        """Take what is fixed: rings as they lie in the region, with that much around them."""
        grown = offset([_anticlockwise(ring) for ring in rings], grow_um)
        self.take_rings([np.array(path, np.int64) for path in grown])

    def take_rings(self, rings: list[Ring], holes: list[Ring] | None = None) -> None:
        """Take the cells that rings touch, less those that lie in holes as a whole."""
        reach = int(self.cell_um * _HALF_DIAGONAL) + 1
        wide = offset([_anticlockwise(ring) for ring in rings], reach)
        narrow = offset([_anticlockwise(hole) for hole in holes or []], -reach) if holes else []
        taken = np.zeros_like(self._taken)
        for paths, value in ((wide, True), (narrow, False)):
            for path in paths:
                for row, first, last in _runs(np.array(path, np.float64), self.cell_um):
                    if 0 <= row < self._rows:
                        taken[row, max(first, 0) : max(last, 0)] = value
        self._taken |= taken
        self._sums = None

    def place(self, piece: Piece, rotations: tuple[int, ...]) -> Placement | None:
        """Return the leftmost free place for a piece, and take it; None if there is none."""
        best: tuple[int, int, int, Mask] | None = None
        for rotation in _some(rotations):
            mask = self._mask(piece, rotation)
            limit = self._columns if best is None else best[0] - mask.columns
            found = self._find(mask, limit)
            if found is not None:
                column, row = found
                key = (column + mask.columns, row, rotation)
                if best is None or key < best[:3]:
                    best = (*key, mask)
        if best is None:
            return None
        right, row, rotation, mask = best
        column = right - mask.columns
        for line, first, last in mask.runs.tolist():
            self._taken[row + line, column + first : column + last] = True
        self._sums = None
        x, y = column * self.cell_um - mask.left_um, row * self.cell_um - mask.top_um
        return Placement(rotation, round(x), round(y))

    def _find(self, mask: Mask, last_column: int) -> tuple[int, int] | None:
        """Return (column, row) of the leftmost free place whose column is at most `last_column`."""
        high = self._rows - mask.rows + 1
        wide = min(self._columns - mask.columns, last_column) + 1
        if high <= 0 or wide <= 0:
            return None
        step = max(wide // _BLOCKS, 16)
        for start in range(0, wide, step):
            end = min(start + step, wide)
            found = self._find_between(mask, start, end, high)
            if found is not None:
                return found
        return None

    def _find_between(self, mask: Mask, start: int, end: int, high: int) -> tuple[int, int] | None:
        sums = self._running()
        free = np.ones((high, end - start), np.bool_)
        for row, first, last in mask.runs[:_FIRST_RUNS].tolist():
            rows = sums[row : row + high]
            free &= rows[:, start + last : end + last] == rows[:, start + first : end + first]
        ys, xs = np.nonzero(free)
        xs += start
        for row, first, last in mask.runs[_FIRST_RUNS:].tolist():
            if not xs.size:
                return None
            kept = sums[ys + row, xs + last] == sums[ys + row, xs + first]
            xs, ys = xs[kept], ys[kept]
        if not xs.size:
            return None
        leftmost = int(np.lexsort((ys, xs))[0])
        return int(xs[leftmost]), int(ys[leftmost])

    def _running(self) -> NDArray[np.int32]:
        if self._sums is None:
            self._sums = np.zeros((self._rows, self._columns + 1), np.int32)
            np.cumsum(self._taken, axis=1, dtype=np.int32, out=self._sums[:, 1:])
        return self._sums

    def _mask(self, piece: Piece, rotation: int) -> Mask:
        key = (piece.part, rotation, self.cell_um)
        if key not in self._masks:
            self._masks[key] = _mask(piece, rotation, self.cell_um)
        return self._masks[key]


def _mask(piece: Piece, rotation: int, cell: int) -> Mask:
    points = turned_points(piece.ring.astype(np.float64), rotation)
    left, top = points.min(axis=0).tolist()
    points -= [left, top]
    width, height = points.max(axis=0).tolist()
    rows, columns = int(height // cell) + 1, int(width // cell) + 1
    reach = int(cell * _HALF_DIAGONAL) + 1
    runs = [
        (row, max(first, 0), min(last, columns))
        for path in offset([_anticlockwise(np.rint(points).astype(np.int64))], reach)
        for row, first, last in _runs(np.array(path, np.float64), cell)
        if 0 <= row < rows
    ]
    longest = sorted((run for run in runs if run[2] > run[1]), key=lambda run: run[1] - run[2])
    # Some from all over the piece first, so that little is left to be looked at.
    spread = longest[:: max(len(longest) // _FIRST_RUNS, 1)]
    rest = [run for run in longest if run not in set(spread)]
    return Mask(np.array([*spread, *rest], np.int64).reshape(-1, 3), rows, columns, left, top)


def _runs(ring: NDArray[np.float64], cell: int) -> list[tuple[int, int, int]]:
    """Return (row, first column, column after the last) of cells whose middles lie in a ring."""
    x0, y0 = ring.T
    x1, y1 = np.roll(ring, -1, axis=0).T
    first, last = int(y0.min() // cell), int(y0.max() // cell)
    runs = []
    for row in range(first, last + 1):
        y = (row + 0.5) * cell
        spans = (y0 <= y) != (y1 <= y)
        cut = np.sort(x0[spans] + (y - y0[spans]) * (x1[spans] - x0[spans]) / (y1 - y0)[spans])
        columns = np.ceil(cut / cell - 0.5).astype(int).tolist()
        runs += [
            (row, begin, end)
            for begin, end in zip(columns[::2], columns[1::2], strict=True)
            if begin < end
        ]
    return runs


def _turned_ring(ring: Ring, at: Placement) -> Ring:
    points = turned_points(ring.astype(np.float64), at.rotation) + np.array([at.x_um, at.y_um])
    rounded: Ring = np.rint(points).astype(np.int64)
    return rounded


def _anticlockwise(ring: Ring) -> list[list[int]]:
    path: list[list[int]] = ring.tolist()
    return path if pyclipper.Orientation(path) else path[::-1]


def _some(rotations: tuple[int, ...]) -> tuple[int, ...]:
    """Return rotations all around where there are very many."""
    step = -(-len(rotations) // MOST_ROTATIONS)
    return rotations[::step]
