"""The gallery shows every feature, and tells problems only where it means to."""

from __future__ import annotations

from itertools import chain

import pytest

from examples.gallery.__main__ import main
from examples.gallery.sections import SECTIONS
from examples.gallery.text import PROBLEMS
from examples.gallery.tiles import LIBRARY, Tile
from render_core.compose import compose

TILES = [tile for tiles in SECTIONS.values() for tile in tiles]


@pytest.mark.parametrize("tile", TILES, ids=[tile.title for tile in TILES])
def test_a_tile_is_made_and_the_problems_are_those_of_the_last_section(tile: Tile) -> None:
    composition = compose(tile.design, LIBRARY)
    assert bool(composition.problems) == (tile in PROBLEMS), composition.problems
    if tile not in PROBLEMS:
        items = chain.from_iterable(surface.items for surface in composition.layout.surfaces)
        assert any(item.image or not item.outline.is_empty for item in items)


def test_the_page_holds_a_picture_of_each(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("gallery")
    assert main([str(folder)]) == 0
    page = (folder / "index.html").read_text("utf-8")
    assert page.count("data:image/webp;base64,") == len(TILES) >= 60
