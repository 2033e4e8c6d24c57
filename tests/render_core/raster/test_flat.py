"""The flat print: its size, what is on it, what is not, and what is refused."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageCms

from render_core.errors import MissingInput, UnsupportedDesign
from render_core.layout import ImageUse, Item, Operation
from render_core.raster.flat import flat, flat_png, flat_size
from tests.render_core.export.samples import (
    BLACK,
    MemoryLibrary,
    engraved,
    full_layout,
    parse_path_mm,
    picture,
    surface_of,
)

LIBRARY = MemoryLibrary()
SQUARE = engraved("M10 5H30V25H10Z")


def test_the_size_is_the_surface_with_its_bleed() -> None:
    assert flat_size(surface_of(), 254) == (800, 400)
    assert flat_size(surface_of(bleed_um=3000), 254) == (860, 460)


def test_an_outline_lies_where_its_zone_says() -> None:
    alpha = flat(surface_of(SQUARE, bleed_um=1000), LIBRARY, 254)[..., 3]
    rows, columns = np.nonzero(alpha)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (210, 409, 110, 309)


@pytest.mark.parametrize("operation", [Operation.CUT, Operation.CREASE, Operation.SCREEN_ONLY])
def test_knives_and_the_screen_leave_no_ink(operation: Operation) -> None:
    surface = surface_of(replace(SQUARE, operation=operation))
    assert not flat(surface, LIBRARY, 100).any()


def test_a_picture_keeps_its_colours_and_its_clip() -> None:
    library = MemoryLibrary()
    use = ImageUse(library.add(picture()), 240, 160, (24_000, 0, 0, 16_000, 0, 0))
    clip = parse_path_mm("M0 0H12V16H0Z")
    surface = surface_of(Item("zone", Operation.PRINT, BLACK, image=use, clip=clip))
    seen = flat(surface, library, 254)
    source = np.asarray(Image.open(io.BytesIO(picture())))
    inside = seen[50 + 20 : 50 + 160, 100 + 90 : 100 + 120]
    assert np.array_equal(inside, source[20:160, 90:120])
    assert not seen[:, 100 + 121 :].any()


def test_a_turned_picture_lies_where_its_matrix_says() -> None:
    library = MemoryLibrary()
    use = ImageUse(library.add(picture()), 240, 160, (0, 24_000, -16_000, 0, 16_000, 0))
    seen = flat(surface_of(Item("zone", Operation.PRINT, BLACK, image=use)), library, 254)
    source = np.rot90(np.asarray(Image.open(io.BytesIO(picture()))), -1)[100:230, 10:150]
    inside = seen[150:280, 110:250].astype(int)
    assert np.abs(inside - source).mean() < 1.5


@pytest.mark.parametrize(
    "matrix",
    [(0, 0, 0, 0, 0, 0), (9_000, 0, 4_500, 0, 0, 0), (9_000, 0, 0, 9_000, 900_000, 0)],
)
def test_a_picture_without_area_or_beside_the_page_leaves_nothing(
    matrix: tuple[int, int, int, int, int, int],
) -> None:
    library = MemoryLibrary()
    use = ImageUse(library.add(picture()), 240, 160, matrix)
    assert not flat(surface_of(Item("zone", Operation.PRINT, BLACK, image=use)), library, 100).any()


def test_the_png_states_its_resolution_and_its_colour_space() -> None:
    image = Image.open(io.BytesIO(flat_png(surface_of(SQUARE), LIBRARY, 600)))
    assert image.info["dpi"] == pytest.approx((600, 600), abs=0.01)
    profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    assert ImageCms.getProfileDescription(profile).strip() == "sRGB IEC61966-2.1"


def test_the_png_has_no_date_and_no_text() -> None:
    data = flat_png(surface_of(SQUARE), LIBRARY, 300)
    assert not any(chunk in data for chunk in (b"tIME", b"tEXt", b"iTXt", b"zTXt", b"eXIf"))


@pytest.mark.parametrize("dpi", [0, -1, 35, 2401])
def test_a_resolution_that_no_machine_has_is_refused(dpi: int) -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        flat(surface_of(SQUARE), LIBRARY, dpi)
    assert refused.value.reason == "RASTER_RESOLUTION"


def test_a_raster_that_would_fill_the_memory_is_refused() -> None:
    wall = replace(surface_of(SQUARE), width_um=3_000_000, height_um=2_000_000)
    with pytest.raises(UnsupportedDesign) as refused:
        flat(wall, LIBRARY, 300)
    assert refused.value.reason == "RASTER_TOO_LARGE"


def test_a_picture_that_the_library_lacks_is_named() -> None:
    layout = full_layout(MemoryLibrary())
    with pytest.raises(MissingInput) as missing:
        flat(layout.surfaces[0], MemoryLibrary(), 100)
    assert missing.value.reason == "ASSET_MISSING"
