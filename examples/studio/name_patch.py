"""The name patch: ecru twill with a merrowed edge, sewn on dark denim."""

from __future__ import annotations

from typing import Final

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

WIDTH_PX: Final = 1600
HEIGHT_PX: Final = 1200
PX_PER_MM: Final = 13.6
CENTRE_MM: Final = (0.0, 0.0)
WIDTH_MM: Final = 96.0
HEIGHT_MM: Final = 60.0
CORNER_MM: Final = 15.0
BORDER_MM: Final = 3.4
_THREAD_MM: Final = 0.42  # From thread to thread of the edge.
_LIGHT: Final = (-0.50, -0.62, 0.60)
_TWILL: Final = np.array((0.70, 0.655, 0.56), np.float32)
_DENIM: Final = np.array((0.022, 0.040, 0.092), np.float32)
_WEFT: Final = np.array((0.30, 0.34, 0.38), np.float32)
_DENIM_TONE: Final = 1.15
_YARN_MM: Final = 0.44  # From warp to warp, and from pick to pick.
_PICK_MM: Final = 0.40
_EDGE: Final = np.array((0.030, 0.062, 0.150), np.float32)


def photograph() -> Colour:
    """Return the picture in linear light."""
    scale = 2
    x, y = grid_mm(WIDTH_PX * scale, HEIGHT_PX * scale, PX_PER_MM * scale)
    px = PX_PER_MM * scale
    edge = _edge(x, y)
    ragged = edge + 0.05 * noise(x * 2.4, y * 2.4, 401)
    cover = smoothstep(0.04, -0.04, ragged)
    # The lens is sharp on the patch, which lies higher.
    denim = _denim(x, y, edge)
    picture = np.stack([blur(denim[..., band], 0.11 * px) for band in range(3)], axis=2)
    picture *= 1 - _shadow(cover, px)[..., None]
    inner = smoothstep(-BORDER_MM - 0.04, -BORDER_MM + 0.04, edge)
    picture = mix(picture, mix(_twill(x, y, edge), _border(x, y, edge), inner), cover)
    light = 1.06 - 0.0022 * x - 0.0026 * y
    return halve((picture * light[..., None]).astype(np.float32))


def _edge(x: Plane, y: Plane) -> Plane:
    """Return the signed distance to the edge of a rounded rectangle, negative inside."""
    dx = np.abs(x - CENTRE_MM[0]) - (WIDTH_MM / 2 - CORNER_MM)
    dy = np.abs(y - CENTRE_MM[1]) - (HEIGHT_MM / 2 - CORNER_MM)
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    return (outside + np.minimum(np.maximum(dx, dy), 0) - CORNER_MM).astype(np.float32)


def _weave(x: Plane, y: Plane, pitch_mm: float, slope: float, seed: int) -> Plane:
    """Return the height of twill in 0…1: ridges across, each of short floats one beside the other."""
    wobble = 0.10 * noise(x * 0.7, y * 0.7, seed)
    across = (x + slope * y) / pitch_mm + wobble
    along = (y - slope * x) / (pitch_mm * 0.9) + 0.5 * np.floor(across)
    ridge = 0.5 + 0.5 * np.cos(2 * np.pi * across)
    floats = 0.5 + 0.5 * np.cos(2 * np.pi * along)
    return (0.72 * ridge + 0.28 * ridge * floats).astype(np.float32)


def _twill(x: Plane, y: Plane, edge: Plane) -> Colour:
    weave = _weave(x, y, 0.46, 0.8, 402)
    slub = 0.05 * noise(x * 0.5, y * 5.0, 403) + 0.04 * layered_noise(x * 0.10, y * 0.10, 404, 3)
    # The border draws the cloth in a little: it is darker beside it.
    near = 0.20 * np.exp((edge + BORDER_MM) / 0.9) * (edge < -BORDER_MM)
    tone = (0.80 + 0.22 * weave) * (1 + slub) * (1 - near)
    return (_TWILL * tone[..., None]).astype(np.float32)


def _denim(x: Plane, y: Plane, edge: Plane) -> Colour:
    """Return 3/1 twill: dyed warp that runs down and goes over three threads of a pale weft, under one."""
    bent = 0.16 * noise(x * 0.10, y * 0.05, 411)
    across = x / _YARN_MM + bent + 0.10 * noise(x * 0.6, y * 0.35, 412)
    down = y / _PICK_MM + 0.12 * noise(x * 0.4, y * 0.5, 413)
    yarn = np.floor(across)
    side = across - yarn - 0.5
    place = (down + yarn) % 4.0
    over = np.clip((place - 1) / 3, 0, 1)
    # Yarns are spun unevenly: thicker and paler in places, and dyed on the outside alone.
    slub = noise(yarn * 0.731, y * 0.09, 414) + 0.5 * noise(yarn * 1.37, y * 0.55, 415)
    worn = layered_noise(x * 0.018, y * 0.018, 416, 4)
    hair = noise(x * 5.2, y * 2.1, 417)
    top = np.sin(np.pi * over)
    tube = 0.34 + 0.66 * np.cos(np.pi * side * 0.92)
    pale = np.clip(0.06 + 0.06 * slub + 0.09 * worn + 0.07 * top * tube + 0.02 * hair, 0, 1)
    warp = (_DENIM + (_WEFT - _DENIM) * pale[..., None]) * (
        tube * (0.52 + 0.48 * top) * (1 + 0.16 * slub)
    )[..., None]
    pick = np.cos(np.pi * np.clip(place - 0.5, -0.5, 0.5))
    weft = (
        _WEFT * (pick * (0.52 + 0.08 * hair) * (0.55 + 0.45 * np.cos(2 * np.pi * side)))[..., None]
    )
    shown = smoothstep(0.04, -0.10, np.abs(place - 0.5) - 0.42)
    pucker = 1 + 0.12 * np.exp(-np.abs(edge) / 5) * noise(x * 0.22, y * 0.22, 418)
    return (mix(warp, weft, shown) * (_DENIM_TONE * pucker)[..., None]).astype(np.float32)


def _border(x: Plane, y: Plane, edge: Plane) -> Colour:
    """Return the merrowed edge: a roll of threads that go over it side by side, leaning a little."""
    step = 0.02
    gx = (_edge(x + step, y) - edge) / step
    gy = (_edge(x, y + step) - edge) / step
    across = (edge + BORDER_MM / 2) / (BORDER_MM / 2)
    along = _along(x, y) + 0.16 * across
    place = along / _THREAD_MM + 0.12 * noise(x * 1.3, y * 1.3, 421)
    profile = np.abs(np.sin(np.pi * place))
    roll = np.clip(1 - across * across, 0, 1) ** 0.5
    lean = np.clip(across, -0.98, 0.98)
    facing = lean * (gx * _LIGHT[0] + gy * _LIGHT[1]) + roll * _LIGHT[2]
    strand = 0.86 + 0.14 * noise(np.floor(place) * 0.37, across * 0.6, 422)
    light = (0.35 + 1.05 * np.maximum(facing, 0)) * (0.42 + 0.58 * profile) * strand
    gloss = 0.06 * np.maximum(facing, 0) ** 6 * profile**2
    return (_EDGE * light[..., None] + gloss[..., None]).astype(np.float32)


def _along(x: Plane, y: Plane) -> Plane:
    """Return how far along the edge the nearest place on it lies, mm, from the right end on."""
    half_x, half_y = WIDTH_MM / 2 - CORNER_MM, HEIGHT_MM / 2 - CORNER_MM
    u, v = x - CENTRE_MM[0], y - CENTRE_MM[1]
    dx, dy = np.abs(u) - half_x, np.abs(v) - half_y
    corner = np.arctan2(np.maximum(dy, 0), np.maximum(dx, 1e-6)) * (CORNER_MM - BORDER_MM / 2)
    quarter = np.where((dx > 0) & (dy > 0), half_y + corner, np.where(dx > dy, np.abs(v), 0))
    top = half_y + (CORNER_MM - BORDER_MM / 2) * np.float32(np.pi / 2) + half_x - np.abs(u)
    along = np.where((dy >= dx) & (dx <= 0), top, quarter)
    return (along * np.sign(u) * np.sign(v)).astype(np.float32)


def _shadow(cover: Plane, px: float) -> Plane:
    near = blur(np.roll(cover, (round(0.6 * px), round(0.5 * px)), (0, 1)), 0.5 * px)
    wide = blur(np.roll(cover, (round(1.8 * px), round(1.4 * px)), (0, 1)), 1.9 * px)
    return np.clip(0.45 * near + 0.35 * wide, 0, 0.85).astype(np.float32)
