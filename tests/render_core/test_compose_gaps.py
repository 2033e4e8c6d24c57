"""Gaps too narrow to be made, of text and artwork, and strokes of artwork: the place and the measure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from render_core.compose import Composition
from render_core.design import ArtworkValue, Overflow, TextValue
from render_core.layout import Operation
from render_core.problems import Problem, Severity
from tests.render_core.composing import (
    artwork_zone,
    codes,
    composed,
    drawing,
    items_of,
    sha,
    text_of,
    text_zone,
)

SIZE_MM = 40_000


def lines(width_um: int, gap_um: int) -> bytes:
    """Return artwork of three upright bars on a bar, drawn at the size at which it is made."""
    data = f"M0 30000H{SIZE_MM}V{SIZE_MM}H0Z"
    for index in range(3):
        x = 5000 + index * (width_um + gap_um)
        data += f"M{x} 2000H{x + width_um}V30500H{x}Z"
    return drawing(SIZE_MM, SIZE_MM, (data, (0, 0, 0)))


def placed(artwork: bytes, **rules: Any) -> Composition:
    zone = artwork_zone(40, 40, operation=Operation.ENGRAVE, **rules)
    return composed(zone, ArtworkValue(sha(artwork)), artwork)


def found(composition: Composition, code: str) -> Problem:
    (problem,) = [problem for problem in composition.problems if problem.code == code]
    return problem


@pytest.mark.parametrize("width_um", range(100, 1001, 10))
def test_strokes_of_artwork_are_told_within_two_hundredths(width_um: int) -> None:
    artwork = lines(width_um, 2000)
    assert codes(placed(artwork, min_stroke_um=width_um)) == []
    problem = found(placed(artwork, min_stroke_um=width_um + 20), "STROKE_TOO_THIN")
    assert problem.measured == pytest.approx(width_um / 1000, abs=0.002)
    assert dict(problem.params)["variant"] == "artwork"


@pytest.mark.parametrize("width_um", range(100, 1001, 10))
def test_gaps_of_artwork_are_told_within_two_hundredths(width_um: int) -> None:
    artwork = lines(2000, width_um)
    assert codes(placed(artwork, min_gap_um=width_um)) == []
    problem = found(placed(artwork, min_gap_um=width_um + 20), "GAP_TOO_NARROW")
    assert problem.measured == pytest.approx(width_um / 1000, abs=0.002)
    assert problem.required == (width_um + 20) / 1000
    assert problem.box is not None
    assert problem.box.right_um - problem.box.left_um == pytest.approx(width_um, abs=4)
    assert (problem.start_utf16, problem.end_utf16) == (0, 0)


def test_stroke_and_gap_are_told_at_once() -> None:
    both = placed(lines(200, 300), min_stroke_um=500, min_gap_um=500)
    assert codes(both) == ["GAP_TOO_NARROW", "STROKE_TOO_THIN"]


def test_colours_that_lie_side_by_side_leave_no_gap() -> None:
    flag = drawing(
        40_000,
        40_000,
        ("M0 0H20000V40000H0Z", (200, 0, 0)),
        ("M20001 0H40000V40000H20001Z", (0, 0, 200)),
    )
    zone = artwork_zone(40, 40, min_gap_um=500, min_stroke_um=500)
    assert codes(composed(zone, ArtworkValue(sha(flag)), flag)) == []


def test_a_thin_stripe_of_one_colour_is_thin_though_another_lies_beside_it() -> None:
    flag = drawing(
        40_000,
        40_000,
        ("M0 0H20000V40000H0Z", (200, 0, 0)),
        ("M20000 0H20200V40000H20000Z", (0, 0, 200)),
    )
    zone = artwork_zone(40, 40, min_stroke_um=500)
    problem = found(composed(zone, ArtworkValue(sha(flag)), flag), "STROKE_TOO_THIN")
    assert problem.measured == 0.2


def test_artwork_that_asks_for_nothing_is_not_measured() -> None:
    assert codes(placed(lines(10, 10))) == []


def set_text(text: str, min_gap_um: int, size: int = 2_000, **rules: Any) -> Composition:
    zone = text_zone(
        120,
        40,
        max_size_centipoint=size,
        overflow=Overflow.REPORT,
        min_gap_um=min_gap_um,
        **rules,
    )
    return composed(zone, TextValue(text))


def test_the_room_between_two_letters_is_told_with_both() -> None:
    problem = found(set_text("HIllH", 1_000), "GAP_TOO_NARROW")
    assert problem.severity is Severity.ERROR
    assert (problem.start_utf16, problem.end_utf16) in {(1, 3), (2, 4)}
    assert problem.box is not None
    assert dict(problem.params)["required_mm"] == "1"
    assert dict(problem.params)["variant"] == "text"


def test_a_counter_is_told_with_its_letter() -> None:
    problem = found(set_text("HeH", 1_500, tracking_permille=300), "GAP_TOO_NARROW")
    assert (problem.start_utf16, problem.end_utf16) == (1, 2)


def test_letters_that_join_have_no_gap_between_them() -> None:
    composition = set_text("سمك", 100, fallback=("arabic",))
    assert text_of(composition).lines == 1
    assert "GAP_TOO_NARROW" not in codes(composition)


@pytest.mark.parametrize("text", ["AVATAR WAVE", "Rhythm & gigs", "i:;!?%", "שלום", "नमस्ते"])
def test_letters_that_are_set_measure_as_their_outlines_do(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is found in ems, letter by letter, is what the finished outlines have."""
    zone = text_zone(
        150, 30, max_size_centipoint=3_000, overflow=Overflow.REPORT,
        min_stroke_um=1_500, min_gap_um=1_500,
    )  # fmt: skip
    quick = {problem.code: problem for problem in composed(zone, text).problems}
    monkeypatch.setattr("render_core.steps.measure_made._is_merely_set", lambda scene: False)
    whole = {problem.code: problem for problem in composed(zone, text).problems}
    assert quick.keys() == whole.keys() == {"STROKE_TOO_THIN", "GAP_TOO_NARROW"}
    for code, problem in quick.items():
        assert problem.measured == pytest.approx(whole[code].measured, abs=0.02)


def test_half_the_size_is_half_as_wide() -> None:
    large = found(set_text("Rhythm", 2_000), "GAP_TOO_NARROW")
    small = found(set_text("Rhythm", 2_000, size=1_000), "GAP_TOO_NARROW")
    assert large.measured is not None
    assert small.measured == pytest.approx(large.measured / 2, abs=0.03)


def test_measuring_changes_nothing_that_is_made() -> None:
    zone = text_zone(min_gap_um=900, min_stroke_um=900)
    assert zone.text is not None
    plain = replace(zone, text=replace(zone.text, min_gap_um=0, min_stroke_um=0))
    measured, left = composed(zone, "Emma"), composed(plain, "Emma")
    assert measured.layout.digest() == left.layout.digest()
    assert items_of(measured)
