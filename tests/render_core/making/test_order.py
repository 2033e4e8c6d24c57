"""The order of cuts: inside before outside always, and a short way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_core.layout import Verb
from render_core.making.arc_fit import contours
from render_core.making.areas import rings_of
from render_core.making.order import ordered, surrounding, travel_um
from render_core.making.prepare import prepare
from render_core.making.starts import begun_at
from render_core.making.ways import Way
from tests.render_core.making.work import BLACK, contours_of, cut, face, machine, path

Place = tuple[int, int, int]


def square(x: int, y: int, size: int) -> Way:
    return Way(path(f"M{x} {y}h{size}v{size}h-{size}Z"), "name", BLACK)


def line(x: int, y: int, length: int) -> Way:
    return Way(path(f"M{x} {y}h{length}"), "name", BLACK, closed=False, width_um=25)


def bounds(way: Way) -> tuple[int, int, int, int]:
    return way.outline.bounds_um()


def holds(outer: Way, inner: Way) -> bool:
    left, top, right, bottom = outer.outline.bounds_um()
    x0, y0, x1, y1 = inner.outline.bounds_um()
    return outer is not inner and left < x0 and top < y0 and x1 < right and y1 < bottom


def apart(one: Way, other: Way) -> bool:
    left, top, right, bottom = one.outline.bounds_um()
    x0, y0, x1, y1 = other.outline.bounds_um()
    return x1 < left or right < x0 or y1 < top or bottom < y0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 40)),
        min_size=1,
        max_size=25,
        unique=True,
    )
)
def test_what_lies_in_something_is_always_cut_before_it(places: list[Place]) -> None:
    ways: list[Way] = []
    for way in (square(*place) for place in places):
        if all(holds(way, one) or holds(one, way) or apart(one, way) for one in ways):
            ways.append(way)
    made = ordered(ways)
    assert sorted(map(bounds, made)) == sorted(map(bounds, ways))
    for place, way in enumerate(made):
        assert not any(holds(way, later) for later in made[place + 1 :])


def test_a_shuffled_grid_is_made_row_by_row_or_nearly() -> None:
    ways = [square(10 * (7 * n % 12), 10 * (5 * n % 11), 4) for n in range(132)]
    made = ordered(ways)
    assert travel_um(made) <= 1.15 * 10_000 * 131
    assert travel_um(ways) > 4 * travel_um(made)


def test_open_lines_are_made_in_the_direction_that_is_nearer() -> None:
    made = ordered([line(0, 0, 50), line(0, 1, 50), line(0, 2, 50)])
    assert [way.start[0] for way in made] == [0, 50_000, 0]
    assert travel_um(made) == 2_000


def test_a_line_in_a_part_is_cut_before_its_outside() -> None:
    slit = cut("M15 20H25", line_width_um=100)
    made = prepare(face(cut("M10 10H30V30H10Z"), slit), machine())
    assert [len(one.verbs) for one in contours_of(made)] == [2, 5]


def test_a_machine_that_orders_by_itself_gets_the_order_of_the_design() -> None:
    items = (cut("M10 10H90V90H10Z"), cut("M20 20H30V30H20Z", zone="b"))
    plain = replace(machine(), order_cuts=False)
    assert [len(one.verbs) for one in contours_of(prepare(face(*items), plain))] == [5, 5]


def test_thousands_within_each_other_are_ordered_without_running_out_of_stack() -> None:
    ways = [square(3_000 - n, 3_000 - n, 2 * n + 1) for n in range(1_500)]
    assert [way.outline.bounds_um()[0] for way in ordered(ways[::-1])] == [
        way.outline.bounds_um()[0] for way in ways
    ]


def test_the_smallest_around_is_found() -> None:
    assert surrounding(
        [square(0, 0, 30), square(5, 5, 20), square(10, 10, 5), square(26, 1, 3)]
    ) == [-1, 0, 1, 0]


def test_each_part_begins_at_the_vertex_where_the_tool_comes_to_it() -> None:
    made = ordered([square(10, 0, 5), square(30, 0, 5), square(50, 0, 5)])
    assert [way.start for way in made] == [(10_000, 0), (30_000, 0), (50_000, 0)]
    made = ordered([square(10, 0, 5), square(30, 0, 5)], (80_000, 5_000))
    assert [way.start for way in made] == [(35_000, 5_000), (15_000, 5_000)]


def test_starts_at_the_best_of_all_vertices_shorten_the_travel_on_a_sheet() -> None:
    rows = [[(12 * x + 3 * (y % 2), 14 * y, 9) for x in range(8)] for y in range(5)]
    whole = [way for row in rows for place in row for way in (square(*place), inside(*place))]
    made = ordered(whole)
    fixed = [next(way for way in whole if bounds(way) == bounds(one)) for one in made]
    assert travel_um(made) < 0.8 * travel_um(fixed)
    assert travel_um(ordered(whole)) == travel_um(made)


def inside(x: int, y: int, size: int) -> Way:
    return square(x + size // 2, y + size // 2, 1)


SHAPES = {
    "square": "M1 2H9V8H1Z",
    "closed by a line": "M1 2H9V8H1V2Z",
    "curves": "M1 2H9C12 2 12 8 9 8Q5 12 1 8Z",
    "arcs": "M2 5A3 3 0 0 1 8 5A3 3 0 0 1 2 5Z",
}


@pytest.mark.parametrize("data", SHAPES.values(), ids=SHAPES)
def test_a_contour_that_begins_elsewhere_is_the_same_contour(data: str) -> None:
    way = Way(path(data), "name", BLACK)
    before = rings_of(way.outline, 0.5)
    for verb in range(len(way.outline.verbs) - 1):
        turned = begun_at(way, verb)
        after = rings_of(turned.outline, 0.5)
        assert sorted(map(tuple, after[0].tolist())) == sorted(map(tuple, before[0].tolist()))
        for curve in (Verb.ARC, Verb.QUAD, Verb.CUBIC):
            kept = np.count_nonzero(turned.outline.verbs == curve)
            assert kept == np.count_nonzero(way.outline.verbs == curve)
        assert turned.outline.verbs[-1] == Verb.CLOSE


def test_found_arcs_stay_arcs_wherever_they_begin() -> None:
    (ring,) = contours(rings_of(path("M0 5A5 5 0 0 1 10 5V20H0Z"), 1.0), 5.0)
    arcs = int((ring.verbs == Verb.ARC).sum())
    assert arcs
    made = ordered([Way(ring, "name", BLACK)], (10_000, 21_000))
    assert made[0].start == (10_000, 20_000)
    assert int((made[0].outline.verbs == Verb.ARC).sum()) == arcs
