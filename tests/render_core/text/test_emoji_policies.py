"""Every row of emoji-test.txt under every policy: in colour, as an outline, or refused; never dropped."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from render_core.compose import Composition
from render_core.design import Align, ZoneSpec
from render_core.layout import Operation
from render_core.text.emoji import is_emoji
from render_core.text_rules import EmojiPolicy
from tests.render_core.composing import (
    FALLBACK,
    HEART_SHAPE,
    codes,
    composed,
    items_of,
    text_of,
    text_zone,
)
from tests.render_core.text.test_emoji import rows

CHAIN = (*FALLBACK, "colour-emoji")
SAMPLE = 61  # Every so manieth row.
COLOUR, OUTLINE, REFUSE = EmojiPolicy.COLOUR, EmojiPolicy.OUTLINE, EmojiPolicy.REFUSE


def zone(policy: EmojiPolicy, operation: Operation = Operation.PRINT, **rules: object) -> ZoneSpec:
    spec = text_zone(40, 20, fallback=CHAIN, emoji=policy, **rules)  # type: ignore[arg-type]
    return replace(spec, operation=operation)


def look(composition: Composition) -> str:
    """Return what became of an emoji: "colour", "outline", or the codes of its problems."""
    problems = codes(composition)
    items = items_of(composition)
    if problems:
        assert not items or set(problems) != {"MISSING_GLYPH"}
        return ",".join(sorted(set(problems)))
    assert items, "dropped"
    if len(items) == 1 and items[0].ink.rgb == (0, 0, 0) and items[0].gradient is None:
        return "outline"
    return "colour"


def looks(policy: EmojiPolicy, step: int) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for text, kind in rows()[::step]:
        what = "emoji" if is_emoji(text) else "writing"
        found[what if kind else "", look(composed(zone(policy), text))] += 1
    return found


# Skin-toned groups that the outline face has no glyph for, and one that only a cylinder of colour
# would show: told, with their place.
TOLD = "MISSING_GLYPH"


def check(policy: EmojiPolicy, step: int) -> Counter[tuple[str, str]]:
    found = looks(policy, step)
    kinds = {kind for kind, _ in found}
    assert kinds <= {"emoji", "writing"}
    seen = {what for kind, what in found if kind == "emoji"}
    if policy is REFUSE:
        assert seen == {"EMOJI_NOT_ALLOWED"}
    elif policy is COLOUR:
        assert seen <= {"colour", "outline"}
        in_colour = found["emoji", "colour"]
        assert found["emoji", "outline"] <= 1 + in_colour // 500
    else:
        assert seen <= {"outline", TOLD}
    assert {what for kind, what in found if kind == "writing"} <= {"outline", TOLD}
    return found


@pytest.mark.parametrize("policy", EmojiPolicy)
def test_a_sample_of_all_emoji_is_drawn_or_refused(policy: EmojiPolicy) -> None:
    assert sum(check(policy, SAMPLE).values()) == len(rows()[::SAMPLE])


@pytest.mark.slow
@pytest.mark.parametrize("policy", EmojiPolicy)
def test_all_emoji_are_drawn_or_refused(policy: EmojiPolicy) -> None:
    assert sum(check(policy, 1).values()) == 4733


def test_an_engraved_zone_sets_outlines_whatever_its_policy() -> None:
    (item,) = items_of(composed(zone(COLOUR, Operation.ENGRAVE), "🦊"))
    assert item.gradient is None


def test_letters_beside_emoji_keep_the_ink_of_the_zone() -> None:
    letters, *picture = items_of(composed(zone(COLOUR), "Zoë 🦊"))
    assert letters.ink.rgb == (0, 0, 0)
    assert len(picture) > 5
    assert all(item.operation is Operation.PRINT for item in picture)


def test_digits_are_letters_also_in_a_face_that_has_keycaps() -> None:
    (item,) = items_of(composed(zone(COLOUR), "0123"))
    assert item.ink.rgb == (0, 0, 0)


def test_a_text_presentation_selector_asks_for_an_outline() -> None:
    assert look(composed(zone(COLOUR), "❤\ufe0e")) == "outline"
    assert look(composed(zone(COLOUR), "❤\ufe0f")) == "colour"


def test_the_face_of_the_colours_is_recorded() -> None:
    from tests.fonts import font_hash

    assert text_of(composed(zone(COLOUR), "🦊")).font_sha256 == (font_hash("colour-emoji"),)
    assert text_of(composed(zone(OUTLINE), "🦊")).font_sha256 == (font_hash("emoji"),)


@pytest.mark.parametrize("align", [Align.START, Align.CENTRE, Align.END])
@pytest.mark.parametrize("shape", [None, HEART_SHAPE])
def test_pictures_stay_in_the_safe_area(shape: object, align: Align) -> None:
    from tests.render_core.geometry.geos import area_of

    spec = zone(COLOUR, shape=shape, align=align)
    if shape is not None:
        spec = replace(spec, width_um=40_000, height_um=38_000)
    composition = composed(spec, "🦊🎉")
    frame = composition.layout.surface("front").zone("name")
    safe = area_of(frame.shape).buffer(-spec.safe_margin_um + 12, quad_segs=32)
    for item in items_of(composition):
        assert safe.covers(area_of(item.outline))


def test_the_same_picture_has_the_same_layers_at_another_size_and_place() -> None:
    one = items_of(composed(zone(COLOUR), "🦊"))
    other = items_of(composed(replace(zone(COLOUR), width_um=20_000, height_um=10_000), "🦊"))
    assert len(one) == len(other)
    assert [item.ink for item in one] == [item.ink for item in other]
