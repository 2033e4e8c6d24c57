"""Pictures in the form that production files carry."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

from render_core import vips


class Embedded(NamedTuple):
    """A picture for a data URI. media_type: "image/png" or "image/jpeg"."""

    media_type: str
    data: bytes


class Deflated(NamedTuple):
    """One plane of a picture, compressed as in PNG: zlib over rows with PNG predictors.

    That is what PDF calls FlateDecode with predictor 15, so it goes in as it is. It comes from the
    pinned libvips and not from Python's zlib, whose bytes differ between machines.
    """

    width: int
    height: int
    bands: int
    data: bytes


def embeddable(data: bytes) -> Embedded:
    """Return a picture as PNG or JPEG, which SVG readers of workshops know; WebP becomes PNG."""
    kind = vips.media_type(data)
    if kind in ("image/png", "image/jpeg"):
        return Embedded(kind, data)
    return Embedded("image/png", vips.png(vips.to_pixels(vips.load(data)), photographic=True))


def deflated_planes(
    data: bytes, inks: Callable[[vips.Pixels], vips.Pixels] | None = None
) -> tuple[Deflated, Deflated | None]:
    """Return the colours (3 bands) and, where anything is see-through, the alpha (1 band).

    inks: what becomes of the colours (h, w, 3), in up to four bands. A PNG of four bands is all the
    same to the compressor, whatever they stand for.
    """
    image = vips.load(data)
    pixels = vips.to_pixels(vips.with_alpha(image))
    colours = pixels[..., :3] if inks is None else inks(pixels[..., :3])
    colour = _deflated(vips.png(colours, photographic=True), colours.shape[2])
    if (pixels[..., 3] == 255).all():
        return colour, None
    return colour, _deflated(vips.png(pixels[..., 3:]), 1)


def _deflated(png: bytes, bands: int) -> Deflated:
    """Take the compressed rows out of a PNG (its IDAT chunks; PNG 3, 11.2.3)."""
    width, height = struct.unpack_from(">II", png, 16)
    rows, at = [], 8
    while at < len(png):
        (size,) = struct.unpack_from(">I", png, at)
        if png[at + 4 : at + 8] == b"IDAT":
            rows.append(png[at + 8 : at + 8 + size])
        at += size + 12
    return Deflated(width, height, bands, b"".join(rows))
