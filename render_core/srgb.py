"""sRGB bytes and linear light in 1/65535, by tables: each byte goes there and back unchanged.

Source: IEC 61966-2-1. `math.pow` is rounded to 8 or 16 bits, far above its last bit, so that no C
library has a say in the result.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

FULL: Final = 65535


@cache
def light_of_bytes() -> NDArray[np.uint16]:
    """Return linear light by sRGB byte, (256,)."""
    values = [round(light_of(byte / 255) * FULL) for byte in range(256)]
    return np.array(values, np.uint16)


@cache
def bytes_of_light() -> NDArray[np.uint8]:
    """Return the nearest sRGB byte by linear light, (65536,)."""
    values = [round(signal_of(step / FULL) * 255) for step in range(FULL + 1)]
    return np.array(values, np.uint8)


def light_of(signal: float) -> float:
    """Return linear light of a value of sRGB, both 0 to 1."""
    return signal / 12.92 if signal <= 0.04045 else math.pow((signal + 0.055) / 1.055, 2.4)


def signal_of(light: float) -> float:
    """Return the value of sRGB of linear light: the inverse of `light_of`."""
    return light * 12.92 if light <= 0.0031308 else 1.055 * math.pow(light, 1 / 2.4) - 0.055
