"""Sine and cosine of arrays by a power series: the same bytes on every machine.

numpy's own differ with the vector instructions of the processor. Only + and × are used here, one by one.
"""

from __future__ import annotations

from math import factorial
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_QUARTER: Final = 0.25
_ODD: Final = tuple((-1) ** n / factorial(2 * n + 1) for n in range(9))
_EVEN: Final = tuple((-1) ** n / factorial(2 * n) for n in range(9))


def sine_cosine(angle: Floats) -> tuple[Floats, Floats]:
    """Return sine and cosine of angles in radians within ±2π, to about 13 decimals.

    The series is taken at a quarter of the angle, then the angle is doubled twice.
    """
    part = np.asarray(angle, np.float64) * _QUARTER
    square = part * part
    sine, cosine = part * _series(_ODD, square), _series(_EVEN, square)
    for _ in range(2):
        sine, cosine = 2.0 * sine * cosine, 1.0 - 2.0 * sine * sine
    return sine, cosine


def _series(terms: tuple[float, ...], square: Floats) -> Floats:
    total = np.full_like(square, terms[-1])
    for term in reversed(terms[:-1]):
        total *= square
        total += term
    return total
