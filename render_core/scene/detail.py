"""How many texels a surface needs before a camera: the same from every side of the product.

So the pictures of a turn share one texture, and none is blurred where it comes round to the front.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.mesh.model import Mesh
from render_core.scene.camera import Camera, eye_of
from render_core.scene.mipmap import MAX_SIDE, MAX_TEXELS, MIN_SIDE, SIDE_STEP, Mipmap
from render_core.scene.taps import DENSITY

_AZIMUTHS: Final = range(0, 360_000, 30_000)
# Of a detailed mesh every so many triangles are asked, so that some of these are.
_ASKED: Final = 20_000
# So few are made twice as fine each way: on a small product more samples stand alone, half as wide.
_FEW_TEXELS: Final = 65_536
# Of what is seen, so much has smaller footprints than the texture is made for, in 1/1000.
_SMALLEST_PERMILLE: Final = 20


def mipmap_for(mesh: Mesh, surface: str, closes: tuple[bool, bool], camera: Camera) -> Mipmap:
    """Return the scales of a surface's texture. closes: whether its u and v close around."""
    found = [np.concatenate(parts) for parts in zip(*_seen(mesh, surface, camera), strict=True)]
    if not found:
        return Mipmap(MIN_SIDE, MIN_SIDE, closes)
    across, down, area = found
    width, height = _side(across, area), _side(down, area)
    if width * height <= _FEW_TEXELS:
        width, height = min(2 * width, MAX_SIDE), min(2 * height, MAX_SIDE)
    while width * height > MAX_TEXELS:
        wide = width >= height
        width, height = (_half(width), height) if wide else (width, _half(height))
    return Mipmap(width, height, closes)


def _seen(mesh: Mesh, surface: str, camera: Camera) -> Iterator[tuple[NDArray[np.float64], ...]]:
    """Yield footprints of triangles in u and v, in parts of the surface, and their areas in pixels."""
    for part in mesh.parts:
        material = mesh.materials[part.material]
        if material.surface != surface:
            continue
        triangles = mesh.triangles_of(part)[:: max(part.count // _ASKED, 1)]
        u0, v0, u1, v1 = material.uv_window
        window = np.array([u1 - u0, v1 - v0], np.float64)
        uvs = mesh.uvs.astype(np.float64)[triangles] / window
        for azimuth in _AZIMUTHS:
            yield _from(mesh, triangles, uvs, replace(camera, azimuth_mdeg=azimuth))


def _from(
    mesh: Mesh, triangles: NDArray[np.int32], uvs: NDArray[np.float64], camera: Camera
) -> tuple[NDArray[np.float64], ...]:
    eye = eye_of(camera)
    corners = eye.see(mesh.positions)[triangles]
    depth = np.maximum(corners[..., 2:], eye.near_m)
    flat = corners[..., :2] / depth * eye.focal_px
    one, two = flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]
    turn = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    seen = (np.abs(turn) > 1e-9) & (corners[..., 2] > eye.near_m).all(axis=1)
    one, two, turn = one[seen], two[seen], turn[seen]
    step_one, step_two = (uvs[seen, 1] - uvs[seen, 0]), (uvs[seen, 2] - uvs[seen, 0])
    right = (step_one * two[:, 1:] - step_two * one[:, 1:]) / turn[:, None]
    up = (step_two * one[:, :1] - step_one * two[:, :1]) / turn[:, None]
    footprint = np.sqrt(right * right + up * up)
    return footprint[:, 0], footprint[:, 1], np.abs(turn) / 2


def _side(footprint: NDArray[np.float64], area: NDArray[np.float64]) -> int:
    """Return a side for the smaller of the footprints, a multiple of what levels divide."""
    order = np.argsort(footprint, kind="stable")
    sums = np.cumsum(area[order])
    if not len(sums):
        return MIN_SIDE
    at = int(np.searchsorted(sums, sums[-1] * (_SMALLEST_PERMILLE / 1000)))
    small = float(footprint[order[min(at, len(order) - 1)]])
    wanted = DENSITY / max(small, DENSITY / MAX_SIDE)
    return min(max(-(-int(wanted) // SIDE_STEP) * SIDE_STEP, MIN_SIDE), MAX_SIDE)


def _half(side: int) -> int:
    return max(side // 2 // SIDE_STEP * SIDE_STEP, MIN_SIDE)
