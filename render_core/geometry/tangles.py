"""How often a path crosses or touches itself: what path operations take is by that number."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.flatten import flatten_path
from render_core.geometry.paths import Path

_Array = NDArray[np.float64]

_CHORDS_PER_WIDTH: Final = 500  # Curves are counted as coarse chords.
_BLOCK: Final = 64
_PAIRS: Final = 200_000
_MOST_LOOKED_AT: Final = 50_000_000


def is_tangled(path: Path, most: int) -> bool:
    """Return whether more than `most` pairs of a path's segments meet elsewhere than end to end.

    Also where telling would take too long.
    """
    met = meetings(path, most)
    return met is None or met > most


def meetings(path: Path, most: int) -> int | None:
    """Return how many pairs of segments meet elsewhere than end to end.

    Stops counting soon after `most`; None where telling would take too long.
    """
    starts, ends = _chords(path)
    order = np.argsort(np.minimum(starts[:, 0], ends[:, 0]), kind="stable")
    starts, ends = starts[order], ends[order]
    low, high = np.minimum(starts, ends), np.maximum(starts, ends)
    met = looked_at = 0
    for first in range(0, len(starts), _BLOCK):
        block = slice(first, first + _BLOCK)
        last = int(np.searchsorted(low[:, 0], high[block, 0].max(), side="right"))
        looked_at += (min(first + _BLOCK, len(starts)) - first) * (last - first)
        if looked_at > _MOST_LOOKED_AT:
            return None
        near = low[block, 0, None] <= high[None, first:last, 0]
        near &= high[block, 0, None] >= low[None, first:last, 0]
        near &= low[block, 1, None] <= high[None, first:last, 1]
        near &= high[block, 1, None] >= low[None, first:last, 1]
        one, other = np.nonzero(np.triu(near, 1))  # Each pair once.
        for at in range(0, len(one), _PAIRS):
            some = slice(at, at + _PAIRS)
            met += _meeting(starts, ends, one[some] + first, other[some] + first)
            if met > most:
                return met
    return met


def _chords(path: Path) -> tuple[_Array, _Array]:
    """Return the beginnings and ends (n, 2) of a path as straight lines that have a length."""
    extent = float((path.points.max(axis=0) - path.points.min(axis=0)).max())
    contours = flatten_path(path.verbs, path.points, max(extent / _CHORDS_PER_WIDTH, 1e-6))
    points = [contour.points_um for contour in contours]
    starts = np.concatenate(points)
    ends = np.concatenate([np.roll(contour, -1, axis=0) for contour in points])
    long = (starts != ends).any(axis=1)
    return starts[long], ends[long]


def _meeting(starts: _Array, ends: _Array, one: NDArray[np.intp], other: NDArray[np.intp]) -> int:
    """Return how many pairs of segments with overlapping boxes have a point in common.

    Those that merely follow each other are not counted.
    """
    a, b, c, d = starts[one], ends[one], starts[other], ends[other]
    apart = (_side(a, b, c) * _side(a, b, d) > 0) | (_side(c, d, a) * _side(c, d, b) > 0)
    follow = (b == c).all(axis=1) ^ (d == a).all(axis=1)
    back = _side(a, b, np.where((b == c).all(axis=1)[:, None], d, c)) == 0
    return int((~apart & ~(follow & ~back)).sum())


def _side(a: _Array, b: _Array, point: _Array) -> _Array:
    side: _Array = np.sign(
        (b[:, 0] - a[:, 0]) * (point[:, 1] - a[:, 1])
        - (b[:, 1] - a[:, 1]) * (point[:, 0] - a[:, 0])
    )
    return side
