"""Nestings found by the solvers, judged by shapely."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from render_core.geometry.svg_path import parse_path_mm
from render_core.making.nest import strip
from render_core.making.nest.check import faults
from render_core.making.nest.labels import footprints
from render_core.making.nest.pieces import Piece
from render_core.making.nest.problems import NestRefused
from render_core.making.nest.request import (
    QUARTERS,
    LabelPlace,
    LabelRule,
    NestPart,
    NestRequest,
    Stock,
)
from render_core.making.nest.rows import rows
from render_core.making.nest.shapes import Shapes
from render_core.making.nest.solution import NestedSheet, Placed, Solution
from render_core.making.nest.solve import solve
from render_core.making.nest.strip import Wanted, packed_strip
from render_core.making.nest.watch import NestCancelled, Progress, Watch
from tests.render_core.making.nest.samples import (
    ANGLE,
    HEART,
    TAG,
    batch,
    blob,
    judged,
    polygon,
    rectangle,
)

MARKS = tuple(parse_path_mm(f"M{x} {y}h6v6h-6z") for x in (8, 386) for y in (8, 286))


def _request(parts: tuple[NestPart, ...], **more: object) -> NestRequest:
    stock = Stock("sheet", 400_000, 300_000, margins_um=(5_000, 5_000, 5_000, 5_000), fixed=MARKS)
    return NestRequest(parts, (stock,), spacing_um=2_000, edge_um=1_000, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("budget_s", [0.0, 4.0])
def test_nothing_overlaps_and_all_is_placed_once(budget_s: float) -> None:
    """Without time the sheets come from the raster alone, as they do where the solver fails."""
    request = _request(batch(40), label=LabelRule(LabelPlace.BESIDE))
    solution = solve(request, budget_s)
    assert solution.count == 40
    assert len(solution.sheets) > 1
    assert judged(solution, request) == []


def test_parts_lie_in_holes_of_others() -> None:
    frame = NestPart("frame", parse_path_mm("M0 0H200V200H0ZM20 20V180H180V20Z"), 1, (0,))
    small = NestPart("small", ANGLE, 3, QUARTERS)
    request = NestRequest((frame, small), (Stock("only", 204_000, 204_000, 1),), 2_000)
    solution = solve(request, 3)
    assert [len(sheet.placed) for sheet in solution.sheets] == [4]
    assert judged(solution, request) == []


def test_tiles_without_spacing_fill_a_sheet_to_its_last_row() -> None:
    request = NestRequest(
        (NestPart("tile", rectangle(100_000, 100_000), 100),), (Stock("sheet", 1_000_000, 500_000),)
    )
    solution = solve(request, 1)
    assert [len(sheet.placed) for sheet in solution.sheets] == [50, 50]
    assert judged(solution, request) == []


def test_rectangles_keep_their_spacing_and_leave_marks_alone() -> None:
    parts = tuple(
        NestPart(f"card-{side}", rectangle(side * 1_000, 20_000 + side * 500), 3)
        for side in range(20, 60, 3)
    )
    request = _request(parts)
    solution = solve(request, 2)
    assert solution.solver.startswith("maxrects")
    assert judged(solution, request) == []


def test_the_rest_goes_on_the_smallest_sheet_that_takes_it() -> None:
    stocks = (Stock("large", 400_000, 300_000), Stock("small", 150_000, 120_000, 1))
    request = NestRequest((NestPart("heart", HEART, 3),), stocks, 1_000)
    assert [sheet.stock for sheet in solve(request, 2).sheets] == [1]


def test_a_part_lies_along_the_grain_of_its_sheet() -> None:
    part = NestPart("plank", TAG, 6, None, grain=0)
    stock = Stock("oak", 300_000, 200_000, grain=9_000)
    solution = solve(NestRequest((part,), (stock,), 1_000), 1)
    turns = {one.at.rotation for sheet in solution.sheets for one in sheet.placed}
    assert turns <= {9_000, 27_000}


def test_a_part_turns_by_what_is_allowed_alone() -> None:
    part = NestPart("heart", HEART, 8, (0, 3_000, 12_345))
    request = NestRequest((part,), (Stock("sheet", 300_000, 200_000),), 1_000)
    solution = solve(request, 2)
    turns = {one.at.rotation for sheet in solution.sheets for one in sheet.placed}
    assert turns <= {0, 3_000, 12_345}


def test_a_part_as_large_as_its_sheet_is_placed() -> None:
    part = NestPart("plate", parse_path_mm("M0 0H100V100H50L40 99H0Z"), 2, (0,))
    request = NestRequest((part,), (Stock("sheet", 100_000, 100_000),))
    assert [len(sheet.placed) for sheet in solve(request, 1).sheets] == [1, 1]


def test_a_part_that_crosses_itself_is_nested_by_what_it_covers() -> None:
    bow = polygon([(0, 0), (40_000, 30_000), (40_000, 0), (0, 30_000)])
    request = _request((NestPart("bow", bow, 6, None),))
    assert judged(solve(request, 2), request) == []


def test_progress_never_falls_and_ends_with_all() -> None:
    told: list[Progress] = []
    solve(_request(batch(30)), 3, progress=told.append)
    shares = [one.share for one in told]
    assert shares == sorted(shares)
    assert len(told) > 5
    assert told[-1] == Progress(30, 30, told[-1].sheets, 1.0)


def test_a_nesting_stops_within_a_second_of_being_cancelled() -> None:
    begun = time.monotonic()
    with pytest.raises(NestCancelled):
        solve(_request(batch(30)), 60, cancelled=lambda: time.monotonic() > begun + 1)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("solver", ["import time\ntime.sleep(99)\n", "while True:\n    pass\n"])
def test_solvers_that_never_answer_cost_no_more_than_the_time_allowed(
    solver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one also takes both cores from the nesting."""
    hung = tmp_path / "hung.py"
    hung.write_text(solver)
    monkeypatch.setattr(strip, "_CHILD", hung)
    request = _request(batch(40))
    begun = time.monotonic()
    solution = solve(request, 3)
    assert time.monotonic() - begun < 3 * 1.1 + 2
    assert solution.count == 40
    assert judged(solution, request) == []


def test_what_is_not_placed_in_time_lies_in_rows_off_what_is_fixed() -> None:
    angles = (None, (0,), (4_500, 13_500))
    parts = tuple(
        replace(part, rotations=angles[index % 3], quantity=2)
        for index, part in enumerate(batch(30))
    )
    request = _request(parts, label=LabelRule(LabelPlace.BESIDE))
    found = rows(request, Shapes(footprints(request)), [2] * 30, [None], lambda: None)
    sheets = tuple(
        NestedSheet(stock, tuple(Placed(part, 0, at) for part, at in laid)) for stock, laid in found
    )
    assert Counter(one.part for sheet in sheets for one in sheet.placed) == dict.fromkeys(
        range(30), 2
    )
    assert judged(Solution(request.sha256, request.parts_sha256, sheets), request) == []


def test_a_part_that_may_turn_freely_lies_at_any_hundredth_of_a_degree() -> None:
    kite = polygon([(250_000, 0), (280_000, 20_000), (330_000, 25_000), (283_000, 42_000)])
    request = _request((NestPart("kite", kite, 16, None), NestPart("heart", HEART, 6, (0, 9_000))))
    solution = solve(request, 4)
    turns = {(one.part, one.at.rotation) for sheet in solution.sheets for one in sheet.placed}
    assert any(turn % 500 for part, turn in turns if part == 0)
    assert {turn for part, turn in turns if part == 1} <= {0, 9_000}
    assert judged(solution, request) == []
    assert solution.count == 22


def test_a_solver_that_panics_gives_no_strip() -> None:
    line = np.array([(0, 0), (1_000, 1_000), (2_000, 2_000)], np.int64)
    wanted = {0: Wanted(Piece(0, line, 1.0, ()), 1, (0,))}
    assert packed_strip(wanted, 100_000, 1, 1, Watch(1, 1)) is None


def _codes(request: NestRequest) -> list[tuple[str, dict[str, str]]]:
    with pytest.raises(NestRefused) as refused:
        solve(request, 1)
    return [
        (one.code, {name: of for name, of in one.params if name in ("part", "stock")})
        for one in refused.value.problems
    ]


def test_bad_input_is_refused_all_at_once_and_by_name() -> None:
    heart = NestPart("heart", HEART)
    found = _codes(
        NestRequest(
            (
                NestPart("none", HEART, 0),
                NestPart("less", HEART, -2),
                NestPart("open", parse_path_mm("M0 0H10V10")),
                NestPart("flat", parse_path_mm("M0 0H10H0Z")),
                NestPart("wide", rectangle(500_000, 10_000)),
                NestPart("dense", blob(1, 50_000, 20_001)),
                NestPart("text", HEART, orders=("ORD\x07",)),
                NestPart("stiff", HEART, rotations=()),
                heart,
                heart,
            ),
            (Stock("sheet", 400_000, 300_000),),
            label=LabelRule(LabelPlace.BESIDE),
        )
    )
    assert found == [
        ("NEST_ID_TWICE", {"part": "heart"}),
        ("NEST_QUANTITY", {"part": "none"}),
        ("NEST_QUANTITY", {"part": "less"}),
        ("NEST_PART_OPEN", {"part": "open"}),
        ("NEST_PART_EMPTY", {"part": "flat"}),
        ("NEST_PART_TOO_DETAILED", {"part": "dense"}),
        ("NEST_LABEL", {"part": "text"}),
        ("NEST_ROTATIONS", {"part": "stiff"}),
        ("NEST_PART_TOO_LARGE", {"part": "wide"}),
    ]


def test_sheets_that_cannot_be_are_refused() -> None:
    part = (NestPart("heart", HEART),)
    assert _codes(NestRequest(part, ())) == [("NEST_NO_SHEETS", {})]
    assert _codes(NestRequest(part, (Stock("s", 0, 5),))) == [("NEST_STOCK_SIZE", {"stock": "s"})]
    narrow = Stock("s", 9_000, 9_000, margins_um=(5_000, 5_000, 5_000, 5_000))
    assert _codes(NestRequest(part, (narrow,))) == [("NEST_STOCK_NO_ROOM", {"stock": "s"})]
    along = (NestPart("heart", HEART, 1, (0,), grain=0),)
    grained = Stock("s", 400_000, 300_000, grain=4_500)
    assert _codes(NestRequest(along, (grained,))) == [("NEST_GRAIN", {"part": "heart"})]


def test_too_few_sheets_name_what_is_left_over() -> None:
    request = NestRequest((NestPart("heart", HEART, 9),), (Stock("s", 130_000, 70_000, 1),))
    assert _codes(request) == [("NEST_SHEETS_USED_UP", {"part": "heart"})]
    cards = NestRequest(
        (NestPart("card", rectangle(50_000, 50_000), 9),), (Stock("s", 130_000, 70_000, 1),)
    )
    assert _codes(cards) == [("NEST_SHEETS_USED_UP", {"part": "card"})]


@pytest.mark.slow
def test_five_hundred_detailed_parts_are_nested() -> None:
    parts = tuple(
        NestPart(f"part-{index}", blob(index, 15_000 + index * 30), 1, None) for index in range(500)
    )
    request = NestRequest(parts, (Stock("sheet", 1_200_000, 800_000),), 1_500)
    solution = solve(request, 30)
    assert solution.count == 500
    assert faults(solution, request) == ()
    assert judged(solution, request) == []


def test_the_solver_ends_when_whoever_started_it_is_killed() -> None:
    script = (
        "from render_core.making.nest.solve import solve\n"
        "from tests.render_core.making.nest.test_solve import _request, batch\n"
        "solve(_request(batch(30)), 120)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script])
    try:
        child = _wait_for(lambda: next(iter(psutil.Process(parent.pid).children()), None))
    finally:
        parent.kill()
        parent.wait()
    assert child is not None
    child.wait(timeout=30)


def _wait_for(ask: Callable[[], psutil.Process | None]) -> psutil.Process | None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = ask()
        if found is not None:
            return found
        time.sleep(0.05)
    return None
