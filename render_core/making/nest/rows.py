"""Parts side by side in rows, as boxes: no search at all, for what is not placed when time is up.

A row is as high as its first part, the highest; what is fixed on a sheet is stepped over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from render_core.making.nest.request import QUARTER_TURN, NestRequest, rotations_on
from render_core.making.nest.shapes import Shape, Shapes, shape_of
from render_core.making.nest.turning import Placement

# Rotations that are tried of a part that may not lie along the axes.
_OTHER_TURNS: Final = 8

Laid = tuple[int, Placement]


class _Box(NamedTuple):
    """A part at a rotation, with its spacing to the right and below. x, y: its origin in the box."""

    part: int
    rotation: int
    width: int
    height: int
    x: int
    y: int


def rows(
    request: NestRequest,
    shapes: Shapes,
    left: Sequence[int],
    stocks_left: Sequence[int | None],
    look: Callable[[], None],
) -> list[tuple[int, list[Laid]]]:
    """Return sheets with copies of each part in rows, as many as `left` says and sheets hold.

    look: called at each part.
    """
    sheets: list[tuple[int, list[Laid]]] = []
    rest = {part: copies for part, copies in enumerate(left) if copies > 0}
    counts = list(stocks_left)
    areas = [stock.width_um * stock.height_um for stock in request.stocks]
    for stock in sorted(range(len(areas)), key=lambda index: (-areas[index], index)):
        boxes = [box for part in rest if (box := _box(request, shapes, part, stock, look))]
        boxes.sort(key=lambda box: (-box.height, -box.width, box.part))
        blocked = _blocked(request, stock)
        while counts[stock] != 0:
            laid = _sheet(request, stock, [box for box in boxes if box.part in rest], rest, blocked)
            if not laid:
                break
            sheets.append((stock, laid))
            count = counts[stock]
            counts[stock] = None if count is None else count - 1
    return sheets


def _sheet(
    request: NestRequest,
    stock: int,
    boxes: list[_Box],
    rest: dict[int, int],
    blocked: list[tuple[int, int, int, int]],
) -> list[Laid]:
    """Return one sheet, its copies taken from `rest`."""
    left, top, right, bottom = request.usable_um(request.stocks[stock])
    apart = _apart(request)
    laid: list[Laid] = []
    x, y, high = left, top, 0
    for box in boxes:
        while rest.get(box.part, 0):
            at = _place(x, y, high, box, (left, right + apart), blocked)
            if at[1] + box.height > bottom + apart:
                break
            x, y, high = at
            laid.append((box.part, Placement(box.rotation, x + box.x, y + box.y)))
            x, high = x + box.width, max(high, box.height)
            rest[box.part] -= 1
            if not rest[box.part]:
                del rest[box.part]
    return laid


def _place(
    x: int,
    y: int,
    high: int,
    box: _Box,
    sides: tuple[int, int],
    blocked: list[tuple[int, int, int, int]],
) -> tuple[int, int, int]:
    """Return the next place for a box, and how high its row is: in this row, or in one below."""
    while True:
        met = next((one for one in blocked if _meets(one, x, y, box)), None)
        if met is None and x + box.width <= sides[1]:
            return x, y, high
        if met is not None and met[2] + box.width <= sides[1]:
            x = met[2]
        else:
            # An empty row goes on below what is in its way.
            lower = high or (box.height if met is None else met[3] - y)
            x, y, high = sides[0], y + lower, 0


def _meets(blocked: tuple[int, int, int, int], x: int, y: int, box: _Box) -> bool:
    left, top, right, bottom = blocked
    return left < x + box.width and x < right and top < y + box.height and y < bottom


def _box(
    request: NestRequest, shapes: Shapes, part: int, stock: int, look: Callable[[], None]
) -> _Box | None:
    """Return a part as the first box that it can be on a sheet."""
    look()
    left, top, right, bottom = request.usable_um(request.stocks[stock])
    apart = _apart(request)
    turns = rotations_on(request.parts[part], request.stocks[stock])
    quarters = [one for one in turns if not one % QUARTER_TURN]
    for rotation in quarters[:2] or turns[:_OTHER_TURNS]:
        shape = shapes.at(part, rotation)
        width, height = _size(shape)
        if width <= right - left and height <= bottom - top:
            x, y = shape.slack_um - shape.box[0], shape.slack_um - shape.box[1]
            return _Box(part, rotation, width + apart, height + apart, x, y)
    return None


def _size(shape: Shape) -> tuple[int, int]:
    left, top, right, bottom = shape.box
    return right - left + 2 * shape.slack_um, bottom - top + 2 * shape.slack_um


def _blocked(request: NestRequest, stock: int) -> list[tuple[int, int, int, int]]:
    """Return where no box may lie: boxes of what is fixed, with the spacing around them."""
    apart = _apart(request)
    shapes = (shape_of(outline) for outline in request.fixed_on(request.stocks[stock]))
    found = []
    for shape in shapes:
        if shape.rings:
            left, top, right, bottom = shape.box
            off = shape.slack_um + apart
            found.append((left - off, top - off, right + off, bottom + off))
    return found


def _apart(request: NestRequest) -> int:
    """Return how far boxes are apart: what is no rectangle never touches."""
    return max(request.spacing_um, 1)
