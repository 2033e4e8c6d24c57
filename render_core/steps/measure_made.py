"""Is every stroke thick enough, and every gap wide enough, to be made?

Measured on what is made, after effects. A text that is merely set is measured in ems, where what
was found for a letter is remembered; everything else by its outlines, remembered by their content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Sequence
from typing import Final

from render_core.design import ZoneSpec
from render_core.geometry.gaps import Measured, measure, together
from render_core.geometry.strokes import Chord
from render_core.layout import Item, Operation, Outline
from render_core.limits import MAX_CACHED_SHAPES
from render_core.preflight.strokes import gap_too_narrow, stroke_too_thin, too_detailed
from render_core.recently_used import RecentlyUsed
from render_core.steps.scene import ZoneScene
from render_core.text.stroke_widths import is_intricate, narrowest_gap, thinnest_stroke

_MEASURED: Final = RecentlyUsed[Measured](MAX_CACHED_SHAPES)
# What is as thick as asked for to the micrometre is thick enough.
_ROUNDING_UM: Final = 0.5


def measure_made(scene: ZoneScene) -> ZoneScene:
    """Report the thinnest stroke and the narrowest gap where the zone asks for more."""
    spec = scene.spec
    stroke_um, gap_um = _asked_for(spec)
    items = [
        item
        for item in scene.items
        if item.operation is not Operation.SCREEN_ONLY and not item.outline.is_empty
    ]
    if not items or not (stroke_um or gap_um):
        return scene
    if _is_merely_set(scene):
        found = _of_text(scene, stroke_um, gap_um)
    else:
        found = _of_items(items, stroke_um, gap_um)
    text = scene.set_text
    problems = []
    if found.stroke is not None:
        problems.append(stroke_too_thin(spec.id, found.stroke, stroke_um, text))
    if found.gap is not None:
        problems.append(gap_too_narrow(spec.id, found.gap, gap_um, text))
    if not problems and not found.complete:
        problems.append(too_detailed(spec.id))
    return scene.with_problems(*problems)


def _asked_for(spec: ZoneSpec) -> tuple[int, int]:
    """Return the thinnest stroke and the narrowest gap that a zone asks for, 0 for any."""
    rules = spec.text or spec.artwork
    return (rules.min_stroke_um, rules.min_gap_um) if rules is not None else (0, 0)


def _is_merely_set(scene: ZoneScene) -> bool:
    """Whether the outlines made are the letters at one size, and nothing else."""
    rules, text = scene.spec.text, scene.text
    if rules is None or text is None or scene.fitted is None or scene.spec.effects:
        return False
    special = rules.path or rules.monogram or rules.frame or scene.line_width_um
    if special or text.condense_permille != 1000 or len(scene.items) != 1:
        return False
    return not (scene.items[0].line_width_um or is_intricate(scene.fitted))


def _of_text(scene: ZoneScene, stroke_um: int, gap_um: int) -> Measured:
    fitted = scene.fitted
    if fitted is None:
        return Measured(None, None)
    return Measured(
        thinnest_stroke(fitted, stroke_um - _ROUNDING_UM) if stroke_um else None,
        narrowest_gap(fitted, gap_um - _ROUNDING_UM) if gap_um else None,
    )


def _of_items(items: Sequence[Item], stroke_um: int, gap_um: int) -> Measured:
    """Measure strokes in one ink, and gaps in what one machine makes in all inks."""
    lines = [item for item in items if item.line_width_um]
    areas = [item for item in items if not item.line_width_um]
    found = [_measured(some, stroke_um, 0) for some in _groups(areas, by_ink=True)]
    found += [_measured(some, 0, gap_um) for some in _groups(areas, by_ink=False)]
    found += [_of_line(item) for item in lines if item.line_width_um < stroke_um]
    return Measured(
        min((each.stroke for each in found if each.stroke), default=None),
        min((each.gap for each in found if each.gap), default=None),
        complete=all(each.complete for each in found),
    )


def _groups(items: Iterable[Item], *, by_ink: bool) -> list[list[Outline]]:
    groups: dict[Hashable, list[Outline]] = {}
    for item in items:
        ink = (item.ink, item.gradient) if by_ink else None
        groups.setdefault((item.operation, ink), []).append(item.outline)
    return list(groups.values())


def _measured(outlines: list[Outline], stroke_um: int, gap_um: int) -> Measured:
    if not stroke_um and not gap_um:
        return Measured(None, None)
    content = hashlib.sha256()
    for outline in outlines:
        content.update(outline.verbs.tobytes())
        content.update(outline.points_um.tobytes())
    return _MEASURED.get(
        (content.digest(), stroke_um, gap_um),
        lambda: measure(together(outlines), stroke_um - _ROUNDING_UM, gap_um - _ROUNDING_UM),
    )


def _of_line(item: Item) -> Measured:
    """Return a line drawn thinner than asked for, at its beginning."""
    x, y = item.outline.points_um[0].tolist()
    half = item.line_width_um / 2
    return Measured(Chord(float(item.line_width_um), ((x - half, y), (x + half, y))), None)
