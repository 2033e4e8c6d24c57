"""A surface as TIFF at print resolution: in sRGB with what is see-through, or in the inks of a press.

On a press, colours go through its profile as in the PDF. What is drawn in black is black ink alone here,
too: it is drawn once in black and once in white, and how far the two differ is how much of a pixel it
covers. No date, no name of a program; the profile and the pixel density are in the file.

Standard: TIFF 6.0: section 16 for separations, section 14 for the predictor; ICC profiles by tag 34675.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core import vips
from render_core.colour import srgb_profile
from render_core.design import Library
from render_core.imaging.decoded import artwork
from render_core.layout import Item, Surface
from render_core.proof.inks import Inks, inks_of
from render_core.raster.flat import flat
from render_core.raster.paint import on_white
from render_core.raster.resolution import MAX_FLAT_PIXELS
from render_core.separations import separation

_ROWS_AT_ONCE: Final = 256
_BLACK: Final = (0, 0, 0)
_WHITE: Final = (255, 255, 255)


def tiff(
    surface: Surface,
    library: Library,
    dpi: int,
    *,
    output_profile: str = "",
    most: int = MAX_FLAT_PIXELS,
) -> bytes:
    """Return the file, with the bleed.

    output_profile: SHA-256 of the ICC profile of a press, "" for sRGB with straight alpha. most: pixels.
    Raises what `raster.flat.flat` and `gamut.press_of` raise.
    """
    if not output_profile:
        return vips.tiff(flat(surface, library, dpi, most), dpi=dpi, profile=srgb_profile())
    inks = inks_of(output_profile, library)
    pixels = _separated(surface, library, dpi, inks, most)
    is_cmyk = inks.profile.space == "CMYK"
    profile = artwork(library, output_profile)
    return vips.tiff(pixels, dpi=dpi, profile=profile, is_cmyk=is_cmyk)


def _separated(surface: Surface, library: Library, dpi: int, inks: Inks, most: int) -> vips.Pixels:
    """Return the inks (h, w, channels), 0 to 255, of a surface on paper."""
    black = [_is_black(item, inks) for item in surface.items]
    drawn = flat(_inked(surface, black, _BLACK), library, dpi, most)
    bare = flat(_inked(surface, black, _WHITE), library, dpi, most) if any(black) else None
    channels = inks.profile.channels
    # Of a sheet there is no room for another picture: four inks take the place of what they are told from.
    in_place = channels == drawn.shape[2]
    made = drawn if in_place else np.empty((*drawn.shape[:2], channels), np.uint8)
    paper = inks.of_pixels(np.full((1, 1, 3), 255, np.uint8))
    for top in range(0, len(drawn), _ROWS_AT_ONCE):
        rows = slice(top, top + _ROWS_AT_ONCE)
        seen = drawn[rows, :, 3] > 0
        pictures = [one[rows][seen] for one in (drawn, bare) if one is not None]
        # Drawings have long runs of one colour: each is looked up once.
        starts = _run_starts(pictures)
        pixels, *under = (on_white(one[starts][None]) for one in pictures)
        found = _with_black(pixels, under[0], inks) if under else inks.of_pixels(pixels)
        made[rows] = paper
        made[rows][seen] = np.repeat(found[0], np.diff(starts, append=len(pictures[0])), axis=0)
    return made


def _run_starts(pictures: list[vips.Pixels]) -> NDArray[np.intp]:
    """Return where a run of pixels begins that are alike in each of some pictures, (n, 4)."""
    words = [np.ascontiguousarray(one).view(np.uint32)[:, 0] for one in pictures]
    new = np.ones(len(words[0]), np.bool_)
    new[1:] = np.logical_or.reduce([one[1:] != one[:-1] for one in words])
    return np.flatnonzero(new)


def _with_black(pixels: vips.Pixels, bare: vips.Pixels, inks: Inks) -> vips.Pixels:
    """Return the inks of rows (h, w, 3) with their black in black ink. bare: with white in its place."""
    covered = (bare.astype(np.int32) - pixels).max(axis=2, keepdims=True).clip(0, 255)
    rest = 255 - covered
    # What is beside the black in a pixel; of what it covers wholly nothing is left to be told.
    beside = (pixels.astype(np.int32) * 255 + rest // 2) // np.maximum(rest, 1)
    under = np.where(rest > 0, beside.clip(0, 255), 255).astype(np.uint8)
    shares: NDArray[np.int32] = inks.of_pixels(under).astype(np.int32) * rest
    shares[..., 3] += 255 * covered[..., 0]
    return ((shares + 127) // 255).astype(np.uint8)


def _is_black(item: Item, inks: Inks) -> bool:
    plain = item.image is None and item.gradient is None and not separation(item)
    return plain and inks.is_black(item.ink.rgb)


def _inked(surface: Surface, which: list[bool], rgb: tuple[int, int, int]) -> Surface:
    """Return a surface with some of its items in another colour."""
    items = (
        replace(item, ink=replace(item.ink, rgb=rgb)) if chosen else item
        for item, chosen in zip(surface.items, which, strict=True)
    )
    return replace(surface, items=tuple(items))
