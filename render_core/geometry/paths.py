"""Paths in float64 before quantising: font units, ems or micrometres, by context; y down.

Only IEEE basic operations, so that results are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.outline_builder import quantise
from render_core.layout import Outline


class Path(NamedTuple):
    """verbs: (v,) uint8, values of `Verb` without ARC. points: (p, 2) float64."""

    verbs: NDArray[np.uint8]
    points: NDArray[np.float64]

    @property
    def is_empty(self) -> bool:
        return self.verbs.size == 0

    def placed(self, scale: float, x: float, y: float) -> Path:
        """Return the path scaled about the origin and then moved."""
        if self.is_empty:
            return self
        points = self.points * scale
        points[:, 0] += x  # By columns: many times faster.
        points[:, 1] += y
        return Path(self.verbs, points)

    def outline(self) -> Outline:
        """Return the path quantised to whole micrometres; its unit must be the micrometre."""
        return Outline(self.verbs.copy(), quantise(self.points))


EMPTY_PATH: Final = Path(np.zeros(0, np.uint8), np.zeros((0, 2), np.float64))


class Bounds(NamedTuple):
    """The smallest box around a path, in its unit; y down."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Bounds) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def moved(self, dx: float, dy: float) -> Bounds:
        return Bounds(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def joined(self, other: Bounds) -> Bounds:
        return Bounds(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


def join_paths(paths: Iterable[Path]) -> Path:
    """Return one path with the contours of all, in order, overlaps and all."""
    parts = [path for path in paths if not path.is_empty]
    if not parts:
        return EMPTY_PATH
    return Path(
        np.concatenate([part.verbs for part in parts]),
        np.concatenate([part.points for part in parts]),
    )
