"""Text along a line: its size, its outlines and its clusters."""

from __future__ import annotations

from dataclasses import replace

from render_core.layout import FittedText
from render_core.preflight.fitting import missing_glyphs
from render_core.preflight.on_line import overflow_on_line
from render_core.steps.frame_text import framing_of
from render_core.steps.outline_text import faces_used, lettering, not_drawn
from render_core.steps.scene import ZoneScene
from render_core.text.lines import set_line
from render_core.text.on_path import drawing_of
from render_core.text.path_carets import clusters_on_line
from render_core.text.path_fit import fit_on_line
from render_core.text.path_units import run_of
from render_core.text.setting import setting_of
from render_core.text.text_line import text_line


def fit_path(scene: ZoneScene) -> ZoneScene:
    """Fill in `text` and `items` of a zone whose text runs along a line."""
    spec, value, made = scene.spec, scene.text_value, scene.made
    rules = spec.text
    if rules is None or rules.path is None or value is None or made is None:
        return scene
    if not scene.paragraphs:
        return scene
    setting = setting_of(rules)
    lines = [set_line(p, p.start, p.end, setting) for p in scene.paragraphs]
    decided = next((p for p in scene.paragraphs if p.has_strong), scene.paragraphs[0])
    rtl, tracking = decided.rtl, setting.tracking
    run = run_of(scene.paragraphs, lines, made.text, rtl=rtl, tracking=tracking)
    line = text_line(spec, rules.path, rules.align, rtl=rtl)
    framing = framing_of(scene, rtl=rtl) if rules.frame is not None else None
    fitted = fit_on_line(run, line, rules.path, rules, scene.region, framing)
    clusters = clusters_on_line(made, fitted.on)
    text = FittedText(
        text_as_typed=value.text,
        text_as_made=made.text,
        font_sha256=faces_used(scene),
        size_centipoint=fitted.size_centipoint,
        lines=1,
        clusters=clusters,
        condense_permille=fitted.condense_permille,
    )
    items = (*scene.items, *lettering(scene, *drawing_of(fitted.on)))
    boxes = {start: cluster.box for start, cluster in zip(made.starts, clusters, strict=True)}
    missing = missing_glyphs(spec.id, made, not_drawn(scene, lines), boxes)
    return replace(scene, text=text, items=items).with_problems(
        *overflow_on_line(spec.id, fitted), *missing
    )
