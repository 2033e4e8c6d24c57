"""CIEDE2000 of many pairs of colours at once, by basic operations and square roots alone.

Source as `gamut_lab.delta_e_2000`, of which this is the twin for arrays. Hues stay unit vectors: sums
of angles are products of these, and the one angle that the formula raises e to is a series.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from render_core.gamut_curves import Array

_COS_30, _SIN_30 = 0.8660254037844386, 0.5
_COS_6, _SIN_6 = 0.9945218953682733, 0.10452846326765347
_COS_63, _SIN_63 = 0.4539904997395468, 0.8910065241883679
_COS_275, _SIN_275 = 0.08715574274765817, -0.9961946980917455
_DEGREE: Final = 0.017453292519943295
_25_TO_THE_7TH: Final = 25.0**7
# The formula counts hues from 0 to 360: so far from blue, 275, one has gone around.
_FARTHEST_FROM_BLUE: Final = 85.0
_ATAN_TERMS: Final = 9
_SIN_TERMS: Final = 9
_EXP_TERMS: Final = 20
_HALVINGS: Final = 6


def deltas_e_2000(first: Array, second: Array) -> Array:
    """Return the differences of Lab (n, 3) from Lab (n, 3), as (n,)."""
    (l1, a1, b1), (l2, a2, b2) = first.T, second.T
    mean_chroma = _seventh((_length(a1, b1) + _length(a2, b2)) / 2)
    stretch = 1 + 0.5 * (1 - mean_chroma)
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = _length(a1, b1), _length(a2, b2)
    half_turn, cos, sin = _hues(a1, b1, c1, a2, b2, c2)
    cos_2, sin_2 = 2 * cos * cos - 1, 2 * cos * sin
    cos_3, sin_3 = cos * (4 * cos * cos - 3), sin * (3 - 4 * sin * sin)
    cos_4, sin_4 = 2 * cos_2 * cos_2 - 1, 2 * cos_2 * sin_2
    t = (
        1
        - 0.17 * (cos * _COS_30 + sin * _SIN_30)
        + 0.24 * cos_2
        + 0.32 * (cos_3 * _COS_6 - sin_3 * _SIN_6)
        - 0.20 * (cos_4 * _COS_63 + sin_4 * _SIN_63)
    )
    off = (l1 + l2) / 2 - 50
    squared, mean_c = off * off, (c1 + c2) / 2
    of_l = (l2 - l1) / (1 + 0.015 * squared / np.sqrt(20 + squared))
    of_c = (c2 - c1) / (1 + 0.045 * mean_c)
    of_h = 2 * np.sqrt(c1 * c2) * half_turn / (1 + 0.015 * mean_c * t)
    turning = -_sine(60 * _DEGREE * _near_blue(cos, sin)) * 2 * _seventh(mean_c)
    total: Array = of_l * of_l + of_c * of_c + of_h * of_h + turning * of_c * of_h
    return np.sqrt(np.maximum(total, 0.0))


def _hues(
    a1: Array, b1: Array, c1: Array, a2: Array, b2: Array, c2: Array
) -> tuple[Array, Array, Array]:
    """Return the sine of half the turn between two hues, and the cosine and sine of their middle.

    Where one colour is grey, there is no turn and the middle is the other's hue.
    """
    x1, y1 = _direction(a1, b1, c1)
    x2, y2 = _direction(a2, b2, c2)
    coloured = (c1 > 0) & (c2 > 0)
    x, y = x1 + x2, y1 + y2
    between = _length(x, y)
    opposite = coloured & (between == 0)
    # Of opposite hues the middle is a quarter turn after the lower one, counted from 0 to 360.
    lower = np.where((y1 > 0) | ((y1 == 0) & (x1 > 0)), 1.0, -1.0)
    x, y = np.where(opposite, -y1 * lower, x), np.where(opposite, x1 * lower, y)
    cos, sin = _direction(x, y, np.where(opposite, 1.0, between))
    grey = (c1 == 0) & (c2 == 0)
    apart = _length(x2 - x1, y2 - y1) / 2
    turn = np.where(x1 * y2 - y1 * x2 < 0, -apart, apart)
    return np.where(coloured, turn, 0.0), np.where(grey, 1.0, cos), sin


def _direction(x: Array, y: Array, length: Array) -> tuple[Array, Array]:
    divisor = np.where(length > 0, length, 1.0)
    return x / divisor, y / divisor


def _length(x: Array, y: Array) -> Array:
    return np.sqrt(x * x + y * y)


def _seventh(chroma: Array) -> Array:
    cubed = chroma * chroma * chroma
    seventh = cubed * cubed * chroma
    return np.sqrt(seventh / (seventh + _25_TO_THE_7TH))


def _near_blue(cos: Array, sin: Array) -> Array:
    """Return exp(−((h − 275) / 25)²) of hues in degrees, given by their cosine and sine."""
    away = _degrees(cos * _COS_275 + sin * _SIN_275, sin * _COS_275 - cos * _SIN_275)
    parts = away / 25
    return np.where(away > _FARTHEST_FROM_BLUE, 0.0, _falling(parts * parts))


def _degrees(cos: Array, sin: Array) -> Array:
    """Return angles between −180 and 180 by halving them four times, then the arc tangent's series."""
    tangent = sin / np.maximum(1 + cos, 1e-12)
    for _ in range(3):
        tangent = tangent / (1 + np.sqrt(1 + tangent * tangent))
    squared, total = tangent * tangent, np.zeros_like(tangent)
    for term in range(_ATAN_TERMS, -1, -1):
        total = (-1) ** term / (2 * term + 1) + squared * total
    return 16 * tangent * total / _DEGREE


def _falling(y: Array) -> Array:
    """Return exp(−y), y ≥ 0: the series of a small part of y, then squared."""
    part, total = y / 2.0**_HALVINGS, np.ones_like(y)
    for term in range(_EXP_TERMS, 0, -1):
        total = 1 - part * total / term
    for _ in range(_HALVINGS):
        total = total * total
    return total


def _sine(x: Array) -> Array:
    """Return the sine of angles from 0 to 60 degrees, in radians."""
    squared, total = x * x, np.ones_like(x)
    for term in range(_SIN_TERMS, 0, -1):
        total = 1 - squared * total / (2 * term * (2 * term + 1))
    return x * total
