"""How far a drawing reaches over a line inside of the edge of a shape, and where."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.clearance import (
    Drawing,
    Edge,
    closed_segments,
    inside,
    may_touch,
    squared_distances,
)
from render_core.geometry.paths import Bounds

_Array = NDArray[np.float64]
_AT_ONCE: Final = 1 << 20
# Neighbours on a contour whose distance is first measured as one.
_RUN: Final = 32


class Overreach(NamedTuple):
    """by: how far a drawing reaches over a line at most. bounds: of the corners that do."""

    by: float
    bounds: Bounds


def overreach(shape: Edge, drawn: Drawing, margin: float, slack: float) -> Overreach | None:
    """Return how far a drawing reaches over the line that lies `margin` inside the edge of a shape.

    None where no corner of it does by more than `slack`.
    """
    touching = np.flatnonzero(may_touch(shape, drawn, margin)).tolist()
    if not touching:
        return None
    reaching = np.concatenate([drawn.contours[index] for index in touching])
    # A corner of the edge may reach into a straight side of the drawing, too.
    found = [
        _beyond(reaching, shape.segments, margin, slack),
        _poked(shape.segments[:, 0], drawn, touching, margin, slack),
    ]
    reached = [over for over in found if over is not None]
    if not reached:
        return None
    low = np.min([over.bounds[:2] for over in reached], axis=0).tolist()
    high = np.max([over.bounds[2:] for over in reached], axis=0).tolist()
    return Overreach(max(over.by for over in reached), Bounds(*low, *high))


def _beyond(points: _Array, segments: _Array, margin: float, slack: float) -> Overreach | None:
    """Return how far points lie over the line `margin` inside of a polygon, None if by `slack` at most.

    A distance changes by no more than one moves: from the middle of a run of neighbours it is known
    of all of them to the run's radius, and most need no measuring.
    """
    starts = np.arange(0, len(points), _RUN)
    low, high = np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)
    radius = np.sqrt(((high - low) ** 2).sum(axis=1)) / 2
    depth = _depth((low + high) / 2, segments, margin)
    beyond = depth - radius > slack
    deepest = (depth - radius).max()
    measured = (depth + radius > slack) & (~beyond | (depth + radius >= deepest))
    if not measured.any():
        return None
    exact = points[np.repeat(measured, _RUN)[: len(points)]]
    depths = _depth(exact, segments, margin)
    over = exact[depths > slack]
    if not len(over):
        return None
    least = np.concatenate([low[beyond], over]).min(axis=0).tolist()
    most = np.concatenate([high[beyond], over]).max(axis=0).tolist()
    return Overreach(float(depths.max()), Bounds(*least, *most))


def _poked(
    points: _Array, drawn: Drawing, touching: list[int], margin: float, slack: float
) -> Overreach | None:
    """Return how far points of an edge reach into some contours or nearer to them than a margin."""
    contours = [drawn.contours[index] for index in touching]
    low, high = drawn.low[touching, None] - margin, drawn.high[touching, None] + margin
    near = np.all((points >= low) & (points <= high), axis=2)
    squared = np.full(len(points), np.inf)
    odd = np.zeros(len(points), dtype=np.bool_)
    for index in np.flatnonzero(near.any(axis=1)).tolist():
        some, sides = near[index], closed_segments(contours[index])
        squared[some] = np.minimum(squared[some], _nearest(points[some], sides))
        odd[some] ^= inside(points[some], sides)
    if odd.any():
        # What lies within may be nearest to a contour that is farther than the margin.
        sides = np.concatenate([closed_segments(contour) for contour in contours])
        squared[odd] = _nearest(points[odd], sides)
    distances = np.sqrt(squared)
    depths = margin + np.where(odd, distances, -distances)
    over = points[depths > slack]
    if not len(over):
        return None
    bounds = Bounds(*over.min(axis=0).tolist(), *over.max(axis=0).tolist())
    return Overreach(float(depths.max()), bounds)


def _depth(points: _Array, segments: _Array, margin: float) -> _Array:
    """Return how far points lie over the line `margin` inside of a polygon, negative within it."""
    depths = []
    for some in np.array_split(points, 1 + len(points) * len(segments) // _AT_ONCE):
        distances = np.sqrt(squared_distances(some, segments).min(axis=1))
        depths.append(np.where(inside(some, segments), -distances, distances))
    deep: _Array = margin + np.concatenate(depths)
    return deep


def _nearest(points: _Array, segments: _Array) -> _Array:
    """Return the squared distance of each point from the nearest segment."""
    split = np.array_split(points, 1 + len(points) * len(segments) // _AT_ONCE)
    return np.concatenate([squared_distances(some, segments).min(axis=1) for some in split])
