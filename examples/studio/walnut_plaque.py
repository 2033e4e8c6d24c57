"""The walnut plaque: a chamfered board of oiled walnut with four brass pins."""

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
    tint,
)
from examples.studio.metal import ball, mirrored, studio

WIDTH_PX: Final = 1600
HEIGHT_PX: Final = 1200
PX_PER_MM: Final = 6.5
CENTRE_MM: Final = (0.0, -3.0)
WIDTH_MM: Final = 200.0
HEIGHT_MM: Final = 130.0
CHAMFER_MM: Final = 6.0
CORNER_MM: Final = 1.2
PIN_INSET_MM: Final = 13.5
PIN_RADIUS_MM: Final = 2.7
BRASS: Final = (0.98, 0.72, 0.34)
_LIGHT: Final = (-0.42, -0.58, 0.70)
_EARLY: Final = np.array((0.245, 0.122, 0.059), np.float32)
_LATE: Final = np.array((0.070, 0.031, 0.016), np.float32)
_GREY: Final = np.array((0.120, 0.068, 0.047), np.float32)


def photograph() -> Colour:
    """Return the picture in linear light."""
    scale = 2
    x, y = grid_mm(WIDTH_PX * scale, HEIGHT_PX * scale, PX_PER_MM * scale)
    px = PX_PER_MM * scale
    bx, by = x - CENTRE_MM[0], y - CENTRE_MM[1]
    edge = _edge(bx, by)
    cover = smoothstep(0.06, -0.06, edge)
    picture = _wall(x, y)
    picture *= 1 - _shadow(cover, px)[..., None]
    board = _board(bx, by, edge)
    board = _pins(board, bx, by, px)
    return halve(mix(picture, board, cover))


def _edge(x: Plane, y: Plane) -> Plane:
    """Return the signed distance to the board's edge, negative inside."""
    qx = np.abs(x) - WIDTH_MM / 2 + CORNER_MM
    qy = np.abs(y) - HEIGHT_MM / 2 + CORNER_MM
    outside = np.sqrt(np.maximum(qx, 0) ** 2 + np.maximum(qy, 0) ** 2)
    return (outside + np.minimum(np.maximum(qx, qy), 0) - CORNER_MM).astype(np.float32)


def _wall(x: Plane, y: Plane) -> Colour:
    glow = 0.80 - 0.0011 * x - 0.0008 * y - 0.0000075 * (x * x + y * y)
    plaster = 0.010 * layered_noise(x * 0.09, y * 0.09, 51, 6)
    plaster += 0.006 * (noise(x * 1.1, y * 1.1, 58) - noise(x * 1.1 + 0.25, y * 1.1 + 0.25, 58))
    return tint((glow + plaster).astype(np.float32), (0.985, 0.972, 0.948))


def _shadow(cover: Plane, px: float) -> Plane:
    near = blur(np.roll(cover, (round(1.6 * px), round(1.1 * px)), (0, 1)), 1.4 * px)
    middle = blur(np.roll(cover, (round(5 * px), round(3.4 * px)), (0, 1)), 4.5 * px)
    wide = blur(np.roll(cover, (round(10 * px), round(6 * px)), (0, 1)), 12 * px)
    return np.clip(0.34 * near + 0.30 * middle + 0.22 * wide, 0, 0.9).astype(np.float32)


def _wood(x: Plane, y: Plane) -> tuple[Colour, Plane]:
    """Return the colour of flat-sawn walnut, grain along x, and how dense it is (0…1).

    The saw meets the growth rings of a slightly tapered trunk: arches in the middle, lines beside.
    """
    warp = 5.5 * layered_noise(x * 0.011, y * 0.028, 61, 4)
    warp += 0.9 * noise(x * 0.05, y * 0.22, 66)
    from_pith = np.sqrt((y + 11 + warp) ** 2 + 26.0**2) + 0.085 * (x + 40) + 0.35 * warp
    growth = from_pith / (4.6 + 1.1 * noise(from_pith * 0.08, y * 0, 67))
    phase = growth - np.floor(growth)
    late = smoothstep(0.25, 0.93, phase) * smoothstep(1.0, 0.955, phase)
    strength = 0.55 + 0.45 * noise(np.floor(growth) * 0.73 + 0.5, y * 0 + 3.5, 68)
    fibre = 0.6 * noise(x * 0.06, y * 2.6, 71) + 0.5 * noise(x * 0.16, y * 6.5, 72)
    dense = np.clip(0.30 + 0.55 * late * strength + 0.13 * fibre, 0, 1).astype(np.float32)
    streak = smoothstep(0.0, 0.75, layered_noise(x * 0.008 + 5, y * 0.05, 73, 3))
    base = _EARLY + (_LATE - _EARLY) * dense[..., None]
    base = base + (_GREY - base) * (0.42 * streak)[..., None]
    ray = 1 + 0.085 * layered_noise(x * 0.045 + 0.4 * y * 0.045, y * 0.03, 74, 3)
    pores = smoothstep(0.50, 0.80, noise(x * 0.24 + 0.02 * warp, y * 7.3, 75))
    pores = np.maximum(pores, smoothstep(0.62, 0.86, noise(x * 0.42, y * 11.0, 76)))
    pores *= 0.28 + 0.5 * (1 - late)
    return base * (ray * (1 - 0.55 * pores))[..., None], dense


def _board(x: Plane, y: Plane, edge: Plane) -> Colour:
    sloped = smoothstep(-CHAMFER_MM - 0.12, -CHAMFER_MM + 0.12, edge)
    right_left = (np.abs(x) - WIDTH_MM / 2) > (np.abs(y) - HEIGHT_MM / 2)
    out_x = np.where(right_left, np.sign(x), 0).astype(np.float32)
    out_y = np.where(right_left, 0, np.sign(y)).astype(np.float32)
    # The saw goes down through the rings on the slope: the figure shears, and stands on end grain.
    depth = np.maximum(0, edge + CHAMFER_MM) * sloped
    end_grain = sloped * right_left
    colour, dense = _wood(x + 9 * depth * out_x, y + 0.45 * depth * out_y)
    colour = colour * (1 - 0.22 * end_grain)[..., None]
    tilt = 0.9 * sloped
    nx, ny = tilt * out_x, tilt * out_y
    nx = nx + 0.015 * (dense - 0.5)
    length = np.sqrt(nx * nx + ny * ny + 1)
    nx, ny, nz = nx / length, ny / length, 1 / length
    lambert = np.maximum(0, nx * _LIGHT[0] + ny * _LIGHT[1] + nz * _LIGHT[2])
    falloff = 1.06 - 0.0016 * x - 0.0016 * y
    lit = colour * ((0.34 + 0.30 * nz + 1.05 * lambert) * falloff)[..., None]
    gloss = studio(*mirrored(nx + x / 420, ny + y / 420, nz)) * (0.016 - 0.006 * dense)
    crease = smoothstep(0.28, 0.0, np.abs(edge + CHAMFER_MM)) * (0.10 + 0.25 * lambert)
    worn = smoothstep(-0.55, -0.1, edge)
    lit = lit * (1 + 0.55 * crease)[..., None] * (1 - 0.35 * worn)[..., None]
    return (lit + tint((gloss + 0.02 * crease).astype(np.float32), (1.0, 0.97, 0.92))).astype(
        np.float32
    )


def _pins(board: Colour, x: Plane, y: Plane, px: float) -> Colour:
    """Set a domed brass pin in each corner."""
    cover, light = np.zeros_like(x), np.zeros_like(x)
    for side_x in (-1, 1):
        for side_y in (-1, 1):
            cx = side_x * (WIDTH_MM / 2 - PIN_INSET_MM)
            cy = side_y * (HEIGHT_MM / 2 - PIN_INSET_MM)
            over, lit = ball(x, y, cx, cy, PIN_RADIUS_MM)
            cover = np.maximum(cover, over)
            light = np.where(over > 0, lit, light).astype(np.float32)
    near = blur(np.roll(cover, (round(0.9 * px), round(0.6 * px)), (0, 1)), 0.8 * px)
    board = board * (1 - 0.7 * near * (1 - cover))[..., None]
    return mix(board, tint(light * 0.9, BRASS), cover)
