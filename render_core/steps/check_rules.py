"""Is a required zone filled in, and does its text keep the zone's rules?"""

from __future__ import annotations

from dataclasses import replace

from render_core.preflight.characters import can_be_set, rule_problems
from render_core.preflight.forbidden_words import forbidden_words
from render_core.preflight.values import required_but_empty
from render_core.steps.scene import ZoneScene


def check_rules(scene: ZoneScene) -> ZoneScene:
    """Report what breaks the rules; do not go on to set a text that is far too much."""
    spec, made = scene.spec, scene.made
    if _is_empty(scene):
        return scene.with_problems(required_but_empty(spec)) if spec.required else scene
    if made is None or spec.text is None:
        return scene
    scene = scene.with_problems(
        *rule_problems(spec.id, spec.text, made),
        *forbidden_words(spec.id, spec.text.forbidden_words, made),
    )
    return scene if can_be_set(spec.text, made) else replace(scene, made=None)


def _is_empty(scene: ZoneScene) -> bool:
    if scene.value is None:
        return not scene.problems  # A value of the wrong kind was there, and is reported.
    return scene.text_value is not None and scene.made is not None and not scene.made.text
