"""A text as a code that machines read, in the middle of its zone.

Modules are whole micrometres, so that every edge is exact, and as large as the zone lets them be.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from render_core.artwork_rules import CodeRules
from render_core.codes.modules import outline_of
from render_core.codes.symbols import quiet_modules, symbol
from render_core.geometry.paths import Path
from render_core.layout import Item, Verb
from render_core.preflight.codes import text_problems, unreadable
from render_core.steps.artwork_room import contained_scale
from render_core.steps.scene import ZoneScene

_HALF: Final = 5_000.0
_SQUARE: Final = Path(
    np.array([Verb.MOVE, Verb.LINE, Verb.LINE, Verb.LINE, Verb.CLOSE], np.uint8),
    np.array([(-_HALF, -_HALF), (_HALF, -_HALF), (_HALF, _HALF), (-_HALF, _HALF)], np.float64),
)


def make_code(scene: ZoneScene) -> ZoneScene:
    """Add the code of a text to `items`; report what keeps it from being read."""
    rules, made, spec = scene.spec.code, scene.made, scene.spec
    if rules is None or made is None or not made.text:
        return scene
    side_um = _side_um(scene)
    problems = list(text_problems(spec.id, rules, made))
    problem = unreadable(spec.id, rules, made, lambda text: _module_um(text, rules, side_um))
    if problem is not None:
        problems.append(problem)
    return _with_code(scene, made.text, rules, side_um).with_problems(*problems)


def _side_um(scene: ZoneScene) -> int:
    """Return the side of the largest square about the zone's middle that lies in it."""
    return int(2 * _HALF * contained_scale(scene, (2 * _HALF, 2 * _HALF), _SQUARE))


def _module_um(text: str, rules: CodeRules, side_um: int) -> int:
    """Return the side of a module, 0 where no symbol holds the text."""
    modules = symbol(text, rules)
    if modules is None:
        return 0
    across: int = modules.shape[0]
    return side_um // (across + 2 * quiet_modules(rules))


def _with_code(scene: ZoneScene, text: str, rules: CodeRules, side_um: int) -> ZoneScene:
    modules, module_um = symbol(text, rules), _module_um(text, rules, side_um)
    if modules is None or not module_um:
        return scene
    x, y = scene.middle_um
    half = modules.shape[0] * module_um / 2
    outline = outline_of(modules, module_um, round(x - half), round(y - half))
    item = Item(scene.spec.id, scene.spec.operation, scene.ink, outline)
    return replace(scene, items=(*scene.items, item))
