"""Text to outlines and outlines to pixels, beside Pango and librsvg, both through libvips.

Each text is another one, so that only the letters are remembered, as for one shopper after the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count

from render_core.compose import Composition, compose
from render_core.design import ZoneSpec
from render_core.text_rules import TextPath, TextPathKind
from tests.bench import pango
from tests.bench.table import Measure, side_by_side
from tests.fonts import FontLibrary
from tests.render_core.composing import design, text_of, text_zone

WIDTH_PX, HEIGHT_PX = 1000, 400
TWO_LINES = "The Hartmann Family\nsince {}"
PARAGRAPH = "To Emma & עמנואל with love, سلمى, नेहा, for {} years by sea 🌊."
ALONG = "round and round the lake we ran until the evening came, {} times; "
# Other work on the machine takes turns away from whoever needs longer: only its own time is counted.
CLOCK = time.thread_time
PANGO = "Pango's size search"
FALLBACK = ("sans", "arabic", "hebrew", "emoji")


def measures() -> Iterator[Measure]:
    yield _two_lines()
    yield _paragraph()
    yield _on_path()


def _two_lines() -> Measure:
    peers = count(1000)
    ours = _composing(two_lines_zone(), TWO_LINES)

    def theirs() -> object:
        return pango.fit(TWO_LINES.format(next(peers)), WIDTH_PX, HEIGHT_PX)

    made = ours()
    assert not made.problems
    assert text_of(made).lines == 2
    ours_ms, pango_ms = side_by_side([ours, theirs], runs=8, warm=1, burst=8, clock=CLOCK)
    return Measure("compose, a zone of two lines", ours_ms, "ms", PANGO, pango_ms, 0.1, True)


def two_lines_zone() -> ZoneSpec:
    """Return a zone of the shape of the peers' picture, in their face."""
    return text_zone(100, 40, font=pango.FACE, max_lines=2)


def _paragraph() -> Measure:
    assert len(PARAGRAPH.format(1000)) == 64
    zone = text_zone(120, 60, max_lines=4, max_graphemes=80, fallback=FALLBACK)
    peers = count(1000)
    ours = _composing(zone, PARAGRAPH)
    made = ours()
    assert not made.problems
    assert len(text_of(made).font_sha256) == len(FALLBACK)

    def theirs() -> object:
        return pango.fit(PARAGRAPH.format(next(peers)), WIDTH_PX, HEIGHT_PX)

    ours_ms, pango_ms = side_by_side([ours, theirs], runs=8, warm=1, burst=8, clock=CLOCK)
    return Measure("compose, 64 characters of four faces", ours_ms, "ms", PANGO, pango_ms, 2.0)


def _on_path() -> Measure:
    text = (ALONG * 4)[:199] + "{}"
    line = TextPath(TextPathKind.ELLIPSE, inset_um=40_000)
    straight = text_zone(300, 300, max_lines=8, max_graphemes=220)
    around = text_zone(300, 300, max_graphemes=220, path=line)
    turned, plain = _composing(around, text), _composing(straight, text)
    made = turned()
    assert not made.problems
    assert len(text_of(made).clusters) >= 200
    path_ms, plain_ms = side_by_side([turned, plain], runs=8, warm=1, burst=8, clock=CLOCK)
    return Measure(
        "compose, 200 clusters on a path", path_ms, "ms", "the same on lines", plain_ms, 5.0
    )


def _composing(zone: ZoneSpec, text: str) -> Callable[[], Composition]:
    """Return what composes the text with another number each time."""
    numbers, library = count(1000), FontLibrary()

    def work() -> Composition:
        number = next(numbers)
        return compose(design(zone, text.replace("{}", str(number))), library)

    return work
