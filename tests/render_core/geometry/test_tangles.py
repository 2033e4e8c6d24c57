"""Paths that cross themselves: counted, and made simple in the time that this takes."""

from __future__ import annotations

import random

import numpy as np
import pytest
from shapely import LineString, Polygon
from shapely.ops import unary_union

from render_core.geometry.clipping import clipped, simple, together, without
from render_core.geometry.flatten import flatten_path
from render_core.geometry.paths import Path
from render_core.geometry.polygons import polygons_of
from render_core.geometry.svg_path import parse_path
from render_core.geometry.tangles import is_tangled, meetings
from render_core.layout import FillRule


def path(data: str) -> Path:
    outline = parse_path(data, unit_um=1)
    return Path(outline.verbs, outline.points_um.astype(np.float64))


def tangle(points: int, seed: int = 3) -> Path:
    rng = random.Random(seed)
    corners = [(rng.randrange(20_000), rng.randrange(20_000)) for _ in range(points)]
    return path("M" + "L".join(f"{x} {y}" for x, y in corners) + "Z")


def area(one: Path) -> float:
    return polygons_of(one.outline()).area_um2()


def test_meetings_are_those_that_another_counts() -> None:
    one = tangle(60)
    corners = one.points.tolist()
    edges = [LineString(pair) for pair in zip(corners, [*corners[1:], corners[0]], strict=True)]
    met = sum(
        a.intersects(b) for at, a in enumerate(edges) for b in edges[at + 1 :]
    ) - len(edges)  # fmt: skip
    assert meetings(one, 10_000) == met


def test_a_plain_path_does_not_meet_itself() -> None:
    assert meetings(path("M0 0L9000 0Q12000 5000 9000 9000L0 9000Z"), 10) == 0


def test_lines_drawn_over_each_other_meet() -> None:
    assert (meetings(path("M0 0" + "L9 9000L20000 50L80 90" * 20 + "Z"), 10_000) or 0) > 500


@pytest.mark.parametrize("rule", list(FillRule))
def test_a_tangle_keeps_its_area(rule: FillRule) -> None:
    one = tangle(300)
    assert is_tangled(one, 1_000)
    expected = polygons_of(one.outline(), rule).area_um2()
    made = simple(one, rule)
    assert area(made) == pytest.approx(expected, rel=1e-4)


def test_a_path_drawn_ninety_times_over_is_made_simple() -> None:
    """Skia's operations take minutes over this one."""
    made = simple(path("M0 0" + "L9 9000L20000 50L80 90" * 90 + "Z"))
    assert len(made.verbs) < 10


def test_curves_stay_curves_where_a_path_is_plain() -> None:
    made = simple(path("M0 0Q5000 9000 10000 0Z"))
    assert 2 in made.verbs.tolist()


def test_unions_and_differences_of_tangles_are_as_geos_finds_them() -> None:
    one, other = simple(tangle(150, 1)), simple(tangle(150, 2))
    a, b = (
        unary_union([Polygon(c.points_um).buffer(0) for c in flatten_path(p.verbs, p.points, 1)
                     if len(c.points_um) > 2])
        for p in (one, other)
    )  # fmt: skip
    both, first = area(one), area(without(one, other))
    assert area(together([one, other])) == pytest.approx(area(other) + first, rel=1e-4)
    assert both - first == pytest.approx(
        area(one) + area(other) - area(together([one, other])), rel=1e-3
    )
    assert a.is_valid
    assert b.is_valid


def test_a_path_too_long_to_be_looked_at_counts_as_tangled() -> None:
    rows = np.arange(0, 20_000, 2.0)
    corners = np.array([[0, 0], [20_000, 0], [20_000, 1]], np.float64)
    points = (corners[None] + np.stack([0 * rows, rows], axis=1)[:, None]).reshape(-1, 2)
    lines = Path(np.tile(np.array([0, 1, 1, 5], np.uint8), len(rows)), points)
    assert meetings(lines, 10**9) is None
    assert is_tangled(lines, 10**9)


def test_what_is_clipped_has_the_area_that_lies_inside() -> None:
    one = simple(tangle(400, 5))
    circle = parse_path(
        "M2000 10000A8000 8000 0 0 1 18000 10000A8000 8000 0 0 1 2000 10000Z", unit_um=1
    )
    inside = clipped(one, circle)
    assert 0 < area(inside) < area(one)
    around = path("M2000 2000L18000 2000L18000 18000L2000 18000Z")
    within = clipped(one, around.outline())
    assert area(within) + area(without(one, around)) == pytest.approx(area(one), rel=1e-4)
