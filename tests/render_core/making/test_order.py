"""The order of cuts: inside before outside always, and a short way."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from render_core.making.order import ordered, surrounding, travel_um
from render_core.making.prepare import prepare
from render_core.making.ways import Way
from tests.render_core.making.work import BLACK, contours_of, cut, face, machine, path

Place = tuple[int, int, int]


def square(x: int, y: int, size: int) -> Way:
    return Way(path(f"M{x} {y}h{size}v{size}h-{size}Z"), "name", BLACK)


def line(x: int, y: int, length: int) -> Way:
    return Way(path(f"M{x} {y}h{length}"), "name", BLACK, closed=False, width_um=25)


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
    assert sorted(map(id, made)) == sorted(map(id, ways))
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
