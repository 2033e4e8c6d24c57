"""Paragraphs with their direction, levels, scripts and the face of each cluster."""

from __future__ import annotations

from dataclasses import replace

from render_core.steps.scene import ZoneScene
from render_core.text.paragraphs import itemise


def itemise_text(scene: ZoneScene) -> ZoneScene:
    """Fill in `paragraphs`."""
    if scene.made is None or not scene.made.text:
        return scene
    return replace(scene, paragraphs=itemise(scene.made, scene.faces))
