"""The cushion: natural linen, leaning on a plastered wall on a wooden bench, its corners drawn in.

The cloth lies on the picture by the same Bézier patch that the product's placement states; its
height, folds and weave are made on the cloth, so photo, shading and folds agree.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np

from examples.studio.canvas import (
    Colour,
    Plane,
    blur,
    grid_mm,
    halve,
    layered_noise,
    mix,
    noise,
    smoothstep,
)
from render_core.mockup.maps import Patches, Point
from render_core.mockup.warped import Warped

WIDTH_PX: Final = 1600
HEIGHT_PX: Final = 1200
SIDE_UM: Final = 400_000
# Corners stand out and sides curve in: the control points of the patch, in pixels, row by row.
NET: Final[tuple[tuple[Point, ...], ...]] = (
    ((372.0, 172.0), (648.0, 226.0), (958.0, 222.0), (1232.0, 160.0)),
    ((424.0, 440.0), (662.0, 424.0), (944.0, 420.0), (1182.0, 430.0)),
    ((416.0, 736.0), (654.0, 764.0), (952.0, 762.0), (1192.0, 730.0)),
    ((352.0, 1036.0), (650.0, 976.0), (962.0, 972.0), (1254.0, 1030.0)),
)
FOLD_STRENGTH_PX: Final = 7.0
_SCALE: Final = 2
_BENCH_Y: Final = 905.0
_LINEN: Final = np.array((0.80, 0.765, 0.70), np.float32)
_WALL: Final = np.array((0.43, 0.46, 0.43), np.float32)
_WOOD: Final = np.array((0.33, 0.185, 0.095), np.float32)


class _Cloth(NamedTuple):
    """cover: of the cushion. u, v: places on it, 0 to 1. height: in pixels. folds: −1 to 1."""

    cover: Plane
    u: Plane
    v: Plane
    height: Plane
    folds: Plane


def photograph() -> Colour:
    """Return the picture in linear light."""
    cloth = _cloth()
    x, y = grid_mm(WIDTH_PX * _SCALE, HEIGHT_PX * _SCALE, 2.0 * _SCALE)
    picture = _room(x, y)
    picture = picture * (1 - _shadow(cloth.cover))[..., None]
    linen = _LINEN * (_light(cloth) * _weave(cloth))[..., None]
    return halve(mix(picture, linen.astype(np.float32), cloth.cover))


def shading() -> Plane:
    """Return how much light falls on the cloth, its weave included, 0 to 1."""
    cloth = _cloth()
    lit = np.clip(_light(cloth) * (1 + 0.8 * (_weave(cloth) - 1)), 0, 1)
    inside = np.where(cloth.cover > 0, lit, 0.7).astype(np.float32)
    return _halved(inside)


def displacement() -> Plane:
    """Return the folds, 0 to 1, a half where the cloth lies flat."""
    return _halved(np.clip(0.5 + 0.5 * blur(_cloth().folds, 5 * _SCALE), 0, 1).astype(np.float32))


@cache
def _cloth() -> _Cloth:
    width, height = WIDTH_PX * _SCALE, HEIGHT_PX * _SCALE
    zoom = (float(_SCALE), float(_SCALE))
    warped = Warped(width, height, Patches(1, 1, NET), (SIDE_UM, SIDE_UM), zoom)
    x_um, y_um = warped.places(0, 0, width, height)
    u, v = x_um / np.float32(SIDE_UM), y_um / np.float32(SIDE_UM)
    away = np.minimum(np.minimum(u, 1 - u), np.minimum(v, 1 - v))
    cover = smoothstep(-0.0012, 0.0012, np.where((x_um == 0) & (y_um == 0), -1, away))
    a, b = 2 * np.clip(u, 0, 1) - 1, 2 * np.clip(v, 0, 1) - 1
    plump = np.sqrt(np.maximum((1 - a**4) * (1 - b**4), 0)) * (1 - 0.25 * a * a * b * b)
    folds = _folds(a, b)
    relief = 84.0 * plump + 3.6 * folds
    return _Cloth(cover, u, v, relief.astype(np.float32) * _SCALE, folds)


def _folds(a: Plane, b: Plane) -> Plane:
    """Return folds that run from the corners inwards, and soft dents over the middle."""
    total = 0.55 * layered_noise(a * 1.3 + 5, b * 1.3 + 9, 51, 2)
    for number, (corner_x, corner_y) in enumerate(((-1, -1), (1, -1), (-1, 1), (1, 1))):
        dx, dy = (a - corner_x) * -corner_x, (b - corner_y) * -corner_y
        far = np.sqrt(dx * dx + dy * dy) + 1e-3
        angle = np.clip(dy / far, 0, 1)
        wave = noise(angle * 7.5 + 3 * number, far * 1.1, 61 + number)
        total = total + 1.35 * wave * smoothstep(0.05, 0.30, far) * (
            1 - smoothstep(0.35, 1.05, far)
        )
    return np.clip(total, -1, 1).astype(np.float32)


def _light(cloth: _Cloth) -> Plane:
    """Return the light on the cloth: a large window at the upper left, and the room."""
    height = blur(cloth.height, 1.5 * _SCALE)
    slope_y, slope_x = (np.gradient(height, axis=axis).astype(np.float32) for axis in (0, 1))
    length = np.sqrt(slope_x * slope_x + slope_y * slope_y + 1)
    key = np.maximum((0.50 * slope_x + 0.52 * slope_y + 0.69) / length, 0)
    sky = (0.55 - 0.45 * np.clip(-slope_y / length, -1, 1)) * 0.24
    rim = np.minimum(np.minimum(cloth.u, 1 - cloth.u), np.minimum(cloth.v, 1 - cloth.v))
    closed = 0.80 + 0.20 * smoothstep(0, 0.05, rim)
    seam = 1 - 0.28 * (1 - smoothstep(0.0, 0.004, np.abs(rim - 0.011)))
    fall = 1.03 - 0.08 * cloth.u - 0.10 * cloth.v
    return ((0.98 * key + sky) * closed * seam * fall).astype(np.float32)


def _weave(cloth: _Cloth) -> Plane:
    """Return the threads of the linen: uneven, each a little darker or lighter than the next."""
    across, down = cloth.u * 400, cloth.v * 400
    warp = noise(across * 2.1, down * 0.16, 81) + 0.6 * noise(across * 1.0, down * 0.07, 82)
    weft = noise(across * 0.16, down * 2.1, 83) + 0.6 * noise(across * 0.07, down * 1.0, 84)
    return (1 + 0.045 * (warp + weft)).astype(np.float32)


def _room(x: Plane, y: Plane) -> Colour:
    """Return a green-grey wall and an oiled bench before it. x, y: half pixels from the middle."""
    grain = (
        layered_noise(x / 9, y / 9, 91, 4) * 0.035 + layered_noise(x / 150, y / 150, 92, 2) * 0.05
    )
    lit = 1.02 - 0.00075 * x - 0.0006 * y
    wall = _WALL * ((1 + grain) * lit)[..., None]
    edge = (_BENCH_Y - HEIGHT_PX / 2) / 2
    depth = np.maximum(y - edge, 0)
    along = x / (1 + depth / 190)
    plank = layered_noise(along / 46 + 3, np.sqrt(depth + 4) * 2.4, 93, 4)
    fine = layered_noise(along / 9, np.sqrt(depth + 4) * 9, 94, 2)
    gap = 1 - 0.55 * (1 - smoothstep(0, 0.9, np.abs(depth - 62)))
    wood = _WOOD * ((1.08 + 0.42 * plank + 0.12 * fine) * gap * (1.0 - 0.0009 * x))[..., None]
    below = smoothstep(-0.4, 0.4, y - edge)
    shade = 1 - 0.45 * (1 - smoothstep(0, 9, np.abs(y - edge)))
    return (mix(wall.astype(np.float32), wood.astype(np.float32), below) * shade[..., None]).astype(
        np.float32
    )


def _shadow(cover: Plane) -> Plane:
    """Return the cushion's shadow: to the right on the wall, close beneath it on the bench."""
    far = blur(np.roll(cover, (26 * _SCALE, 44 * _SCALE), (0, 1)), 26 * _SCALE)
    near = blur(np.roll(cover, (12 * _SCALE, 8 * _SCALE), (0, 1)), 8 * _SCALE)
    return np.clip(0.40 * far + 0.34 * near, 0, 0.85).astype(np.float32)


def _halved(plane: Plane) -> Plane:
    return plane.reshape(HEIGHT_PX, _SCALE, WIDTH_PX, _SCALE).mean(axis=(1, 3), dtype=np.float32)
