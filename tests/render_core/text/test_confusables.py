"""Letters of another alphabet are told from those that they look like, and names are left in peace."""

from __future__ import annotations

import pytest
import unicodedata2

from render_core.text.confusables import confusables
from render_core.text.normalise import normalise
from render_core.text.ucd import confusables as table
from render_core.text.ucd.generate_confusables import Spoof, module_text
from render_core.text.ucd.properties import UNICODE_VERSION
from tests.system import needed


def found(typed: str) -> list[tuple[str, str]]:
    made = normalise(typed)
    return [
        (made.text[one.start : one.end], one.looks_like)
        for one in confusables(made.text, made.starts)
    ]


def icu() -> Spoof:
    """Return an ICU with the pinned Unicode."""
    try:
        spoof = Spoof("libicui18n.so.72")
    except OSError:
        return needed(None, "libicui18n.so.72 (Debian package libicu72)")
    assert spoof.unicode_version() == UNICODE_VERSION
    return spoof


def test_the_committed_prototypes_are_those_of_icu() -> None:
    with open(table.__file__, encoding="utf-8") as committed:
        assert committed.read() == module_text(icu())


@pytest.mark.parametrize(
    ("typed", "letters"),
    [
        ("Emmа", [("а", "a")]),
        ("Аnna", [("А", "A")]),
        ("Zoё", [("ё", "ë")]),
        ("Ѕophіe", [("Ѕ", "S"), ("і", "i")]),
        ("Дaша", [("a", "а")]),
        ("Νikos", [("Ν", "N")]),
        ("Γιώργoς", [("o", "ο")]),
        ("Emma & Jοhn", [("ο", "o")]),
        ("O’Нara", [("Н", "H")]),
        ("Аrmеn", [("А", "A"), ("е", "e")]),
        ("Annօ", [("օ", "o")]),
    ],
)
def test_a_letter_of_another_alphabet_is_found_with_its_twin(
    typed: str, letters: list[tuple[str, str]]
) -> None:
    assert found(typed) == letters


def test_the_correction_looks_the_same_to_another_judge() -> None:
    spoof = icu()
    for typed in ("Emmа", "Ѕophіe", "Дaша", "Νikos", "Zoё", "Γιώργoς", "Annօ"):
        for cluster, twin in found(typed):
            assert spoof.skeleton(cluster) == spoof.skeleton(twin)
            assert unicodedata2.name(cluster).split()[0] != unicodedata2.name(twin).split()[0]


@pytest.mark.parametrize(
    "typed",
    [
        "Emma", "Иван", "Анна и Emma", "Emma и Иван", "Ελένη", "Αννα", "Սոնա", "דָּנִיֵּאל", "محمد",
        "कृष्णा", "田中ロロ", "Tシャツ", "T恤", "iPhoneใหม่ทน", "הGoogle", "α-Tocopherol", "5 μm", "Ω",
        "РОССИЯ 2024", "раураl".replace("l", "ӏ"), "გიორგი", "ירושליםo", "ᏣᎳᎩ", "Ünïcödé", "ﬁ", "x²",
        "가나エ", "", "۱۲۳ abc", "№5",
    ],
)  # fmt: skip
def test_what_people_write_is_left_in_peace(typed: str) -> None:
    assert found(typed) == []


def test_letters_without_a_twin_are_not_reported() -> None:
    assert found("Emmaж") == []
