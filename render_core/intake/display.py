"""The display copy of a picture: what screens show in place of the normalised PNG.

Of bounded size, made at upload from the pixels that are kept: WebP, without losses where that costs
little (drawings, screenshots), else for the eye; of photos full of grain, where WebP takes six times as
long and saves little, JPEG. Nothing is ever produced from a copy.
"""

from __future__ import annotations

from typing import Final

from render_core import vips
from render_core.intake.facts import DisplayCopy

MAX_DISPLAY_SIDE_PX: Final = 1_600
_QUALITY: Final = 82
_EFFORT: Final = 2
# A picture whose PNG is small, or has half a bit a pixel, is no photo: worth trying without losses.
_SMALL_BYTES: Final = 65_536
_FLAT_PIXELS_A_BYTE: Final = 16
_LOSSLESS_MAY_COST: Final = 1.5
# A picture whose PNG has more bytes a pixel is full of grain.
_GRAINY_BYTES_A_PIXEL: Final = 1.5
_JPEG_QUALITY: Final = 80


def display_copy(pixels: vips.Pixels, png_bytes: int) -> DisplayCopy:
    """Return the copy of a picture, (h, w, 3 or 4) sRGB with straight alpha.

    png_bytes: size of its normalised form. In its proportions to half a pixel, never larger than
    the picture; the same pixels give the same bytes.
    """
    whole_height, whole_width = pixels.shape[:2]
    width, height = display_size(whole_width, whole_height)
    small = vips.resize(pixels, width, height)
    if pixels.shape[2] == 3 and png_bytes > _GRAINY_BYTES_A_PIXEL * whole_width * whole_height:
        data = vips.jpeg(small, quality=_JPEG_QUALITY, whole_chroma=False)
        return DisplayCopy(data=data, width_px=width, height_px=height)
    data = vips.webp(small, quality=_QUALITY, effort=_EFFORT)
    if png_bytes <= max(_SMALL_BYTES, whole_width * whole_height // _FLAT_PIXELS_A_BYTE):
        lossless = vips.webp(small, lossless=True)
        if len(lossless) <= _LOSSLESS_MAY_COST * len(data):
            data = lossless
    return DisplayCopy(data=data, width_px=width, height_px=height)


def display_size(width_px: int, height_px: int) -> tuple[int, int]:
    """Return the size that the copy of a picture of this size has."""
    longest = max(width_px, height_px)
    if longest <= MAX_DISPLAY_SIDE_PX:
        return width_px, height_px
    return _scaled(width_px, longest), _scaled(height_px, longest)


def _scaled(side_px: int, longest_px: int) -> int:
    return max(1, (2 * side_px * MAX_DISPLAY_SIDE_PX + longest_px) // (2 * longest_px))
