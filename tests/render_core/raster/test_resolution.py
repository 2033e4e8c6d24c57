"""Which resolutions a surface can be had in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_core.raster.grid import flat_grid
from render_core.raster.resolution import (
    MAX_DPI,
    MAX_FLAT_PIXELS,
    MIN_DPI,
    USUAL_DPI,
    extent_um,
    fits,
    flat_pixels,
    largest_dpi,
    usual_dpi,
)

# What a template may declare, in micrometres (luneo.design.v1.Surface).
SIDES = st.integers(1_000, 3_000_000)
BLEEDS = st.integers(0, 20_000)


@given(width=SIDES, height=SIDES, bleed=BLEEDS, dpi=st.integers(MIN_DPI, MAX_DPI))
def test_a_surface_has_the_pixels_that_its_picture_will_have(
    width: int, height: int, bleed: int, dpi: int
) -> None:
    grid = flat_grid(width, height, bleed, dpi)
    assert flat_pixels(extent_um(width, height, bleed), dpi) == (grid.width, grid.height)


@given(width=SIDES, height=SIDES, bleed=BLEEDS)
def test_the_largest_resolution_fits_and_the_next_does_not(
    width: int, height: int, bleed: int
) -> None:
    extent = extent_um(width, height, bleed)
    largest = largest_dpi(extent)
    assert fits(extent, largest)
    assert largest == MAX_DPI or not fits(extent, largest + 1)


def test_what_fits_at_no_resolution_has_none() -> None:
    assert largest_dpi((10_000_000, 10_000_000)) == 0


@given(width=SIDES, height=SIDES, bleed=BLEEDS)
def test_every_surface_that_a_product_may_have_fits_at_a_usual_resolution(
    width: int, height: int, bleed: int
) -> None:
    extent = extent_um(width, height, bleed)
    chosen = usual_dpi([extent])
    assert fits(extent, chosen)
    assert not any(fits(extent, dpi) for dpi in USUAL_DPI if dpi > chosen)


@pytest.mark.parametrize(
    ("side_mm", "dpi"),
    [((60, 38), 300), ((820, 820), 200), ((1200, 900), 150), ((1500, 1500), 100), ((3000, 3000), 50)],
)  # fmt: skip
def test_larger_surfaces_are_made_in_fewer_dots(side_mm: tuple[int, int], dpi: int) -> None:
    assert usual_dpi([(side_mm[0] * 1000, side_mm[1] * 1000)]) == dpi


def test_the_largest_of_several_surfaces_decides() -> None:
    assert usual_dpi([(60_000, 38_000), (1_200_000, 900_000)]) == 150
    assert usual_dpi([]) == 300


def test_as_many_pixels_as_allowed_are_allowed() -> None:
    side = 8_000 * 25_400 // 254
    assert flat_pixels((side, side), 254) == (8_000, 8_000)
    assert MAX_FLAT_PIXELS == 8_000 * 8_000
    assert fits((side, side), 254)
    assert not fits((side + 100, side), 254)
