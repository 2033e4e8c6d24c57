"""What is wrong with a request, all at once: typed, each naming its part or its sheet.

`params` hold "part" or "stock", ids of the request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from render_core.codes import data_matrix
from render_core.errors import RenderError
from render_core.layout import Outline, Verb
from render_core.limits import MAX_LENGTH_UM
from render_core.making.nest.labels import MAX_LABEL_CHARACTERS, label_box
from render_core.making.nest.pieces import covered_area_um2
from render_core.making.nest.request import (
    LabelPlace,
    NestPart,
    NestRequest,
    Stock,
    rotations_on,
)
from render_core.making.nest.shapes import shape_of
from render_core.making.nest.turning import turned_points
from render_core.problems import Problem, Severity

MAX_COPIES: Final = 5_000
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


def request_problems(request: NestRequest) -> tuple[Problem, ...]:
    """Return everything that is wrong with a request; none if it can be nested.

    Whether there are enough sheets is not known before they are packed.
    """
    found = list(_of_all(request))
    found += [problem for stock in request.stocks for problem in _of_stock(stock, request)]
    sound = []
    for part in request.parts:
        of_part = list(_of_part(part, request))
        found += of_part
        if not of_part:
            sound.append(part)
    if not any(_names_stock(problem) for problem in found) and request.stocks:
        for part in sound:
            found += _too_large(part, request)
    return tuple(found)


def not_enough(part: NestPart, copies: int) -> Problem:
    """Return the problem of copies for which no sheet is left."""
    return _problem(
        "NEST_SHEETS_USED_UP",
        f"No sheet is left for {copies} of part {part.id}.",
        "Add sheets to the stock, or nest fewer parts.",
        part=part.id,
        measured=copies,
    )


def _problem(
    code: str,
    message: str,
    suggestion: str,
    *,
    part: str = "",
    stock: str = "",
    measured: float | None = None,
    required: float | None = None,
) -> Problem:
    named = (("part", part), ("stock", stock))
    params = tuple((name, value) for name, value in named if value)
    return Problem(
        code, Severity.ERROR, "", message, suggestion,
        measured=measured, required=required, params=params,
    )  # fmt: skip


def _names_stock(problem: Problem) -> bool:
    return problem.code.startswith(("NEST_STOCK", "NEST_NO_SHEETS", "NEST_SPACING"))


def _of_all(request: NestRequest) -> Iterator[Problem]:
    if not request.parts:
        yield _problem("NEST_NO_PARTS", "There are no parts to nest.", "Add parts.")
    if not any(stock.count is None or stock.count > 0 for stock in request.stocks):
        yield _problem("NEST_NO_SHEETS", "There are no sheets to nest on.", "Add a size of sheet.")
    copies = sum(max(part.quantity, 0) for part in request.parts)
    if copies > MAX_COPIES or len(request.parts) > MAX_PARTS:
        yield _problem(
            "NEST_TOO_MANY_PARTS",
            f"{copies} copies are too many for one nesting.",
            "Nest them as several batches.",
            measured=copies,
            required=MAX_COPIES,
        )
    points = sum(len(part.outline.points_um) for part in request.parts)
    if points > MAX_POINTS_OF_ALL:
        yield _problem(
            "NEST_TOO_DETAILED",
            f"The parts have {points} points together.",
            "Use simpler outlines, or several batches.",
            measured=points,
            required=MAX_POINTS_OF_ALL,
        )
    if request.spacing_um < 0 or request.edge_um < 0:
        yield _problem(
            "NEST_SPACING_NEGATIVE", "A spacing is below 0.", "Give distances of 0 µm or more."
        )
    for kind, ids in (
        ("part", Counter(part.id for part in request.parts)),
        ("stock", Counter(stock.id for stock in request.stocks)),
    ):
        for name in sorted(name for name, times in ids.items() if times > 1):
            yield _problem(
                "NEST_ID_TWICE",
                f"The {kind} {name} is listed twice.",
                "Give each an id of its own, and list copies as a quantity.",
                part=name if kind == "part" else "",
                stock=name if kind == "stock" else "",
            )


def _of_stock(stock: Stock, request: NestRequest) -> Iterator[Problem]:
    sides = (stock.width_um, stock.height_um)
    if min(sides) <= 0 or max(sides) > MAX_LENGTH_UM or min(stock.margins_um) < 0:
        yield _problem(
            "NEST_STOCK_SIZE",
            f"The sheet {stock.id} has no sides between 1 µm and ten metres.",
            "Correct its size and margins.",
            stock=stock.id,
        )
        return
    if stock.count is not None and stock.count < 0:
        yield _problem(
            "NEST_STOCK_COUNT",
            f"The sheet {stock.id} has a negative count.",
            "Give how many there are, or leave the count out.",
            stock=stock.id,
        )
    left, top, right, bottom = request.usable_um(stock)
    if right <= left or bottom <= top:
        yield _problem(
            "NEST_STOCK_NO_ROOM",
            f"The margins of sheet {stock.id} leave no room.",
            "Make the margins smaller.",
            stock=stock.id,
        )


def _of_part(part: NestPart, request: NestRequest) -> Iterator[Problem]:
    if part.quantity < 1:
        yield _problem(
            "NEST_QUANTITY",
            f"Part {part.id} has a quantity of {part.quantity}.",
            "Ask for one or more, or leave the part out.",
            part=part.id,
            measured=part.quantity,
            required=1,
        )
    if part.rotations is not None and not 1 <= len(part.rotations) <= MAX_ROTATIONS:
        yield _problem(
            "NEST_ROTATIONS",
            f"Part {part.id} has {len(part.rotations)} rotations.",
            f"Allow 1 to {MAX_ROTATIONS}, or any.",
            part=part.id,
        )
    yield from _of_outline(part)
    yield from _of_label(part, request)


def _of_outline(part: NestPart) -> Iterator[Problem]:
    outline = part.outline
    count = len(outline.points_um)
    if count > MAX_POINTS:
        yield _problem(
            "NEST_PART_TOO_DETAILED",
            f"The outline of part {part.id} has {count} points.",
            "Use a simpler outline.",
            part=part.id,
            measured=count,
            required=MAX_POINTS,
        )
        return
    if count and int(abs(outline.points_um.astype(int)).max()) > MAX_LENGTH_UM:
        yield _problem(
            "NEST_PART_TOO_FAR",
            f"Part {part.id} lies farther than ten metres from its origin.",
            "Move it to its origin, or correct its size.",
            part=part.id,
        )
        return
    if _is_open(outline):
        yield _problem(
            "NEST_PART_OPEN",
            f"The outline of part {part.id} is open.",
            "Close every contour of what is cut out.",
            part=part.id,
        )
        return
    if covered_area_um2(shape_of(outline)) < 1:
        yield _problem(
            "NEST_PART_EMPTY",
            f"Part {part.id} has no area.",
            "Give the outline of what is cut out.",
            part=part.id,
        )


def _is_open(outline: Outline) -> bool:
    verbs = outline.verbs.tolist()
    return bool(verbs.count(Verb.MOVE) != verbs.count(Verb.CLOSE))


def _of_label(part: NestPart, request: NestRequest) -> Iterator[Problem]:
    if request.label.place is LabelPlace.NONE:
        return
    for order in dict.fromkeys(part.orders):
        printable = order.isascii() and (order.isprintable() or not order)
        if not printable or len(order) > MAX_LABEL_CHARACTERS or not _has_code(order, request):
            yield _problem(
                "NEST_LABEL",
                f"The order of part {part.id} cannot be written as a label.",
                f"Use printable ASCII, {MAX_LABEL_CHARACTERS} characters at most.",
                part=part.id,
            )
            return


def _has_code(order: str, request: NestRequest) -> bool:
    return not order or not request.label.code or data_matrix.symbol(order) is not None


def _too_large(part: NestPart, request: NestRequest) -> Iterator[Problem]:
    shape = shape_of(part.outline)
    points = [ring.astype(float) for ring in shape.rings]
    box = label_box(part, request.label) if request.label.place is LabelPlace.BESIDE else None
    if box is not None:
        points.append(box.ring().astype(float))
    turns = False
    for stock in request.stocks:
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
        yield _problem(
            "NEST_GRAIN",
            f"Part {part.id} cannot be turned along the grain of any sheet.",
            "Allow it more rotations, or leave its grain out.",
            part=part.id,
        )
        return
    yield _problem(
        "NEST_PART_TOO_LARGE",
        f"Part {part.id} is larger than every sheet, in all its rotations.",
        "Add a larger sheet, allow more rotations, or cut it in pieces.",
        part=part.id,
    )
