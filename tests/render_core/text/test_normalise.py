"""What is drawn of what was typed."""

from __future__ import annotations

import bz2

import pytest
import unicodedata2
from hypothesis import given
from hypothesis import strategies as st

from render_core.text.normalise import FindingKind, normalise
from render_core.text.ucd.properties import properties
from tests.render_core.text.ucd_files import ucd_file

ANY_TEXT = st.text(
    st.characters(exclude_categories=["Cn"])
    | st.sampled_from("\u200d\u200c\ufe0f e\u0301\r\n\u0915\u094d\U0001f469")
)


@given(ANY_TEXT)
def test_normalising_twice_is_the_same_as_once(typed: str) -> None:
    once = normalise(typed)
    again = normalise(once.text)
    assert again.text == once.text
    assert again.findings == ()


@given(ANY_TEXT)
def test_the_text_as_made_is_in_nfc(typed: str) -> None:
    made = normalise(typed).text
    assert unicodedata2.normalize("NFC", made) == made


@given(ANY_TEXT)
def test_every_character_made_points_at_what_was_typed(typed: str) -> None:
    made = normalise(typed)
    utf16 = typed.encode("utf-16-le", "surrogatepass")
    assert len(made.origins) == len(made.text)
    assert list(made.origins) == sorted(made.origins)
    for character, (start, end) in zip(made.text, made.origins, strict=True):
        source = utf16[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
        if character not in " \n":
            assert set(unicodedata2.normalize("NFD", character)) <= set(
                unicodedata2.normalize("NFD", source)
            )


def test_normalising_by_cluster_is_normalising_the_whole() -> None:
    rows = 0
    with bz2.open(ucd_file("NormalizationTest.txt.bz2"), "rt", encoding="utf-8") as file:
        for line in file:
            if line.startswith(("#", "@")):
                continue
            source, composed = (
                "".join(chr(int(code, 16)) for code in column.split())
                for column in line.split(";")[:2]
            )
            rows += 1
            dropped = any(properties(ord(c)).default_ignorable for c in composed)
            if not dropped and not any(properties(ord(c)).white_space for c in composed):
                assert normalise(source).text == composed, line
    assert rows > 18_000


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ("  Emma  ", "Emma"),
        ("Emma\u00a0\t Lou", "Emma Lou"),
        ("Emma\r\nLou", "Emma\nLou"),
        ("\n\nEmma \n Lou\n", "Emma\nLou"),
        ("a\n\nb", "a\n\nb"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u212b", "\u00c5"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_what_carries_meaning_stays(typed: str, made: str) -> None:
    result = normalise(typed)
    assert result.text == made
    assert result.findings == ()


@pytest.mark.parametrize(
    ("typed", "made", "kind", "place"),
    [
        ("Em\x00ma", "Emma", FindingKind.CONTROL, (2, 3)),
        ("Emma\x9f", "Emma", FindingKind.CONTROL, (4, 5)),
        ("Em\u200bma", "Emma", FindingKind.INVISIBLE, (2, 3)),
        ("Em\u00adma", "Emma", FindingKind.INVISIBLE, (2, 3)),
        ("a\u200db", "ab", FindingKind.INVISIBLE, (1, 2)),
        ("\ufeffab", "ab", FindingKind.INVISIBLE, (0, 1)),
        ("a\U000e0067", "a", FindingKind.INVISIBLE, (1, 3)),
        ("😀\u202eab", "😀ab", FindingKind.BIDI_CONTROL, (2, 3)),
        ("\u2067ab", "ab", FindingKind.BIDI_CONTROL, (0, 1)),
        ("a\ud800", "a", FindingKind.LONE_SURROGATE, (1, 2)),
        ("a\U0001fadc", "a", FindingKind.UNASSIGNED, (1, 3)),
        ("\ufdd0a", "a", FindingKind.UNASSIGNED, (0, 1)),
    ],
)
def test_what_cannot_be_seen_is_left_out_and_named(
    typed: str, made: str, kind: FindingKind, place: tuple[int, int]
) -> None:
    result = normalise(typed)
    assert result.text == made
    assert [(f.kind, (f.start_utf16, f.end_utf16)) for f in result.findings] == [(kind, place)]
    refusing = {FindingKind.LONE_SURROGATE, FindingKind.UNASSIGNED}
    assert result.refused == (kind in refusing)


def test_places_are_counted_in_the_text_as_typed() -> None:
    result = normalise("  😀\r\nZoe\u0308!")
    assert result.text == "😀\nZoë!"
    assert result.typed_range(0, 1) == (2, 4)
    assert result.typed_range(1, 2) == (4, 6)
    assert result.typed_range(4, 5) == (8, 10)
    assert result.typed_range(5, 6) == (10, 11)
