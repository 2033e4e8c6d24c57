"""The line that a zone's text runs along, in the direction in which it runs, and where it is anchored."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from render_core.design import Align, VerticalAlign, ZoneSpec
from render_core.errors import UnsupportedDesign
from render_core.geometry.measured_lines import arc_line, contour_line, ellipse_line
from render_core.geometry.path_length import MeasuredLine
from render_core.geometry.svg_path import parse_path_mm
from render_core.limits import MAX_CACHED_SHAPES
from render_core.text.block import horizontal_side, vertical_side
from render_core.text_rules import PathSide, TextPath, TextPathKind


@dataclass(frozen=True, slots=True, eq=False)
class TextLine:
    """A line with letters on its left. anchor_um: along it. side: −1 where the text begins at its
    anchor, 0 where its middle lies there, 1 where it ends there. fills: whether it is spread over
    the line."""

    line: MeasuredLine
    anchor_um: float
    side: int
    fills: bool

    @property
    def room_um(self) -> float:
        """The longest text that lies on the line, once round a closed one."""
        length = self.line.length_um
        if self.line.closed:
            return length
        before, after = self.anchor_um, length - self.anchor_um
        return (after, 2 * min(before, after), before)[self.side + 1]

    def start_um(self, width_um: float) -> float:
        """Return where along the line a text of some width begins."""
        return self.anchor_um - width_um * (self.side + 1) / 2


def text_line(spec: ZoneSpec, path: TextPath, align: Align, *, rtl: bool) -> TextLine:
    """Return a zone's line for text of a direction.

    What begins at the start of an open line in left-to-right text begins at its end in
    right-to-left text. Raises UnsupportedDesign (TEXT_PATH_INVALID) for a line without length, or
    path data that is not one line.
    """
    rules = spec.text
    vertical = VerticalAlign.MIDDLE if rules is None else rules.vertical_align
    line = _line(path, vertical, spec.width_um, spec.height_um)
    anchor = line.length_um * path.start_permille / 1000
    if path.side is PathSide.RIGHT:
        line, anchor = _backwards(line), line.length_um - anchor
    fills = align is Align.JUSTIFY
    side = horizontal_side(Align.START if fills else align, rtl=rtl)
    if rtl and side and not line.closed:
        anchor = line.length_um - anchor
    return TextLine(line, anchor, side, fills)


@lru_cache(maxsize=MAX_CACHED_SHAPES)
def _line(path: TextPath, vertical: VerticalAlign, width: int, height: int) -> MeasuredLine:
    inset = float(path.inset_um)
    line = None
    if path.kind is TextPathKind.PATH:
        line = contour_line(parse_path_mm(path.path))
    elif 2 * inset >= width or (path.kind is TextPathKind.ELLIPSE and 2 * inset >= height):
        raise invalid("its inset leaves no room")
    elif path.kind is TextPathKind.ELLIPSE:
        line = ellipse_line(inset, inset, width - inset, height - inset)
    else:
        rise = (width - 2 * inset) / 2 * path.bend_permille / 1000
        foot = _foot(vertical, rise, inset, float(height))
        line = arc_line((inset, foot), (width - inset, foot), rise)
    if line is None:
        raise invalid("it must be one open or closed line with a length")
    return line


@lru_cache(maxsize=MAX_CACHED_SHAPES)
def _backwards(line: MeasuredLine) -> MeasuredLine:
    return line.backwards()


def _foot(vertical: VerticalAlign, rise: float, inset: float, height: float) -> float:
    """Return how far down the ends of an arc lie, so that it touches the edge it is aligned with."""
    side = vertical_side(vertical)
    if side == 0:
        return (height + rise) / 2
    return inset + max(0.0, rise) if side < 0 else height - inset + min(0.0, rise)


def invalid(why: str) -> UnsupportedDesign:
    """Return the error of a line that no text can run along."""
    return UnsupportedDesign("TEXT_PATH_INVALID", f"Text cannot run along this line: {why}.")
