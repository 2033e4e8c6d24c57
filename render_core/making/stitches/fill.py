"""Tatami: rows of stitches to and fro over a wide area, each row's needle points beside the last one's.

The area falls into regions that rows can follow without a gap; from one to the next the needle runs
inside of the area where it can.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from render_core.geometry.degrees import cos_sin
from render_core.geometry.offset import shrunk
from render_core.making.stitches.pattern import UM_PER_UNIT
from render_core.making.stitches.piece import Piece, Points
from render_core.making.stitches.rows import rows_inside
from render_core.making.stitches.sewer import Sewer
from render_core.making.stitches.ways import Ways

# Where the needle points of four rows in turn lie, in parts of a stitch.
_OFFSETS: Final = (0.0, 0.5, 0.25, 0.75)
_UNDERLAY_PITCH_UM: Final = 2_200.0
_UNDERLAY_STITCH_UM: Final = 3_000.0
_INSET_UM: Final = 500.0
_PATCH_PULL_UM: Final = 100.0
# Rows of so little are left to their neighbours.
_LEAST_ROW_UM: Final = 150.0


class _Pass(NamedTuple):
    row: int
    left: float
    right: float


class _Rows(NamedTuple):
    """How rows are sewn. turn: cosine and sine of their angle. pull: beyond the edges on each side."""

    turn: tuple[float, float]
    pitch: float
    stitch: float
    pull: float


def fill(piece: Piece, sewer: Sewer) -> None:
    """Fill a piece, over its underlay."""
    rules, ways = sewer.rules, Ways(piece, float(sewer.rules.pull_um))
    if rules.underlay:
        _underlay(piece, ways, sewer)
    pitch, stitch = rules.density_um / 2, float(rules.stitch_um)
    how = _Rows(cos_sin(-rules.fill_degrees), pitch, stitch, float(rules.pull_um))
    _sew_regions(piece, ways, sewer, how)


def patch(piece: Piece, ways: Ways, sewer: Sewer) -> None:
    """Fill what columns leave free, without an underlay of its own."""
    rules = sewer.rules
    turn, pitch = cos_sin(-rules.fill_degrees), rules.density_um / 2
    _sew_regions(piece, ways, sewer, _Rows(turn, pitch, float(rules.stitch_um), _PATCH_PULL_UM))


def _underlay(piece: Piece, ways: Ways, sewer: Sewer) -> None:
    inset = Piece(shrunk(piece.area, _INSET_UM))
    for ring in inset.rings:
        start = _nearest(ring, sewer)
        line = np.concatenate([ring[start:], ring[: start + 1]])
        ways.go(sewer, line[0])
        sewer.run(line)
    if inset.rings:
        turn = cos_sin(-sewer.rules.fill_degrees + 90)
        how = _Rows(turn, _UNDERLAY_PITCH_UM, _UNDERLAY_STITCH_UM, 0.0)
        _sew_regions(inset, ways, sewer, how)


def _nearest(ring: Points, sewer: Sewer) -> int:
    if sewer.place is None:
        return 0
    dx, dy = ring[:, 0] - sewer.place[0] * UM_PER_UNIT, ring[:, 1] - sewer.place[1] * UM_PER_UNIT
    return int(np.argmin(dx * dx + dy * dy))


def _sew_regions(piece: Piece, ways: Ways, sewer: Sewer, how: _Rows) -> None:
    cosine, sine = how.turn
    flat = _turned(piece.segments.reshape(-1, 2), cosine, -sine).reshape(-1, 4)
    waiting = list(_regions(flat, how.pitch))
    while waiting and not sewer.is_full:
        index, upward, leftward = _next(waiting, sewer, how)
        region = waiting.pop(index)
        line = _turned(_stitches(region, how, upward=upward, leftward=leftward), cosine, sine)
        ways.go(sewer, line[0])
        sewer.sew(line)


def _turned(points: Points, cosine: float, sine: float) -> Points:
    x, y = points[:, 0], points[:, 1]
    return np.stack([x * cosine - y * sine, x * sine + y * cosine], axis=1)


def _regions(segments: Points, pitch: float) -> Iterator[list[_Pass]]:
    """Yield passes that lie below each other, one in each row."""
    rows = rows_inside(segments, pitch)
    columns = (rows.row.tolist(), rows.left.tolist(), rows.right.tolist())
    by_row: dict[int, list[_Pass]] = {}
    for one in map(_Pass, *columns):
        if one.right - one.left > _LEAST_ROW_UM:
            by_row.setdefault(one.row, []).append(one)
    open_regions: list[list[_Pass]] = []
    for row in sorted(by_row):
        passes = by_row[row]
        above = [region for region in open_regions if region[-1].row == row - 1]
        yield from (region for region in open_regions if region[-1].row != row - 1)
        open_regions = _continued(above, passes)
        yield from (region for region in above if not any(region is one for one in open_regions))
    yield from open_regions


def _continued(above: list[list[_Pass]], passes: list[_Pass]) -> list[list[_Pass]]:
    """Add each pass to the one region that it alone touches, or begin a new one."""
    touched: list[list[int]] = [[] for _ in passes]
    touching = [0] * len(above)
    first = 0
    for index, one in enumerate(passes):
        while first < len(above) and above[first][-1].right <= one.left:
            first += 1
        at = first
        while at < len(above) and above[at][-1].left < one.right:
            touched[index].append(at)
            touching[at] += 1
            at += 1
    found = []
    for one, regions in zip(passes, touched, strict=True):
        if len(regions) == 1 and touching[regions[0]] == 1:
            region = above[regions[0]]
            region.append(one)
        else:
            region = [one]
        found.append(region)
    return found


def _next(waiting: list[list[_Pass]], sewer: Sewer, how: _Rows) -> tuple[int, bool, bool]:
    """Return the region whose corner is nearest to the needle, and from where it is sewn."""
    if sewer.place is None:
        return 0, False, False
    cosine, sine = how.turn
    x, y = (float(place * UM_PER_UNIT) for place in sewer.place)
    x, y = x * cosine + y * sine, y * cosine - x * sine
    ends = np.array(
        [[(p.row, p.left, p.right) for p in (region[0], region[-1])] for region in waiting]
    )
    down = (ends[:, :, :1] + 0.5) * how.pitch - y
    across = ends[:, :, 1:] - x
    squared = (across * across + down * down).reshape(-1)
    index, corner = divmod(int(np.argmin(squared)), 4)
    return index, corner >= 2, corner % 2 == 1


def _stitches(region: list[_Pass], how: _Rows, *, upward: bool, leftward: bool) -> Points:
    passes = region[::-1] if upward else region
    parts = []
    for index, one in enumerate(passes):
        y = (one.row + 0.5) * how.pitch
        left, right = one.left - how.pull, one.right + how.pull
        xs = _needle_points(left, right, one.row, how.stitch)
        if (index % 2 == 1) != leftward:
            xs = xs[::-1]
        parts.append(np.stack([xs, np.full(len(xs), y)], axis=1))
    return np.concatenate(parts)


def _needle_points(left: float, right: float, row: int, stitch: float) -> Points:
    """Return where the needle goes in along a row, ends included."""
    offset = _OFFSETS[row % len(_OFFSETS)]
    first = int((left / stitch - offset) // 1) + 1
    last = int(-((-(right / stitch - offset)) // 1)) - 1
    inner = (np.arange(first, last + 1) + offset) * stitch
    near = stitch / 4
    inner = inner[(inner - left > near) & (right - inner > near)]
    return np.concatenate([[left], inner, [right]])
