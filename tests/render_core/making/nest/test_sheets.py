"""Sheets, labels and maps made from a stored solution."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
import pikepdf
import pytest
import shapely
import zxingcpp

from render_core.errors import RenderError
from render_core.export.pdf import pdf
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import Ink, Item, Operation, Surface, ZoneFrame
from render_core.making.nest.check import faults
from render_core.making.nest.labels import label_box
from render_core.making.nest.request import LabelPlace, LabelRule, NestPart, NestRequest, Stock
from render_core.making.nest.sheet import sheets, taken_outline
from render_core.making.nest.sheet_map import map_json, map_pages
from render_core.making.nest.solution import Placed, Solution, read_solution
from render_core.making.nest.solve import solve
from render_core.making.nest.turning import Placement, placed
from tests.render_core.export.samples import MemoryLibrary
from tests.render_core.making.nest.samples import HEART, RING, TAG, area_of, batch, rectangle


def _request(place: LabelPlace = LabelPlace.BESIDE) -> NestRequest:
    stock = Stock("sheet", 420_000, 300_000)
    return NestRequest(batch(24), (stock,), 2_000, 2_000, LabelRule(place))


@pytest.fixture(scope="module")
def solved() -> tuple[NestRequest, Solution]:
    request = _request()
    return request, solve(request, 1)


def test_a_stored_solution_comes_back_as_it_was(solved: tuple[NestRequest, Solution]) -> None:
    request, solution = solved
    data = solution.canonical(request)
    again = read_solution(data, request)
    assert again == solution
    assert again.canonical(request) == data


def test_a_solution_of_other_parts_is_refused(solved: tuple[NestRequest, Solution]) -> None:
    request, solution = solved
    data = solution.canonical(request)
    other = replace(request, spacing_um=1_999)
    with pytest.raises(RenderError, match="other parts or sheets"):
        read_solution(data, other)
    for damaged in (b"", b"[]", b"{}", data[:-9], data.replace(b"part-1", b"part-x")):
        with pytest.raises(RenderError, match="cannot be read"):
            read_solution(damaged, request)


def test_a_solution_with_a_part_moved_onto_another_makes_no_sheets(
    solved: tuple[NestRequest, Solution],
) -> None:
    request, solution = solved
    sheet = solution.sheets[0]
    first, second = sheet.placed[:2]
    moved = Placed(first.part, first.copy, second.at)
    wrong = replace(
        solution,
        sheets=(replace(sheet, placed=(moved, *sheet.placed[1:])), *solution.sheets[1:]),
    )
    assert {fault.code for fault in faults(wrong, request)} & {"TOO_NEAR", "MISPLACED"}
    with pytest.raises(RenderError, match="does not hold"):
        sheets(wrong, request, {})


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (Placement(0, 60_001, 0), "TOO_NEAR"),
        (Placement(0, 60_002, 0), ""),
        (Placement(4_500, 200_000, 100_000), "MISPLACED"),
        (Placement(0, 340_001, 0), "MISPLACED"),
        (Placement(0, 10_000, 10_000), "TOO_NEAR"),
    ],
)
def test_the_check_is_exact_to_the_micrometre(at: Placement, code: str) -> None:
    part = NestPart("card", rectangle(60_000, 60_000), 2, (0,))
    request = NestRequest((part,), (Stock("sheet", 400_000, 300_000),), 2)
    solution = solve(request, 0)
    placed = (Placed(0, 0, Placement(0, 0, 0)), Placed(0, 1, at))
    tried = replace(solution, sheets=(replace(solution.sheets[0], placed=placed),))
    assert [fault.code for fault in faults(tried, request)] == ([code] if code else [])


def test_a_part_inside_another_is_found_and_one_in_a_hole_is_not() -> None:
    outer, inner = NestPart("ring", RING), NestPart("card", rectangle(4_000, 4_000))
    request = NestRequest((outer, inner), (Stock("sheet", 100_000, 100_000),), 500)
    solution = solve(request, 0)

    def found(x: int, y: int) -> list[str]:
        placed = (Placed(0, 0, Placement(0, 0, 0)), Placed(1, 0, Placement(0, x, y)))
        box = min(point for point in RING.points_um[:, 0].tolist())
        at = Placement(0, 10_000 - box, 10_000)
        placed = (Placed(0, 0, at), Placed(1, 0, Placement(0, x + 10_000 - box, y + 10_000)))
        tried = replace(solution, sheets=(replace(solution.sheets[0], placed=placed),))
        return [fault.code for fault in faults(tried, request)]

    assert found(38_000, 38_000) == []
    assert found(38_000, 5_000) == ["TOO_NEAR"]


def test_sheets_of_one_solution_are_the_same_bytes_in_every_process(
    solved: tuple[NestRequest, Solution], tmp_path: Path
) -> None:
    request, solution = solved
    stored = tmp_path / "solution.json"
    stored.write_bytes(solution.canonical(request))
    script = (
        "import hashlib, sys, pathlib\n"
        "from tests.render_core.making.nest.test_sheets import _digest, _request\n"
        "print(_digest(pathlib.Path(sys.argv[1]).read_bytes(), _request()))\n"
    )
    digests = {_digest(stored.read_bytes(), request)}
    for seed in ("0", "4711"):
        done = subprocess.run(
            [sys.executable, "-c", script, str(stored)],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"},
            check=True,
            capture_output=True,
            text=True,
        )
        digests.add(done.stdout.strip())
    assert len(digests) == 1


def _digest(data: bytes, request: NestRequest) -> str:
    solution = read_solution(data, request)
    made = sheets(solution, request, {})
    pages = pdf([*made, *map_pages(solution, request)], MemoryLibrary())
    return hashlib.sha256(pages + map_json(solution, request)).hexdigest()


@pytest.mark.parametrize("place", [LabelPlace.BESIDE, LabelPlace.COVER])
def test_every_part_carries_its_order_in_a_code_that_a_reader_reads(place: LabelPlace) -> None:
    request = _request(place)
    solution = solve(request, 0)
    read: list[str] = []
    for surface in sheets(solution, request, {}, Operation.PRINT):
        codes = [item for item in surface.items if item.zone == "labels" and not item.line_width_um]
        for item in codes:
            read.append(read_code(item))
    wanted = [part.order(copy) for part in request.parts for copy in range(part.quantity)]
    assert sorted(read) == sorted(wanted)


def read_code(item: Item) -> str:
    """Draw one code by shapely and read it."""
    dark = area_of(item.outline).buffer(1)
    left, top, right, bottom = (round(value) for value in dark.bounds)
    step = 50
    x, y = np.meshgrid(
        np.arange(left - 900, right + 900, step), np.arange(top - 900, bottom + 900, step)
    )
    pixels = np.where(shapely.contains_xy(dark, x.ravel(), y.ravel()), 0, 255).astype(np.uint8)
    found = zxingcpp.read_barcodes(np.ascontiguousarray(pixels.reshape(x.shape)))
    assert len(found) == 1
    return found[0].text


def test_a_label_beside_lies_off_the_part_and_in_a_hole_where_it_has_room() -> None:
    rule = LabelRule(LabelPlace.BESIDE)
    for outline, within in (
        (RING, True),
        (HEART, False),
        (TAG, False),
        (rectangle(9_000, 9_000), False),
    ):
        box = label_box(NestPart("part", outline, orders=("ORD-77",)), rule)
        assert box is not None
        area = area_of(outline)
        label = shapely.Polygon(box.ring())
        assert label.distance(area) >= rule.gap_um
        assert shapely.Polygon(area.convex_hull).contains(label) is within


def test_what_is_drawn_goes_where_its_part_goes_and_one_operation_is_together() -> None:
    outline = rectangle(50_000, 30_000)
    drawing = _drawing()
    request = NestRequest(
        (NestPart("card", outline, 4, (0, 9_000)),), (Stock("sheet", 110_000, 70_000),)
    )
    (surface,) = sheets(solve(request, 0), request, {"card": drawing})
    assert [zone.zone for zone in surface.zones] == [f"card#{copy}" for copy in range(4)]
    assert [item.operation for item in surface.items] == [Operation.PRINT] * 4 + [Operation.CUT] * 4
    for item in surface.items:
        zone = surface.zone(item.zone)
        assert area_of(zone.shape).buffer(1).covers(area_of(item.outline))


def _drawing() -> Surface:
    outline = rectangle(50_000, 30_000)
    frame = ZoneFrame("front", 5_000, 5_000, 40_000, 20_000, rectangle(40_000, 20_000))
    print_item = Item("front", Operation.PRINT, Ink((9, 9, 9)), rectangle(10_000, 5_000))
    edge = Item("edge", Operation.CUT, Ink((0, 0, 0)), outline)
    whole = ZoneFrame("edge", 0, 0, 50_000, 30_000, outline)
    return Surface("card", 50_000, 30_000, outline, (frame, whole), (print_item, edge))


def test_what_a_drawing_takes_is_its_edge_and_what_reaches_over_it() -> None:
    drawing = _drawing()
    line = Item("edge", Operation.CUT, Ink((0, 0, 0)), rectangle(50_000, 30_000), line_width_um=200)
    taken = taken_outline(replace(drawing, items=(line,)))
    bounds = taken.bounds_um()
    assert (
        max(
            abs(one - other)
            for one, other in zip(bounds, (-100, -100, 50_100, 30_100), strict=True)
        )
        < 5
    )


def test_the_map_says_where_each_copy_of_each_order_is(
    solved: tuple[NestRequest, Solution],
) -> None:
    request, solution = solved
    document = orjson.loads(map_json(solution, request))
    rows = [row for sheet in document["sheets"] for row in sheet["placements"]]
    assert sorted((row["part"], row["order"]) for row in rows) == sorted(
        (part.id, part.orders[0]) for part in request.parts
    )
    for sheet, made in zip(document["sheets"], sheets(solution, request, {}), strict=True):
        assert sheet["sheet"] == made.id
        for row in sheet["placements"]:
            shape = area_of(made.zone(f"{row['part']}#{row['copy']}").shape)
            assert np.abs(np.array(shape.bounds) - row["box_um"]).max() <= 3
            at = Placement(row["rotation_centidegrees"], *row["origin_um"])
            drawn = placed(parse_path_mm(document["outlines"][row["outline"]]), at)
            assert area_of(drawn).symmetric_difference(shape).area < 1e-4 * shape.area


def test_long_tables_of_the_map_go_on_on_further_pages() -> None:
    parts = tuple(
        NestPart(f"card-{index}", rectangle(20_000, 20_000), orders=(f"ORDER-{index}-" + "X" * 40,))
        for index in range(300)
    )
    request = NestRequest(parts, (Stock("sheet", 400_000, 400_000),), label=LabelRule())
    pages = map_pages(solve(request, 0), request)
    assert [page.id for page in pages] == ["map-1", "map-1-2", "map-1-3", "map-1-4"]
    for page in pages:
        for item in page.items:
            left, top, right, bottom = item.outline.bounds_um()
            assert left >= 0
            assert top >= 0
            assert right <= page.width_um
            assert bottom <= page.height_um
    with pikepdf.open(io.BytesIO(pdf(pages, MemoryLibrary()))) as written:
        assert len(written.pages) == 4
