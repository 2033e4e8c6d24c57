"""Initials as a monogram: which letters, how they stand, how large, and how they interlock."""

from __future__ import annotations

from dataclasses import replace

from render_core.design import TextRules
from render_core.layout import FittedText, Item
from render_core.preflight.fitting import missing_glyphs
from render_core.preflight.monogram import monogram_problems
from render_core.preflight.on_line import overflow_of_monogram
from render_core.steps.frame_text import framing_of
from render_core.steps.outline_text import faces_used, not_drawn
from render_core.steps.scene import ZoneScene
from render_core.text.initials import Range, initials
from render_core.text.lines import Line, set_line
from render_core.text.monogram import arrange, in_order, letter_of
from render_core.text.monogram_fit import FittedMonogram, fit_monogram, monogram_clusters
from render_core.text.normalise import NormalisedText
from render_core.text.paragraphs import itemise
from render_core.text.setting import setting_of
from render_core.text_rules import MonogramStyle


def set_monogram(scene: ZoneScene) -> ZoneScene:
    """Fill in `text` and `items` of a zone whose text is a monogram."""
    spec, rules, value, made = scene.spec, scene.spec.text, scene.text_value, scene.made
    if rules is None or rules.monogram is None or value is None or made is None:
        return scene
    if not scene.paragraphs:
        return scene
    chosen = initials(made)
    lines = {letter[0]: _line(scene, made, letter) for letter in chosen.letters}
    rtl = any(paragraph.rtl and paragraph.has_strong for paragraph in scene.paragraphs)
    typed = [(start, letter_of(line)) for start, line in lines.items()]
    starts, letters = [start for start, _ in typed], [letter for _, letter in typed]
    texts = [made.text[start:end] for start, end in chosen.letters]
    order = in_order(texts, rules.monogram, rtl=rtl)
    placed = arrange([letters[index] for index in order], rules.monogram)
    fitted = fit_monogram(placed, rules, framing_of(scene, rtl=rtl))
    stacked = rules.monogram.style is MonogramStyle.STACKED
    clusters = monogram_clusters(
        made,
        fitted,
        {
            starts[index]: (row if stacked else 0, letter)
            for row, (index, letter) in enumerate(zip(order, fitted.letters, strict=True))
        },
    )
    text = FittedText(
        text_as_typed=value.text,
        text_as_made=made.text,
        font_sha256=faces_used(scene),
        size_centipoint=fitted.size_centipoint,
        lines=len(placed) if stacked else 1,
        clusters=clusters,
    )
    boxes = {start: cluster.box for start, cluster in zip(made.starts, clusters, strict=True)}
    missing = missing_glyphs(spec.id, made, not_drawn(scene, ()), boxes)
    items = (*scene.items, *_items(scene, rules, fitted))
    return replace(scene, text=text, items=items).with_problems(
        *monogram_problems(spec.id, made, chosen), *overflow_of_monogram(spec.id, fitted), *missing
    )


def _items(scene: ZoneScene, rules: TextRules, fitted: FittedMonogram) -> list[Item]:
    item = Item(scene.spec.id, scene.spec.operation, scene.ink)
    made = (
        replace(item, outline=fitted.outline(rules)),
        replace(item, outline=fitted.centre_lines(), line_width_um=scene.line_width_um),
    )
    return [item for item in made if not item.outline.is_empty]


def _line(scene: ZoneScene, made: NormalisedText, letter: Range) -> Line:
    """Set a letter as if it stood alone, so that joining scripts have their isolated forms."""
    start, end = letter
    alone = NormalisedText(made.text[start:end], made.origins[start:end], (0,), ())
    (paragraph,) = itemise(alone, scene.faces)
    rules = scene.spec.text
    if rules is None:
        raise ValueError("a monogram has rules")
    return set_line(paragraph, 0, end - start, setting_of(rules))
