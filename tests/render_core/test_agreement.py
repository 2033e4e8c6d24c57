"""Every output shows the same edges: judged by programs of others, at 1,200 dpi.

The flat raster is ours; SVG goes through librsvg, DXF through ezdxf's drawing add-on, PDF through
Ghostscript and poppler. The figure is the Hausdorff distance of the edges, over the designs of
`examples/` and over shapes that stress one thing each.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from render_core import vips
from render_core.compose import compose
from render_core.export.dxf import dxf
from render_core.export.pdf import pdf
from render_core.export.svg import svg
from render_core.files import load_design
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import (
    POINTS_OF_VERB,
    ImageUse,
    Ink,
    Item,
    Operation,
    Outline,
    Surface,
    Verb,
)
from render_core.mockup.photo import on_photo
from render_core.raster.flat import flat
from render_core.views import Placement, View
from tests.render_core import outside_eyes
from tests.render_core.edges import DPI, Mask, largest_distance_mm, thickest_difference_mm
from tests.render_core.export.samples import MemoryLibrary, filled_samples, layout_of
from tests.render_core.export.samples import surface_of as hand_made

TOLERANCE_MM = 0.05
# The logo and a script's letter have notches whose sides meet at 1 in 25: there the 4 µm by which
# lines of a DXF leave a curve are 0.1 mm along it, as one pixel more or less of a threshold is, too.
AT_TIPS_MM = {("mug-logo", "ezdxf"): 0.1, ("case-name", "ezdxf"): 0.1}
SHIFT_UM = 150
MARGIN_UM = 1000
LARGEST_UM = 120_000
WHOLE_PIXELS_UM = 3175  # 9 pixels at 72 dpi, 150 at 1,200: nobody has to round the page.
SHAPES = filled_samples()
DESIGNS = {
    path.stem: path
    for path in sorted((Path(__file__).parents[2] / "examples" / "designs").glob("*.json"))
}
NAMES = [*SHAPES, *DESIGNS]
LIBRARY = MemoryLibrary()


@lru_cache(maxsize=2)
def surface_of(name: str) -> Surface:
    """Return the outlines of a sample in black, so that a threshold finds the edges."""
    if name in SHAPES:
        surface = SHAPES[name].surfaces[0]
    else:
        loaded = load_design(DESIGNS[name])
        surface = trimmed(compose(loaded.design, loaded.library).layout.surfaces[0])
    black = tuple(
        replace(item, ink=Ink((0, 0, 0), item.ink.spot))
        for item in surface.items
        if item.image is None
    )
    return replace(surface, items=black)


def first_of(outline: Outline) -> Outline:
    """Return the contours that lie within the first LARGEST_UM of an outline, both ways."""
    starts = np.flatnonzero(outline.verbs == Verb.MOVE)
    contour_of_verb = np.cumsum(outline.verbs == Verb.MOVE) - 1
    contour_of_point = np.repeat(contour_of_verb, np.asarray(POINTS_OF_VERB)[outline.verbs])
    left, top, _, _ = outline.bounds_um()
    far = (outline.points_um > (left + LARGEST_UM, top + LARGEST_UM)).any(axis=1)
    kept = np.bincount(contour_of_point, weights=far, minlength=len(starts)) == 0
    return Outline(outline.verbs[kept[contour_of_verb]], outline.points_um[kept[contour_of_point]])


def trimmed(surface: Surface) -> Surface:
    """Return the surface cut down to where its outlines are, so that no time goes into paper.

    Of outlines that repeat over a sheet, the first are enough.
    """
    items = (replace(item, outline=first_of(item.outline)) for item in surface.items)
    surface = replace(surface, items=tuple(items))
    boxes = [
        item.outline.bounds_um() for item in surface.placed_items() if not item.outline.is_empty
    ]
    if not boxes:
        return replace(surface, width_um=WHOLE_PIXELS_UM, height_um=WHOLE_PIXELS_UM)
    left, top = (min(box[side] for box in boxes) - MARGIN_UM for side in (0, 1))
    right, bottom = (max(box[side] for box in boxes) + MARGIN_UM for side in (2, 3))
    zones = tuple(
        replace(zone, x_um=zone.x_um - left, y_um=zone.y_um - top) for zone in surface.zones
    )
    width, height = (
        -(-size // WHOLE_PIXELS_UM) * WHOLE_PIXELS_UM for size in (right - left, bottom - top)
    )
    return replace(surface, width_um=width, height_um=height, zones=zones)


def shifted(surface: Surface) -> Surface:
    frames = tuple(replace(zone, x_um=zone.x_um + SHIFT_UM) for zone in surface.zones)
    return replace(surface, zones=frames)


@lru_cache(maxsize=2)
def ours(name: str) -> Mask:
    mask: Mask = flat(surface_of(name), LIBRARY, DPI)[..., 3] > 127
    return mask


def through_dxf(surface: Surface) -> Mask:
    """The DXF has no bleed: put it into the middle of the page that the others fill."""
    mask = outside_eyes.ezdxf_drawing(
        dxf(surface), surface.width_um / 1000, surface.height_um / 1000
    )
    return np.pad(mask, round(surface.bleed_um * DPI / 25_400))


def seen_by(reader: str, surface: Surface, folder: Path) -> Mask:
    """Write the surface in the format that a program reads, and let it look."""
    if reader == "librsvg":
        return outside_eyes.librsvg(svg(surface, LIBRARY))
    if reader == "ezdxf":
        return through_dxf(surface)
    return outside_eyes.ghostscript(pdf([surface], LIBRARY), folder)


CASES = [
    pytest.param(name, reader, marks=[pytest.mark.outside] if reader == "ghostscript" else [])
    for name in NAMES
    for reader in ("librsvg", "ezdxf", "ghostscript")
]


@pytest.mark.parametrize(("name", "reader"), CASES)
def test_every_file_shows_the_edges_of_the_flat_print(
    name: str, reader: str, tmp_path: Path
) -> None:
    seen = seen_by(reader, surface_of(name), tmp_path)
    assert largest_distance_mm(ours(name), seen) <= AT_TIPS_MM.get((name, reader), TOLERANCE_MM)
    assert thickest_difference_mm(ours(name), seen) <= TOLERANCE_MM


@pytest.mark.parametrize(
    "reader", ["librsvg", pytest.param("ghostscript", marks=pytest.mark.outside)]
)
def test_a_picture_lies_where_the_flat_print_has_it(reader: str, tmp_path: Path) -> None:
    """A black picture, skewed and clipped, so that its edges are edges of the page."""
    black = LIBRARY.add(vips.png(np.zeros((90, 120, 3), np.uint8)))
    use = ImageUse(black, 120, 90, (24_000, 3_000, -2_000, 18_000, 20_000, 5_000))
    clip = parse_path_mm("M10 2H40V20Q25 26 10 20Z")
    item = Item("zone", Operation.PRINT, Ink((0, 0, 0)), image=use, clip=clip)
    surface = hand_made(item, bleed_um=2000)
    print_mask = flat(surface, LIBRARY, DPI)[..., 3] > 127
    seen = seen_by(reader, surface, tmp_path)
    assert largest_distance_mm(print_mask, seen) <= TOLERANCE_MM


@pytest.mark.outside
def test_a_second_pdf_reader_agrees(tmp_path: Path) -> None:
    seen = outside_eyes.poppler(pdf([surface_of("two inks")], LIBRARY), tmp_path)
    assert largest_distance_mm(ours("two inks"), seen) <= TOLERANCE_MM


def test_the_mock_up_shows_the_edges_of_the_flat_print() -> None:
    """A photo as large as the print, on which the surface lies square, must be the print."""
    surface = surface_of("letter")
    height, width = ours("letter").shape
    library = MemoryLibrary()
    paper = library.add(vips.png(np.full((height, width, 3), 255, np.uint8)))
    right, bottom = (round(size * DPI / 25.4) for size in (surface.width_um, surface.height_um))
    placement = Placement(surface.id, (0, 0), (right, 0), (0, bottom))
    view = View("bed", "On the bed", paper, width, height, (placement,))
    seen = on_photo(layout_of(surface), view, library, width)[..., 0] < 128
    assert largest_distance_mm(ours("letter"), seen) <= TOLERANCE_MM


@pytest.mark.parametrize(
    "reader", ["librsvg", "ezdxf", pytest.param("ghostscript", marks=pytest.mark.outside)]
)
def test_a_file_moved_by_a_seventh_of_a_millimetre_is_noticed(reader: str, tmp_path: Path) -> None:
    seen = seen_by(reader, shifted(surface_of("letter")), tmp_path)
    assert largest_distance_mm(ours("letter"), seen) > 0.1


def test_at_least_twenty_designs_are_compared() -> None:
    assert len(DESIGNS) >= 20
