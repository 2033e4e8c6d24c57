"""Which triangles lie around a vertex: tables for whole arrays of vertices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]


def half_edges(triangles: Whole) -> tuple[Whole, Whole]:
    """Return where each edge of each triangle starts and ends, as the triangle runs."""
    return triangles.reshape(-1), triangles[:, (1, 2, 0)].reshape(-1)


class Fans:
    """The triangles (t, 3) around each of so many vertices."""

    def __init__(self, triangles: Whole, vertices: int) -> None:
        self.triangles = triangles
        self._vertices = vertices
        corners = triangles.reshape(-1)
        self._order = corners.argsort(kind="stable") // 3
        self._count = np.bincount(corners, minlength=vertices).astype(np.int64)
        self._first = np.concatenate((np.zeros(1, np.int64), self._count.cumsum()))[:-1]
        start, end = half_edges(triangles)
        self._edges = np.sort(start * np.int64(vertices) + end)

    def rows(self, of: Whole) -> tuple[Whole, Whole]:
        """Return the triangles around vertices: whose (an index into `of`), and which."""
        count = self._count[of]
        which = np.repeat(np.arange(len(of)), count)
        start = np.concatenate((np.zeros(1, np.int64), count.cumsum()))[:-1]
        step = np.arange(len(which)) - start[which]
        return which, self._order[self._first[of][which] + step]

    def met(self, start: Whole, end: Whole) -> Whole:
        """Return how many neighbours of `start`, whose fan is closed, are neighbours of `end`."""
        which, rows = self.rows(start)
        corners = self.triangles[rows]
        mine = corners == start[which, None]
        after = corners[:, (1, 2, 0)][mine]
        one = self._has(after, end[which]) | self._has(end[which], after)
        return np.bincount(which[one & (after != end[which])], minlength=len(start)).astype(
            np.int64
        )

    def _has(self, start: Whole, end: Whole) -> NDArray[np.bool_]:
        key = start * np.int64(self._vertices) + end
        at = np.minimum(np.searchsorted(self._edges, key), len(self._edges) - 1)
        found: NDArray[np.bool_] = self._edges[at] == key
        return found
