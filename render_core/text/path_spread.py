"""How far letters along a line move apart so that they do not run into each other.

Turned letters come nearer on the inner side of a bend: above a line that sinks and rises again, and
below one that rises and sinks. Upright letters come nearer where the line is steep. They keep a part of
the distance that they have on a straight line. The ink of each unit is known by bands of heights, and
the distance of two is the least of their bands' along the line halfway between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
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
# Letters keep this part of their distance, but no more than so many ems, words more than letters.
_KEPT: Final = 2 / 3
_LETTERS: Final = 1 / 16
_WORDS: Final = 1 / 5
# What overlaps on a straight line may do so by this much more.
_DEEPER: Final = 0.01
# So much deeper, and spacing has not helped.
_TOO_DEEP: Final = 0.02
_ROUNDS: Final = 16
_FARTHEST: Final = 1 / 4
_SLOWEST: Final = 0.3
# What a closed line leaves free may be so wide that its ends are far from each other.
_OPEN: Final = 1.5

_HEIGHTS: Final = (np.arange(_BANDS) + 0.5) * _BAND - _TOP
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
    kept: (p,) the least distance. natural: (p,) that on a straight line.
    """

    one: Indices
    other: Indices
    rights: Array
    lefts: Array
    lasts: Array
    firsts: Array
    natural: Array
    kept: Array


def spread_of(on: OnLine) -> Spread:
    """Return what moves the units of a text apart, at its size."""
    none = np.zeros(len(on.run.units))
    if len(on.run.inked) < 2:
        return Spread(none, clear=True)
    pairs = pairs_of(on.run)
    if not (on.upright or _may_meet(on, pairs)):
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
    ends = _pairs(on.run, on.run.inked[-1:], on.run.inked[:1])
    return bool(_missing(on, ends, before, np.full(1, _LETTERS))[0][0] <= 0)


def _may_meet(on: OnLine, pairs: Pairs) -> bool:
    """Whether the line bends so much between two units that they could come too near."""
    places = on.line.line.at(on.origins_with(np.zeros(len(on.run.units))) + _middles_um(on))
    one, other = places.directions[pairs.one], places.directions[pairs.other]
    bend = np.abs(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])
    opposed = (one * other).sum(axis=1) < 0
    reach = max(_TOP, _BOTTOM) + abs(on.shift)
    return bool((opposed | (bend * reach > pairs.natural - pairs.kept)).any())


def _missing(on: OnLine, pairs: Pairs, before: Array, kept: Array) -> tuple[Array, Array]:
    """Return how much each pair lacks of a distance, in ems along the text, and how fast that grows as the
    second unit moves on."""
    origins = on.origins_with(before)
    found = _upright(on, pairs, origins) if on.upright else _turned(on, pairs, origins)
    distances, speeds = found
    return kept - distances, speeds


def _turned(on: OnLine, pairs: Pairs, origins: Array) -> tuple[Array, Array]:
    """Return the distances of pairs that are turned or bent, and how fast these grow."""
    line, lift = on.line.line, on.lift_um
    ends, downs, curvatures = [], [], []
    middles = origins + _middles_um(on)
    for units, sides in ((pairs.one, pairs.rights), (pairs.other, pairs.lefts)):
        bends = on.bending[units]
        reach = np.where(np.isfinite(sides), sides, 0.0) * on.across_um
        foot = middles[units][:, None] + np.where(bends[:, None], reach, 0.0)
        places = line.at(foot.reshape(-1)) if bends.any() else line.at(middles[units])
        shape = (len(units), -1, 2)
        directions, points = places.directions.reshape(shape), places.points.reshape(shape)
        down = np.stack([-directions[..., 1], directions[..., 0]], axis=2)
        aside = np.where(bends[:, None], 0.0, reach)[..., None]
        heights = (_HEIGHTS * on.scale_um - lift)[None, :, None]
        ends.append(points + aside * directions + heights * down)
        downs.append(directions[:, :1])
        curvatures.append(places.curvatures.reshape(len(units), -1)[:, 0])
    along = (downs[0] + downs[1])[:, 0]
    length = np.sqrt((along * along).sum(axis=1))
    along = along / np.where(length == 0, 1.0, length)[:, None]
    apart = ((ends[1] - ends[0]) * along[:, None, :]).sum(axis=2) / on.across_um
    inked = np.isfinite(pairs.rights) & np.isfinite(pairs.lefts)
    apart = np.where(inked, apart, np.inf)
    band = apart.argmin(axis=1)
    rise = _HEIGHTS[band] * on.scale_um - lift
    speeds = 1 - rise * (curvatures[0] + curvatures[1]) / 2
    return apart.min(axis=1), speeds


def _upright(on: OnLine, pairs: Pairs, origins: Array) -> tuple[Array, Array]:
    """Return the distances to the left or right of pairs that share a height, and how fast these grow."""
    places = on.line.line.at(origins + _middles_um(on))
    one, other = places.points[pairs.one], places.points[pairs.other]
    across = (other[:, 0] - one[:, 0]) / on.across_um
    lower = np.rint((other[:, 1] - one[:, 1]) / (on.scale_um * _BAND)).astype(np.int64)
    band = np.arange(_BANDS) - lower[:, None]
    within = (band >= 0) & (band < _BANDS)
    band = np.clip(band, 0, _BANDS - 1)
    lefts = np.where(within, np.take_along_axis(pairs.lefts, band, axis=1), np.inf)
    lasts = np.where(within, np.take_along_axis(pairs.lasts, band, axis=1), -np.inf)
    behind = (across[:, None] + lefts - pairs.rights).min(axis=1)
    before = (pairs.firsts - across[:, None] - lasts).min(axis=1)
    ahead = (places.directions[pairs.one] + places.directions[pairs.other])[:, 0] / 2
    return np.maximum(behind, before), np.abs(ahead)


def _middles_um(on: OnLine) -> Array:
    middles: Array = on.run.middles * on.across_um
    return middles


@lru_cache(maxsize=8)
def pairs_of(run: Run) -> Pairs:
    """Return the pairs of units with ink that follow each other, or have one between them."""
    inked = run.inked
    return _pairs(run, inked[:-1] + inked[:-2], inked[1:] + inked[2:])


def _pairs(run: Run, ones: Sequence[int], others: Sequence[int]) -> Pairs:
    one, other = np.array(ones, dtype=np.int64), np.array(others, dtype=np.int64)
    sides = {index: _placed_sides(run, index) for index in {*ones, *others}}
    first, last = np.stack([sides[i] for i in ones]), np.stack([sides[i] for i in others])
    rights, lefts = first[:, :, 1], last[:, :, 0]
    between = run.middles[other] - run.middles[one]
    natural = (between[:, None] + lefts - rights).min(axis=1)
    blanks = np.cumsum([unit.drawn is None for unit in run.units])
    most = np.where(blanks[one] == blanks[other], _LETTERS, _WORDS)
    kept = np.where(natural > 0, np.minimum(natural * _KEPT, most), natural - _DEEPER)
    return Pairs(one, other, rights, lefts, last[:, :, 1], first[:, :, 0], natural, kept)


def _placed_sides(run: Run, index: int) -> Array:
    """Return how far a unit reaches to the left and right of its middle, (b, 2), ems."""
    unit = run.units[index]
    if unit.drawn is None:
        raise ValueError("only a unit with ink has sides")
    known = _SIDES.get(unit.drawn)
    if known is None:
        known = _sides(unit.drawn)
        _SIDES[unit.drawn] = known
    lower = round(unit.y / _BAND)
    moved = np.roll(known, lower, axis=0) if lower else known
    return moved + (unit.x - unit.middle)


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
