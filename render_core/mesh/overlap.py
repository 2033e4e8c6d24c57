"""Where texture coordinates lie over each other: found on a raster of samples, in whole numbers.

Each triangle covers the samples that lie on it, with edges half open, so that triangles that share an
edge share no sample. What is covered twice over more than a sample each way is an overlap: thinner
ones, from rounding along seams, show nothing on the largest picture that a model carries.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Samples a side; fewer where many long thin triangles would cost too many rows.
SAMPLES, LEAST_SAMPLES = 2048, 64
MAX_ROWS: Final = 1 << 23
_STEPS: Final = 1 << 17  # of a coordinate; vertices take the even ones, samples odd ones
# Rows of triangles that are worked on at once: bounds the memory.
_CHUNK_ROWS: Final = 1 << 20

Whole = NDArray[np.int64]


def overlap(uvs: NDArray[np.float64]) -> tuple[float, float] | None:
    """Return the place (u, v) of an overlap of triangles (t, 3, 2), None where there is none.

    Coordinates beyond 0 to 1 count as at the edge.
    """
    inside = np.minimum(np.maximum(uvs, 0.0), 1.0)
    corners = 2 * np.rint(inside * (_STEPS // 2)).astype(np.int64)
    order = corners[..., 1].argsort(axis=1, kind="stable")
    sorted_ = np.take_along_axis(corners, order[..., None], axis=1)
    raster = _Raster(SAMPLES)
    while raster.rows(sorted_) > MAX_ROWS and raster.samples > LEAST_SAMPLES:
        raster = _Raster(raster.samples // 2)
    return raster.twice(sorted_)


class _Raster:
    """Samples in rows and columns, at odd steps."""

    def __init__(self, samples: int) -> None:
        self.samples = samples
        self._pitch = _STEPS // samples
        self._first = self._pitch // 2 + 1

    def rows(self, corners: Whole) -> int:
        """Return how many rows all triangles cross together; corners: (t, 3, 2), v rising."""
        return int((self._from(corners[:, 2, 1]) - self._from(corners[:, 0, 1])).sum())

    def twice(self, corners: Whole) -> tuple[float, float] | None:
        """Return a place that two triangles cover over more than a sample each way."""
        size = self.samples * (self.samples + 1)
        covered = np.zeros(size, np.int32)
        for starts, ends in self._spans(corners):
            covered += np.bincount(starts, minlength=size).astype(np.int32)
            covered -= np.bincount(ends, minlength=size).astype(np.int32)
        twice = covered.reshape(self.samples, self.samples + 1).cumsum(axis=1) > 1
        block = twice[:-1, :-1] & twice[1:, :-1] & twice[:-1, 1:] & twice[1:, 1:]
        if not bool(block.any()):
            return None
        row, column = divmod(int(block.argmax()), block.shape[1])
        return (column + 1) / self.samples, (row + 1) / self.samples

    def _spans(self, corners: Whole) -> Iterator[tuple[Whole, Whole]]:
        """Yield where samples covered by a triangle begin and end on each row, as flat indices."""
        a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
        first, last = self._from(a[:, 1]), self._from(c[:, 1])
        total = np.concatenate((np.zeros(1, np.int64), (last - first).cumsum()))
        start = 0
        while start < len(corners):
            end = int(np.searchsorted(total, total[start] + _CHUNK_ROWS, side="right")) - 1
            end = max(end, start + 1)
            which = np.repeat(np.arange(start, end), (last - first)[start:end])
            row = np.arange(len(which)) - (total[which] - total[start]) + first[which]
            y = row * self._pitch + self._first
            low, middle, high = a[which], b[which], c[which]
            long = self._crossing(low, high, y)
            upper = (y < middle[:, 1])[:, None]
            foot, head = np.where(upper, low, middle), np.where(upper, middle, high)
            short = self._crossing(foot, head, y)
            base = row * (self.samples + 1)
            yield base + np.minimum(long, short), base + np.maximum(long, short)
            start = end

    def _from(self, values: Whole) -> Whole:
        """Return the first sample beyond values."""
        return -((self._first - values) // self._pitch)

    def _crossing(self, low: Whole, high: Whole, y: Whole) -> Whole:
        """Return the first sample beyond the place where an edge crosses a row."""
        rise = high[:, 1] - low[:, 1]
        across = low[:, 0] * rise + (high[:, 0] - low[:, 0]) * (y - low[:, 1])
        first: Whole = -((self._first * rise - across) // (self._pitch * rise))
        return first
