"""A raster picture in its zone, and whether it has enough pixels for its size."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor
from typing import Final

from render_core.design import ArtworkRules, ArtworkValue, ImageFit
from render_core.geometry.outline_builder import OutlineBuilder
from render_core.layout import ImageUse, Item, Outline
from render_core.limits import MAX_LENGTH_UM
from render_core.preflight.artwork import low_resolution, part_too_small
from render_core.steps.artwork import Raster
from render_core.steps.artwork_room import bleed_clip, contained_scale, cover_scale
from render_core.steps.artwork_window import Window, window_of
from render_core.steps.scene import ZoneScene

# A picture's axis is rounded to whole micrometres; one that runs askew by less than this does not.
_ASKEW: Final = 1e-9


def place_picture(scene: ZoneScene) -> ZoneScene:
    """Add the picture to `items`, cut to what was chosen of it and to what the zone lets be seen.

    What covers its zone is clipped to the zone's edge and bleed.
    """
    picture, rules, value = scene.artwork, scene.spec.artwork, scene.artwork_value
    if not isinstance(picture, Raster) or rules is None or value is None or rules.pattern:
        return scene
    window = window_of(value, picture.width_px, picture.height_px)
    image = _image(scene, picture, rules, window)
    if image is None:
        return scene.with_problems(part_too_small(scene.spec))
    a, b, c, d, _, _ = image.matrix_um
    if a * d == b * c:  # No room at all.
        return scene
    clip = None
    if rules.fit is ImageFit.COVER:
        clip = bleed_clip(scene.spec)
    elif window.is_cropped:
        clip = part_outline(image, value)
    spec = scene.spec
    item = Item(spec.id, spec.operation, scene.ink, image=image, clip=clip)
    problems = low_resolution(spec, rules, image)
    return replace(scene, items=(*scene.items, item)).with_problems(*problems)


def _image(
    scene: ZoneScene, picture: Raster, rules: ArtworkRules, window: Window
) -> ImageUse | None:
    """Return the whole picture where its window lies right; None beyond what can be drawn."""
    covers = rules.fit is ImageFit.COVER
    if covers:
        scale = cover_scale(scene, window)
    else:
        scale = contained_scale(scene, window.extents, window.box)
    width, height = picture.width_px * scale, picture.height_px * scale
    if not max(width, height) <= MAX_LENGTH_UM:
        return None
    cosine, sine = window.cosine, window.sine
    a, b = _whole(width * cosine, covers), _whole(width * sine, covers)
    c, d = _whole(-height * sine, covers), _whole(height * cosine, covers)
    across, down = window.x / picture.width_px, window.y / picture.height_px
    x, y = scene.middle_um
    origin = (round(x - a * across - c * down), round(y - b * across - d * down))
    matrix = (a, b, c, d, *origin)
    return ImageUse(picture.sha256, picture.width_px, picture.height_px, matrix)


def _whole(length_um: float, covers: bool) -> int:
    """Round away from zero what must cover, towards zero what must fit."""
    if abs(length_um) < _ASKEW:
        return 0
    outwards = covers == (length_um > 0)
    return ceil(length_um) if outwards else floor(length_um)


def part_outline(image: ImageUse, value: ArtworkValue) -> Outline | None:
    """Return the edge of the part of a placed picture that was chosen, None for the whole."""
    crop = value.crop
    if crop is None:
        return None
    a, b, c, d, tx, ty = image.matrix_um
    left, top = crop.left / 100_000, crop.top / 100_000
    right, bottom = left + crop.width / 100_000, top + crop.height / 100_000
    corners = [
        (a * u + c * v + tx, b * u + d * v + ty)
        for u, v in ((left, top), (right, top), (right, bottom), (left, bottom))
    ]
    out = OutlineBuilder()
    out.move(corners[0])
    for corner in corners[1:]:
        out.line(corner)
    out.close()
    return out.build()
