"""What fits a shape less its margin."""

from __future__ import annotations

import numpy as np
import pytest

from render_core.design import Shape, ShapeKind
from render_core.errors import UnsupportedDesign
from render_core.geometry.paths import Path
from render_core.geometry.region import region
from render_core.geometry.shapes import shape_outline
from render_core.geometry.support import segments_of
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import EMPTY_OUTLINE

ELLIPSE = shape_outline(Shape(ShapeKind.ELLIPSE), 40_000, 20_000)
ROUND = shape_outline(Shape(corner_um=5000), 40_000, 20_000)
FRAME = parse_path_mm("M0 0H40V40H0ZM18 18V22H22V18Z")


def box(width: float, height: float) -> Path:
    x, y = width / 2, height / 2
    corners = np.array([(-x, -y), (x, -y), (x, y), (-x, y)], np.float64)
    return Path(np.array([0, 1, 1, 1, 5], np.uint8), corners)


def test_a_square_in_an_ellipse_is_as_large_as_the_formula_says() -> None:
    scale = region(ELLIPSE, 0).largest_scale(segments_of(box(1, 1)), 20_000, 10_000)
    # x²/a² + y²/b² = 1 with x = y.
    assert scale == pytest.approx(2 / np.sqrt(1 / 20_000**2 + 1 / 10_000**2), abs=6)


def test_a_margin_shrinks_a_disc_by_twice_itself() -> None:
    disc = shape_outline(Shape(ShapeKind.ELLIPSE), 20_000, 20_000)
    scale = region(disc, 1500).largest_scale(segments_of(box(1, 1)), 10_000, 10_000)
    assert scale == pytest.approx(17_000 / np.sqrt(2), abs=5)


def test_round_corners_take_room_from_a_box_and_none_from_a_bar() -> None:
    around = region(ROUND, 0)
    # Its corner meets the arc three to the right and four up from the arc's centre.
    assert around.largest_scale(segments_of(box(2, 1)), 20_000, 10_000) == pytest.approx(
        18_000, abs=3
    )
    assert around.largest_scale(segments_of(box(2, 0.1)), 20_000, 10_000) == pytest.approx(
        20_000, abs=1
    )


def test_nothing_fits_about_a_point_outside() -> None:
    assert region(ELLIPSE, 0).largest_scale(segments_of(box(1, 1)), -1, 10_000) == 0
    assert region(ELLIPSE, 10_001).largest_scale(segments_of(box(1, 1)), 20_000, 10_000) == 0


def test_a_shape_with_a_dent_or_a_hole_is_searched() -> None:
    dented = region(parse_path_mm("M0 0H40V40H0V25L30 20L0 15Z"), 0)
    assert dented.largest_scale(segments_of(box(1, 1)), 30_000, 30_000) is None
    steps = dented.largest_step(box(1, 1), (32_000, 20_000), 40_000, float)
    assert steps == pytest.approx(4000, abs=2)


def test_a_hole_cannot_hide_inside_a_drawing() -> None:
    framed = region(FRAME, 0)
    assert framed.largest_step(box(1, 1), (20_000, 20_000), 30_000, float) == 0
    assert framed.largest_step(box(1, 1), (9000, 20_000), 30_000, float) == pytest.approx(
        18_000, abs=2
    )


def test_a_thin_spike_between_two_points_of_a_drawing_is_seen() -> None:
    spiked = region(parse_path_mm("M0 0H20.05L20.1 30L20.15 0H40V40H0Z"), 0)
    assert spiked.largest_step(box(1, 1), (20_000, 32_000), 30_000, float) < 4100


def test_a_shape_without_area_is_refused() -> None:
    with pytest.raises(UnsupportedDesign):
        region(EMPTY_OUTLINE, 0)
