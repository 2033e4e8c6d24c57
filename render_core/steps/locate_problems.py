"""Where on the product does each problem lie?"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from render_core.layout import Box
from render_core.preflight.places import SetText
from render_core.problems import Problem
from render_core.steps.check_made_place import corners_of
from render_core.steps.scene import ZoneScene


def locate_problems(scene: ZoneScene) -> ZoneScene:
    """Give problems with a range in the text as typed the box of the letters that came of it, and
    those of artwork the box of what was placed."""
    if all(problem.box is not None for problem in scene.problems):
        return scene
    text, artwork = scene.set_text, _around(scene) if scene.spec.artwork else None
    located = tuple(_located(problem, text, artwork) for problem in scene.problems)
    return replace(scene, problems=located)


def _located(problem: Problem, text: SetText | None, artwork: Box | None) -> Problem:
    at = (problem.start_utf16, problem.end_utf16)
    if problem.box is not None:
        return problem
    if text is not None and at[0] < at[1]:
        return replace(problem, box=text.box(at))
    return replace(problem, box=artwork) if artwork is not None else problem


def _around(scene: ZoneScene) -> Box | None:
    """Return the box around everything in a zone, None where there is nothing."""
    outlines = [corners_of(i.image) if i.image is not None else i.outline for i in scene.items]
    boxes = [Box(*outline.bounds_um()) for outline in outlines if not outline.is_empty]
    return reduce(Box.joined, boxes) if boxes else None
