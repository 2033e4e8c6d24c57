"""How large artwork may or must be in its zone. Sizes of artwork in any unit; scales to µm."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from render_core.design import ShapeKind, ZoneSpec
from render_core.geometry.flatten import flatten
from render_core.geometry.offset import grown
from render_core.geometry.paths import Path
from render_core.geometry.polygons import polygons_of
from render_core.geometry.support import outermost, segments_of
from render_core.layout import Outline
from render_core.limits import MAX_CACHED_SHAPES
from render_core.steps.artwork_window import Window
from render_core.steps.scene import ZoneScene, outline_of

_SEARCH_STEPS: Final = 1 << 14
_MASK_TOLERANCE_UM: Final = 0.5
# What rounding to whole micrometres may take from the sides of turned artwork.
_ROUNDING_UM: Final = 2.0


def cover_scale(scene: ZoneScene, window: Window) -> float:
    """Return the smallest scale at which a window about the middle covers the zone and its bleed."""
    x, y = scene.middle_um
    mask = bleed_clip(scene.spec)
    points = np.concatenate([c.points_um for c in flatten(mask, _MASK_TOLERANCE_UM)])
    right, down = points[:, 0] - x, points[:, 1] - y
    across = float(np.abs(right * window.cosine + down * window.sine).max())
    along = float(np.abs(down * window.cosine - right * window.sine).max())
    slack = _ROUNDING_UM if window.is_turned else 0.0
    return max(2 * (across + slack) / window.width, 2 * (along + slack) / window.height)


def contained_scale(scene: ZoneScene, extents: tuple[float, float], drawn: Path) -> float:
    """Return the largest scale at which artwork lies inside the zone less its margin.

    extents: of the box that a rectangular zone holds. drawn: relative to the middle of that box;
    what other shapes hold. 0 where there is no room.
    """
    spec, region = scene.spec, scene.region
    width, height = extents
    margin = 2 * spec.fitting_margin_um
    across, down = spec.width_um - margin, spec.height_um - margin
    limit = max(0.0, min(across / width, down / height))
    plain = spec.shape.kind is ShapeKind.RECTANGLE and not spec.shape.corner_um
    if plain or limit == 0:
        return limit
    x, y = scene.middle_um
    exact = region.largest_scale(outermost(segments_of(drawn)), x, y)
    if exact is not None:
        return min(limit, exact)
    steps = region.largest_step(
        drawn, (x, y), _SEARCH_STEPS, lambda step: limit * step / _SEARCH_STEPS
    )
    return limit * steps / _SEARCH_STEPS


def bleed_clip(spec: ZoneSpec) -> Outline:
    """Return the zone's edge widened by its bleed, on every side of a path."""
    shape, bleed = spec.shape, spec.bleed_um
    if not bleed:
        return outline_of(shape, spec.width_um, spec.height_um)
    if shape.kind is ShapeKind.PATH:
        return _widened(outline_of(shape, spec.width_um, spec.height_um), bleed)
    corner = shape.corner_um + bleed if shape.corner_um else 0
    wider = type(shape)(shape.kind, corner)
    outline = outline_of(wider, spec.width_um + 2 * bleed, spec.height_um + 2 * bleed)
    return outline.moved(-bleed, -bleed)


@lru_cache(maxsize=MAX_CACHED_SHAPES)
def _widened(outline: Outline, bleed_um: int) -> Outline:
    """Outlines of shapes are remembered themselves, so that the same one is the same object."""
    return grown(polygons_of(outline), bleed_um).outline()
