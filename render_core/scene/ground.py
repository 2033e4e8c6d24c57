"""The shadow that a product throws on the ground it stands on; all else of the ground is transparent."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.scene.camera import Camera, Eye
from render_core.scene.light import fallen_light
from render_core.scene.occlusion import Occluder

Floats = NDArray[np.float32]
# The shadow is soft: every third pixel each way is enough, or as many as make a grid of GRID on a large
# picture. Coarser maps do, more directions.
LEAST_STEP_PX: Final = 3
GRID: Final = 256
MAP_CELLS: Final = 96
DETAIL: Final = 2
STRENGTH: Final = 0.62
# Radii of the product at which its shadow has run out.
_INNER, _OUTER = 1.5, 2.6


def shadow(
    by: Occluder,
    ground_m: float,
    camera: Camera,
    eye: Eye,
    hidden: NDArray[np.bool_],
    threads: int = 1,
) -> Floats:
    """Return how much the ground is darkened at each pixel, (h, w), 0 to 1.

    hidden: (h, w), where nothing is seen of the ground; there it may be anything.
    """
    step = max(LEAST_STEP_PX, max(eye.width_px, eye.height_px) // GRID)
    columns, rows = -(-eye.width_px // step) + 1, -(-eye.height_px // step) + 1
    x, y = np.meshgrid(
        np.arange(columns, dtype=np.float64) * step, np.arange(rows, dtype=np.float64) * step
    )
    rays = _rays(x.reshape(-1), y.reshape(-1), eye)
    drop = ground_m - eye.position[1]
    down = rays[:, 1]
    met = (down * drop > 0) & (np.abs(down) > 1e-6)
    reach = drop / np.where(met, down, 1.0)
    place = eye.position + rays * reach[:, None]
    away = place - by.middle
    far = np.sqrt(away[:, 0] * away[:, 0] + away[:, 2] * away[:, 2]) / by.radius
    near = np.flatnonzero(met & (far < _OUTER) & _asked(hidden, rows, columns, step))
    dark = np.zeros(len(rays), np.float32)
    up = np.zeros((len(near), 3), np.float32)
    up[:, 1] = 1
    _, open_ = fallen_light(by, place[near].astype(np.float32), up, camera, DETAIL, threads)
    fade = np.clip((_OUTER - far[near]) / (_OUTER - _INNER), 0, 1)
    dark[near] = (1 - open_) * (fade * fade * STRENGTH).astype(np.float32)
    return _between(dark.reshape(rows, columns), eye, step)


def _asked(hidden: NDArray[np.bool_], rows: int, columns: int, step: int) -> NDArray[np.bool_]:
    """Return which corners of the grid lie about a pixel that is seen, one after another."""
    height, width = hidden.shape
    cells = np.zeros(((rows + 1) * step, (columns + 1) * step), np.bool_)
    cells[step : step + height, step : step + width] = ~hidden
    blocks = cells.reshape(rows + 1, step, columns + 1, step)
    seen: NDArray[np.bool_] = np.logical_or.reduce(blocks, axis=(1, 3))
    about: NDArray[np.bool_] = seen[1:, 1:] | seen[:-1, 1:] | seen[1:, :-1] | seen[:-1, :-1]
    return about.reshape(-1)


def _rays(x: NDArray[np.float64], y: NDArray[np.float64], eye: Eye) -> NDArray[np.float64]:
    across = (x - eye.width_px / 2) / eye.focal_px
    up = (eye.height_px / 2 - y) / eye.focal_px
    rays: NDArray[np.float64] = across[:, None] * eye.right + up[:, None] * eye.up + eye.forward
    return rays


def _between(coarse: Floats, eye: Eye, step: int) -> Floats:
    """Return values at the middles of pixels, mixed from the corners of a grid of so many."""
    place_x = (np.arange(eye.width_px, dtype=np.float32) + np.float32(0.5)) / np.float32(step)
    place_y = (np.arange(eye.height_px, dtype=np.float32) + np.float32(0.5)) / np.float32(step)
    column, row = place_x.astype(np.int32), place_y.astype(np.int32)
    u, v = place_x - column, (place_y - row)[:, None]
    one = np.float32(1)
    across = coarse[:, column] * (one - u) + coarse[:, column + 1] * u
    mixed: Floats = across[row] * (one - v) + across[row + 1] * v
    return mixed
