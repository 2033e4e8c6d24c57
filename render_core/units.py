"""Exact ratios between the units of the render core.

Lengths are whole micrometres, font sizes whole hundredths of a point; 1 pt = 1/72 inch.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

UM_PER_MM: Final = 1000
CENTIPOINT_PER_POINT: Final = 100

# 25,400 µm / 7,200 centipoint = 127/36 µm: kept as a fraction, so that no rounding creeps in.
UM_PER_CENTIPOINT_NUMERATOR: Final = 127
UM_PER_CENTIPOINT_DENOMINATOR: Final = 36


def centipoint_to_um(size_centipoint: int | float) -> float:
    """Return a font size in micrometres: one division, correctly rounded."""
    return size_centipoint * UM_PER_CENTIPOINT_NUMERATOR / UM_PER_CENTIPOINT_DENOMINATOR


def um_to_centipoint(length_um: float) -> float:
    """Return a length as a font size in 1/100 pt; infinity stays infinity."""
    return length_um * UM_PER_CENTIPOINT_DENOMINATOR / UM_PER_CENTIPOINT_NUMERATOR


@lru_cache(maxsize=1 << 17)
def um_as_mm(length_um: int) -> str:
    """Return micrometres as millimetres in decimal, without trailing zeros and without floats.

    Remembered, since the coordinates of products lie in a small range and come again and again.
    """
    if length_um < 0:
        return f"-{um_as_mm(-length_um)}"
    return f"{length_um // UM_PER_MM}{_DECIMALS[length_um % UM_PER_MM]}"


def fixed(value: float, decimals: int = 4) -> str:
    """Return a number in fixed notation without trailing zeros, as PDF and SVG read it."""
    text = f"{value:.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


# The decimals of each thousandth: "" for 0, ".5" for 500, ".025" for 25.
_DECIMALS: Final = ("", *(f".{rest:03d}".rstrip("0") for rest in range(1, UM_PER_MM)))
