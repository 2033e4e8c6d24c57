"""The largest size at which a text lies on its line, and its ink in the zone.

How much of the line a size takes is linear in it: a quotient. How far its ink reaches is not, since
every letter moves and turns; there the sizes are searched, each judged by the outlines where they
would stand. In a convex shape a polygon around each letter is looked at first, and the letter's own
edge only where that is not enough; in other shapes the drawing itself is judged by its distance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.design import Overflow, TextRules
from render_core.geometry.clearance import drawing, is_clear
from render_core.geometry.gauge import Gauge, gauge
from render_core.geometry.paths import join_paths
from render_core.geometry.region import Region
from render_core.text.framed import Framing, ink_of
from render_core.text.on_path import OnLine, drawing_of
from render_core.text.path_units import Run
from render_core.text.text_line import TextLine
from render_core.text_rules import TextPath
from render_core.units import centipoint_to_um, um_to_centipoint

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

_DRAWN_TOLERANCE_UM: Final = 1.0
_ROUNDING_CENTIPOINT: Final = 1e-6
# What fills a line exactly must not be too long by the last bit of a sum.
_ROUNDING: Final = 1 + 1e-9
# Of a box (left, top, right, bottom), going round.
_CORNERS: Final = (0, 1, 2, 1, 2, 3, 0, 3)
_FULL_WIDTH: Final = 1000
_LEAST_WIDTH: Final = 1


@dataclass(frozen=True, slots=True)
class FittedOnLine:
    """A run on its line at its size. fitting_centipoint: the largest size that would fit, below the
    allowed range where `overflows`."""

    on: OnLine
    size_centipoint: int
    condense_permille: int
    fitting_centipoint: int

    @property
    def overflows(self) -> bool:
        return self.fitting_centipoint < self.size_centipoint


def fit_on_line(
    run: Run,
    line: TextLine,
    path: TextPath,
    rules: TextRules,
    region: Region,
    framing: Framing | None,
) -> FittedOnLine:
    """Return the run at the largest size that the rules allow and that fits, its frame included.

    Where letters may be condensed they are pressed at the largest size first, and set smaller only
    where that is not enough.
    """
    fits = _Fits(run, line, path, region, framing)
    most, condense = rules.max_size_centipoint, _FULL_WIDTH
    fitting = fits.largest_size(condense, most)
    if rules.overflow is Overflow.CONDENSE and fitting < most:
        narrowest = max(_LEAST_WIDTH, min(rules.min_condense_permille, _FULL_WIDTH))
        condense = fits.widest(most, narrowest)
        fitting = most if fits.at(most, condense) else fits.largest_size(condense, most)
    size = most if rules.overflow is Overflow.REPORT else max(fitting, rules.min_size_centipoint)
    return FittedOnLine(fits.placed(size, condense), size, condense, fitting)


class _Fits:
    """Judges sizes of one run on one line in one region."""

    def __init__(
        self, run: Run, line: TextLine, path: TextPath, region: Region, framing: Framing | None
    ) -> None:
        self._run = run
        self._line = line
        self._path = path
        self._region = region
        self._gauge = gauge(region)
        self._framing = framing
        self._latest: OnLine | None = None

    def placed(self, size_centipoint: int, condense_permille: int) -> OnLine:
        """Return the run at a size."""
        scale, condense = centipoint_to_um(size_centipoint), condense_permille / 1000
        latest = self._latest
        if latest is None or (latest.scale_um, latest.condense) != (scale, condense):
            latest = OnLine(
                run=self._run,
                line=self._line,
                scale_um=scale,
                condense=condense,
                shift=self._path.shift_permille / 1000,
                upright=self._path.upright,
            )
            self._latest = latest  # What it knows of its places is asked for again.
        return latest

    def at(self, size_centipoint: int, condense_permille: int) -> bool:
        """Return whether the run fits at a size."""
        if size_centipoint > self._longest(condense_permille):
            return False
        on = self.placed(size_centipoint, condense_permille)
        if not on.spread.clear or on.needed_um > self._line.room_um * _ROUNDING:
            return False
        return self._inside(on)

    def largest_size(self, condense_permille: int, limit: int) -> int:
        """Return the largest size from 0 to the limit that fits while the next one does not."""
        limit = min(limit, self._longest(condense_permille))
        return _last(lambda size: self.at(size, condense_permille), 0, limit)

    def widest(self, size_centipoint: int, narrowest: int) -> int:
        """Return the widest letters, in 1/1000 of their own, that fit at a size; else `narrowest`."""
        return _last(lambda width: self.at(size_centipoint, width), narrowest, _FULL_WIDTH)

    def _longest(self, condense_permille: int) -> int:
        wide = self._run.right - self._run.left
        ems = (self._run.round if self._line.line.closed else wide) * condense_permille / 1000
        if ems <= 0:
            return 2**31
        return floor(um_to_centipoint(self._line.room_um / ems) + _ROUNDING_CENTIPOINT)

    def _inside(self, on: OnLine) -> bool:
        if not self._run.inked:
            return True
        if self._framing is not None:
            ink = ink_of(join_paths(drawing_of(on)), on.scale_um)
            return ink is None or self._framing.has_room(ink)
        if self._gauge is not None:
            return _in_convex(on, self._gauge)
        if self._region.normals is not None:
            return False  # Convex, and without room.
        drawn = drawing(join_paths(drawing_of(on)), _DRAWN_TOLERANCE_UM)
        return is_clear(self._region.edge, drawn, self._region.margin_um, 1.0, (0.0, 0.0))


def _last(fits: Callable[[int], bool], low: int, high: int) -> int:
    """Return the last of low … high that fits while the next does not; `low` is taken to fit."""
    if high <= low:
        return max(low, high)
    if fits(high):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if fits(middle):
            low = middle
        else:
            high = middle
    return low


def _in_convex(on: OnLine, region: Gauge) -> bool:
    inked = np.array(on.run.inked, dtype=np.int64)
    bends = on.bending[inked]
    outside = _outside(on, inked[~bends], region, fine=False)
    if outside.size and _outside(on, outside, region, fine=True).size:
        return False
    return all(_bent_inside(on, index, region) for index in inked[bends].tolist())


def _outside(on: OnLine, whole: Indices, region: Gauge, *, fine: bool) -> Indices:
    """Return those of some units, turned whole, that are not wholly inside.

    fine: by their edges, else by the boxes around them.
    """
    if not whole.size:
        return whole
    scale = np.array([on.across_um, on.scale_um], dtype=np.float64)
    if fine:
        drawn = [on.run.units[index].drawn for index in whole.tolist()]
        polygons = [d.fine for d in drawn if d is not None]
        owner = np.repeat(whole, [len(polygon) for polygon in polygons])
        points = (np.concatenate(polygons) + on.run.from_middle[owner]) * scale
    else:
        owner = np.repeat(whole, 4)
        points = on.run.boxes[whole][:, _CORNERS].reshape(-1, 2) * scale
    out = region.of(on.turned.placed(owner, points)) > 1 + region.slack
    found: Indices = np.unique(owner[out])
    return found


def _bent_inside(on: OnLine, index: int, region: Gauge) -> bool:
    cubics = on.bent(index)
    if cubics is None:
        return True
    limit = 1 + region.slack
    # A curve lies within the hull of its control points, which are at hand.
    if (region.of(cubics.pieces.reshape(-1, 2)) <= limit).all():
        return True
    return bool((region.of(cubics.on_curve()) <= limit).all())
