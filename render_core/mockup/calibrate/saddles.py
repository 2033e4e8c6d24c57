"""Finds a chequerboard on a photo: where four squares meet, to a small part of a pixel.

Light around such a corner is a saddle: −det of the Hessian is large there. Each is placed by fitting
a quadric to the blurred light around it and solving for its middle (L. Lucchese, S. K. Mitra, "Using
saddle points for subpixel feature detection in camera calibration targets", 2002). The corners are
then numbered outwards from the one in the middle, each step predicted by the last, so that a board
on a bent product is followed as well.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Cell = tuple[int, int]

_SIGMAS: Final = (1.5, 2.5)
_STRONGEST: Final = 4000
_FITS: Final = 4
_SHARES: Final = (100, 110, 130, 200, 100_000)  # Of as many as the board has, in percent.
_NEAR_SHARE: Final = 0.2  # Of a step: how far from the predicted place a corner may lie.


class NoBoard(ValueError):
    """The photo shows no whole board: the sentence says what was found."""


def find_board(grey: Floats, columns: int, rows: int) -> Floats:
    """Return the inner corners of a board, (rows · columns, 2), x and y in pixels, row by row.

    grey: (h, w). columns, rows: of inner corners. The first one is the corner nearest to the photo's top left
    of the four that the board could begin with. Raises NoBoard.
    """
    best, wanted = 0, columns * rows
    for sigma in _SIGMAS:
        strongest = saddles(grey, sigma)
        # The board's corners are stronger than what looks like one at its rim, as a rule.
        for count in dict.fromkeys(min(wanted * share // 100, len(strongest)) for share in _SHARES):
            points = strongest[:count]
            for start in _starts(points):
                cells = _numbered(points, start)
                found = _whole(points, cells, columns, rows)
                if found is not None:
                    return _upright(found, columns, rows)
                best = max(best, len(cells))
    raise NoBoard(
        f"No board of {columns} × {rows} inner corners was found; at most {best} hang together. "
        "Photograph all of it, sharp and evenly lit, and say how many squares it has."
    )


def saddles(grey: Floats, sigma: float) -> Floats:
    """Return saddle points, the strongest first: (n, 2), middles of pixels at halves."""
    soft = _blurred(grey, sigma)
    yy, xx = _second(soft, 0), _second(soft, 1)
    xy = _first(_first(soft, 0), 1)
    strength = xy * xy - xx * yy
    edge = max(4, round(3 * sigma))
    peaks = np.zeros(strength.shape, np.bool_)
    inner = (slice(edge, -edge), slice(edge, -edge))
    peaks[inner] = _is_peak(strength, max(2, round(2 * sigma)))[inner]
    peaks &= strength > 0.03 * strength[inner].max(initial=1e-9)
    row, column = np.nonzero(peaks)
    order = np.argsort(-strength[row, column], kind="stable")[:_STRONGEST]
    return _refined(soft, row[order], column[order], max(2, round(1.2 * sigma)))


def _refined(
    soft: Floats, row: NDArray[np.int64], column: NDArray[np.int64], radius: int
) -> Floats:
    """Return the middles of quadrics fitted to windows, moved after them; those that run off are dropped."""
    offsets = np.arange(-radius, radius + 1)
    dy, dx = (plane.ravel() for plane in np.meshgrid(offsets, offsets, indexing="ij"))
    terms = np.stack([dx * dx, dx * dy, dy * dy, dx, dy, np.ones_like(dx)], axis=1)
    solve = np.linalg.pinv(terms.astype(np.float64))
    height, width = soft.shape
    x = y = area = np.zeros(row.size)
    for _ in range(_FITS):
        row = np.clip(row + np.rint(y).astype(np.int64), radius, height - radius - 1)
        column = np.clip(column + np.rint(x).astype(np.int64), radius, width - radius - 1)
        window = soft[row[:, None] + dy, column[:, None] + dx]
        a, b, c, d, e, _ = (window @ solve.T).T
        area = 4 * a * c - b * b
        away = np.where(area < 0, area, -np.inf)  # No saddle: it stays where it is.
        x = np.clip((b * e - 2 * c * d) / away, -radius, radius)
        y = np.clip((b * d - 2 * a * e) / away, -radius, radius)
    fine = (np.abs(x) <= 1) & (np.abs(y) <= 1) & (area < 0)
    return np.stack([column + x + 0.5, row + y + 0.5], axis=1)[fine]


def _starts(points: Floats) -> list[int]:
    """Return where numbering may start: points near to the middle of the strongest."""
    if len(points) < 9:
        return []
    middle = np.median(points[:200], axis=0)
    return [int(index) for index in np.argsort(((points - middle) ** 2).sum(axis=1))[:12]]


def _numbered(points: Floats, start: int) -> dict[Cell, int]:
    """Return points by column and row, grown outwards from one."""
    steps = _first_steps(points, start)
    if steps is None:
        return {}
    cells: dict[Cell, int] = {(0, 0): start}
    used = {start}
    ways = {(0, 0): steps}
    waiting = deque([(0, 0)])
    while waiting:
        cell = waiting.popleft()
        here = points[cells[cell]]
        for axis, sign in ((0, 1), (0, -1), (1, 1), (1, -1)):
            beside = (cell[0] + sign * (axis == 0), cell[1] + sign * (axis == 1))
            if beside in cells:
                continue
            step = ways[cell][axis] * sign
            far = ((points - (here + step)) ** 2).sum(axis=1)
            index = int(np.argmin(far))
            length = float(np.hypot(*step))
            if index in used or far[index] > (_NEAR_SHARE * length) ** 2:
                continue
            new = list(ways[cell])
            new[axis] = (points[index] - here) * sign
            cells[beside], ways[beside] = index, (new[0], new[1])
            used.add(index)
            waiting.append(beside)
    return cells


def _first_steps(points: Floats, start: int) -> tuple[Floats, Floats] | None:
    """Return the ways to two neighbours that have a counterpart on the other side."""
    ways = points - points[start]
    near = np.argsort((ways * ways).sum(axis=1))[1:9]
    pairs = []
    for index in near:
        back = ((ways + ways[index]) ** 2).sum(axis=1)
        length = float(np.hypot(*ways[index]))
        if np.sqrt(back.min()) < 0.25 * length:
            pairs.append(ways[index])
    for second in pairs[1:]:
        first = pairs[0]
        turn = first[0] * second[1] - first[1] * second[0]
        if abs(turn) > 0.45 * np.hypot(*first) * np.hypot(*second):
            across, down = (first, second) if abs(first[0]) >= abs(second[0]) else (second, first)
            return (across if across[0] > 0 else -across), (down if down[1] > 0 else -down)
    return None


def _whole(points: Floats, cells: dict[Cell, int], columns: int, rows: int) -> Floats | None:
    """Return the corners if the cells hold just a board of that size, upright or on its side."""
    if len(cells) < columns * rows:
        return None
    for turned in (False, True):
        for left in sorted({cell[0] for cell in cells}):
            for top in sorted({cell[1] for cell in cells}):
                names = [
                    (left + i, top + j) if not turned else (left + j, top + i)
                    for j in range(rows)
                    for i in range(columns)
                ]
                if all(name in cells for name in names):
                    return points[[cells[name] for name in names]]
    return None


def _upright(found: Floats, columns: int, rows: int) -> Floats:
    """Return the corners so that the first is the upper left one as the photo shows the board."""
    grid = found.reshape(rows, columns, 2)
    turns = [grid, grid[::-1, ::-1]]
    a, b = grid[0, -1] - grid[0, 0], grid[-1, 0] - grid[0, 0]
    if a[0] * b[1] - a[1] * b[0] < 0:  # Numbered as in a mirror.
        turns = [grid[::-1], grid[:, ::-1]]
    best = min(turns, key=lambda one: float(one[0, 0].sum()))
    return np.ascontiguousarray(best.reshape(-1, 2))


def _is_peak(plane: Floats, radius: int) -> NDArray[np.bool_]:
    highest = plane
    for axis in (0, 1):
        padded = np.pad(
            highest, [(radius, radius) if axis == i else (0, 0) for i in (0, 1)], mode="edge"
        )
        views = [
            np.take(padded, range(shift, shift + plane.shape[axis]), axis=axis)
            for shift in range(2 * radius + 1)
        ]
        highest = np.maximum.reduce(views)
    return plane >= highest


def _blurred(plane: Floats, sigma: float) -> Floats:
    """Blur by a Gaussian of a radius of three sigma."""
    reach = int(np.ceil(3 * sigma))
    weights = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma * sigma))
    weights /= weights.sum()
    for axis in (0, 1):
        padded = np.pad(
            plane, [(reach, reach) if axis == i else (0, 0) for i in (0, 1)], mode="edge"
        )
        length, total = plane.shape[axis], np.zeros(plane.shape)
        for shift, weight in enumerate(weights):
            total += weight * np.take(padded, range(shift, shift + length), axis=axis)
        plane = total
    return plane


def _first(plane: Floats, axis: int) -> Floats:
    return np.asarray(np.gradient(plane, axis=axis), np.float64)


def _second(plane: Floats, axis: int) -> Floats:
    out = np.zeros_like(plane)
    middle, low, high = (
        tuple(part if axis == i else slice(None) for i in (0, 1))
        for part in (slice(1, -1), slice(None, -2), slice(2, None))
    )
    out[middle] = plane[high] - 2 * plane[middle] + plane[low]
    return out
