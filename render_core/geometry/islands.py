"""What falls out of a sheet when outlines are cut through it: kept material with a cut all round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.flatten import flatten
from render_core.geometry.paths import Bounds
from render_core.layout import Outline

_TOLERANCE_UM: Final = 5.0
# Smaller than this, a hole is what rounding left between two edges.
_LEAST_UM: Final = 5.0

_Array = NDArray[np.float64]


class Island(NamedTuple):
    """A piece that falls out. area_um2: of what its edge encloses."""

    bounds: Bounds
    area_um2: float


def islands(outline: Outline, *, lines: bool = False) -> tuple[Island, ...]:
    """Return the islands of what is cut out, in the order of its contours. Micrometres.

    outline: filled areas without overlaps, whose holes turn the other way than what is around them;
    with `lines`, centre lines that a cutter follows, of which every closed one frees its inside.
    """
    contours = list(_closed(outline))
    areas = [_area(points) for points in contours]
    sign = sum(areas) > 0
    found = []
    for points, area in zip(contours, areas, strict=True):
        low, high = points.min(axis=0), points.max(axis=0)
        if (lines or (area > 0) != sign) and float((high - low).min()) > _LEAST_UM:
            (left, top), (right, bottom) = low.tolist(), high.tolist()
            found.append(Island(Bounds(left, top, right, bottom), abs(area)))
    return tuple(found)


def _closed(outline: Outline) -> Iterator[_Array]:
    for line in flatten(outline, _TOLERANCE_UM):
        points = line.points_um
        if len(points) > 2 and (line.closed or np.array_equal(points[0], points[-1])):
            yield points


def _area(points: _Array) -> float:
    x, y = points[:, 0], points[:, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2
