"""Texts of people who mean harm: what the costliest of them costs beside a plain one."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from render_core.compose import compose
from tests.bench.table import Measure, median_ms, timed_ms
from tests.fonts import FontLibrary
from tests.hostile.texts.rows import LONGER, rows
from tests.render_core.composing import design, text_zone

CHAIN = ("sans", "arabic", "hebrew", "devanagari", "thai", "khmer", "emoji")
PLAIN = "Marie-Louise von Franz, the second of her name, and her dogs"
MOST_MS = 50.0
RUNS = 3


def measures() -> Iterator[Measure]:
    """Compose every text of the list in a zone for sixty characters on three lines."""
    library, zone = FontLibrary(), text_zone(max_lines=3, fallback=CHAIN)

    def work(typed: str) -> None:
        made = compose(design(zone, typed), library)
        assert len(made.layout.digest()) == 64

    peer = median_ms(lambda: work(PLAIN), runs=9)
    first, again = {}, {}
    for name, typed in (rows() | LONGER).items():
        first[name] = timed_ms(lambda typed=typed: work(typed))  # type: ignore[misc]
        again[name] = min(timed_ms(lambda typed=typed: work(typed)) for _ in range(RUNS))  # type: ignore[misc]
    worst, coldest = max(again, key=again.__getitem__), max(first, key=first.__getitem__)
    plain = "sixty plain letters"
    yield Measure(
        f"{len(again)} hostile texts, median", statistics.median(again.values()), "ms", plain, peer
    )
    yield Measure(f"the costliest: {worst}", again[worst], "ms", plain, peer, MOST_MS)
    yield Measure(f"the costliest with cold glyphs: {coldest}", first[coldest], "ms", plain, peer)
