"""Rectangles on sheets: maximal free rectangles, several orders and rules, the best kept.

Source: J. Jylänki, A Thousand Ways to Pack the Bin (2010), MAXRECTS. Whole micrometres throughout, so
that tiles without spacing fill a sheet to its last row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.making.nest.request import QUARTER_TURN, NestRequest, Stock, rotations_on
from render_core.making.nest.shapes import Shapes, shape_of
from render_core.making.nest.turning import Placement
from render_core.making.nest.watch import Watch

# From this share of its box on, a part is packed as that box.
BOX_SHARE: Final = 0.97

Laid = tuple[int, Placement]
Rectangles = NDArray[np.int64]


class Box(NamedTuple):
    """A part at one rotation: what it takes with its spacing, and where its origin is in that."""

    rotation: int
    width: int
    height: int
    x: int
    y: int


class Bin(NamedTuple):
    """One packed sheet."""

    stock: int
    laid: list[Laid]


Score = Callable[[Rectangles, int, int], NDArray[np.int64]]
Order = Callable[[Box], tuple[int, ...]]


def _short_side(free: Rectangles, width: int, height: int) -> NDArray[np.int64]:
    across, down = _rest(free, width, height)
    return np.where(across < down, across, down)


def _long_side(free: Rectangles, width: int, height: int) -> NDArray[np.int64]:
    across, down = _rest(free, width, height)
    return np.where(across < down, down, across)


def _rest(free: Rectangles, width: int, height: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return free[:, 2] - free[:, 0] - width, free[:, 3] - free[:, 1] - height


def _leftmost(free: Rectangles, width: int, height: int) -> NDArray[np.int64]:
    del height
    return (free[:, 0] + width) * (1 << 24) + free[:, 1]


def _topmost(free: Rectangles, width: int, height: int) -> NDArray[np.int64]:
    del width
    return (free[:, 1] + height) * (1 << 24) + free[:, 0]


_SCORES: Final[tuple[Score, ...]] = (_short_side, _leftmost, _topmost, _long_side)
_ORDERS: Final[tuple[Order, ...]] = (
    lambda box: (box.width * box.height,),
    lambda box: (max(box.width, box.height), min(box.width, box.height)),
    lambda box: (min(box.width, box.height), max(box.width, box.height)),
    lambda box: (box.height, box.width),
    lambda box: (box.width, box.height),
    lambda box: (box.width + box.height,),
)


class Boxes:
    """The parts of a request as boxes, for each size of sheet."""

    def __init__(self, request: NestRequest, shapes: Shapes, watch: Watch) -> None:
        self._request = request
        self._watch = watch
        self._shapes = shapes
        # What is no rectangle never touches: a micrometre apart.
        exact = all(shapes.at(part, 0).is_box for part in range(len(request.parts)))
        self._apart = request.spacing_um or (0 if exact else 1)
        self._sides = [
            [self._boxes(part, stock) for part in range(len(request.parts))]
            for stock in request.stocks
        ]
        self._free = [self._empty(stock) for stock in request.stocks]
        self.largest_first = sorted(
            range(len(request.stocks)),
            key=lambda index: (-_area(request, request.stocks[index]), index),
        )

    def packed(self) -> list[Bin]:
        """Return the best of all orders and rules that there is time for; at least one is tried.

        What fits no sheet that is left is left out.
        """
        best: tuple[tuple[float, ...], list[Bin]] | None = None
        tried: set[tuple[tuple[int, ...], Score]] = set()
        for order, score in product(_ORDERS, _SCORES):
            queue = self._queue(order)
            if (queue, score) in tried:  # as of parts that are all alike
                continue
            tried.add((queue, score))
            bins = self._pack(queue, score)
            cost = self._cost(bins)
            if best is None or cost < best[0]:
                best = cost, bins
            if not self._watch.left_s:
                break
        return [] if best is None else best[1]

    def _queue(self, order: Order) -> tuple[int, ...]:
        """Return the part of each copy that fits some sheet, in an order."""
        request = self._request
        queue = [
            part for part, one in enumerate(request.parts) for _ in range(max(one.quantity, 0))
        ]
        first = self._sides[self.largest_first[0]]
        everywhere = [
            next((sides[part][0] for sides in (first, *self._sides) if sides[part]), None)
            for part in range(len(request.parts))
        ]
        known = {part: box for part, box in enumerate(everywhere) if box is not None}
        queue = [part for part in queue if part in known]
        queue.sort(key=lambda part: (*(-side for side in order(known[part])), part))
        return tuple(queue)

    def _pack(self, queue: Sequence[int], score: Score) -> list[Bin]:
        request = self._request
        left = [stock.count for stock in request.stocks]
        open_bins: list[_Open] = []
        for part in queue:
            self._watch.look()
            if any(one.put(part, score) for one in open_bins):
                continue
            opened = self._opened(part, left, score)
            if opened is not None:
                open_bins.append(opened)
        return [self._smaller(one, left, score) for one in open_bins]

    def _opened(self, part: int, left: list[int | None], score: Score) -> _Open | None:
        """Open a sheet for a part: the largest that it fits on."""
        for stock in self.largest_first:
            if left[stock] != 0:
                opened = _Open(stock, self._free[stock], self._sides[stock])
                if opened.put(part, score):
                    left[stock] = _less(left[stock])
                    return opened
        return None

    def _smaller(self, full: _Open, left: list[int | None], score: Score) -> Bin:
        """Return what is on a sheet, on the smallest size that takes it all."""
        for stock in self.largest_first[:0:-1]:
            if stock == full.stock:
                break
            if left[stock] != 0:
                other = _Open(stock, self._free[stock], self._sides[stock])
                if all(other.put(part, score) for part, _ in full.laid):
                    count = left[full.stock]
                    left[full.stock] = None if count is None else count + 1
                    left[stock] = _less(left[stock])
                    return Bin(stock, other.laid)
        return Bin(full.stock, full.laid)

    def _cost(self, bins: list[Bin]) -> tuple[float, ...]:
        """Return what is to be small: parts left out, area of sheets, what the emptiest one uses."""
        request = self._request
        copies = sum(len(one.laid) for one in bins)
        area = sum(_area(request, request.stocks[one.stock]) for one in bins)
        used = min((self._used(one) for one in bins), default=0.0)
        return float(-copies), area, used

    def _used(self, one: Bin) -> float:
        boxes = (_moved(self._shapes.at(part, at.rotation).box, at) for part, at in one.laid)
        rights, bottoms = zip(*boxes, strict=True)
        right, bottom = max(rights), max(bottoms)
        return float(right * bottom)

    def _boxes(self, part: int, stock: Stock) -> list[Box]:
        """Return a part's boxes on a sheet: one for each way round that its sides can lie."""
        self._watch.look()
        found: dict[tuple[int, int], Box] = {}
        for rotation in rotations_on(self._request.parts[part], stock):
            if rotation % QUARTER_TURN:
                continue
            shape = self._shapes.at(part, rotation)
            left, top, right, bottom = shape.box
            slack = shape.slack_um
            apart = self._apart + 2 * slack
            size = (right - left + apart, bottom - top + apart)
            found.setdefault(size, Box(rotation, *size, slack - left, slack - top))
        return list(found.values())

    def _empty(self, stock: Stock) -> Rectangles:
        """Return the free rectangles of a new sheet."""
        left, top, right, bottom = self._request.usable_um(stock)
        spacing = self._apart
        free = np.array([[left, top, right + spacing, bottom + spacing]], np.int64)
        for outline in self._request.fixed_on(stock):
            shape = shape_of(outline)
            if shape.rings:
                x0, y0, x1, y1 = shape.box
                off = shape.slack_um + 1
                free = _without(free, (x0 - off, y0 - off, x1 + off + spacing, y1 + off + spacing))
        return free


class _Open:
    """A sheet that is being filled."""

    def __init__(self, stock: int, free: Rectangles, sides: Sequence[Sequence[Box]]) -> None:
        self.stock = stock
        self.laid: list[Laid] = []
        self._free = free
        self._sides = sides
        self._refused: set[tuple[int, int]] = set()

    def put(self, part: int, score: Score) -> bool:
        """Put a part where it scores best; return whether there is room."""
        best: tuple[int, int, int, Box] | None = None
        for box in self._sides[part]:
            for key in self._places(box, score):
                if best is None or key < best[:3]:
                    best = (*key, box)
        if best is None:
            return False
        _, x, y, box = best
        self._free = _without(self._free, (x, y, x + box.width, y + box.height))
        self.laid.append((part, Placement(box.rotation, x + box.x, y + box.y)))
        return True

    def _places(self, box: Box, score: Score) -> Iterator[tuple[int, int, int]]:
        if (box.width, box.height) in self._refused:
            return
        free = self._free
        fits = (free[:, 2] - free[:, 0] >= box.width) & (free[:, 3] - free[:, 1] >= box.height)
        room = free[fits]
        if not len(room):
            self._refused.add((box.width, box.height))
            return
        scores = score(room, box.width, box.height)
        best = int(np.lexsort((room[:, 1], room[:, 0], scores))[0])
        yield int(scores[best]), int(room[best, 0]), int(room[best, 1])


def _without(free: Rectangles, taken: tuple[int, int, int, int]) -> Rectangles:
    """Return the maximal rectangles of what is free and not taken."""
    left, top, right, bottom = taken
    met = (free[:, 0] < right) & (free[:, 2] > left) & (free[:, 1] < bottom) & (free[:, 3] > top)
    if not met.any():
        return free
    parts = [free[~met]]
    hit = free[met]
    for column, edge, keep in (
        (2, left, hit[:, 0] < left),
        (0, right, hit[:, 2] > right),
        (3, top, hit[:, 1] < top),
        (1, bottom, hit[:, 3] > bottom),
    ):
        piece = hit[keep].copy()
        piece[:, column] = edge
        parts.append(piece)
    return _maximal(_different(np.concatenate(parts)))


def _different(free: Rectangles) -> Rectangles:
    """Return rectangles sorted, each once: what `np.unique` does of rows, in half the time."""
    ordered = free[np.lexsort(free.T[::-1])]
    kept = np.ones(len(ordered), np.bool_)
    kept[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    different: Rectangles = ordered[kept]
    return different


def _maximal(free: Rectangles) -> Rectangles:
    """Return rectangles that lie in no other one; all differ."""
    low, high = free[:, None, :2], free[:, None, 2:]
    within = (low >= free[None, :, :2]).all(axis=2) & (high <= free[None, :, 2:]).all(axis=2)
    kept: Rectangles = free[within.sum(axis=1) == 1]
    return kept


def _moved(box: tuple[int, int, int, int], at: Placement) -> tuple[int, int]:
    return box[2] + at.x_um, box[3] + at.y_um


def _less(count: int | None) -> int | None:
    return None if count is None else count - 1


def _area(request: NestRequest, stock: Stock) -> float:
    del request
    return float(stock.width_um) * stock.height_um
