"""Monograms: which letters, in which order and size, how they interlock, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from render_core.compose import Composition
from render_core.design import Align, Overflow, Shape, VerticalAlign, ZoneSpec
from render_core.geometry.flatten import Polyline, flatten
from render_core.geometry.polygons import intersection, polygons_of
from render_core.layout import Outline
from render_core.text.weave import parts
from render_core.text_rules import MonogramRules, MonogramStyle
from tests.render_core.composing import (
    ELLIPSE,
    HEART_SHAPE,
    codes,
    composed,
    items_of,
    text_of,
    text_zone,
)
from tests.render_core.test_compose_fit import TOLERANCE_UM, clearance_um

ROW = MonogramStyle.ROW
INTERLOCKED = MonogramStyle.INTERLOCKED
STACKED = MonogramStyle.STACKED


def zone(
    style: MonogramStyle, *, shape: Shape = ELLIPSE, more: Any = None, **rules: Any
) -> ZoneSpec:
    monogram = MonogramRules(style, **(more or {}))
    sizes = {"max_size_centipoint": 20_000, "min_size_centipoint": 600, **rules}
    return text_zone(40, 40, shape=shape, monogram=monogram, **sizes)


def ink(made: Composition) -> Outline:
    (item,) = items_of(made)
    return item.outline


def letters(made: Composition) -> list[Polyline]:
    """Return the outer contours, from the left."""
    contours = flatten(ink(made), 1.0)
    boxes = [(c.points_um.min(axis=0), c.points_um.max(axis=0), c) for c in contours]
    outer = [
        contour
        for low, high, contour in boxes
        if not any(
            (other_low < low).all() and (high < other_high).all()
            for other_low, other_high, _ in boxes
        )
    ]
    return sorted(outer, key=lambda contour: float(contour.points_um[:, 0].min()))


def heights(made: Composition) -> list[float]:
    return [float(np.ptp(letter.points_um[:, 1])) for letter in letters(made)]


@pytest.mark.parametrize("text", ["H", "HI", "HIL"])
def test_one_two_and_three_letters_are_set(text: str) -> None:
    made = composed(zone(ROW), text)
    assert codes(made) == []
    assert len(letters(made)) == len(text)


def test_the_middle_one_of_three_is_larger_and_the_others_share_a_baseline() -> None:
    made = composed(zone(ROW, more={"middle_permille": 1500}), "HHH")
    first, middle, last = heights(made)
    assert middle == pytest.approx(1.5 * first, rel=1e-3)
    assert first == pytest.approx(last, abs=2)
    tops = [letter.points_um[:, 1].min() for letter in letters(made)]
    middles = [top + height / 2 for top, height in zip(tops, heights(made), strict=True)]
    assert max(middles) - min(middles) <= 2
    assert tops[0] == pytest.approx(tops[2], abs=2)
    size = text_of(made).size_centipoint
    assert first == pytest.approx(size * 127 / 36 * 0.714, rel=2e-3)  # Noto Sans' capitals.


def test_a_surname_typed_last_stands_in_the_middle() -> None:
    """Of H, I and L, typed first, middle, last, the L is in the middle and large."""
    plain = composed(zone(ROW), "HIL")
    moved = composed(zone(ROW, more={"surname_in_middle": True}), "HIL")
    as_set = composed(zone(ROW), "HLI")
    assert ink(moved).document() == ink(as_set).document() != ink(plain).document()
    first, second, third = text_of(moved).clusters
    assert first.box.left_um < third.box.left_um < second.box.left_um
    assert third.box.bottom_um - third.box.top_um > second.box.bottom_um - second.box.top_um


def test_a_sign_between_two_stays_between_them() -> None:
    made = composed(zone(ROW, more={"surname_in_middle": True}), "E&M")
    first, second, third = text_of(made).clusters
    assert first.box.left_um < second.box.left_um < third.box.left_um


def test_hebrew_letters_stand_from_right_to_left() -> None:
    made = composed(zone(ROW), "אבג")
    first, second, third = text_of(made).clusters
    assert first.box.left_um > second.box.left_um > third.box.left_um
    assert {cluster.level for cluster in (first, second, third)} == {1}


def test_letters_of_joining_scripts_have_their_isolated_forms() -> None:
    joined = composed(text_zone(40, 40, font="arabic"), "ببب")
    made = composed(zone(ROW, font="arabic", more={"middle_permille": 1000}), "ببب")
    assert len(flatten(ink(joined), 1.0)) < len(flatten(ink(made), 1.0)) == 6
    assert len({round(height, -1) for height in heights(made)}) <= 2


def test_a_letter_is_a_grapheme_cluster() -> None:
    assert codes(composed(zone(ROW), "क्षिÉ")) == []
    made = composed(zone(ROW), "E\u0301ß")
    assert len(text_of(made).clusters) == 2


def test_stacked_letters_stand_above_each_other_about_one_axis() -> None:
    made = composed(zone(STACKED), "HIH")
    boxes = [(c.points_um.min(axis=0), c.points_um.max(axis=0)) for c in letters(made)]
    middles = [(low[0] + high[0]) / 2 for low, high in boxes]
    assert max(middles) - min(middles) <= 2
    ordered = sorted(boxes, key=lambda box: float(box[0][1]))
    assert ordered[0][1][1] < ordered[1][0][1]
    assert ordered[1][1][1] < ordered[2][0][1]
    assert text_of(made).lines == 3
    assert [cluster.line for cluster in text_of(made).clusters] == [0, 1, 2]


def crossings(made: Composition, rows: Composition) -> int:
    return len(parts(polygons_of(ink(made)))) - len(letters(rows))


def test_interlocked_letters_are_cut_where_another_passes_over_them() -> None:
    """Two rings cross twice: each is cut once, by the other, so two pieces stay two."""
    made = composed(zone(INTERLOCKED), "OO")
    pieces = parts(polygons_of(ink(made)))
    assert len(pieces) == 2
    cut = [piece for piece in pieces if len(piece.rings) == 1]
    assert len(cut) == 2, "a ring that is cut has no hole left"


def test_of_three_rings_each_passes_over_one_neighbour_and_under_another() -> None:
    made = composed(zone(INTERLOCKED, more={"overlap_permille": 300}), "OOO")
    pieces = parts(polygons_of(ink(made)))
    # The outer rings are cut once and stay whole, the middle one is cut by both and falls in two.
    assert len(pieces) == 4
    assert all(len(piece.rings) == 1 for piece in pieces)


@pytest.mark.parametrize("text", ["OO", "OOO", "ABC", "HMW", "VX", "क", "שלם"])
@pytest.mark.parametrize("least_gap", [0, 400])
def test_no_two_pieces_of_a_weave_come_nearer_than_the_gap(text: str, least_gap: int) -> None:
    made = composed(zone(INTERLOCKED, min_gap_um=least_gap), text)
    gap = max(0.035 * text_of(made).size_centipoint * 127 / 36, least_gap)
    pieces = parts(polygons_of(ink(made)))
    points = [np.concatenate(piece.rings) / 64 for piece in pieces]
    for index, one in enumerate(points):
        for other in points[index + 1 :]:
            apart = np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1)).min()
            assert apart >= gap * 0.9


def test_a_weave_takes_ink_only_away() -> None:
    """What is left of each letter lies where the letter was."""
    made = composed(zone(INTERLOCKED), "OO")
    uncut = composed(zone(INTERLOCKED, font="sans"), "O")
    scale = text_of(made).size_centipoint / text_of(uncut).size_centipoint
    left = polygons_of(ink(made)).area_um2()
    whole = 2 * polygons_of(ink(uncut)).area_um2() * scale**2
    assert 0.8 * whole < left < whole


@pytest.mark.parametrize("text", ["שלם", "OO", "EHL", "BCD"])
def test_a_cut_leaves_no_slivers(text: str) -> None:
    """Strokes of the face are thick enough; where one is thinner, a cut has left it so."""
    made = composed(zone(INTERLOCKED, min_stroke_um=300, min_gap_um=300), text)
    assert codes(made) == []


def test_letters_that_would_not_meet_are_moved_until_they_do() -> None:
    """The boxes of L and T overlap long before their strokes do."""
    made = composed(zone(INTERLOCKED, more={"overlap_permille": 50}), "LT")
    first, second = text_of(made).clusters
    assert second.box.left_um < first.box.right_um
    assert len(parts(polygons_of(ink(made)))) > 1


@pytest.mark.parametrize("style", MonogramStyle)
@pytest.mark.parametrize("shape", [Shape(), Shape(corner_um=6000), ELLIPSE, HEART_SHAPE])
@pytest.mark.parametrize("text", ["A", "JQ", "WMg", "שלם", "क्षत्रि"])
def test_a_monogram_is_as_large_as_its_zone_takes(
    style: MonogramStyle, shape: Shape, text: str
) -> None:
    made = composed(zone(style, shape=shape), text)
    frame = made.layout.surface("front").zone("name").shape
    assert clearance_um(ink(made), frame) >= 1000 - TOLERANCE_UM
    size = text_of(made).size_centipoint
    assert size < 20_000
    # What limits an interlocked monogram may have been cut away; one step more never fits.
    forced = zone(style, shape=shape, min_size_centipoint=size + 1, max_size_centipoint=size + 1)
    larger = composed(forced, text)
    assert codes(larger) == ["DOES_NOT_FIT"]
    if (
        style is not INTERLOCKED and shape is not HEART_SHAPE
    ):  # Its dent meets strokes between corners.
        assert clearance_um(ink(larger), frame) <= 1000 + TOLERANCE_UM


@pytest.mark.parametrize(
    ("align", "vertical", "edges"),
    [
        (Align.START, VerticalAlign.TOP, (1000, 1000, None, None)),
        (Align.END, VerticalAlign.BOTTOM, (None, None, 39_000, 39_000)),
    ],
)
def test_a_monogram_is_aligned_in_a_rectangle(
    align: Align, vertical: VerticalAlign, edges: tuple[int | None, ...]
) -> None:
    spec = zone(ROW, shape=Shape(), align=align, vertical_align=vertical, max_size_centipoint=2000)
    points = np.concatenate([c.points_um for c in flatten(ink(composed(spec, "HIL")), 1.0)])
    found = (*points.min(axis=0), *points.max(axis=0))
    for place, edge in zip(found, edges, strict=True):
        assert edge is None or abs(place - edge) <= 2


@pytest.mark.parametrize(
    ("typed", "problem", "corrected"),
    [
        ("ABCD", ["MONOGRAM_TOO_LONG"], "ABC"),
        ("Anna Maria von Berg", ["MONOGRAM_TOO_LONG"], "AMB"),
        ("J❤K", ["MONOGRAM_CHARACTER"], "JK"),
        ("J# K#", ["MONOGRAM_CHARACTER"] * 2, "JK"),
    ],
)
def test_what_is_no_monogram_is_reported_with_one_that_is(
    typed: str, problem: list[str], corrected: str
) -> None:
    made = composed(zone(ROW), typed)
    assert sorted(codes(made)) == sorted(problem)
    assert {found.corrected for found in made.problems} == {corrected}
    again = composed(zone(ROW), corrected)
    assert codes(again) == []
    assert ink(again).document() == ink(made).document()
    covered = [(c.start_utf16, c.end_utf16) for c in text_of(made).clusters]
    assert covered == [(at, at + 1) for at in range(len(typed))]


@pytest.mark.parametrize(
    ("typed", "letters"),
    [
        ("Emma Louise Kent", "ELK"),
        ("E. L. Kent", "ELK"),
        ("A.B.", "AB"),
        ("Jo K", "JK"),
        ("Emma & Jo", "E&J"),
        ("Emma&Jo", "E&J"),
        ("עמית כהן", "עכ"),
    ],
)
def test_a_name_is_set_as_its_initials(typed: str, letters: str) -> None:
    for spec in (zone(ROW), zone(INTERLOCKED)):
        made = composed(spec, typed)
        assert codes(made) == []
        assert ink(made).document() == ink(composed(spec, letters)).document()


def test_the_first_letter_too_many_is_pointed_at() -> None:
    (problem,) = composed(zone(ROW), "ABCD").problems
    assert (problem.start_utf16, problem.end_utf16) == (3, 4)
    assert (problem.measured, problem.required) == (4, 3)
    assert problem.suggestion == "Use the initials: ABC."


def test_a_couple_and_a_year_may_be_a_monogram() -> None:
    assert codes(composed(zone(INTERLOCKED), "E&M")) == []
    assert codes(composed(zone(ROW), "25")) == []


def test_a_text_without_any_letter_draws_nothing() -> None:
    made = composed(zone(ROW), "...")
    assert codes(made) == ["MONOGRAM_CHARACTER"]
    assert items_of(made) == ()


def test_a_missing_glyph_is_reported() -> None:
    spec = zone(ROW, fallback=())
    assert "MISSING_GLYPH" in codes(composed(spec, "Aم"))


def test_a_monogram_too_large_for_its_zone_is_reported() -> None:
    spec = zone(ROW, min_size_centipoint=9000, max_size_centipoint=9000)
    made = composed(spec, "WWW")
    assert codes(made) == ["DOES_NOT_FIT"]
    assert made.problems[0].measured is not None
    assert made.problems[0].measured < 90 == made.problems[0].required
    kept = composed(zone(ROW, overflow=Overflow.REPORT, max_size_centipoint=9000), "WWW")
    assert codes(kept) == ["DOES_NOT_FIT"]
    assert text_of(kept).size_centipoint == 9000


def test_stacked_letters_do_not_overlap() -> None:
    made = composed(zone(STACKED), "QgÅ")
    areas = parts(polygons_of(ink(made)))
    for index, one in enumerate(areas):
        assert all(intersection(one, other).is_empty for other in areas[index + 1 :])
