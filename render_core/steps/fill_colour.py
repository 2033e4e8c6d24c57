"""A zone that is filled with a colour, out to its bleed."""

from __future__ import annotations

from dataclasses import replace

from render_core.design import ColourValue
from render_core.layout import Item
from render_core.steps.artwork_room import bleed_clip
from render_core.steps.scene import ZoneScene


def fill_colour(scene: ZoneScene) -> ZoneScene:
    """Add the zone's shape in the chosen ink to `items`."""
    spec = scene.spec
    if spec.colour is None or not isinstance(scene.value, ColourValue):
        return scene
    item = Item(spec.id, spec.operation, scene.ink, bleed_clip(spec))
    return replace(scene, items=(*scene.items, item))
