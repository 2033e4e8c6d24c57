"""Where a paragraph's lines end: balanced breaks at spaces.

For each number of lines the narrowest measure is found in which greedy breaking needs no more
lines, which gives lines of even width. (Breaks inside words, and between characters of scripts
without spaces, need UAX #14.)
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from render_core.text.lines import Line, set_line
from render_core.text.paragraphs import Paragraph
from render_core.text.setting import Setting


class Span(NamedTuple):
    """A line's code points [start, end) in the text as made, and its paragraph's index."""

    paragraph: int
    start: int
    end: int


class _Word(NamedTuple):
    paragraph: int
    start: int
    end: int
    width: float
    space_before: float


def breakings(
    paragraphs: Sequence[Paragraph], text: str, max_lines: int, setting: Setting
) -> Iterator[tuple[Span, ...]]:
    """Yield ways to break the paragraphs into lines, fewest lines first, up to `max_lines`.

    The first breaks only where the shopper did, even if that is more than `max_lines`.
    """
    yield tuple(Span(index, p.start, p.end) for index, p in enumerate(paragraphs))
    words = [
        word
        for index, paragraph in enumerate(paragraphs)
        for word in _words(index, paragraph, text, setting)
    ]
    measures = _measures(words)
    fewest = len(paragraphs)
    seen = {fewest}
    for lines in range(fewest + 1, min(max_lines, len(words)) + 1):
        at = bisect_left(measures, True, key=lambda width: len(_greedy(words, width)) <= lines)
        spans = _greedy(words, measures[at])
        if len(spans) not in seen:
            seen.add(len(spans))
            yield spans


def _words(index: int, paragraph: Paragraph, text: str, setting: Setting) -> Iterator[_Word]:
    """Yield the words with widths as shaped on the unbroken line; a blank line is one empty word."""
    line = set_line(paragraph, paragraph.start, paragraph.end, setting)
    start, width, space = paragraph.start, 0.0, 0.0
    for box in line.boxes:
        if text[box.start : box.end] == " ":
            yield _Word(index, start, box.start, width, space)
            start, width, space = box.end, 0.0, box.right - box.left
        else:
            width += box.right - box.left
    yield _Word(index, start, paragraph.end, width, space)


def _measures(words: Sequence[_Word]) -> list[float]:
    """Return every width that a line of consecutive words can have, ascending."""
    widths = set()
    for first, word in enumerate(words):
        width = word.width
        widths.add(width)
        for following in words[first + 1 :]:
            if following.paragraph != word.paragraph:
                break
            width += following.space_before + following.width
            widths.add(width)
    return sorted(widths)


def _greedy(words: Sequence[_Word], measure: float) -> tuple[Span, ...]:
    spans: list[Span] = []
    width = 0.0
    for word in words:
        extended = width + word.space_before + word.width
        if spans and spans[-1].paragraph == word.paragraph and extended <= measure:
            spans[-1] = Span(word.paragraph, spans[-1].start, word.end)
            width = extended
        else:
            spans.append(Span(word.paragraph, word.start, word.end))
            width = word.width
    return tuple(spans)


def set_spans(
    paragraphs: Sequence[Paragraph], spans: Sequence[Span], setting: Setting
) -> tuple[Line, ...]:
    """Set each line of a breaking."""
    return tuple(
        set_line(paragraphs[span.paragraph], span.start, span.end, setting) for span in spans
    )
