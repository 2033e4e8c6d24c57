"""Unions and differences, measured by area."""

from __future__ import annotations

import numpy as np
import pytest

from render_core.geometry.boolean import difference, intersection, simplify, union
from render_core.geometry.flatten import flatten_path
from render_core.geometry.paths import EMPTY_PATH, Path
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import FillRule


def path(data: str) -> Path:
    outline = parse_path_mm(data)
    return Path(outline.verbs, outline.points_um / 1000)


def area(shape: Path) -> float:
    """Return the signed area; holes count against what they are in."""
    total = 0.0
    for contour in flatten_path(shape.verbs, shape.points, 1e-4):
        x, y = contour.points_um.T
        total += float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2
    return abs(total)


SQUARE = simplify(path("M0 0H10V10H0Z"))
MOVED = simplify(path("M5 5V15H15V5Z"))  # Turns the other way.


def test_a_union_counts_what_overlaps_once() -> None:
    assert area(union([SQUARE, MOVED])) == pytest.approx(175)
    assert area(union([SQUARE])) == pytest.approx(100)
    assert union([]) == EMPTY_PATH


def test_differences_and_intersections_share_out_the_area() -> None:
    assert area(difference(SQUARE, MOVED)) == pytest.approx(75)
    assert area(intersection(SQUARE, MOVED)) == pytest.approx(25)
    assert difference(EMPTY_PATH, SQUARE).is_empty
    assert intersection(SQUARE, EMPTY_PATH).is_empty


@pytest.mark.parametrize(("rule", "expected"), [(FillRule.NONZERO, 100), (FillRule.EVENODD, 64)])
def test_the_fill_rule_decides_what_is_inside(rule: FillRule, expected: float) -> None:
    nested = path("M0 0H10V10H0ZM2 2H8V8H2Z")
    assert area(simplify(nested, rule)) == pytest.approx(expected)


def test_curves_stay_curves() -> None:
    round_ = simplify(path("M0 0Q10 0 10 10Q0 10 0 0Z"))
    assert 2 in round_.verbs.tolist()
    assert area(round_) == pytest.approx(200 / 3, rel=1e-4)


def test_a_simple_path_stays_the_same_area_when_it_is_simplified_again() -> None:
    once = union([SQUARE, MOVED])
    assert area(simplify(once)) == pytest.approx(area(once))
