"""Parts and sheets to a solution, in a given time. See README.md for what callers owe it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from render_core.errors import RenderError
from render_core.layout import Outline
from render_core.making.nest.boxes import BOX_SHARE, Boxes
from render_core.making.nest.check import faults
from render_core.making.nest.labels import footprints
from render_core.making.nest.lots import lots, request_of_lot
from render_core.making.nest.packing import Laid, Packer
from render_core.making.nest.pieces import outer_area_um2, pieces_of
from render_core.making.nest.problems import NestRefused, not_enough, request_problems
from render_core.making.nest.request import QUARTER_TURN, NestRequest
from render_core.making.nest.shapes import Shapes
from render_core.making.nest.solution import NestedSheet, Placed, Solution
from render_core.making.nest.watch import Progress, Watch

SOLVER: Final = "sparrow by spyrrow 0.9"
BOX_SOLVER: Final = "maxrects"

Sheets = list[tuple[int, list[Laid]]]


def solve(
    request: NestRequest,
    budget_s: float = 60.0,
    seed: int = 1,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Solution:
    """Return where every copy of every part lies, checked.

    budget_s: how long it may take, checks included; it ends a tenth and two seconds later at most, what
    is not placed by then packed as boxes. cancelled: asked all the while. Two runs may differ, as the
    solver's time does: what is to be the same for ever is made from one stored solution.
    Raises NestRefused with all problems; NestCancelled; RenderError (NEST_FAILED) where a solution
    does not hold.
    """
    watch = Watch(budget_s, sum(part.quantity for part in request.parts), cancelled, progress)
    problems = request_problems(request, watch.look)
    if problems:
        raise NestRefused(problems)
    outlines = footprints(request, watch.look)
    shapes = Shapes(outlines)
    sheets: Sheets = []
    solvers: set[str] = set()
    used: Counter[int] = Counter()
    for lot in lots(request):
        own = request_of_lot(request, lot, used)
        watched = watch.of_lot(sum(part.quantity for part in own.parts))
        solver, found = _packed(own, [outlines[part] for part in lot.parts], watched, seed)
        sheets += [
            (lot.stocks[stock], [(lot.parts[part], at) for part, at in laid])
            for stock, laid in found
        ]
        used.update(lot.stocks[stock] for stock, _ in found)
        solvers.add(solver)
    _refuse_rest(request, sheets)
    solution = Solution(
        request.sha256,
        request.parts_sha256,
        _numbered(sheets),
        f"{' and '.join(sorted(solvers))}, seed {seed}",
    )
    wrong = faults(solution, request, shapes, watch.look)
    if wrong:
        raise RenderError("NEST_FAILED", f"The nesting found does not hold: {wrong[0]}.")
    watch.finished(len(sheets))
    return solution


def _packed(
    request: NestRequest, outlines: Sequence[Outline], watch: Watch, seed: int
) -> tuple[str, Sheets]:
    """Return which solver packed the parts of one lot, and the sheets."""
    shapes = Shapes(tuple(outlines))
    if _are_boxes(request, shapes):
        return BOX_SOLVER, [(one.stock, one.laid) for one in Boxes(request, shapes, watch).packed()]
    pieces = pieces_of(request, tuple(outlines), watch.look)
    watch.keep()
    return SOLVER, Packer(request, pieces, shapes, watch, seed).packed()


def _are_boxes(request: NestRequest, shapes: Shapes) -> bool:
    """Return whether all parts are nearly rectangles that may only turn by quarters."""
    for index, part in enumerate(request.parts):
        if part.rotations is None or any(turn % QUARTER_TURN for turn in part.rotations):
            return False
        if part.grain is not None and any(
            stock.grain is not None and (stock.grain - part.grain) % QUARTER_TURN
            for stock in request.stocks
        ):
            return False
        shape = shapes.at(index, 0)
        left, top, right, bottom = shape.box
        if outer_area_um2(shape) < BOX_SHARE * (right - left) * (bottom - top):
            return False
    return True


def _refuse_rest(request: NestRequest, sheets: Sheets) -> None:
    laid = Counter(part for _, placed in sheets for part, _ in placed)
    rest = [
        not_enough(part, part.quantity - laid[index])
        for index, part in enumerate(request.parts)
        if laid[index] < part.quantity
    ]
    if rest:
        raise NestRefused(tuple(rest))


def _numbered(sheets: Sheets) -> tuple[NestedSheet, ...]:
    """Return sheets with copies numbered in the order of sheets, from left to right on each."""
    copies: Counter[int] = Counter()
    numbered = []
    for stock, laid in sheets:
        placed = []
        for part, at in sorted(laid, key=lambda one: (one[1].x_um, one[1].y_um, one[0])):
            placed.append(Placed(part, copies[part], at))
            copies[part] += 1
        numbered.append(NestedSheet(stock, tuple(placed)))
    return tuple(numbered)
