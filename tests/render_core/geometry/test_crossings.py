"""Crossings are counted before Skia is asked to join them; brute force is the judge of the count."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from render_core.geometry.boolean import simplify
from render_core.geometry.crossings import crosses_more_often
from render_core.geometry.paths import EMPTY_PATH, Path, join_paths
from render_core.layout import Verb


def polygon(points: np.ndarray) -> Path:
    verbs = [Verb.MOVE, *[Verb.LINE] * (len(points) - 1), Verb.CLOSE]
    return Path(np.array(verbs, np.uint8), points.astype(np.float64))


def comb(teeth: int) -> Path:
    """Zigzags across and down: teeth² crossings."""
    steps = np.arange(teeth) * 1000 / teeth
    sides = np.where(np.arange(teeth) % 2, 0.0, 1000.0)
    across, down = (polygon(np.stack(pair, axis=1)) for pair in ((sides, steps), (steps, sides)))
    return Path(
        np.concatenate([across.verbs, down.verbs]), np.concatenate([across.points, down.points])
    )


def side(a: np.ndarray, b: np.ndarray, p: np.ndarray) -> float:
    return float((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]))


@pytest.mark.parametrize("seed", range(4))
def test_crossings_are_those_that_brute_force_counts(seed: int) -> None:
    points = np.random.default_rng(seed).integers(0, 400, (40, 2)).astype(np.float64)
    legs = list(zip(points, np.roll(points, -1, axis=0), strict=True))
    total = sum(
        side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
        for (a, b), (c, d) in combinations(legs, 2)
    )
    path = polygon(points)
    assert crosses_more_often(path, total - 1)
    assert not crosses_more_often(path, total)


def test_a_plain_shape_crosses_nothing() -> None:
    square = polygon(np.array([(0, 0), (10, 0), (10, 10), (0, 10)]))
    assert not crosses_more_often(square, 0)
    assert not crosses_more_often(EMPTY_PATH, 0)


def test_a_drawing_that_would_take_minutes_is_kept_as_it_is_at_once() -> None:
    """Eight thousand strokes cross each other sixteen million times."""
    path = comb(4000)
    assert simplify(path) is path


def test_a_drawing_with_few_crossings_is_still_joined() -> None:
    path = comb(20)
    assert len(simplify(path).verbs) > len(path.verbs)


def square_at(x: float) -> Path:
    return polygon(np.array([[x, 0], [x + 100, 0], [x + 100, 100], [x, 100]]))


def test_legs_that_lie_on_each_other_are_counted_when_asked() -> None:
    """Two squares side by side share half of their upper and lower sides, and cross nowhere."""
    both = join_paths([square_at(0), square_at(50)])
    assert not crosses_more_often(both, 0)
    assert crosses_more_often(both, 1, or_overlies=True)
    assert not crosses_more_often(both, 2, or_overlies=True)
    apart = join_paths([square_at(0), square_at(100)])  # One upright side is that of both.
    assert crosses_more_often(apart, 0, or_overlies=True)
    assert not crosses_more_often(apart, 1, or_overlies=True)


def test_many_copies_on_top_of_each_other_become_one() -> None:
    """Skia alone takes minutes for so many edges that lie on each other."""
    joined = simplify(join_paths([square_at(0)] * 120))
    assert joined.verbs.tolist().count(Verb.MOVE) == 1
    assert sorted(map(tuple, joined.points.tolist())) == [(0, 0), (0, 100), (100, 0), (100, 100)]
