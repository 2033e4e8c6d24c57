"""Tiles: nothing is lost, nothing lies beyond its window."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from shapely.geometry import LineString

from render_core.errors import UnsupportedDesign
from render_core.geometry.flatten import flatten
from render_core.geometry.outline_builder import OutlineBuilder
from render_core.layout import ImageUse, Item, Operation
from render_core.making.prepare import prepare
from render_core.making.tiles import Tile
from tests.render_core.export.samples import PATHS
from tests.render_core.geometry.geos import area_of
from tests.render_core.making.cut_up import cut_up
from tests.render_core.making.work import BLACK, cut, cutting, face, machine, path

WAVE = Item("name", Operation.PRINT, BLACK, path(PATHS["wave"]))


def whole(tiles: tuple[Tile, ...], lines: bool) -> shapely.Geometry:
    parts = []
    for tile in tiles:
        dx, dy = tile.window.left_um, tile.window.top_um
        for item in tile.surface.placed_items():
            outline = item.outline.moved(dx, dy)
            if not lines:
                parts.append(area_of(outline))
                continue
            for line in flatten(outline, 0.5):
                points = [*line.points_um, line.points_um[0]] if line.closed else line.points_um
                parts.append(LineString(points))
    return shapely.union_all(parts)


@pytest.mark.parametrize("overlap_um", [0, 2_500])
def test_tiles_make_up_the_whole(overlap_um: int) -> None:
    tiles = cut_up(face(WAVE), 20_000, 15_000, overlap_um)
    assert len(tiles) > 5
    ours, theirs = whole(tiles, lines=False), area_of(WAVE.outline)
    assert ours.symmetric_difference(theirs).area < 1e-3 * theirs.area
    for tile in tiles:
        for item in tile.surface.placed_items():
            left, top, right, bottom = item.outline.bounds_um()
            assert min(left, top) >= 0
            assert right <= tile.surface.width_um
            assert bottom <= tile.surface.height_um


def test_contours_that_cross_a_tile_go_on_as_open_lines() -> None:
    made = prepare(face(cut(PATHS["ring"])), machine(cutting(kerf_um=200)))
    tiles = cut_up(made.surface, 30_000, 12_000)
    ours = whole(tiles, lines=True)
    theirs = shapely.union_all([one.exterior for one in rings(made.surface.items[0])])
    assert ours.length == pytest.approx(theirs.length, rel=1e-4)
    assert shapely.hausdorff_distance(ours, theirs) < 3


def rings(item: Item) -> list[shapely.Polygon]:
    return [shapely.Polygon(line.points_um) for line in flatten(item.outline, 0.5)]


def test_what_lies_in_one_tile_stays_what_it_was() -> None:
    item = cut("M5 5Q10 0 15 5Q10 20 5 5Z")
    (tile,) = cut_up(face(item), 100_000, 100_000)
    (kept,) = tile.surface.placed_items()
    assert kept.outline.verbs.tolist() == item.outline.verbs.tolist()


def test_pictures_are_clipped_to_their_tile() -> None:
    use = ImageUse("0" * 64, 10, 10, (60_000, 0, 0, 40_000, 0, 0))
    picture = replace(WAVE, outline=path(""), image=use)
    tiles = cut_up(face(picture), 50_000, 100_000)
    assert len(tiles) == 2
    second = tiles[1].surface.placed_items()[0]
    assert second.clip is not None
    assert second.clip.bounds_um() == (0, 0, 50_000, 100_000)
    assert second.image is not None
    assert second.image.matrix_um == (60_000, 0, 0, 40_000, -50_000, 0)


@pytest.mark.parametrize(("size", "overlap"), [(100, 100), (100, -1), (1_000, 0)])
def test_tiles_that_cannot_be_are_refused(size: int, overlap: int) -> None:
    with pytest.raises(UnsupportedDesign, match="iles"):
        cut_up(face(WAVE), size, size, overlap)


def test_an_arc_is_in_every_tile_that_it_reaches() -> None:
    arc = OutlineBuilder()
    arc.move((30_000, 10_000))
    arc.arc((44_142, 15_858), (10_000, 30_000))
    bow = replace(cut("M0 0H1"), outline=arc.build(), line_width_um=25)
    tiles = cut_up(face(bow), 50_000, 20_000)
    assert whole(tiles, lines=True).length == pytest.approx(94_247.8, rel=1e-4)
