"""The tag: an oval of brushed steel or brass with a bevelled edge, a hole, a ring and a ball chain."""

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
    smoothstep,
    tint,
)
from examples.studio.metal import ball, brushed, mirrored, ring, studio

Colours = tuple[float, float, float]

WIDTH_PX: Final = 1600
HEIGHT_PX: Final = 1200
PX_PER_MM: Final = 19.0
# The middle of the tag on the picture, in millimetres from the middle of the picture.
CENTRE_MM: Final = (6.5, 4.0)
WIDTH_MM: Final = 60.0
HEIGHT_MM: Final = 38.0
HOLE_MM: Final = (6.0, 19.0)  # From the tag's top left.
HOLE_RADIUS_MM: Final = 2.3
BEVEL_MM: Final = 1.1
RING_RADIUS_MM: Final = 6.6
WIRE_MM: Final = 0.62
STEEL: Final = (0.93, 0.945, 0.96)
BRASS: Final = (0.95, 0.74, 0.40)


def photograph_brass() -> Colour:
    """Return the picture of the brass one."""
    return photograph(BRASS)


def photograph(metal: Colours = STEEL) -> Colour:
    """Return the picture in linear light. metal: what the tag and its ring mirror of each colour."""
    scale = 2
    x, y = grid_mm(WIDTH_PX * scale, HEIGHT_PX * scale, PX_PER_MM * scale)
    px = PX_PER_MM * scale
    tag = _Tag(x, y)
    chain = _chain(x, y)
    picture = _background(x, y)
    picture *= 1 - _shadow(tag.cover, px, lift_mm=1.0)[..., None]
    loose_shadow = np.maximum(_ring(x, y)[0], chain[0])
    picture *= 1 - _shadow(loose_shadow, px, lift_mm=0.8)[..., None] * 0.75
    # Below the tag: the half of the ring that passes behind it.
    ring_cover, ring_light = _ring(x, y)
    picture = mix(picture, tint(ring_light, metal), ring_cover)
    picture = mix(picture, tint(chain[1], STEEL), chain[0])
    picture = mix(picture, tint(tag.light(), metal), tag.cover)
    # Above it: the half that comes through the hole and over the rim.
    front = ring_cover * smoothstep(0.15, -0.15, y - _hole()[1] + 0.1)
    above = blur(np.roll(front, (round(0.5 * px), round(0.25 * px)), (0, 1)), 0.5 * px)
    picture *= 1 - (0.6 * above * tag.cover * (1 - front))[..., None]
    picture = mix(picture, tint(ring_light, metal), front * tag.cover)
    return halve(picture)


def _hole() -> tuple[float, float]:
    return (
        CENTRE_MM[0] - WIDTH_MM / 2 + HOLE_MM[0],
        CENTRE_MM[1] - HEIGHT_MM / 2 + HOLE_MM[1],
    )


def _background(x: Plane, y: Plane) -> Colour:
    """Return a pale paper sweep, lighter towards the key light."""
    glow = 0.80 - 0.0028 * x - 0.0016 * y - 0.00006 * (x * x + y * y)
    fibre = 0.006 * layered_noise(x * 1.7, y * 1.7, 31, 4)
    return tint((glow + fibre).astype(np.float32), (0.985, 0.975, 0.955))


def _shadow(cover: Plane, px_per_mm: float, *, lift_mm: float) -> Plane:
    """Return how much light a thing takes from the paper: a contact line and a soft wide part."""
    near = (round(0.35 * px_per_mm * lift_mm), round(0.2 * px_per_mm * lift_mm))
    far = (round(2.2 * px_per_mm * lift_mm), round(1.3 * px_per_mm * lift_mm))
    contact = blur(np.roll(cover, near, (0, 1)), 0.35 * px_per_mm)
    wide = blur(np.roll(cover, far, (0, 1)), 2.4 * px_per_mm * lift_mm)
    return np.clip(0.42 * contact + 0.42 * wide, 0, 0.85).astype(np.float32)


class _Tag:
    """The oval: cover, slopes and light."""

    def __init__(self, x: Plane, y: Plane) -> None:
        self._x, self._y = x - CENTRE_MM[0], y - CENTRE_MM[1]
        a, b = WIDTH_MM / 2, HEIGHT_MM / 2
        ex, ey = self._x / a, self._y / b
        level = np.sqrt(ex * ex + ey * ey) + 1e-6
        gx, gy = ex / a / level, ey / b / level
        slope = np.sqrt(gx * gx + gy * gy)
        self._edge = (level - 1) / slope  # About the distance to the edge, negative inside.
        self._out = (gx / slope, gy / slope)
        hx, hy = x - _hole()[0], y - _hole()[1]
        from_hole = np.sqrt(hx * hx + hy * hy) + 1e-6
        self._hole = HOLE_RADIUS_MM - from_hole  # Positive in the hole.
        self._in = (-hx / from_hole, -hy / from_hole)
        self.cover = ((self._edge < 0) & (self._hole < 0)).astype(np.float32)

    def light(self) -> Plane:
        """Return the light off the face, the polished bevels and their bright edges."""
        bevel = smoothstep(-BEVEL_MM, -BEVEL_MM * 0.55, self._edge)
        rim = smoothstep(-0.55, -0.3, self._hole)
        tilt_x = 0.62 * bevel * self._out[0] + 0.7 * rim * self._in[0]
        tilt_y = 0.62 * bevel * self._out[1] + 0.7 * rim * self._in[1]
        face = brushed(self._x, self._y, np.zeros_like(tilt_x), np.zeros_like(tilt_y))
        length = np.sqrt(tilt_x * tilt_x + tilt_y * tilt_y + 1)
        polished = studio(*mirrored(tilt_x / length, tilt_y / length, 1 / length))
        sloped = np.maximum(bevel, rim)
        light = face * (1 - sloped) + (0.25 * face + 0.85 * polished) * sloped
        crease = smoothstep(0.16, 0.0, np.abs(self._edge + BEVEL_MM * 0.8))
        turned = smoothstep(-0.16, 0.0, self._edge)
        return np.maximum(0.02, light * (1 + 0.28 * crease) * (1 - 0.5 * turned)).astype(np.float32)


def _ring(x: Plane, y: Plane) -> tuple[Plane, Plane]:
    hx, hy = _hole()
    return ring(x, y, hx - RING_RADIUS_MM + 0.9, hy - 0.3, RING_RADIUS_MM, WIRE_MM)


def _chain(x: Plane, y: Plane) -> tuple[Plane, Plane]:
    """Return the ball chain that runs from the ring out of the picture at the top."""
    cover, light = np.zeros_like(x), np.zeros_like(x)
    for cx, cy, radius in _balls():
        box_y, box_x = _window(x, y, cx, cy, radius * 1.1)
        xs, ys = x[box_y, box_x], y[box_y, box_x]
        if not xs.size:
            continue
        over, lit = ball(xs, ys, cx, cy, radius)
        light[box_y, box_x] = np.where(over > 0, lit, light[box_y, box_x])
        cover[box_y, box_x] = np.maximum(cover[box_y, box_x], over)
    return cover, light


def _balls() -> list[tuple[float, float, float]]:
    """Return centre and radius of each ball, and of the short rods between them as small balls."""
    hx, hy = _hole()
    start = (hx - 2 * RING_RADIUS_MM + 0.9, hy - 1.0)
    # A cubic from the ring, up and over to the top right.
    bend = (start, (start[0] - 7, start[1] - 12), (start[0] + 2, start[1] - 26), (4.0, -40.0))
    t = np.linspace(0, 1, 4000)[:, None]
    points = np.array(bend)
    curve = (
        (1 - t) ** 3 * points[0]
        + 3 * (1 - t) ** 2 * t * points[1]
        + 3 * (1 - t) * t**2 * points[2]
        + t**3 * points[3]
    )
    steps = np.sqrt((np.diff(curve, axis=0) ** 2).sum(axis=1))
    along = np.concatenate([[0.0], np.cumsum(steps)])
    balls: list[tuple[float, float, float]] = []
    for place in np.arange(0.0, along[-1], 0.42):
        cx, cy = (float(np.interp(place, along, curve[:, axis])) for axis in (0, 1))
        balls.append((cx, cy, 0.34))
    for place in np.arange(0.2, along[-1], 2.9):
        cx, cy = (float(np.interp(place, along, curve[:, axis])) for axis in (0, 1))
        balls.append((cx, cy, 1.15))
    return balls


def _window(x: Plane, y: Plane, cx: float, cy: float, radius: float) -> tuple[slice, slice]:
    columns = np.flatnonzero(np.abs(x[0] - cx) <= radius)
    rows = np.flatnonzero(np.abs(y[:, 0] - cy) <= radius)
    if not columns.size or not rows.size:
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
