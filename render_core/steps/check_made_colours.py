"""Do colours come out on the product's press as the screen shows them?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from render_core.design import Library
from render_core.gamut import LIMIT_DELTA_E, Press, Rgb, press_of
from render_core.gamut_pictures import sampled_colours
from render_core.layout import Box, ImageUse, Item, Operation
from render_core.limits import MAX_CACHED_ARTWORK
from render_core.preflight.colours import ink_out_of_gamut, picture_out_of_gamut
from render_core.recently_used import RecentlyUsed
from render_core.separations import separation
from render_core.steps.check_made_place import corners_of
from render_core.steps.scene import ZoneScene

# A picture of which less than this is out of reach looks the same on the whole.
LEAST_PERCENT: Final = 5.0

# How much of a picture is out of reach in percent, and the farthest difference.
_PICTURES: Final = RecentlyUsed[tuple[float, float]](MAX_CACHED_ARTWORK)


def check_made_colours(scene: ZoneScene) -> ZoneScene:
    """Warn of the colour that is farthest out of reach, and of pictures that have many of them.

    Named separations are mixed by hand, and other operations have no colour of their own.
    """
    items = [
        item
        for item in scene.items
        if item.operation is Operation.PRINT and (item.image is not None or not separation(item))
    ]
    if not items or not scene.output_profile:
        return scene
    press = press_of(scene.output_profile, scene.library)
    found = [(press.difference(rgb), rgb, item) for item in items for rgb in _inks(item)]
    if found:
        delta_e, rgb, item = max(found, key=lambda each: each[0])
        if delta_e > LIMIT_DELTA_E:
            warning = ink_out_of_gamut(scene.spec.id, rgb, delta_e, _box(item))
            scene = scene.with_problems(warning)
    pictures = {item.image.sha256: item for item in items if item.image is not None}
    for sha256, item in pictures.items():
        percent, delta_e = _PICTURES.get(
            (sha256, scene.output_profile),
            partial(_of_picture, press, scene.library, sha256),
        )
        if percent >= LEAST_PERCENT:
            warning = picture_out_of_gamut(scene.spec.id, percent, delta_e, _box(item))
            scene = scene.with_problems(warning)
    return scene


def _inks(item: Item) -> Iterator[Rgb]:
    if item.image is not None:
        return
    if item.gradient is None:
        yield item.ink.rgb
    else:
        for stop in item.gradient.stops:
            yield stop.rgb


def _of_picture(press: Press, library: Library, sha256: str) -> tuple[float, float]:
    """Return how much of a picture is out of reach in percent, and the farthest difference."""
    colours = sampled_colours(library.artwork(sha256))
    if not colours:
        return (0.0, 0.0)
    differences = press.differences([rgb for rgb, _ in colours])
    outside = [
        count
        for (_, count), delta_e in zip(colours, differences, strict=True)
        if delta_e > LIMIT_DELTA_E
    ]
    return (100 * sum(outside) / sum(count for _, count in colours), max(differences))


def _box(item: Item) -> Box:
    image: ImageUse | None = item.image
    return Box(*(corners_of(image) if image is not None else item.outline).bounds_um())
