"""Reed-Solomon check words over GF(256) as Data Matrix has them (ISO/IEC 16022, annex E)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

_POLYNOMIAL: Final = 0x12D  # x⁸ + x⁵ + x³ + x² + 1


def _powers() -> list[int]:
    powers = [1]
    while len(powers) < 255:
        doubled = powers[-1] << 1
        powers.append(doubled ^ _POLYNOMIAL if doubled > 255 else doubled)
    return powers


_POWERS: Final = _powers()
_LOGARITHMS: Final = {value: exponent for exponent, value in enumerate(_POWERS)}


def check_words(data: Sequence[int], count: int) -> list[int]:
    """Return the check words of one block: the remainder of data · x^count by the generator."""
    generator = _generator(count)
    remainder = [0] * count
    for word in data:
        factor = word ^ remainder[0]
        remainder = [
            following ^ _product(factor, term)
            for following, term in zip([*remainder[1:], 0], generator, strict=True)
        ]
    return remainder


@cache
def _generator(count: int) -> tuple[int, ...]:
    """Return the coefficients below the leading one of ∏ (x − 2^i), i from 1, highest first."""
    terms = [1]
    for exponent in range(1, count + 1):
        root = _POWERS[exponent % 255]
        terms = [
            high ^ _product(low, root) for high, low in zip([*terms, 0], [0, *terms], strict=True)
        ]
    return tuple(terms[1:])


def _product(a: int, b: int) -> int:
    if not a or not b:
        return 0
    return _POWERS[(_LOGARITHMS[a] + _LOGARITHMS[b]) % 255]
