"""How the needle gets from one place of a piece to another without leaving it."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np

from render_core.geometry.offset import grown, shrunk
from render_core.making.stitches.pattern import UM_PER_UNIT
from render_core.making.stitches.piece import Piece, Points
from render_core.making.stitches.sewer import Sewer
from render_core.making.stitches.skeleton import line_length

# Along the edge, so far inside that what follows covers it.
_INSET_UM: Final = 450.0
# Threads reach beyond the edge by the pull, and rounding adds a little.
_BEYOND_UM: Final = 80.0
_LONGEST_UM: Final = 40_000.0


class Ways:
    """The ways inside of one piece. beyond_um: how far stitches may lie outside of its edge."""

    def __init__(self, piece: Piece, beyond_um: float) -> None:
        self._piece = piece
        self._beyond = beyond_um + _BEYOND_UM

    def go(self, sewer: Sewer, target: Points) -> None:
        """Run to a point inside of the piece; jump where no short way leads there."""
        x, y = target.tolist()
        if sewer.place is not None:
            start = np.array(sewer.place, np.float64) * UM_PER_UNIT
            way = self._way(start, target)
            if way is not None:
                sewer.run(way)
                return
        sewer.begin(x, y)

    @cached_property
    def _room(self) -> Piece:
        return Piece(grown(self._piece.area, self._beyond))

    @cached_property
    def _rings(self) -> tuple[Points, ...]:
        return Piece(shrunk(self._piece.area, _INSET_UM)).rings

    def _is_free(self, start: Points, end: Points) -> bool:
        (ax, ay), (bx, by) = start.tolist(), end.tolist()
        return self._room.has_way((ax, ay), (bx, by))

    def _way(self, start: Points, end: Points) -> Points | None:
        if self._is_free(start, end):
            return np.stack([start, end])
        best: Points | None = None
        for ring in self._rings:
            leave, arrive = _nearest(ring, start), _nearest(ring, end)
            if not (self._is_free(start, ring[leave]) and self._is_free(ring[arrive], end)):
                continue
            for arc in (_arc(ring, leave, arrive), _arc(ring, arrive, leave)[::-1]):
                way = np.concatenate([start[None], arc, end[None]])
                if best is None or line_length(way) < line_length(best):
                    best = way
        return best if best is not None and line_length(best) <= _LONGEST_UM else None


def _nearest(ring: Points, place: Points) -> int:
    dx, dy = ring[:, 0] - place[0], ring[:, 1] - place[1]
    return int(np.argmin(dx * dx + dy * dy))


def _arc(ring: Points, first: int, last: int) -> Points:
    count = (last - first) % len(ring) + 1
    return ring[(first + np.arange(count)) % len(ring)]
