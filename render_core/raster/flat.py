"""A surface as it lies on the machine's bed: pixels at print resolution."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.design import Library
from render_core.errors import UnsupportedDesign
from render_core.layout import Surface
from render_core.raster.draw import draw
from render_core.raster.grid import flat_grid
from render_core.separations import printed_items

MAX_FLAT_PIXELS: Final = 64_000_000
MIN_DPI, MAX_DPI = 36, 2400


def flat(surface: Surface, library: Library, dpi: int) -> NDArray[np.uint8]:
    """Return the surface and its bleed as (h, w, 4) sRGB with straight alpha; bare is transparent.

    Cuts, creases and what is for the screen only are left out. The working memory beside the
    result is bounded; the result has four bytes a pixel.
    Raises UnsupportedDesign (RASTER_RESOLUTION, RASTER_TOO_LARGE), MissingInput, RefusedFile.
    """
    if not MIN_DPI <= dpi <= MAX_DPI:
        raise UnsupportedDesign(
            "RASTER_RESOLUTION",
            f"Choose a resolution from {MIN_DPI} to {MAX_DPI} dpi.",
            field="dpi",
        )
    grid = flat_grid(surface.width_um, surface.height_um, surface.bleed_um, dpi)
    if grid.width * grid.height > MAX_FLAT_PIXELS:
        raise UnsupportedDesign(
            "RASTER_TOO_LARGE",
            f"{grid.width} × {grid.height} pixels at {dpi} dpi are too many; choose fewer dpi.",
            field="dpi",
        )
    canvas = np.zeros((grid.height, grid.width, 4), np.uint8)
    draw(canvas, printed_items(surface), grid, library, None)
    return canvas
