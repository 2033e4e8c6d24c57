"""The needle: takes points in micrometres, makes steps in 0.1 mm within the rules of a machine.

Stitches are neither longer nor shorter than the profile allows; before and after each jump over which
the thread is cut, small stitches tie it.
"""

from __future__ import annotations

from math import sqrt
from typing import Final

import numpy as np

from render_core.making.profile import Embroidery
from render_core.making.stitches.pattern import UM_PER_UNIT, Kind, Place, Step
from render_core.making.stitches.piece import Points

# What one record of a DST file can carry on each axis.
_LONGEST_UNITS: Final = 121
_TIE_UNITS: Final = 7
_RUN_UM: Final = 2_500.0
# How much longer the first part of a divided stitch is where its neighbours are divided elsewhere.
_STRETCH: Final = 1.12


class Sewer:
    """Sews one block. `place` is where the needle is, None before the first stitch."""

    def __init__(self, rules: Embroidery, most_steps: int) -> None:
        self.rules = rules
        self.steps: list[Step] = []
        self.place: Place | None = None
        self._most = most_steps
        self._tied = 0
        self._resting = False
        # Rounding moves each end by less than three quarters of a unit.
        longest = min(rules.max_stitch_um // UM_PER_UNIT, _LONGEST_UNITS)
        self._longest = max(longest - 1, 2)
        self._shortest = -(-rules.min_stitch_um // UM_PER_UNIT)

    @property
    def is_full(self) -> bool:
        """Whether more was sewn than a pattern may have."""
        return len(self.steps) > self._most

    def rest_at(self, step: Step) -> None:
        """Say where another thread has left the needle: what is near is sewn first."""
        self.place = (step.x, step.y)
        self._resting = True

    def begin(self, x: float, y: float) -> None:
        """Go to where the next stitches are, without sewing."""
        target = _unit(x), _unit(y)
        if self.place is None or self._resting:
            self.steps.append(Step(Kind.JUMP, *target))
            self.place, self._tied, self._resting = target, len(self.steps), False
        elif _distance(self.place, target) * UM_PER_UNIT > self.rules.trim_um:
            self.finish()
            self.steps.append(Step(Kind.TRIM, *self.place))
            self.steps.append(Step(Kind.JUMP, *target))
            self.place, self._tied = target, len(self.steps)
        elif _distance(self.place, target) >= self._shortest:
            self.steps.append(Step(Kind.JUMP, *target))
            self.place = target

    def sew(self, points: Points, *, stagger: bool = False) -> None:
        """Sew through points (n, 2); those nearer than a stitch may be are left out.

        stagger: where a stitch is divided, divide neighbours at other places.
        """
        for count, (x, y) in enumerate(points.tolist()):
            if self.is_full:
                return
            self._stitch((_unit(x), _unit(y)), (count % 3 - 1) if stagger else 0)

    def run(self, points: Points) -> None:
        """Sew along a line with stitches of equal length."""
        self.sew(spaced(points, min(_RUN_UM, float(self.rules.max_stitch_um))))

    def finish(self) -> None:
        """Tie the thread off."""
        if self.place is None or self._tied == len(self.steps):
            return
        before = next(
            (s for s in reversed(self.steps) if (s.x, s.y) != self.place and s.is_stitch), None
        )
        if before is not None:
            self._tie(self.place, (before.x, before.y))
            self._tied = len(self.steps)

    def _stitch(self, target: Place, shift: int) -> None:
        place = self.place
        if place is None or self._resting:
            self.begin(target[0] * UM_PER_UNIT, target[1] * UM_PER_UNIT)
            return
        length = _distance(place, target)
        if length < self._shortest:
            return
        if self._tied == len(self.steps):
            self.steps.append(Step(Kind.STITCH, *place))
            self._tie(place, target)
        parts = 1 if length <= self._longest else int(-(-length * _STRETCH // self._longest))
        for part in range(1, parts):
            share = part / parts + shift * (_STRETCH - 1) / parts
            x = round(place[0] + (target[0] - place[0]) * share)
            y = round(place[1] + (target[1] - place[1]) * share)
            self.steps.append(Step(Kind.STITCH, x, y))
        self.steps.append(Step(Kind.STITCH, *target))
        self.place = target

    def _tie(self, place: Place, towards: Place) -> None:
        length = _distance(place, towards)
        share = min(_TIE_UNITS / length, 1.0)
        x = round(place[0] + (towards[0] - place[0]) * share)
        y = round(place[1] + (towards[1] - place[1]) * share)
        for _ in range(2):
            self.steps += [Step(Kind.TIE, x, y), Step(Kind.TIE, *place)]


def spaced(points: Points, longest: float) -> Points:
    """Return the line through points with more of them, so that none is further than `longest`.

    Corners stay only where two stitches meet; what is left out is nearer to the line than a thread.
    """
    kept = [points[0].tolist()]
    for x, y in points[1:].tolist():
        px, py = kept[-1]
        length = sqrt((x - px) * (x - px) + (y - py) * (y - py))
        parts = int(-(-length // longest)) if length else 0
        kept += [
            [px + (x - px) * part / parts, py + (y - py) * part / parts]
            for part in range(1, parts + 1)
        ]
    return np.array(kept, np.float64)


def _unit(um: float) -> int:
    return round(um / UM_PER_UNIT)


def _distance(one: Place, other: Place) -> float:
    dx, dy = one[0] - other[0], one[1] - other[1]
    return sqrt(dx * dx + dy * dy)
