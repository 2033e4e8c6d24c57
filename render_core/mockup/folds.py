"""Displacement: folds of cloth bend the print that lies on them.

The grey of the displacement picture moves the design: black, 0, up and to the left by the strength;
white, 255, down and to the right; 128 nothing, as the displacement maps of image editors do. A pixel
shows what the flat design has at p + shift(p); an outline's node is taken the other way by repeating
p ← q − shift(p), which ends since shifts are kept from changing faster than `STEEPEST`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.mockup.maps import Floats

# Pixels of shift by pixels of way: steeper ones would lay the print over itself.
STEEPEST: Final = 0.5
_ROUNDS: Final = 8  # What is left after them is 1/256 of the first step.
_MIDDLE: Final = 128


@dataclass(frozen=True)
class Folds:
    """shift: (h, w) float32, pixels of the canvas, to the right and down alike, at middles.

    share: how wide the plane is, by the canvas: a large canvas has a smaller one.
    """

    shift: NDArray[np.float32]
    share: float = 1.0

    def origins(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return which place of the unfolded picture is seen at places of the canvas."""
        shift = self._at(x, y)
        return x + shift, y + shift

    def moved(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return where places of the unfolded picture are seen."""
        at_x, at_y = x, y
        for _ in range(_ROUNDS):
            shift = self._at(at_x, at_y)
            at_x, at_y = x - shift, y - shift
        return at_x, at_y

    def _at(self, x: Floats, y: Floats) -> Floats:
        """Return the shift between pixel middles, bilinear; beyond the picture that of its border."""
        height, width = self.shift.shape
        across = np.clip(x * self.share - 0.5, 0, width - 1.001)
        down = np.clip(y * self.share - 0.5, 0, height - 1.001)
        column, row = np.floor(across), np.floor(down)
        s, t = across - column, down - row
        place = (row * width + column).astype(np.int64)
        flat = self.shift.reshape(-1)
        right, below = (1 if width > 1 else 0), (width if height > 1 else 0)
        upper = flat[place] * (1 - s) + flat[place + right] * s
        lower = flat[place + below] * (1 - s) + flat[place + below + right] * s
        moved: Floats = upper * (1 - t) + lower * t
        return moved


def folds_of(
    grey: NDArray[np.uint8], strength_px: float, softness_px: int, share: float = 1.0
) -> Folds:
    """Return the folds of a displacement picture, share times as wide as the canvas.

    strength_px: the shift of pure white. softness_px: the radius, in the picture, by which steps between the
    picture's 256 greys are smoothed. Where the steepest fold would still pass `STEEPEST`, all are flattened alike.
    """
    plane = grey.astype(np.int64) - _MIDDLE
    for axis in (0, 1, 0, 1):
        plane = _boxed(plane * 16, softness_px, axis) if softness_px else plane * 16
    shift = plane.astype(np.float64) * (strength_px / (127.0 * 65536.0))
    steps = [float(np.abs(np.diff(shift, axis=axis)).max(initial=0.0)) for axis in (0, 1)]
    steepest = (steps[0] + steps[1]) * share
    if steepest > STEEPEST:
        shift *= STEEPEST / steepest
    return Folds(shift.astype(np.float32), share)


def _boxed(plane: NDArray[np.int64], radius: int, axis: int) -> NDArray[np.int64]:
    """Return the average over 2 · radius + 1 neighbours along an axis; the border goes on outside."""
    pad = [(0, 0), (0, 0)]
    pad[axis] = (radius + 1, radius)
    sums = np.cumsum(np.pad(plane, pad, mode="edge"), axis=axis, dtype=np.int64)
    size, length = 2 * radius + 1, plane.shape[axis]
    high, low = [slice(None)] * 2, [slice(None)] * 2
    high[axis], low[axis] = slice(size, size + length), slice(0, length)
    averaged: NDArray[np.int64] = (sums[tuple(high)] - sums[tuple(low)] + radius) // size
    return averaged
