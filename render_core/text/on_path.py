"""Text set along a line at a size: outlines in micrometres, and where each cluster went.

Along the line letters keep the distances that they have on a straight one, but for those that would run
into each other (`path_spread`). A unit that stands alone
is turned about the place below the middle of its ink; one that holds several letters bends (see
`path_units`). Upright letters are moved and not turned; what bends elsewhere then stays straight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.bend import Cubics, bent
from render_core.geometry.boolean import union
from render_core.geometry.path_length import Places
from render_core.geometry.paths import EMPTY_PATH, Path, join_paths
from render_core.text.path_spread import Spread, spread_of
from render_core.text.path_units import Run
from render_core.text.text_line import TextLine

Array = NDArray[np.float64]

# Overlapping units are joined at so many units an em, small enough for float32.
_UNITS_PER_EM: Final = 1000.0
# Boxes that come so close are looked at, far more than a sum can be wrong by.
_SWEPT_UM: Final = 1.0


@dataclass(frozen=True, eq=False)
class OnLine:
    """How a run stands on its line. scale_um: micrometres per em. condense: width of letters by
    their own. shift: the baseline's distance from the line in ems, positive away from it."""

    run: Run
    line: TextLine
    scale_um: float
    condense: float
    shift: float
    upright: bool

    @property
    def across_um(self) -> float:
        """Micrometres along the line per em of the straight text."""
        return self.scale_um * self.condense

    @property
    def width_um(self) -> float:
        return (self.run.right - self.run.left) * self.across_um

    @property
    def needed_um(self) -> float:
        """How much of the line the text takes, with the space at which it ends on a closed one."""
        wide = self.run.round * self.across_um if self.line.line.closed else self.width_um
        return wide + float(self.spread.before.sum())

    @cached_property
    def spread(self) -> Spread:
        """What keeps letters from running into each other, see `path_spread`."""
        return spread_of(self)

    def origins_with(self, before: Array) -> Array:
        """Return the origins with so much added before each unit, (n,)."""
        run, room, more = self.run, self.line.room_um, float(before.sum())
        gap = 0.0
        if self.line.fills and run.gaps and self.line.line.closed:
            gap = max(0.0, (room - run.round * self.across_um - more) / (run.gaps + 1))
        elif self.line.fills and run.gaps:
            gap = max(0.0, (room - self.width_um - more) / run.gaps)
        start = self.line.start_um(self.width_um + gap * run.gaps + more)
        origins: Array = start - run.left * self.across_um + gap * run.before + np.cumsum(before)
        return origins

    def middles_with(self, before: Array) -> Places:
        """Return where the middles of the units stand with so much added before each unit."""
        return self._standing(before) if before.any() else self._evenly

    @cached_property
    def _evenly(self) -> Places:
        return self._standing(np.zeros(len(self.run.units)))

    def _standing(self, before: Array) -> Places:
        return self.line.line.at(self.origins_with(before) + self.run.middles * self.across_um)

    @cached_property
    def origins_um(self) -> Array:
        """For each unit where along the line x = 0 of the straight text would lie, (n,)."""
        return self.origins_with(self.spread.before)

    @cached_property
    def turned(self) -> Turned:
        """Where each unit stands if it is turned whole; the shift is in `points`."""
        places = self.middles_with(self.spread.before)
        down = across(places)
        points = places.points - self.lift_um * down
        if self.upright:
            count = len(points)
            along, down = (np.tile(np.array(axis), (count, 1)) for axis in ([1.0, 0.0], [0.0, 1.0]))
            return Turned(points, along, down)
        return Turned(points, places.directions, down)

    @cached_property
    def bending(self) -> NDArray[np.bool_]:
        """Which units follow the line, (n,); the others are turned whole."""
        return np.zeros_like(self.run.bending) if self.upright else self.run.bending

    @property
    def lift_um(self) -> float:
        """How far the baseline lies off the line, to its left."""
        return self.shift * self.scale_um

    def bent(self, index: int) -> Cubics | None:
        """Return a unit that bends, in micrometres; None for one that is turned whole."""
        unit = self.run.units[index]
        if unit.cubics is None or self.upright:
            return None
        start = float(self.origins_um[index]) + unit.x * self.across_um
        lift = self.lift_um - unit.y * self.scale_um
        return bent(unit.cubics, self.line.line, start, (self.across_um, self.scale_um), lift)


@dataclass(frozen=True, slots=True, eq=False)
class Turned:
    """Where units that are turned whole stand. points: (n, 2). along, down: (n, 2), the unit vectors
    that x and y of their letters point to."""

    points: Array
    along: Array
    down: Array

    def placed(self, index: NDArray[np.int64], points: Array) -> Array:
        """Return points (p, 2), in micrometres from their units' middles on the baseline."""
        across, below = points[:, 0], points[:, 1]
        found = np.empty_like(points)
        for axis in (0, 1):  # By columns: many times faster.
            found[:, axis] = (
                self.points[:, axis][index]
                + across * self.along[:, axis][index]
                + below * self.down[:, axis][index]
            )
        return found


def across(places: Places) -> Array:
    """Return the unit vectors to the right of a line, (n, 2): down, for one that runs to the right."""
    return np.stack([-places.directions[:, 1], places.directions[:, 0]], axis=1)


class Drawing(NamedTuple):
    """Outlines without overlaps, and open centre lines; micrometres, zone coordinates."""

    outlines: Path
    centre_lines: Path


def drawing_of(on: OnLine) -> Drawing:
    """Return the text in its place."""
    units, inked = on.run.units, on.run.inked
    paths = _paths(on)
    single = [drawn is not None and drawn.single_line for drawn in (units[i].drawn for i in inked)]
    if not any(single):
        return Drawing(_joined(paths, _boxes(on, paths, inked), on.scale_um), EMPTY_PATH)
    filled = [at for at, of_lines in enumerate(single) if not of_lines]
    outlines = [paths[at] for at in filled]
    boxes = _boxes(on, outlines, [inked[at] for at in filled])
    lines = (path for path, of_lines in zip(paths, single, strict=True) if of_lines)
    return Drawing(_joined(outlines, boxes, on.scale_um), join_paths(lines))


def _paths(on: OnLine) -> list[Path]:
    """Return the units with ink in their places: bent, or turned whole in a few array operations."""
    units, inked = on.run.units, on.run.inked
    drawn = [drawn.path for index in inked if (drawn := units[index].drawn) is not None]
    if not drawn:
        return []
    counts = [len(path.points) for path in drawn]
    owner = np.repeat(np.array(inked, dtype=np.int64), counts)
    points = np.concatenate([path.points for path in drawn])
    for axis, scale in enumerate((on.across_um, on.scale_um)):  # By columns: many times faster.
        points[:, axis] = (points[:, axis] + on.run.from_middle[:, axis][owner]) * scale
    placed = on.turned.placed(owner, points)
    ends = accumulate(counts, initial=0)
    paths = [
        Path(path.verbs, placed[begin:end])
        for path, (begin, end) in zip(drawn, pairwise(ends), strict=True)
    ]
    for at in np.flatnonzero(on.bending[inked]).tolist():
        follows = on.bent(inked[at])
        paths[at] = paths[at] if follows is None else follows.path()
    return paths


class _Boxes(NamedTuple):
    """Rectangles around units. middles: (n, 2). along, down: (n, 2) unit vectors of their sides.
    halves: (n, 2), half of their lengths."""

    middles: Array
    along: Array
    down: Array
    halves: Array


def _boxes(on: OnLine, paths: Sequence[Path], indices: Sequence[int]) -> _Boxes:
    """Return the boxes of units: turned with their letters, upright around what bends."""
    stands, owner = on.turned, np.array(indices, dtype=np.int64)
    scale = np.array([on.across_um, on.scale_um], dtype=np.float64)
    reached = on.run.boxes[owner].reshape(-1, 2, 2) * scale
    low, high = reached[:, 0], reached[:, 1]
    middles, halves = stands.placed(owner, (low + high) / 2), (high - low) / 2
    along, down = stands.along[owner], stands.down[owner]
    for place in np.flatnonzero(on.bending[owner]).tolist():
        points = paths[place].points
        least, most = points.min(axis=0), points.max(axis=0)
        middles[place], halves[place] = (least + most) / 2, (most - least) / 2
        along[place], down[place] = (1.0, 0.0), (0.0, 1.0)
    return _Boxes(middles, along, down, halves)


def _joined(paths: Sequence[Path], boxes: _Boxes, scale_um: float) -> Path:
    """Join what overlaps; paths that do not stay as they are."""
    overlapping = _overlapping(boxes)
    if not overlapping:
        return join_paths(paths)
    joined = []
    for group in _groups(len(paths), overlapping):
        members = [paths[index] for index in group]
        if len(members) == 1:
            joined.append(members[0])
            continue
        x, y = boxes.middles[group[0]].tolist()
        small = _UNITS_PER_EM / scale_um
        near = [path.placed(small, -x * small, -y * small) for path in members]
        joined.append(union(near).placed(1 / small, x, y))
    return join_paths(joined)


def _groups(count: int, overlapping: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Group what overlaps, directly or through others, each in ascending order."""
    leader = list(range(count))

    def first_of(index: int) -> int:
        while leader[index] != index:
            index = leader[index]
        return index

    for one, other in overlapping:
        low, high = sorted((first_of(one), first_of(other)))
        leader[high] = low
    groups: dict[int, list[int]] = {}
    for index in range(len(leader)):
        groups.setdefault(first_of(index), []).append(index)
    return list(groups.values())


def _overlapping(boxes: _Boxes) -> list[tuple[int, int]]:
    """Return the pairs of boxes that no line along one of their sides separates."""
    (hx, hy), along, down = boxes.halves.T, boxes.along, boxes.down
    reach_x = hx * np.abs(along[:, 0]) + hy * np.abs(down[:, 0])
    reach_y = hx * np.abs(along[:, 1]) + hy * np.abs(down[:, 1])
    x, y = boxes.middles.T
    one, other = _near(x, reach_x)
    near = (np.abs(x[one] - x[other]) < reach_x[one] + reach_x[other]) & (
        np.abs(y[one] - y[other]) < reach_y[one] + reach_y[other]
    )
    one, other = one[near], other[near]
    sides = np.stack([along[one], down[one], along[other], down[other]])
    halves = np.stack([hx[one], hy[one], hx[other], hy[other]])
    axis_x, axis_y = sides[:, :, 0], sides[:, :, 1]
    # By axis, side and pair: how far each side reaches along each axis.
    reaches = halves * np.abs(axis_x[:, None] * axis_x + axis_y[:, None] * axis_y)
    between_x, between_y = x[other] - x[one], y[other] - y[one]
    distances = np.abs(between_x * axis_x + between_y * axis_y)
    reach = reaches[:, 0] + reaches[:, 1] + reaches[:, 2] + reaches[:, 3]
    meets = (distances < reach).all(axis=0)
    return list(zip(one[meets].tolist(), other[meets].tolist(), strict=True))


def _near(x: Array, reach: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs, the lower number first, that hold all whose x come within their reaches."""
    away = reach + _SWEPT_UM
    order = np.argsort(x - away, kind="stable")
    begins, ends = (x - away)[order], (x + away)[order]
    ranks = np.arange(len(x))
    counts = np.searchsorted(begins, ends) - ranks - 1
    first = np.repeat(ranks, counts)
    second = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts) + first + 1
    one, other = order[first], order[second]
    return np.minimum(one, other), np.maximum(one, other)
