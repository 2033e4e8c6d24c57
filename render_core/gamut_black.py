"""The darkest that a press makes, which black is taken to: black point compensation.

Source: ISO 18619:2015, "Black point compensation", as LittleCMS does it: 6.2 for the first guess, 6.3
for presses whose shadows are not true to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final

import numpy as np

from render_core.gamut_curves import Array
from render_core.gamut_lab import labs_of_xyz, xyz_of_lab
from render_core.gamut_profile import Device, Profile

_DARKEST_L: Final = 50.0
_STEPS: Final = 256
# What counts as the middle and the shadows of a press, in parts of its range of lightness.
_MIDDLE: Final = 0.2
_SHADOWS: Final = (0.1, 0.5)
_STRAIGHT_WITHIN: Final = 4.0
_FEWEST_POINTS: Final = 4
_FLAT: Final = 1e-10
# XYZ of what perceptual tables of version 4 take for black (ICC.1:2022, 6.3.3).
_PERCEPTUAL_BLACK: Final = (0.00336, 0.0034731, 0.00287)


def black_of(profile: Profile) -> float:
    """Return the luminance of a press's black, in parts of its paper's: what 0 is taken to."""
    return xyz_of_lab((_black_lightness(profile), 0.0, 0.0))[1]


def _black_lightness(profile: Profile) -> float:
    first = _first_guess(profile)
    if not profile.has_own_table:
        return first
    wanted = np.arange(_STEPS) * (100.0 / (_STEPS - 1))
    grey = np.stack([wanted, np.zeros(_STEPS), np.zeros(_STEPS)], axis=1)
    made = profile.device.to_lab(profile.device.from_lab(grey))[:, 0]
    made[1:] = np.minimum.accumulate(made[:0:-1])[::-1]
    least, most = float(made[0]), float(made[-1])
    if not least < most:
        return 0.0
    in_shadow = wanted <= least + _MIDDLE * (most - least)
    if bool((in_shadow | (np.abs(wanted - made) < _STRAIGHT_WITHIN)).all()):
        return first
    share = (made - least) / (most - least)
    fitted = (share >= _SHADOWS[0]) & (share < _SHADOWS[1])
    return _foot(wanted[fitted].tolist(), share[fitted].tolist())


def _first_guess(profile: Profile) -> float:
    """Return the lightness of the darkest colour: of all inks as the press limits them, or of none."""
    if profile.space == "CMYK" and profile.kind == "printer":
        black = _PERCEPTUAL_BLACK if profile.version >= "4" else (0.0, 0.0, 0.0)
        lightness = _made(
            profile.device, profile.perceptual.from_lab(labs_of_xyz(np.array([black])))
        )
    else:
        lightness = _made(profile.device, np.zeros((1, profile.channels)))
    return min(max(lightness, 0.0), _DARKEST_L)


def _made(device: Device, colour: Array) -> float:
    return float(device.to_lab(colour)[0, 0])


def _foot(x: Sequence[float], y: Sequence[float]) -> float:
    """Return where the parabola through shadows, by least squares, comes down to zero."""
    if len(x) < _FEWEST_POINTS:
        return 0.0
    c, b, a = _parabola(x, y)
    inside = b * b - 4 * a * c
    if abs(a) < _FLAT or inside <= 0:
        return 0.0
    return max(0.0, min(_DARKEST_L, (-b + sqrt(inside)) / (2 * a)))


def _parabola(x: Sequence[float], y: Sequence[float]) -> tuple[float, float, float]:
    """Return c, b, a of a·x² + b·x + c, by Cramer's rule; zeros where points do not decide."""
    one, first = np.ones(len(x)), np.array(x)
    second = first * first
    powers = [float(part.sum()) for part in (one, first, second, first * second, second * second)]
    sums = [float((part * np.array(y)).sum()) for part in (one, first, second)]
    rows = [powers[row : row + 3] for row in range(3)]
    volume = _determinant(rows)
    if not volume:
        return (0.0, 0.0, 0.0)
    parts = []
    for column in range(3):
        replaced = [
            [*row[:column], part, *row[column + 1 :]] for row, part in zip(rows, sums, strict=True)
        ]
        parts.append(_determinant(replaced) / volume)
    return (parts[0], parts[1], parts[2])


def _determinant(rows: Sequence[Sequence[float]]) -> float:
    (a, b, c), (d, e, f), (g, h, i) = rows
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
