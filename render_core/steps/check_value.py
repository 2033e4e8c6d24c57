"""Is the value of the zone's kind, and does the zone offer its font and ink?"""

from __future__ import annotations

from dataclasses import replace

from render_core.design import ArtworkValue
from render_core.layout import Ink
from render_core.preflight.values import value_problems
from render_core.steps.scene import ZoneScene


def check_value(scene: ZoneScene) -> ZoneScene:
    """Drop a value of the wrong kind; take the default where a choice is not offered."""
    problems = value_problems(scene.spec, scene.value)
    scene = scene.with_problems(*problems)
    if any(problem.code == "VALUE_KIND_WRONG" for problem in problems):
        return replace(scene, value=None)
    return replace(scene, ink=_ink(scene))


def _ink(scene: ZoneScene) -> Ink:
    spec, value = scene.spec, scene.value
    if not isinstance(value, ArtworkValue | None) and 0 <= value.ink < len(spec.inks):
        return spec.inks[value.ink]
    return spec.inks[0] if spec.inks else spec.ink
