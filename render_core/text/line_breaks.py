"""Where a paragraph's lines end: balanced breaks, wherever UAX #14 allows one.

For each number of lines the narrowest measure is found in which greedy breaking needs no more
lines, which gives lines of even width. A line ends before the spaces at its break: they hang. A
break that is not at a space, after a hyphen or between ideographs, is taken only where it makes the
lines much narrower. No word is cut where its script has no opportunity, and no cluster ever.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from render_core.text.lines import set_line
from render_core.text.paragraphs import Paragraph
from render_core.text.setting import Setting
from render_core.text.shaping import CURSIVE_SCRIPTS
from render_core.text.uax14 import break_opportunities

# What stands at a break without being seen there.
_HANGING: Final = " \u200b"
# A break elsewhere than at a space must make the longest line narrower than this share of it.
_WORTH: Final = (4, 5)
# Widths are compared in these units per em, so that equal ones are equal.
UNITS_PER_EM: Final = 1_000_000


class Span(NamedTuple):
    """A line's code points [start, end) in the text as made, and its paragraph's index."""

    paragraph: int
    start: int
    end: int


class Word(NamedTuple):
    """What stays together. left, right: its edges on the unbroken line, in reading order, in
    millionths of an em. spaced: whether a space, or the paragraph's start, is before it.
    """

    paragraph: int
    start: int
    end: int
    left: int
    right: int
    spaced: bool


class _Broken(NamedTuple):
    """Lines no wider than a measure. firsts: the word that begins each. used: the widest. wider: the
    least measure that gives others."""

    firsts: list[int]
    used: int
    wider: int


def breakings(
    paragraphs: Sequence[Paragraph], text: str, max_lines: int, setting: Setting
) -> Iterator[tuple[Span, ...]]:
    """Yield ways to break the paragraphs into lines, fewest lines first, up to `max_lines`.

    The first breaks only where the shopper did, even if that is more than `max_lines`.
    """
    unbroken = tuple(Span(index, p.start, p.end) for index, p in enumerate(paragraphs))
    yield unbroken
    fewest = len(paragraphs)
    if max_lines <= fewest:
        return
    words = words_of(paragraphs, text, setting)
    spaced_words = joined_words(words)
    anywhere = at_spaces = _Breaker(words)
    if len(spaced_words) < len(words):
        at_spaces = _Breaker(spaced_words)
    seen = {fewest}
    for lines in range(fewest + 1, min(max_lines, len(words)) + 1):
        breaker, best = anywhere, anywhere.narrowest(lines)
        spaced = best if at_spaces is anywhere else at_spaces.narrowest(lines)
        if best.used * _WORTH[1] >= spaced.used * _WORTH[0]:
            breaker, best = at_spaces, spaced
        if len(best.firsts) not in seen:
            seen.add(len(best.firsts))
            yield breaker.spans(best)


def words_of(paragraphs: Sequence[Paragraph], text: str, setting: Setting) -> list[Word]:
    """Return what stays together on a line, in reading order."""
    return [
        word
        for index, paragraph in enumerate(paragraphs)
        for word in _words(index, paragraph, text, setting)
    ]


def _words(index: int, paragraph: Paragraph, text: str, setting: Setting) -> Iterator[Word]:
    """Yield the words with places as shaped on the unbroken line; a blank line is one empty word.

    The first one is as much wider as the paragraph's first line is indented.
    """
    lefts, rights = _edges(paragraph, setting)
    lefts[paragraph.start] = -round(setting.first_indent * UNITS_PER_EM)
    found = (at for at, _ in break_opportunities(text[paragraph.start : paragraph.end]))
    breaks = [at for offset in found if (at := offset + paragraph.start) in lefts]
    spaced = True
    for start, following in pairwise([paragraph.start, *breaks, paragraph.end]):
        end = start + len(text[start:following].rstrip(_HANGING))
        yield Word(index, start, end, lefts.get(start, 0), rights.get(end, 0), spaced)
        spaced = end < following


def _edges(paragraph: Paragraph, setting: Setting) -> tuple[dict[int, int], dict[int, int]]:
    """Return where clusters lie on the unbroken line: left edges by first code point, right ones by end."""
    line = set_line(paragraph, paragraph.start, paragraph.end, setting)
    widths = {box.start: round((box.right - box.left) * UNITS_PER_EM) for box in line.boxes}
    tracking = round(setting.tracking * UNITS_PER_EM)
    lefts, rights, pen = {}, {}, 0
    for cluster in paragraph.clusters:
        lefts[cluster.start] = pen
        pen += widths.get(cluster.start, 0)
        rights[cluster.end] = pen
        pen += 0 if cluster.script in CURSIVE_SCRIPTS else tracking
    return lefts, rights


def joined_words(words: Sequence[Word]) -> list[Word]:
    """Return the words that spaces separate."""
    joined: list[Word] = []
    for word in words:
        if word.spaced or joined[-1].paragraph != word.paragraph:
            joined.append(word)
        else:
            joined[-1] = joined[-1]._replace(end=word.end, right=word.right)
    return joined


class _Breaker:
    """Finds the narrowest measure for ever more lines of the same words."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = words
        self._lefts = [word.left for word in words]
        self._rights = [word.right for word in words]
        self._ends = _paragraph_ends(words)
        self._least = max((word.right - word.left for word in words), default=0)
        self._best = self._greedy(sys.maxsize)

    def narrowest(self, lines: int) -> _Broken:
        """Return the greedy lines of the least measure that needs no more than so many.

        Ask for more lines than before. Each trial moves one bound to a width that lines really
        have, so that the search ends at the very one.
        """
        low = self._least
        while low < self._best.used:
            tried = self._greedy((low + self._best.used) // 2)
            if len(tried.firsts) <= lines:
                self._best = tried
            else:
                low = tried.wider
        return self._best

    def spans(self, broken: _Broken) -> tuple[Span, ...]:
        """Return the lines of a breaking."""
        words, ends = self._words, (*broken.firsts[1:], len(self._words))
        return tuple(
            Span(words[first].paragraph, words[first].start, words[end - 1].end)
            for first, end in zip(broken.firsts, ends, strict=True)
        )

    def _greedy(self, measure: int) -> _Broken:
        lefts, rights, count = self._lefts, self._rights, len(self._words)
        firsts: list[int] = []
        used, wider, first = 0, sys.maxsize, 0
        while first < count:
            left, limit = lefts[first], self._ends[first]
            after = bisect_right(rights, measure + left, first + 1, limit)
            firsts.append(first)
            used = max(used, rights[after - 1] - left)
            if after < limit:
                wider = min(wider, rights[after] - left)
            first = after
        return _Broken(firsts, used, wider)


def _paragraph_ends(words: Sequence[Word]) -> list[int]:
    """Return for each word the index of the first word of the next paragraph."""
    ends = [len(words)] * len(words)
    for index in range(len(words) - 2, -1, -1):
        same = words[index].paragraph == words[index + 1].paragraph
        ends[index] = ends[index + 1] if same else index + 1
    return ends
