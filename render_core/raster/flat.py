"""A surface as it lies on the machine's bed: pixels at print resolution."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render_core import vips
from render_core.colour import srgb_profile
from render_core.design import Library
from render_core.errors import UnsupportedDesign
from render_core.layout import Surface
from render_core.raster.draw import draw
from render_core.raster.grid import flat_grid
from render_core.raster.resolution import MAX_DPI, MAX_FLAT_PIXELS, MIN_DPI
from render_core.separations import printed_items


def flat(
    surface: Surface, library: Library, dpi: int, most: int = MAX_FLAT_PIXELS
) -> NDArray[np.uint8]:
    """Return the surface and its bleed as (h, w, 4) sRGB with straight alpha; bare is transparent.

    Cuts, creases and what is for the screen only are left out. The working memory beside the
    result is bounded; the result has four bytes a pixel. most: pixels that it may have.
    Raises UnsupportedDesign (RASTER_RESOLUTION, RASTER_TOO_LARGE), MissingInput, RefusedFile.
    """
    if not MIN_DPI <= dpi <= MAX_DPI:
        raise UnsupportedDesign(
            "RASTER_RESOLUTION",
            f"Choose a resolution from {MIN_DPI} to {MAX_DPI} dpi.",
            field="dpi",
        )
    grid = flat_grid(surface.width_um, surface.height_um, surface.bleed_um, dpi)
    if grid.width * grid.height > most:
        raise UnsupportedDesign(
            "RASTER_TOO_LARGE",
            f"{grid.width} × {grid.height} pixels at {dpi} dpi are too many; choose fewer dpi.",
            field="dpi",
        )
    canvas = np.zeros((grid.height, grid.width, 4), np.uint8)
    draw(canvas, printed_items(surface), grid, library, None)
    return canvas


def flat_size(surface: Surface, dpi: int) -> tuple[int, int]:
    """Return the width and height in pixels that `flat` has."""
    grid = flat_grid(surface.width_um, surface.height_um, surface.bleed_um, _checked(dpi))
    return grid.width, grid.height


def _checked(dpi: int) -> int:
    if not MIN_DPI <= dpi <= MAX_DPI:
        raise UnsupportedDesign(
            "RASTER_RESOLUTION",
            f"Choose a resolution from {MIN_DPI} to {MAX_DPI} dpi.",
            field="dpi",
        )
    return dpi


def flat_png(surface: Surface, library: Library, dpi: int, most: int = MAX_FLAT_PIXELS) -> bytes:
    """Return `flat` as PNG with its resolution and the sRGB profile."""
    pictures = any(item.image is not None for item in printed_items(surface))
    pixels = flat(surface, library, dpi, most)
    return vips.png(pixels, dpi=dpi, profile=srgb_profile(), photographic=pictures)
