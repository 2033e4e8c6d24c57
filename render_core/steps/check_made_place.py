"""Does what is made stay where it is safe, and reach where it has to?

By the outlines themselves, after effects. What covers its zone is cut at the bleed, and has to
reach it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from typing import Final

import numpy as np

from render_core.design import ColourRules, ImageFit, ZoneSpec
from render_core.geometry.clearance import Edge, drawing, drawing_of, edge
from render_core.geometry.flatten import Flattened, flatten, flatten_points
from render_core.geometry.gauge import gauge
from render_core.geometry.overreach import Overreach, overreach
from render_core.geometry.paths import Path
from render_core.layout import ImageUse, Item, Operation, Outline, Verb
from render_core.preflight.outside import OVERFLOW, bleed_not_covered, outside, placed_overflow
from render_core.steps.artwork_room import bleed_clip
from render_core.steps.scene import ZoneScene, region_of

_TOLERANCE_UM: Final = 1.0
# Flattened edges, flattened outlines and two roundings may each be off by a micrometre.
_SLACK_UM: Final = 5.0


def check_made_place(scene: ZoneScene) -> ZoneScene:
    """Report what reaches too far or not far enough; give text that does not fit its place."""
    items = [item for item in scene.items if item.operation is not Operation.SCREEN_ONLY]
    if _covers(scene.spec):
        return _check_cover(scene, items)
    worst = max(_overreaches(scene, items), key=lambda over: over.by, default=None)
    if worst is None:
        return scene
    overflow = [problem for problem in scene.problems if problem.code == OVERFLOW]
    if not overflow:
        return scene.with_problems(outside(scene.spec, worst, scene.set_text))
    placed = placed_overflow(overflow[0], worst, scene.set_text)
    others = tuple(problem for problem in scene.problems if problem not in overflow)
    return replace(scene, problems=(*others, placed))


def _covers(spec: ZoneSpec) -> bool:
    rules = spec.artwork
    covers = rules is not None and (rules.fit is ImageFit.COVER or rules.pattern is not None)
    return covers or isinstance(spec.colour, ColourRules)


def _overreaches(scene: ZoneScene, items: list[Item]) -> Iterator[Overreach]:
    spec = scene.spec
    shape = scene.region.edge
    for item in items:
        outline = item.outline if item.image is None else item.clip or corners_of(item.image)
        margin = spec.safe_margin_um + item.line_width_um / 2
        if outline.is_empty or _lies_in_box(scene, outline, margin):
            continue
        flat = flatten_points(outline.verbs, outline.points_um.astype(np.float64), _TOLERANCE_UM)
        if _lies_in_convex(spec, flat, margin):
            continue
        over = overreach(shape, drawing_of(flat), margin, _SLACK_UM)
        if over is not None:
            yield over


def _lies_in_box(scene: ZoneScene, outline: Outline, margin: float) -> bool:
    """Whether the zone is a rectangle and an outline's box keeps the margin from its edges."""
    spec = scene.spec
    if not scene.region.is_box:
        return False
    left, top, right, bottom = outline.bounds_um()
    room = margin - _SLACK_UM
    return (
        left >= room
        and top >= room
        and right <= spec.width_um - room
        and bottom <= spec.height_um - room
    )


def _lies_in_convex(spec: ZoneSpec, flat: Flattened, margin: float) -> bool:
    """Whether the zone is convex and a drawing is known at once to keep the margin from its edge."""
    around = gauge(region_of(spec.shape, spec.width_um, spec.height_um, ceil(margin)))
    return around is not None and around.holds(flat.points, _SLACK_UM - _TOLERANCE_UM)


def _check_cover(scene: ZoneScene, items: list[Item]) -> ZoneScene:
    """Report a single picture that ends inside of the bleed."""
    if len(items) != 1 or items[0].image is None:
        return scene
    wanted, given = bleed_clip(scene.spec), _edge_of(corners_of(items[0].image))
    path = Path(wanted.verbs, wanted.points_um.astype(np.float64))
    over = overreach(given, drawing(path, _TOLERANCE_UM), 0.0, _SLACK_UM)
    if over is None:
        return scene
    return scene.with_problems(bleed_not_covered(scene.spec, round(over.by)))


def corners_of(image: ImageUse) -> Outline:
    """Return the edge of a picture."""
    a, b, c, d, x, y = image.matrix_um
    corners = [(x, y), (x + a, y + b), (x + a + c, y + b + d), (x + c, y + d)]
    verbs = [Verb.MOVE, Verb.LINE, Verb.LINE, Verb.LINE, Verb.CLOSE]
    return Outline(np.array(verbs, np.uint8), np.array(corners, np.int32))


def _edge_of(outline: Outline) -> Edge:
    return edge([contour.points_um for contour in flatten(outline, _TOLERANCE_UM)])
