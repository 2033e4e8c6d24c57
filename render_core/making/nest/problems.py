"""What is wrong with a request, all at once: typed, each naming its part or its sheet.

`params` hold "part" or "stock", ids of the request, beside what else their words name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from render_core.codes import data_matrix
from render_core.errors import RenderError
from render_core.layout import Outline, Verb
from render_core.limits import MAX_LENGTH_UM
from render_core.making.nest.labels import MAX_LABEL_CHARACTERS, has_code, label_box
from render_core.making.nest.pieces import covered_area_um2
from render_core.making.nest.request import (
    MAX_COPIES,
    LabelPlace,
    NestPart,
    NestRequest,
    Stock,
    rotations_on,
)
from render_core.making.nest.shapes import shape_of
from render_core.making.nest.sheet_marks import marked_box
from render_core.making.nest.turning import turned_points
from render_core.preflight.messages import problem
from render_core.problems import Problem

MAX_PARTS: Final = 5_000
MAX_POINTS: Final = 20_000
# Of all parts together: bounds time and memory.
MAX_POINTS_OF_ALL: Final = 1_000_000
MAX_ROTATIONS: Final = 360


class NestRefused(RenderError):
    """The request cannot be nested. problems: why, all of them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems[0].code, problems[0].message)
        self.problems = problems


def request_problems(
    request: NestRequest, look: Callable[[], None] = lambda: None
) -> tuple[Problem, ...]:
    """Return everything that is wrong with a request; none if it can be nested. look: called at each part.

    Whether there are enough sheets is not known before they are packed.
    """
    found = list(_of_all(request))
    found += [one for stock in request.stocks for one in _of_stock(stock, request)]
    sound = []
    for part in request.parts:
        look()
        of_part = list(_of_part(part, request))
        found += of_part
        if not of_part:
            sound.append(part)
    if not any(_names_stock(one) for one in found) and request.stocks:
        for part in sound:
            look()
            found += _too_large(part, request)
    return tuple(found)


def not_enough(part: NestPart, copies: int) -> Problem:
    """Return the problem of copies for which no sheet is left."""
    return problem(
        "NEST_SHEETS_USED_UP", "", measured=copies, params={"part": part.id, "copies": copies}
    )


def _names_stock(one: Problem) -> bool:
    return one.code.startswith(("NEST_STOCK", "NEST_NO_SHEETS", "NEST_SPACING"))


def _of_all(request: NestRequest) -> Iterator[Problem]:
    if not request.parts:
        yield problem("NEST_NO_PARTS", "")
    if not any(stock.count is None or stock.count > 0 for stock in request.stocks):
        yield problem("NEST_NO_SHEETS", "")
    copies = sum(max(part.quantity, 0) for part in request.parts)
    if copies > MAX_COPIES or len(request.parts) > MAX_PARTS:
        yield problem(
            "NEST_TOO_MANY_PARTS",
            "",
            measured=copies,
            required=MAX_COPIES,
            params={"copies": copies},
        )
    points = sum(len(part.outline.points_um) for part in request.parts)
    if points > MAX_POINTS_OF_ALL:
        yield problem(
            "NEST_TOO_DETAILED",
            "",
            measured=points,
            required=MAX_POINTS_OF_ALL,
            params={"points": points},
        )
    if request.spacing_um < 0 or request.edge_um < 0:
        yield problem("NEST_SPACING_NEGATIVE", "")
    for name in _twice(part.id for part in request.parts):
        yield problem("NEST_ID_TWICE.part", "", params={"part": name})
    for name in _twice(stock.id for stock in request.stocks):
        yield problem("NEST_ID_TWICE.stock", "", params={"stock": name})


def _twice(ids: Iterable[str]) -> list[str]:
    return sorted(name for name, times in Counter(ids).items() if times > 1)


def _of_stock(stock: Stock, request: NestRequest) -> Iterator[Problem]:
    sides = (stock.width_um, stock.height_um)
    if min(sides) <= 0 or max(sides) > MAX_LENGTH_UM or min(stock.margins_um) < 0:
        yield problem("NEST_STOCK_SIZE", "", params={"stock": stock.id})
        return
    if stock.count is not None and stock.count < 0:
        yield problem("NEST_STOCK_COUNT", "", params={"stock": stock.id})
    left, top, right, bottom = request.usable_um(stock)
    work = marked_box(stock.reach, request.marks)
    if (
        min(right - left, bottom - top, work.right_um - work.left_um, work.bottom_um - work.top_um)
        <= 0
    ):
        yield problem("NEST_STOCK_NO_ROOM", "", params={"stock": stock.id})


def _of_part(part: NestPart, request: NestRequest) -> Iterator[Problem]:
    if part.quantity < 1:
        yield problem(
            "NEST_QUANTITY",
            "",
            measured=part.quantity,
            required=1,
            params={"part": part.id, "quantity": part.quantity},
        )
    if part.rotations is not None and not 1 <= len(part.rotations) <= MAX_ROTATIONS:
        yield problem(
            "NEST_ROTATIONS",
            "",
            params={"part": part.id, "count": len(part.rotations), "limit": MAX_ROTATIONS},
        )
    yield from _of_outline(part)
    yield from _of_label(part, request)


def _of_outline(part: NestPart) -> Iterator[Problem]:
    outline = part.outline
    count = len(outline.points_um)
    if count > MAX_POINTS:
        yield problem(
            "NEST_PART_TOO_DETAILED",
            "",
            measured=count,
            required=MAX_POINTS,
            params={"part": part.id, "points": count},
        )
        return
    if count and int(abs(outline.points_um.astype(int)).max()) > MAX_LENGTH_UM:
        yield problem("NEST_PART_TOO_FAR", "", params={"part": part.id})
        return
    if _is_open(outline):
        yield problem("NEST_PART_OPEN", "", params={"part": part.id})
        return
    if covered_area_um2(shape_of(outline)) < 1:
        yield problem("NEST_PART_EMPTY", "", params={"part": part.id})


def _is_open(outline: Outline) -> bool:
    verbs = outline.verbs.tolist()
    return bool(verbs.count(Verb.MOVE) != verbs.count(Verb.CLOSE))


def _of_label(part: NestPart, request: NestRequest) -> Iterator[Problem]:
    if request.label.place is LabelPlace.NONE:
        return
    for order in dict.fromkeys(part.orders):
        if (
            not order.isprintable()
            or len(order) > MAX_LABEL_CHARACTERS
            or not _has_code(order, request)
        ):
            yield problem("NEST_LABEL", "", params={"part": part.id, "limit": MAX_LABEL_CHARACTERS})
            return


def _has_code(order: str, request: NestRequest) -> bool:
    return not has_code(order, request.label) or data_matrix.symbol(order) is not None


def _too_large(part: NestPart, request: NestRequest) -> Iterator[Problem]:
    shape = shape_of(part.outline)
    points = [ring.astype(float) for ring in shape.rings]
    box = label_box(part, request.label) if request.label.place is LabelPlace.BESIDE else None
    if box is not None:
        points.append(box.ring().astype(float))
    turns = False
    if not any(map(part.may_lie_on, request.stocks)):
        yield problem("NEST_PART_NO_STOCK", "", params={"part": part.id})
        return
    for stock in filter(part.may_lie_on, request.stocks):
        left, top, right, bottom = request.usable_um(stock)
        for rotation in rotations_on(part, stock):
            turns = True
            corners = [turned_points(ring, rotation) for ring in points]
            width = max(c[:, 0].max() for c in corners) - min(c[:, 0].min() for c in corners)
            height = max(c[:, 1].max() for c in corners) - min(c[:, 1].min() for c in corners)
            slack = 2 * (shape.slack_um + (2 if rotation % 9_000 else 0))
            if width + slack <= right - left and height + slack <= bottom - top:
                return
    if not turns:
        yield problem("NEST_GRAIN", "", params={"part": part.id})
        return
    yield problem("NEST_PART_TOO_LARGE", "", params={"part": part.id})
