"""Marks around the work, and what a ticket is told of its size."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import pytest
import shapely
from shapely.geometry import LineString

from render_core.geometry.flatten import flatten
from render_core.geometry.outline_builder import OutlineBuilder
from render_core.layout import Ink, Item, Operation
from render_core.making.measure import measures
from render_core.making.prepare import OF_SHEET, prepare
from render_core.making.profile import (
    FileFormat,
    Fill,
    FillKind,
    MachineOperation,
    MarkKind,
    Marks,
)
from render_core.making.profile_json import library
from tests.render_core.export.samples import PATHS
from tests.render_core.making.work import (
    BLACK,
    SQUARE,
    cut,
    cutting,
    face,
    machine,
    path,
    printed,
    printing,
)

DISC = "M30 5A10 10 0 0 1 30 25A10 10 0 0 1 30 5Z"


@pytest.mark.parametrize(
    ("kind", "count"), [(MarkKind.EYES, 5), (MarkKind.REGISTRATION, 12), (MarkKind.CROP, 8)]
)
def test_marks_lie_around_the_work_and_the_sheet_grows_for_them(kind: MarkKind, count: int) -> None:
    wanted = Marks(kind, size_um=4_000, margin_um=10_000)
    item = printed(DISC)
    made = prepare(face(item, size_mm=60), machine(printing(), marks=wanted))
    drawn = made.runs[0].items[0]
    assert drawn.zone == OF_SHEET
    assert len(flatten(drawn.outline, 1.0)) == count
    assert made.trim == (12_000, 12_000, 72_000, 72_000)
    assert (made.surface.width_um, made.surface.height_um) == (84_000, 84_000)
    left, top, right, bottom = drawn.outline.bounds_um()
    assert 0 <= min(left, top) <= 50
    assert 83_950 <= max(right, bottom) <= 84_000
    moved = made.runs[0].items[1].outline
    assert moved.points_um.tolist() == item.outline.moved(12_000, 12_000).points_um.tolist()
    placed = made.surface.placed_items()
    assert placed[1].outline.points_um.tolist() == moved.points_um.tolist()


@pytest.mark.parametrize(
    ("fill", "formats"),
    [
        (Fill(FillKind.HATCH, 80), (FileFormat.GCODE,)),
        (Fill(FillKind.CROSS_HATCH, 80), (FileFormat.GCODE,)),
        (Fill(FillKind.CONTOUR, 80), (FileFormat.GCODE,)),
        (Fill(), (FileFormat.HPGL,)),
    ],
)
def test_eyes_are_filled_where_the_tool_follows_lines(
    fill: Fill, formats: tuple[FileFormat, ...]
) -> None:
    wanted = Marks(MarkKind.EYES, size_um=4_000, margin_um=10_000)
    engraving = MachineOperation(Operation.ENGRAVE, "Fill", kerf_um=100, fill=fill)
    item = Item("name", Operation.ENGRAVE, BLACK, path(DISC))
    made = prepare(face(item, size_mm=60), machine(engraving, marks=wanted, formats=formats))
    drawn = [one for one in made.runs[0].items if one.zone == OF_SHEET]
    assert all(one.line_width_um for one in drawn)
    burnt = shapely.union_all(
        [
            LineString([*line.points_um, line.points_um[0]] if line.closed else line.points_um)
            for one in drawn
            for line in flatten(one.outline, 0.5)
        ]
    ).buffer(50)
    eye = shapely.Point(2_000, 2_000).buffer(2_000, 64)
    assert burnt.intersection(eye).area > 0.95 * eye.area
    assert burnt.area < 5.05 * eye.area


def test_marks_are_printed_not_put_into_the_white() -> None:
    made = prepare(face(printed(DISC)), library()["print-and-cut"])
    assert [run.operation.name for run in made.runs] == ["CMYK", "CutContour"]


# Measures.


def test_a_work_is_measured_for_its_ticket() -> None:
    tool = cutting(kerf_um=200, speed_um_s=10_000, passes=2)
    made = prepare(face(cut(SQUARE)), machine(tool))
    (found,) = measures(made)
    length = round(80_000 + 2 * pi * 100)
    assert (found.width_um, found.height_um, found.starts) == (20_200, 20_200, 1)
    assert found.length_um == pytest.approx(length, abs=4)
    assert found.seconds == 17


@pytest.mark.parametrize("name", library())
def test_every_machine_of_the_library_is_prepared_for_what_it_makes(name: str) -> None:
    profile = library()[name]
    items = tuple(
        Item(one.operation.value, one.operation, Ink((0, 0, 0)), path(PATHS["bar"]))
        for one in profile.operations
    )
    made = prepare(face(*items), profile)
    assert {found.code for found in made.problems} <= {
        "NO_ROOM_FOR_LEAD",
        "EDGES_COINCIDE",
        "LARGER_THAN_BED",
    }
    assert made.runs


def test_a_bed_and_marks_are_measured_by_arcs_and_not_by_their_points_or_handles() -> None:
    # Three quarters of a circle of 40 mm, given by points of its first quarter and its end.
    arc = OutlineBuilder()
    arc.move((100_000, 60_000))
    arc.arc((128_284, 71_716), (60_000, 100_000))
    bow = Item("name", Operation.PRINT, BLACK, arc.build(), line_width_um=100)
    printing = MachineOperation(Operation.PRINT, "CMYK")
    small = face(bow, size_mm=110)
    made = prepare(small, machine(printing, bed_width_um=139_000, bed_height_um=139_000))
    (found,) = made.problems
    assert found.code == "LARGER_THAN_BED"
    assert found.box is not None
    assert found.box[2:] == pytest.approx((140_000, 140_000), abs=1)
    eyes = Marks(MarkKind.EYES, 2_000, 5_000)
    marked = prepare(small, machine(printing, marks=eyes)).surface
    assert marked.width_um == pytest.approx(140_000 + 2 * 6_000, abs=2)
    handles = path("M10 10C10 300 100 300 100 10Z")
    tall = replace(bow, outline=handles, line_width_um=0)
    bed = machine(printing, bed_width_um=230_000, bed_height_um=230_000)
    assert not prepare(face(tall, size_mm=200), bed).problems
