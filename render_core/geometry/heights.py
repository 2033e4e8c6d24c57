"""How high a drawing may stand in a shape while it moves up and down alone.

In a convex shape the largest scale and its height are a linear programme of two unknowns: each half
plane bounds the scale by a straight line over the height, and the lowest of these lines is highest
where two of them cross. In other shapes a scale is given, and each pair of edges, one of the drawing
and one of the shape, that lie above each other shuts out the heights at which they cross. What is
left open is tried by one point of each contour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import pyclipper
from numpy.typing import NDArray

from render_core.geometry.clearance import Edge, edge, inside
from render_core.geometry.offset import shrunk
from render_core.geometry.polygons import UNITS_PER_UM, united
from render_core.geometry.region import Region
from render_core.geometry.support import Segments, reach

Array = NDArray[np.float64]

# What touches an edge must not be outside by the last bit of a sum.
_SLACK_UM: Final = 0.001
# Lines that bound the scale meet within so much of it; a step of a size is far larger.
_SAME: Final = 1e-12
_MOST_CROSSINGS: Final = 64
_FLATTEST: Final = 1e-9
# What fits exactly must not be shut out by the last bit of a product.
_ROUNDING_UM: Final = 1e-4
# An upright edge leans by this much, so that it lies below and above something.
_LEAN_UM: Final = 1e-3
# Into so many columns a shape is cut, to find what lies above what.
_COLUMNS: Final = 128


class Bounds(NamedTuple):
    """What the half planes of a convex region leave to a drawing on the upright line at x.

    room: (n,) µm at height 0. down: (n,) how fast that shrinks with the height. reach: (n,) how fast
    it does with the scale.
    """

    room: Array
    down: Array
    reach: Array


def bounds_in(region: Region, segments: Segments, x: float, every: int = 1) -> Bounds | None:
    """Return the bounds of each `every`th half plane; None for a region that is not convex.

    segments: (n, 4, 2), relative to a point that moves on the upright line at x.
    """
    if region.normals is None or region.offsets is None:
        return None
    normals = region.normals[::every]
    room = region.offsets[::every] - normals[:, 0] * x + _SLACK_UM
    return Bounds(room, normals[:, 1], np.maximum(reach(segments, normals), _FLATTEST))


def largest_scale(bounds: Bounds, height: float) -> float:
    """Return the largest scale over all heights, 0 for none; the search begins at `height`.

    A line that rises and one that falls enclose the highest place. Where they cross, the lowest line
    takes the place of the one that goes its way, until it is one of them.
    """
    slopes, values = -bounds.down / bounds.reach, bounds.room / bounds.reach
    lowest = int((values + slopes * height).argmin())
    other = _first_met(slopes, values, lowest)
    rising, falling = (lowest, other) if slopes[lowest] > 0 else (other, lowest)
    limit = float(values[lowest]) if slopes[lowest] == 0 else float("inf")
    for _ in range(_MOST_CROSSINGS):
        if rising is None or falling is None:
            break  # Nothing bounds the scale but, perhaps, what stands upright.
        at = float((values[rising] - values[falling]) / (slopes[falling] - slopes[rising]))
        limit = float(values[rising] + slopes[rising] * at)
        heights = values + slopes * at
        lowest = int(heights.argmin())
        if heights[lowest] >= limit - _SAME * abs(limit):
            break
        if slopes[lowest] == 0:
            limit = float(values[lowest])
            break
        if slopes[lowest] > 0:
            rising = lowest
        else:
            falling = lowest
    return max(0.0, limit)


def _first_met(slopes: Array, values: Array, line: int) -> int | None:
    """Return the first line that leads the other way and is met by a line on its way up."""
    others = np.flatnonzero(slopes * slopes[line] < 0)
    if not others.size:
        return None
    meets = (values[others] - values[line]) / (slopes[line] - slopes[others])
    return int(others[meets.argmin() if slopes[line] > 0 else meets.argmax()])


def open_between(bounds: Bounds, scale: float) -> tuple[float, float] | None:
    """Return the lowest and the highest number of the heights at which a scale fits, None for none."""
    left = bounds.room - bounds.reach * scale + _ROUNDING_UM
    up, down = bounds.down < 0, bounds.down > 0
    low = float((left[up] / bounds.down[up]).max(initial=-np.inf))
    high = float((left[down] / bounds.down[down]).min(initial=np.inf))
    beside = ~(up | down)
    return None if low > high or (left[beside] < 0).any() else (low, high)


class Flat(NamedTuple):
    """A drawing as straight edges, (n, 2, 2), with one point of each contour, (c, 2)."""

    edges: Array
    firsts: Array


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A shape, and which of its edges lie in which of the columns that it is cut into.

    lines: (n, 4) of the edges, see `_lines`. first: (c + 1,) where in `members` those of a column
    begin.
    """

    edge: Edge
    lines: Array
    first: NDArray[np.int64]
    members: NDArray[np.int64]

    def of(self, x: Array) -> NDArray[np.int64]:
        """Return in which columns places lie."""
        left, right = float(self.edge.low[:, 0].min()), float(self.edge.high[:, 0].max())
        columns = ((x - left) * (_COLUMNS / (right - left))).astype(np.int64)
        return np.clip(columns, 0, _COLUMNS - 1)


def columns_of(region: Region) -> Columns | None:
    """Return a region with its margin taken off, None where nothing is left."""
    segments = region.edge.segments
    follows = (segments[:, 0] == np.roll(segments[:, 1], 1, axis=0)).all(axis=1)
    rings = [
        np.rint(ring[:, 0] * UNITS_PER_UM).astype(np.int64)
        for ring in np.split(segments, np.flatnonzero(~follows))
        if len(ring)
    ]
    area = shrunk(united(rings, pyclipper.PFT_EVENODD), region.margin_um)
    if area.is_empty:
        return None
    around = edge([ring / UNITS_PER_UM for ring in area.rings])
    lines = _lines(around.segments)
    none = np.empty(0, dtype=np.int64)
    columns = Columns(around, lines, none, none)
    lies = np.arange(_COLUMNS)[:, None]
    column, member = np.nonzero(
        (columns.of(lines[:, 0]) <= lies) & (lies <= columns.of(lines[:, 1]))
    )
    first = np.searchsorted(column, np.arange(_COLUMNS + 1))
    return replace(columns, first=first.astype(np.int64), members=member.astype(np.int64))


def open_heights(shape: Columns, drawn: Flat, x: float, scale: float) -> list[tuple[float, float]]:
    """Return the heights at which a drawing, scaled and moved to x, lies within a shape, ascending."""
    edges = drawn.edges * scale
    edges[:, :, 0] += x
    around = shape.edge
    low = float(around.low[:, 1].min() - edges[:, :, 1].min())
    high = float(around.high[:, 1].max() - edges[:, :, 1].max())
    sides = edges[:, :, 0]
    if low > high or sides.min() < around.low[:, 0].min() or sides.max() > around.high[:, 0].max():
        return []
    shut_from, shut_to = _crossings(_lines(edges), shape)
    near = (shut_to > low) & (shut_from < high)
    order = np.argsort(shut_from[near], kind="stable")
    starts = np.append(shut_from[near][order], high)
    reached = np.maximum.accumulate(np.append(low, shut_to[near][order]))
    firsts = drawn.firsts * scale + np.array([x, 0.0])
    return [
        (float(reached[i]), float(starts[i]))
        for i in np.flatnonzero(starts >= reached).tolist()
        if _is_inside(around, edges, firsts, float(reached[i] + starts[i]) / 2)
    ]


def _is_inside(shape: Edge, edges: Array, firsts: Array, height: float) -> bool:
    """Whether a drawing that crosses no edge lies inside, with no hole of the shape inside of it."""
    down = np.array([0.0, height])
    if not inside(firsts + down, shape.segments).all():
        return False
    return len(shape.corners) < 2 or not inside(shape.corners - down, edges).any()


def _lines(edges: Array) -> Array:
    """Return edges as lines from left to right, none of them upright: (n, 4), from where to where they
    run, how steep, and how high at 0."""
    (ax, ay), (bx, by) = edges[:, 0].T, edges[:, 1].T
    left, right = np.minimum(ax, bx), np.maximum(ax, bx)
    upright = right - left < _LEAN_UM
    right = np.where(upright, left + _LEAN_UM, right)
    slope = np.where(upright, (by - ay) / _LEAN_UM, (by - ay) / np.where(upright, 1.0, bx - ax))
    start = np.where(upright | (ax < bx), ay, by)
    return np.stack([left, right, slope, start - slope * left], axis=1)


def _crossings(drawn: Array, shape: Columns) -> tuple[Array, Array]:
    """Return from which to which height lines of a drawing cross those of a shape, pair by pair."""
    crossed, column = _spread(shape.of(drawn[:, 0]), shape.of(drawn[:, 1]) + 1)
    pair, place = _spread(shape.first[column], shape.first[column + 1])
    one, other = crossed[pair], shape.members[place]
    left = np.maximum(drawn[:, 0][one], shape.lines[:, 0][other])
    right = np.minimum(drawn[:, 1][one], shape.lines[:, 1][other])
    over = np.flatnonzero(left < right)
    left, right, one, other = left[over], right[over], one[over], other[over]
    slope = shape.lines[:, 2][other] - drawn[:, 2][one]
    start = shape.lines[:, 3][other] - drawn[:, 3][one]
    at_left, at_right = slope * left + start, slope * right + start
    return np.minimum(at_left, at_right), np.maximum(at_left, at_right)


def _spread(
    starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all whole numbers of ranges, one after the other, each with its range's index."""
    counts = ends - starts
    owner = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - before[owner] + starts[owner]
