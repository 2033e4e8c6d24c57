"""Affine maps of the plane, written out: the same bits on every machine."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.paths import Path

_Array = NDArray[np.float64]


class Affine(NamedTuple):
    """x' = a·x + c·y + e, y' = b·x + d·y + f; y down, so that (cos, sin, −sin, cos) turns clockwise."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def points(self, points: _Array) -> _Array:
        """Return points (n, 2) where the map takes them."""
        x, y = points[:, 0], points[:, 1]
        across = self.a * x + self.c * y + self.e
        down = self.b * x + self.d * y + self.f
        return np.stack([across, down], axis=1)

    def path(self, path: Path) -> Path:
        """Return a path where the map takes it."""
        return path if path.is_empty else Path(path.verbs, self.points(path.points))
