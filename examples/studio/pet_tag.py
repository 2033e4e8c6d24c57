"""The pet tag: both sides of a round of brass, hanging from a leather collar on linen."""

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
from examples.studio.metal import brushed, mirrored, ring, studio
from examples.studio.steel_tag import BRASS, STEEL

WIDTH_PX: Final = 1600
HEIGHT_PX: Final = 1200
PX_PER_MM: Final = 15.6
# The middles of the front and of the back, in millimetres from the middle of the picture.
CENTRES_MM: Final = ((-23.5, 12.0), (23.5, 12.0))
DIAMETER_MM: Final = 38.0
RIM_MM: Final = 1.0
EAR_MM: Final = 20.6  # From the tag's middle up to that of its ear.
EAR_RADIUS_MM: Final = 4.2
HOLE_RADIUS_MM: Final = 1.9
RING_RADIUS_MM: Final = 5.6
WIRE_MM: Final = 0.6
STRAP_MM: Final = (-35.5, -17.5)  # Its upper and lower edge.
STITCHES_IN_MM: Final = 2.2
STITCH_MM: Final = 3.4  # From stitch to stitch.
_LIGHT: Final = (-0.44, -0.60, 0.67)
_LEATHER: Final = np.array((0.105, 0.042, 0.020), np.float32)
_THREAD: Final = np.array((0.60, 0.47, 0.28), np.float32)


def photograph() -> Colour:
    """Return the picture in linear light."""
    scale = 2
    x, y = grid_mm(WIDTH_PX * scale, HEIGHT_PX * scale, PX_PER_MM * scale)
    px = PX_PER_MM * scale
    picture = _linen(x, y)
    strap = smoothstep(0.06, -0.06, _from_strap(x, y))
    picture *= 1 - _shadow(strap, px, lift_mm=1.0)[..., None]
    picture = mix(picture, _leather(x, y, px), strap)
    for index, (cx, cy) in enumerate(CENTRES_MM):
        picture = _hang(picture, x - cx, y - cy, px, turned=index)
    return halve(picture)


def _hang(picture: Colour, x: Plane, y: Plane, px: float, *, turned: int) -> Colour:
    """Return the picture with one tag and its ring; x, y from the tag's middle."""
    edge, hole = _edge(x, y), HOLE_RADIUS_MM - np.hypot(x, y + EAR_MM)
    cover = smoothstep(0.03, -0.03, np.maximum(edge, hole))
    wire, shine = ring(x, y, 0.0, -EAR_MM - RING_RADIUS_MM + 0.7, RING_RADIUS_MM, WIRE_MM)
    picture = picture * (1 - _shadow(np.maximum(cover, wire), px, lift_mm=0.7))[..., None]
    picture = mix(picture, tint(shine, STEEL), wire)
    # The two were brushed one after the other: no groove runs on from one to the other.
    light = _brass_light(x, y, edge, hole, 3.7 * turned)
    picture = mix(picture, tint(light, BRASS), cover)
    # The ring comes up through the hole and passes over the rim of the ear.
    front = wire * smoothstep(-0.2, 0.2, x)
    above = blur(np.roll(front, (round(0.4 * px), round(0.25 * px)), (0, 1)), 0.4 * px)
    picture *= 1 - (0.55 * above * cover * (1 - front))[..., None]
    return mix(picture, tint(shine, STEEL), front)


def _edge(x: Plane, y: Plane) -> Plane:
    """Return about the distance to the edge, negative inside: a round and an ear, melted together."""
    body = np.hypot(x, y) - DIAMETER_MM / 2
    ear = np.hypot(x, y + EAR_MM) - EAR_RADIUS_MM
    near = np.maximum(1.6 - np.abs(body - ear), 0)
    return (np.minimum(body, ear) - near * near / 6.4).astype(np.float32)


def _brass_light(x: Plane, y: Plane, edge: Plane, hole: Plane, apart: float) -> Plane:
    """Return the light off the brushed face and the polished edge."""
    down, across = np.gradient(np.maximum(edge, hole))
    length = np.hypot(across, down) + 1e-6
    reach = np.maximum(edge, hole)
    slope = smoothstep(-RIM_MM, -0.25 * RIM_MM, reach)
    tilt_x, tilt_y = 0.75 * slope * across / length, 0.75 * slope * down / length
    flat = np.zeros_like(tilt_x)
    face = brushed(x * 0.8 - 6, y + apart, flat, flat)
    face = face * (1.04 - 0.006 * x - 0.004 * y)
    size = np.sqrt(tilt_x * tilt_x + tilt_y * tilt_y + 1)
    polished = studio(*mirrored(tilt_x / size, tilt_y / size, 1 / size))
    light = face * (1 - slope) + (0.3 * face + 0.75 * polished) * slope
    crease = smoothstep(0.16, 0.0, np.abs(reach + RIM_MM * 0.9))
    turned = smoothstep(-0.2, 0.0, reach)
    return np.maximum(0.02, light * (1 - 0.22 * crease) * (1 - 0.5 * turned)).astype(np.float32)


def _linen(x: Plane, y: Plane) -> Colour:
    """Return a plain weave, each thread of its own thickness and tone."""
    pitch = 0.62
    across, down = x / pitch, y / pitch
    across = across + 0.12 * noise(x * 0.11, y * 0.9, 201)
    down = down + 0.12 * noise(x * 0.9, y * 0.11, 202)
    column, row = np.floor(across), np.floor(down)
    u, v = (across - column) * 2 - 1, (down - row) * 2 - 1
    upper = (column + row) % 2 < 1
    hump = np.where(upper, 1 - 0.55 * u * u - 0.25 * v * v, 1 - 0.55 * v * v - 0.25 * u * u)
    tone = np.where(
        upper, noise(column * 7.3, down * 0.12, 203), noise(across * 0.12, row * 7.3, 204)
    )
    slub = np.where(
        upper, noise(column * 3.1, down * 0.05, 205), noise(across * 0.05, row * 3.1, 206)
    )
    folds = layered_noise(x * 0.016, y * 0.022, 207, 3)
    glow = 0.62 - 0.0022 * x - 0.0018 * y + 0.05 * folds
    light = glow * (0.42 + 0.58 * hump) * (1 + 0.09 * tone + 0.07 * smoothstep(0.4, 0.9, slub))
    return tint(light.astype(np.float32), (1.0, 0.955, 0.87))


def _shadow(cover: Plane, px: float, *, lift_mm: float) -> Plane:
    near = (round(0.5 * px * lift_mm), round(0.35 * px * lift_mm))
    far = (round(2.2 * px * lift_mm), round(1.5 * px * lift_mm))
    contact = blur(np.roll(cover, near, (0, 1)), 0.4 * px)
    wide = blur(np.roll(cover, far, (0, 1)), 2.2 * px * lift_mm)
    return np.clip(0.44 * contact + 0.42 * wide, 0, 0.88).astype(np.float32)


def _from_strap(x: Plane, y: Plane) -> Plane:
    """Return the signed distance to the collar, which runs through the picture in a slight bow."""
    top, bottom = STRAP_MM
    bow = y - 0.0011 * x * x
    return (np.abs(bow - (top + bottom) / 2) - (bottom - top) / 2).astype(np.float32)


def _leather(x: Plane, y: Plane, px: float) -> Colour:
    edge = _from_strap(x, y)
    grain = layered_noise(x * 0.9, y * 1.1, 211, 5)
    pores = np.abs(noise(x * 2.6, y * 2.9, 216)) ** np.float32(0.6)
    stitched, groove = _stitches(x, y, edge)
    rounded = -1.1 * smoothstep(-1.9, 0.0, edge)
    relief = rounded + 0.07 * grain + 0.035 * pores - 0.30 * groove + 0.34 * stitched
    down, across = np.gradient(relief.astype(np.float32), 1 / px)
    size = np.sqrt(across * across + down * down + 1)
    lambert = np.maximum(0, (-across * _LIGHT[0] - down * _LIGHT[1] + _LIGHT[2]) / size)
    worn = 1 + 0.30 * layered_noise(x * 0.05, y * 0.09, 217, 4) + 0.9 * smoothstep(-0.9, -0.1, edge)
    hide = _LEATHER * worn[..., None]
    colour = hide + (_THREAD - hide) * stitched[..., None]
    shine = (lambert**18 * 0.05 * (1 - stitched)).astype(np.float32)
    lit = (
        colour * (0.35 + 1.0 * lambert)[..., None] * (1 - 0.45 * groove * (1 - stitched))[..., None]
    )
    return (lit + tint(shine, (1.0, 0.97, 0.92))).astype(np.float32)


def _stitches(x: Plane, y: Plane, edge: Plane) -> tuple[Plane, Plane]:
    """Return where thread lies, and the groove that it lies in."""
    across = edge + STITCHES_IN_MM
    along = (x / STITCH_MM) % 1.0 - 0.5
    leaning = across + 0.5 * along
    inside = np.maximum(np.abs(along) * STITCH_MM - STITCH_MM * 0.36, np.abs(leaning) - 0.33)
    return smoothstep(0.06, -0.06, inside), smoothstep(0.55, 0.15, np.abs(across))
