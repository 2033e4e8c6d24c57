"""A raster picture in its zone, and whether it has enough pixels for its size."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor

from render_core.design import ImageFit
from render_core.layout import ImageUse, Item
from render_core.preflight.artwork import low_resolution
from render_core.steps.artwork import Raster
from render_core.steps.artwork_room import bleed_clip, contained_scale, cover_scale
from render_core.steps.scene import ZoneScene


def place_picture(scene: ZoneScene) -> ZoneScene:
    """Add the picture to `items`; what covers its zone is clipped to the zone's edge and bleed."""
    picture, rules = scene.artwork, scene.spec.artwork
    if not isinstance(picture, Raster) or rules is None:
        return scene
    covers = rules.fit is ImageFit.COVER
    if covers:
        scale = cover_scale(scene, picture.width_px, picture.height_px)
        width, height = ceil(picture.width_px * scale), ceil(picture.height_px * scale)
    else:
        scale = contained_scale(scene, picture.width_px, picture.height_px, None)
        width, height = floor(picture.width_px * scale), floor(picture.height_px * scale)
    if width < 1 or height < 1:
        return scene
    x, y = scene.middle_um
    matrix = (width, 0, 0, height, round(x - width / 2), round(y - height / 2))
    image = ImageUse(picture.sha256, picture.width_px, picture.height_px, matrix)
    item = Item(
        scene.spec.id,
        scene.spec.operation,
        scene.ink,
        image=image,
        clip=bleed_clip(scene.spec) if covers else None,
    )
    problems = low_resolution(scene.spec, rules, image)
    return replace(scene, items=(*scene.items, item)).with_problems(*problems)
