"""Sine and cosine of degrees in whole numbers, the same on every machine: no C library has a say.

Source: the Taylor series of the sine, in integers of 1/10**30; 25 terms reach a quarter turn to the
last bit of a float64.
"""

from __future__ import annotations

from functools import cache
from typing import Final

_ONE: Final = 10**30
_PI: Final = 3_141592653589793238462643383279
_TERMS: Final = 25


def cos_sin(degrees: int) -> tuple[float, float]:
    """Return the cosine and the sine of an angle in whole degrees."""
    return _sine(degrees + 90), _sine(degrees)


def cos_sin_millidegrees(millidegrees: int) -> tuple[float, float]:
    """Return the cosine and the sine of an angle in 1/1000 degree."""
    return _sine_millidegrees(millidegrees + 90_000), _sine_millidegrees(millidegrees)


@cache
def _sine(degrees: int) -> float:
    degrees %= 360
    if degrees >= 180:
        return -_sine(degrees - 180) if degrees > 180 else 0.0
    return _series(_PI * min(degrees, 180 - degrees) // 180)


def _sine_millidegrees(millidegrees: int) -> float:
    millidegrees %= 360_000
    if millidegrees >= 180_000:
        return -_sine_millidegrees(millidegrees - 180_000) if millidegrees > 180_000 else 0.0
    return _series(_PI * min(millidegrees, 180_000 - millidegrees) // 180_000)


def _series(x: int) -> float:
    """Return the sine of x / 10**30 radians, from 0 to a quarter turn."""
    total, term = 0, x
    for step in range(1, 2 * _TERMS, 2):
        total += term
        term = -term * x // _ONE * x // (_ONE * (step + 1) * (step + 2))
    return total / _ONE
