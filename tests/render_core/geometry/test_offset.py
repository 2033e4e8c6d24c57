"""Areas grown, shrunk and swept, judged by GEOS."""

from __future__ import annotations

from functools import cache, reduce

import numpy as np
import pytest
import shapely
from hypothesis import assume, example, given
from hypothesis import strategies as st

from render_core.effects import LineJoin
from render_core.geometry.degrees import cos_sin
from render_core.geometry.offset import grown, shrunk, swept
from render_core.geometry.polygons import (
    EMPTY,
    UNITS_PER_UM,
    Polygons,
    difference,
    polygons_of,
    union,
)
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import FillRule, Outline
from tests.render_core.composing import composed, items_of, text_zone
from tests.render_core.geometry.geos import area_of, differing, farthest_um, is_clean

TEXTS = {
    "sans": "Emma & Zoë",
    "serif": "The quick Fox",
    "script": "Emma Hartmann",
    "arabic": "محمد علي",
    "devanagari": "क्षत्रिय श्री",
    "hebrew": "שלום",
}
LARGEST_SHARE = 0.005
FARTHEST_UM = 30.0  # Where a bend closes on itself, a notch may end that much earlier.
CORNERS = {
    "square": "M5 5H25V25H5Z",
    "star": "M30 2L37.6 25.4L17.6 10.9H42.4L22.4 25.4Z",
    "frame": "M2 2H58V28H2ZM4 4V26H56V4Z",
    "stairs": "M5 25V20H15V15H25V10H35V5H55V25Z",
    "letter": "M10 27L20 3H24L34 27H29.5L27 21H17L14.5 27ZM18.5 17H25.5L22 8Z",
}
JOINS = {LineJoin.ROUND: "round", LineJoin.MITER: "mitre", LineJoin.BEVEL: "bevel"}


@cache
def letters(font: str) -> Outline:
    return items_of(composed(text_zone(60, 20, font=font), TEXTS[font]))[0].outline


@pytest.mark.parametrize("by_um", [50, 300, 1500])
@pytest.mark.parametrize("font", TEXTS)
def test_letters_grow_as_geos_grows_them(font: str, by_um: int) -> None:
    ours = grown(polygons_of(letters(font)), by_um).outline()
    theirs = area_of(letters(font)).buffer(by_um, quad_segs=64)
    assert differing(area_of(ours), theirs) <= LARGEST_SHARE
    assert farthest_um(area_of(ours), theirs) <= FARTHEST_UM
    assert is_clean(ours)


@pytest.mark.parametrize("by_um", [30, 120])
@pytest.mark.parametrize("font", TEXTS)
def test_letters_shrink_as_geos_shrinks_them(font: str, by_um: int) -> None:
    ours = shrunk(polygons_of(letters(font)), by_um).outline()
    theirs = area_of(letters(font)).buffer(-by_um, quad_segs=64)
    assert shapely.symmetric_difference(area_of(ours), theirs).area <= (
        LARGEST_SHARE * area_of(letters(font)).area
    )
    assert is_clean(ours)


@pytest.mark.parametrize("by_um", [-700, 700, 2500])
@pytest.mark.parametrize("join", LineJoin)
@pytest.mark.parametrize("shape", CORNERS)
def test_corners_are_joined_as_geos_joins_them(shape: str, join: LineJoin, by_um: int) -> None:
    outline = parse_path_mm(CORNERS[shape])
    area = polygons_of(outline, FillRule.EVENODD)
    ours = (grown(area, by_um, join) if by_um > 0 else shrunk(area, -by_um, join)).outline()
    theirs = area_of(outline).buffer(by_um, quad_segs=64, join_style=JOINS[join], mitre_limit=4)
    assert differing(area_of(ours), theirs) <= LARGEST_SHARE
    assert farthest_um(area_of(ours), theirs) <= FARTHEST_UM


def test_a_miter_longer_than_four_widths_is_cut_off() -> None:
    needle = polygons_of(parse_path_mm("M0 0L40 1L0 2Z"))
    _, _, right, _ = grown(needle, 500, LineJoin.MITER).outline().bounds_um()
    assert right < 40_000 + 500


@pytest.mark.parametrize("way", [(3000, 2000), (-2500, 0), (0, 4000), (-1200, -2900)])
@pytest.mark.parametrize("font", ["script", "serif", "arabic"])
def test_a_sweep_is_all_places_on_the_way(font: str, way: tuple[int, int]) -> None:
    ours = area_of(swept(polygons_of(letters(font)), *way).outline())
    base = area_of(letters(font))
    steps = [
        shapely.transform(base, lambda xy, k=k: xy + np.array(way) * k)
        for k in np.linspace(0, 1, 161)
    ]
    # Between two steps nothing is wider than the step is long: 25 µm of it are missing at most.
    assert differing(ours, shapely.union_all(steps)) <= LARGEST_SHARE
    assert ours.buffer(5).covers(base)


def test_what_is_nowhere_wide_enough_shrinks_to_nothing() -> None:
    assert shrunk(polygons_of(parse_path_mm("M0 0H10V1H0Z")), 600).is_empty
    assert shrunk(EMPTY, 600).is_empty
    assert grown(EMPTY, 600).is_empty


def test_holes_close_when_lines_fill_them() -> None:
    frame = polygons_of(parse_path_mm("M0 0H10V10H0ZM4 4V6H6V4Z"), FillRule.EVENODD)
    assert len(frame.rings) == 2
    assert len(grown(frame, 900).rings) == 2
    assert len(grown(frame, 1100).rings) == 1


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 20_000)), min_size=3, max_size=12),
    st.integers(1, 4_000),
    st.sampled_from(list(LineJoin)),
)
def test_any_scribble_grows_beyond_itself_and_shrinks_within_itself(
    points: list[tuple[int, int]], by_um: int, join: LineJoin
) -> None:
    path = "M" + "L".join(f"{x / 1000} {y / 1000}" for x, y in points) + "Z"
    area = polygons_of(parse_path_mm(path), FillRule.EVENODD)
    slack = 0.002 * max(area.area_um2(), 1e6)
    assert difference(area, grown(area, by_um, join)).area_um2() <= slack
    assert difference(shrunk(area, by_um, join), area).area_um2() <= slack
    assert grown(area, by_um, join).area_um2() + slack >= area.area_um2()


def exactly(area: Polygons) -> shapely.Geometry:
    """Return an area as it is, in micrometres: in whole ones its thinnest parts would be lost."""
    rings = [shapely.make_valid(shapely.Polygon(ring / UNITS_PER_UM)) for ring in area.rings]
    return reduce(shapely.symmetric_difference, rings)


@example([(0, 0), (0, 515), (0, 2005), (2071, 0), (14, 5772), (1, 3293), (1, 12701)], 803)
@example([(0, 79), (847, 0), (153, 2108), (104, 0), (205, 4659)], 50)
@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 20_000)), min_size=3, max_size=12),
    st.integers(50, 3_000),
)
def test_any_scribble_grows_as_geos_grows_it(points: list[tuple[int, int]], by_um: int) -> None:
    path = "M" + "L".join(f"{x / 1000} {y / 1000}" for x, y in points) + "Z"
    area = polygons_of(parse_path_mm(path), FillRule.EVENODD)
    assume(area.area_um2() > 1e6)  # of slivers of a micrometre, whole micrometres leave too little
    ours, before = area_of(grown(area, by_um).outline()), exactly(area)
    theirs = before.buffer(by_um, quad_segs=64)
    # Whole micrometres on the way and at its end move an edge by one: all that is of something thin.
    rounding = 1.0 * theirs.length
    assert shapely.symmetric_difference(ours, theirs).area <= 0.005 * theirs.area + rounding


def test_a_union_counts_what_overlaps_once() -> None:
    one = polygons_of(parse_path_mm("M0 0H10V10H0Z"))
    assert union([one, one.moved(5_000, 0)]).area_um2() == pytest.approx(150e6)


def test_whole_degrees_are_those_of_the_c_library() -> None:
    angles = np.arange(-720, 721)
    ours = np.array([cos_sin(int(angle)) for angle in angles])
    theirs = np.stack([np.cos(np.radians(angles)), np.sin(np.radians(angles))], axis=1)
    assert np.abs(ours - theirs).max() < 1e-14
    assert cos_sin(90) == (0.0, 1.0)
