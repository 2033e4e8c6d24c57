"""In a shape of any form text stands as high as lets it be largest, and else in the middle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from render_core.compose import Composition
from render_core.design import Align, Overflow, Shape, ShapeKind, VerticalAlign
from render_core.geometry.flatten import flatten
from render_core.layout import Outline
from tests.render_core.composing import (
    HEART_SHAPE,
    codes,
    composed,
    items_of,
    text_of,
    text_zone,
)
from tests.render_core.geometry.geos import area_of
from tests.render_core.test_compose_fit import TOLERANCE_UM, clearance_um

STAR = "M20 1L25.8 14.4L40 15.6L29.2 25L32.4 39L20 31.6L7.6 39L10.8 25L0 15.6L14.2 14.4Z"
SHAPES = {
    "heart": HEART_SHAPE,
    "star": Shape(ShapeKind.PATH, path=STAR),
    "shield": Shape(ShapeKind.PATH, path="M2 3Q20 0 38 3C37 22 30 33 20 39C10 33 3 22 2 3Z"),
    "arch": Shape(ShapeKind.PATH, path="M3 39C5 18 8 1 20 1C32 1 35 18 37 39Z"),
    "triangle": Shape(ShapeKind.PATH, path="M20 0L40 36L0 36Z"),
    "house": Shape(ShapeKind.PATH, path="M20 0L40 16H34L37 40H26V28H14V40H3L6 16H0Z"),
}
MARGIN_UM = 800
DIAMOND = Shape(ShapeKind.PATH, path="M20 0L40 20L20 40L0 20Z")


def made_in(shape: Shape, text: str, **rules: Any) -> Composition:
    given: dict[str, Any] = {"margin_um": MARGIN_UM, "max_size_centipoint": 20_000, **rules}
    return composed(text_zone(40, 40, shape=shape, max_lines=text.count("\n") + 1, **given), text)


def heights(made: Composition) -> tuple[float, float]:
    box = items_of(made)[0].outline.bounds_um()
    return box[1], box[3]


def some_height_fits(drawn: Outline, shape: Outline, margin: float) -> bool:
    """Whether a drawing fits at any height, by GEOS: intervals of heights are halved while they may.

    A point that lies outside by some distance is still outside after every shorter way.
    """
    area = area_of(shape).buffer(-margin, quad_segs=16)
    shapely.prepare(area)
    lines = [contour.points_um for contour in flatten(drawn, 1.0)]
    inked = shapely.MultiLineString([np.concatenate([line, line[:1]]) for line in lines])
    corners = np.concatenate(lines)
    (_, top, _, bottom), (_, low, _, high) = shape.bounds_um(), drawn.bounds_um()
    waiting = [(float(top - low), float(bottom - high))]
    while waiting:
        first, last = waiting.pop()
        down = np.array([0.0, (first + last) / 2])
        over = shapely.distance(area, shapely.points(corners + down)).max()
        if over == 0 and area.covers(shapely.transform(inked, lambda at, by=down: at + by)):
            return True
        if over <= (last - first) / 2 and last - first > 1.0:
            waiting += [(first, down[1]), (down[1], last)]
    return False


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("text", "font"), [("Emma", "script"), ("Anna\nand Ben", "serif"), ("שלום עולם", "sans")]
)
def test_at_no_height_two_hundredths_of_a_point_more_would_fit(
    shape: str, text: str, font: str
) -> None:
    made = made_in(SHAPES[shape], text, font=font, min_size_centipoint=1)
    edge = made.layout.surface("front").zone("name").shape
    assert codes(made) == []
    assert clearance_um(items_of(made)[0].outline, edge) >= MARGIN_UM - TOLERANCE_UM
    more = text_of(made).size_centipoint + 2
    free = text_zone(
        400,
        400,
        font=font,
        max_lines=text.count("\n") + 1,
        min_size_centipoint=more,
        max_size_centipoint=more,
    )
    left, _, right, _ = edge.bounds_um()
    larger = items_of(composed(free, text))[0].outline.moved((left + right) // 2 - 200_000, 0)
    assert not some_height_fits(larger, edge, MARGIN_UM)


@pytest.mark.parametrize("shape", ["heart", "star", "shield", "triangle"])
def test_it_is_larger_than_in_the_middle(shape: str) -> None:
    made = made_in(SHAPES[shape], "Emma", font="script")
    box = made.layout.surface("front").zone("name").shape.bounds_um()
    top, bottom = heights(made)
    assert abs((top + bottom) - (box[1] + box[3])) / 2 > 500


def test_where_the_middle_allows_as_much_it_stands_in_the_middle() -> None:
    for shape, size in ((DIAMOND, 20_000), (SHAPES["heart"], 700), (SHAPES["arch"], 1500)):
        made = made_in(shape, "HIH", max_size_centipoint=size)
        _, low, _, high = made.layout.surface("front").zone("name").shape.bounds_um()
        top, bottom = heights(made)
        assert abs((top + bottom) - (low + high)) <= 4


def test_aligned_with_the_head_or_foot_it_goes_as_far_as_its_size_allows() -> None:
    """A heart's head is below its notch, and its foot where it is as wide as the text."""
    edge = HEART_SHAPE
    placed = {}
    for align in VerticalAlign:
        made = made_in(edge, "HIH", max_size_centipoint=700, vertical_align=align)
        around = made.layout.surface("front").zone("name").shape
        clear = clearance_um(items_of(made)[0].outline, around)
        assert clear >= MARGIN_UM - TOLERANCE_UM
        if align is not VerticalAlign.MIDDLE:
            assert clear <= MARGIN_UM + 100
        placed[align] = sum(heights(made)) / 2
    assert placed[VerticalAlign.TOP] < placed[VerticalAlign.MIDDLE] - 3000
    assert placed[VerticalAlign.BOTTOM] > placed[VerticalAlign.MIDDLE] + 3000


def test_as_near_to_the_middle_as_the_largest_size_allows() -> None:
    """A box with a narrow foot: the size is the same all along its straight part."""
    bottle = Shape(ShapeKind.PATH, path="M0 0H40V12H24V40H16V12H0Z")
    made = made_in(bottle, "Emma", margin_um=0, font="serif")
    _, bottom = heights(made)
    assert text_of(made).lines == 1
    assert bottom == pytest.approx(12_000, abs=10)


def test_what_does_not_fit_stands_where_the_largest_that_fits_would() -> None:
    for rules in (
        {"min_size_centipoint": 4000, "max_size_centipoint": 5000},
        {"max_size_centipoint": 5000, "overflow": Overflow.REPORT},
    ):
        made = made_in(SHAPES["triangle"], "Emma", **rules)
        fitting = made_in(SHAPES["triangle"], "Emma", min_size_centipoint=1)
        assert codes(made) == ["DOES_NOT_FIT"]
        assert sum(heights(made)) == pytest.approx(sum(heights(fitting)), abs=6)


def test_a_shape_that_leaves_no_room_is_reported() -> None:
    for shape in (SHAPES["heart"], SHAPES["triangle"]):
        made = made_in(shape, "Emma", margin_um=30_000)
        assert codes(made) == ["DOES_NOT_FIT"]
        assert made.problems[0].measured == 0


def test_condensed_letters_find_their_height_too() -> None:
    rules = {"overflow": Overflow.CONDENSE, "min_condense_permille": 700}
    for shape in ("heart", "shield"):
        plain = made_in(SHAPES[shape], "Wilhelmina")
        made = made_in(SHAPES[shape], "Wilhelmina", **rules)
        assert text_of(made).size_centipoint > text_of(plain).size_centipoint
        edge = made.layout.surface("front").zone("name").shape
        assert clearance_um(items_of(made)[0].outline, edge) >= MARGIN_UM - TOLERANCE_UM


def test_alignment_is_among_the_lines_alone() -> None:
    for align in (Align.START, Align.END):
        made = made_in(SHAPES["shield"], "Anna\nand Benjamin", align=align)
        x = items_of(made)[0].outline.points_um[:, 0]
        assert abs(int(x.min()) + int(x.max()) - 40_000) <= 4
        assert np.ptp(x) > 20_000
