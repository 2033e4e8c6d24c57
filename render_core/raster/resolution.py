"""Resolutions of flat pictures, and which of them a surface can be had in.

Apart from `flat`, because a process that only asks needs no libvips.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from render_core.raster.grid import UM_PER_INCH

MIN_DPI, MAX_DPI = 36, 2400
MAX_FLAT_PIXELS: Final = 64_000_000
# Of a machine's file, which may be a whole sheet: A2 at 720 dpi. Its picture takes 800 MB while it is made.
MAX_SHEET_PIXELS: Final = 210_000_000
# What is chosen from where nobody asks for one. Every surface that a product may have fits at the last.
USUAL_DPI: Final = (300, 200, 150, 100, 72, 50)

Extent = tuple[int, int]  # width and height in micrometres, bleed included


def extent_um(width_um: int, height_um: int, bleed_um: int) -> Extent:
    """Return how far the picture of a surface reaches."""
    return width_um + 2 * bleed_um, height_um + 2 * bleed_um


def flat_pixels(extent: Extent, dpi: int) -> tuple[int, int]:
    """Return the width and height in pixels of a surface; partial pixels are kept."""
    width_um, height_um = extent
    return -(-width_um * dpi // UM_PER_INCH), -(-height_um * dpi // UM_PER_INCH)


def fits(extent: Extent, dpi: int, most: int = MAX_FLAT_PIXELS) -> bool:
    """Return whether a surface can be had at a resolution."""
    width, height = flat_pixels(extent, dpi)
    return width * height <= most


def usual_dpi(extents: Iterable[Extent]) -> int:
    """Return the highest of the usual resolutions at which all surfaces fit, the lowest if none."""
    wanted = tuple(extents)
    fitting = (dpi for dpi in USUAL_DPI if all(fits(extent, dpi) for extent in wanted))
    return next(fitting, USUAL_DPI[-1])


def largest_dpi(extent: Extent) -> int:
    """Return the largest resolution at which a surface fits, 0 if it does at none."""
    low, high = MIN_DPI - 1, MAX_DPI
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(extent, middle) else (low, middle - 1)
    return low if low >= MIN_DPI else 0
