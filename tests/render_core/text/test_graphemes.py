"""UAX #29, held to every row of its conformance file."""

from __future__ import annotations

import pytest

from render_core.text.graphemes import grapheme_starts
from tests.render_core.text.ucd_files import ucd_file


def graphemes(text: str) -> list[str]:
    starts = grapheme_starts(text)
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def test_every_row_of_the_break_test_breaks_where_it_says() -> None:
    rows = 0
    for line in (
        ucd_file("auxiliary/GraphemeBreakTest.txt").read_text(encoding="utf-8").splitlines()
    ):
        row = line.partition("#")[0].strip()
        if not row:
            continue
        rows += 1
        clusters = [part.replace("×", " ").split() for part in row.strip("÷ ").split("÷")]
        expected = ["".join(chr(int(code, 16)) for code in cluster) for cluster in clusters]
        assert graphemes("".join(expected)) == expected, row
    assert rows > 600


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Zoë", 3),
        ("Zoe\u0308", 3),
        ("👩‍👩‍👧‍👦", 1),
        ("🇨🇭🇩🇪", 2),
        ("👍🏽", 1),
        ("क्षि", 2),
        ("각", 1),
        ("", 0),
    ],
)
def test_a_reader_counts_clusters_not_code_points(text: str, count: int) -> None:
    assert len(grapheme_starts(text)) == count
