"""In a rectangle the likeliest breaking is judged first: what is found is still the best of all."""

from __future__ import annotations

import random

import pytest

from render_core.steps.scene import outline_of, region_of
from render_core.text.block import stack
from render_core.text.face import face_of
from render_core.text.fit import fit, frame
from render_core.text.line_breaks import breakings
from render_core.text.normalise import normalise
from render_core.text.paragraphs import itemise
from render_core.text.setting import setting_of
from render_core.text.sizes import largest_size
from tests.fonts import FontLibrary, font_hash
from tests.render_core.composing import text_zone
from tests.render_core.text.breaking import set_spans

TEXT = "To Emma with love from the whole Hartmann family, since 1987 & for ever"


@pytest.mark.parametrize("seed", range(40))
def test_the_breaking_found_in_a_rectangle_is_the_largest_with_fewest_lines(seed: int) -> None:
    rng = random.Random(seed)
    words = TEXT.split()
    text = " ".join(rng.choice(words) for _ in range(rng.randint(1, 14)))
    zone = text_zone(
        rng.choice([20, 60, 120]),
        rng.choice([15, 40, 60]),
        max_lines=rng.randint(1, 6),
        max_size_centipoint=rng.choice([1200, 3000, 20_000]),
    )
    rules = zone.text
    assert rules is not None
    made = normalise(text)
    paragraphs = itemise(made, [face_of(font_hash("sans"), FontLibrary())])
    region = region_of(zone.shape, zone.width_um, zone.height_um, zone.fitting_margin_um)
    left, top, right, bottom = outline_of(zone.shape, zone.width_um, zone.height_um).bounds_um()
    room = frame(zone, region, ((left + right) / 2, (top + bottom) / 2), rtl=False)
    setting = setting_of(rules)
    sizes = {}
    for spans in breakings(paragraphs, made.text, rules.max_lines, setting):
        lines = set_spans(paragraphs, spans, setting)
        block = stack(spans, lines, rules, rtl=False, centred=room.centred)
        sizes[spans] = (largest_size(block, room, rules.max_size_centipoint), -len(spans))
    found = fit(paragraphs, made.text, rules, room)
    assert (found.fitting_centipoint, -len(found.block.spans)) == max(sizes.values())
