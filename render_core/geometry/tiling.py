"""Where the tiles of a pattern lie, and which of them an area holds whole.

Tiles are boxes in whole micrometres with their sides along the axes; whoever wants them turned turns
the area the other way first.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.artwork_rules import PatternKind, PatternRules
from render_core.geometry.polygons import UNITS_PER_UM, Polygons

Places = NDArray[np.int64]

_MAX_PIECES: Final = 2_000


@dataclass(frozen=True, slots=True)
class Grid:
    """The lattice of a pattern; one tile stands with its middle on the origin, give or take a half."""

    kind: PatternKind
    width_um: int
    height_um: int
    gap_um: int

    @property
    def pitch_um(self) -> tuple[int, int]:
        return self.width_um + self.gap_um, self.height_um + self.gap_um

    def count(self, area: Polygons) -> int:
        """Return about how many tiles reach into the box around an area; never fewer than do."""
        left, top, right, bottom = _box(area)
        across, down = self.pitch_um
        return (int((right - left) // across) + 3) * (int((bottom - top) // down) + 3)

    def places(self, area: Polygons) -> Places:
        """Return the top left corners (n, 2) of the tiles that reach into the box around an area."""
        left, top, right, bottom = _box(area)
        across, down = self.pitch_um
        columns = _indices(left, right, self.width_um, across)
        rows = _indices(top, bottom, self.height_um, down)
        x, y = (grid.ravel() for grid in np.meshgrid(columns, rows))
        brick, half_drop = (
            self.kind is kind for kind in (PatternKind.BRICK, PatternKind.HALF_DROP)
        )
        corners = np.stack(
            [
                x * across - self.width_um // 2 + (y % 2) * (across // 2) * brick,
                y * down - self.height_um // 2 + (x % 2) * (down // 2) * half_drop,
            ],
            axis=1,
        )
        far = corners + np.array([self.width_um, self.height_um], np.int64)
        reaches = (corners < [right, bottom]).all(axis=1) & (far > [left, top]).all(axis=1)
        return corners[reaches]


def grid_of(rules: PatternRules, width: float, height: float) -> Grid:
    """Return the lattice for artwork of a size, in any unit: its height follows from its width."""
    tall = max(1, round(rules.tile_width_um * height / width))
    return Grid(rules.kind, rules.tile_width_um, tall, rules.gap_um)


def sorted_by(area: Polygons, places: Places, size_um: tuple[int, int]) -> tuple[Places, Places]:
    """Return the tiles that an area holds whole, and those that its edge may cut."""
    low, high = places, places + np.array(size_um, np.int64)
    cut = np.zeros(len(places), np.bool_)
    for piece_low, piece_high in _pieces(area, min(size_um)):
        cut |= ((low <= piece_high) & (high >= piece_low)).all(axis=1)
    middles = (low + high) / 2
    inside = np.zeros(len(places), np.bool_)
    for ring in area.rings:
        inside ^= _is_around(ring / UNITS_PER_UM, middles)
    return places[inside & ~cut], places[cut]


def _box(area: Polygons) -> tuple[float, float, float, float]:
    low = np.min([ring.min(axis=0) for ring in area.rings], axis=0) / UNITS_PER_UM
    high = np.max([ring.max(axis=0) for ring in area.rings], axis=0) / UNITS_PER_UM
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _indices(low: float, high: float, size: int, pitch: int) -> Places:
    """Return the rows or columns that may reach between two coordinates, moved ones included."""
    first = int((low + size // 2 - size) // pitch) - 1
    last = ceil((high + size // 2) / pitch) + 1
    return np.arange(first, last + 1, dtype=np.int64)


def _pieces(area: Polygons, longest_um: int) -> list[tuple[Places, Places]]:
    """Return the boxes of an area's edges, long ones in pieces, so that boxes lie close to them."""
    boxes = []
    for ring in area.rings:
        for a, b in zip(ring / UNITS_PER_UM, np.roll(ring, -1, axis=0) / UNITS_PER_UM, strict=True):
            count = min(_MAX_PIECES, ceil(max(1.0, float(np.abs(b - a).max()) / longest_um)))
            share = np.arange(count + 1)[:, None] / count
            ends = a + (b - a) * share
            boxes += [(np.minimum(p, q) - 1, np.maximum(p, q) + 1) for p, q in pairwise(ends)]
    return boxes


def _is_around(ring: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether a ring goes around points, by crossings to their right."""
    inside = np.zeros(len(points), np.bool_)
    x, y = points.T
    for (ax, ay), (bx, by) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if ay == by:
            continue
        crosses = (ay > y) != (by > y)
        inside ^= crosses & (x < ax + (bx - ax) * (y - ay) / (by - ay))
    return inside
