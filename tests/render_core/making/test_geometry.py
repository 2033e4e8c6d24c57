"""Corners, bridges, fills, contour cuts and leads, beside GEOS."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Polygon

from render_core.geometry.flatten import flatten
from render_core.geometry.outline_builder import OutlineBuilder
from render_core.layout import FillRule, ImageUse, Item, Operation, Verb
from render_core.making.areas import rings_of, united_apart
from render_core.making.bridges import bridged
from render_core.making.checks import box_of
from render_core.making.prepare import OF_SHEET, prepare
from render_core.making.profile import (
    ContourCut,
    Fill,
    FillKind,
    InsideCorners,
    MachineOperation,
)
from tests.render_core.export.samples import PATHS
from tests.render_core.geometry.geos import area_of
from tests.render_core.making.work import (
    BLACK,
    SQUARE,
    contours_of,
    cut,
    cutting,
    face,
    machine,
    path,
    printed,
    printing,
)

NOTCH = "M10 10H50V40H38V22H22V40H10Z"
DISC = "M30 5A10 10 0 0 1 30 25A10 10 0 0 1 30 5Z"


def engraved(data: str, fill: Fill, kerf_um: int = 200) -> tuple[Item, MachineOperation]:
    operation = MachineOperation(Operation.ENGRAVE, "Engrave", kerf_um=kerf_um, fill=fill)
    return Item("name", Operation.ENGRAVE, BLACK, path(data)), operation


def lines_of(item: Item) -> list[LineString]:
    return [
        LineString([*line.points_um, line.points_um[0]] if line.closed else line.points_um)
        for line in flatten(item.outline, 1.0)
    ]


# Inside corners.


def test_a_bone_lets_a_square_counterpart_into_the_corner() -> None:
    tool = cutting(kerf_um=3_000, tool_radius_um=1_500, inside_corners=InsideCorners.RELIEVED)
    (way,) = contours_of(prepare(face(cut(NOTCH)), machine(tool)))
    swept = Polygon(flatten(way, 0.5)[0].points_um).exterior.buffer(1_500, quad_segs=64)
    for corner in ((22_000, 22_000), (38_000, 22_000)):
        assert swept.buffer(5).contains(shapely.Point(corner))
    sharp = cutting(kerf_um=3_000)
    (way,) = contours_of(prepare(face(cut(NOTCH)), machine(sharp)))
    swept = Polygon(flatten(way, 0.5)[0].points_um).exterior.buffer(1_500, quad_segs=64)
    assert not swept.buffer(5).contains(shapely.Point(22_000, 22_000))


def test_rounded_inside_corners_have_the_radius_of_the_tool() -> None:
    tool = cutting(tool_radius_um=2_000, inside_corners=InsideCorners.ROUND)
    (way,) = contours_of(prepare(face(cut(NOTCH)), machine(tool)))
    ours, part = Polygon(flatten(way, 0.5)[0].points_um), area_of(path(NOTCH))
    theirs = part.buffer(2_000, quad_segs=128).buffer(-2_000, quad_segs=128)
    assert shapely.hausdorff_distance(ours.exterior, theirs.exterior) < 5
    assert ours.area - part.area == pytest.approx(2 * (1 - pi / 4) * 2_000**2, rel=0.01)


# Bridges.


@pytest.mark.parametrize("name", ["ring", "letter", "frame"])
def test_no_island_of_a_stencil_falls_out(name: str) -> None:
    surface = face(cut(PATHS[name]))
    made = prepare(surface, machine(cutting(bridge_um=800)), stencils=("name",))
    assert not made.problems
    waste = shapely.union_all(
        [Polygon(flatten(one, 1.0)[0].points_um) for one in contours_of(made)]
    )
    sheet = shapely.box(-1e5, -1e5, 2e5, 2e5).difference(waste)
    assert sheet.geom_type == "Polygon"
    cut_out = area_of(path(PATHS[name]))
    assert waste.within(cut_out.buffer(3))
    assert cut_out.area * 0.7 < waste.area < cut_out.area


def test_a_bridge_is_as_wide_as_asked_for_also_after_the_kerf() -> None:
    tool = cutting(kerf_um=200, bridge_um=1_000)
    made = prepare(face(cut(PATHS["frame"])), machine(tool), stencils=("name",))
    one, other = (Polygon(flatten(way, 0.5)[0].points_um).buffer(100) for way in contours_of(made))
    assert one.distance(other) == pytest.approx(1_000, abs=4)


def test_without_bridges_asked_for_islands_are_cut_as_they_are() -> None:
    made = prepare(face(cut(PATHS["ring"])), machine(cutting()), stencils=("name",))
    assert len(contours_of(made)) == 2


def test_islands_within_islands_are_held_from_the_outside_on() -> None:
    rings = "".join(
        f"M{100 - r} 100A{r} {r} 0 0 1 {100 + r} 100A{r} {r} 0 0 1 {100 - r} 100Z"
        for r in (40, 36, 25, 21, 10)
    )
    item = cut(rings, fill_rule=FillRule.EVENODD)
    made = prepare(face(item), machine(cutting(bridge_um=1_500)), stencils=("name",))
    assert not made.problems
    waste = shapely.union_all(
        [Polygon(flatten(one, 1.0)[0].points_um) for one in contours_of(made)]
    )
    assert shapely.box(-1e5, -1e5, 3e5, 3e5).difference(waste).geom_type == "Polygon"


def test_an_island_that_no_bridge_reaches_is_told() -> None:
    area = united_apart(rings_of(path(PATHS["frame"]), 1.0))
    assert len(bridged(area, 0)[1]) == 1
    assert bridged(area, 500)[1] == ()


# Fills.


@pytest.mark.parametrize("kind", [FillKind.HATCH, FillKind.CROSS_HATCH, FillKind.CONTOUR])
@pytest.mark.parametrize("name", ["letter", "ring", "leaf", "stairs"])
def test_a_fill_stays_inside_and_leaves_nothing_out(kind: FillKind, name: str) -> None:
    item, operation = engraved(PATHS[name], Fill(kind, 180, 30))
    made = prepare(face(item), machine(operation))
    assert not [found for found in made.problems if found.code != "KERF_WIDER"]
    drawn = shapely.union_all(
        [line.buffer(100) for one in made.runs[0].items for line in lines_of(one)]
    )
    area = area_of(item.outline)
    assert drawn.within(area.buffer(4))
    assert area.buffer(-100).buffer(100).difference(drawn).area < 0.05 * area.area


def test_hatch_lines_lie_at_their_angle_and_spacing() -> None:
    item, operation = engraved(SQUARE, Fill(FillKind.HATCH, 1_000, 30), kerf_um=0)
    (made,) = prepare(face(item), machine(operation)).runs[0].items
    assert made.line_width_um == 1_000
    ends = made.outline.points_um.reshape(-1, 2, 2).astype(float)
    along = ends[:, 1] - ends[:, 0]
    long = np.hypot(along[:, 0], along[:, 1]) > 2_000
    # Anticlockwise as seen, while y goes down.
    slopes = -along[long, 1] / along[long, 0]
    assert slopes == pytest.approx(np.full(slopes.size, 1 / 3**0.5), abs=1e-3)
    levels = (ends[:, 0, 0] * 0.5 + ends[:, 0, 1] * 3**0.5 / 2) / 1_000
    assert levels == pytest.approx(np.rint(levels), abs=2e-3)


def test_an_item_of_a_fill_has_so_few_lines_that_it_can_be_drawn() -> None:
    item, operation = engraved(SQUARE, Fill(FillKind.CROSS_HATCH, 30), kerf_um=30)
    (run,) = prepare(face(item), machine(operation)).runs
    assert len(run.items) == 6
    assert max(len(one.outline.verbs) for one in run.items) == 512
    for one in run.items:
        ends = one.outline.points_um.reshape(-1, 2, 2)
        assert (ends[:, 0] == ends[:, 1]).any(axis=1).all()
        assert len({(a == b).tolist()[0] for a, b in ends}) == 1


def test_engraving_along_a_line_stays_that_line() -> None:
    item, operation = engraved(SQUARE, Fill(FillKind.HATCH, 100))
    line = replace(item, outline=path("M10 10L50 20"), line_width_um=200)
    (made,) = prepare(face(line), machine(operation)).runs[0].items
    assert made is line or made.outline.points_um.tolist() == line.outline.points_um.tolist()


def test_a_fill_that_nobody_waits_for_is_refused() -> None:
    item, operation = engraved("M0 0H200V200H0Z", Fill(FillKind.CONTOUR, 10), kerf_um=10)
    made = prepare(face(item), machine(operation))
    assert [found.code for found in made.problems] == ["FILL_TOO_FINE"]
    assert not made.runs


# The cut around what is printed.


def test_a_contour_is_cut_at_its_distance_and_smooth_inside() -> None:
    around = ContourCut(offset_um=2_000, min_radius_um=3_000)
    made = prepare(face(printed(NOTCH)), machine(printing(), cutting(), contour=around))
    (way,) = contours_of(made)
    ours = Polygon(flatten(way, 0.5)[0].points_um)
    grown = area_of(path(NOTCH)).buffer(5_000, quad_segs=128)
    theirs = grown.buffer(-3_000, quad_segs=128)
    assert shapely.hausdorff_distance(ours.exterior, theirs.exterior) < 5
    assert [run.operation.operation for run in made.runs] == [Operation.PRINT, Operation.CUT]
    assert made.runs[1].items[0].zone == OF_SHEET


def test_a_contour_has_no_holes_and_unites_what_is_near() -> None:
    around = ContourCut(offset_um=2_000, min_radius_um=500)
    items = (printed(PATHS["ring"]), printed("M42 10H50V20H42Z"))
    made = prepare(face(*items), machine(printing(), cutting(), contour=around))
    assert len(contours_of(made)) == 1


def test_a_contour_around_a_picture_follows_its_frame() -> None:
    picture = printed(
        SQUARE,
        outline=path(""),
        image=ImageUse("0" * 64, 10, 10, (20_000, 0, 0, 30_000, 5_000, 6_000)),
    )
    around = ContourCut(offset_um=1_000)
    made = prepare(face(picture), machine(printing(), cutting(), contour=around))
    (way,) = contours_of(made)
    assert way.bounds_um() == (4_000, 5_000, 26_000, 37_000)


def test_where_the_design_says_what_is_cut_no_contour_is_added() -> None:
    around = ContourCut(offset_um=1_000)
    made = prepare(face(printed(DISC), cut(SQUARE)), machine(printing(), cutting(), contour=around))
    assert [one.bounds_um() for one in contours_of(made)] == [path(SQUARE).bounds_um()]


# Leads and overcuts.


def test_a_lead_begins_in_the_waste_and_ends_along_the_contour() -> None:
    tool = cutting(kerf_um=200, lead_in_um=2_000, overcut_um=500)
    made = prepare(face(cut(SQUARE + "M14 14V26H26V14Z")), machine(tool))
    assert not made.problems
    part = area_of(path(SQUARE + "M14 14V26H26V14Z"))
    for way in contours_of(made):
        assert way.verbs[:2].tolist() == [Verb.MOVE, Verb.ARC]
        assert Verb.CLOSE not in way.verbs.tolist()
        line = LineString(flatten(way, 0.5)[0].points_um)
        assert line.distance(part) == pytest.approx(100, abs=3)
        start = shapely.Point(line.coords[0])
        assert start.distance(part) == pytest.approx(2_100, abs=3)
        around = line.length - pi / 2 * 2_000 - 500
        size = 20_200 if start.distance(shapely.Point(20_000, 20_000)) > 9_000 else 11_800
        assert around == pytest.approx(4 * size, abs=250)


def test_where_a_lead_has_no_room_a_warning_says_where() -> None:
    slit = cutting(kerf_um=200, lead_in_um=2_000)
    made = prepare(face(cut(SQUARE + "M12 12V12.5H28V12Z")), machine(slit))
    assert [found.code for found in made.problems] == ["NO_ROOM_FOR_LEAD"]
    assert made.can_be_made
    assert made.problems[0].box is not None
    assert made.problems[0].box.touches(box_of(cut("M12 12V12.5H28V12Z")))


ROUND = {
    "arcs": DISC,
    "cubics": "M30 5C44 5 44 25 30 25C16 25 16 5 30 5Z",
    "quadratics": "M30 5Q50 15 30 25Q10 15 30 5Z",
    "bean": "M20 10C40 10 60 10 60 25C60 38 48 30 40 30C32 30 20 40 14 30C8 22 10 10 20 10Z",
}


@pytest.mark.parametrize("stencil", [False, True])
@pytest.mark.parametrize("kerf_um", [0, 200])
@pytest.mark.parametrize("name", ROUND)
def test_leads_meet_curves_along_them_and_never_reach_into_what_is_kept(
    name: str, kerf_um: int, stencil: bool
) -> None:
    tool = cutting(lead_in_um=2_000, kerf_um=kerf_um)
    item = cut(ROUND[name])
    made = prepare(face(item), machine(tool), stencils=("name",) if stencil else ())
    assert not made.problems
    (way,) = contours_of(made)
    assert way.verbs[1] == Verb.ARC
    part = area_of(item.outline)
    kept = shapely.box(0, 0, 200_000, 200_000) - part if stencil else part
    lead_points, end = way.points_um[:3], way.points_um[2]
    lead = LineString(_quarter(*lead_points.tolist()))
    assert lead.length == pytest.approx(pi * 1_000, abs=5)
    assert (lead.intersection(kept.buffer(-3))).length == 0
    # Along the contour: the next step goes on in the direction of the lead's end.
    line = flatten(way, 0.2)[0].points_um
    after = int(np.flatnonzero((line == end).all(axis=1))[0])
    before, on = line[after] - line[after - 1], line[after + 1] - line[after]
    cosine = before @ on / np.sqrt((before @ before) * (on @ on))
    assert cosine > 0.995
    closed = Polygon(line[after:])
    half = kerf_um / 2
    wanted = part.buffer(-half if stencil else half, quad_segs=64)
    assert closed.symmetric_difference(wanted).area < 8 * wanted.length


def _quarter(start: list[int], middle: list[int], end: list[int]) -> list[tuple[float, float]]:
    out = OutlineBuilder()
    out.move((start[0], start[1]))
    out.arc((middle[0], middle[1]), (end[0], end[1]))
    return [(float(x), float(y)) for x, y in flatten(out.build(), 0.2)[0].points_um]


def test_an_overcut_goes_on_beyond_its_start() -> None:
    made = prepare(face(cut(DISC)), machine(cutting(overcut_um=700)))
    (way,) = contours_of(made)
    length = LineString(flatten(way, 0.5)[0].points_um).length
    assert length == pytest.approx(2 * pi * 10_000 + 700, abs=5)
