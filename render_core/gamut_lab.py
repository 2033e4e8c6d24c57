"""sRGB to Lab under D50, and how different two colours look: CIEDE2000.

Sources: IEC 61966-2-1 for sRGB; CIE 15 for Lab; G. Sharma, W. Wu and E. N. Dalal, "The CIEDE2000
color-difference formula: implementation notes, supplementary test data, and mathematical
observations", 2005. Powers and angles come from the C library through `math`, one by one; what is
told of them is rounded to a tenth, far above its last bits.
"""

from __future__ import annotations

from math import atan2, cbrt, cos, degrees, exp, hypot, radians, sin, sqrt
from typing import Final

import numpy as np

from render_core.colour import D50_OF_SRGB, WHITE_D50
from render_core.gamut_curves import Array

Lab = tuple[float, float, float]
_EPSILON: Final = 216 / 24_389
_KAPPA: Final = 24_389 / 27
# From the first guess of `_cube_roots` to the last bit, over its whole range.
_NEWTON_STEPS: Final = 9
_LINEAR: Final = tuple(
    (value / 255 / 12.92) if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4
    for value in range(256)
)


def lab_of_srgb(rgb: tuple[int, int, int]) -> Lab:
    """Return the Lab of a colour of sRGB, each channel 0 to 255."""
    linear = [_LINEAR[channel] for channel in rgb]
    x, y, z = (
        sum(part * row[axis] for part, row in zip(linear, D50_OF_SRGB, strict=True))
        for axis in range(3)
    )
    return lab_of_xyz((x, y, z))


def lab_of_xyz(xyz: tuple[float, float, float]) -> Lab:
    """Return Lab relative to D50."""
    fx, fy, fz = (_f(value / white) for value, white in zip(xyz, WHITE_D50, strict=True))
    return (116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz))


def xyz_of_lab(lab: Lab) -> tuple[float, float, float]:
    """Return XYZ relative to D50: the inverse of `lab_of_xyz`."""
    lightness, a, b = lab
    fy = (lightness + 16) / 116
    parts = (fy + a / 500, fy, fy - b / 200)
    x, y, z = (_inverse_f(part) * white for part, white in zip(parts, WHITE_D50, strict=True))
    return (x, y, z)


def labs_of_xyz(values: Array) -> Array:
    """Return Lab of colours (n, 3), by basic operations alone."""
    parts = values / np.array(WHITE_D50)
    f = np.where(parts > _EPSILON, _cube_roots(parts), (_KAPPA * parts + 16) / 116)
    fx, fy, fz = f[:, 0], f[:, 1], f[:, 2]
    return np.stack([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)], axis=1)


def xyz_of_labs(values: Array) -> Array:
    """Return XYZ of Lab (n, 3): the inverse of `labs_of_xyz`."""
    fy = (values[:, 0] + 16) / 116
    parts = np.stack([fy + values[:, 1] / 500, fy, fy - values[:, 2] / 200], axis=1)
    cubed = parts * parts * parts
    linear = (116 * parts - 16) / _KAPPA
    xyz: Array = np.where(cubed > _EPSILON, cubed, linear) * np.array(WHITE_D50)
    return xyz


def _cube_roots(values: Array) -> Array:
    """Return cube roots of what lies over `_EPSILON`, up to some units, by Newton's steps."""
    inside = np.clip(values, _EPSILON, 8.0)
    root = 0.4 + 0.6 * inside
    for _ in range(_NEWTON_STEPS):
        root = (2 * root + inside / (root * root)) / 3
    return root


def delta_e_2000(first: Lab, second: Lab) -> float:
    """Return the difference of two colours by CIEDE2000; 1 can just be seen side by side."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    mean_chroma = _seventh((hypot(a1, b1) + hypot(a2, b2)) / 2)
    stretch = 1 + 0.5 * (1 - mean_chroma)
    c1, c2 = hypot(a1 * stretch, b1), hypot(a2 * stretch, b2)
    h1, h2 = _hue(a1 * stretch, b1), _hue(a2 * stretch, b2)
    turn = _turn(h1, h2) if c1 * c2 else 0.0
    lightness, chroma = l2 - l1, c2 - c1
    hue = 2 * sqrt(c1 * c2) * sin(radians(turn / 2))
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = _mean_hue(h1, h2) if c1 * c2 else h1 + h2
    t = (
        1
        - 0.17 * cos(radians(mean_h - 30))
        + 0.24 * cos(radians(2 * mean_h))
        + 0.32 * cos(radians(3 * mean_h + 6))
        - 0.20 * cos(radians(4 * mean_h - 63))
    )
    squared = (mean_l - 50) * (mean_l - 50)
    of_l = lightness / (1 + 0.015 * squared / sqrt(20 + squared))
    of_c = chroma / (1 + 0.045 * mean_c)
    of_h = hue / (1 + 0.015 * mean_c * t)
    blue = (mean_h - 275) / 25
    turning = -sin(radians(60 * exp(-blue * blue))) * 2 * _seventh(mean_c)
    return sqrt(of_l * of_l + of_c * of_c + of_h * of_h + turning * of_c * of_h)


def _f(t: float) -> float:
    return cbrt(t) if t > _EPSILON else (_KAPPA * t + 16) / 116


def _inverse_f(t: float) -> float:
    cubed = t * t * t
    return cubed if cubed > _EPSILON else (116 * t - 16) / _KAPPA


def _seventh(chroma: float) -> float:
    seventh = chroma**7
    return sqrt(seventh / (seventh + 25.0**7))


def _hue(a: float, b: float) -> float:
    return degrees(atan2(b, a)) % 360 if a or b else 0.0


def _turn(h1: float, h2: float) -> float:
    turn = h2 - h1
    if turn > 180:
        return turn - 360
    return turn + 360 if turn < -180 else turn


def _mean_hue(h1: float, h2: float) -> float:
    total = h1 + h2
    if abs(h1 - h2) <= 180:
        return total / 2
    return (total + 360) / 2 if total < 360 else (total - 360) / 2
