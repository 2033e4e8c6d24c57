"""Where lines end that follow a shape: every way for a short text, likely ones for a longer one.

A likely way is greedy: for a number of lines, a size and a height of the block it is known how wide the
shape is at each line, and each line takes as many words as go in. The largest size at which all words
find a place at some height is found by bisection, and what was found on the way there is judged by the
letters. From the best of them on, words are moved across breaks while that helps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.design import TextRules
from render_core.geometry.region import Region
from render_core.geometry.spans import room_beside
from render_core.limits import MAX_CACHED_SHAPES
from render_core.text.block import horizontal_side
from render_core.text.line_breaks import UNITS_PER_EM, Span, Word

# So many ways are all tried.
MAX_TRIED: Final = 128
_STEPS: Final = 7
# A way that seems to fit at this part of the best size so far may turn out to fit at more than that.
_NEAR: Final = 0.97
# Heights that a block is tried at, and at which the shape's width is known.
_HEIGHTS: Final = 32
_ROWS: Final = 1024
# How tall small letters are in parts of the tallest.
_SMALL: Final = 0.7
# Wider than any text, in units of `Word`.
_FAR: Final = 1e10

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
    words: Sequence[Word], rules: TextRules, room: Room, size_um: float
) -> Iterator[Breaking]:
    """Yield breakings that follow the shape, for each number of lines, the smallest sizes first.

    size_um: micrometres per em at which the best breaking so far fits; what cannot come near is left out.
    """
    fixed = _paragraph_starts(words)
    pitch = rules.line_height_permille / 1000
    for count in range(len(fixed) + 2, min(rules.max_lines, len(words)) + 1):
        low, high = size_um * _NEAR, room.height_um / ((count - 1) * pitch + 0.01)
        if low >= high or not (found := _at_any_height(words, fixed, room, count, low, rules)):
            continue
        yield from found
        for _ in range(_STEPS):
            scale = (low + high) / 2
            found = _at_any_height(words, fixed, room, count, scale, rules)
            if found:
                yield from found
                low = scale
            else:
                high = scale


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """What a shape leaves to lines on either side of an upright line.

    top_um, height_um: of the shape. sides: (n, 2) µm to the left and right of the line, from top to
    bottom in equal steps. middle_um: where the middle of a block stands, None where it moves up and down.
    ink: top and bottom of the letters in ems from the baseline, y down.
    """

    top_um: float
    height_um: float
    sides: NDArray[np.float64]
    middle_um: float | None
    ink: tuple[float, float]

    def middles(self, block_um: float) -> NDArray[np.float64]:
        """Return where the middle of a block of some height is tried."""
        if self.middle_um is not None:
            return np.array([self.middle_um], dtype=np.float64)
        free = max(0.0, self.height_um - block_um)
        return self.top_um + block_um / 2 + free * (np.arange(_HEIGHTS) / (_HEIGHTS - 1))

    def beside(self, heights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the room at some heights (…), (…, 2); 0 outside of the shape."""
        last = len(self.sides) - 1
        rows = np.rint((heights - self.top_um) * (last / self.height_um)).astype(np.int64)
        found = self.sides[np.clip(rows, 0, last)]
        found[(rows < 0) | (rows > last)] = 0.0
        return found


def room_in(
    region: Region, x: float, middle_um: float | None, ink: tuple[float, float]
) -> Room | None:
    """Return the room of a region beside x, None where there is none."""
    low, high = region.edge.low[:, 1].min(), region.edge.high[:, 1].max()
    top, height = float(low) + region.margin_um, float(high - low) - 2 * region.margin_um
    return (
        None if height <= 0 else Room(top, height, _sides(region, x, top, height), middle_um, ink)
    )


@lru_cache(maxsize=MAX_CACHED_SHAPES)
def _sides(region: Region, x: float, top: float, height: float) -> NDArray[np.float64]:
    rows = top + height * (np.arange(_ROWS) / (_ROWS - 1))
    return room_beside(region, x, rows, rows)


def _paragraph_starts(words: Sequence[Word]) -> list[int]:
    """Return the words that begin a paragraph, but for the first."""
    return [
        index
        for index in range(1, len(words))
        if words[index].paragraph != words[index - 1].paragraph
    ]


def _at_any_height(
    words: Sequence[Word],
    fixed: list[int],
    room: Room,
    count: int,
    scale: float,
    rules: TextRules,
) -> list[Breaking]:
    """Return the different ways to set all words in at most `count` lines at a scale in µm per em.

    Each line takes as many words as go in, at all heights of the block at once.
    """
    top, bottom = room.ink
    baselines = np.arange(count, dtype=np.float64) * (rules.line_height_permille / 1000)
    middle = (top + baselines[-1] + bottom) / 2
    block_um = (baselines[-1] + bottom - top) * scale
    heights = room.middles(block_um)[:, None] + (baselines - middle) * scale
    # Small letters decide more often than tall ones: their band is tried, the outline judges.
    bands = heights[..., None] + np.array([1.0, 0.5, 0.0]) * (top * scale * _SMALL)
    sides = room.beside(bands).min(axis=2)
    if horizontal_side(rules.align, rtl=False) == 0:
        widths = 2 * sides.min(axis=2)
    else:
        widths = sides.sum(axis=2)
    widths = widths * (UNITS_PER_EM / scale)
    lefts = np.array([word.left for word in words], dtype=np.float64)
    # Where a paragraph ends the edges begin anew: all are put on one line, far apart.
    paragraph = np.array([word.paragraph for word in words], dtype=np.float64) * _FAR
    rights = np.array([word.right for word in words], dtype=np.float64) + paragraph
    stops = np.array([*fixed, len(words)], dtype=np.int64)
    first = np.zeros(len(widths), dtype=np.int64)
    starts = np.empty((len(widths), count), dtype=np.int64)
    for line in range(count):
        starts[:, line] = first
        at = np.minimum(first, len(words) - 1)
        end = np.searchsorted(rights, lefts[at] + paragraph[at] + widths[:, line], side="right")
        stop = stops[np.searchsorted(stops, at, side="right")]
        first = np.where(first == len(words), first, np.clip(end, first, stop))
    whole = np.unique(starts[first == len(words)], axis=0).tolist()
    return list(
        dict.fromkeys(tuple(start for start in ways[1:] if start < len(words)) for ways in whole)
    )
