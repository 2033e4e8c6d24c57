"""Whatever is typed: a layout or a problem with its place, never an exception, never much more work."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from render_core.compose import Composition
from render_core.design import TextRules, ZoneSpec
from render_core.limits import MAX_TEXT_CODE_POINTS
from render_core.preflight.messages import MESSAGES
from render_core.text.normalise import normalise
from render_core.text_rules import EmojiPolicy
from tests.hostile.texts.rows import LONGER, LONGEST, rows
from tests.render_core.composing import ELLIPSE, composed, text_zone

ROWS = rows()
CHAIN = ("sans", "arabic", "hebrew", "devanagari", "thai", "khmer", "emoji")
ZONES: dict[str, ZoneSpec] = {
    "a plate": text_zone(max_lines=3, fallback=CHAIN),
    "a pendant": text_zone(20, 20, shape=ELLIPSE, max_lines=4, max_graphemes=24, fallback=CHAIN),
    "a strict line": text_zone(
        font="script", fallback=(), allowed="A-Za-z -", emoji=EmojiPolicy.REFUSE, max_graphemes=12
    ),
}
# Calls of functions; a plain name needs about 3,000. Quadratic work in 2,000 characters is far beyond.
MOST_CALLS = 240_000


@pytest.mark.parametrize("zone", ZONES)
def test_every_text_gives_a_layout_or_says_what_is_wrong_with_bounded_work(zone: str) -> None:
    spec = ZONES[zone]
    composed(spec, "Marie Anne")
    wrong = []
    for name, typed in (ROWS | LONGER).items():
        made: list[Composition] = []
        calls = _calls(lambda typed=typed, made=made: made.append(composed(spec, typed)))  # type: ignore[misc]
        if fault := _fault(made[0], typed):
            wrong.append(f"{name}: {fault}")
        if calls > MOST_CALLS:
            wrong.append(f"{name}: {calls} calls, {MOST_CALLS} at most")
    assert wrong == []


def test_the_list_is_long_and_each_of_it_is_read() -> None:
    assert len(ROWS) >= 400
    assert LONGEST == MAX_TEXT_CODE_POINTS
    assert max(map(len, ROWS.values())) == LONGEST
    assert min(map(len, LONGER.values())) > LONGEST


def _fault(made: Composition, typed: str) -> str:
    text = made.layout.surface("front").zone("name").text
    length = len(typed.encode("utf-16-le", "surrogatepass")) // 2
    if len(made.layout.digest()) != 64:
        return "the layout has no digest"
    if text is None and made.can_be_made and normalise(typed).text:
        return "no layout and no problem"
    if text is not None:
        ends = [0, *(cluster.end_utf16 for cluster in text.clusters)]
        if [cluster.start_utf16 for cluster in text.clusters] != ends[:-1]:
            return "clusters without boxes"
    for problem in made.problems:
        if problem.code not in {key.partition(".")[0] for key in MESSAGES}:
            return f"{problem.code} has no words"
        if not 0 <= problem.start_utf16 <= problem.end_utf16 <= length:
            return f"{problem.code} lies outside of the text"
    if len(made.problems) > 200:
        return f"{len(made.problems)} problems"
    return ""


def _calls(work: Callable[[], object]) -> int:
    """Return how many functions are called, ours and built in ones."""
    count = 0

    def counted(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def test_zones_of_the_list_accept_ordinary_names() -> None:
    for name, spec in ZONES.items():
        assert isinstance(spec.text, TextRules)
        assert composed(spec, "Marie Anne").problems == (), name
