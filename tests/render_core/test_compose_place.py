"""What reaches too far or not far enough: by outline, with its place and by how much."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np
import pytest

from render_core.compose import Composition
from render_core.design import ArtworkRules, ArtworkValue, ImageFit, Overflow, TextValue, ZoneSpec
from render_core.geometry.flatten import flatten
from render_core.geometry.shapes import shape_outline
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import Box, ImageUse, Item, Operation
from render_core.problems import Problem, Severity
from render_core.steps.check_made_place import check_made_place
from render_core.steps.scene import ZoneScene
from tests.fonts import FontLibrary
from tests.render_core.composing import (
    BLACK,
    ELLIPSE,
    HEART_SHAPE,
    artwork_zone,
    codes,
    composed,
    drawing,
    items_of,
    png,
    sha,
    text_of,
    text_zone,
)


def checked(spec: ZoneSpec, *items: Item) -> list[Problem]:
    """Return the problems of what was made in a zone, however it came about."""
    shape = shape_outline(spec.shape, spec.width_um, spec.height_um)
    scene = ZoneScene(spec=spec, library=FontLibrary(), shape=shape, ink=BLACK, items=items)
    return list(check_made_place(scene).problems)


def item(data: str, **fields: Any) -> Item:
    return replace(Item("name", Operation.PRINT, BLACK, parse_path_mm(data)), **fields)


SAFE = replace(artwork_zone(40, 40, margin_um=2000, bleed_um=1000), id="name")


@pytest.mark.parametrize(("right", "over"), [(38.0, None), (38.003, None), (38.5, 0.5), (40, 2)])
def test_what_crosses_the_safe_margin_is_a_warning_with_its_measure(
    right: float, over: float | None
) -> None:
    found = checked(SAFE, item(f"M5 5H{right}V10H5Z"))
    assert [(p.code, p.severity, p.measured) for p in found] == (
        [("OUTSIDE_SAFE_AREA", Severity.WARNING, over)] if over else []
    )


def test_what_crosses_the_bleed_cannot_be_made() -> None:
    (problem,) = checked(SAFE, item("M5 5H42.25V10H5Z"))
    assert (problem.code, problem.severity) == ("OUTSIDE_BLEED", Severity.ERROR)
    assert problem.measured == 1.25
    assert dict(problem.params) == {"over_mm": "1.25"}
    assert problem.box == Box(42_250, 5000, 42_250, 10_000)


def test_the_width_of_a_line_counts() -> None:
    line = item("M5 5L38 5", line_width_um=600)
    closed = item("M5 5L38 5L38 8Z", line_width_um=600)
    assert [p.measured for p in checked(SAFE, closed)] == [0.3]
    assert [p.measured for p in checked(SAFE, line)] == [0.3]


def test_what_is_only_shown_on_the_screen_may_lie_anywhere() -> None:
    assert checked(SAFE, item("M5 5H60V10H5Z", operation=Operation.SCREEN_ONLY)) == []


def test_a_box_may_cross_the_edge_where_the_outline_does_not() -> None:
    """The corners of this cross's box lie outside of the ellipse, its arms inside."""
    zone = replace(SAFE, shape=ELLIPSE)
    cross = "M18 3H22V18H37V22H22V37H18V22H3V18H18Z"
    assert checked(zone, item(cross)) == []
    (problem,) = checked(zone, item("M7 7H33V33H7Z"))
    assert problem.code == "OUTSIDE_SAFE_AREA"
    assert problem.measured == pytest.approx(13 * sqrt(2) - 18, abs=0.01)


def test_a_dent_of_the_zone_may_reach_into_a_straight_side() -> None:
    zone = replace(SAFE, shape=HEART_SHAPE, safe_margin_um=0, bleed_um=0)
    (problem,) = checked(zone, item("M12 8H28V20H12Z"))
    assert problem.measured == pytest.approx(4, abs=0.01)
    assert checked(zone, item("M12 14H28V20H12Z")) == []


def test_a_counter_may_stand_round_a_hole_of_the_zone() -> None:
    holed = replace(HEART_SHAPE, path="M0 0H40V40H0ZM18 18V22H22V18Z")
    zone = replace(SAFE, shape=holed, safe_margin_um=500)
    assert checked(zone, item("M10 10H30V30H10ZM16 16V24H24V16Z")) == []
    assert [p.code for p in checked(zone, item("M10 10H30V30H10Z"))] == ["OUTSIDE_BLEED"]


def test_a_turned_picture_counts_by_its_corners() -> None:
    zone = replace(SAFE, artwork=ArtworkRules())
    inside = ImageUse("0" * 64, 10, 10, (12_000, 12_000, -12_000, 12_000, 20_000, 8_000))
    outside = replace(inside, matrix_um=(20_000, 20_000, -20_000, 20_000, 20_000, 0))
    assert checked(zone, Item("name", Operation.PRINT, BLACK, image=inside)) == []
    (problem,) = checked(zone, Item("name", Operation.PRINT, BLACK, image=outside))
    assert problem.measured == 2


def test_a_picture_that_ends_before_the_bleed_is_told() -> None:
    zone = replace(SAFE, artwork=ArtworkRules(fit=ImageFit.COVER))
    covering = ImageUse("0" * 64, 10, 10, (42_000, 0, 0, 42_000, -1000, -1000))
    short = replace(covering, matrix_um=(41_700, 0, 0, 42_000, -1000, -1000))
    assert checked(zone, Item("name", Operation.PRINT, BLACK, image=covering)) == []
    (problem,) = checked(zone, Item("name", Operation.PRINT, BLACK, image=short))
    assert (problem.code, problem.measured) == ("BLEED_NOT_COVERED", 0.3)


def too_large(text: str) -> Composition:
    zone = text_zone(30, 12, margin_um=1000, overflow=Overflow.REPORT, max_size_centipoint=3000)
    return composed(zone, TextValue(text))


def test_text_kept_at_its_size_tells_where_it_reaches_over_and_how_far() -> None:
    composition = too_large("Hartmann")
    assert codes(composition) == ["DOES_NOT_FIT"]
    (problem,) = composition.problems
    points = np.concatenate([c.points_um for c in flatten(items_of(composition)[0].outline, 1.0)])
    over_um = max(points[:, 0].max() - 29_000, 1_000 - points[:, 0].min())
    assert float(dict(problem.params)["over_mm"]) == pytest.approx(over_um / 1000, abs=0.002)
    assert problem.box is not None
    assert problem.box.left_um < 1_000
    assert problem.box.right_um > 29_000
    assert (problem.start_utf16, problem.end_utf16) == (0, 8)


def test_text_that_was_fitted_reaches_nowhere_over() -> None:
    for shape in (None, ELLIPSE, HEART_SHAPE):
        zone = text_zone(40, 40, shape=shape, min_size_centipoint=100, max_lines=3)
        assert codes(composed(zone, "The Hartmann\nFamily jq")) == []


def test_problems_of_artwork_have_the_box_of_what_was_placed() -> None:
    art = drawing(10_000, 10_000, ("M0 0H10000V10000H0Z", (0, 0, 0)))
    picture = png(10, 10)
    zone = artwork_zone(40, 20, min_dpi=600)
    (problem,) = composed(zone, ArtworkValue(sha(picture)), picture, art).problems
    assert problem.code == "IMAGE_RESOLUTION_LOW"
    assert problem.box == Box(10_000, 0, 30_000, 20_000)


def test_problems_of_letters_have_the_box_of_their_letters() -> None:
    composition = composed(text_zone(allowed="a-z"), "abCd")
    (problem,) = composition.problems
    assert problem.code == "CHARACTER_NOT_ALLOWED"
    assert problem.box == text_of(composition).clusters[2].box
