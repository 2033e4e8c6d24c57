"""Distances between segments, decided exactly."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
import shapely

from render_core.making.nest.exact import come_nearer, inside, nearer, segments_of

Pair = tuple[int, int]


def _square(point: Pair, start: Pair, end: Pair) -> Fraction:
    """Return the squared distance of a point from a segment, in fractions."""
    along = (end[0] - start[0], end[1] - start[1])
    to = (point[0] - start[0], point[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    share = Fraction(to[0] * along[0] + to[1] * along[1], length) if length else Fraction(0)
    share = min(max(share, Fraction(0)), Fraction(1))
    return (to[0] - share * along[0]) ** 2 + (to[1] - share * along[1]) ** 2


def _nearer(a0: Pair, a1: Pair, b0: Pair, b1: Pair, reach: int) -> bool:
    if shapely.LineString([a0, a1]).intersects(shapely.LineString([b0, b1])):
        return True
    ends = ((a0, b0, b1), (a1, b0, b1), (b0, a0, a1), (b1, a0, a1))
    return min(_square(*end) for end in ends) < reach**2


@pytest.mark.parametrize("size", [12, 10_000_000])
def test_segments_are_near_as_fractions_say(size: int) -> None:
    rng = random.Random(size)
    corners = [
        [(rng.randint(-size, size), rng.randint(-size, size)) for _ in range(4)]
        for _ in range(1500)
    ]
    reach = max(size // 5, 2)
    arrays = np.array(corners, np.int64)
    found = nearer(*(arrays[:, index] for index in range(4)), reach)
    expected = [_nearer(a, b, c, d, reach) for a, b, c, d in corners]
    assert found.tolist() == expected
    assert 50 < sum(expected) < 1450


def test_exactly_the_spacing_is_far_enough_and_a_micrometre_less_is_not() -> None:
    def apart(distance: int) -> bool:
        # Along 3, 4, 5, so that the distance of these parallels is a whole number.
        first = segments_of([np.array([(0, 0), (4_000_000, 3_000_000)], np.int64)])
        off = (-3 * distance, 4 * distance)
        second = segments_of([np.array([off, (off[0] + 4000, off[1] + 3000)], np.int64)])
        return come_nearer(first, second, 5 * 1_000)

    assert not apart(1_000)
    assert apart(999)


def test_inside_agrees_with_shapely_for_a_star_that_crosses_itself() -> None:
    star = np.array([(0, -1000), (588, 809), (-951, -309), (951, -309), (-588, 809)], np.int64)
    rng = random.Random(5)
    points = np.array([(rng.randint(-999, 999), rng.randint(-999, 999)) for _ in range(500)])
    pieces = shapely.polygonize([shapely.unary_union(shapely.LinearRing(star))])
    # All but the pentagon in the middle, which is wound twice.
    arms = [piece for piece in pieces.geoms if not piece.contains(shapely.Point(0, 0))]
    expected = [any(arm.contains(shapely.Point(p)) for arm in arms) for p in points.tolist()]
    assert inside(points, segments_of([star])).tolist() == expected
