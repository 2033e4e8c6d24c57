"""Text in a shape of any form: the height at which it may be set largest.

Only an ellipse is as wide above its middle as below it. In a heart, a shield or an arch the block moves
up and down until its size is largest, and of all heights that allow this one it takes the nearest
to where it is aligned: the middle of the box, its head or its foot. A shape that is widest in the middle
keeps its text there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import floor
from typing import Final

import numpy as np

from render_core.byte_bounded import ENTRY_BYTES, ByteBounded
from render_core.geometry.clearance import Drawing, closed_segments, drawing, is_clear
from render_core.geometry.flatten import flatten_path
from render_core.geometry.heights import (
    Bounds,
    Columns,
    Flat,
    bounds_in,
    columns_of,
    largest_scale,
    open_between,
    open_heights,
)
from render_core.geometry.open_lines import there_and_back
from render_core.geometry.region import Region
from render_core.limits import MAX_CACHED_SHAPES, MAX_CLUSTER_CACHE_BYTES
from render_core.text.block import Block
from render_core.text.face import Face
from render_core.units import centipoint_to_um, um_to_centipoint

# A size that fits exactly must not fall to the next smaller one by the last bit of a division.
_ROUNDING_CENTIPOINT: Final = 1e-6
# Edges are as fine as these parts of an em while sizes are searched, and for the last hundredths of a
# point; the outlines judge then.
_COARSE: Final = 1 / 2_000
_FINE: Final = 1 / 16_000
# Heights keep away from what shuts them out, since outlines are finer yet.
_APART_UM: Final = 2.0
# Sizes are tried downwards by this factor where a smaller one need not fit.
_DOWN: Final = 0.95
_DRAWN_TOLERANCE_UM: Final = 1.0
# Every so manieth half plane gives a first impression.
_SOME: Final = 8

_FLAT: Final = ByteBounded[Flat](MAX_CLUSTER_CACHE_BYTES)


@dataclass(frozen=True, slots=True)
class Floating:
    """A block's room on the upright line through the middle of a shape's box.

    wanted_um: the height that its middle comes as near to as its largest size allows.
    """

    region: Region
    middle_um: tuple[float, float]
    wanted_um: float

    def largest_size(self, block: Block, limit_centipoint: int, above_centipoint: int) -> int:
        """Return the largest size from 0 to the limit that fits at some height.

        Where that is not above `above_centipoint`, the answer is any size up to that one.
        """
        some = self._bounds(block, every=_SOME)
        if some is None:
            return _Dents(self, block).largest_size(limit_centipoint, above_centipoint)
        _, middle = self.middle_um
        if um_to_centipoint(largest_scale(some, middle)) < above_centipoint:
            return above_centipoint
        every = self._bounds(block)
        scale = largest_scale(every, middle) if every is not None else 0.0
        return min(limit_centipoint, floor(um_to_centipoint(scale) + _ROUNDING_CENTIPOINT))

    def height_um(self, block: Block, size_centipoint: int) -> float:
        """Return the nearest height to the wanted one at which a size fits; the middle where none does."""
        bounds = self._bounds(block)
        if bounds is None:
            height = _Dents(self, block).height_um(size_centipoint)
        else:
            opening = open_between(bounds, centipoint_to_um(size_centipoint))
            height = None if opening is None else _nearest(self.wanted_um, *opening)
        return self.middle_um[1] if height is None else height

    def _bounds(self, block: Block, every: int = 1) -> Bounds | None:
        return bounds_in(self.region, block.outermost(), self.middle_um[0], every)


class _Dents:
    """Sizes and heights of a block in a shape that is not convex."""

    def __init__(self, room: Floating, block: Block) -> None:
        self._region = room.region
        self._x, self._wanted = room.middle_um[0], room.wanted_um
        self._block = block
        self._columns = _columns(room.region)

    def largest_size(self, limit: int, above: int) -> int:
        """Return the largest size above one, or that one: by edges, coarse and fine, then by outlines.

        In a shape without holes a size is taken to fit if a larger one does; in others, where small
        lines may not reach across a hole, sizes are tried from the limit downwards.
        """
        coarse = _flat_of(self._block, _COARSE)
        low, high = self._bracket(coarse, limit, above)
        if low <= above:
            return above
        size = _last(lambda size: self._height(coarse, size) is not None, low, high)
        fine = _flat_of(self._block, _FINE)
        size = _next(lambda size: self._height(fine, size) is not None, size, above)
        drawn = drawing(self._block.drawn(), _DRAWN_TOLERANCE_UM / centipoint_to_um(max(1, size)))
        return _next(lambda size: self._is_clear(drawn, fine, size), size, above)

    def height_um(self, size_centipoint: int) -> float | None:
        """Return the nearest height to the wanted one at which a size fits, None for none."""
        return self._height(_flat_of(self._block, _FINE), size_centipoint)

    def _bracket(self, coarse: Flat, limit: int, above: int) -> tuple[int, int]:
        """Return a size that fits, or `above` if none does, and one too large."""
        if self._columns is None or limit <= above:
            return above, above
        least, too_large = above + 1, limit + 1
        tried = limit if len(self._columns.edge.corners) > 1 else least
        while tried > least and self._height(coarse, tried) is None:
            tried, too_large = max(least, int(tried * _DOWN)), tried
        return (above if self._height(coarse, tried) is None else tried), too_large

    def _height(self, flat: Flat, size_centipoint: int) -> float | None:
        if self._columns is None or size_centipoint < 1:
            return None
        scale = centipoint_to_um(size_centipoint)
        heights = [
            _nearest(self._wanted, *_kept_away(low, high))
            for low, high in open_heights(self._columns, flat, self._x, scale)
        ]
        return min(heights, key=lambda height: abs(height - self._wanted), default=None)

    def _is_clear(self, drawn: Drawing, flat: Flat, size_centipoint: int) -> bool:
        height = self._height(flat, size_centipoint)
        if height is None:
            return False
        region, scale = self._region, centipoint_to_um(size_centipoint)
        return is_clear(region.edge, drawn, region.margin_um, scale, (self._x, height))


def _next(fits: Callable[[int], bool], size: int, above: int) -> int:
    """Return the next size from one downwards that fits, `above` if none does; near ones are found
    soon."""
    too_large, less = size + 1, 1
    while size > above and not fits(size):
        too_large, size, less = size, size - less, 2 * less
    return _last(fits, max(size, above), too_large)


def _last(fits: Callable[[int], bool], low: int, high: int) -> int:
    """Return the last size that fits while the next one does not; `low` does, `high` does not."""
    while high - low > 1:
        middle = (low + high) // 2
        if fits(middle):
            low = middle
        else:
            high = middle
    return low


def _nearest(wanted: float, low: float, high: float) -> float:
    return min(max(wanted, low), high)


def _kept_away(low: float, high: float) -> tuple[float, float]:
    away = min(_APART_UM, (high - low) / 2)
    return low + away, high - away


@lru_cache(maxsize=MAX_CACHED_SHAPES)
def _columns(region: Region) -> Columns | None:
    return columns_of(region)


def _flat_of(block: Block, fineness: float) -> Flat:
    """Return a block in ems from its anchor."""
    parts = [
        (_flat(glyph.face, glyph.glyph_id, fineness), x, y) for glyph, x, y in block.placed_glyphs()
    ]
    across = np.array([block.condense, 1.0])
    moved = [
        (part.edges + np.array([x, y]), part.firsts + np.array([x, y])) for part, x, y in parts
    ]
    return Flat(
        np.concatenate([edges for edges, _ in moved]) * across,
        np.concatenate([firsts for _, firsts in moved]) * across,
    )


def _flat(face: Face, glyph_id: int, fineness: float) -> Flat:
    """Return a glyph's edges in ems."""
    key = (face.serial, glyph_id, fineness)
    known = _FLAT.get(key)
    if known is None:
        path = face.glyph(glyph_id).path
        path = there_and_back(path) if face.single_line else path
        contours = [
            contour.points_um / face.upem
            for contour in flatten_path(path.verbs, path.points, face.upem * fineness)
            if len(contour.points_um) > 1
        ]
        none = np.empty((0, 2, 2))
        edges = np.concatenate([none, *(closed_segments(points) for points in contours)])
        known = Flat(edges, np.array([points[0] for points in contours]).reshape(-1, 2))
        _FLAT.put(key, known, edges.nbytes + known.firsts.nbytes + ENTRY_BYTES)
    return known
