"""How large artwork may or must be in its zone. Sizes of artwork in any unit; scales to µm."""

from __future__ import annotations

import numpy as np

from render_core.design import ShapeKind, ZoneSpec
from render_core.geometry.paths import Path
from render_core.geometry.support import outermost, segments_of
from render_core.layout import Outline, Verb
from render_core.steps.scene import ZoneScene, outline_of

_SEARCH_STEPS = 1 << 14


def cover_scale(scene: ZoneScene, width: float, height: float) -> float:
    """Return the smallest scale at which a box covers the zone and its bleed."""
    spec = scene.spec
    bleed = 2 * spec.bleed_um
    return max((spec.width_um + bleed) / width, (spec.height_um + bleed) / height)


def contained_scale(scene: ZoneScene, width: float, height: float, drawn: Path | None) -> float:
    """Return the largest scale at which artwork lies inside the zone less its margin.

    drawn: the artwork relative to the middle of its box; None for a picture, which fills its box.
    A rectangle holds the box, other shapes what is drawn. 0 where there is no room.
    """
    spec, region = scene.spec, scene.region
    margin = 2 * spec.safe_margin_um
    across, down = spec.width_um - margin, spec.height_um - margin
    limit = max(0.0, min(across / width, down / height))
    plain = spec.shape.kind is ShapeKind.RECTANGLE and not spec.shape.corner_um
    if plain or limit == 0:
        return limit
    path = drawn if drawn is not None and not drawn.is_empty else _box(width, height)
    x, y = scene.middle_um
    exact = region.largest_scale(outermost(segments_of(path)), x, y)
    if exact is not None:
        return min(limit, exact)
    steps = region.largest_step(
        path, (x, y), _SEARCH_STEPS, lambda step: limit * step / _SEARCH_STEPS
    )
    return limit * steps / _SEARCH_STEPS


def bleed_clip(spec: ZoneSpec) -> Outline:
    """Return the zone's edge widened by its bleed; a path has no wider form and keeps its edge."""
    shape, bleed = spec.shape, spec.bleed_um
    if shape.kind is ShapeKind.PATH or not bleed:
        return outline_of(shape, spec.width_um, spec.height_um)
    corner = shape.corner_um + bleed if shape.corner_um else 0
    wider = type(shape)(shape.kind, corner)
    outline = outline_of(wider, spec.width_um + 2 * bleed, spec.height_um + 2 * bleed)
    return outline.moved(-bleed, -bleed)


def _box(width: float, height: float) -> Path:
    x, y = width / 2, height / 2
    verbs = [Verb.MOVE, Verb.LINE, Verb.LINE, Verb.LINE, Verb.CLOSE]
    corners = [(-x, -y), (x, -y), (x, y), (-x, y)]
    return Path(np.array(verbs, np.uint8), np.array(corners, np.float64))
