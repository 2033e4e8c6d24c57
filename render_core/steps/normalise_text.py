"""The text as typed becomes the text as made, or is refused."""

from __future__ import annotations

from dataclasses import replace

from render_core.limits import MAX_TEXT_CODE_POINTS
from render_core.preflight.characters import character_problems, longer_than_read
from render_core.steps.scene import ZoneScene
from render_core.text.normalise import normalise


def normalise_text(scene: ZoneScene) -> ZoneScene:
    """Fill in `made`; leave it out where the text is too long to read or cannot be drawn."""
    value = scene.text_value
    if value is None:
        return scene
    if len(value.text) > MAX_TEXT_CODE_POINTS:
        return scene.with_problems(longer_than_read(scene.spec.id, value.text))
    made = normalise(value.text)
    scene = scene.with_problems(*character_problems(scene.spec.id, made))
    return scene if made.refused else replace(scene, made=made)
