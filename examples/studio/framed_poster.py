"""The framed poster: a black oak frame on a plastered wall, seen from its left, a window's light on it.

A pinhole camera before parallel planes (wall, print, mat, front of the frame): what a pixel sees is
found by meeting them in turn. All places are millimetres on the wall from the print's middle, y down.
"""

from __future__ import annotations

from functools import cache
from math import cos, radians, sin
from typing import Final, NamedTuple

import numpy as np

from examples.studio.canvas import Colour, Plane, blur, halve, layered_noise, mix, noise, smoothstep

WIDTH_PX: Final = 1600
HEIGHT_PX: Final = 1200
PRINT_MM: Final = (400.0, 500.0)
MAT_MM: Final = 46.0
PROFILE_MM: Final = 20.0
# How far the planes stand off the wall.
PRINT_DEPTH: Final = 11.0
FRONT_DEPTH: Final = 32.0
EYE_MM: Final = (-760.0, -60.0, 1330.0)
YAW: Final = radians(26.5)
PITCH: Final = radians(2.2)
FOCAL_PX: Final = 2150.0
CENTRE_PX: Final = (760.0, 585.0)
_WALL: Final = np.array((0.60, 0.565, 0.515), np.float32)
_OAK: Final = np.array((0.030, 0.027, 0.025), np.float32)
_MAT: Final = np.array((0.84, 0.82, 0.78), np.float32)
_PAPER: Final = np.array((0.87, 0.865, 0.85), np.float32)


class _Seen(NamedTuple):
    """Places on the planes, and what of the picture is print, mat, inner side, front, outer side."""

    wall: tuple[Plane, Plane]
    print: tuple[Plane, Plane]
    front: tuple[Plane, Plane]
    of_print: Plane
    of_mat: Plane
    of_inside: Plane
    of_front: Plane
    of_outside: Plane


def photograph() -> Colour:
    """Return the picture in linear light, with bare paper in the frame."""
    seen = _seen()
    wall = _wall(*seen.wall) * _light(*seen.wall)[..., None]
    wall *= (1 - _cast(*seen.wall))[..., None]
    picture = wall
    side = np.broadcast_to(_OAK * 0.55, picture.shape).astype(np.float32)
    picture = mix(picture, side, seen.of_outside)
    picture = mix(picture, _oak(*seen.front) * _light(*seen.front)[..., None], seen.of_front)
    picture = mix(picture, side * 1.25, seen.of_inside)
    shade = _shade(seen)
    grain = 1 + 0.02 * noise(seen.print[0] * 1.9, seen.print[1] * 1.9, 71)
    picture = mix(picture, _MAT * (shade * grain)[..., None], seen.of_mat)
    picture = mix(picture, _PAPER * (shade * grain)[..., None], seen.of_print)
    glass = np.minimum(seen.of_print + seen.of_mat, 1)
    glare = _glare(seen) * glass
    picture = picture + (1 - picture) * glare[..., None]
    return halve(picture.astype(np.float32))


def shading() -> Plane:
    """Return how much light falls on the print, 0 to 1."""
    return _halved(np.clip(_shade(_seen()), 0, 1))


def highlights() -> Plane:
    """Return how bright the glass mirrors the window, 0 to 1."""
    return _halved(_glare(_seen()))


def corners_px() -> list[tuple[float, float]]:
    """Return where the print's corners are seen: top left, top right, bottom left, bottom right."""
    half_x, half_y = PRINT_MM[0] / 2, PRINT_MM[1] / 2
    return [_project(x, y) for y in (-half_y, half_y) for x in (-half_x, half_x)]


def _project(x_mm: float, y_mm: float) -> tuple[float, float]:
    right, down, ahead = _axes()
    way = np.array((x_mm - EYE_MM[0], y_mm - EYE_MM[1], PRINT_DEPTH - EYE_MM[2]))
    depth = float(way @ ahead)
    return (
        CENTRE_PX[0] + FOCAL_PX * float(way @ right) / depth,
        CENTRE_PX[1] + FOCAL_PX * float(way @ down) / depth,
    )


def _axes() -> tuple[Colour, Colour, Colour]:
    """Return the camera's right, down and ahead. The wall's z points into the room."""
    ahead = np.array((sin(YAW) * cos(PITCH), sin(PITCH), -cos(YAW) * cos(PITCH)))
    right = np.array((cos(YAW), 0.0, sin(YAW)))
    return right, np.cross(right, ahead), ahead


@cache
def _seen() -> _Seen:
    x, y = np.meshgrid(
        (np.arange(WIDTH_PX * 2, dtype=np.float32) + 0.5) / 2 - CENTRE_PX[0],
        (np.arange(HEIGHT_PX * 2, dtype=np.float32) + 0.5) / 2 - CENTRE_PX[1],
    )
    right, down, ahead = (axis.astype(np.float32) for axis in _axes())
    ray = [right[i] * x + down[i] * y + ahead[i] * np.float32(FOCAL_PX) for i in range(3)]

    def met(depth: float) -> tuple[Plane, Plane]:
        reach = (depth - EYE_MM[2]) / ray[2]
        return (
            (EYE_MM[0] + ray[0] * reach).astype(np.float32),
            (EYE_MM[1] + ray[1] * reach).astype(np.float32),
        )

    wall, printed, front = met(0.0), met(PRINT_DEPTH), met(FRONT_DEPTH)
    edge = (PRINT_MM[0] / 2 + MAT_MM, PRINT_MM[1] / 2 + MAT_MM)
    outer = (edge[0] + PROFILE_MM, edge[1] + PROFILE_MM)
    inside, behind = _within(front, edge), _within(printed, edge)
    whole = _within(front, outer)
    # The outer side is what of the whole frame's depth shows beside its front.
    depths = [_within(met(FRONT_DEPTH * step / 12), outer) for step in range(12)]
    on_wall = np.maximum.reduce(depths)
    paper = _within(printed, (PRINT_MM[0] / 2, PRINT_MM[1] / 2)) * inside
    return _Seen(
        wall, printed, front, paper, inside * behind * (1 - paper), inside * (1 - behind),
        whole * (1 - inside), on_wall * (1 - whole),
    )  # fmt: skip


def _within(place: tuple[Plane, Plane], half: tuple[float, float]) -> Plane:
    """Return 1 inside of a box around the middle, 0 outside, soft over a third of a millimetre."""
    x = smoothstep(-0.17, 0.17, half[0] - np.abs(place[0]))
    return (x * smoothstep(-0.17, 0.17, half[1] - np.abs(place[1]))).astype(np.float32)


def _light(x: Plane, y: Plane) -> Plane:
    """Return the light on a plane: the room's, and a window's that falls in from the upper left."""
    slanted = x + 0.42 * y
    fall = y - 0.16 * x
    window = np.zeros_like(x)
    for left in (-520.0, -205.0, 110.0):
        for top in (-470.0, -60.0):
            pane_x = smoothstep(-26, 26, slanted - left) * smoothstep(-26, 26, left + 285 - slanted)
            pane_y = smoothstep(-26, 26, fall - top) * smoothstep(-26, 26, top + 372 - fall)
            window = window + pane_x * pane_y
    room = 0.60 - 0.00016 * x - 0.00020 * y
    dapple = 0.5 + 0.5 * smoothstep(-0.45, 0.35, layered_noise(x / 210 + 7, y / 190 + 3, 31, 3))
    return (room + 0.42 * window * dapple).astype(np.float32)


def _shade(seen: _Seen) -> Plane:
    """Return the light on the print: that of the room less what the frame's left and top keep away."""
    x, y = seen.print
    half = (PRINT_MM[0] / 2 + MAT_MM, PRINT_MM[1] / 2 + MAT_MM)
    left = smoothstep(0, 30, x + half[0])
    top = smoothstep(0, 22, y + half[1])
    corner = 0.55 + 0.45 * left * top
    return (_light(x, y) * corner * 0.97).astype(np.float32)


def _glare(seen: _Seen) -> Plane:
    """Return the window that the glass mirrors: a pale slanted band towards the right."""
    x, y = seen.front
    along = x - 0.55 * y
    band = smoothstep(70, 210, along) * smoothstep(-60, 60, 420 - along)
    bar = 1 - 0.75 * smoothstep(-9, 9, along - 238) * smoothstep(-9, 9, 256 - along)
    return (0.012 + 0.050 * band * bar).astype(np.float32)


def _cast(x: Plane, y: Plane) -> Plane:
    """Return the shadow of the frame on the wall, to its lower right, softer farther out."""
    half = (PRINT_MM[0] / 2 + MAT_MM + PROFILE_MM, PRINT_MM[1] / 2 + MAT_MM + PROFILE_MM)
    near_x, near_y = np.abs(x - 15) - half[0], np.abs(y - 22) - half[1]
    outside = np.sqrt(np.maximum(near_x, 0) ** 2 + np.maximum(near_y, 0) ** 2)
    soft = 1 - smoothstep(0, 46, outside)
    contact = np.maximum(np.abs(x - 3) - half[0], np.abs(y - 5) - half[1])
    return (0.42 * soft + 0.35 * (1 - smoothstep(-2, 15, contact))).astype(np.float32).clip(0, 0.8)


def _wall(x: Plane, y: Plane) -> Colour:
    grain = layered_noise(x / 17, y / 17, 11, 4) * 0.05 + noise(x / 1.7, y / 1.7, 17) * 0.014
    broad = layered_noise(x / 330 + 4, y / 330, 23, 3) * 0.05
    return (_WALL * (1 + grain + broad)[..., None]).astype(np.float32)


def _oak(x: Plane, y: Plane) -> Colour:
    """Return stained oak whose grain runs along each side; mitred in the corners."""
    half = (PRINT_MM[0] / 2 + MAT_MM + PROFILE_MM, PRINT_MM[1] / 2 + MAT_MM + PROFILE_MM)
    from_side, from_top = half[0] - np.abs(x), half[1] - np.abs(y)
    upright = from_side < from_top
    along, across = np.where(upright, y, x), np.where(upright, x, y)
    grain = layered_noise(along / 60, across * 1.1, 41, 3) + 0.5 * noise(
        along / 9, across * 2.7, 43
    )
    mitre = 1 - 0.55 * (1 - smoothstep(0, 0.7, np.abs(from_side - from_top)))
    edge = np.minimum(from_side, from_top)
    bevel = 1 + 1.6 * (1 - smoothstep(0, 1.5, np.minimum(edge, PROFILE_MM - edge)))
    lit = np.where(upright, 0.92, 1.12)
    return (_OAK * ((1 + 0.55 * grain) * mitre * bevel * lit)[..., None]).astype(np.float32)


def _halved(plane: Plane) -> Plane:
    soft = blur(plane, 1.0)
    return soft.reshape(HEIGHT_PX, 2, WIDTH_PX, 2).mean(axis=(1, 3), dtype=np.float32)
