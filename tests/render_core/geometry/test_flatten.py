"""Curves to polylines."""

from __future__ import annotations

import math

import numpy as np
import pytest

from render_core.design import Shape, ShapeKind
from render_core.errors import UnsupportedDesign
from render_core.geometry.flatten import flatten
from render_core.geometry.shapes import shape_outline
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import EMPTY_OUTLINE, Verb


@pytest.mark.parametrize("tolerance", [0.5, 5.0, 50.0])
def test_a_flattened_cubic_stays_within_its_tolerance(tolerance: float) -> None:
    outline = parse_path_mm("M0 0C0 80 90 -40 60 50")
    polyline = flatten(outline, tolerance)[0].points_um
    t = np.linspace(0, 1, 4_001)[:, None]
    p = outline.points_um.astype(float)
    curve = (
        (1 - t) ** 3 * p[0] + 3 * (1 - t) ** 2 * t * p[1] + 3 * (1 - t) * t**2 * p[2] + t**3 * p[3]
    )
    assert _distances(curve, polyline).max() <= tolerance


@pytest.mark.parametrize("tolerance", [0.5, 5.0, 50.0])
def test_a_flattened_circle_stays_within_its_tolerance(tolerance: float) -> None:
    outline = shape_outline(Shape(ShapeKind.ELLIPSE), 30_000, 30_000)
    (polyline,) = flatten(outline, tolerance)
    assert polyline.closed
    middles = (polyline.points_um + np.roll(polyline.points_um, -1, axis=0)) / 2
    radii = np.hypot(*(middles - 15_000).T)
    # Two micrometres for the arc's own points, which are whole micrometres.
    assert radii.min() >= 15_000 - tolerance - 2


def test_a_closed_contour_does_not_repeat_its_first_point() -> None:
    (explicit,) = flatten(parse_path_mm("M0 0L10 0L10 10L0 0Z"), 1)
    assert explicit.points_um.tolist() == [[0, 0], [10_000, 0], [10_000, 10_000]]


def test_several_contours_stay_apart() -> None:
    first, second = flatten(parse_path_mm("M0 0L1 0L1 1ZM5 5Q6 6 7 5"), 1)
    assert first.closed
    assert not second.closed
    assert second.points_um[0].tolist() == [5000, 5000]
    assert second.points_um[-1].tolist() == [7000, 5000]


def test_an_empty_outline_has_no_contours() -> None:
    assert flatten(EMPTY_OUTLINE, 1) == ()


def test_a_tolerance_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        flatten(EMPTY_OUTLINE, 0)


def test_rounded_rectangles_have_true_arcs_for_corners() -> None:
    outline = shape_outline(Shape(corner_um=4000), 20_000, 10_000)
    assert outline.verbs.tolist().count(Verb.ARC) == 4
    points = flatten(outline, 0.5)[0].points_um
    corner = points[(points[:, 0] > 16_000) & (points[:, 1] < 4000)]
    assert np.hypot(corner[:, 0] - 16_000, corner[:, 1] - 4000) == pytest.approx(4000, abs=3)


def test_an_ellipse_fills_its_box() -> None:
    points = flatten(shape_outline(Shape(ShapeKind.ELLIPSE), 40_000, 20_000), 0.5)[0].points_um
    x, y = (points[:, 0] - 20_000) / 20_000, (points[:, 1] - 10_000) / 10_000
    assert np.hypot(x, y) == pytest.approx(1, abs=3e-4)
    area = 0.5 * np.sum(
        points[:, 0] * np.roll(points[:, 1], -1) - points[:, 1] * np.roll(points[:, 0], -1)
    )
    assert area == pytest.approx(math.pi * 20_000 * 10_000, rel=5e-4)


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (Shape(corner_um=6000), "SHAPE_CORNER_TOO_LARGE"),
        (Shape(ShapeKind.PATH, path="M0 0L1 1"), "SHAPE_PATH_OPEN"),
        (Shape(ShapeKind.PATH, path=""), "SHAPE_PATH_OPEN"),
        (Shape(ShapeKind.PATH, path="zzz"), "SHAPE_PATH_INVALID"),
    ],
)
def test_a_shape_that_cannot_be_drawn_is_refused(shape: Shape, reason: str) -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        shape_outline(shape, 20_000, 10_000)
    assert refused.value.reason == reason


def _distances(points: np.ndarray, polyline: np.ndarray) -> np.ndarray:
    a, b = polyline[:-1], polyline[1:]
    along = b - a
    t = np.clip(
        ((points[:, None] - a) * along).sum(-1) / np.maximum((along * along).sum(-1), 1e-9), 0, 1
    )
    return np.hypot(*(points[:, None] - a - t[..., None] * along).transpose(2, 0, 1)).min(axis=1)
