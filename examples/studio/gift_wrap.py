"""The gift wrap: a sheet of white paper on painted boards, a spool's ribbon over one of its corners."""

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
PX_PER_MM: Final = 2.5
CENTRE_MM: Final = (-24.0, -24.0)
WIDTH_MM: Final = 500.0
HEIGHT_MM: Final = 350.0
# The sheet lies a little askew: down by this much for each millimetre to the right.
SLOPE: Final = -0.035
SPOOL_MM: Final = (257.0, 184.0)
SPOOL_RADIUS_MM: Final = 40.0
RIBBON_MM: Final = 15.0
RIBBON_LIFT_MM: Final = 1.5
_GLOW: Final = 0.86  # of white paper in the middle of the sheet
_BOARDS: Final = np.array((0.050, 0.092, 0.088), np.float32)
_RIBBON: Final = np.array((0.52, 0.052, 0.036), np.float32)
_CARD: Final = np.array((0.40, 0.29, 0.18), np.float32)


def photograph() -> Colour:
    """Return the picture in linear light."""
    scale = 2
    x, y = grid_mm(WIDTH_PX * scale, HEIGHT_PX * scale, PX_PER_MM * scale)
    px = PX_PER_MM * scale
    u, v = on_sheet(x, y)
    picture = _boards(x, y)
    sheet = _sheet_cover(u, v)
    picture *= 1 - _sheet_shadow(sheet, u, v, px)[..., None]
    picture = mix(picture, tint(_paper(u, v), (0.99, 0.985, 0.965)), sheet)
    ribbon, satin = _loose_ribbon(x, y)
    picture *= 1 - _shadow(ribbon, px, lift_mm=RIBBON_LIFT_MM)[..., None]
    picture = mix(picture, satin, ribbon)
    spool, wound = _spool(x - SPOOL_MM[0], y - SPOOL_MM[1])
    picture *= 1 - _shadow(spool, px, lift_mm=6.0)[..., None]
    return halve(mix(picture, wound, spool))


def mask() -> Plane:
    """Return where the sheet is seen, 0 where the ribbon lies over it."""
    ribbon, _ = _loose_ribbon(*grid_mm(WIDTH_PX * 2, HEIGHT_PX * 2, PX_PER_MM * 2))
    return _halved(np.minimum(2 - 2 * ribbon, 1))  # a little beneath it, or paper shines through


def shading() -> Plane:
    """Return how much light falls on the sheet, 0 to 1: its waves and folds, and the ribbon's shadow."""
    px = PX_PER_MM * 2
    x, y = grid_mm(WIDTH_PX * 2, HEIGHT_PX * 2, px)
    ribbon, _ = _loose_ribbon(x, y)
    light = _paper(*on_sheet(x, y)) / np.float32(_GLOW + 0.04)
    return _halved(np.clip(light * (1 - _shadow(ribbon, px, lift_mm=RIBBON_LIFT_MM)), 0, 1))


def _halved(plane: Plane) -> Plane:
    return halve(np.repeat(plane[..., None], 3, axis=2).astype(np.float32))[..., 0]


def on_sheet(x: Plane, y: Plane) -> tuple[Plane, Plane]:
    """Return millimetres on the sheet from its middle, for places on the picture."""
    length = np.float32((1 + SLOPE * SLOPE) ** 0.5)
    dx, dy = x - CENTRE_MM[0], y - CENTRE_MM[1]
    return (dx + SLOPE * dy) / length, (dy - SLOPE * dx) / length


def _sheet_cover(u: Plane, v: Plane) -> Plane:
    edge = np.maximum(np.abs(u) - WIDTH_MM / 2, np.abs(v) - HEIGHT_MM / 2)
    return smoothstep(0.15, -0.15, edge)


def _sheet_shadow(sheet: Plane, u: Plane, v: Plane, px: float) -> Plane:
    """Return the shadow below the sheet: corners and some of the edges curl away from the table."""
    corner = np.abs(u) / (WIDTH_MM / 2) * (np.abs(v) / (HEIGHT_MM / 2))
    lifted = smoothstep(0.55, 1.05, corner) + 0.25 * (1 + noise(u * 0.012, v * 0.012, 301))
    near = blur(np.roll(sheet, (round(0.9 * px), round(0.6 * px)), (0, 1)), 0.8 * px)
    far = blur(np.roll(sheet, (round(6 * px), round(4 * px)), (0, 1)), 5.0 * px)
    return np.clip(0.42 * near + 0.55 * far * lifted, 0, 0.9).astype(np.float32)


def _paper(u: Plane, v: Plane) -> Plane:
    """Return the light of uncoated paper that was folded twice: faint waves across, curling corners."""
    waves = 0.016 * noise(u * 0.011 + 3, v * 0.0016, 302) + 0.006 * noise(u * 0.035, v * 0.004, 303)
    corner = smoothstep(0.62, 1.0, np.abs(u) / (WIDTH_MM / 2) * (np.abs(v) / (HEIGHT_MM / 2)))
    curl = corner * np.where(u + v < 0, 0.035, -0.07)
    fibre = 0.006 * layered_noise(u * 0.9, v * 0.9, 304, 3)
    folds = np.zeros_like(u)
    for place in (-WIDTH_MM / 6, WIDTH_MM / 6):
        from_fold = u - place
        folds += 0.030 * np.sign(from_fold) * np.exp(-np.abs(from_fold) / 1.6)
        folds += 0.010 * np.sign(from_fold) * np.exp(-np.abs(from_fold) / 16)
    glow = _GLOW - 0.00022 * u - 0.00020 * v
    return (glow + waves + curl + fibre + folds).astype(np.float32)


def _boards(x: Plane, y: Plane) -> Colour:
    """Return boards painted dark green, the wood's grain telling through, the joints worn."""
    width = 118.0
    board = np.floor((y + 30) / width)
    from_joint = np.abs((y + 30) % width - width / 2) - width / 2
    grain = 0.6 * noise(x * 0.012, y * 0.55 + board * 31, 311)
    grain += 0.5 * noise(x * 0.030, y * 1.3 + board * 17, 312)
    patches = layered_noise(x * 0.010 + board * 5, y * 0.03, 313, 4)
    tone = 1 + 0.16 * grain + 0.16 * patches + 0.10 * noise(board * 3.7, board, 314)
    joint = smoothstep(-1.1, -0.4, from_joint)
    worn = smoothstep(-5.0, -1.2, from_joint) * smoothstep(0.1, 0.6, patches + 0.4 * grain)
    light = (1.15 - 0.0011 * x - 0.0012 * y) * tone * (1 - 0.8 * joint)
    colour = _BOARDS + (_CARD * 0.5 - _BOARDS) * (0.55 * worn)[..., None]
    return (colour * light[..., None]).astype(np.float32)


def _loose_ribbon(x: Plane, y: Plane) -> tuple[Plane, Colour]:
    """Return cover and light of the ribbon that runs from the spool, over the sheet, out of the picture."""
    phase, rise = (x + 330) / 96, np.maximum(60 - x, 0) / 380
    middle = 204 + 9 * np.sin(phase) + 4 * np.sin(phase * 0.43 + 1) - 118 * rise * rise
    slope = (9 * np.cos(phase) + 1.7 * np.cos(phase * 0.43 + 1)) / 96 + 236 / 380 * rise
    across = (y - middle) / np.sqrt(1 + slope * slope)
    cover = smoothstep(0.2, -0.2, np.abs(across) - RIBBON_MM / 2)
    cover = cover * (x < SPOOL_MM[0])  # From there on the spool lies over it.
    threads = 0.10 * noise(across * 3.2, x * 0.02, 321)
    sheen = 0.55 + 0.55 * np.exp(-(((slope + 0.035) / 0.045) ** 2))
    selvedge = 1 - 0.35 * smoothstep(RIBBON_MM / 2 - 1.6, RIBBON_MM / 2 - 0.6, np.abs(across))
    return cover.astype(np.float32), _satin(sheen * selvedge * (1 + threads))


def _spool(x: Plane, y: Plane) -> tuple[Plane, Colour]:
    """Return cover and light of the spool from above: ribbon wound between two rounds of card."""
    radius = np.hypot(x, y) + 1e-3
    cover = smoothstep(0.2, -0.2, radius - SPOOL_RADIUS_MM)
    turns = 0.5 + 0.5 * np.cos(radius * 2 * np.pi / 1.3 + 0.9 * noise(x * 0.06, y * 0.06, 331))
    # Edges of satin shine across two opposite sectors, as on any wound coil.
    facing = (x * 0.6 + y * 0.8) / radius
    sheen = (0.34 + 0.62 * np.abs(facing) ** 4) * (0.62 + 0.38 * turns)
    wound = _satin(sheen)
    core = smoothstep(13.6, 13.2, radius)
    card = _CARD * (1.35 - 0.010 * (x + y) + 0.08 * noise(x * 1.7, y * 1.7, 332))[..., None]
    bore = smoothstep(8.2, 7.6, radius)
    deep = 0.25 + 0.5 * smoothstep(-6, 8, x + y)
    card = card * (1 - bore * (1 - deep * 0.4))[..., None]
    picture = mix(wound, card.astype(np.float32), core)
    rim = smoothstep(SPOOL_RADIUS_MM - 1.4, SPOOL_RADIUS_MM, radius)
    near = 1 - 0.45 * smoothstep(15.5, 13.6, radius) * (1 - core)
    return cover, (picture * (near * (1 - 0.45 * rim))[..., None]).astype(np.float32)


def _satin(light: Plane) -> Colour:
    gloss = 0.16 * np.maximum(0, light - 0.72)
    return (_RIBBON * light[..., None] + gloss[..., None]).astype(np.float32)


def _shadow(cover: Plane, px: float, *, lift_mm: float) -> Plane:
    near = (round(0.5 * px * lift_mm), round(0.35 * px * lift_mm))
    far = (round(1.7 * px * lift_mm), round(1.2 * px * lift_mm))
    contact = blur(np.roll(cover, near, (0, 1)), 0.4 * px * lift_mm)
    wide = blur(np.roll(cover, far, (0, 1)), 1.4 * px * lift_mm)
    return np.clip(0.42 * contact + 0.40 * wide, 0, 0.88).astype(np.float32)
