"""Paths in float64 before quantising: font units, ems or micrometres, by context; y down.

Only IEEE basic operations, so that results are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.outline_builder import quantise
from render_core.layout import POINTS_OF_VERB, Outline, Verb

_COUNTS: Final = np.asarray(POINTS_OF_VERB, dtype=np.int64)


class Path(NamedTuple):
    """verbs: (v,) uint8, values of `Verb` without ARC. points: (p, 2) float64."""

    verbs: NDArray[np.uint8]
    points: NDArray[np.float64]

    @property
    def is_empty(self) -> bool:
        return self.verbs.size == 0

    def placed(self, scale: float, x: float, y: float) -> Path:
        """Return the path scaled about the origin and then moved."""
        return Path(self.verbs, self.points * scale + np.array([x, y], dtype=np.float64))

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


def bounds(path: Path) -> Bounds | None:
    """Return the true extents of a path, curves included and control points not; None if empty."""
    if path.is_empty:
        return None
    reach = support(path, np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], dtype=np.float64))
    right, bottom, left, top = reach.tolist()
    return Bounds(-left, -top, right, bottom)


def support(path: Path, directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far a path reaches in each direction: the maximum of p · d over its points.

    directions: (d, 2), any length. Returns (d,). Exact but for rounding: only the few curves whose
    control points reach beyond all end points are solved for their extreme.
    """
    x, y = path.points[:, 0], path.points[:, 1]
    along = directions[:, :1] * x + directions[:, 1:] * y
    ends = np.cumsum(_COUNTS[path.verbs]) - 1
    on_curve = np.zeros(len(path.points), dtype=np.bool_)
    on_curve[ends[path.verbs != Verb.CLOSE]] = True
    reach: NDArray[np.float64] = along[:, on_curve].max(axis=1)
    for verb, extreme in ((Verb.QUAD, _quad_extreme), (Verb.CUBIC, _cubic_extreme)):
        last = ends[path.verbs == verb]
        if last.size == 0:
            continue
        width = POINTS_OF_VERB[verb]
        controls = along[:, last[:, None] + np.arange(-width, 1)]
        beyond = controls[:, :, 1:-1].max(axis=2) > reach[:, None]
        rows, columns = np.nonzero(beyond)
        if rows.size:
            np.maximum.at(reach, rows, extreme(controls[rows, columns]))
    return reach


def _quad_extreme(c: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the largest value on [0, 1] of quadratic Béziers with coefficients (n, 3)."""
    best: NDArray[np.float64] = np.maximum(c[:, 0], c[:, 2])
    curve = c[:, 0] - 2 * c[:, 1] + c[:, 2]
    safe = np.where(curve < 0, curve, -1.0)
    t = np.clip((c[:, 0] - c[:, 1]) / safe, 0.0, 1.0)
    s = 1 - t
    return np.maximum(best, s * s * c[:, 0] + 2 * s * t * c[:, 1] + t * t * c[:, 2])


def _cubic_extreme(c: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the largest value on [0, 1] of cubic Béziers with coefficients (n, 4).

    The derivative's roots by the stable form of the quadratic formula.
    """
    best: NDArray[np.float64] = np.maximum(c[:, 0], c[:, 3])
    a = c[:, 3] - 3 * c[:, 2] + 3 * c[:, 1] - c[:, 0]
    half_b = c[:, 2] - 2 * c[:, 1] + c[:, 0]
    d = c[:, 1] - c[:, 0]
    root = np.sqrt(np.maximum(half_b * half_b - a * d, 0.0))
    q = -(half_b + np.where(half_b < 0, -root, root))
    for top, base in ((q, a), (d, q)):
        t = np.clip(top / np.where(base == 0, 1.0, base), 0.0, 1.0)
        s = 1 - t
        value = s * s * s * c[:, 0] + 3 * (s * s * t * c[:, 1] + s * t * t * c[:, 2])
        best = np.maximum(best, value + t * t * t * c[:, 3])
    return best
