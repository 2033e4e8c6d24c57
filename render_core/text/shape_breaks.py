"""Where lines end that follow a shape: every way for a short text, likely ones for a longer one.

A likely way is greedy: for a number of lines and a size it is known how wide the shape is at each
line's height, and each line takes as many words as go in. The largest size at which all words find a
place is found by bisection. From the best of them on, words are moved across breaks while that helps.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb
from typing import Final

import numpy as np

from render_core.design import TextRules
from render_core.geometry.region import Region
from render_core.geometry.spans import room_beside
from render_core.text.block import horizontal_side
from render_core.text.line_breaks import UNITS_PER_EM, Span, Word

# So many ways are all tried.
MAX_TRIED: Final = 128
_STEPS: Final = 12

Breaking = tuple[int, ...]
"""For each line but the last, the index of the first word of the next."""


def spans_of(words: Sequence[Word], breaking: Breaking) -> tuple[Span, ...]:
    """Return the lines of a breaking."""
    starts = (0, *breaking)
    ends = (*breaking, len(words))
    return tuple(
        Span(words[first].paragraph, words[first].start, words[end - 1].end)
        for first, end in zip(starts, ends, strict=True)
    )


def breaking_of(words: Sequence[Word], spans: Sequence[Span]) -> Breaking:
    """Return the breaking that has these lines; its breaks are before words."""
    starts = {word.start: index for index, word in enumerate(words)}
    return tuple(starts[span.start] for span in spans[1:] if span.start in starts)


def every_breaking(words: Sequence[Word], max_lines: int) -> list[Breaking] | None:
    """Return all ways to break, fewest lines first; None if there are more than MAX_TRIED."""
    fixed = _paragraph_starts(words)
    free = [index for index in range(1, len(words)) if index not in fixed]
    most = min(len(free), max_lines - 1 - len(fixed))
    if sum(comb(len(free), count) for count in range(most + 1)) > MAX_TRIED:
        return None
    return [
        tuple(sorted((*fixed, *chosen)))
        for count in range(most + 1)
        for chosen in combinations(free, count)
    ]


def neighbours(words: Sequence[Word], breaking: Breaking) -> Iterator[Breaking]:
    """Yield the breakings in which one break is a word earlier or later."""
    fixed = _paragraph_starts(words)
    for place, at in enumerate(breaking):
        if at in fixed:
            continue
        before = breaking[place - 1] if place else 0
        after = breaking[place + 1] if place + 1 < len(breaking) else len(words)
        for moved in (at - 1, at + 1):
            if before < moved < after and moved not in fixed:
                yield (*breaking[:place], moved, *breaking[place + 1 :])


def following(
    words: Sequence[Word],
    rules: TextRules,
    region: Region,
    anchor_um: tuple[float, float],
    ink: tuple[float, float],
) -> Iterator[Breaking]:
    """Yield for each number of lines the breaking that follows the shape best.

    ink: top and bottom of the letters in ems from the baseline, y down.
    """
    fixed = _paragraph_starts(words)
    for count in range(len(fixed) + 2, min(rules.max_lines, len(words)) + 1):
        best: Breaking | None = None
        low, high = (
            0.0,
            region.size_um[1] / ((count - 1) * rules.line_height_permille / 1000 + 0.01),
        )
        for _ in range(_STEPS):
            scale = (low + high) / 2
            found = _greedy(words, fixed, _widths(count, scale, rules, region, anchor_um, ink))
            if found is None:
                high = scale
            else:
                best, low = found, scale
        if best is not None:
            yield best


def _paragraph_starts(words: Sequence[Word]) -> list[int]:
    """Return the words that begin a paragraph, but for the first."""
    return [
        index
        for index in range(1, len(words))
        if words[index].paragraph != words[index - 1].paragraph
    ]


def _widths(
    count: int,
    scale: float,
    rules: TextRules,
    region: Region,
    anchor_um: tuple[float, float],
    ink: tuple[float, float],
) -> list[float]:
    """Return how wide each of `count` lines may be at a scale in µm per em, in units of `Word`."""
    top, bottom = ink
    pitch = rules.line_height_permille / 1000
    baselines = np.arange(count, dtype=np.float64) * pitch
    middle = (top + baselines[-1] + bottom) / 2
    x, y = anchor_um
    heights = y + (baselines - middle) * scale
    # Small letters decide more often than tall ones: their band is tried, the outline judges.
    sides = room_beside(region, x, heights + top * scale * 0.7, heights)
    if horizontal_side(rules.align, rtl=False) == 0:
        widths = 2 * sides.min(axis=1)
    else:
        widths = sides.sum(axis=1)
    units: list[float] = (widths * (UNITS_PER_EM / scale)).tolist()
    return units


def _greedy(words: Sequence[Word], fixed: list[int], widths: list[float]) -> Breaking | None:
    """Return lines that take as many words as go in, None if the lines do not hold all words."""
    starts: list[int] = []
    first = 0
    stops = [*fixed, len(words)]
    rights = [word.right for word in words]
    for width in widths:
        stop = next(stop for stop in stops if stop > first)
        end = bisect_right(rights, words[first].left + width, first, stop)
        if end == first:
            return None
        if end == len(words):
            return tuple(starts)
        starts.append(end)
        first = end
    return None
