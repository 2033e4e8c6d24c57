"""Auto-fit: what is set lies inside its zone, and one hundredth of a point more would not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from render_core.design import Align, Shape, VerticalAlign
from render_core.geometry.flatten import flatten
from render_core.layout import Outline
from tests.render_core.composing import (
    ELLIPSE,
    HEART_SHAPE,
    codes,
    composed,
    items_of,
    text_of,
    text_zone,
)

# Rounding to whole micrometres moves a curve by less than one; flattening here by half of one.
TOLERANCE_UM = 2.0

SHAPES = {
    "rectangle": Shape(),
    "round corners": Shape(corner_um=5000),
    "ellipse": ELLIPSE,
    "heart": HEART_SHAPE,
}
LETTERS = st.sampled_from("aegjlAEQW&.,! fi12ßéשלםמحبमनिक्")
TEXTS = st.text(LETTERS, min_size=1, max_size=24).filter(lambda text: bool(text.strip()))


def clearance_um(drawn: Outline, shape: Outline) -> float:
    """Return the smallest distance of a drawing from a shape's edge; negative where outside.

    By brute force and another way than the code under test: every point against every edge.
    """
    edge = flatten(shape, 0.25)[0].points_um
    start, along = edge, np.roll(edge, -1, axis=0) - edge
    smallest = np.inf
    for points in _chunks(drawn):
        gap = points[:, None] - start
        t = (gap * along).sum(-1) / np.maximum((along * along).sum(-1), 1e-9)
        nearest = gap - np.clip(t, 0, 1)[..., None] * along
        distance = np.hypot(nearest[..., 0], nearest[..., 1]).min(axis=1)
        smallest = min(smallest, float(np.where(_inside(points, edge), distance, -distance).min()))
    return smallest


def _chunks(drawn: Outline) -> Iterator[np.ndarray]:
    points = np.concatenate([contour.points_um for contour in flatten(drawn, 0.5)])
    for at in range(0, len(points), 500):
        yield points[at : at + 500]


def _inside(points: np.ndarray, edge: np.ndarray) -> np.ndarray:
    """Return whether points lie inside, by the edges that a ray upwards crosses."""
    odd = np.zeros(len(points), dtype=bool)
    x, y = points.T
    for (ax, ay), (bx, by) in zip(edge.tolist(), np.roll(edge, -1, axis=0).tolist(), strict=True):
        if ax != bx:
            odd ^= ((ax <= x) != (bx <= x)) & (y > ay + (x - ax) * (by - ay) / (bx - ax))
    return odd


@pytest.mark.parametrize("name", SHAPES)
@given(
    text=TEXTS,
    font=st.sampled_from(["sans", "serif", "script"]),
    lines=st.integers(1, 3),
    align=st.sampled_from(Align),
    vertical=st.sampled_from(VerticalAlign),
    margin=st.sampled_from([0, 1000, 2500]),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
def test_what_fits_lies_inside_the_shape_less_its_margin(
    name: str, text: str, font: str, lines: int, align: Align, vertical: VerticalAlign, margin: int
) -> None:
    zone = text_zone(
        40,
        40 if name == "heart" else 25,
        shape=SHAPES[name],
        margin_um=margin,
        font=font,
        max_lines=lines,
        align=align,
        vertical_align=vertical,
        min_size_centipoint=100,
    )
    made = composed(zone, text)
    if "DOES_NOT_FIT" in codes(made) or not items_of(made):
        return
    shape = made.layout.surface("front").zone("name").shape
    assert clearance_um(items_of(made)[0].outline, shape) >= margin - TOLERANCE_UM


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize(
    ("text", "font"),
    [("Emma", "script"), ("Louis & Anna", "serif"), ("שלום עולם", "sans"), ("क्षत्रिय", "sans")],
)
def test_one_hundredth_of_a_point_more_would_not_fit(name: str, text: str, font: str) -> None:
    """Set at the next size by force, the same text comes nearer to the edge than it may."""
    margin = 1000
    rules = {"shape": SHAPES[name], "margin_um": margin, "font": font, "max_lines": 2}
    height = 40 if name == "heart" else 20
    made = composed(text_zone(40, height, **rules), text)
    fitted = text_of(made)
    # By the independent measure: the edge is no farther than one step would carry the outermost ink.
    drawn = items_of(made)[0].outline
    gap = clearance_um(drawn, made.layout.surface("front").zone("name").shape)
    assert gap <= margin + 45_000 / fitted.size_centipoint + TOLERANCE_UM
    more = fitted.size_centipoint + 1
    forced = text_zone(40, height, min_size_centipoint=more, max_size_centipoint=more, **rules)
    larger = composed(forced, text)
    assert codes(larger) == ["DOES_NOT_FIT"]
    assert larger.problems[0].required == more / 100


def test_the_fit_of_a_rectangle_is_exact() -> None:
    """The ink touches the margin on one axis to within the step of one hundredth of a point."""
    for text in ("Emma", "Wolfgang", "il", "gypsy", "—"):
        made = composed(text_zone(50, 20, max_size_centipoint=20_000), text)
        left, top, right, bottom = _extents(items_of(made)[0].outline)
        em = text_of(made).size_centipoint * 127 / 36
        step = 127 / 36 / em  # One step, relative to the size.
        width, height = right - left, bottom - top
        room = min((48_000 - width) / width, (18_000 - height) / height)
        assert -2 / max(width, height) <= room <= step + 2 / min(width, height)


def _extents(outline: Outline) -> tuple[float, float, float, float]:
    points = np.concatenate([contour.points_um for contour in flatten(outline, 0.1)])
    return (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())


def test_a_larger_zone_never_sets_smaller() -> None:
    sizes = [
        text_of(composed(text_zone(width, 20, max_lines=2), "Anna and Benjamin")).size_centipoint
        for width in range(20, 90, 5)
    ]
    assert sizes == sorted(sizes)


def test_sizes_stay_within_their_range() -> None:
    zone = text_zone(90, 40, min_size_centipoint=900, max_size_centipoint=1100)
    assert text_of(composed(zone, "i")).size_centipoint == 1100
    tiny = text_zone(10, 4, min_size_centipoint=900, max_size_centipoint=1100)
    assert text_of(composed(tiny, "Wolfgang")).size_centipoint == 900


def test_a_margin_that_leaves_no_room_is_reported() -> None:
    made = composed(text_zone(10, 10, margin_um=6000), "Emma")
    assert codes(made) == ["DOES_NOT_FIT"]
    assert made.problems[0].measured == 0
