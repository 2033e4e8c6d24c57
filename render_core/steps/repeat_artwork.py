"""Artwork repeated over its zone, out to the bleed.

The turn of the artwork is that of the whole pattern. So everything is laid out with tiles upright and
the zone's shape turned the other way, and turned back as the last step but rounding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from render_core.artwork_rules import PatternRules
from render_core.geometry.affine import Affine
from render_core.geometry.paths import EMPTY_PATH, Path, join_paths
from render_core.geometry.polygons import (
    UNITS_PER_UM,
    Polygons,
    intersection,
    polygons_of,
    union,
    united,
)
from render_core.geometry.tiling import Grid, Places, grid_of, sorted_by
from render_core.layout import ImageUse, Item, Outline
from render_core.limits import (
    MAX_CACHED_ARTWORK,
    MAX_PATTERN_DRAWINGS,
    MAX_PATTERN_PICTURES,
    MAX_PATTERN_SEGMENTS,
)
from render_core.preflight.artwork import low_resolution, pattern_too_detailed, pattern_too_fine
from render_core.problems import Problem
from render_core.recently_used import RecentlyUsed
from render_core.steps.artwork import Artwork, Raster, Vector
from render_core.steps.artwork_room import bleed_clip
from render_core.steps.artwork_window import Window, window_of
from render_core.steps.drawing_parts import made_parts
from render_core.steps.place_drawing import chosen_parts
from render_core.steps.scene import ZoneScene

Made = tuple[tuple[Item, ...], tuple[Problem, ...]]

# Opaque pictures side by side overlap by this much on each side, so that no program that smooths
# edges lets the ground shine through the seam.
_OVERLAP_UM: Final = 40

_REPEATED: Final = RecentlyUsed[Made](MAX_CACHED_ARTWORK)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A pattern about the zone's middle, upright. area: the zone with its bleed. back: to the zone."""

    grid: Grid
    window: Window
    area: Polygons
    back: Affine


def repeat_artwork(scene: ZoneScene) -> ZoneScene:
    """Add the tiles of a pattern to `items`; report a pattern with more of them than can be made."""
    artwork, rules, value = scene.artwork, scene.spec.artwork, scene.artwork_value
    if artwork is None or rules is None or rules.pattern is None or value is None:
        return scene
    pattern_rules = rules.pattern
    items, problems = _REPEATED.get(
        (value, scene.spec, scene.ink), lambda: _made(scene, artwork, pattern_rules)
    )
    return replace(scene, items=(*scene.items, *items)).with_problems(*problems)


def _made(scene: ZoneScene, artwork: Artwork, rules: PatternRules) -> Made:
    pattern = _pattern(scene, artwork, rules)
    is_picture = isinstance(artwork, Raster)
    most = MAX_PATTERN_PICTURES if is_picture else MAX_PATTERN_DRAWINGS
    count = pattern.grid.count(pattern.area)
    if count > most:
        return (), (pattern_too_fine(scene.spec, count, most),)
    tiles = pattern.grid.places(pattern.area)
    if isinstance(artwork, Raster):
        return _pictures(scene, artwork, pattern, tiles)
    return _drawings(scene, artwork, pattern, tiles)


def _pattern(scene: ZoneScene, artwork: Artwork, rules: PatternRules) -> _Pattern:
    size = (
        (artwork.width_px, artwork.height_px)
        if isinstance(artwork, Raster)
        else (artwork.width_um, artwork.height_um)
    )
    value = scene.artwork_value
    assert value is not None
    window = window_of(value, *size)
    cosine, sine = window.cosine, window.sine
    x, y = scene.middle_um
    turned_back = Affine(cosine, -sine, sine, cosine, -x * cosine - y * sine, x * sine - y * cosine)
    area = _turned(polygons_of(bleed_clip(scene.spec)), turned_back)
    back = Affine(cosine, sine, -sine, cosine, x, y)
    return _Pattern(grid_of(rules, window.width, window.height), window, area, back)


def _turned(area: Polygons, by: Affine) -> Polygons:
    """Return an area where a map takes it, again without overlaps after rounding."""
    rings = [
        np.rint(by.points(ring / UNITS_PER_UM) * UNITS_PER_UM).astype(np.int64)
        for ring in area.rings
    ]
    return united(rings)


def _drawings(scene: ZoneScene, drawing: Vector, pattern: _Pattern, tiles: Places) -> Made:
    spec = scene.spec
    parts = list(made_parts(_tile_parts(drawing, pattern), spec.operation, scene.ink, spec.inks))
    if len(tiles) * sum(len(path.verbs) for path, _ in parts) > MAX_PATTERN_SEGMENTS:
        return (), (pattern_too_detailed(spec, len(tiles)),)
    items = (
        Item(spec.id, spec.operation, ink, _repeated(path, pattern, tiles)) for path, ink in parts
    )
    return tuple(item for item in items if not item.outline.is_empty), ()


def _tile_parts(drawing: Vector, pattern: _Pattern) -> list[tuple[Path, tuple[int, int, int]]]:
    """Return what was chosen of a drawing, as large as a tile, from the tile's top left."""
    window, grid = pattern.window, pattern.grid
    across, down = grid.width_um / window.width, grid.height_um / window.height
    left, top = window.x - window.width / 2, window.y - window.height / 2
    place = Affine(a=across, d=down, e=-left * across, f=-top * down)
    return [(place.path(path), rgb) for path, rgb in chosen_parts(drawing, window)]


def _repeated(path: Path, pattern: _Pattern, tiles: Places) -> Outline:
    """Return a path in every tile, cut at the edge of the area and united where tiles touch."""
    grid = pattern.grid
    whole, cut = sorted_by(pattern.area, tiles, (grid.width_um, grid.height_um))
    at_edge = intersection(polygons_of(_tiled(path, cut).outline()), pattern.area)
    if _touches(path, grid):
        inside = polygons_of(_tiled(path, whole).outline())
        return _turned(union([inside, at_edge]), pattern.back).outline()
    turned = _turned(at_edge, pattern.back).outline()
    rest = Path(turned.verbs, turned.points_um.astype(np.float64))
    return join_paths([pattern.back.path(_tiled(path, whole)), rest]).outline()


def _tiled(path: Path, tiles: Places) -> Path:
    if path.is_empty or not len(tiles):
        return EMPTY_PATH
    points = path.points[None, :, :] + tiles[:, None, :].astype(np.float64)
    return Path(np.tile(path.verbs, len(tiles)), points.reshape(-1, 2))


def _touches(path: Path, grid: Grid) -> bool:
    """Return whether a path reaches the sides of its tile, and tiles stand side by side."""
    if grid.gap_um or path.is_empty:
        return False
    low, high = path.points.min(axis=0), path.points.max(axis=0)
    return bool((low < 1).any() or (high > [grid.width_um - 1, grid.height_um - 1]).any())


def _pictures(scene: ZoneScene, picture: Raster, pattern: _Pattern, tiles: Places) -> Made:
    spec, rules = scene.spec, scene.spec.artwork
    grid = pattern.grid
    whole, cut = sorted_by(pattern.area, tiles, (grid.width_um, grid.height_um))
    is_whole = {(x, y) for x, y in whole.tolist()}
    overlap = min(_OVERLAP_UM, grid.width_um // 100) if picture.is_opaque and not grid.gap_um else 0
    items = []
    for x, y in sorted((*is_whole, *map(tuple, cut.tolist())), key=lambda place: place[::-1]):
        box = (x - overlap, y - overlap, grid.width_um + 2 * overlap, grid.height_um + 2 * overlap)
        image = _image(picture, pattern, box)
        clip = None
        if (x, y) not in is_whole or pattern.window.is_cropped:
            clip = _clip(pattern, box, (x, y) in is_whole)
            if clip.is_empty:
                continue
        items.append(Item(spec.id, spec.operation, scene.ink, image=image, clip=clip))
    uses = (item.image for item in items[:1])
    problems = [one for use in uses if use and rules for one in low_resolution(spec, rules, use)]
    return tuple(items), tuple(problems)


def _image(picture: Raster, pattern: _Pattern, box: tuple[int, int, int, int]) -> ImageUse:
    """Return a picture whose window fills a box of the upright pattern."""
    left, top, width, height = box
    window, back = pattern.window, pattern.back
    across, down = width / window.width, height / window.height
    x = left - (window.x - window.width / 2) * across
    y = top - (window.y - window.height / 2) * down
    wide, tall = picture.width_px * across, picture.height_px * down
    a, b, c, d = back.a * wide, back.b * wide, back.c * tall, back.d * tall
    e, f = back.a * x + back.c * y + back.e, back.b * x + back.d * y + back.f
    matrix = (round(a), round(b), round(c), round(d), round(e), round(f))
    return ImageUse(picture.sha256, picture.width_px, picture.height_px, matrix)


def _clip(pattern: _Pattern, box: tuple[int, int, int, int], is_whole: bool) -> Outline:
    left, top, width, height = box
    corners = [
        (left, top), (left + width, top), (left + width, top + height), (left, top + height)
    ]  # fmt: skip
    tile = Polygons((np.array(corners, np.int64) * UNITS_PER_UM,))
    shown = tile if is_whole else intersection(tile, pattern.area)
    return _turned(shown, pattern.back).outline()
