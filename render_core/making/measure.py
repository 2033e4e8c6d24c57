"""What a work measures: for the ticket, the manifest, and for planning of machines."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from render_core.geometry.flatten import flatten_points
from render_core.layout import Item, Outline
from render_core.making.extent import extent
from render_core.making.prepare import Prepared, Run
from render_core.separations import LINE_OPERATIONS

_TOLERANCE_UM: Final = 5.0


@dataclass(frozen=True, slots=True)
class RunMeasures:
    """What one run is. length_um: of all that the tool follows; travel_um: between; starts: how often
    the tool is set down; seconds: length over speed for all passes, None where the profile gives no
    speed or areas are not made line by line. width_um, height_um: of the box around what is made."""

    name: str
    length_um: int
    travel_um: int
    starts: int
    width_um: int
    height_um: int
    seconds: int | None


def measures(prepared: Prepared) -> tuple[RunMeasures, ...]:
    """Return the measures of each run, in the order of the machine. Pictures have no length."""
    return tuple(_of_run(run) for run in prepared.runs)


def _of_run(run: Run) -> RunMeasures:
    drawn = [item for item in run.items if item.image is None and not item.outline.is_empty]
    length, travel, starts = 0.0, 0.0, 0
    at: tuple[float, float] | None = None
    for item in drawn:
        for begin, end, along in _lines(item.outline):
            length += along
            starts += 1
            if at is not None:
                travel += _distance(at, begin)
            at = end
    low, high = _box(drawn)
    operation = run.operation
    timed = operation.speed_um_s and all(_is_line(item) for item in run.items)
    seconds = -(-round(length) * operation.passes // operation.speed_um_s) if timed else None
    width, height = high[0] - low[0], high[1] - low[1]
    return RunMeasures(operation.name, round(length), round(travel), starts, width, height, seconds)


def _is_line(item: Item) -> bool:
    return bool(item.line_width_um) or item.operation in LINE_OPERATIONS


def _lines(outline: Outline) -> list[tuple[tuple[float, float], tuple[float, float], float]]:
    """Return where each contour begins and ends, and its length."""
    points = outline.points_um.astype(np.float64)
    flat = flatten_points(outline.verbs, points, _TOLERANCE_UM)
    found = []
    stops = np.append(flat.starts[1:], len(flat.points))
    for first, stop, closed in zip(flat.starts.tolist(), stops.tolist(), flat.closed, strict=True):
        line = flat.points[first:stop]
        if closed:
            line = np.concatenate([line, line[:1]])
        along = np.diff(line, axis=0)
        length = float(np.sqrt(along[:, 0] * along[:, 0] + along[:, 1] * along[:, 1]).sum())
        (ax, ay), (bx, by) = line[0].tolist(), line[-1].tolist()
        found.append(((ax, ay), (bx, by), length))
    return found


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    x, y = other[0] - one[0], other[1] - one[1]
    return sqrt(x * x + y * y)


def _box(items: list[Item]) -> tuple[tuple[int, int], tuple[int, int]]:
    curved = [extent(item.outline) for item in items]
    if not curved:
        return (0, 0), (0, 0)
    lefts, tops, rights, bottoms = zip(*curved, strict=True)
    return (min(lefts), min(tops)), (max(rights), max(bottoms))
