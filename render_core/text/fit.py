"""The largest size at which a text fits its zone, over all its line breakings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Final

from render_core.design import Overflow, ShapeKind, TextRules, ZoneSpec
from render_core.geometry.region import Region
from render_core.geometry.shapes import CORNER_INSET
from render_core.geometry.support import corners
from render_core.text.block import Block, horizontal_side, stack, vertical_side
from render_core.text.line_breaks import breakings, set_spans
from render_core.text.paragraphs import Paragraph
from render_core.text.setting import setting_of
from render_core.units import centipoint_to_um, um_to_centipoint

# A size that fits exactly must not fall to the next smaller one by the last bit of a division.
_ROUNDING_CENTIPOINT: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Fitted:
    """A block at its size. anchor_um: where the block's anchor lies in the zone.

    fitting_centipoint: the largest size that would fit, below the allowed range where `overflows`.
    """

    block: Block
    size_centipoint: int
    anchor_um: tuple[float, float]
    fitting_centipoint: int

    @property
    def scale_um(self) -> float:
        """Micrometres per em."""
        return centipoint_to_um(self.size_centipoint)

    @property
    def overflows(self) -> bool:
        return self.fitting_centipoint < self.size_centipoint


@dataclass(frozen=True, slots=True)
class Frame:
    """The room for a text.

    centred: the middle of the block's ink lies at the anchor, else its aligned edges. rtl: whether
    lines start at the right.
    """

    region: Region
    anchor_um: tuple[float, float]
    centred: bool
    rtl: bool


def frame(spec: ZoneSpec, region: Region, middle: tuple[float, float], *, rtl: bool) -> Frame:
    """Return where a block is anchored: at the edges of a rectangle, in the middle of other shapes.

    middle: of the shape's box. In an ellipse or path, alignment is among the lines alone, since
    what touches the edge of its box lies outside of it.
    """
    rules = spec.text
    if rules is None or spec.shape.kind is not ShapeKind.RECTANGLE:
        return Frame(region, middle, centred=True, rtl=rtl)
    horizontal = horizontal_side(rules.align, rtl=rtl)
    vertical = vertical_side(rules.vertical_align)
    margin = float(spec.fitting_margin_um)
    inset = max(0.0, spec.shape.corner_um - margin) * CORNER_INSET if horizontal and vertical else 0
    x = middle[0] + horizontal * (spec.width_um / 2 - margin - inset)
    y = middle[1] + vertical * (spec.height_um / 2 - margin - inset)
    return Frame(region, (x, y), centred=False, rtl=rtl)


def fit(paragraphs: Sequence[Paragraph], text: str, rules: TextRules, room: Frame) -> Fitted:
    """Return the breaking that can be set largest, the one with fewest lines among equals."""
    setting = setting_of(rules)
    best: Fitted | None = None
    for spans in breakings(paragraphs, text, rules.max_lines, setting):
        if best is not None and _tallest(len(spans), rules, room) <= best.fitting_centipoint:
            break
        lines = set_spans(paragraphs, spans, setting)
        block = stack(spans, lines, rules, rtl=room.rtl, centred=room.centred)
        if best is not None and _box_limit(block, room) <= best.fitting_centipoint:
            continue
        largest = largest_size(block, room, rules.max_size_centipoint)
        if best is None or largest > best.fitting_centipoint:
            best = Fitted(block, _allowed(largest, rules), room.anchor_um, largest)
        if best.fitting_centipoint == rules.max_size_centipoint:
            break
    if best is None:
        raise ValueError("a text has at least one paragraph")
    return best


def largest_size(block: Block, room: Frame, limit_centipoint: int) -> int:
    """Return the largest size from 0 to the limit at which a block lies in its region."""
    if block.room is None:
        return limit_centipoint
    x, y = room.anchor_um
    segments = corners(block.room) if room.region.is_box else block.outermost()
    scale = room.region.largest_scale(segments, x, y)
    if scale is not None:
        return min(limit_centipoint, floor(um_to_centipoint(scale) + _ROUNDING_CENTIPOINT))
    return room.region.largest_step(
        block.unioned(), room.anchor_um, limit_centipoint, centipoint_to_um
    )


def _tallest(lines: int, rules: TextRules, room: Frame) -> float:
    """Return a size that so many lines cannot exceed, since their baselines alone are too far apart.

    One line is left out: the ink of the first may hang below its baseline, that of the last above.
    """
    ems = (lines - 2) * rules.line_height_permille / 1000
    return um_to_centipoint(room.region.size_um[1] / ems) if ems > 0 else float("inf")


def _box_limit(block: Block, room: Frame) -> float:
    """Return a size that a block cannot exceed, since its box would not fit the shape's box."""
    if block.room is None:
        return float("inf")
    width, height = room.region.size_um
    across, down = block.room.right - block.room.left, block.room.bottom - block.room.top
    if across <= 0 or down <= 0:
        return float("inf")
    return um_to_centipoint(min(width / across, height / down))


def _allowed(largest: int, rules: TextRules) -> int:
    if rules.overflow is Overflow.REPORT:
        return rules.max_size_centipoint
    return max(largest, rules.min_size_centipoint)
