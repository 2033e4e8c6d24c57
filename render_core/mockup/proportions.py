"""How tall a preview may be; apart, because whoever only judges templates needs no libvips."""

from __future__ import annotations

from typing import Final

# Times the width: what is taller would be megapixels that nobody looks at.
MAX_TALL: Final = 4


def is_too_tall(width_px: int, height_px: int) -> bool:
    """Return whether a photo of this size is refused as a view."""
    return height_px > MAX_TALL * width_px


def has_other_proportions(photo_px: tuple[int, int], width_px: int, height_px: int) -> bool:
    """Return whether a grey picture is no scaled copy of a photo's area, but for less than a pixel."""
    photo_width, photo_height = photo_px
    return abs(width_px * photo_height - height_px * photo_width) >= max(photo_px)
