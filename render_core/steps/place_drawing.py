"""Vector artwork in its zone, as outlines with the zone's operation."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from render_core.design import ArtworkRules, ArtworkValue, ImageFit
from render_core.geometry.clipping import clipped
from render_core.geometry.paths import join_paths
from render_core.layout import Item, Outline
from render_core.limits import MAX_CACHED_ARTWORK, MAX_LENGTH_UM
from render_core.preflight.artwork import part_too_small
from render_core.problems import Problem
from render_core.recently_used import RecentlyUsed
from render_core.steps.artwork import Vector
from render_core.steps.artwork_room import bleed_clip, contained_scale, cover_scale
from render_core.steps.artwork_window import Window, window_of
from render_core.steps.drawing_parts import Part, made_parts
from render_core.steps.scene import ZoneScene

Placed = tuple[tuple[Item, ...], tuple[Problem, ...]]

_PLACED: Final = RecentlyUsed[Placed](MAX_CACHED_ARTWORK)


def place_drawing(scene: ZoneScene) -> ZoneScene:
    """Add the drawing's outlines to `items`, cut to what was chosen of it.

    What covers its zone is cut at the zone's edge and bleed.
    """
    drawing, rules, value = scene.artwork, scene.spec.artwork, scene.artwork_value
    if not isinstance(drawing, Vector) or rules is None or value is None or rules.pattern:
        return scene
    # A brand's logo is the same at every keystroke beside it, and costs more than the text.
    items, problems = _PLACED.get(
        (value, scene.spec, scene.ink), lambda: _placed(scene, drawing, rules, value)
    )
    return replace(scene, items=(*scene.items, *items)).with_problems(*problems)


def _placed(scene: ZoneScene, drawing: Vector, rules: ArtworkRules, value: ArtworkValue) -> Placed:
    window = window_of(value, drawing.width_um, drawing.height_um)
    parts = chosen_parts(drawing, window)
    covers = rules.fit is ImageFit.COVER
    if covers:
        scale = cover_scale(scene, window)
    else:
        drawn = join_paths(path for path, _ in parts)
        turned = window.box if drawn.is_empty else window.about_middle.path(drawn)
        scale = contained_scale(scene, window.extents, turned)
    if not scale * max(drawing.width_um, drawing.height_um) <= MAX_LENGTH_UM:
        return (), (part_too_small(scene.spec),)
    place = window.placing(scale, *scene.middle_um)
    parts = [(place.path(path), rgb) for path, rgb in parts]
    if covers:
        clip = bleed_clip(scene.spec)
        parts = [(clipped(path, clip), rgb) for path, rgb in parts]
    spec = scene.spec
    items = (
        Item(spec.id, spec.operation, ink, path.outline())
        for path, ink in made_parts(parts, spec.operation, scene.ink, spec.inks)
    )
    return tuple(item for item in items if not item.outline.is_empty), ()


def chosen_parts(drawing: Vector, window: Window) -> list[Part]:
    """Return what lies inside a window of a drawing, in the drawing's own place."""
    if not window.is_cropped:
        return list(drawing.parts)
    edge: Outline = window.rectangle.outline()
    return [(clipped(path, edge), rgb) for path, rgb in drawing.parts]
