"""Every output shows the same edges: judged by programs of others, at 1,200 dpi.

The flat raster is ours; SVG goes through librsvg, DXF through ezdxf's drawing add-on, PDF through
Ghostscript and poppler. The figure is the Hausdorff distance of the edges.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from render_core.export.dxf import dxf
from render_core.export.pdf import pdf
from render_core.export.svg import svg
from render_core.layout import Ink, Layout, Surface
from render_core.raster.flat import flat
from tests.render_core import outside_eyes
from tests.render_core.edges import DPI, Mask, largest_distance_mm
from tests.render_core.export.samples import MemoryLibrary, filled_samples

TOLERANCE_MM = 0.05
SHIFT_UM = 150
SAMPLES = filled_samples()
LIBRARY = MemoryLibrary()


def surface_of(layout: Layout) -> Surface:
    """Return the first surface with all its inks black, so that a threshold finds the edges."""
    surface = layout.surfaces[0]
    black = tuple(replace(item, ink=Ink((0, 0, 0), item.ink.spot)) for item in surface.items)
    return replace(surface, items=black)


def shifted(surface: Surface) -> Surface:
    frames = tuple(replace(zone, x_um=zone.x_um + SHIFT_UM) for zone in surface.zones)
    return replace(surface, zones=frames)


def ours(surface: Surface) -> Mask:
    mask: Mask = flat(surface, LIBRARY, DPI)[..., 3] > 127
    return mask


def through_dxf(surface: Surface) -> Mask:
    """The DXF has no bleed: put it into the middle of the page that the others fill."""
    mask = outside_eyes.ezdxf_drawing(
        dxf(surface), surface.width_um / 1000, surface.height_um / 1000
    )
    margin = round(surface.bleed_um * DPI / 25_400)
    return np.pad(mask, margin)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_svg_shows_the_edges_of_the_flat_print(name: str) -> None:
    surface = surface_of(SAMPLES[name])
    seen = outside_eyes.librsvg(svg(surface, LIBRARY))
    assert largest_distance_mm(ours(surface), seen) <= TOLERANCE_MM


@pytest.mark.parametrize("name", SAMPLES)
def test_the_dxf_shows_the_edges_of_the_flat_print(name: str) -> None:
    surface = surface_of(SAMPLES[name])
    assert largest_distance_mm(ours(surface), through_dxf(surface)) <= TOLERANCE_MM


@pytest.mark.outside
@pytest.mark.parametrize("name", SAMPLES)
def test_the_pdf_shows_the_edges_of_the_flat_print(name: str, tmp_path: Path) -> None:
    surface = surface_of(SAMPLES[name])
    seen = outside_eyes.ghostscript(pdf([surface], LIBRARY), tmp_path)
    assert largest_distance_mm(ours(surface), seen) <= TOLERANCE_MM


@pytest.mark.outside
def test_a_second_pdf_reader_agrees(tmp_path: Path) -> None:
    surface = surface_of(SAMPLES["two inks"])
    seen = outside_eyes.poppler(pdf([surface], LIBRARY), tmp_path)
    assert largest_distance_mm(ours(surface), seen) <= TOLERANCE_MM


def test_an_output_that_is_moved_by_a_seventh_of_a_millimetre_is_noticed() -> None:
    surface = surface_of(SAMPLES["letter"])
    moved = outside_eyes.librsvg(svg(shifted(surface), LIBRARY))
    assert largest_distance_mm(ours(surface), moved) > 0.1


def test_a_moved_dxf_is_noticed() -> None:
    surface = surface_of(SAMPLES["letter"])
    assert largest_distance_mm(ours(surface), through_dxf(shifted(surface))) > 0.1


@pytest.mark.outside
def test_a_moved_pdf_is_noticed(tmp_path: Path) -> None:
    surface = surface_of(SAMPLES["letter"])
    moved = outside_eyes.ghostscript(pdf([shifted(surface)], LIBRARY), tmp_path)
    assert largest_distance_mm(ours(surface), moved) > 0.1
