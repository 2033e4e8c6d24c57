"""Width, fill rule and clip are worked into the outline without changing what is covered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from render_core.layout import EMPTY_OUTLINE, FillRule, Item, Operation
from render_core.raster.coverage import coverage
from render_core.raster.grid import flat_grid
from render_core.raster.solid import solid_outline
from tests.render_core.export.samples import BLACK, STAR, engraved, parse_path_mm

GRID = flat_grid(60_000, 30_000, 0, 254)  # Ten pixels a millimetre.


def area_mm2(item: Item) -> float:
    return (
        float(coverage(GRID.contours(solid_outline(item)), GRID.width, GRID.height).sum()) / 25500
    )


def test_a_plain_outline_comes_back_as_it_is() -> None:
    item = engraved("M1 1H9V9H1Z")
    assert solid_outline(item) is item.outline


def test_a_centre_line_becomes_a_band_with_round_ends() -> None:
    item = replace(engraved("M10 15H50"), line_width_um=2000)
    assert area_mm2(item) == pytest.approx(80 + 3.14159, abs=0.05)


def test_a_bent_centre_line_covers_its_bend_once() -> None:
    item = replace(engraved("M10 10H30V25"), line_width_um=2000)
    assert area_mm2(item) == pytest.approx(2 * 35 - 1 + 3.14159 / 4 + 3.14159, abs=0.1)


def test_an_arc_is_stroked_along_its_circle() -> None:
    item = replace(engraved("M20 15A5 5 0 0 1 30 15"), line_width_um=1000)
    assert area_mm2(item) == pytest.approx(3.14159 * 5 + 3.14159 / 4, abs=0.05)


def test_even_odd_leaves_the_middle_of_a_star_open() -> None:
    star = engraved(STAR)
    seen = coverage(
        GRID.contours(solid_outline(replace(star, fill_rule=FillRule.EVENODD))), 600, 300
    )
    assert seen[150, 300] == 0
    assert seen[40, 300] == 255


def test_even_odd_does_not_care_about_directions() -> None:
    same = replace(engraved("M5 5H25V25H5ZM10 10H20V20H10Z"), fill_rule=FillRule.EVENODD)
    other = replace(engraved("M5 5H25V25H5ZM10 10V20H20V10Z"), fill_rule=FillRule.EVENODD)
    assert area_mm2(same) == pytest.approx(300)
    assert area_mm2(other) == pytest.approx(300)


def test_a_clip_cuts_the_outline() -> None:
    item = replace(engraved("M5 5H25V25H5Z"), clip=parse_path_mm("M15 0H60V15H15Z"))
    assert area_mm2(item) == pytest.approx(100)


def test_a_clip_beside_the_outline_leaves_nothing() -> None:
    item = replace(engraved("M5 5H25V25H5Z"), clip=parse_path_mm("M40 0H60V15H40Z"))
    assert solid_outline(item).is_empty


def test_an_empty_outline_stays_empty() -> None:
    item = Item("zone", Operation.ENGRAVE, BLACK, EMPTY_OUTLINE, line_width_um=500)
    assert solid_outline(item).is_empty
