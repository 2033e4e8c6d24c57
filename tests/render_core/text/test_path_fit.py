"""Text along lines: what fits, and what is done with text that does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from render_core.design import Align, Overflow, Shape
from render_core.text_rules import PathSide, TextPath, TextPathKind
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
from tests.render_core.text.lines import ARC, LINE, RING, along, ink, points, zone


@pytest.mark.parametrize("text", ["Emma", "Wolfgang & Söhne", "مرحبا بكم", "क्षत्रिय"])
@pytest.mark.parametrize("data", [LINE, "M10 60C10 10 70 10 70 60", "M10 40H40V70"])
def test_the_longest_text_that_lies_on_a_line_fills_it(data: str, text: str) -> None:
    """By the ink of the straight text, which grows with the size."""
    tall = text_zone(
        400, 400, margin_um=0, path=along(data, start_permille=500), max_size_centipoint=100_000
    )
    made = composed(tall, text)
    assert codes(made) == []
    size = text_of(made).size_centipoint
    wide = text_zone(400, 400, min_size_centipoint=size, max_size_centipoint=size)
    x = points(ink(composed(wide, text)))[:, 0]
    if data != "M10 60C10 10 70 10 70 60":
        assert x.max() - x.min() <= 60_003
    if data == LINE:
        assert 60_003 - (x.max() - x.min()) <= (x.max() - x.min()) / size + 6


def test_a_closed_line_is_gone_round_once_at_most() -> None:
    ring = text_zone(
        200, 200, margin_um=0, path=TextPath(RING, inset_um=60_000), max_size_centipoint=90_000
    )
    for text in ("the quick brown fox jumps over the lazy dog", "round and round"):
        size = text_of(composed(ring, text)).size_centipoint
        wide = text_zone(400, 400, min_size_centipoint=size, max_size_centipoint=size)
        x = points(ink(composed(wide, text)))[:, 0]
        around, em = np.pi * 80_000, size * 25_400 / 7_200
        # What is left closes the ring with the space of words.
        assert around - 0.5 * em <= x.max() - x.min() <= around - 0.2 * em


SHAPES = {
    "rectangle": Shape(),
    "round corners": Shape(corner_um=9000),
    "ellipse": ELLIPSE,
    "heart": HEART_SHAPE,
}
PATHS = {
    "ring": TextPath(RING, inset_um=9000),
    "inner ring": TextPath(RING, inset_um=5000, side=PathSide.RIGHT, start_permille=500),
    "arc": TextPath(ARC, bend_permille=500, inset_um=8000, start_permille=500),
    "sagging arc": TextPath(ARC, bend_permille=-400, inset_um=8000, start_permille=500),
    "upright": TextPath(ARC, bend_permille=700, inset_um=9000, start_permille=500, upright=True),
    "corner": TextPath(TextPathKind.PATH, path="M12 14H28V30", start_permille=500),
    "shifted": TextPath(RING, inset_um=12_000, shift_permille=-350),
}
LETTERS = st.sampled_from("aegjlAEQW&.,! fi12ßéשלםمحبमनिक्")
TEXTS = st.text(LETTERS, min_size=1, max_size=24).filter(lambda text: bool(text.strip()))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("shape", SHAPES)
@given(
    text=TEXTS,
    font=st.sampled_from(["sans", "serif", "script"]),
    align=st.sampled_from([Align.CENTRE, Align.JUSTIFY]),
    margin=st.sampled_from([0, 1500]),
)
@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
def test_what_fits_lies_inside_the_shape_less_its_margin(
    shape: str, path: str, text: str, font: str, align: Align, margin: int
) -> None:
    spec = text_zone(
        40,
        40,
        shape=SHAPES[shape],
        margin_um=margin,
        font=font,
        align=align,
        path=PATHS[path],
        min_size_centipoint=100,
    )
    made = composed(spec, text)
    if "DOES_NOT_FIT" in codes(made) or not items_of(made):
        return
    assert clearance_um(ink(made), made.layout.surface("front").zone("name").shape) >= (
        margin - TOLERANCE_UM
    )


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("text", "font"), [("Emma", "script"), ("שלום", "sans"), ("क्ष", "sans")])
def test_one_hundredth_of_a_point_more_would_not_fit(
    shape: str, path: str, text: str, font: str
) -> None:
    rules: dict[str, Any] = {
        "shape": SHAPES[shape],
        "margin_um": 1000,
        "font": font,
        "path": PATHS[path],
    }
    fitted = text_of(composed(text_zone(40, 40, min_size_centipoint=100, **rules), text))
    more = fitted.size_centipoint + 1
    if more > 7200:
        return
    forced = text_zone(40, 40, min_size_centipoint=more, max_size_centipoint=more, **rules)
    larger = composed(forced, text)
    assert codes(larger) == ["DOES_NOT_FIT"]
    assert larger.problems[0].required == more / 100
    # It is the outlines that decide, or the length of the line, not a box around them.
    frame = larger.layout.surface("front").zone("name").shape
    gap = clearance_um(ink(larger), frame)
    x = points(ink(larger))
    assert gap < 1000 + TOLERANCE_UM or np.ptp(x, axis=0).max() > 10_000


def test_text_that_does_not_fit_is_reported_and_drawn_at_its_smallest_size() -> None:
    made = composed(zone(along("M30 40H50", start_permille=500), 3000), "Wolfgang Amadeus")
    (problem,) = made.problems
    assert problem.code == "DOES_NOT_FIT"
    assert problem.measured is not None
    assert 0 < problem.measured < 30 == problem.required
    assert items_of(made)


def test_text_is_kept_at_the_largest_size_where_overflow_is_only_reported() -> None:
    spec = text_zone(
        80,
        80,
        path=along("M30 40H50", start_permille=500),
        max_size_centipoint=2400,
        overflow=Overflow.REPORT,
    )
    made = composed(spec, "Wolfgang Amadeus")
    assert codes(made) == ["DOES_NOT_FIT"]
    assert text_of(made).size_centipoint == 2400


def test_letters_are_condensed_before_they_are_made_smaller() -> None:
    def set_in(width_mm: int) -> tuple[int, int]:
        spec = text_zone(
            160,
            40,
            path=along(f"M5 25h{width_mm}", start_permille=500),
            max_size_centipoint=2400,
            overflow=Overflow.CONDENSE,
            min_condense_permille=800,
        )
        made = composed(spec, "Wolfgang Amadeus")
        assert codes(made) == []
        x = points(ink(made))[:, 0]
        assert x.max() - x.min() <= width_mm * 1000 + 2
        return text_of(made).size_centipoint, text_of(made).condense_permille

    assert set_in(120) == (2400, 1000)
    size, condense = set_in(70)
    assert size == 2400
    assert 800 <= condense < 1000
    size, condense = set_in(40)
    assert size < 2400
    assert condense == 800


def test_a_line_that_leaves_the_zone_leaves_no_size() -> None:
    made = composed(text_zone(40, 20, path=along("M-30 10H80", start_permille=500)), "Emma")
    assert codes(made) == []
    made = composed(text_zone(40, 20, path=along("M0 30H40", start_permille=500)), "Emma")
    assert codes(made) == ["DOES_NOT_FIT"]
    assert made.problems[0].measured == 0
