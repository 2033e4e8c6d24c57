"""Layouts that are easy to compute by hand, and how alike two pictures are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render_core.layout import (
    EMPTY_OUTLINE,
    Ink,
    Item,
    Layout,
    Operation,
    Outline,
    Surface,
    Verb,
    ZoneFrame,
)
from render_core.looks import Finish

GREY = (188, 188, 188)  # Half of the light.


class NoLibrary:
    """A library that holds nothing."""

    def font(self, sha256: str) -> bytes:
        raise KeyError(sha256)

    def artwork(self, sha256: str) -> bytes:
        raise KeyError(sha256)


def rectangles(boxes: list[tuple[int, int, int, int]]) -> Outline:
    """(left, top, right, bottom) each, micrometres."""
    verbs = [Verb.MOVE, Verb.LINE, Verb.LINE, Verb.LINE, Verb.CLOSE] * len(boxes)
    points = [
        corner
        for left, top, right, bottom in boxes
        for corner in ((left, top), (right, top), (right, bottom), (left, bottom))
    ]
    return Outline(np.array(verbs, np.uint8), np.array(points, np.int32).reshape(-1, 2))


def layout(
    boxes: list[tuple[int, int, int, int]],
    size_um: tuple[int, int],
    *,
    rgb: tuple[int, int, int] = GREY,
    operation: Operation = Operation.PRINT,
    finish: Finish = Finish.NONE,
) -> Layout:
    """One surface, `front`, with boxes of one ink on it."""
    width, height = size_um
    item = Item("all", operation, Ink(rgb), rectangles(boxes), finish=finish)
    frame = ZoneFrame("all", 0, 0, width, height, EMPTY_OUTLINE)
    return Layout((Surface("front", width, height, EMPTY_OUTLINE, (frame,), (item,)),), "15.0")


def checker(columns: int, rows: int, cell_um: int = 2_000) -> Layout:
    """A chequerboard; the cell at the upper left is printed."""
    boxes = [
        (x * cell_um, y * cell_um, (x + 1) * cell_um, (y + 1) * cell_um)
        for y in range(rows)
        for x in range(columns)
        if (x + y) % 2 == 0
    ]
    return layout(boxes, (columns * cell_um, rows * cell_um))


def ssim(a: NDArray[np.float64], b: NDArray[np.float64], inside: NDArray[np.bool_]) -> float:
    """Return the mean structural similarity (Z. Wang et al., 2004) of windows of 7 × 7 wholly inside.

    a, b: (h, w), 0 to 255.
    """

    def mean(plane: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.pad(plane, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
        return (sums[7:, 7:] - sums[:-7, 7:] - sums[7:, :-7] + sums[:-7, :-7]) / 49

    one, two = mean(a), mean(b)
    spread_one, spread_two = mean(a * a) - one * one, mean(b * b) - two * two
    both = mean(a * b) - one * two
    first, second = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    index = ((2 * one * two + first) * (2 * both + second)) / (
        (one * one + two * two + first) * (spread_one + spread_two + second)
    )
    return float(index[mean(inside.astype(np.float64)) > 0.999].mean())
