"""Letters woven through each other: where two cross, one is cut away on both sides of the other.

Every crossing is a place of its own. Those of two letters, from the top down, are passed over by the
one and then by the other; the first letter begins above, the next pair with the letter they share,
so that a letter that crosses each neighbour once passes over one and under the other. The
result needs one ink or one cut: the gap shows which letter lies above.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from render_core.geometry.clearance import closed_segments, inside
from render_core.geometry.offset import grown, shrunk
from render_core.geometry.polygons import (
    Polygons,
    Ring,
    difference,
    intersection,
    signed_area,
    union,
)

# A cut goes beyond the edges of the letter, so that rounding leaves no hair along them.
_BEYOND_UM: Final = 2.0
# A sliver covers no more than a square of so many times the least thickness; more is a thin stroke.
_SLIVER: Final = 6.0


class _Crossing(NamedTuple):
    """Where two letters meet. over, under: their numbers. where: what of each lies within the gap of
    the other."""

    over: int
    under: int
    where: Polygons


def weave(letters: Sequence[Polygons], gap_um: float, least_um: float = 0.0) -> Polygons:
    """Return the letters as one area, each cut where another passes over it.

    gap_um: how far the cut keeps from the letter above. least_um: what a cut leaves thinner than
    this goes with it.
    """
    crossings: list[_Crossing] = []
    pairs = [(i, j) for i in range(len(letters)) for j in range(i + 1, len(letters))]
    for first, second in sorted(pairs, key=lambda pair: pair[1] - pair[0]):
        crossings += _crossings(letters, first, second, crossings, gap_um)
    woven = []
    for index, letter in enumerate(letters):
        cuts = [
            _cut(letters[crossing.over], letter, crossing.where, gap_um)
            for crossing in crossings
            if crossing.under == index
        ]
        woven.append(_without(letter, union(cuts), least_um) if cuts else letter)
    return union(woven)


def _without(letter: Polygons, cuts: Polygons, least_um: float) -> Polygons:
    """Return a letter without its cuts, and without the slivers and crumbs that these leave."""
    left = difference(letter, cuts)
    if least_um <= 0:
        return left
    thick = grown(shrunk(left, least_um / 2), least_um / 2)
    around = grown(cuts, _BEYOND_UM)
    most = (_SLIVER * least_um) ** 2
    slivers = [
        part
        for part in parts(difference(left, grown(thick, _BEYOND_UM)))
        if part.area_um2() <= most and not intersection(grown(part, _BEYOND_UM), around).is_empty
    ]
    # A little more goes, so that no crumb stays where a sliver was.
    return difference(left, union(grown(sliver, 2 * _BEYOND_UM) for sliver in slivers))


def _crossings(
    letters: Sequence[Polygons],
    first: int,
    second: int,
    known: Sequence[_Crossing],
    gap_um: float,
) -> list[_Crossing]:
    """Return the crossings of two letters, from the top down.

    Letters that come nearer than the gap cross, too: what lies between could not be made.
    """
    one, other = letters[first], letters[second]
    shared = parts(
        union([intersection(one, grown(other, gap_um)), intersection(other, grown(one, gap_um))])
    )
    found: list[_Crossing] = []
    for number, where in enumerate(sorted(shared, key=_place)):
        above = first if number % 2 == 0 else second
        above = _settled(known, first, second, where) or above
        under = second if above == first else first
        found.append(_Crossing(above, under, where))
    return found


def _settled(known: Sequence[_Crossing], first: int, second: int, where: Polygons) -> int | None:
    """Return which of two letters lies above where a third one, between them, has settled it."""
    here = [c for c in known if not intersection(c.where, where).is_empty]
    for upper, lower in ((first, second), (second, first)):
        over = {c.under for c in here if c.over == upper}
        if any(c.over in over and c.under == lower for c in here):
            return upper
    return None


def _cut(over: Polygons, under: Polygons, where: Polygons, gap_um: float) -> Polygons:
    """Return what of the letter below lies under the other or within the gap, at one crossing."""
    hidden = parts(intersection(grown(under, _BEYOND_UM), grown(over, gap_um)))
    return union(part for part in hidden if not intersection(part, where).is_empty)


def parts(area: Polygons) -> list[Polygons]:
    """Return the connected parts of an area, each with its holes."""
    outer = [ring for ring in area.rings if signed_area(ring) > 0]
    found: list[list[Ring]] = [[ring] for ring in outer]
    for hole in area.rings:
        if signed_area(hole) < 0:
            around = [index for index, ring in enumerate(outer) if _holds(ring, hole)]
            smallest = min(around, key=lambda index: signed_area(outer[index]), default=None)
            if smallest is not None:
                found[smallest].append(hole)
    return [Polygons(tuple(rings)) for rings in found]


def _holds(ring: Ring, hole: Ring) -> bool:
    segments = closed_segments(ring.astype(np.float64))
    # Between two corners: a corner may touch the ring.
    middle = (hole[:1].astype(np.float64) + hole[1:2]) / 2
    return bool(inside(middle, segments)[0])


def _place(area: Polygons) -> tuple[int, int]:
    points = np.concatenate(area.rings)
    return int(points[:, 1].min()), int(points[:, 0].min())
