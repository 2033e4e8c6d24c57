"""Finishes are seen on mock-ups, lit from the top left, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from render_core.export.dxf import dxf
from render_core.export.pdf import pdf
from render_core.export.svg import svg
from render_core.layout import Ink, Item, Operation, Surface
from render_core.looks import Finish
from render_core.mockup.plain import MATERIAL, on_plain
from render_core.raster import finish as module
from render_core.raster.flat import flat
from tests.render_core.export.samples import MemoryLibrary, engraved, surface_of

LIBRARY = MemoryLibrary()
WIDTH = 800  # 80 mm less the margins: 9.2 pixels a millimetre
INK = Ink((120, 110, 100))
FINISHES = [finish for finish in Finish if finish is not Finish.NONE]
SQUARE = "M10 5H50V25H10Z"


def item(finish: Finish, operation: Operation = Operation.ENGRAVE, depth_um: int = 400) -> Item:
    return replace(engraved(SQUARE, INK), finish=finish, depth_um=depth_um, operation=operation)


def picture(made: Item) -> NDArray[np.int32]:
    return on_plain(surface_of(made), LIBRARY, WIDTH).astype(np.int32)


def at(pixels: NDArray[np.int32], x_mm: float, y_mm: float) -> int:
    """Return the lightness at a place of the zone."""
    scale, margin = (WIDTH - 64) / 80, 32
    x, y = margin + (x_mm + 10) * scale, margin + (y_mm + 5) * scale
    return int(pixels[round(y - 0.5), round(x - 0.5)].sum())


@pytest.mark.parametrize("finish", FINISHES)
def test_machines_know_nothing_of_a_finish(finish: Finish) -> None:
    plain, lit = surface_of(item(Finish.NONE)), surface_of(item(finish))
    assert svg(plain, LIBRARY) == svg(lit, LIBRARY)
    assert pdf([plain], LIBRARY) == pdf([lit], LIBRARY)
    assert dxf(plain) == dxf(lit)
    assert np.array_equal(flat(plain, LIBRARY, 300), flat(lit, LIBRARY, 300))


@pytest.mark.parametrize("finish", [Finish.ENGRAVED, Finish.DEBOSSED])
def test_what_is_cut_in_lies_in_the_shadow_of_its_upper_left_edges(finish: Finish) -> None:
    pixels = picture(item(finish))
    middle = at(pixels, 30, 15)
    assert at(pixels, 30, 5.1) < middle - 30
    assert at(pixels, 10.1, 15) < middle - 30
    assert at(pixels, 30, 24.9) > middle
    assert at(pixels, 49.9, 15) > middle


@pytest.mark.parametrize("finish", [Finish.ENGRAVED, Finish.DEBOSSED])
def test_the_lower_right_rim_of_what_is_cut_in_catches_the_light(finish: Finish) -> None:
    pixels = picture(item(finish))
    assert at(pixels, 30, 25.08) > sum(MATERIAL) + 6
    assert at(pixels, 30, 4.92) < sum(MATERIAL)


@pytest.mark.parametrize("operation", [Operation.PRINT, Operation.EMBOSS])
def test_what_is_raised_is_light_where_the_cut_is_dark_and_throws_a_shadow(
    operation: Operation,
) -> None:
    pixels = picture(item(Finish.EMBOSSED, operation))
    middle = at(pixels, 30, 15)
    assert at(pixels, 30, 5.1) > middle
    assert at(pixels, 30, 24.9) < middle - 20
    assert at(pixels, 30, 25.15) < sum(MATERIAL) - 20
    assert at(pixels, 30, 4.7) == sum(MATERIAL)


def test_pressed_material_shows_no_ink() -> None:
    pixels = picture(item(Finish.EMBOSSED, Operation.EMBOSS))
    assert at(pixels, 30, 15) == sum(MATERIAL)
    assert at(picture(item(Finish.EMBOSSED, Operation.PRINT)), 30, 15) == sum(INK.rgb)


def test_foil_runs_from_dark_to_light_and_keeps_its_hue() -> None:
    gold = replace(item(Finish.FOIL, Operation.FOIL), ink=Ink((212, 170, 80)))
    pixels = picture(gold)
    scale, margin = (WIDTH - 64) / 80, 32
    row = pixels[
        round(margin + 20 * scale), round(margin + 21 * scale) : round(margin + 59 * scale)
    ]
    assert row.sum(axis=1).max() - row.sum(axis=1).min() > 200
    assert (row[:, 0] >= row[:, 1]).all()
    assert (row[:, 1] >= row[:, 2]).all()


@pytest.mark.parametrize("finish", FINISHES)
def test_a_picture_made_in_bands_is_the_same(
    finish: Finish, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = picture(item(finish, depth_um=900))
    monkeypatch.setattr(module, "BAND_PIXELS", 1)
    assert np.array_equal(picture(item(finish, depth_um=900)), whole)


@pytest.mark.parametrize("depth_um", [0, 1, 50, 5_000, 1_000_000])
@pytest.mark.parametrize("finish", FINISHES)
def test_any_depth_and_any_size_has_a_picture(finish: Finish, depth_um: int) -> None:
    surface: Surface = surface_of(item(finish, depth_um=depth_um))
    for width in (16, 64, 500):
        assert on_plain(surface, LIBRARY, width).shape[1] == width


def test_nothing_shines_beside_the_product() -> None:
    """An item that reaches over the edge is lit inside of the product alone."""
    over_the_edge = replace(item(Finish.ENGRAVED), outline=engraved("M-20 -20H90V60H-20Z").outline)
    pixels = on_plain(surface_of(over_the_edge), LIBRARY, WIDTH)
    assert (pixels[:30] == 255).all()
    assert (pixels[:, :30] == 255).all()
