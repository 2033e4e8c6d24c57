"""Lines, alignment and the largest size that fits."""

from __future__ import annotations

from dataclasses import replace

from render_core.preflight.fitting import overflow
from render_core.steps.frame_text import framing_of
from render_core.steps.scene import ZoneScene
from render_core.text.fit import fit, frame


def fit_text(scene: ZoneScene) -> ZoneScene:
    """Fill in `fitted`. The first paragraph with a strong character says where lines start."""
    rules = scene.spec.text
    if rules is None or scene.made is None or not scene.paragraphs:
        return scene
    if rules.path is not None or rules.monogram is not None:
        return scene  # Set by steps of their own.
    decided = next((p for p in scene.paragraphs if p.has_strong), scene.paragraphs[0])
    room = frame(scene.spec, scene.region, scene.middle_um, rtl=decided.rtl)
    if rules.frame is not None:
        room = replace(room, centred=True, framing=framing_of(scene, rtl=decided.rtl))
    fitted = fit(scene.paragraphs, scene.made.text, rules, room)
    return replace(scene, fitted=fitted).with_problems(*overflow(scene.spec.id, rules, fitted))
