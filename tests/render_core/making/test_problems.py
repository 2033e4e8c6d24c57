"""Bad input: each is a typed problem that names its zone and place, and nothing raises."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from render_core.layout import ImageUse, Ink, Item, Operation, Outline, Verb
from render_core.making.prepare import Prepared, prepare
from render_core.making.profile import (
    ContourCut,
    FileFormat,
    Fill,
    FillKind,
    InsideCorners,
    MachineOperation,
    Marks,
)
from render_core.making.profile_json import library
from render_core.problems import Problem, Severity
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

KERF = machine(cutting(kerf_um=200))


def only(made: Prepared) -> Problem:
    (found,) = made.problems
    return found


def ring(points: np.ndarray) -> Outline:
    verbs = np.full(len(points) + 1, Verb.LINE, np.uint8)
    verbs[0], verbs[-1] = Verb.MOVE, Verb.CLOSE
    return Outline(verbs, np.rint(points).astype(np.int32))


def test_an_outline_that_crosses_itself_is_united_and_told_where() -> None:
    found = only(made := prepare(face(cut("M10 10L40 40H10L40 10Z")), KERF))
    assert (found.code, found.severity, found.zone) == (
        "PATH_CROSSES_ITSELF",
        Severity.WARNING,
        "name",
    )
    assert found.box == (25_000, 25_000, 25_000, 25_000)
    assert made.can_be_made


def test_an_open_path_where_a_closed_one_is_needed_is_refused_with_its_gap() -> None:
    found = only(made := prepare(face(cut("M10 10H40V40H10.5")), KERF))
    assert (found.code, found.zone) == ("PATH_OPEN", "name")
    assert found.box == (10_000, 10_000, 10_500, 40_000)
    assert found.measured == pytest.approx(30.004, abs=1e-3)
    assert not made.can_be_made
    assert not made.runs


def test_a_path_that_ends_where_it_began_is_closed() -> None:
    made = prepare(face(cut("M10 10H40V40H10V10")), KERF)
    assert not made.problems
    assert len(contours_of(made)) == 1


@pytest.mark.parametrize("data", ["M60 60H70H60Z", "M60 60H70L65 60Z", "M60 60H60.0005V60.5Z"])
def test_a_loop_without_area_is_left_out_and_told(data: str) -> None:
    found = only(made := prepare(face(cut(SQUARE + data)), KERF))
    assert (found.code, found.severity) == ("LOOP_WITHOUT_AREA", Severity.WARNING)
    assert found.box is not None
    assert found.box[0] == 60_000
    assert len(contours_of(made)) == 1


def test_outlines_that_lie_on_each_other_are_made_once() -> None:
    found = only(made := prepare(face(cut(SQUARE), cut(SQUARE, zone="again")), KERF))
    assert (found.code, found.zone) == ("EDGES_COINCIDE", "again")
    assert found.box == (10_000, 10_000, 30_000, 30_000)
    assert len(contours_of(made)) == 1


def test_parts_that_share_an_edge_become_one() -> None:
    made = prepare(face(cut(SQUARE), cut("M30 10H50V30H30Z", zone="b")), KERF)
    assert len(contours_of(made)) in (1, 2)
    assert all(found.code == "KERF_WIDER" for found in made.problems)


def test_a_stroke_thinner_than_the_kerf_is_measured_in_its_place() -> None:
    thin = cut("M10 10H60V10.12H10Z")
    found = only(made := prepare(face(thin, x_um=5_000), KERF, stencils=("name",)))
    assert (found.code, found.zone) == ("KERF_WIDER", "name")
    assert (found.measured, found.required) == (0.12, 0.2)
    assert found.box is not None
    assert 10_000 <= found.box[0] <= 60_000
    assert found.box[3] - found.box[1] == 120
    assert not made.can_be_made


def test_a_gap_between_parts_narrower_than_the_kerf_is_told() -> None:
    found = only(prepare(face(cut(SQUARE), cut("M30.1 10H50V30H30.1Z", zone="b")), KERF))
    assert found.code == "KERF_WIDER"
    assert found.measured == 0.1


def test_a_gap_just_as_narrow_as_the_kerf_is_told_too() -> None:
    comb = cut("M10 10H40V40H25.2V20H25V40H10Z")
    found = only(prepare(face(comb), KERF))
    assert (found.code, found.measured, found.required) == ("KERF_WIDER", 0.2, 0.2)


def test_a_part_larger_than_the_bed_is_told_with_both_sizes() -> None:
    small = machine(cutting(), bed_width_um=150_000, bed_height_um=90_000, margin_um=5_000)
    found = only(prepare(face(cut(SQUARE)), small))
    assert found.code == "LARGER_THAN_BED"
    assert (found.zone, found.box) == ("", (0, 0, 200_000, 200_000))
    assert dict(found.params) == {
        "machine": "Bench",
        "surface": "front",
        "width_mm": "200",
        "height_mm": "200",
        "bed_width_mm": "140",
        "bed_height_mm": "80",
    }


def test_what_reaches_out_of_a_face_and_off_the_bed_is_told_with_its_zone_and_place() -> None:
    bed = machine(cutting(), bed_width_um=220_000, bed_height_um=220_000)
    out = cut("M150 50H230V60H150Z", zone="out")
    surface = face(cut(SQUARE), out)
    zones = tuple(replace(frame, x_um=3_000, y_um=4_000) for frame in surface.zones)
    found = only(prepare(replace(surface, zones=zones), bed))
    assert (found.code, found.zone) == ("LARGER_THAN_BED", "out")
    assert found.box == (150_000, 50_000, 230_000, 60_000)
    told = dict(found.params)
    assert (told["surface"], told["width_mm"], told["height_mm"]) == ("front", "233", "200")


@pytest.mark.parametrize(
    "operation", [one for one in Operation if one not in {Operation.CUT, Operation.SCREEN_ONLY}]
)
def test_an_operation_that_the_machine_does_not_have_is_told(operation: Operation) -> None:
    found = only(prepare(face(replace(cut(SQUARE), operation=operation)), KERF))
    assert (found.code, found.zone) == ("OPERATION_NOT_MADE", "name")
    assert found.box == (10_000, 10_000, 30_000, 30_000)


def test_what_is_for_the_screen_alone_is_no_work() -> None:
    made = prepare(face(replace(cut(SQUARE), operation=Operation.SCREEN_ONLY)), KERF)
    assert not made.problems
    assert not made.runs


def test_a_colour_without_ink_is_told() -> None:
    printer = library()["print-and-cut"]
    gold = Item("name", Operation.PRINT, Ink((200, 160, 60), "Pantone 871 C"), path(SQUARE))
    found = only(prepare(face(gold), printer))
    assert (found.code, dict(found.params)["ink"]) == ("INK_NOT_ON_MACHINE", "Pantone 871 C")
    known = MachineOperation(Operation.FOIL, "PANTONE 871 C")
    assert not prepare(
        face(gold), replace(printer, operations=(*printer.operations, known))
    ).problems


def test_a_picture_on_a_machine_that_follows_lines_is_told() -> None:
    use = ImageUse("0" * 64, 10, 10, (20_000, 0, 0, 20_000, 10_000, 10_000))
    picture = Item("name", Operation.ENGRAVE, BLACK, image=use)
    hatched = MachineOperation(Operation.ENGRAVE, "Engrave", fill=Fill(FillKind.HATCH))
    found = only(prepare(face(picture), machine(hatched)))
    assert (found.code, found.box) == ("PICTURE_NOT_MADE", (10_000, 10_000, 30_000, 30_000))
    plotter = machine(MachineOperation(Operation.ENGRAVE, "E"), formats=(FileFormat.HPGL,))
    assert only(prepare(face(picture), plotter)).code == "PICTURE_NOT_MADE"
    assert not prepare(face(picture), machine(MachineOperation(Operation.ENGRAVE, "E"))).problems


def test_the_operation_is_the_one_that_the_ink_names() -> None:
    through = Item("name", Operation.CUT, Ink((0, 0, 0), "thru-CUT"), path(SQUARE))
    kiss = replace(through, ink=Ink((0, 0, 0)))
    profile = library()["print-and-through-cut"]
    for item, name in ((through, "Thru-cut"), (kiss, "CutContur")):
        runs = prepare(face(item), replace(profile, marks=Marks())).runs
        assert [run.operation.name for run in runs] == [name]


def test_artwork_of_200_000_points_in_small_pieces_is_made() -> None:
    turn = np.arange(40) * (2 * np.pi / 40)
    disc = np.stack([np.cos(turn), np.sin(turn)], axis=1) * 800
    discs = [ring(disc + np.array([x, y]) * 2_000) for x in range(1, 91) for y in range(1, 57)]
    outline = Outline(
        np.concatenate([one.verbs for one in discs]),
        np.concatenate([one.points_um for one in discs]),
    )
    assert len(outline.points_um) > 200_000
    made = prepare(face(cut(SQUARE, outline=outline)), machine(cutting(kerf_um=100)))
    assert [found.code for found in made.problems] == ["TOO_DETAILED"]
    assert len(contours_of(made)) == len(discs)


def test_artwork_of_200_000_points_that_nobody_can_unite_is_refused_at_once() -> None:
    found = only(made := prepare(face(cut(SQUARE, outline=tangled())), KERF))
    assert (found.code, found.zone) == ("OUTLINE_TOO_TANGLED", "name")
    assert not made.runs


def test_a_cut_around_print_that_nobody_can_unite_is_told_as_missing() -> None:
    stickers = machine(printing(), cutting(), contour=ContourCut(offset_um=1_000))
    made = prepare(face(printed(SQUARE, outline=tangled())), stickers)
    assert [(found.code, found.zone) for found in made.problems] == [
        ("OUTLINE_TOO_TANGLED", "name")
    ]
    assert [run.operation.operation for run in made.runs] == [Operation.PRINT]


def test_an_arc_that_is_nearly_straight_and_reaches_for_kilometres_is_told() -> None:
    points = np.array([[0, 1_000], [90_000, 1_001], [45_000, 1_000]], np.int32)
    outline = Outline(np.array([Verb.MOVE, Verb.ARC, Verb.CLOSE], np.uint8), points)
    for profile in (
        KERF,
        machine(cutting(kerf_um=200), bed_width_um=600_000, bed_height_um=400_000),
    ):
        made = prepare(face(cut(SQUARE, outline=outline), cut(SQUARE)), profile)
        assert [(found.code, found.zone) for found in made.problems] == [
            ("LARGER_THAN_BED", "name")
        ]
        assert len(contours_of(made)) == 1


def tangled() -> Outline:
    turn = np.arange(200_000) * (2 * np.pi / 200_000)
    far = 60_000 + 30_000 * np.where(np.arange(200_000) % 2, 1.0, 0.2)
    return ring(np.stack([np.cos(turn) * far, np.sin(turn) * far], axis=1) + 100_000)


def test_at_most_some_twenty_problems_of_a_kind_are_told() -> None:
    data = "".join(
        f"M{x} {y}L{x + 3} {y + 3}H{x}L{x + 3} {y}Z"
        for x in range(0, 60, 5)
        for y in range(0, 60, 5)
    )
    made = prepare(face(cut(data)), KERF)
    assert len(made.problems) == 20


def test_work_without_items_is_no_work() -> None:
    made = prepare(face(), library()["print-and-cut"])
    assert not made.runs
    assert not made.surface.items
    assert made.can_be_made


@pytest.mark.parametrize(
    "other",
    ["M30 10H50V30H30Z", "M30 5H50V45H30Z", "M50 30H30V12H50Z", "M25 30H45V50H25Z"],
    ids=["whole", "longer", "shorter", "below"],
)
def test_parts_that_share_an_edge_are_told(other: str) -> None:
    made = prepare(face(cut(SQUARE), cut(other)), KERF)
    found = only(made)
    assert (found.code, found.measured, found.required) == ("KERF_WIDER", 0.0, 0.2)
    assert found.box is not None
    left, top, right, bottom = found.box
    assert left == right or top == bottom
    assert max(right - left, bottom - top) >= 5_000
    assert not made.can_be_made


def test_an_edge_that_a_knife_without_width_cuts_twice_is_told() -> None:
    found = only(made := prepare(face(cut(SQUARE), cut("M30 20H50V40H30Z")), machine(cutting())))
    assert (found.code, found.severity) == ("EDGES_COINCIDE", Severity.WARNING)
    assert found.box == (30_000, 20_000, 30_000, 30_000)
    assert len(contours_of(made)) == 2


def test_slanting_edges_are_shared_too_and_others_not() -> None:
    triangle, beside = "M10 10L37 61H10Z", "M10 10L37 61V10Z"
    assert only(prepare(face(cut(triangle), cut(beside)), KERF)).code == "KERF_WIDER"
    apart = cut("M38.7 10L65.7 61V10Z")
    assert not prepare(face(cut(triangle), apart), KERF).problems


@pytest.mark.parametrize("corners", [InsideCorners.ROUND, InsideCorners.RELIEVED])
def test_a_hole_that_the_tool_does_not_fit_into_is_told(corners: InsideCorners) -> None:
    narrow = cutting(kerf_um=200, tool_radius_um=1_500, inside_corners=corners)
    made = prepare(face(cut(SQUARE + "M15 15V25H16.5V15Z")), machine(narrow))
    found = only(made)
    assert (found.code, found.measured, found.required) == ("KERF_WIDER", 1.5, 3.0)
    wide = prepare(face(cut(SQUARE + "M15 15V25H18.2V15Z")), machine(narrow))
    assert wide.can_be_made
    assert len(contours_of(wide)) == 2
