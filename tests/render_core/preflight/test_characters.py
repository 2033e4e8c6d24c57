"""Problems of what was typed: emoji where none are wanted, letters of another alphabet, glyphs nobody has."""

from __future__ import annotations

import pytest
import unicodedata2
from hypothesis import given
from hypothesis import strategies as st

from render_core.problems import Problem, Severity
from render_core.text.ucd.properties import properties
from render_core.text_rules import EmojiPolicy
from tests.render_core.composing import codes, composed, items_of, text_of, text_zone

NO_EMOJI = text_zone(emoji=EmojiPolicy.REFUSE, max_lines=3)


def problems_of(zone_text: str, code: str) -> list[Problem]:
    return [p for p in composed(NO_EMOJI, zone_text).problems if p.code == code]


def test_a_zone_that_refuses_emoji_tells_each_with_its_code_points_and_place() -> None:
    first, second = problems_of("I 👍🏽 u ❤\ufe0f!", "EMOJI_NOT_ALLOWED")
    assert first.severity is Severity.ERROR
    assert (first.start_utf16, first.end_utf16) == (2, 6)
    assert "U+1F44D THUMBS UP SIGN, U+1F3FD EMOJI MODIFIER FITZPATRICK TYPE-4" in first.message
    assert (second.start_utf16, second.end_utf16) == (9, 11)
    assert first.corrected == second.corrected == "I  u !"
    assert problems_of("I  u !", "EMOJI_NOT_ALLOWED") == []


def test_symbols_that_are_writing_may_stand_where_emoji_may_not() -> None:
    assert problems_of("♥ © ™ 1 # ♥\ufe0e", "EMOJI_NOT_ALLOWED") == []


def test_emoji_are_taken_unless_a_zone_refuses_them() -> None:
    assert "EMOJI_NOT_ALLOWED" not in codes(composed(text_zone(), "👍🏽"))


def test_a_letter_of_another_alphabet_is_warned_of_and_corrected() -> None:
    (found,) = problems_of("For Emmа", "CONFUSABLE_CHARACTERS")
    assert found.severity is Severity.WARNING
    assert (found.start_utf16, found.end_utf16) == (7, 8)
    assert "U+0430 CYRILLIC SMALL LETTER A" in found.message
    assert found.corrected == "For Emma"
    assert problems_of("For Emma", "CONFUSABLE_CHARACTERS") == []


def test_a_long_cluster_is_named_by_its_first_code_points() -> None:
    (found,) = problems_of("👩\u200d👩\u200d👧\u200d👦" + "\u0301" * 3, "EMOJI_NOT_ALLOWED")
    assert found.message.count("U+") == 8
    assert "…" in found.message


def test_a_place_where_a_line_may_end_is_no_character() -> None:
    zone = text_zone(max_graphemes=4, allowed="ก-๙", fallback=("thai",))
    assert codes(composed(zone, "กา\u200bกา")) == []


ASSIGNED = st.characters(exclude_categories=["Cs", "Cn"]).filter(
    lambda character: properties(ord(character)).assigned
)


@given(st.lists(ASSIGNED, min_size=1, max_size=8).map("".join))
def test_whatever_is_typed_is_drawn_or_named_as_missing_with_its_place(typed: str) -> None:
    made = composed(text_zone(max_lines=8), typed)
    missing = [p for p in made.problems if p.code == "MISSING_GLYPH"]
    for problem in missing:
        text = dict(problem.params)["text"]
        assert problem.severity is Severity.ERROR
        assert problem.end_utf16 > problem.start_utf16
        for character in text[:8]:
            name = unicodedata2.name(character, "")
            assert f"U+{ord(character):04X} {name}".rstrip() in problem.message
    if made.layout.surface("front").zone("name").text is not None:
        text = text_of(made).text_as_made
        visible = [c for c in text if _needs_ink(c)]
        assert bool(items_of(made)) or bool(missing) or not visible


def _needs_ink(character: str) -> bool:
    here = properties(ord(character))
    return not (here.white_space or here.default_ignorable) and here.category[0] in "LNPS"


@pytest.mark.parametrize("typed", ["a田b", "\ue000", "𐎀", "a\u0f40", "ꙮ𒀀"])
def test_what_no_face_has_is_never_drawn_as_a_box(typed: str) -> None:
    made = composed(text_zone(), typed)
    (missing, *_) = (p for p in made.problems if p.code == "MISSING_GLYPH")
    assert not made.can_be_made
    absent = dict(missing.params)["text"]
    # What is drawn is what is drawn without it.
    alone = composed(text_zone(), typed.replace(absent, "")) if typed != absent else None
    drawn = sum(item.outline.verbs.size for item in items_of(made))
    assert drawn == (sum(i.outline.verbs.size for i in items_of(alone)) if alone else 0)
