"""Whether a solution holds: every copy placed once, turned as allowed, on its sheet, far enough from
all others. Decided in whole numbers (`exact`), whatever solver made it.

Rings of curves may be a few micrometres off; such parts keep that much more room, so that what is cut
keeps the spacing. Parts that are not rectangles along the axes never touch: one micrometre at least.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from render_core.making.nest.exact import Segments, come_nearer, inside
from render_core.making.nest.labels import footprints
from render_core.making.nest.lots import lot_of_part
from render_core.making.nest.request import NestRequest, Stock, may_turn
from render_core.making.nest.shapes import Shape, Shapes, moved_box, moved_segments, shape_of
from render_core.making.nest.solution import NestedSheet, Placed, Solution
from render_core.making.nest.turning import Placement

_NOWHERE = Placement(0, 0, 0)


class Fault(NamedTuple):
    """What is wrong. code: UPPER_SNAKE. sheet: its place, -1 for none. part, copy: of which one."""

    code: str
    sheet: int
    part: str
    copy: int
    other: str = ""


def _nobody() -> None:
    pass


def faults(
    solution: Solution,
    request: NestRequest,
    shapes: Shapes | None = None,
    look: Callable[[], None] = _nobody,
) -> tuple[Fault, ...]:
    """Return everything that is wrong with a solution, in order; none if it holds.

    shapes: of the request's footprints, if the caller has them. look: called all the while.
    """
    judge = Judge(request, shapes or Shapes(footprints(request)), look)
    return tuple(_faults(solution, request, judge))


def _faults(solution: Solution, request: NestRequest, judge: Judge) -> Iterator[Fault]:
    yield from _miscounted(solution, request)
    for index, sheet in enumerate(solution.sheets):
        yield from _mixed(index, sheet, request)
        for one in judge.misplaced(sheet):
            yield Fault("MISPLACED", index, request.parts[one.part].id, one.copy)
        for one, other in judge.collisions(sheet):
            part = request.parts[one.part].id
            rest = "" if other is None else request.parts[other.part].id
            yield Fault("TOO_NEAR", index, part, one.copy, rest)


def _miscounted(solution: Solution, request: NestRequest) -> Iterator[Fault]:
    seen = Counter((one.part, one.copy) for sheet in solution.sheets for one in sheet.placed)
    wanted = {
        (index, copy) for index, part in enumerate(request.parts) for copy in range(part.quantity)
    }
    for index, copy in sorted(wanted - set(seen)):
        yield Fault("NOT_PLACED", -1, request.parts[index].id, copy)
    for (index, copy), times in sorted(seen.items()):
        if times > 1 or (index, copy) not in wanted:
            yield Fault("PLACED_TOO_OFTEN", -1, request.parts[index].id, copy)
    used = Counter(sheet.stock for sheet in solution.sheets)
    for stock, times in sorted(used.items()):
        count = request.stocks[stock].count
        if count is not None and times > count:
            yield Fault("STOCK_USED_UP", -1, "", 0, request.stocks[stock].id)


def _mixed(index: int, sheet: NestedSheet, request: NestRequest) -> Iterator[Fault]:
    """Yield what may not lie on sheets of this stock, or not beside the first part of the sheet."""
    lots = lot_of_part(request)
    for one in sheet.placed:
        part = request.parts[one.part]
        if not part.may_lie_on(request.stocks[sheet.stock]):
            yield Fault("WRONG_STOCK", index, part.id, one.copy, request.stocks[sheet.stock].id)
        if lots[one.part] != lots[sheet.placed[0].part]:
            yield Fault("MIXED", index, part.id, one.copy, request.parts[sheet.placed[0].part].id)


class _Laid(NamedTuple):
    placed: Placed | None
    shape: Shape
    box: tuple[int, int, int, int]
    edges: Segments


class Judge:
    """Checks sheets of one request; shapes are kept from one to the next. look: called all the while."""

    def __init__(self, request: NestRequest, shapes: Shapes, look: Callable[[], None]) -> None:
        self._request = request
        self._look = look
        self._shapes = shapes
        self._fixed = [
            [_laid(None, shape_of(outline), _NOWHERE) for outline in request.fixed_on(stock)]
            for stock in request.stocks
        ]

    def misplaced(self, sheet: NestedSheet) -> list[Placed]:
        """Return what is turned as it may not be or reaches over where parts may lie."""
        stock = self._request.stocks[sheet.stock]
        return [one for one in sheet.placed if not self._fits(one, stock)]

    def _fits(self, one: Placed, stock: Stock) -> bool:
        self._look()
        if not may_turn(self._request.parts[one.part], stock, one.at.rotation):
            return False
        shape = self._shapes.at(one.part, one.at.rotation)
        left, top, right, bottom = moved_box(shape, one.at)
        within = self._request.usable_um(stock)
        slack = shape.slack_um
        return (
            left - slack >= within[0]
            and top - slack >= within[1]
            and right + slack <= within[2]
            and bottom + slack <= within[3]
        )

    def collisions(self, sheet: NestedSheet) -> Iterator[tuple[Placed, Placed | None]]:
        """Yield pairs that are too near, or one another; None stands for what is fixed."""
        laid = [
            _laid(one, self._shapes.at(one.part, one.at.rotation), one.at) for one in sheet.placed
        ]
        for one, other in self._pairs([*laid, *self._fixed[sheet.stock]]):
            if self._too_near(one, other):
                first = one.placed or other.placed
                assert first is not None
                yield first, other.placed if one.placed else None

    def _pairs(self, laid: Sequence[_Laid]) -> Iterator[tuple[_Laid, _Laid]]:
        """Yield pairs whose boxes come near, each once; what is fixed never meets itself."""
        if not laid:
            return
        boxes = np.array([one.box for one in laid], np.int64)
        reach = self._request.spacing_um + 2 * max(one.shape.slack_um for one in laid) + 1
        for index, (left, top, right, bottom) in enumerate(boxes.tolist()):
            self._look()
            near = (
                (boxes[:, 0] <= right + reach)
                & (boxes[:, 2] >= left - reach)
                & (boxes[:, 1] <= bottom + reach)
                & (boxes[:, 3] >= top - reach)
            )
            near[: index + 1] = False
            for other in np.flatnonzero(near).tolist():
                if laid[index].placed or laid[other].placed:
                    yield laid[index], laid[other]

    def _too_near(self, one: _Laid, other: _Laid) -> bool:
        reach = self._request.spacing_um + one.shape.slack_um + other.shape.slack_um
        if not reach and one.shape.is_box and other.shape.is_box:
            return _boxes_overlap(one.box, other.box)
        reach = max(reach, 1)
        if _square_between(one.box, other.box) >= reach * reach:
            return False
        if one.shape.is_box and other.shape.is_box:
            return True
        if come_nearer(one.edges.near(other.box, reach), other.edges.near(one.box, reach), reach):
            return True
        return _holds_any(one.edges, other.edges) or _holds_any(other.edges, one.edges)


def _laid(placed: Placed | None, shape: Shape, at: Placement) -> _Laid:
    return _Laid(placed, shape, moved_box(shape, at), moved_segments(shape, at))


def _boxes_overlap(one: Iterable[int], other: Iterable[int]) -> bool:
    left, top, right, bottom = one
    other_left, other_top, other_right, other_bottom = other
    return left < other_right and other_left < right and top < other_bottom and other_top < bottom


def _square_between(one: Sequence[int], other: Sequence[int]) -> int:
    """Return the square of the distance of two boxes, which what is in them keeps at least, µm²."""
    across = max(one[0] - other[2], other[0] - one[2], 0)
    down = max(one[1] - other[3], other[1] - one[3], 0)
    return across * across + down * down


def _holds_any(around: Segments, edges: Segments) -> bool:
    """Return whether a contour lies inside an area; their edges do not meet."""
    _, firsts = np.unique(edges.contours, return_index=True)
    return bool(inside(edges.starts[firsts], around).any())
