"""From linear light to sRGB and back, by tables.

As `render_core.srgb`, but with room for light above white.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.srgb import light_of_bytes, signal_of

# Steps of linear light in the table from light to bytes: up to 4 in 1/16384.
STEPS: Final = 16_384
_ENTRIES: Final = 65_536
# From here on highlights run out softly into white instead of being cut off.
_SHOULDER: Final = 0.82


@cache
def bytes_of_light() -> NDArray[np.uint8]:
    """Return the sRGB byte by linear light in 1/STEPS, highlights rolled off, (65536,)."""
    values = [round(signal_of(_rolled_off(step / STEPS)) * 255) for step in range(_ENTRIES)]
    return np.array(values, np.uint8)


def encode(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the sRGB bytes of linear light of any shape; what is below 0 is black."""
    steps = light * np.float32(STEPS) + np.float32(0.5)
    index = np.minimum(np.maximum(steps, 0), _ENTRIES - 1).astype(np.uint16)
    encoded: NDArray[np.uint8] = bytes_of_light()[index]
    return encoded


def straight(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return pixels (…, 4), premultiplied linear light and coverage, as sRGB with straight alpha."""
    alpha = np.clip(light[..., 3:], 0, 1)
    colour = (light[..., :3] / np.maximum(alpha, np.float32(1 / 1024))).astype(np.float32)
    out = np.empty(light.shape, np.uint8)
    out[..., :3] = encode(colour)
    out[..., 3:] = (alpha * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    return out


def colour(rgb: tuple[int, int, int]) -> NDArray[np.float64]:
    """Return an sRGB colour as linear light, (3,)."""
    return light_of_bytes()[list(rgb)].astype(np.float64) / 65535


def _rolled_off(light: float) -> float:
    over = (light - _SHOULDER) / (1 - _SHOULDER)
    return light if over <= 0 else _SHOULDER + (1 - _SHOULDER) * over / (1 + over)
