"""Justified lines: spaces, or the room between ideographs, widened until the ink of every line of a
paragraph but its last is as wide as that of the widest."""

from __future__ import annotations

from collections.abc import Sequence

from render_core.design import TextRules
from render_core.text.block import indent
from render_core.text.line_breaks import Span
from render_core.text.lines import Line, set_line, stretchable
from render_core.text.paragraphs import Paragraph
from render_core.text.setting import Setting


def justified(
    paragraphs: Sequence[Paragraph],
    spans: Sequence[Span],
    lines: Sequence[Line],
    setting: Setting,
    rules: TextRules,
) -> tuple[Line, ...]:
    """Return the lines as wide as the widest, less their indents. Letters keep their distances."""
    starts = [
        index == 0 or span.paragraph != spans[index - 1].paragraph
        for index, span in enumerate(spans)
    ]
    indents = [indent(rules, first=first) for first in starts]
    widths = [_width(line) for line in lines]
    measure = max(width + blank for width, blank in zip(widths, indents, strict=True))
    made = []
    for index, (span, line) in enumerate(zip(spans, lines, strict=True)):
        paragraph = paragraphs[span.paragraph]
        missing = measure - indents[index] - widths[index]
        last = index + 1 == len(spans) or starts[index + 1]
        places = 0 if last or missing <= 0 else len(stretchable(paragraph, span.start, span.end))
        made.append(
            set_line(paragraph, span.start, span.end, setting, missing / places) if places else line
        )
    return tuple(made)


def _width(line: Line) -> float:
    return line.width if line.ink is None else line.ink.right - line.ink.left
