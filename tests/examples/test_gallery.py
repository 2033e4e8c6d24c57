"""The gallery shows every feature and every problem, and tells problems only where it means to."""

from __future__ import annotations

from itertools import chain

import pytest

from examples.gallery.__main__ import main
from examples.gallery.problems import NEVER_MET
from examples.gallery.sections import SECTIONS, TILES
from examples.gallery.tiles import LIBRARY, Tile
from render_core.compose import compose
from render_core.preflight.messages import OF_DESIGNS

SHOWN = [tile for section in SECTIONS if not section.tells for tile in section.tiles]
TELLING = [tile for section in SECTIONS if section.tells for tile in section.tiles]


def titles(tiles: list[Tile]) -> list[str]:
    return [tile.title for tile in tiles]


@pytest.mark.parametrize("tile", SHOWN, ids=titles(SHOWN))
def test_a_tile_is_made_without_a_problem(tile: Tile) -> None:
    composition = compose(tile.design, LIBRARY)
    assert composition.problems == ()
    items = chain.from_iterable(surface.items for surface in composition.layout.surfaces)
    assert any(item.image or not item.outline.is_empty for item in items)


def test_every_problem_has_a_tile_and_its_tile_has_it() -> None:
    codes = [
        {problem.code for problem in compose(tile.design, LIBRARY).problems} for tile in TELLING
    ]
    assert all(codes)
    assert set().union(*codes) == {key.partition(".")[0] for key in OF_DESIGNS} - NEVER_MET


def test_no_two_tiles_have_one_title() -> None:
    assert len(set(titles(list(TILES)))) == len(TILES)


def test_the_page_holds_a_figure_of_each(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("gallery")
    assert main([str(folder)]) == 0
    page = (folder / "index.html").read_text("utf-8")
    assert page.count("<figure>") == len(TILES)
    pictures = page.count("data:image/webp;base64,")
    assert pictures + page.count("Nothing is drawn.") >= len(TILES)
