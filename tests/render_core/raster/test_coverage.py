"""The rasteriser's promises: exact areas, any band, any place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from render_core.raster import coverage as module
from render_core.raster.coverage import coverage, edges_of, patches, window

RNG = np.random.default_rng(20261121)
STAR = np.random.default_rng(11).uniform(0, 200, (60, 2))
coordinate = st.floats(-20, 60, allow_nan=False).map(lambda value: round(value * 256) / 256)
triangle = st.tuples(*[st.tuples(coordinate, coordinate)] * 3).map(np.array)


def supersampled(contour: NDArray[np.float64], size: int, samples: int = 16) -> NDArray[np.float64]:
    """Return the share of sample points inside a convex contour, per pixel of a square."""
    grid = (np.arange(size * samples) + 0.5) / samples
    x, y = np.meshgrid(grid, grid)
    sides = []
    for (ax, ay), (bx, by) in zip(contour, np.roll(contour, -1, axis=0), strict=True):
        sides.append((bx - ax) * (y - ay) - (by - ay) * (x - ax))
    inside = np.all([side > 0 for side in sides], axis=0) | np.all(
        [side < 0 for side in sides], axis=0
    )
    return inside.reshape(size, samples, size, samples).mean(axis=(1, 3))


def test_a_box_covers_its_exact_share_of_each_pixel() -> None:
    box = np.array([[1.5, 1.25], [3.75, 1.25], [3.75, 2.5], [1.5, 2.5]])
    expected = [[0, 0, 0, 0, 0], [0, 96, 191, 143, 0], [0, 64, 128, 96, 0]]
    assert coverage([box], 5, 3).tolist() == expected


@given(contour=triangle)
@settings(max_examples=60, deadline=None)
def test_triangles_cover_what_sample_points_say(contour: NDArray[np.float64]) -> None:
    seen = coverage([contour], 40, 40) / 255
    assert np.abs(seen - supersampled(contour, 40)).max() < 0.1


@given(contour=triangle)
@settings(max_examples=60, deadline=None)
def test_the_direction_of_a_contour_does_not_matter(contour: NDArray[np.float64]) -> None:
    assert np.array_equal(coverage([contour], 40, 40), coverage([contour[::-1]], 40, 40))


def test_the_sum_of_coverage_is_the_area() -> None:
    angle = np.arange(360) * np.pi / 180
    circle = np.stack([50 + 30 * np.cos(angle), 50 + 30 * np.sin(angle)], axis=1)
    assert coverage([circle], 100, 100).sum() / 255 == pytest.approx(np.pi * 900, rel=2e-4)


def test_a_hole_of_the_other_direction_is_empty() -> None:
    outer = np.array([[0, 0], [10, 0], [10, 10], [0, 10]], float)
    inner = np.array([[2, 2], [2, 8], [8, 8], [8, 2]], float)
    seen = coverage([outer, inner], 10, 10)
    assert seen[5, 5] == 0
    assert seen[1, 1] == 255


def test_two_halves_of_a_pixel_make_a_whole_one() -> None:
    left = np.array([[0, 0], [0.5, 0], [0.5, 1], [0, 1]])
    right = np.array([[0.5, 0], [1, 0], [1, 1], [0.5, 1]])
    assert coverage([left, right], 1, 1).tolist() == [[255]]


def test_what_lies_outside_the_canvas_leaves_the_inside_as_it_is() -> None:
    star = RNG.uniform(-300, 340, (40, 2))
    whole = coverage([star + 300], 640, 640)[300:340, 300:340]
    assert np.array_equal(coverage([star], 40, 40), whole)


def test_bands_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    star = RNG.uniform(0, 200, (60, 2))
    whole = coverage([star], 200, 200)
    monkeypatch.setattr(module, "BAND_PIXELS", 200 * 7)
    assert len(list(patches(edges_of([star]), 200, 200))) > 20
    assert np.array_equal(coverage([star], 200, 200), whole)


def test_a_window_is_a_part_of_the_whole() -> None:
    star = RNG.uniform(0, 200, (60, 2))
    part = window(edges_of([star]), 30, 40, 50, 60)
    assert np.array_equal(part, coverage([star], 200, 200)[40:100, 30:80])


@given(
    left=st.integers(-40, 220),
    top=st.integers(-40, 220),
    width=st.integers(1, 60),
    height=st.integers(1, 60),
)
@settings(max_examples=60, deadline=None)
def test_every_window_is_a_part_of_the_whole(left: int, top: int, width: int, height: int) -> None:
    star = STAR + 100
    whole = coverage([star, star[::-1] / 2], 440, 440)
    shift = np.array([100, 100])
    edges = edges_of([star - shift, star[::-1] / 2 - shift])
    part = window(edges, left, top, width, height)
    assert np.array_equal(part, whole[top + 100 :, left + 100 :][:height, :width])


def test_contours_on_top_of_each_other_stay_full() -> None:
    box = np.array([[1, 1], [9, 1], [9, 9], [1, 9]], float)
    assert np.array_equal(coverage([box] * 300, 10, 10), coverage([box], 10, 10))


def test_what_lies_beside_or_above_the_window_is_left_out_of_it() -> None:
    zigzag = np.stack([np.tile([0.0, 90.0], 50), np.arange(100) * 10.0], axis=1)
    assert np.array_equal(
        window(edges_of([zigzag]), 20, 300, 30, 40), coverage([zigzag], 90, 1000)[300:340, 20:50]
    )
    assert not window(edges_of([zigzag]), 200, 300, 30, 40).any()
    assert not window(edges_of([zigzag]), 0, 5000, 30, 40).any()
    assert not window(edges_of([]), 0, 0, 3, 4).any()


def test_the_order_of_contours_does_not_matter() -> None:
    contours = [RNG.uniform(0, 100, (5, 2)) for _ in range(12)]
    assert np.array_equal(coverage(contours, 100, 100), coverage(contours[::-1], 100, 100))


@pytest.mark.parametrize("contour", [np.zeros((0, 2)), np.array([[1.0, 1.0], [5.0, 5.0]])])
def test_what_encloses_nothing_covers_nothing(contour: NDArray[np.float64]) -> None:
    assert not coverage([contour], 8, 8).any()


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 1e9])
def test_a_point_out_of_range_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="range of the rasteriser"):
        coverage([np.array([[0, 0], [wrong, 0], [1, 1]])], 8, 8)
