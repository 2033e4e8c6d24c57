"""UAX #14, held to every row of its conformance file."""

from __future__ import annotations

from itertools import pairwise

import pytest

from render_core.text.uax14 import break_opportunities
from tests.render_core.text.ucd_files import rows_of


def lines(text: str) -> list[str]:
    """Return the text cut wherever a line may end."""
    cuts = [0, *(index for index, _ in break_opportunities(text)), len(text)]
    return [text[a:b] for a, b in pairwise(cuts)]


def test_every_row_of_the_break_test_breaks_where_it_says() -> None:
    rows = rows_of("auxiliary/LineBreakTest.txt")
    assert len(rows) > 7_600
    wrong = []
    for row in rows:
        parts = [part.replace("×", " ").split() for part in row.strip("÷× ").split("÷")]
        expected = ["".join(chr(int(code, 16)) for code in part) for part in parts]
        if lines("".join(expected)) != expected:
            wrong.append(row)
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Anne-Marie Rose", ["Anne-", "Marie ", "Rose"]),
        ("田中さん", ["田", "中", "さ", "ん"]),
        ("「東京」です", ["「東", "京」", "で", "す"]),
        ("ありがとうっ。", ["あ", "り", "が", "と", "うっ。"]),
        ("가나 다", ["가", "나 ", "다"]),
        ("1,234.50 €", ["1,234.50 ", "€"]),
        ("$(12.35) off", ["$(12.35) ", "off"]),
        ("2020–2024", ["2020–", "2024"]),
        ("Love — always", ["Love ", "— ", "always"]),
        ("Oh!  (yes)", ["Oh!  ", "(yes)"]),
        ("and/or", ["and/", "or"]),
        ("สวัส\u200bดี", ["สวัส\u200b", "ดี"]),
        ("co\u2011op", ["co\u2011op"]),
        ("10\u00a0km", ["10\u00a0km"]),
        ("🇨🇭🇩🇪👍🏽❤\ufe0f👩\u200d🚀", ["🇨🇭", "🇩🇪", "👍🏽", "❤\ufe0f", "👩\u200d🚀"]),
        ("", [""]),
        (" a", [" ", "a"]),
    ],
)  # fmt: skip
def test_lines_end_where_readers_expect(text: str, parts: list[str]) -> None:
    assert lines(text) == parts


def test_a_line_must_end_where_somebody_ended_it() -> None:
    assert break_opportunities("a\r\nb c\u2028d") == [(3, True), (5, False), (7, True)]
