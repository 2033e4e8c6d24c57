"""The door to libvips: formats, limits and settings."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
import pyvips
from PIL import Image

from render_core import vips
from render_core.colour import srgb_profile
from render_core.errors import RefusedFile

PIXELS = np.random.default_rng(7).integers(0, 256, (20, 30, 4), dtype=np.uint8)


def saved(kind: str, mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(PIXELS[..., :3]).convert(mode).save(out, kind, **options)
    return out.getvalue()


def test_png_loses_nothing() -> None:
    assert np.array_equal(vips.to_pixels(vips.load(vips.png(PIXELS))), PIXELS)


def test_lossless_webp_loses_nothing() -> None:
    opaque = np.ascontiguousarray(PIXELS[..., :3])
    data = vips.webp(opaque, lossless=True)
    assert np.array_equal(vips.to_pixels(vips.load(data)), opaque)


@pytest.mark.parametrize(
    ("mode", "bands"),
    [("RGB", 3), ("L", 3), ("P", 3), ("1", 3), ("LA", 4), ("RGBA", 4), ("I;16", 3)],
)
def test_every_kind_of_png_becomes_eight_bit_srgb(mode: str, bands: int) -> None:
    if mode == "I;16":
        out = io.BytesIO()
        Image.fromarray(PIXELS[..., 0].astype(np.uint16) * 257).save(out, "PNG")
        data = out.getvalue()
    else:
        data = saved("PNG", mode)
    pixels = vips.to_pixels(vips.load(data))
    assert pixels.shape == (20, 30, bands)
    assert pixels.dtype == np.uint8


def test_a_cmyk_jpeg_becomes_srgb() -> None:
    assert vips.to_pixels(vips.load(saved("JPEG", "CMYK"))).shape == (20, 30, 3)


def test_an_embedded_profile_is_applied() -> None:
    """A profile that swaps nothing leaves the colours; ours must be understood as sRGB."""
    data = saved("PNG", icc_profile=srgb_profile())
    seen = vips.to_pixels(vips.load(data)).astype(int)
    assert np.abs(seen - PIXELS[..., :3]).max() <= 1


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", b"%PDF-1.4", b"II*\0", b"BM"])
def test_other_formats_are_refused_by_their_first_bytes(data: bytes) -> None:
    with pytest.raises(RefusedFile) as refused:
        vips.load(data)
    assert refused.value.reason == "PICTURE_FORMAT"


def test_a_cut_off_picture_is_refused() -> None:
    data = vips.png(PIXELS)
    with pytest.raises(RefusedFile) as refused:
        vips.to_pixels(vips.load(data[: len(data) // 2]))
    assert refused.value.reason == "PICTURE_BROKEN"


def header_only_png(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and has one byte of data."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0")),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("size", [(30_000, 30_000), (30_001, 1), (1, 40_000), (8_000, 8_000)])
def test_a_picture_with_too_many_pixels_is_refused_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(RefusedFile) as refused:
        vips.load(header_only_png(*size))
    assert refused.value.reason == "PICTURE_TOO_LARGE"


def test_an_animation_is_refused() -> None:
    frames = [Image.fromarray(PIXELS[..., :3]), Image.fromarray(PIXELS[::-1, :, :3])]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(RefusedFile) as refused:
        vips.load(out.getvalue())
    assert refused.value.reason == "PICTURE_ANIMATED"


def test_the_operation_cache_is_off_and_untrusted_loaders_are_blocked() -> None:
    assert pyvips.cache_get_max() == 0
    with pytest.raises(pyvips.Error, match="blocked"):
        pyvips.Image.svgload_buffer(
            b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
        )


def test_an_affine_map_by_whole_pixels_only_moves() -> None:
    moved = vips.affine(PIXELS, (1, 0, 0, 1, 5, 7), (5, 7, 30, 20))
    assert np.abs(moved.astype(int) - PIXELS)[PIXELS[..., 3] == 255].max(initial=0) <= 1
    assert np.array_equal(moved[..., 3], PIXELS[..., 3])


def test_beside_a_mapped_picture_there_is_nothing() -> None:
    mapped = vips.affine(PIXELS, (1, 0, 0, 1, 5, 7), (0, 0, 60, 60))
    assert not mapped[:7].any()
    assert not mapped[:, 36:].any()
