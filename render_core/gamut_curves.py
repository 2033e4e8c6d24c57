"""Tone curves of ICC profiles: `curv` and `para`, with their inverses.

Source: ICC.1:2022, 10.6 (curveType) and 10.18 (parametricCurveType). Curves are made into tables of
`SAMPLES` values once, so that a power is computed a few thousand times for a profile and never for a
colour.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.errors import RefusedFile

Array = NDArray[np.float64]
SAMPLES: Final = 4096
_MAX_ENTRIES: Final = 65_536
_PARAMETERS: Final = (1, 3, 4, 5, 7)


class Curve:
    """A function from 0…1 to 0…1, as a table of equal steps."""

    def __init__(self, values: Array) -> None:
        self._values = values
        self._rises = np.diff(values)
        self._steps = np.linspace(0.0, 1.0, len(values))
        self._is_identity = np.array_equal(values, self._steps)

    def __call__(self, x: Array) -> Array:
        """Return values at places 0…1."""
        if self._is_identity:
            return x
        place = x * len(self._rises)
        base = np.minimum(place.astype(np.int64), len(self._rises) - 1)
        result: Array = self._values[base] + (place - base) * self._rises[base]
        return result

    def inverse(self, y: Array) -> Array:
        """Return where the curve has a value; a flat stretch counts as its beginning."""
        rising = np.maximum.accumulate(self._values)
        result: Array = np.interp(y, rising, self._steps)
        return result


IDENTITY: Final = Curve(np.array([0.0, 1.0]))


def read_curve(data: bytes, offset: int) -> tuple[Curve, int]:
    """Return the curve at an offset and the offset after it, on a multiple of four."""
    kind = data[offset : offset + 4]
    if kind == b"curv":
        return _table(data, offset)
    if kind == b"para":
        return _parametric(data, offset)
    raise broken()


def broken() -> RefusedFile:
    """Return the refusal of a profile that contradicts itself."""
    return RefusedFile(
        "PROFILE_BROKEN", "This colour profile is damaged. Export it again from its source."
    )


def _table(data: bytes, offset: int) -> tuple[Curve, int]:
    count = unpacked(">I", data, offset + 8)[0]
    if count > _MAX_ENTRIES:
        raise broken()
    end = offset + 12 + 2 * count
    if count == 0:
        return IDENTITY, end
    values = unpacked(f">{count}H", data, offset + 12)
    end += -end % 4
    if count == 1:
        gamma = values[0] / 256
        return _sampled(lambda x: x**gamma), end
    return Curve(np.array(values, np.float64) / 65_535), end


def _parametric(data: bytes, offset: int) -> tuple[Curve, int]:
    kind = unpacked(">H", data, offset + 8)[0]
    if kind >= len(_PARAMETERS):
        raise broken()
    count = _PARAMETERS[kind]
    g, *rest = (value / 65_536 for value in unpacked(f">{count}i", data, offset + 12))
    return _sampled(_formula(kind, g, rest)), offset + 12 + 4 * count


def _formula(kind: int, g: float, rest: list[float]) -> Callable[[float], float]:
    """Return a function of ICC.1:2022, table 68."""
    a, b, c, d, e, f = (*rest, *[0.0] * (6 - len(rest)))
    if kind == 0:
        return lambda x: x**g
    if kind in (1, 2):
        if not a:
            raise broken()
        return lambda x: (max(a * x + b, 0.0) ** g if x >= -b / a else 0.0) + c
    if kind == 3:
        e = f = 0.0
    return lambda x: max(a * x + b, 0.0) ** g + e if x >= d else c * x + f


def _sampled(function: Callable[[float], float]) -> Curve:
    try:
        values = [function(step / (SAMPLES - 1)) for step in range(SAMPLES)]
    except (ArithmeticError, ValueError):
        raise broken() from None
    return Curve(np.clip(np.array(values, np.float64), 0.0, 1.0))


def unpacked(form: str, data: bytes, offset: int) -> tuple[int, ...]:
    """Return whole numbers at an offset; RefusedFile (PROFILE_BROKEN) where the data ends before."""
    try:
        return struct.unpack_from(form, data, offset)
    except struct.error:
        raise broken() from None
