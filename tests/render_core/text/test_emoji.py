"""Emoji, held to every row of emoji-test.txt."""

from __future__ import annotations

from collections import Counter

import pytest

from render_core.text.emoji import emoji_clusters, is_emoji
from render_core.text.graphemes import grapheme_starts
from render_core.text.normalise import normalise
from tests.render_core.text.ucd_files import rows_of


def rows() -> list[tuple[str, str]]:
    found = []
    for row in rows_of("emoji/emoji-test.txt"):
        codes, kind = row.split(";")
        found.append(("".join(chr(int(code, 16)) for code in codes.split()), kind.strip()))
    return found


def may_be_writing(text: str) -> bool:
    """Return whether the documented exception covers a row: one BMP character, text by default."""
    return len(text) == 1 and text <= "\uffff"


def test_every_row_is_one_emoji_or_a_symbol_of_the_bmp() -> None:
    kinds = Counter(kind for _, kind in rows())
    assert kinds == {
        "fully-qualified": 3655,
        "minimally-qualified": 827,
        "unqualified": 242,
        "component": 9,
    }
    wrong = []
    for text, kind in rows():
        expected = kind != "unqualified" or not may_be_writing(text)
        if grapheme_starts(text) != [0] or is_emoji(text) is not expected:
            wrong.append((text, kind))
    assert wrong == []


def test_every_row_is_made_as_it_was_typed() -> None:
    assert [text for text, _ in rows() if normalise(text).text != text] == []
    assert [text for text, _ in rows() if normalise(text).findings] == []


def test_a_text_presentation_selector_makes_a_symbol_of_anything() -> None:
    for row in rows_of("emoji/emoji-variation-sequences.txt"):
        first = chr(int(row.split()[0], 16))
        assert not is_emoji(first + "\ufe0e")
        assert is_emoji(first + "\ufe0f") or first in "#*0123456789"


@pytest.mark.parametrize("text", ["a", "1", "#", "©", "™", "♥", "→", "✓", "é", "क्षि", "\u20e3",
                                  "a\u20e3", "\U0001f000", "♥\u0301", "\u0600", "\u0600a"])  # fmt: skip
def test_letters_digits_and_symbols_are_writing(text: str) -> None:
    assert not is_emoji(text)


@pytest.mark.parametrize("text", ["😀", "♥\ufe0f", "1\u20e3", "☝🏽", "🏽", "🇨", "🌶", "😀\u0301",
                                  "\u0600😀"])  # fmt: skip
def test_pictures_are_emoji_whatever_is_joined_to_them(text: str) -> None:
    assert is_emoji(text)


def test_emoji_are_found_by_cluster() -> None:
    made = normalise("I 👩\u200d🚀 ♥ 1\ufe0f\u20e3!")
    assert emoji_clusters(made.text, made.starts) == [(2, 5), (8, 11)]
