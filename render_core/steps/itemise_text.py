"""Paragraphs with their direction, levels, scripts and the face of each cluster."""

from __future__ import annotations

from dataclasses import replace

from render_core.steps.scene import ZoneScene
from render_core.text.paragraphs import itemise


def itemise_text(scene: ZoneScene) -> ZoneScene:
    """Fill in `paragraphs`; the text of a code has none."""
    if scene.spec.text is None or scene.made is None or not scene.made.text:
        return scene
    return replace(scene, paragraphs=itemise(scene.made, scene.faces))
