"""Turns an uploaded JPEG, PNG or WebP into the one form that is kept: upright 8-bit sRGB PNG.

The header is judged before libvips sees the file. PNG is taken apart and only the chunks that
make the picture reach the decoder, so nothing can hide in the others.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from render_core import vips
from render_core.errors import RefusedFile
from render_core.imaging.kept_png import kept_png
from render_core.intake.display import display_copy
from render_core.intake.facts import NormalisedImage
from render_core.intake.image_headers import read_header
from render_core.intake.limits import MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS, MIB

_OPAQUE: Final = 255
# What libvips, browsers and editors write where nobody said anything: no declaration.
_PLACEHOLDER_DPI: Final = (25, 72)


def normalise_image(data: bytes, *, display: bool = False) -> NormalisedImage:
    """Return the picture as it is kept; RefusedFile if it is broken, too large or another type.

    display: whether to make the copy for screens as well.
    """
    if len(data) > MAX_IMAGE_BYTES:
        raise RefusedFile(
            "PICTURE_TOO_LARGE",
            f"This picture has {len(data) / MIB:.1f} MiB; at most {MAX_IMAGE_BYTES // MIB} are "
            "taken. Save it smaller and upload it again.",
        )
    header = read_header(data)
    image = vips.load(header.body, max_pixels=MAX_IMAGE_PIXELS)
    pixels, had_alpha = _without_opaque_alpha(vips.to_pixels(_upright(image)))
    png = kept_png(pixels)
    return NormalisedImage(
        png=png,
        sha256=hashlib.sha256(png).hexdigest(),
        width_px=pixels.shape[1],
        height_px=pixels.shape[0],
        had_alpha=had_alpha,
        dpi=_declared_dpi(image),
        source_format=header.format,
        had_profile=vips.has_profile(image),
        display=display_copy(pixels, len(png)) if display else None,
    )


def _upright(image: Any) -> Any:
    """Apply the orientation of the camera; JPEG comes upright from its loader."""
    return image.autorot() if image.get_typeof("orientation") else image


def _without_opaque_alpha(pixels: vips.Pixels) -> tuple[vips.Pixels, bool]:
    """Drop an alpha channel that hides nothing."""
    if pixels.shape[2] < 4:
        return pixels, False
    if int(pixels[:, :, 3].min()) == _OPAQUE:
        return pixels[:, :, :3].copy(), False
    return pixels, True


def _declared_dpi(image: Any) -> int:
    dpi = round(float(image.xres) * vips.MM_PER_INCH)
    return 0 if dpi in _PLACEHOLDER_DPI else dpi
