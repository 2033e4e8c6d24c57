"""A wrap on a cylinder, beside the same one traced ray by ray with 64 samples a pixel."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from render_core.scene.camera import Camera, eye_of
from render_core.scene.gbuffer import LIGHT_STEPS, GBuffer
from render_core.scene.picture import picture
from render_core.scene.prepare import prepare
from render_core.scene.tone import straight
from tests.render_core.scene.meshes import cylinder
from tests.render_core.scene.wraps import NoLibrary, checker, ssim

RADIUS, HEIGHT = 0.041, 0.09
SIDE = 256
BEHIND = Camera(180_000, 12_000, 400_000, (0, 45_000, 0), 20_000, SIDE, SIDE)
VIEWS = {
    "seam in the middle": BEHIND,
    "seam at the edge": replace(BEHIND, azimuth_mdeg=110_000),
    "steep from above": replace(BEHIND, azimuth_mdeg=20_000, elevation_mdeg=62_000),
    "from far away": replace(BEHIND, azimuth_mdeg=150_000, distance_um=1_300_000),
}
COLUMNS, ROWS = 48, 16


@cache
def of_texture_alone(camera: Camera) -> GBuffer:
    """The G-buffer of a black, unlit cylinder: its picture is the texture itself."""
    buffer = prepare(cylinder(360, RADIUS, HEIGHT), camera, ground=False)
    shown, edges = buffer.shown.copy(), buffer.edge_light.copy()
    shown[..., :3] = 0
    edges[:, :3] = 0
    return replace(
        buffer,
        shown=shown,
        edge_light=edges,
        fallen=np.full_like(buffer.fallen, LIGHT_STEPS),
        bare=np.zeros_like(buffer.bare),
        gloss=np.zeros_like(buffer.gloss),
    )


def traced(camera: Camera, columns: int, rows: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The picture by rays against the ideal cylinder, and which pixels lie wholly on it."""
    eye = eye_of(camera)
    places = (np.arange(SIDE * 8) + 0.5) / 8
    x, y = np.meshgrid((places - SIDE / 2) / eye.focal_px, (SIDE / 2 - places) / eye.focal_px)
    ray = x[..., None] * eye.right + y[..., None] * eye.up + eye.forward
    a = ray[..., 0] ** 2 + ray[..., 2] ** 2
    b = eye.position[0] * ray[..., 0] + eye.position[2] * ray[..., 2]
    root = b * b - a * (eye.position[0] ** 2 + eye.position[2] ** 2 - RADIUS**2)
    light = np.zeros(x.shape)
    hit = np.zeros(x.shape, bool)
    for sign in (1, -1):  # The far side first, the near one over it.
        reach = (-b + sign * np.sqrt(np.maximum(root, 0))) / a
        place = eye.position + ray * reach[..., None]
        on = (root > 0) & (place[..., 1] >= 0) & (place[..., 1] <= HEIGHT)
        u = (np.arctan2(-place[..., 0], -place[..., 2]) / (2 * np.pi)) % 1
        v = 1 - place[..., 1] / HEIGHT
        printed = (np.floor(u * columns) + np.floor(v * rows)) % 2 == 0
        light = np.where(on, np.where(printed, 0.5, 0.0), light)
        hit |= on
    blocks = (SIDE, 8, SIDE, 8)
    share = hit.reshape(blocks).mean(axis=(1, 3))
    pixels = np.zeros((SIDE, SIDE, 4), np.float32)
    pixels[..., :3] = light.reshape(blocks).mean(axis=(1, 3))[..., None]
    pixels[..., 3] = share
    return straight(pixels), share == 1


@pytest.mark.parametrize("name", VIEWS)
def test_a_chequered_wrap_is_like_one_of_64_samples_at_every_angle(name: str) -> None:
    camera = VIEWS[name]
    shown = picture(of_texture_alone(camera), checker(COLUMNS, ROWS), NoLibrary())
    truth, inside = traced(camera, COLUMNS, ROWS)
    ours, theirs = shown[..., 0].astype(float), truth[..., 0].astype(float)
    assert ssim(ours, theirs, inside) >= 0.98


def test_the_seam_shows_nothing() -> None:
    shown = picture(of_texture_alone(BEHIND), checker(COLUMNS, ROWS), NoLibrary())
    truth, inside = traced(BEHIND, COLUMNS, ROWS)
    difference = (shown[..., 0].astype(float) - truth[..., 0]) * inside
    columns = difference.sum(axis=0) / np.maximum(inside.sum(axis=0), 1)
    middle = SIDE // 2
    assert np.abs(columns[middle - 6 : middle + 6]).max() <= 2


def test_a_print_ends_at_the_seam_that_it_ends_at() -> None:
    """An odd number of cells does not meet itself: the seam is an edge there, on its own place."""
    shown = picture(of_texture_alone(BEHIND), checker(47, ROWS), NoLibrary())
    truth, inside = traced(BEHIND, 47, ROWS)
    difference = np.abs(shown[..., 0].astype(float) - truth[..., 0]) * inside
    middle = SIDE // 2
    assert difference[:, middle - 3 : middle + 3].mean() <= 1.5 * difference[inside].mean() + 2
