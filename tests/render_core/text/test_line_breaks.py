"""Where lines end: balanced, at spaces first, elsewhere where it is worth it, and never inside a cluster."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_core.text.face import face_of
from render_core.text.line_breaks import breakings
from render_core.text.normalise import NormalisedText, normalise
from render_core.text.paragraphs import Paragraph, itemise
from render_core.text.setting import Setting
from render_core.text.uax14 import break_opportunities
from tests.fonts import FontLibrary, font_hash

FACES = [face_of(font_hash(name), FontLibrary()) for name in ("sans", "thai", "arabic")]


def itemised(typed: str) -> tuple[NormalisedText, tuple[Paragraph, ...]]:
    made = normalise(typed)
    return made, itemise(made, FACES)


def broken(typed: str, max_lines: int, tracking: float = 0.0) -> list[list[str]]:
    """Return the lines of every breaking, fewest lines first."""
    made, paragraphs = itemised(typed)
    found = breakings(paragraphs, made.text, max_lines, Setting(tracking))
    return [[made.text[span.start : span.end] for span in spans] for spans in found]


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("Anna Maria", ["Anna", "Maria"]),
        ("Anna Maria Sophie", ["Anna Maria", "Sophie"]),
        ("Annabella-Margarethe", ["Annabella-", "Margarethe"]),
        ("Anne-Marie Rose", ["Anne-Marie", "Rose"]),
        ("田中太郎", ["田中", "太郎"]),
        ("田中 太郎", ["田中", "太郎"]),
        ("「東京」", ["「東", "京」"]),
        ("สวัสดี\u200bชาวโลก", ["สวัสดี", "ชาวโลก"]),
        ("مرحبا بالعالم", ["مرحبا", "بالعالم"]),
        ("10% – 20%", ["10% –", "20%"]),
    ],
)
def test_two_lines_break_where_readers_expect(typed: str, lines: list[str]) -> None:
    assert broken(typed, 2)[-1] == lines


@pytest.mark.parametrize("typed", ["Annabella", "co\u2011op", "สวัสดี", "é\u0301\u0302\u0303"])
def test_a_word_without_an_opportunity_stays_whole(typed: str) -> None:
    assert len(broken(typed, 4)) == 1


def test_what_a_shopper_broke_stays_broken_whatever_the_zone_allows() -> None:
    assert broken("a\nb\nc", 2) == [["a", "b", "c"]]
    assert broken("a\n\nb c", 4)[-1] == ["a", "", "b", "c"]


def test_a_hyphen_is_broken_after_only_where_it_makes_lines_much_narrower() -> None:
    assert broken("x-y Margarethe", 2)[-1] == ["x-y", "Margarethe"]
    assert broken("Bartholomew-James Jo", 2)[-1] == ["Bartholomew-", "James Jo"]


def test_tracking_counts_between_letters_but_not_at_the_ends_of_lines() -> None:
    assert broken("iiiiii WW ii", 2)[-1] == ["iiiiii", "WW ii"]
    assert broken("iiiiii WW ii", 2, tracking=2.0)[-1] == ["iiiiii", "WW ii"]
    assert broken("iiiii WW iii ii", 2)[-1] == ["iiiii WW", "iii ii"]


TEXTS = st.lists(
    st.sampled_from(["a", "Wide", "-", " ", "\n", "田", "の", "」", "👍🏽", "ก", "\u200b", "שלום", "1,000"]),
    max_size=30,
).map("".join)  # fmt: skip


@given(TEXTS, st.integers(1, 12))
def test_every_breaking_keeps_all_but_what_hangs_and_breaks_only_where_it_may(
    typed: str, max_lines: int
) -> None:
    made, paragraphs = itemised(typed)
    allowed = {index for index, _ in break_opportunities(made.text)} | {0}
    counts = []
    for spans in breakings(paragraphs, made.text, max_lines, Setting()):
        counts.append(len(spans))
        ends = [0, *(span.end for span in spans)]
        for end, span in zip(ends, spans, strict=False):
            assert not made.text[end : span.start].strip(" \n\u200b")
            assert span.start in allowed
            assert span.start in {*made.starts, len(made.text)}
    assert counts == sorted(set(counts))
    assert max(counts[1:], default=0) <= max_lines
