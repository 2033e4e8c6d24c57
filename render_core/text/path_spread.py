"""How far letters along a line move apart so that they do not run into each other.

Turned letters come nearer on the inner side of a bend: above a line that sinks and rises again, and
below one that rises and sinks. Upright letters come nearer where the line is steep. They keep a part of
the distance that they have on a straight line. The ink of each unit is known by bands of heights, and
the distance of two is the least of their bands' along the line halfway between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.flatten import flatten_path
from render_core.text.path_units import Drawn, Run

if TYPE_CHECKING:
    from render_core.text.on_path import OnLine

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

# Bands are so high, from so far above the baseline to so far below it; outlines are as fine as that. In ems.
_BAND: Final = 1 / 32
_TOP: Final = 1.5
_BOTTOM: Final = 0.75
_BANDS: Final = round((_TOP + _BOTTOM) / _BAND)
_FLAT: Final = 1 / 2_000
# Letters and words keep this part of their distance, but no more than so many ems.
_LETTERS: Final = (2 / 3, 1 / 16)
_WORDS: Final = (9 / 10, 1 / 4)
# What overlaps on a straight line may do so by this much more.
_DEEPER: Final = 0.01
# So much deeper, and spacing has not helped.
_TOO_DEEP: Final = 0.02
_ROUNDS: Final = 16
# Bands reach so many beyond the box of their ink; what boxes say is sure to so many ems.
_BOX_BANDS: Final = 3
_SURE: Final = 1e-3
_FARTHEST: Final = 1 / 4
_SLOWEST: Final = 0.3
# The bend between units that look away from each other; finite, because it is multiplied.
_OPPOSED: Final = 1e9
# What a closed line leaves free may be so wide that its ends are far from each other.
_OPEN: Final = 1.5

_HEIGHTS: Final[Array] = np.array([(i + 0.5) * _BAND - _TOP for i in range(_BANDS)])
_SIDES: Final[WeakKeyDictionary[Drawn, Array]] = WeakKeyDictionary()


class Spread(NamedTuple):
    """What is added before each unit, (n,) µm, and whether letters are clear of each other then."""

    before: Array
    clear: bool


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Units with ink that are near each other, in ems. one, other: (p,) indices of units.

    rights, lefts: (p, b) how far `one` reaches to the right of its middle in each band, and `other` to the
    left of its own; not finite where there is no ink. lasts, firsts: the same the other way round.
    natural: (p,) their distance on a straight line. kept: (p,) the least one. heights: (b,) of the bands.
    """

    one: Indices
    other: Indices
    rights: Array
    lefts: Array
    lasts: Array
    firsts: Array
    natural: Array
    kept: Array
    heights: Array

    @property
    def slack(self) -> Array:
        """How much nearer than on a straight line they may come, (p,)."""
        found: Array = self.natural - self.kept
        return found

    def only(self, which: NDArray[np.bool_]) -> Pairs:
        """Return some of them."""
        return Pairs(
            self.one[which],
            self.other[which],
            self.rights[which],
            self.lefts[which],
            self.lasts[which],
            self.firsts[which],
            self.natural[which],
            self.kept[which],
            self.heights,
        )


def spread_of(on: OnLine) -> Spread:
    """Return what moves the units of a text apart, at its size."""
    none = np.zeros(len(on.run.units))
    if len(on.run.inked) < 2:
        return Spread(none, clear=True)
    one, other = _near(on)
    if not one.size:
        return Spread(none, _closes(on, none))
    pairs = _pairs(on.run, one, other)
    if not on.upright:
        pairs = pairs.only(_bend(on, pairs.one, pairs.other) * _reach(on, pairs) > pairs.slack)
    if not pairs.one.size:
        return Spread(none, _closes(on, none))
    before = none
    for _ in range(_ROUNDS):
        missing, speeds = _missing(on, pairs, before, pairs.kept)
        near = missing > _DEEPER * _BAND
        if not near.any():
            break
        step = np.minimum(missing / np.maximum(speeds, _SLOWEST), _FARTHEST) * on.across_um
        more = np.zeros_like(before)
        np.maximum.at(more, pairs.other[near], step[near])
        before = before + more
    over = np.minimum(pairs.natural, 0.0) - _TOO_DEEP
    clear = not bool((_missing(on, pairs, before, over)[0] > 0).any())
    return Spread(before, clear and _closes(on, before))


def _closes(on: OnLine, before: Array) -> bool:
    """Whether the last letter on a closed line is clear of the first."""
    left = on.line.room_um - on.run.round * on.across_um - float(before.sum())
    if not on.line.line.closed or left > _OPEN * on.across_um:
        return True
    first, last = (np.array([on.run.inked[at]], dtype=np.int64) for at in (0, -1))
    ends = _pairs(on.run, last, first)
    return bool(_missing(on, ends, before, np.full(1, _LETTERS[1]))[0][0] <= 0)


def _near(on: OnLine) -> tuple[Indices, Indices]:
    """Return pairs of units with ink that follow each other, or have one between them: all that could come
    too near, by the boxes around them."""
    run, inked = on.run, on.run.inked
    one = np.array(inked[:-1] + inked[:-2], dtype=np.int64)
    other = np.array(inked[1:] + inked[2:], dtype=np.int64)
    if on.upright:
        return one, other
    boxes = run.boxes
    apart = run.middles[other] - run.middles[one] + boxes[other, 0] - boxes[one, 2]
    apart = np.maximum(apart - _SURE, 0.0)
    slack = np.where(apart > 0, apart - _kept(run, one, other, apart), 0.0)
    reach = np.abs(boxes[:, (1, 3)] - on.shift).max(axis=1) + _BOX_BANDS * _BAND
    near = _bend(on, one, other) * np.minimum(reach[one], reach[other]) > slack - _SURE
    return one[near], other[near]


def _bend(on: OnLine, one: Indices, other: Indices) -> Array:
    """Return the sine of the angle by which the line turns between units; `_OPPOSED` if they are opposed."""
    places = on.middles_with(np.zeros(len(on.run.units)))
    x, y = places.directions[:, 0], places.directions[:, 1]
    bend = np.abs(x[one] * y[other] - y[one] * x[other])
    opposed = x[one] * x[other] + y[one] * y[other] < 0
    found: Array = np.where(opposed, _OPPOSED, bend)
    return found


def _reach(on: OnLine, pairs: Pairs) -> Array:
    """Return how far from the line both of a pair have ink, (p,), ems."""
    inked = np.isfinite(pairs.rights) & np.isfinite(pairs.lefts)
    found: Array = np.where(inked, np.abs(pairs.heights - on.shift), 0.0).max(axis=1)
    return found


def _kept(run: Run, one: Indices, other: Indices, natural: Array) -> Array:
    """Return the least distances of units that are so far from each other on a straight line, (p,), ems."""
    letters = run.blanks[one] == run.blanks[other]
    part, most = (np.where(letters, *both) for both in zip(_LETTERS, _WORDS, strict=True))
    kept = np.minimum(natural * part, most)
    return np.where(natural > 0, kept, natural - _DEEPER)


def _missing(on: OnLine, pairs: Pairs, before: Array, kept: Array) -> tuple[Array, Array]:
    """Return how much each pair lacks of a distance, in ems along the text, and how fast that grows as the
    second unit moves on."""
    distances, speeds = _upright(on, pairs, before) if on.upright else _turned(on, pairs, before)
    return kept - distances, speeds


def _turned(on: OnLine, pairs: Pairs, before: Array) -> tuple[Array, Array]:
    """Return the distances of pairs that are turned or bent, and how fast these grow."""
    places, origins = on.middles_with(before), on.origins_with(before)
    rise = pairs.heights * on.scale_um - on.lift_um
    ahead = places.directions[pairs.one] + places.directions[pairs.other]
    length = np.sqrt(ahead[:, 0] * ahead[:, 0] + ahead[:, 1] * ahead[:, 1])
    ahead = ahead / np.where(length == 0, 1.0, length)[:, None]
    apart = np.zeros((len(ahead), len(rise)))
    for units, sides, sign in ((pairs.one, pairs.rights, -1), (pairs.other, pairs.lefts, 1)):
        reach = np.where(np.isfinite(sides), sides, np.inf * sign)
        reach = reach * on.across_um
        along, down = _along(places.directions[units], ahead)
        reached = _along(places.points[units], ahead)[0][:, None] + reach * along[:, None]
        reached += rise * down[:, None]
        for row in np.flatnonzero(on.bending[units]).tolist():
            reached[row] = _bent(on, origins[units[row]], reach[row], rise, units[row], ahead[row])
        apart += sign * reached
    apart /= on.across_um
    band = apart.argmin(axis=1)
    curvature = (places.curvatures[pairs.one] + places.curvatures[pairs.other]) / 2
    return apart[np.arange(len(band)), band], 1 - rise[band] * curvature


def _along(vectors: Array, ahead: Array) -> tuple[Array, Array]:
    """Return how far vectors (p, 2) lead ahead, and how far those to the right of them do."""
    x, y = vectors[:, 0], vectors[:, 1]
    return x * ahead[:, 0] + y * ahead[:, 1], x * ahead[:, 1] - y * ahead[:, 0]


def _bent(on: OnLine, origin: float, reach: Array, rise: Array, unit: int, ahead: Array) -> Array:
    """Return how far ahead one side of a unit lies that follows the line, (b,), µm."""
    inked = np.isfinite(reach)
    foot = origin + on.run.middles[unit] * on.across_um + np.where(inked, reach, 0.0)
    places = on.line.line.at(foot)
    along = np.tile(ahead, (len(foot), 1))
    found = _along(places.points, along)[0] + rise * _along(places.directions, along)[1]
    return np.where(inked, found, reach)


def _upright(on: OnLine, pairs: Pairs, before: Array) -> tuple[Array, Array]:
    """Return the distances to the left or right of pairs that share a height, and how fast these grow."""
    places = on.middles_with(before)
    one, other = places.points[pairs.one], places.points[pairs.other]
    across = (other[:, 0] - one[:, 0]) / on.across_um
    lower = np.rint((other[:, 1] - one[:, 1]) / (on.scale_um * _BAND)).astype(np.int64)
    bands = len(pairs.heights)
    band = np.arange(bands) - lower[:, None]
    within = (band >= 0) & (band < bands)
    band = np.clip(band, 0, bands - 1)
    lefts = np.where(within, np.take_along_axis(pairs.lefts, band, axis=1), np.inf)
    lasts = np.where(within, np.take_along_axis(pairs.lasts, band, axis=1), -np.inf)
    behind = (across[:, None] + lefts - pairs.rights).min(axis=1)
    in_front = (pairs.firsts - across[:, None] - lasts).min(axis=1)
    ahead = (places.directions[pairs.one] + places.directions[pairs.other])[:, 0] / 2
    return np.maximum(behind, in_front), np.abs(ahead)


def _pairs(run: Run, one: Indices, other: Indices) -> Pairs:
    asked = np.union1d(one, other)
    sides = _placed_sides(run, asked.tolist())
    used = np.flatnonzero(np.isfinite(sides[:, :, 0]).any(axis=0))
    sides = sides[:, used[0] : used[-1] + 1]
    at = np.searchsorted(asked, one), np.searchsorted(asked, other)
    first, last = sides[at[0]], sides[at[1]]
    rights, lefts = first[:, :, 1], last[:, :, 0]
    between = run.middles[other] - run.middles[one]
    natural = (between[:, None] + lefts - rights).min(axis=1)
    kept = _kept(run, one, other, natural)
    heights: Array = _HEIGHTS[used[0] : used[-1] + 1]
    return Pairs(one, other, rights, lefts, last[:, :, 1], first[:, :, 0], natural, kept, heights)


def _placed_sides(run: Run, asked: Sequence[int]) -> Array:
    """Return how far units with ink reach to the left and right of their middles, (i, b, 2), ems."""
    units = [run.units[index] for index in asked]
    found = np.stack([_known_sides(unit.drawn) for unit in units if unit.drawn is not None])
    for index, unit in enumerate(units):
        if lower := round(unit.y / _BAND):
            found[index] = np.roll(found[index], lower, axis=0)
    placed: Array = found + np.array([unit.x - unit.middle for unit in units])[:, None, None]
    return placed


def _known_sides(drawn: Drawn) -> Array:
    known = _SIDES.get(drawn)
    if known is None:
        known = _sides(drawn)
        _SIDES[drawn] = known
    return known


def _sides(drawn: Drawn) -> Array:
    """Return how far a drawing reaches in each band and the next ones, (b, 2), ems; infinite without ink."""
    edges = []
    for contour in flatten_path(drawn.path.verbs, drawn.path.points, _FLAT):
        points = contour.points_um
        after = points[1:] if drawn.single_line else np.roll(points, -1, axis=0)
        edges.append(np.stack([points[: len(after)], after], axis=1))
    starts, ends = np.concatenate(edges).transpose(1, 0, 2)
    counts = np.ceil(np.abs(ends - starts)[:, 1] * (2 / _BAND)).astype(np.int64) + 1
    owner = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner]
    share = (step / np.maximum(counts - 1, 1)[owner])[:, None]
    points = np.concatenate([starts[owner] + share * (ends - starts)[owner], ends])
    band = np.clip(np.floor((points[:, 1] + _TOP) / _BAND), 0, _BANDS - 1).astype(np.int64)
    left, right = np.full(_BANDS + 2, np.inf), np.full(_BANDS + 2, -np.inf)
    np.minimum.at(left, band + 1, points[:, 0])
    np.maximum.at(right, band + 1, points[:, 0])
    left = np.minimum(np.minimum(left[:-2], left[1:-1]), left[2:])
    right = np.maximum(np.maximum(right[:-2], right[1:-1]), right[2:])
    return np.stack([left, right], axis=1)
