"""Where on the product does each problem of the text lie?"""

from __future__ import annotations

from dataclasses import replace

from render_core.preflight.places import SetText
from render_core.problems import Problem
from render_core.steps.scene import ZoneScene


def locate_problems(scene: ZoneScene) -> ZoneScene:
    """Give problems with a range in the text as typed the box of the letters that came of it."""
    text = scene.set_text
    if text is None or not scene.problems:
        return scene
    return replace(scene, problems=tuple(_located(problem, text) for problem in scene.problems))


def _located(problem: Problem, text: SetText) -> Problem:
    at = (problem.start_utf16, problem.end_utf16)
    if problem.box is not None or at[0] >= at[1]:
        return problem
    return replace(problem, box=text.box(at))
