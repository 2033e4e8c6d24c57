"""Text set along a line at a size: outlines in micrometres, and where each cluster went.

Along the line letters keep the distances that they have on a straight one. A unit that stands alone
is turned about the place below the middle of its ink; one that holds several letters bends (see
`path_units`). Upright letters are moved and not turned; what bends elsewhere then stays straight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.bend import Cubics, bent
from render_core.geometry.boolean import union
from render_core.geometry.path_length import Places
from render_core.geometry.paths import Path, join_paths
from render_core.text.path_units import Run, Unit
from render_core.text.text_line import TextLine

Array = NDArray[np.float64]

# Overlapping units are joined at so many units an em, small enough for float32.
_UNITS_PER_EM: Final = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
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
    def gap_um(self) -> float:
        """What is added between units so that the text fills the line."""
        run, room = self.run, self.line.room_um
        if not self.line.fills or run.gaps == 0:
            return 0.0
        if self.line.line.closed:
            return max(0.0, (room - run.round * self.across_um) / (run.gaps + 1))
        return max(0.0, (room - self.width_um) / run.gaps)

    def origins_um(self) -> Array:
        """Return for each unit where along the line x = 0 of the straight text would lie."""
        gap = self.gap_um
        start = self.line.start_um(self.width_um + gap * self.run.gaps)
        origins: Array = start - self.run.left * self.across_um + gap * self.run.before
        return origins

    def stations_um(self) -> Array:
        """Return where along the line the middle of each unit stands."""
        stations: Array = self.origins_um() + self.run.middles * self.across_um
        return stations

    @property
    def lift_um(self) -> float:
        """How far the baseline lies off the line, to its left."""
        return self.shift * self.scale_um

    def bends(self, unit: Unit) -> bool:
        return unit.cubics is not None and not self.upright

    def bent(self, unit: Unit, origin_um: float) -> Cubics | None:
        """Return a unit that bends, in micrometres; None for one that is turned whole.

        origin_um: of the unit, see `origins_um`.
        """
        if unit.cubics is None or self.upright:
            return None
        start = origin_um + unit.x * self.across_um
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
        found: Array = (
            self.points[index]
            + points[:, :1] * self.along[index]
            + points[:, 1:] * self.down[index]
        )
        return found


def turned(on: OnLine) -> Turned:
    """Return where each unit stands if it is turned whole; the shift is in `points`."""
    places = on.line.line.at(on.stations_um())
    down = across(places)
    points = places.points - on.lift_um * down
    if on.upright:
        count = len(points)
        along, down = (np.tile(np.array(axis), (count, 1)) for axis in ([1.0, 0.0], [0.0, 1.0]))
        return Turned(points, along, down)
    return Turned(points, places.directions, down)


def across(places: Places) -> Array:
    """Return the unit vectors to the right of a line, (n, 2): down, for one that runs to the right."""
    return np.stack([-places.directions[:, 1], places.directions[:, 0]], axis=1)


class Drawing(NamedTuple):
    """Outlines without overlaps, and open centre lines; micrometres, zone coordinates."""

    outlines: Path
    centre_lines: Path


def drawing_of(on: OnLine) -> Drawing:
    """Return the text in its place."""
    units = on.run.units
    stands, origins = turned(on), on.origins_um()
    whole = [i for i, unit in enumerate(units) if unit.drawn and not on.bends(unit)]
    paths: dict[int, Path] = dict(zip(whole, _whole(on, stands, whole), strict=True))
    for index, unit in enumerate(units):
        follows = on.bent(unit, float(origins[index]))
        if follows is not None:
            paths[index] = follows.path()
    single = [i for i in sorted(paths) if (drawn := units[i].drawn) and drawn.single_line]
    filled = [i for i in sorted(paths) if i not in single]
    boxes = _boxes(on, stands, [paths[index] for index in filled], filled)
    return Drawing(
        _joined([paths[index] for index in filled], boxes, on.scale_um),
        join_paths(paths[index] for index in single),
    )


def _whole(on: OnLine, stands: Turned, indices: Sequence[int]) -> list[Path]:
    """Return the outlines of units that are turned whole, all in a few array operations."""
    if not indices:
        return []
    parts = [(on.run.units[index], on.run.units[index].drawn) for index in indices]
    counts = [len(drawn.path.points) for _, drawn in parts if drawn is not None]
    points = np.concatenate([drawn.path.points for _, drawn in parts if drawn is not None])
    owner = np.repeat(np.array(indices, dtype=np.int64), counts)
    from_middle = np.array([(u.x - u.middle, u.y) for u in on.run.units], dtype=np.float64)
    scale = np.array([on.across_um, on.scale_um], dtype=np.float64)
    placed = stands.placed(owner, (points + from_middle[owner]) * scale)
    pieces = np.split(placed, np.cumsum(counts)[:-1])
    verbs = [drawn.path.verbs for _, drawn in parts if drawn is not None]
    return [Path(kinds, piece) for kinds, piece in zip(verbs, pieces, strict=True)]


class _Boxes(NamedTuple):
    """Rectangles around units. middles: (n, 2). along, down: (n, 2) unit vectors of their sides.
    halves: (n, 2), half of their lengths."""

    middles: Array
    along: Array
    down: Array
    halves: Array


def _boxes(on: OnLine, stands: Turned, paths: Sequence[Path], indices: Sequence[int]) -> _Boxes:
    """Return the boxes of units: turned with their letters, upright around what bends."""
    middles, halves = np.empty((len(paths), 2)), np.empty((len(paths), 2))
    along, down = stands.along[indices], stands.down[indices]
    scale = np.array([on.across_um, on.scale_um], dtype=np.float64)
    ems = np.zeros((len(paths), 4))
    for place, (path, index) in enumerate(zip(paths, indices, strict=True)):
        unit = on.run.units[index]
        if on.bends(unit):
            low, high = path.points.min(axis=0), path.points.max(axis=0)
            middles[place], halves[place] = (low + high) / 2, (high - low) / 2
            along[place], down[place] = (1.0, 0.0), (0.0, 1.0)
        elif unit.drawn is not None:
            ems[place] = unit.drawn.bounds
            ems[place] += (unit.x - unit.middle, unit.y) * 2
    whole = np.array([not on.bends(on.run.units[index]) for index in indices], dtype=bool)
    low, high = ems[whole, :2] * scale, ems[whole, 2:] * scale
    owner = np.array(indices, dtype=np.int64)[whole]
    middles[whole] = stands.placed(owner, (low + high) / 2)
    halves[whole] = (high - low) / 2
    return _Boxes(middles, along, down, halves)


def _joined(paths: Sequence[Path], boxes: _Boxes, scale_um: float) -> Path:
    """Join what overlaps; paths that do not stay as they are."""
    joined = []
    for group in _groups(boxes):
        members = [paths[index] for index in group]
        if len(members) == 1:
            joined.append(members[0])
            continue
        x, y = boxes.middles[group[0]].tolist()
        small = _UNITS_PER_EM / scale_um
        near = [path.placed(small, -x * small, -y * small) for path in members]
        joined.append(union(near).placed(1 / small, x, y))
    return join_paths(joined)


def _groups(boxes: _Boxes) -> list[list[int]]:
    """Group boxes that overlap, directly or through others, each in ascending order."""
    leader = list(range(len(boxes.middles)))

    def first_of(index: int) -> int:
        while leader[index] != index:
            index = leader[index]
        return index

    for one, other in _overlapping(boxes):
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
    near = (np.abs(x[:, None] - x) < reach_x[:, None] + reach_x) & (
        np.abs(y[:, None] - y) < reach_y[:, None] + reach_y
    )
    one, other = np.nonzero(np.triu(near, 1))
    between = boxes.middles[other] - boxes.middles[one]
    apart = np.zeros(len(one), dtype=bool)
    for axis in (along[one], down[one], along[other], down[other]):
        reach = sum(
            boxes.halves[box, side] * np.abs(_dot(sides[box], axis))
            for box in (one, other)
            for side, sides in enumerate((along, down))
        )
        apart |= np.abs(_dot(between, axis)) >= reach
    return list(zip(one[~apart].tolist(), other[~apart].tolist(), strict=True))


def _dot(first: Array, second: Array) -> Array:
    product: Array = first[:, 0] * second[:, 0] + first[:, 1] * second[:, 1]
    return product
