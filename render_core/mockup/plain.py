"""A design on its bare surface: the preview of a product that has no photo yet."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.design import Library
from render_core.layout import Surface
from render_core.mockup.proportions import MAX_TALL
from render_core.raster.coverage import patches
from render_core.raster.draw import draw
from render_core.raster.grid import Grid
from render_core.raster.paint import over
from render_core.separations import shown_items

MARGIN_PERMILLE: Final = 40
BACKGROUND: Final = (255, 255, 255)
MATERIAL: Final = (232, 230, 226)


def on_plain(surface: Surface, library: Library, width_px: int) -> NDArray[np.uint8]:
    """Return the surface in a light tone on white, with a margin: (h, width_px, 3) sRGB.

    A very tall one stands small in the middle, so that the picture has a bounded height.
    """
    margin = width_px * MARGIN_PERMILLE // 1000
    left, scale = float(margin), (width_px - 2 * margin) / surface.width_um
    if surface.height_um * scale > MAX_TALL * width_px - 2 * margin:
        scale = (MAX_TALL * width_px - 2 * margin) / surface.height_um
        left = (width_px - surface.width_um * scale) / 2
    height_px = max(1, round(surface.height_um * scale)) + 2 * margin
    grid = Grid(width_px, height_px, scale, 0.0, 0.0, scale, left, float(margin))
    canvas = np.full((height_px, width_px, 3), BACKGROUND, np.uint8)
    material = np.array(MATERIAL, np.uint8)
    for left, top, alpha in patches(grid.edges(surface.outline), width_px, height_px):
        over(canvas, left, top, material, alpha)
    size = (surface.width_um, surface.height_um)
    draw(canvas, shown_items(surface), grid, library, surface.outline, lit=size)
    return canvas
