"""The slate coaster: a round of split slate with a hewn edge, on a pale table."""

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

WIDTH_PX: Final = 1600
HEIGHT_PX: Final = 1200
PX_PER_MM: Final = 10.4
CENTRE_MM: Final = (0.0, -0.8)
DIAMETER_MM: Final = 100.0
# How far in from the edge the stone is broken away, at most.
HEWN_MM: Final = 2.2
_LIGHT: Final = (-0.46, -0.62, 0.64)
_STONE: Final = np.array((0.044, 0.049, 0.056), np.float32)
_RUST: Final = np.array((0.088, 0.070, 0.052), np.float32)


def photograph() -> Colour:
    """Return the picture in linear light."""
    scale = 2
    x, y = grid_mm(WIDTH_PX * scale, HEIGHT_PX * scale, PX_PER_MM * scale)
    px = PX_PER_MM * scale
    sx, sy = x - CENTRE_MM[0], y - CENTRE_MM[1]
    edge = _edge(sx, sy)
    cover = smoothstep(0.05, -0.05, edge)
    picture = _table(x, y)
    picture *= 1 - _shadow(cover, px)[..., None]
    return halve(mix(picture, _stone(sx, sy, edge, px), cover))


def _edge(x: Plane, y: Plane) -> Plane:
    """Return the signed distance to the edge, negative inside; hewn, so not quite round."""
    radius = np.sqrt(x * x + y * y)
    ux, uy = x / np.maximum(radius, 1e-3), y / np.maximum(radius, 1e-3)
    ragged = 0.30 * noise(ux * 13 + 40, uy * 13 + 7, 81) + 0.20 * noise(ux * 34, uy * 34, 82)
    ragged += 0.10 * noise(ux * 90, uy * 90 + 11, 83)
    return (radius - DIAMETER_MM / 2 + 0.45 - ragged).astype(np.float32)


def _table(x: Plane, y: Plane) -> Colour:
    """Return limewashed oak, out of focus."""
    along = layered_noise(x * 0.010, y * 0.16, 91, 4)
    fibre = 0.5 * noise(x * 0.03, y * 1.4, 95) + 0.3 * noise(x * 0.08, y * 3.1, 96)
    glow = 0.72 - 0.0016 * x - 0.0012 * y - 0.00002 * (x * x + y * y)
    board = glow * (1 + 0.10 * along + 0.035 * fibre)
    joint = np.abs((y + 37.0) % 92.0 - 46.0)
    board = board * (1 - 0.42 * smoothstep(0.55, 0.1, joint))
    return tint(board.astype(np.float32), (1.0, 0.945, 0.865))


def _shadow(cover: Plane, px: float) -> Plane:
    near = blur(np.roll(cover, (round(0.9 * px), round(0.7 * px)), (0, 1)), 0.7 * px)
    middle = blur(np.roll(cover, (round(2.6 * px), round(1.9 * px)), (0, 1)), 2.2 * px)
    wide = blur(np.roll(cover, (round(6 * px), round(4 * px)), (0, 1)), 7 * px)
    return np.clip(0.36 * near + 0.30 * middle + 0.24 * wide, 0, 0.9).astype(np.float32)


def _height(x: Plane, y: Plane, edge: Plane) -> Plane:
    """Return the relief in millimetres: layers split off in steps, grain, and flakes off the rim."""
    u, v = 0.92 * x + 0.39 * y, 0.92 * y - 0.39 * x
    slow = layered_noise(u * 0.020 + 3, v * 0.034, 84, 4) * 5.0
    layer = np.floor(slow)
    steps = layer + smoothstep(0.80, 1.0, slow - layer)
    grain = layered_noise(u * 0.30, v * 0.46, 85, 5)
    pits = noise(u * 3.1, v * 3.9, 86) + 0.6 * noise(u * 7.3, v * 8.1, 87)
    rim = layered_noise(x * 0.55, y * 0.55, 88, 4)
    flakes = smoothstep(-HEWN_MM * (0.75 + 0.9 * rim), 0.0, edge)
    return (0.10 * steps + 0.085 * grain + 0.016 * pits - 1.25 * flakes).astype(np.float32)


def _stone(x: Plane, y: Plane, edge: Plane, px: float) -> Colour:
    height = _height(x, y, edge)
    down, across = np.gradient(height, 1 / px)
    length = np.sqrt(across * across + down * down + 1)
    lambert = (-across * _LIGHT[0] - down * _LIGHT[1] + _LIGHT[2]) / length
    light = 0.34 + 1.05 * np.maximum(0, lambert)
    patches = smoothstep(0.16, 0.5, layered_noise(x * 0.028 + 9, y * 0.028, 89, 4))
    colour = _STONE + (_RUST - _STONE) * (0.30 * patches)[..., None]
    mottled = 1 + 0.22 * layered_noise(x * 0.13, y * 0.17, 90, 5)
    fresh = smoothstep(-HEWN_MM, -0.2, edge)  # Broken stone is paler than split stone.
    dust = 0.040 * fresh * (0.6 + 0.4 * noise(x * 5, y * 5, 97))
    lit = (colour * mottled[..., None] + dust[..., None]) * light[..., None]
    # Mica: split faces shine a little towards the window.
    shine = np.maximum(0, lambert) ** 14 * (0.055 + 0.03 * noise(x * 2.3, y * 2.3, 98))
    falloff = (1.05 - 0.0022 * x - 0.0022 * y)[..., None]
    return ((lit + tint(shine.astype(np.float32), (0.95, 0.98, 1.0))) * falloff).astype(np.float32)
