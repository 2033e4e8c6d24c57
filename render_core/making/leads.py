"""Leads and overcuts: where a tool starts, it leaves a mark; so it starts in the waste, and ends beyond.

A lead is a quarter of a circle that ends along the contour, in the middle of one of its longest
straight edges, the one nearest to where the tool comes from, on the side of the waste; in the middle of a
curve where no straight edge has room. Where there is no room for that it gets smaller, and is left out
where not even a small one fits. An overcut follows the contour once more, past its start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.flatten import flatten_points
from render_core.geometry.outline_builder import OutlineBuilder, Point
from render_core.layout import POINTS_OF_VERB, Outline, Verb
from render_core.making.halves import Halves, halved
from render_core.making.kerf import twice_area
from render_core.making.ways import HAIRLINE_UM, Way

_Array = NDArray[np.float64]

# Sizes that are tried, in shares of what is asked for, on so many of the longest edges.
_SHARES: Final = (1.0, 0.5, 0.25)
_EDGES: Final = 4
_TOLERANCE_UM: Final = 5.0
_LEAST_POINTS: Final = 2
# A quarter circle's middle lies at these shares of its radius.
_COS_45: Final = sqrt(0.5)

_Segment = tuple[int, tuple[Point, ...]]


def with_leads(
    ways: Sequence[Way], lead_in_um: int, overcut_um: int
) -> tuple[list[Way], list[Way]]:
    """Return ways with leads and overcuts, and those whose lead found no room.

    Closed ways become open ones that end where, or after, they met the contour. ways: in the order
    in which they are made; open ones stay as they are.
    """
    if not (lead_in_um or overcut_um):
        return list(ways), []
    others = _Others(ways)
    made: list[Way] = []
    cramped = []
    for index, way in enumerate(ways):
        if not way.closed:
            made.append(way)
            continue
        at = made[-1].end if made else way.start
        found = _led(way, others.lines[index], at, (lead_in_um, overcut_um), others)
        made.append(found[0])
        if lead_in_um and not found[1]:
            cramped.append(way)
    return made, cramped


class _Others:
    """All ways as edges, by the boxes around them: what a lead must not cross."""

    def __init__(self, ways: Sequence[Way]) -> None:
        self.lines = [_closed_line(way) for way in ways]
        self.low = np.array([line.min(axis=0) for line in self.lines])
        self.high = np.array([line.max(axis=0) for line in self.lines])

    def crossed(self, lead: _Array) -> bool:
        """Return whether a lead meets any way before its end."""
        low, high = lead.min(axis=0), lead.max(axis=0)
        near = (self.low <= high).all(axis=1) & (self.high >= low).all(axis=1)
        return any(_cross(lead, self.lines[index]) for index in np.flatnonzero(near).tolist())


def _closed_line(way: Way) -> _Array:
    points = way.outline.points_um.astype(np.float64)
    line = flatten_points(way.outline.verbs, points, _TOLERANCE_UM).points
    return np.concatenate([line, line[:1]]) if way.closed else line


def _cross(lead: _Array, line: _Array) -> bool:
    """Return whether two lines cross; a lead's own end, on the line, does not count."""
    first, second = line[:-1], line[1:]
    low, high = np.minimum(first, second), np.maximum(first, second)
    near = ((low <= lead.max(axis=0)) & (high >= lead.min(axis=0))).all(axis=1)
    first, second = first[near], second[near]
    a, d = lead[:-1, None], lead[1:, None] - lead[:-1, None]
    b, e = first[None], (second - first)[None]
    turn = d[..., 0] * e[..., 1] - d[..., 1] * e[..., 0]
    safe = np.where(turn == 0, 1.0, turn)
    x, y = b[..., 0] - a[..., 0], b[..., 1] - a[..., 1]
    on_lead = (x * e[..., 1] - y * e[..., 0]) / safe
    on_line = (x * d[..., 1] - y * d[..., 0]) / safe
    ends = np.full(len(lead) - 1, 1.0)
    ends[-1] = 0.9
    hit = (turn != 0) & (on_lead >= 0) & (on_lead <= ends[:, None])
    return bool((hit & (on_line >= 0) & (on_line <= 1)).any())


def _led(
    way: Way, line: _Array, at: tuple[int, int], sizes_um: tuple[int, int], others: _Others
) -> tuple[Way, bool]:
    """Return a closed way opened, and whether it has the lead that was asked for.

    line: the way's chords. at: where the tool comes from. sizes_um: of lead and overcut.
    """
    lead_in_um, overcut_um = sizes_um
    segments = _segments(way.outline)
    side = _waste_side(way, line)
    places = [*_chosen(segments, at, curved=False), *_chosen(segments, at, curved=True)]
    for share in _SHARES if lead_in_um else ():
        for place in places:
            halves = halved(segments[place - 1][1][-1], *segments[place])
            lead = _lead(halves, side, lead_in_um * share)
            if lead is None:
                continue
            line = _as_line(lead)
            if segments[place][0] != Verb.LINE and len(line) > _LEAST_POINTS:
                line = line[:-1]  # So near to a curve, its own chords lie between.
            if not others.crossed(line):
                return _opened(way, _from_middle(segments, place, halves), lead, overcut_um), True
    return _opened(way, segments, None, overcut_um), False


def _segments(outline: Outline) -> list[_Segment]:
    """Return the segments of a closed contour, the first a move to its start, the last ending there."""
    found: list[_Segment] = []
    at = 0
    points = [(float(x), float(y)) for x, y in outline.points_um.tolist()]
    for verb in outline.verbs.tolist():
        end = at + POINTS_OF_VERB[verb]
        if verb != Verb.CLOSE:
            found.append((verb, tuple(points[at:end])))
        at = end
    if found[-1][1][-1] != points[0]:
        found.append((Verb.LINE, (points[0],)))
    return found


def _chosen(segments: list[_Segment], at: tuple[int, int], *, curved: bool) -> list[int]:
    """Return the places of the longest segments, straight or curved, those at least half as long as
    the longest first, and of them the one nearest to where the tool comes from."""
    found = []
    for place in range(1, len(segments)):
        verb, points = segments[place]
        if (verb != Verb.LINE) == curved:
            (ax, ay), (bx, by) = segments[place - 1][1][-1], points[-1]
            dx, dy = (ax + bx) / 2 - at[0], (ay + by) / 2 - at[1]
            long = (bx - ax) * (bx - ax) + (by - ay) * (by - ay)
            found.append((-long, dx * dx + dy * dy, place))
    longest = sorted(found)[:_EDGES]
    enough = longest[0][0] / 4 if longest else 0.0
    longest.sort(key=lambda one: (one[0] > enough, one[1] if one[0] <= enough else one[0], one[2]))
    return [place for _, _, place in longest]


def _waste_side(way: Way, line: _Array) -> float:
    """Return 1 where the waste is on the side that outward normals of an outer contour have."""
    turns = twice_area(np.rint(line[:-1]).astype(np.int64)) > 0
    return 1.0 if turns != way.is_hole else -1.0


def _lead(halves: Halves, side: float, size: float) -> tuple[Point, Point, Point] | None:
    """Return a quarter circle (start, middle, end) onto the middle of a segment, along it; None where
    it has no direction there."""
    dx, dy = halves.along
    length = sqrt(dx * dx + dy * dy)
    if length < 1 or size < 1:
        return None
    dx, dy = dx / length, dy / length
    nx, ny = dy * side, -dx * side
    x, y = halves.middle
    cx, cy = x + nx * size, y + ny * size
    reach = size * _COS_45
    middle = (cx - (dx + nx) * reach, cy - (dy + ny) * reach)
    return (cx - dx * size, cy - dy * size), middle, (x, y)


def _as_line(lead: tuple[Point, Point, Point]) -> _Array:
    verbs = np.array([Verb.MOVE, Verb.ARC], np.uint8)
    return flatten_points(verbs, np.array(lead, np.float64), _TOLERANCE_UM).points


def _from_middle(segments: list[_Segment], place: int, halves: Halves) -> list[_Segment]:
    """Return the segments from the middle of one round to it again."""
    rest = [*segments[place + 1 :], *segments[1:place]]
    return [(Verb.MOVE, (halves.middle,)), halves.second, *rest, halves.first]


def _opened(
    way: Way, segments: list[_Segment], lead: tuple[Point, Point, Point] | None, overcut_um: int
) -> Way:
    out = OutlineBuilder()
    if lead is None:
        out.move(segments[0][1][0])
    else:
        out.move(lead[0])
        out.arc(lead[1], lead[2])
    for verb, points in segments[1:]:
        _draw(out, verb, points)
    if overcut_um:
        _overcut(out, segments, float(overcut_um))
    elif lead is None:
        return way
    return Way(out.build(), way.zone, way.ink, False, HAIRLINE_UM, way.is_hole)


def _draw(out: OutlineBuilder, verb: int, points: tuple[Point, ...]) -> None:
    draw: dict[int, Callable[..., object]] = {
        Verb.LINE: out.line,
        Verb.QUAD: out.quad,
        Verb.CUBIC: out.cubic,
        Verb.ARC: out.arc,
    }
    draw[verb](*points)


def _overcut(out: OutlineBuilder, segments: list[_Segment], left: float) -> None:
    """Follow the contour once more for a distance, by chords."""
    verbs = np.array([verb for verb, _ in segments], np.uint8)
    points = np.array([point for _, some in segments for point in some], np.float64)
    line = flatten_points(verbs, points, _TOLERANCE_UM).points.tolist()
    for (ax, ay), (bx, by) in pairwise(line):
        length = sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))
        if length >= left:
            share = left / length if length else 0.0
            out.line((ax + (bx - ax) * share, ay + (by - ay) * share))
            return
        out.line((bx, by))
        left -= length
