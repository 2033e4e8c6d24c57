"""Satin: threads across a stroke, from side to side, over a line or a zigzag that was sewn first.

A piece is sewn in one go: out along each stroke with its underlay, on into the strokes that go off
there, and back with the satin, which so hides all ways.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Final

import numpy as np

from render_core.making.stitches.columns import Column
from render_core.making.stitches.pattern import UM_PER_UNIT
from render_core.making.stitches.piece import Points
from render_core.making.stitches.sewer import Sewer

# Strokes of at least this half width get a zigzag below them.
_ZIGZAG_FROM_UM: Final = 1_100.0
_ZIGZAG_PITCH_UM: Final = 1_800.0
_ZIGZAG_SHARE: Final = 0.6
# Pieces that are nowhere wider, sewn, are followed with running stitch: a satin would be another shape.
_NARROWEST_UM: Final = 700.0
_HAIRLINE_UM: Final = 800.0
# At the inside of a bend every other thread ends so much short of the edge.
_SHORT: Final = 0.22
_CROWDED: Final = 0.45
# Threads that lie side by side end no further apart than so many pitches.
_LEAP: Final = 4.0


def sew_columns(columns: list[Column], sewer: Sewer, go: Callable[[Points], None]) -> None:
    """Sew the columns of a piece: each group that hangs together in one go. go: to where one begins."""
    widest = max((column.half_width for column in columns), default=0.0)
    is_line = 2 * (widest + sewer.rules.pull_um) < _NARROWEST_UM
    free = set(range(len(columns)))
    while free and not sewer.is_full:
        place, root = _root(columns, free, sewer)
        go(place)
        _sew_from(root, columns, free, sewer, is_line=is_line)


def _root(columns: list[Column], free: set[int], sewer: Sewer) -> tuple[Points, int]:
    """Return where to begin: an end of the longest row of strokes, the one nearer to the needle.

    So each stroke is reached along itself, and what goes off from it is sewn before and below it.
    """
    x, y = (place * UM_PER_UNIT for place in sewer.place or (0, 0))
    ends: list[tuple[float, float, int, int]] = []
    for index in sorted(free):
        column = columns[index]
        for side, on in ((0, column.before), (-1, column.after)):
            dx, dy = float(column.middle[side][0]) - x, float(column.middle[side][1]) - y
            if on not in free:
                ends.append((-column.chain_um, dx * dx + dy * dy, index, side))
    if not ends:  # Strokes that go on into each other all round.
        index, side = min(free), 0
    else:
        _, _, index, side = min(ends)
    column = columns[index]
    return column.middle[side], column.end if side else column.start


def _sew_from(
    root: int, columns: list[Column], free: set[int], sewer: Sewer, *, is_line: bool
) -> None:
    """Walk the graph depth first; a stack, since drawings may have long chains of strokes."""
    at_node: dict[int, list[int]] = {}
    for index, column in enumerate(columns):
        for node in {column.start, column.end}:
            at_node.setdefault(node, []).append(index)
    stack: list[tuple[int, Column | None]] = [(root, None)]
    while stack:
        node, came_by = stack[-1]
        onward = came_by.after if came_by is not None else -1
        # What goes off first, so that it ends up below what goes on.
        choice = sorted((one == onward, one) for one in at_node.get(node, ()) if one in free)
        if not choice or sewer.is_full:
            stack.pop()
            if came_by is not None:
                _sew_back(came_by, sewer, is_line=is_line)
            continue
        index = choice[0][1]
        free.discard(index)
        column = columns[index] if columns[index].start == node else columns[index].turned()
        _sew_out(column, sewer)
        stack.append((column.end, column))


def _sew_out(column: Column, sewer: Sewer) -> None:
    line, rules = column.middle, sewer.rules
    if rules.underlay and column.half_width >= _ZIGZAG_FROM_UM:
        points = [line[0]]
        for count, at in enumerate(_picked(column, _ZIGZAG_PITCH_UM)):
            way = (column.left, column.right)[count % 2][at] - line[at]
            length = max(sqrt(float(way[0] * way[0] + way[1] * way[1])), 1.0)
            points.append(line[at] + way * min(_ZIGZAG_SHARE, 0.8 * column.half_width / length))
        sewer.sew(np.array([*points, line[-1]]))
        return
    sewer.run(_thinned(line))


def _sew_back(column: Column, sewer: Sewer, *, is_line: bool) -> None:
    """Sew from the column's end to its start, where the needle came from."""
    back = column.turned()
    if is_line:
        sewer.run(_thinned(back.middle))
        return
    if not back.sewn.all():
        sewn = np.flatnonzero(back.sewn)
        if not len(sewn):
            sewer.run(_thinned(back.middle))
            return
        if sewn[0] > 0:
            sewer.run(_thinned(back.middle[: sewn[0] + 1]))
    sewer.sew(_zigzag(back, sewer), stagger=True)
    if not back.sewn[-1]:
        sewer.run(_thinned(back.middle[np.flatnonzero(back.sewn)[-1] :]))


def _thinned(line: Points) -> Points:
    """Return every so many points of a fine line, and its ends: as near as running stitches can be."""
    return np.concatenate([line[:-1:36], line[-1:]])


def _zigzag(column: Column, sewer: Sewer) -> Points:
    pull = float(sewer.rules.pull_um)
    points: list[Points] = []
    last: int | None = None
    pitch = sewer.rules.density_um / 2
    for count, at in enumerate(_picked(column, pitch)):
        if last is None:
            points.append(column.middle[at])  # From the last stroke's edge: by the middle of both.
        left, right = column.left[at], column.right[at]
        x, y = (right - left).tolist()
        length = sqrt(x * x + y * y)
        if length == 0:
            continue
        # Hairlines of letters are sewn as wide as a satin has to be.
        reach = (right - left) * (max(pull, (_HAIRLINE_UM - length) / 2) / length)
        near, far = (
            (left - reach, right + reach) if count % 2 == 0 else (right + reach, left - reach)
        )
        if last is not None and count % 4 >= 2 and _is_crowded(column, at, count % 2, sewer):
            near = near + (far - near) * _SHORT
        rails = (column.left, column.right)
        if last is not None and any(_leaps(r[at] - r[last], _LEAP * pitch) for r in rails):
            points.append(column.middle[at])  # The edge leaps: the thread stays inside.
        points.append(near)
        last = at
    return np.array(points, np.float64).reshape(-1, 2)


def _leaps(way: Points, most: float) -> bool:
    x, y = way.tolist()
    return bool(x * x + y * y > most * most)


def _is_crowded(column: Column, at: int, side: int, sewer: Sewer) -> bool:
    """Return whether threads come close to each other on a side: the inside of a bend."""
    rail = column.right if side else column.left
    low, high = max(at - 8, 0), min(at + 8, len(rail) - 1)
    (mx, my), (rx, ry) = column.middle[high] - column.middle[low], rail[high] - rail[low]
    return bool(rx * rx + ry * ry < _CROWDED * _CROWDED * (mx * mx + my * my))


def _picked(column: Column, pitch: float) -> list[int]:
    """Return the places of threads: nowhere, on neither side, further apart than the pitch."""
    left, right = column.left.tolist(), column.right.tolist()
    sewn = column.sewn.tolist()
    picked: list[int] = []
    for at in range(len(left)):
        if not sewn[at]:
            continue
        if picked and at + 1 < len(left) and sewn[at + 1]:
            last = picked[-1]
            if (
                max(_squared(left[at + 1], left[last]), _squared(right[at + 1], right[last]))
                <= pitch**2
            ):
                continue
        picked.append(at)
    return picked


def _squared(one: list[float], other: list[float]) -> float:
    dx, dy = one[0] - other[0], one[1] - other[1]
    return dx * dx + dy * dy
