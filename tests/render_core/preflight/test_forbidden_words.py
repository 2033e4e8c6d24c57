"""Words that are refused: found however they are written, and not where they merely occur."""

from __future__ import annotations

import pytest

from render_core.problems import Problem
from tests.render_core.composing import codes, composed, text_zone

LISTED = (
    "damn",
    "ass",
    "boobs",
    "shit*",
    "white power",
    "Blödmann",
    "88",
    "чёрт",
    "馬鹿",
    "★★",
    "कि",
)


def refused(text: str) -> list[Problem]:
    zone = text_zone(200, 60, max_lines=4, max_graphemes=200, forbidden_words=LISTED)
    return [p for p in composed(zone, text).problems if p.code == "FORBIDDEN_WORD"]


@pytest.mark.parametrize(
    "text",
    [
        "damn", "DAMN", "Damn!", "dámn", "d\u0430mn".replace("\u0430", "a\u0300"), "ｄａｍｎ", "𝐝𝐚𝐦𝐧",
        "da\u200bmn", "da\u00admn", "d4mn", "d@mn", "daaaamn", "d a m n", "d.a.m.n", "d-a-m-n",
        "a$$", "a55", "ASS", "b00bs", "booooobs", "shit", "Bullshit", "5h1tty", "sh!t",
        "white power", "White  Power", "white-power", "white\npower", "wh1te p0wer",
        "d\u0430mn", "\u0410SS", "\u0430ss", "b\u043e\u043ebs", "bull\u0455hit", "\u03b1ss",
        "blodmann", "BLÖDMANN", "88", "черт", "ЧЁРТ", "你是馬鹿嗎", "a★★b", "कि",
    ],
)  # fmt: skip
def test_a_listed_word_is_found_however_it_is_dressed_up(text: str) -> None:
    assert refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "classic", "Assam", "glass", "bobs", "damned", "Hamburg", "white flower", "powerwhite",
        "white", "1988", "880", "as s", "a s", "Zoë", "का", "को", "★", "馬", "!!!", "$$$", "",
    ],
)  # fmt: skip
def test_other_words_are_left_in_peace(text: str) -> None:
    assert refused(text) == []


def test_each_place_is_told_in_the_text_as_typed() -> None:
    problems = refused("😀 Da\u200bmn, a classic damn")
    assert [(p.start_utf16, p.end_utf16) for p in problems] == [(3, 8), (20, 24)]
    assert dict(problems[0].params) == {"word": "Damn"}
    assert problems[0].corrected is None
    assert "“Damn”" in problems[0].message


def test_a_mark_on_the_last_letter_belongs_to_the_word() -> None:
    (problem,) = refused("damn\u0323\u0308 x")
    assert (problem.start_utf16, problem.end_utf16) == (0, 6)


def test_no_more_than_twenty_places_are_told() -> None:
    assert len(refused("damn " * 39)) == 20


def test_a_zone_without_a_list_refuses_no_word() -> None:
    assert codes(composed(text_zone(), "damn")) == []
