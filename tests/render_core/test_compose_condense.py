"""Condensing: letters are pressed narrower at the largest size first, and only then made smaller."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from render_core.compose import Composition
from render_core.design import Align, Overflow, Shape
from render_core.geometry.flatten import flatten
from tests.render_core.composing import (
    ELLIPSE,
    HEART_SHAPE,
    codes,
    composed,
    items_of,
    text_of,
    text_zone,
)

LARGEST = 2400
SHAPES = {"rectangle": Shape(), "ellipse": ELLIPSE, "heart": HEART_SHAPE}


def condensed(text: str, width: int = 30, height: int = 20, **rules: Any) -> Composition:
    fixed = {
        "font": "serif",
        "overflow": Overflow.CONDENSE,
        "min_condense_permille": 700,
        "max_size_centipoint": LARGEST,
    }
    return composed(text_zone(width, height, **{**fixed, **rules}), text)


def natural(text: str, width: int = 30, height: int = 20, **rules: Any) -> Composition:
    """The same at the largest size, whether it fits or not."""
    sizes = {"min_size_centipoint": LARGEST, "max_size_centipoint": LARGEST, "font": "serif"}
    return composed(text_zone(width, height, **{**sizes, **rules}), text)


def ink(made: Composition) -> tuple[float, float]:
    points = np.concatenate([c.points_um for c in flatten(items_of(made)[0].outline, 0.1)])
    width, height = np.ptp(points, axis=0).tolist()
    return width, height


def test_a_text_that_fits_keeps_its_width() -> None:
    made = condensed("Emma")
    assert text_of(made).condense_permille == 1000
    assert text_of(made).size_centipoint == LARGEST


def test_letters_are_pressed_at_the_largest_size_and_stay_as_tall() -> None:
    made = condensed("Wolfgang")
    text = text_of(made)
    assert codes(made) == []
    assert text.size_centipoint == LARGEST
    assert 700 <= text.condense_permille < 1000
    width, height = ink(made)
    full_width, full_height = ink(natural("Wolfgang"))
    assert height == pytest.approx(full_height, abs=1)
    assert width == pytest.approx(full_width * text.condense_permille / 1000, abs=1)
    # One thousandth more and it would not fit.
    assert width <= 28_001
    assert full_width * (text.condense_permille + 1) / 1000 > 28_000


def test_outlines_are_pressed_in_x_alone() -> None:
    made, full = condensed("Wolfgang"), natural("Wolfgang")
    share = text_of(made).condense_permille / 1000
    pressed, wide = (items_of(one)[0].outline for one in (made, full))
    assert pressed.verbs.tolist() == wide.verbs.tolist()
    middle = 15_000
    expected = (wide.points_um - [middle, 0]) * [share, 1] + [middle, 0]
    assert abs(pressed.points_um - expected).max() <= 1


def test_what_is_too_long_even_then_is_made_smaller() -> None:
    text = text_of(condensed("Maximiliane Wolfgang"))
    assert text.condense_permille == 700
    assert text.size_centipoint < LARGEST
    plain = text_of(condensed("Maximiliane Wolfgang", overflow=Overflow.SHRINK))
    assert text.size_centipoint == pytest.approx(plain.size_centipoint / 0.7, abs=1)


def test_a_text_that_is_too_tall_is_not_pressed() -> None:
    made = condensed("Emma", height=8)
    assert text_of(made).size_centipoint < LARGEST
    assert text_of(made).condense_permille == 1000


def test_two_lines_at_full_width_win_over_one_that_is_pressed() -> None:
    text = text_of(condensed("Anna Otto", height=30, max_lines=2))
    assert (text.lines, text.condense_permille, text.size_centipoint) == (2, 1000, LARGEST)


def test_what_does_not_fit_at_all_is_reported_and_as_narrow_as_may_be() -> None:
    made = condensed("Wolfgang Amadeus", min_size_centipoint=2000)
    assert codes(made) == ["DOES_NOT_FIT"]
    assert text_of(made).condense_permille == 700
    assert text_of(made).size_centipoint == 2000


@pytest.mark.parametrize("name", SHAPES)
def test_pressed_letters_fit_every_shape(name: str) -> None:
    """At the largest size with the width found, and with no thousandth more."""
    rules = {"shape": SHAPES[name], "max_lines": 2}
    width, height = (40, 50) if name == "heart" else (40, 26)
    size = {"rectangle": 3300, "ellipse": 2700, "heart": 1900}[name]
    made = condensed("Louisa & Anna", width, height, max_size_centipoint=size, **rules)
    text = text_of(made)
    assert codes(made) == []
    assert text.size_centipoint == size
    assert 700 < text.condense_permille < 1000
    more = text.condense_permille + 1
    rules["min_condense_permille"] = more
    larger = condensed("Louisa & Anna", width, height, max_size_centipoint=size, **rules)
    assert text_of(larger).size_centipoint < size


def test_clusters_are_pressed_with_their_letters() -> None:
    pressed, wide = text_of(condensed("Wolfgang")), text_of(natural("Wolfgang"))
    share = pressed.condense_permille / 1000
    for narrow, full in zip(pressed.clusters, wide.clusters, strict=True):
        assert narrow.box.right_um - narrow.box.left_um == pytest.approx(
            (full.box.right_um - full.box.left_um) * share, abs=2
        )
        assert narrow.box.bottom_um - narrow.box.top_um == full.box.bottom_um - full.box.top_um


def test_aligned_edges_stay_where_they_are() -> None:
    for align, edge in ((Align.START, 0), (Align.END, 1)):
        points = items_of(condensed("Wolfgang", align=align))[0].outline.points_um
        reach = (int(points[:, 0].min()), int(points[:, 0].max()))
        assert reach[edge] == pytest.approx((1000, 29_000)[edge], abs=1)
