"""Vector artwork in its zone, as outlines with the zone's operation.

Printing keeps the colour of each path, in painting order. Every other operation knows one ink: what
is painted is made, and what is painted white on top of it is left out, as on the screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

import numpy as np

from render_core.design import ArtworkRules, ImageFit
from render_core.geometry.boolean import difference, intersection, simplify, union
from render_core.geometry.flatten import flatten
from render_core.geometry.paths import EMPTY_PATH, Path, join_paths
from render_core.layout import FillRule, Ink, Item, Operation, Outline, Verb
from render_core.limits import MAX_CACHED_ARTWORK
from render_core.recently_used import RecentlyUsed
from render_core.steps.artwork import Vector
from render_core.steps.artwork_room import bleed_clip, contained_scale, cover_scale
from render_core.steps.scene import ZoneScene

WHITE: Final = (255, 255, 255)
_CLIP_TOLERANCE_UM: Final = 0.5

_PLACED: Final = RecentlyUsed[tuple[Item, ...]](MAX_CACHED_ARTWORK)

Part = tuple[Path, tuple[int, int, int]]


def place_drawing(scene: ZoneScene) -> ZoneScene:
    """Add the drawing's outlines to `items`; what covers its zone is cut at its edge and bleed."""
    drawing, rules = scene.artwork, scene.spec.artwork
    if not isinstance(drawing, Vector) or rules is None:
        return scene
    # A brand's logo is the same at every keystroke beside it, and costs more than the text.
    items = _PLACED.get(
        (drawing.sha256, scene.spec, scene.ink), lambda: _placed(scene, drawing, rules)
    )
    return replace(scene, items=(*scene.items, *items))


def _placed(scene: ZoneScene, drawing: Vector, rules: ArtworkRules) -> tuple[Item, ...]:
    covers = rules.fit is ImageFit.COVER
    if covers:
        scale = cover_scale(scene, drawing.width_um, drawing.height_um)
    else:
        centred = join_paths(part for part, _ in _about_middle(drawing))
        scale = contained_scale(scene, drawing.width_um, drawing.height_um, centred)
    x, y = scene.middle_um
    parts = [(path.placed(scale, x, y), rgb) for path, rgb in _about_middle(drawing)]
    if covers:
        clip = _polygon(bleed_clip(scene.spec))
        parts = [(intersection(path, clip), rgb) for path, rgb in parts]
    return tuple(item for item in _items(scene, parts) if not item.outline.is_empty)


def _about_middle(drawing: Vector) -> Iterator[Part]:
    x, y = -drawing.width_um / 2, -drawing.height_um / 2
    return ((path.placed(1.0, x, y), rgb) for path, rgb in drawing.parts)


def _items(scene: ZoneScene, parts: Sequence[Part]) -> Iterator[Item]:
    spec = scene.spec
    if spec.operation is Operation.PRINT:
        for rgb, group in groupby(parts, key=lambda part: part[1]):
            path = union([path for path, _ in group if not path.is_empty] or [EMPTY_PATH])
            yield Item(spec.id, spec.operation, Ink(rgb), path.outline())
        return
    made = EMPTY_PATH
    for path, rgb in parts:
        if path.is_empty:
            continue
        if rgb == WHITE:
            made = difference(made, path)
        else:
            made = path if made.is_empty else union([made, path])
    yield Item(spec.id, spec.operation, scene.ink, made.outline())


def _polygon(outline: Outline) -> Path:
    """Return a closed outline as simple contours of straight lines, to clip with."""
    verbs: list[int] = []
    points = []
    for contour in flatten(outline, _CLIP_TOLERANCE_UM):
        verbs += [Verb.MOVE, *[Verb.LINE] * (len(contour.points_um) - 1), Verb.CLOSE]
        points.append(contour.points_um)
    return simplify(Path(np.array(verbs, np.uint8), np.concatenate(points)), FillRule.EVENODD)
