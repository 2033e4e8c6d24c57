"""Where a label costs least beside a part: in a hole, in a nook, or along its edge.

The same part and label give the same place on every machine: whole numbers, and of floats sums, products,
quotients and roots.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.making.nest.exact import Points, Segments, come_nearer, inside, segments_of
from render_core.making.nest.shapes import CURVE_SLACK_UM

# Places tried along a side of a part that has more corners than this, in place of its corners.
_STEPS: Final = 12
# Corners of a ring that places are compared by.
_COARSE: Final = 48


class LabelBox(NamedTuple):
    """A rectangle in the part's frame."""

    left: int
    top: int
    width: int
    height: int

    def ring(self) -> Points:
        right, bottom = self.left + self.width, self.top + self.height
        corners = [(self.left, self.top), (right, self.top), (right, bottom), (self.left, bottom)]
        return np.array(corners, np.int64)


def beside(rings: list[Points], width: int, height: int, gap_um: int) -> LabelBox:
    """Return the best place for a label beside a part, a gap away from it.

    Best is the middle of the smallest hole that has room; then what makes the part's box grow least and
    leaves least between the label and the part.
    """
    edges = segments_of(rings)
    for box in _places(rings, width, height, gap_um):
        if _is_clear(box, edges, rings, gap_um):
            return box
    left, _, _, bottom = bounds_of(rings)
    return LabelBox(left, bottom + _off(gap_um), width, height)


def bounds_of(rings: list[Points]) -> tuple[int, int, int, int]:
    """Return (left, top, right, bottom) of rings."""
    points = np.concatenate(rings)
    left, top = points.min(axis=0).tolist()
    right, bottom = points.max(axis=0).tolist()
    return left, top, right, bottom


def _off(gap_um: int) -> int:
    """Return how far off the ring's lines a label is put."""
    return max(gap_um, 1) + CURVE_SLACK_UM


def _places(rings: list[Points], width: int, height: int, gap_um: int) -> Iterator[LabelBox]:
    yield from _in_holes(rings, width, height)
    coarse = [ring[:: -(-len(ring) // _COARSE)] for ring in rings]
    yield from _around(coarse, bounds_of(rings), width, height, gap_um)


def _in_holes(rings: list[Points], width: int, height: int) -> Iterator[LabelBox]:
    """Yield the middles of all rings but the largest, the smallest first."""
    boxes = sorted((bounds_of([ring]) for ring in rings), key=_size)
    for left, top, right, bottom in boxes[:-1]:
        if right - left > width and bottom - top > height:
            yield LabelBox((left + right - width) // 2, (top + bottom - height) // 2, width, height)


def _size(box: tuple[int, int, int, int]) -> tuple[int, tuple[int, int, int, int]]:
    return (box[2] - box[0]) * (box[3] - box[1]), box


def _around(
    rings: list[Points], box: tuple[int, int, int, int], width: int, height: int, gap_um: int
) -> Iterator[LabelBox]:
    """Yield places around and in nooks of a part, the best first."""
    left, top, right, bottom = box
    off = _off(gap_um)
    points = np.concatenate(rings)
    lefts = _along(np.append(points[:, 0], [left, right]), width, off)
    tops = _along(np.append(points[:, 1], [top, bottom]), height, off)
    x, y = (grid.ravel() for grid in np.meshgrid(lefts, tops, indexing="ij"))
    edges = segments_of(rings)
    middles = np.stack([x + width // 2, y + height // 2], axis=1)
    free = ~inside(middles, edges)
    x, y = x[free], y[free]
    across = np.maximum(right, x + width) - np.minimum(left, x)
    down = np.maximum(bottom, y + height) - np.minimum(top, y)
    growth = across * down - (right - left) * (bottom - top)
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    first, second, third, fourth = (_distances(one, other, edges) for one, other in corners)
    between = first + second + third + fourth
    cost = growth.astype(np.float64) + between * ((width + height) / 4)
    nearest = np.minimum(np.minimum(first, second), np.minimum(third, fourth))
    order = np.argsort(cost, kind="stable")
    for index in order[nearest[order] >= off / 2].tolist():
        yield LabelBox(int(x[index]), int(y[index]), width, height)


def _along(values: NDArray[np.int64], size: int, off: int) -> NDArray[np.int64]:
    """Return where along one axis a label is tried: beside corners, or in even steps."""
    low, high = int(values.min()), int(values.max())
    marks = np.unique(values)
    if marks.size > _STEPS:
        marks = low + (high - low) * np.arange(_STEPS + 1, dtype=np.int64) // _STEPS
    aligned = np.array([low, high - size], np.int64)
    return np.unique(np.concatenate([marks + off, marks - off - size, aligned]))


def _distances(x: NDArray[np.int64], y: NDArray[np.int64], edges: Segments) -> NDArray[np.float64]:
    """Return how far points are from the nearest edge, (n,)."""
    (x0, y0), (x1, y1) = edges.starts.T.astype(np.float64), edges.ends.T.astype(np.float64)
    along_x, along_y = x1 - x0, y1 - y0
    length = along_x * along_x + along_y * along_y
    to_x, to_y = x[:, None] - x0, y[:, None] - y0
    share = np.clip((to_x * along_x + to_y * along_y) / length, 0.0, 1.0)
    off_x, off_y = to_x - share * along_x, to_y - share * along_y
    nearest: NDArray[np.float64] = np.sqrt((off_x * off_x + off_y * off_y).min(axis=1))
    return nearest


def _is_clear(box: LabelBox, edges: Segments, rings: list[Points], gap_um: int) -> bool:
    """Return whether a box lies off the part, a gap away from its edges."""
    own = segments_of([box.ring()])
    if come_nearer(own, edges, _off(gap_um)):
        return False
    firsts = np.array([ring[0] for ring in rings])
    return not inside(box.ring()[:1], edges)[0] and not inside(firsts, own).any()
