"""A plain scene beside one that is traced ray by ray under the same studio: how near the lights come.

The reference knows nothing of the renderer but the studio's radiance: shapes are formulas, visibility
is a ray, diffuse light an integral over the hemisphere, gloss the microfacet model of glTF (GGX with
Smith's visibility, Walter et al. 2007), each with as many rays as leave no noise.
"""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray

from render_core.files import FileLibrary
from render_core.layout import Layout
from render_core.mesh.model import Material, Mesh, Part, checked
from render_core.scene.camera import Camera, eye_of
from render_core.scene.picture import picture
from render_core.scene.prepare import prepare
from render_core.scene.studio import EXPOSURE, radiance
from render_core.scene.tone import colour, straight
from tests.render_core.export.on_models import ssim

Array = NDArray[np.float64]
SIDE_PX = 160
BALL, RADIUS = np.array((-0.03, 0.03, 0.0)), 0.03
LOW, HIGH = np.array((0.02, 0.0, -0.025)), np.array((0.07, 0.05, 0.025))
PLATE_LOW, PLATE_HIGH = np.array((-0.09, -0.01, -0.06)), np.array((0.1, 0.0, 0.06))
CAMERA = Camera(25_000, 22_000, 560_000, (5_000, 18_000, 0), 20_000, SIDE_PX, SIDE_PX)
RGB = ((226, 96, 72), (90, 140, 190), (200, 198, 190))
ROUGH = 0.5
_RAYS = 24  # squared


def shapes() -> Mesh:
    """Return the ball, the box and the plate that they stand on."""
    ball = trimesh.creation.icosphere(subdivisions=5, radius=RADIUS)
    solids = [
        (
            np.asarray(ball.vertices) + BALL,
            np.asarray(ball.faces),
            np.asarray(ball.vertices) / RADIUS,
        )
    ]
    for low, high in ((LOW, HIGH), (PLATE_LOW, PLATE_HIGH)):
        box = trimesh.creation.box(bounds=(low, high))
        apart = np.asarray(box.vertices)[np.asarray(box.faces).reshape(-1)]
        normals = np.repeat(np.asarray(box.face_normals), 3, axis=0)
        solids.append((apart, np.arange(len(apart)).reshape(-1, 3), normals))
    firsts = np.cumsum([0, *(len(solid[0]) for solid in solids)])
    counts = np.cumsum([0, *(len(solid[1]) for solid in solids)])
    positions = np.concatenate([solid[0] for solid in solids]).astype(np.float32)
    return checked(
        Mesh(
            positions,
            np.concatenate([solid[2] for solid in solids]).astype(np.float32),
            np.zeros((len(positions), 2), np.float32),
            np.concatenate(
                [solid[1] + first for solid, first in zip(solids, firsts, strict=False)]
            ).astype(np.int32),
            tuple(Part(k, int(counts[k]), len(solid[1])) for k, solid in enumerate(solids)),
            tuple(Material(f"m{k}", "", (*rgb, 255), 0, int(ROUGH * 1000), 0)
                  for k, rgb in enumerate(RGB)),
        )
    )  # fmt: skip


def hit(origin: Array, ray: Array) -> tuple[Array, NDArray[np.int64]]:
    """Return how far each ray goes and what it meets: 0 to 2, or 3 for nothing."""
    away = origin - BALL
    b = (away * ray).sum(axis=1)
    root = b * b - (away * away).sum(axis=1) + RADIUS * RADIUS
    near = -b - np.sqrt(np.maximum(root, 0))
    found = [np.where((root > 0) & (near > 1e-6), near, np.inf)]
    with np.errstate(divide="ignore", invalid="ignore"):
        for low, high in ((LOW, HIGH), (PLATE_LOW, PLATE_HIGH)):
            one, other = (low - origin) / ray, (high - origin) / ray
            enter = np.nanmax(np.minimum(one, other), axis=1)
            leave = np.nanmin(np.maximum(one, other), axis=1)
            found.append(np.where((enter < leave) & (enter > 1e-6), enter, np.inf))
    way = np.stack((*found, np.full(len(ray), 1e9)))
    return way.min(axis=0), way.argmin(axis=0)


def normals_at(place: Array, what: NDArray[np.int64]) -> Array:
    normal = (place - BALL) / RADIUS
    for number, low, high in ((1, LOW, HIGH), (2, PLATE_LOW, PLATE_HIGH)):
        middle, half = (low + high) / 2, (high - low) / 2
        inside = (place - middle) / half
        axis = np.abs(inside).argmax(axis=1)
        flat = np.eye(3)[axis] * np.sign(np.take_along_axis(inside, axis[:, None], axis=1))
        normal = np.where((what == number)[:, None], flat, normal)
    return normal


def traced() -> tuple[Array, Array]:
    """Return linear light (h·w, 3) and coverage (h·w,) with 4 rays of sight a pixel."""
    eye = eye_of(CAMERA)
    light, cover = np.zeros((SIDE_PX**2, 3)), np.zeros(SIDE_PX**2)
    for dx, dy in ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)):
        row, column = np.divmod(np.arange(SIDE_PX**2), SIDE_PX)
        x = (column + dx - SIDE_PX / 2) / eye.focal_px
        y = (SIDE_PX / 2 - row - dy) / eye.focal_px
        ray = x[:, None] * eye.right + y[:, None] * eye.up + eye.forward
        ray /= np.sqrt((ray * ray).sum(axis=1))[:, None]
        way, what = hit(np.broadcast_to(eye.position, ray.shape), ray)
        seen = np.flatnonzero(what < 3)
        place = eye.position + ray[seen] * way[seen, None]
        light[seen] += shaded(place, normals_at(place, what[seen]), -ray[seen], what[seen]) / 4
        cover[seen] += 0.25
    return light, cover


def shaded(place: Array, normal: Array, view: Array, what: NDArray[np.int64]) -> Array:
    albedo = np.array([colour(rgb) for rgb in RGB])[what]
    side = np.where(np.abs(normal[:, 1:2]) < 0.9, (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    tangent = np.cross(side, normal)
    tangent /= np.sqrt((tangent * tangent).sum(axis=1))[:, None]
    other = np.cross(normal, tangent)
    total = np.zeros_like(place)
    start = place + normal * 1e-5
    alpha = ROUGH * ROUGH
    for k in range(_RAYS * _RAYS):
        u, v = (k // _RAYS + 0.5) / _RAYS, (k % _RAYS + 0.5) / _RAYS
        turn = 2 * np.pi * (v + 0.5 * (k // _RAYS % 2) / _RAYS)
        radius = np.sqrt(u)
        local = (radius * np.cos(turn), radius * np.sin(turn), np.sqrt(1 - u))
        ray = tangent * local[0] + other * local[1] + normal * local[2]
        total += albedo * EXPOSURE * _arriving(start, ray) / _RAYS**2
        cosine = np.sqrt((1 - u) / (1 + (alpha * alpha - 1) * u))
        sine = np.sqrt(1 - cosine * cosine)
        half = tangent * (sine * np.cos(turn)) + other * (sine * np.sin(turn)) + normal * cosine
        facing = (view * half).sum(axis=1)
        ray = 2 * facing[:, None] * half - view
        out, into = (ray * normal).sum(axis=1), (view * normal).sum(axis=1)
        fresnel = 0.04 + 0.96 * (1 - np.clip(facing, 0, 1)) ** 5
        k_out = np.sqrt(alpha**2 + (1 - alpha**2) * np.maximum(out, 1e-4) ** 2)
        k_in = np.sqrt(alpha**2 + (1 - alpha**2) * into**2)
        smith = 2 * np.maximum(out, 0) / (into * k_out + np.maximum(out, 1e-4) * k_in)
        weight = np.where(
            out > 0, fresnel * smith * into * facing / np.maximum(cosine * into, 1e-4), 0
        )
        total += weight[:, None] * _arriving(start, ray) / _RAYS**2
    return total


def _arriving(start: Array, ray: Array) -> Array:
    _, what = hit(start, ray)
    return np.where((what == 3)[:, None], radiance(ray, 0.0, CAMERA.azimuth_mdeg), 0.0)


@pytest.mark.slow
def test_a_plain_scene_is_lit_as_one_traced_ray_by_ray() -> None:
    buffer = prepare(shapes(), CAMERA, samples=16, ground=False)
    made = picture(buffer, Layout((), "15.0"), FileLibrary()).astype(np.float64)
    light, cover = traced()
    wanted = straight(
        np.concatenate((light, cover[:, None]), axis=1).astype(np.float32)
    ).reshape(SIDE_PX, SIDE_PX, 4).astype(np.float64)  # fmt: skip
    first, second = (
        image[..., :3] * image[..., 3:] / 255 + 230 * (1 - image[..., 3:] / 255)
        for image in (made, wanted)
    )
    error = ((first - second) ** 2).mean()
    assert 10 * np.log10(255**2 / error) > 26
    assert ssim(first.astype(np.uint8), second.astype(np.uint8)) > 0.90
