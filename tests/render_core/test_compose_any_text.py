"""Whatever is typed, composition answers: with a layout, with problems, never with an exception."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from render_core.layout import Outline, Verb
from render_core.text.normalise import normalise
from tests.render_core.composing import ELLIPSE, codes, composed, design, items_of, text_zone

AWKWARD = st.sampled_from(
    "aZ1 .()[]אב١ि्\u0301\u0302\u200d\u200c\ufe0f\u20e3\n\r\t\u00a0\u2028\u202e\u2066\u2069\x00\ud800"
    "👩🏽🇨🇭🏴\U000e0067\U000e007f\u1100\u1161\u0600\u115f\ufdfa"
)
TEXTS = st.lists(AWKWARD | st.characters(), max_size=40).map("".join)
RELAXED = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])


@given(
    TEXTS, st.sampled_from(["sans", "script", "arabic", "devanagari", "emoji"]), st.integers(1, 3)
)
@RELAXED
def test_any_text_gives_a_layout_with_a_digest_and_a_box_for_every_cluster(
    typed: str, font: str, lines: int
) -> None:
    made = composed(text_zone(font=font, max_lines=lines), typed)
    assert len(made.layout.digest()) == 64
    text = made.layout.surface("front").zone("name").text
    if text is None:
        assert not made.can_be_made
        return
    starts = [cluster.start_utf16 for cluster in text.clusters]
    ends = [cluster.end_utf16 for cluster in text.clusters]
    assert starts == [0, *ends[:-1]][: len(starts)]
    assert (ends or [0])[-1] == len(text.text_as_made.encode("utf-16-le")) // 2
    for item in items_of(made):
        _assert_closed(item.outline)


@given(TEXTS)
@RELAXED
def test_every_problem_points_into_the_text_as_typed(typed: str) -> None:
    length = len(typed.encode("utf-16-le", "surrogatepass")) // 2
    for problem in composed(text_zone(font="script", fallback=()), typed).problems:
        assert 0 <= problem.start_utf16 <= problem.end_utf16 <= length
        assert problem.message


@given(TEXTS)
@RELAXED
def test_the_text_as_made_composes_to_the_same_outlines(typed: str) -> None:
    zone = text_zone(max_lines=3)
    first = composed(zone, typed)
    text = first.layout.surface("front").zone("name").text
    if text is not None:
        again = composed(zone, text.text_as_made)
        assert [i.document() for i in items_of(again)] == [i.document() for i in items_of(first)]


# Half flags left side by side become a flag, perhaps of nowhere: the one case in which leaving
# something out makes something new.
@given(TEXTS.filter(lambda typed: not set(typed) & set("🇨🇭")))
@RELAXED
def test_a_correction_passes_the_rule_that_it_corrects(typed: str) -> None:
    zone = text_zone(max_graphemes=5, max_lines=2, allowed="a-zא-ת👩 \u0301")
    for problem in composed(zone, typed).problems:
        if problem.corrected is not None:
            assert problem.code not in codes(composed(zone, problem.corrected))


def _assert_closed(outline: Outline) -> None:
    verbs = outline.verbs.tolist()
    assert verbs[0] == Verb.MOVE
    assert verbs[-1] == Verb.CLOSE
    moves = [index for index, verb in enumerate(verbs) if verb == Verb.MOVE][1:]
    assert all(verbs[index - 1] == Verb.CLOSE for index in moves)


def test_an_ellipse_takes_any_text_too() -> None:
    for typed in ("👩‍👩‍👧‍👦" * 3, "।", "\u0301", "....", "—", "'", "ﷺ"):
        made = composed(text_zone(shape=ELLIPSE, max_lines=2), typed)
        assert len(made.layout.digest()) == 64


@pytest.mark.parametrize("typed", ["", " ", "\n", "\u200d"])
def test_nothing_is_drawn_of_nothing(typed: str) -> None:
    assert normalise(typed).text == ""
    made = composed(text_zone(), typed)
    assert items_of(made) == ()
    assert design(text_zone(), typed).values["name"].text == typed  # type: ignore[union-attr]
