"""The largest size at which a text fits its zone, over all its line breakings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from render_core.design import Align, Overflow, ShapeKind, TextRules, ZoneSpec
from render_core.geometry.region import Region
from render_core.geometry.shapes import CORNER_INSET
from render_core.text.block import Block, horizontal_side, stack, vertical_side
from render_core.text.floating import Floating
from render_core.text.justify import justified
from render_core.text.line_breaks import Span, Word, breakings, joined_words, words_of
from render_core.text.lines import Line, set_line
from render_core.text.paragraphs import Paragraph
from render_core.text.setting import setting_of
from render_core.text.shape_breaks import (
    Breaking,
    breaking_of,
    every_breaking,
    following,
    neighbours,
    room_in,
    spans_of,
)
from render_core.text.sizes import FULL_WIDTH_PERMILLE, Frame, largest_condensed
from render_core.units import centipoint_to_um, um_to_centipoint

# More than what fits exactly can be wrong by.
_ROUNDING_UM: Final = 1.0


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
    def across_um(self) -> float:
        """Micrometres along a line per em of letters as wide as they are."""
        return self.scale_um * self.block.condense

    @property
    def condense_permille(self) -> int:
        return round(self.block.condense * FULL_WIDTH_PERMILLE)

    @property
    def overflows(self) -> bool:
        return self.fitting_centipoint < self.size_centipoint


def frame(spec: ZoneSpec, region: Region, middle: tuple[float, float], *, rtl: bool) -> Frame:
    """Return where a block is anchored: at the edges of a rectangle, in the middle of an ellipse, and
    in a path at the height at which it can be largest.

    middle: of the shape's box. In an ellipse or path, alignment is among the lines alone, since
    what touches the edge of its box lies outside of it; in a path the block is moved up or down
    as far as its largest size allows.
    """
    rules = spec.text
    if rules is not None and spec.shape.kind is ShapeKind.PATH and rules.frame is None:
        down = vertical_side(rules.vertical_align) * spec.height_um / 2
        floating = Floating(region, middle, middle[1] + down)
        return Frame(region, middle, centred=True, rtl=rtl, floating=floating)
    if rules is None or spec.shape.kind is not ShapeKind.RECTANGLE:
        return Frame(region, middle, centred=True, rtl=rtl)
    horizontal = horizontal_side(rules.align, rtl=rtl)
    vertical = vertical_side(rules.vertical_align)
    margin = region.margin_um
    inset = max(0.0, spec.shape.corner_um - margin) * CORNER_INSET if horizontal and vertical else 0
    x = middle[0] + horizontal * (spec.width_um / 2 - margin - inset)
    y = middle[1] + vertical * (spec.height_um / 2 - margin - inset)
    return Frame(region, (x, y), centred=False, rtl=rtl)


def fit(paragraphs: Sequence[Paragraph], text: str, rules: TextRules, room: Frame) -> Fitted:
    """Return the breaking that can be set largest, of equal ones the least condensed, then the one
    with fewest lines."""
    search = _Search(paragraphs, rules, room)
    ways = breakings(paragraphs, text, rules.max_lines, search.setting)
    search.judge(next(ways))
    if room.region.is_box and room.framing is None and room.floating is None:
        search.judge_likely_first(ways)
    else:
        search.judge_in_turn(ways)
    if not (search.is_done or room.region.is_box or rules.max_lines <= len(paragraphs)):
        search.follow_shape(text)
    return search.fitted()


class _Search:
    """Judges breakings and keeps the best."""

    def __init__(self, paragraphs: Sequence[Paragraph], rules: TextRules, room: Frame) -> None:
        self.setting = setting_of(rules)
        self.size = -1
        self._paragraphs = paragraphs
        self._rules = rules
        self._room = room
        self._block: Block | None = None
        self._judged: dict[tuple[Span, ...], bool] = {}
        self._lines: dict[Span, Line] = {}

    @property
    def is_done(self) -> bool:
        """Whether no breaking can be better that has as many lines or more."""
        return self.size == self._rules.max_size_centipoint and self._condense == 1.0

    @property
    def _condense(self) -> float:
        return 0.0 if self._block is None else self._block.condense

    def judge(self, spans: tuple[Span, ...]) -> bool:
        """Keep a breaking if it is better than the best so far; return whether it is."""
        if spans in self._judged:
            return False
        self._judged[spans] = True
        ties = self._rules.overflow is Overflow.CONDENSE or self._has_more_lines_than(spans)
        above = max(0, self.size - 1 if ties else self.size)
        size, block = largest_condensed(self._stacked(spans), self._room, self._rules, above)
        if self._block is not None and self._key(size, block) <= self._key(self.size, self._block):
            return False
        self.size, self._block = size, block
        return True

    def judge_in_turn(self, ways: Iterator[tuple[Span, ...]]) -> None:
        """Judge breakings of ever more lines while one may be better."""
        while not self.is_done:
            spans = next(ways, ())
            if not spans or _tallest(len(spans), self._rules, self._room) <= self.size:
                return
            self.judge(spans)

    def judge_likely_first(self, ways: Iterator[tuple[Span, ...]]) -> None:
        """Judge breakings of ever more lines in a rectangle, where the order changes no size.

        The best is mostly found at once, and few lines of the others are set.
        """
        if self.is_done:
            return
        rules, room = self._rules, self._room
        found = list(takewhile(lambda s: _tallest(len(s), rules, room) > self.size, ways))
        for spans in sorted(found, key=self._promise, reverse=True):
            if _tallest(len(spans), rules, room) >= self.size and not self._is_too_wide(spans):
                self.judge(spans)

    def _promise(self, spans: tuple[Span, ...]) -> float:
        """Return about how large a breaking may be set, if letters are half as wide as high."""
        width, height = self._room.region.size_um
        wide = max(span.end - span.start for span in spans) / 2
        high = 1 + (len(spans) - 1) * self._rules.line_height_permille / 1000
        return min(width / max(wide, 1.0), height / high)

    def _is_too_wide(self, spans: tuple[Span, ...]) -> bool:
        """Return whether a breaking cannot be better because of the line that has most letters."""
        ink = self._line(max(spans, key=lambda span: span.end - span.start)).ink
        if ink is None or ink.right <= ink.left or self._rules.overflow is Overflow.CONDENSE:
            return False
        width, _ = self._room.region.size_um
        fits = um_to_centipoint((width + _ROUNDING_UM) / (ink.right - ink.left))
        return fits <= (self.size - 1 if self._has_more_lines_than(spans) else self.size)

    def follow_shape(self, text: str) -> None:
        """Judge breakings whose lines are as long as the shape is wide at their height."""
        words = words_of(self._paragraphs, text, self.setting)
        spaced = joined_words(words)
        self._follow(spaced)
        # Words are cut only if that was worth it for even lines.
        if not {span.start for span in self._spans} <= {word.start for word in spaced}:
            self._follow(words)

    def fitted(self) -> Fitted:
        """Return the best block at its size."""
        if self._block is None:
            raise ValueError("a text has at least one paragraph")
        rules = self._rules
        size = max(self.size, rules.min_size_centipoint)
        if rules.overflow is Overflow.REPORT:
            size = rules.max_size_centipoint
        anchor = self._room.anchor_at(self._block, size, self.size)
        return Fitted(self._block, size, anchor, self.size)

    def _follow(self, words: Sequence[Word]) -> None:
        every = every_breaking(words, self._rules.max_lines)
        if every is not None:
            for breaking in every:
                self.judge(spans_of(words, breaking))
            return
        for breaking in self._likely(words):
            self.judge(spans_of(words, breaking))
        improved = True
        while improved:
            near = neighbours(words, breaking_of(words, self._spans))
            improved = any(self.judge(spans_of(words, breaking)) for breaking in near)

    def _likely(self, words: Sequence[Word]) -> Iterator[Breaking]:
        x, y = self._room.anchor_um
        middle = y if self._room.floating is None else None
        room = room_in(self._room.region, x, middle, self._ink())
        if room is not None:
            yield from following(words, self._rules, room, centipoint_to_um(max(1, self.size)))

    @property
    def _spans(self) -> tuple[Span, ...]:
        return () if self._block is None else self._block.spans

    def _key(self, size: int, block: Block) -> tuple[int, float, int]:
        return size, block.condense, -len(block.spans)

    def _has_more_lines_than(self, spans: tuple[Span, ...]) -> bool:
        return len(self._spans) > len(spans)

    def _stacked(self, spans: tuple[Span, ...]) -> Block:
        lines = tuple(self._line(span) for span in spans)
        if self._rules.align is Align.JUSTIFY and len(spans) > 1:
            lines = justified(self._paragraphs, spans, lines, self.setting, self._rules)
        return stack(spans, lines, self._rules, rtl=self._room.rtl, centred=self._room.centred)

    def _line(self, span: Span) -> Line:
        line = self._lines.get(span)
        if line is None:
            paragraph = self._paragraphs[span.paragraph]
            line = set_line(paragraph, span.start, span.end, self.setting)
            self._lines[span] = line
        return line

    def _ink(self) -> tuple[float, float]:
        """Return how far the letters reach above and below their baselines, in ems, y down."""
        inks = [line.ink for line in self._lines.values() if line.ink is not None]
        return (
            min((ink.top for ink in inks), default=-1.0),
            max((ink.bottom for ink in inks), default=0.0),
        )


def _tallest(lines: int, rules: TextRules, room: Frame) -> float:
    """Return a size that so many lines cannot exceed, since their baselines alone are too far apart.

    One line is left out: the ink of the first may hang below its baseline, that of the last above.
    """
    ems = (lines - 2) * rules.line_height_permille / 1000
    return um_to_centipoint(room.region.size_um[1] / ems) if ems > 0 else float("inf")
