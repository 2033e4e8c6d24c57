"""How large a block may be set in its room: to one hundredth of a point, without drawing anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor
from typing import Final

from render_core.design import Overflow, TextRules
from render_core.geometry.region import Region
from render_core.text.block import Block
from render_core.text.floating import Floating
from render_core.text.framed import Framing, Ink, ink_of
from render_core.units import centipoint_to_um, um_to_centipoint

FULL_WIDTH_PERMILLE: Final = 1000
# A size that fits exactly must not fall to the next smaller one by the last bit of a division.
_ROUNDING_CENTIPOINT: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Frame:
    """The room for a text.

    centred: the middle of the block lies at the anchor, else its aligned edges. rtl: whether lines
    start at the right. framing: the frame that has to fit as well; it says where the block stands.
    floating: where it stands in a shape of any form, at the height of its own choice.
    """

    region: Region
    anchor_um: tuple[float, float]
    centred: bool
    rtl: bool
    framing: Framing | None = None
    floating: Floating | None = None

    def anchor_at(self, block: Block, size_centipoint: int, fitting: int) -> tuple[float, float]:
        """Return where the anchor of a block lies at a size. fitting: the largest size that fits."""
        if self.floating is not None and block.ink is not None:
            x, _ = self.anchor_um
            return x, self.floating.height_um(block, min(size_centipoint, fitting))
        ink = None if self.framing is None else _ink(block)
        if self.framing is None or ink is None:
            return self.anchor_um
        return self.framing.anchor(ink, size_centipoint)


def largest_size(
    block: Block, room: Frame, limit_centipoint: int, above_centipoint: int = 0
) -> int:
    """Return the largest size from 0 to the limit at which a block lies in its region.

    Where that is not above `above_centipoint`, the answer is any size up to that one.
    """
    if block.room is None:
        return limit_centipoint
    if min(_box_limit(block, room), limit_centipoint) <= above_centipoint:
        return min(above_centipoint, limit_centipoint)
    if room.framing is not None:
        ink = _ink(block)
        return limit_centipoint if ink is None else room.framing.largest_size(ink, limit_centipoint)
    if room.floating is not None:
        return room.floating.largest_size(block, limit_centipoint, above_centipoint)
    x, y = room.anchor_um
    if room.region.is_box:
        scale: float | None = room.region.largest_box_scale(block.room, x, y)
    else:
        segments = block.outermost()
        bound = room.region.scale_bound(segments, x, y)
        if bound is not None and um_to_centipoint(bound) < above_centipoint:
            return above_centipoint
        scale = room.region.largest_scale(segments, x, y)
    if scale is not None:
        return min(limit_centipoint, floor(um_to_centipoint(scale) + _ROUNDING_CENTIPOINT))
    return room.region.largest_step(
        block.drawn(), room.anchor_um, limit_centipoint, centipoint_to_um, above_centipoint
    )


def largest_condensed(block: Block, room: Frame, rules: TextRules, above: int) -> tuple[int, Block]:
    """Return the largest size and the block as wide as it may be at that size.

    Letters stay as wide as they are unless the zone condenses what is too long; then they are pressed
    at the largest size first, and set smaller only where that is not enough.
    above: as in `largest_size`.
    """
    most = rules.max_size_centipoint
    size = largest_size(block, room, most, above)
    narrowest = max(1, rules.min_condense_permille)
    if size == most or rules.overflow is not Overflow.CONDENSE or narrowest >= FULL_WIDTH_PERMILLE:
        return size, block
    full, size = size, largest_size(condensed(block, narrowest), room, most, above)
    if size <= max(above, full):
        return full, block
    low, high = narrowest, FULL_WIDTH_PERMILLE
    while high - low > 1:
        middle = (low + high) // 2
        if largest_size(condensed(block, middle), room, size, size - 1) == size:
            low = middle
        else:
            high = middle
    return size, condensed(block, low)


def condensed(block: Block, permille: int) -> Block:
    """Return a block with letters in 1/1000 of their own width."""
    return replace(block, condense=permille / FULL_WIDTH_PERMILLE)


def _ink(block: Block) -> Ink | None:
    return ink_of(block.drawn(), 1.0)


def _box_limit(block: Block, room: Frame) -> float:
    """Return a size that a block cannot exceed, since its box would not fit the shape's box."""
    box = block.room
    if box is None or box.right <= box.left or box.bottom <= box.top:
        return float("inf")
    width, height = room.region.size_um
    return um_to_centipoint(min(width / (box.right - box.left), height / (box.bottom - box.top)))
