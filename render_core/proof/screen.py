"""Levels of sRGB to XYZ under D50 and back, for many colours at once.

Sources as `render_core.colour`, but the primaries are adapted here to the last bit, so that greys stay
grey; Bradford's matrix: ICC.1:2022, annex E. The transfer curve is a table: its powers come from the C library one
by one, a few thousand times in all, and are rounded to levels in the end, far above their last bits.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.colour import WHITE_D50
from render_core.gamut_curves import Array
from render_core.gamut_rows import combined, inverse
from render_core.srgb import light_of, signal_of

# Light is looked up by its fourth root, along which levels are nearly straight.
_STEPS: Final = 4096

_LIGHT: Final = np.array([light_of(level / 255) for level in range(256)])
_LEVELS: Final = np.array([255 * signal_of((step / _STEPS) ** 4) for step in range(_STEPS + 1)])
_RISES: Final = np.diff(_LEVELS)

# CIE x and y of red, green and blue, and of the white of sRGB, D65.
_PRIMARIES: Final = np.array([[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]])
_WHITE: Final = np.array([[0.3127, 0.3290]])
_BRADFORD: Final = np.array(
    [[0.8951, -0.7502, 0.0389], [0.2664, 1.7135, -0.0685], [-0.1614, 0.0367, 1.0296]]
)


def _adapted_primaries() -> Array:
    """Return XYZ under D50 of red, green and blue at their fullest, as rows."""
    red_green_blue, white = (
        np.stack([xy[:, 0] / xy[:, 1], np.ones(len(xy)), (1 - xy[:, 0] - xy[:, 1]) / xy[:, 1]], 1)
        for xy in (_PRIMARIES, _WHITE)
    )
    amounts = combined(white, inverse(red_green_blue))
    cones = combined(red_green_blue * amounts.T, _BRADFORD)
    there = combined(np.array([WHITE_D50]), _BRADFORD) / combined(white, _BRADFORD)
    return combined(cones * there, inverse(_BRADFORD))


_ROWS: Final = _adapted_primaries()
_INVERSE: Final = inverse(_ROWS)


def xyz_of_levels(levels: NDArray[np.int64]) -> Array:
    """Return XYZ (n, 3) of sRGB (n, 3), whole levels 0 to 255."""
    return combined(_LIGHT[levels], _ROWS)


def levels_of_xyz(xyz: Array) -> Array:
    """Return sRGB (n, 3), levels 0 to 255 with fractions; what the screen cannot show is cut off."""
    light = np.clip(combined(xyz, _INVERSE), 0.0, 1.0)
    place = np.sqrt(np.sqrt(light)) * _STEPS
    base = np.minimum(place.astype(np.int64), _STEPS - 1)
    levels: Array = _LEVELS[base] + (place - base) * _RISES[base]
    return levels
