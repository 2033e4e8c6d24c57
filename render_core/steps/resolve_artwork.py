"""The asset of an artwork zone, and whether the zone takes its kind."""

from __future__ import annotations

from dataclasses import replace

from render_core.preflight.artwork import artwork_unknown, kind_not_allowed, part_outside
from render_core.steps.artwork import Vector, artwork_of
from render_core.steps.artwork_window import crop_is_inside
from render_core.steps.scene import ZoneScene


def resolve_artwork(scene: ZoneScene) -> ZoneScene:
    """Fill in `artwork`; leave it out where it is unknown, of a kind not taken or cut wrongly."""
    rules, value = scene.spec.artwork, scene.artwork_value
    if rules is None or value is None:
        return scene
    artwork = artwork_of(value.sha256, scene.library)
    if artwork is None:
        return scene.with_problems(artwork_unknown(scene.spec))
    is_vector = isinstance(artwork, Vector)
    if not (rules.allow_vector if is_vector else rules.allow_raster):
        return scene.with_problems(kind_not_allowed(scene.spec, is_vector=is_vector))
    if not crop_is_inside(value.crop):
        return scene.with_problems(part_outside(scene.spec))
    return replace(scene, artwork=artwork)
