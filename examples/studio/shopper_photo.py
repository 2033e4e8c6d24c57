"""A shopper's holiday picture for the mug: a mountain lake at sunrise."""

from __future__ import annotations

from typing import Final

import numpy as np

from examples.studio.canvas import Colour, Plane, halve, layered_noise, mix, noise, smoothstep

WIDTH_PX: Final = 1500
HEIGHT_PX: Final = 1250
_SHORE: Final = 0.63  # Where the lake begins, as a share of the height.
_SUN: Final = (0.64, 0.40)


def photograph() -> Colour:
    """Return the picture in linear light."""
    width, height = WIDTH_PX * 2, HEIGHT_PX * 2
    x, y = np.meshgrid(
        np.linspace(0, width / height, width, dtype=np.float32),
        np.linspace(0, 1, height, dtype=np.float32),
    )
    land = _land(x, y)
    # The lake mirrors what stands over the shore, stretched and broken by ripples.
    down = np.clip((y - _SHORE) / (1 - _SHORE), 0, 1)
    ripple = layered_noise(x * 9, (1 / (down + 0.06)) * 14, 91, 3) * (0.003 + 0.014 * down)
    row = np.clip((_SHORE - 0.985 * (y - _SHORE) + ripple) * height, 0, height - 1).astype(np.int32)
    column = np.clip((x + 0.4 * ripple) * height, 0, width - 1).astype(np.int32)
    mirrored = land[row, column] * np.array((0.70, 0.74, 0.78), np.float32)
    mirrored *= (1 - 0.25 * down + 2.2 * ripple)[..., None]
    water = smoothstep(_SHORE, _SHORE + 0.0012, y)
    picture = mix(land, mirrored.astype(np.float32), water)
    return halve(_mist(picture, x, y))


def _sky(x: Plane, y: Plane) -> Colour:
    low = np.array((1.00, 0.62, 0.34), np.float32)
    middle = np.array((0.72, 0.50, 0.52), np.float32)
    high = np.array((0.13, 0.22, 0.42), np.float32)
    t = np.clip(y / _SHORE, 0, 1)
    sky = mix(
        np.broadcast_to(high, (*x.shape, 3)) * 1.0,
        np.broadcast_to(middle, (*x.shape, 3)),
        smoothstep(0.0, 0.62, t),
    )
    sky = mix(sky, np.broadcast_to(low, (*x.shape, 3)), smoothstep(0.45, 0.95, t))
    clouds = layered_noise(x * 2.2, y * 8.5, 81, 6)
    streaks = smoothstep(0.02, 0.42, clouds) * smoothstep(0.95, 0.25, t)
    lit = np.array((1.05, 0.66, 0.50), np.float32)
    sky = mix(sky, np.broadcast_to(lit, (*x.shape, 3)), 0.62 * streaks)
    distance = np.sqrt((x - _SUN[0]) ** 2 + (y - _SUN[1]) ** 2)
    glow = 0.9 * np.exp(-distance * 9) + 0.5 * np.exp(-distance * 3.2)
    disc = smoothstep(0.030, 0.024, distance)
    return sky + (glow + 2.5 * disc)[..., None] * np.array((1.0, 0.72, 0.38), np.float32)


def _land(x: Plane, y: Plane) -> Colour:
    """Return sky and four ranges, each nearer one darker and cooler than the haze before it."""
    picture = _sky(x, y)
    ranges = (
        (0.43, 0.150, 1.7, (0.46, 0.34, 0.40), 101),
        (0.50, 0.120, 2.6, (0.24, 0.21, 0.30), 102),
        (0.565, 0.085, 3.8, (0.105, 0.115, 0.165), 103),
        (0.612, 0.040, 6.5, (0.030, 0.045, 0.052), 104),
    )
    for level, reach, scale, rgb, seed in ranges:
        skyline = level - reach * _ridge(x[0] * scale, seed)
        if seed == 104:
            skyline = skyline - _trees(x[0])
        above = y - skyline[None, :]
        cover = smoothstep(-0.0006, 0.0008, above)
        haze = smoothstep(0.0, 0.22, above)[..., None]
        shade = 1 + 0.18 * layered_noise(x * scale * 7, y * scale * 9 + x * 6, seed + 20, 4)
        towards_sun = np.exp(-np.abs(x - _SUN[0]) * 2.2)[..., None]
        body = np.array(rgb, np.float32) * shade[..., None]
        warm = np.array((0.62, 0.40, 0.30), np.float32) * (0.35 + 0.5 * towards_sun)
        picture = mix(picture, body + (warm - body) * 0.42 * haze, cover)
    return picture


def _ridge(x: Plane, seed: int) -> Plane:
    """Return a jagged skyline, 0…1."""
    height = np.zeros_like(x)
    strength, scale = 0.55, 1.0
    for octave in range(7):
        value = 1 - np.abs(noise(x * scale, np.full_like(x, 0.37 + octave), seed + octave))
        height += strength * value * value
        strength, scale = strength * 0.47, scale * 2.1
    return np.clip(height, 0, 1).astype(np.float32)


def _trees(x: Plane) -> Plane:
    """Return the height of a row of firs along the skyline."""
    tops = np.zeros_like(x)
    rng = np.random.default_rng(111)
    for place, size in zip(rng.uniform(0, 1.25, 210), rng.uniform(0.010, 0.034, 210), strict=True):
        slope = np.abs(x - place) / (size * 0.24)
        notched = 1 - slope + 0.10 * np.sign(np.sin(slope * 40).astype(np.float32))
        tops = np.maximum(tops, size * np.clip(notched, 0, 1))
    return tops.astype(np.float32)


def _mist(picture: Colour, x: Plane, y: Plane) -> Colour:
    band = np.exp(-(((y - _SHORE + 0.006) / 0.022) ** 2))
    patches = 0.35 + 0.65 * smoothstep(-0.25, 0.5, layered_noise(x * 3.0, y * 22, 121, 4))
    colour = np.array((0.86, 0.62, 0.50), np.float32)
    veil = (0.55 * band * patches).astype(np.float32)
    return mix(picture, np.broadcast_to(colour, picture.shape), veil)
