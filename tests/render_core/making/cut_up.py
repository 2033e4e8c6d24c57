"""A surface cut up into tiles, each with what lies in its window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from render_core.layout import Item, Surface
from render_core.making.tiles import Tile, tiles_of, within
from render_core.making.ways import in_zone, moved


def cut_up(
    surface: Surface, width_um: int, height_um: int, overlap_um: int = 0
) -> tuple[Tile, ...]:
    """Return the tiles that have work."""
    filled = (
        replace(tile, surface=replace(tile.surface, items=tuple(_items(surface, tile))))
        for tile in tiles_of(surface, width_um, height_um, overlap_um)
    )
    return tuple(tile for tile in filled if tile.surface.items)


def _items(surface: Surface, tile: Tile) -> Iterator[Item]:
    frames = {frame.zone: frame for frame in tile.surface.zones}
    left, top = tile.window.left_um, tile.window.top_um
    for item in surface.placed_items():
        for part in within(item, tile.window):
            yield in_zone(moved(part, -left, -top), frames[part.zone])
