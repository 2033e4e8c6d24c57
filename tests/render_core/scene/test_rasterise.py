"""Samples of a picture: no cracks, nothing twice, the nearest wins, the hostile is bounded."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from render_core.errors import UnsupportedDesign
from render_core.scene import rasterise
from render_core.scene.camera import Camera, eye_of
from render_core.scene.rasterise import EMPTY, sample_places, visible
from tests.render_core.scene.meshes import plane, sphere

SMALL = Camera(elevation_mdeg=0, distance_um=300_000, width_px=160, height_px=160)


def seen(triangles: NDArray[np.float64], camera: Camera = SMALL, samples: int = 4):
    return visible(triangles, eye_of(camera), samples)


def fan(rng: np.random.Generator, cells: int, extent: float, depth: float) -> NDArray[np.float64]:
    """A sheet across the whole view, of cells with corners at random; flat, in camera axes."""
    steps = np.linspace(-extent, extent, cells + 1)
    x, y = np.meshgrid(steps, steps)
    inner = np.s_[1:-1, 1:-1]
    jitter = extent / cells * 0.9
    x[inner] += rng.uniform(-jitter, jitter, x[inner].shape)
    y[inner] += rng.uniform(-jitter, jitter, y[inner].shape)
    points = np.stack([x, y, np.full_like(x, depth)], axis=2)
    a, b, c, d = points[:-1, :-1], points[:-1, 1:], points[1:, 1:], points[1:, :-1]
    return np.concatenate(
        [
            np.stack([a, b, c], axis=2).reshape(-1, 3, 3),
            np.stack([a, c, d], axis=2).reshape(-1, 3, 3),
        ]
    )


def test_each_sample_belongs_to_one_of_the_triangles_that_meet_there() -> None:
    triangles = fan(np.random.default_rng(5), 9, 0.2, 0.3)
    count = np.zeros((4, 160, 160), np.int64)
    for triangle in triangles:
        count += seen(triangle[None])[0] != EMPTY
    assert count.min() == count.max() == 1


def test_a_sheet_has_no_cracks_where_it_is_cut_before_the_eye() -> None:
    """It runs from behind the eye to far away; corners are cut at the near plane and at the frame."""
    sheet = fan(np.random.default_rng(6), 12, 40.0, 0.0)
    triangles = sheet[..., [0, 2, 1]] + np.array([0.0, -0.05, 0.0])
    winners, depths = seen(triangles)
    hit = winners != EMPTY
    first = hit.argmax(axis=1)
    assert (hit == (np.arange(160)[None, :, None] >= first[:, None, :])).all()
    assert 70 < first.min() <= first.max() < 90
    assert (depths[hit] >= eye_of(SMALL).near_m * 0.999).all()


def test_a_closed_sphere_covers_what_geometry_says() -> None:
    camera = Camera(elevation_mdeg=20_000, distance_um=300_000, fov_mdeg=22_000)
    eye = eye_of(camera)
    mesh = sphere(200, 400)
    winners, _ = visible(eye.see(mesh.positions)[mesh.triangles], eye, 4)
    covered = (winners != EMPTY).mean(axis=0)
    radius_px = eye.focal_px * math.tan(math.asin(0.05 / 0.3))
    assert covered.sum() == pytest.approx(math.pi * radius_px**2, rel=3e-4)
    y, x = np.mgrid[0:1024, 0:1024] + 0.5 - 512
    assert (covered[x * x + y * y < (radius_px - 2) ** 2] == 1).all()


def test_the_nearest_wins_and_of_equals_the_first() -> None:
    near, far = (fan(np.random.default_rng(7), 1, 0.2, depth) for depth in (0.3, 0.31))
    assert set(np.unique(seen(np.concatenate([far, near]))[0])) == {2, 3}
    assert set(np.unique(seen(np.concatenate([near, near]))[0])) == {0, 1}


def test_depth_is_true_to_perspective() -> None:
    triangle = np.array([[(-0.4, -0.2, 0.2), (0.4, -0.2, 0.2), (0.0, 0.8, 0.9)]])
    winners, depths = seen(triangle)
    eye = eye_of(SMALL)
    x, y = sample_places(4)[0]
    slope = (eye.height_px / 2 - (100 + y / 256)) / eye.focal_px
    assert winners[0, 100, 80] == 0
    # On the triangle's plane y = -0.2 + (z - 0.2) / 0.7 and on the ray y = slope · z.
    assert depths[0, 100, 80] == pytest.approx((0.2 / 0.7 + 0.2) / (1 / 0.7 - slope), rel=1e-6)
    assert x != y


@pytest.mark.parametrize("samples", [1, 4, 8, 16, 64])
def test_samples_share_neither_row_nor_column(samples: int) -> None:
    places = sample_places(samples)
    assert len({x for x, _ in places}) == len({y for _, y in places}) == samples
    assert all(0 <= value < 256 for place in places for value in place)


@pytest.mark.parametrize(
    "corners",
    [
        [(0, 0, 0), (0, 0, 0), (0, 0, 0)],
        [(0, 0, 0.3), (0.1, 0.1, 0.3), (0.2, 0.2, 0.3)],
        [(0, 0, -1), (1, 0, -1), (0, 1, -1)],
        [(1e-300, 0, 0.3), (0, 1e-300, 0.3), (0, 0, 0.3)],
        [(0, 0, 0.1), (0, 0, 0.2), (0, 1e-30, 0.3)],
        [(5, 5, 0.3), (6, 5, 0.3), (5, 6, 0.3)],
    ],
)
def test_what_has_no_area_or_is_out_of_sight_leaves_no_trace(corners: list[object]) -> None:
    assert (seen(np.array([corners], np.float64))[0] == EMPTY).all()


def test_a_triangle_of_ten_metres_around_the_eye_is_cut_to_the_view() -> None:
    triangle = np.array([[(-10, -10, 0.25), (10, -10, 0.25), (0, 20, 0.25)]], np.float64)
    assert (seen(triangle)[0] == 0).all()


def test_no_triangles_are_an_empty_picture() -> None:
    assert (seen(np.zeros((0, 3, 3)))[0] == EMPTY).all()


def test_too_many_layers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasterise, "MAX_SAMPLES", 1_000_000)
    layers = np.repeat(fan(np.random.default_rng(8), 1, 0.2, 0.3), 20, axis=0)
    with pytest.raises(UnsupportedDesign) as refused:
        seen(layers)
    assert refused.value.reason == "SCENE_TOO_COSTLY"


def test_front_is_towards_plus_z_and_right_is_plus_x() -> None:
    mesh = plane()
    eye = eye_of(Camera(target_um=(0, 50_000, 0), elevation_mdeg=0))
    corners = eye.see(mesh.positions)
    assert (corners[:, 2] > 0).all()
    by_uv = {tuple(uv): corner for uv, corner in zip(mesh.uvs.tolist(), corners, strict=True)}
    assert by_uv[0, 0][0] < 0 < by_uv[1, 0][0]
    assert by_uv[0, 0][1] > 0 > by_uv[0, 1][1]
    side = eye_of(Camera(azimuth_mdeg=90_000, elevation_mdeg=0))
    assert side.position[0] == pytest.approx(0.5)
