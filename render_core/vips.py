"""libvips, behind one door: the only module that imports pyvips.

Set here, once for the process: no operation cache (it keys by path and keeps pixels of strangers),
a small fixed number of threads (output bytes do not depend on it), no untrusted loaders, and
nothing decoded to temporary files (a large photo would be; the reader of uploads may write none).
Pictures come from buffers only, by the loader their first bytes name, and their header is checked
before a pixel is decoded, because libvips has no pixel limit of its own.

libvips starts threads, so a process that imports this module must be spawned, not forked.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from threading import Lock
from typing import Any, Final, cast

import numpy as np
import pyvips
from numpy.typing import NDArray

from render_core.errors import RefusedFile

Image = Any  # A pyvips.Image; the package ships no types.
Pixels = NDArray[np.uint8]
Light = NDArray[np.uint16]  # Linear light, 65535 is white.

MAX_PIXELS: Final = 60_000_000
MAX_SIDE_PX: Final = 30_000
MAX_WEBP_SIDE_PX: Final = 16_383
THREADS: Final = 2

MM_PER_INCH: Final = 25.4

os.environ["VIPS_DISC_THRESHOLD"] = "4g"  # Read by libvips when it first decodes.
pyvips.cache_set_max(0)
pyvips.concurrency_set(THREADS)
pyvips.block_untrusted_set(True)
_ONE_THREAD: Final = Lock()


def media_type(data: bytes) -> str:
    """Return "image/png", "image/jpeg" or "image/webp" by the first bytes, or "" for others."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return ""


def load(data: bytes, *, max_pixels: int = MAX_PIXELS) -> Image:
    """Open a PNG, JPEG or WebP as 8-bit sRGB, 3 bands or 4 with straight alpha.

    An embedded profile is applied; a picture without one, or with one that does not fit its pixels or
    cannot be read, is taken for sRGB (or grey, or CMYK). Of 16 bits the upper eight count.

    Only the header is read now; a broken body raises RefusedFile from `to_pixels`.
    Raises RefusedFile (PICTURE_FORMAT, PICTURE_BROKEN, PICTURE_TOO_LARGE, PICTURE_ANIMATED).
    """
    image = _open(data)
    _check_header(image, max_pixels)
    had_profile = has_profile(image)
    try:
        if had_profile:
            image = image.icc_transform("srgb", embedded=True, intent="relative", depth=8)
        if image.interpretation != "srgb" or image.format != "uchar":
            image = image.colourspace("srgb")
        if image.format != "uchar":
            image = image.cast("uchar")
    except pyvips.Error as error:
        raise _broken() from error
    if has_profile(image) and not had_profile:  # One of libvips, which CMYK went through.
        image = image.copy()
        image.remove("icc-profile-data")
    return image


def has_profile(image: Image) -> bool:
    """Return whether the file of an opened picture brought a colour profile."""
    return bool(image.get_typeof("icc-profile-data"))


def to_pixels(image: Image) -> Pixels:
    """Decode into an array (h, w, bands) of uint8; raises RefusedFile (PICTURE_BROKEN)."""
    try:
        memory = image.write_to_memory()
    except pyvips.Error as error:
        raise _broken() from error
    pixels = np.frombuffer(memory, dtype=np.uint8)
    return pixels.reshape(image.height, image.width, image.bands)


def from_pixels(pixels: Pixels) -> Image:
    """Wrap an array (h, w, 1–4) of uint8 without copying it; it must not change afterwards."""
    height, width, bands = pixels.shape
    data = np.ascontiguousarray(pixels).reshape(-1)
    image = pyvips.Image.new_from_memory(data.data, width, height, bands, "uchar")
    return image.copy(interpretation="b-w" if bands < 3 else "srgb")


def with_alpha(image: Image) -> Image:
    """Return the image with an alpha band, opaque where it had none."""
    return image if image.hasalpha() else image.bandjoin(255)


def flatten(image: Image) -> Image:
    """Return the image without its alpha band, laid over white."""
    return image.flatten(background=[255, 255, 255]) if image.hasalpha() else image


def resize(pixels: Pixels, width: int, height: int) -> Pixels:
    """Resample (h, w, 3 or 4) to (height, width, same); alpha weighs the colours.

    Lanczos 3 where it shrinks, cubic where it grows; no effect at the same size.
    """
    if pixels.shape[:2] == (height, width):
        return pixels
    image = from_pixels(pixels)
    alpha = pixels.shape[2] == 4
    if alpha:
        image = image.premultiply()
    image = image.resize(width / image.width, vscale=height / image.height)
    if alpha:
        image = image.unpremultiply()
    image = image.rint().cast("uchar") if alpha else image
    if (image.width, image.height) != (width, height):
        image = image.crop(0, 0, min(width, image.width), min(height, image.height))
        image = image.embed(0, 0, width, height, extend="copy")
    return to_pixels(image)


def affine(pixels: Pixels, matrix: tuple[float, float, float, float, float, float],
           window: tuple[int, int, int, int]) -> Pixels:  # fmt: skip
    """Map an RGBA picture into a window of another pixel grid, bilinearly; outside is transparent.

    pixels: (h, w, 4) straight alpha. matrix: (a, b, c, d, tx, ty) with x = a·u + c·v + tx and
    y = b·u + d·v + ty, where u, v are source pixels, edges (not centres) at whole numbers.
    window: left, top, width, height in the target grid. Returns (height, width, 4).
    """
    a, b, c, d, tx, ty = matrix
    left, top, width, height = window
    image = from_pixels(pixels).premultiply()
    # libvips counts pixel centres as whole numbers: half a pixel in and half a pixel out.
    centre_x = tx + (a + c) / 2 - 0.5
    centre_y = ty + (b + d) / 2 - 0.5
    image = image.affine(
        [a, c, b, d],
        odx=centre_x,
        ody=centre_y,
        oarea=[left, top, width, height],
        interpolate=pyvips.Interpolate.new("bilinear"),
        extend="background",
        background=[0, 0, 0, 0],
        premultiplied=True,
    )
    return to_pixels(image.unpremultiply().rint().cast("uchar"))


def resize_light(light: Light, width: int, height: int) -> Light:
    """Resample (h, w, 4) of uint16, premultiplied, to (height, width, 4).

    A triangle where it shrinks: lobes below zero, as Lanczos has, are dark rims in linear light.
    """
    if light.shape[:2] == (height, width):
        return light
    image = _from_light(light)
    image = image.resize(width / image.width, vscale=height / image.height, kernel="linear")
    if (image.width, image.height) != (width, height):
        image = image.crop(0, 0, min(width, image.width), min(height, image.height))
        image = image.embed(0, 0, width, height, extend="copy")
    return _to_light(image)


def _from_light(light: Light) -> Image:
    height, width, bands = light.shape
    data = np.ascontiguousarray(light).reshape(-1)
    return pyvips.Image.new_from_memory(data.data, width, height, bands, "ushort")


def _to_light(image: Image) -> Light:
    light = np.frombuffer(image.write_to_memory(), dtype=np.uint16)
    return light.reshape(image.height, image.width, image.bands)


def png(
    pixels: Pixels, *, dpi: float = 0, profile: bytes = b"", photographic: bool = False
) -> bytes:
    """Encode (h, w, 1–4) as PNG without a date.

    dpi: 0 for none. profile: ICC, or empty. photographic: tell each row from the one above, which makes
    photos smaller and flat artwork larger. (To choose a predictor for each row takes twice as long
    and makes product photos no smaller.)
    """
    image = from_pixels(pixels)
    if dpi:
        image = image.copy(xres=dpi / MM_PER_INCH, yres=dpi / MM_PER_INCH)
    keep = "none"
    if profile:
        image = image.copy()
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
        keep = "icc"
    filters = "up" if photographic else "none"
    return cast(bytes, image.pngsave_buffer(compression=6, filter=filters, keep=keep))


def tiff(pixels: Pixels, *, dpi: float, profile: bytes, is_cmyk: bool = False) -> bytes:
    """Encode (h, w, 1–4) as TIFF, deflated, with a profile and a density, without a date.

    is_cmyk: four bands are inks; else the fourth is straight alpha.
    """
    image = from_pixels(pixels)
    density = dpi / MM_PER_INCH
    image = image.copy(
        xres=density, yres=density, interpretation="cmyk" if is_cmyk else image.interpretation
    )
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    data = image.tiffsave_buffer(
        compression="deflate", predictor="horizontal", resunit="inch", keep="icc"
    )
    return cast(bytes, data)


def webp(pixels: Pixels, *, quality: int = 86, effort: int = 1, lossless: bool = False) -> bytes:
    """Encode (h, w, 3 or 4) as WebP without metadata."""
    image = from_pixels(pixels)
    data = image.webpsave_buffer(Q=quality, effort=effort, lossless=lossless, keep="none")
    return cast(bytes, data)


def screen_webp(pixels: Pixels) -> bytes:
    """Encode a photo, (h, w, 3 or 4), as WebP that somebody waits for: a fifth sooner, 3 to 17 % larger.

    Not for pictures before an even ground, which would be half as large again.
    """
    return webp(pixels, effort=0)


def jpeg(pixels: Pixels, *, quality: int, whole_chroma: bool = True) -> bytes:
    """Encode (h, w, 3) as baseline JPEG without metadata, its chroma whole or of half the size."""
    image = from_pixels(pixels)
    mode = "off" if whole_chroma else "on"
    data = image.jpegsave_buffer(Q=quality, optimize_coding=True, subsample_mode=mode, keep="none")
    return cast(bytes, data)


def photo_jpeg(pixels: Pixels, *, quality: int = 86) -> bytes:
    """Encode (h, w, 3) as progressive JPEG for a page, packed as small as MozJPEG can.

    Chroma stays whole: letters in colour keep their edges.
    """
    data = from_pixels(pixels).jpegsave_buffer(
        Q=quality,
        subsample_mode="off",
        interlace=True,
        optimize_scans=True,
        trellis_quant=True,
        overshoot_deringing=True,
        quant_table=3,
        keep="none",
    )
    return cast(bytes, data)


def avif(pixels: Pixels, *, quality: int = 70) -> bytes:
    """Encode (h, w, 3 or 4) as AVIF with whole chroma and without metadata.

    The encoder cuts a picture by the threads it has, so it gets one: otherwise bytes would differ.
    """
    image = from_pixels(pixels)
    with _ONE_THREAD:
        before = pyvips.concurrency_get()
        pyvips.concurrency_set(1)
        try:
            data = image.heifsave_buffer(
                compression="av1", Q=quality, effort=1, subsample_mode="off", keep="none"
            )
        finally:
            pyvips.concurrency_set(before)
    return cast(bytes, data)


def animated_webp(frames: Sequence[Pixels], *, delay_ms: int, quality: int = 82) -> bytes:
    """Encode pictures (h, w, 4) of one size as a WebP that repeats for ever, without metadata."""
    height = frames[0].shape[0]
    strip = from_pixels(np.concatenate(frames)).copy()
    strip.set_type(pyvips.GValue.gint_type, "page-height", height)
    strip.set_type(pyvips.GValue.array_int_type, "delay", [delay_ms] * len(frames))
    strip.set_type(pyvips.GValue.gint_type, "loop", 0)
    data = strip.webpsave_buffer(Q=quality, effort=1, keep="none")
    return cast(bytes, data)


def _open(data: bytes) -> Image:
    kind = media_type(data)
    if not kind:
        raise RefusedFile("PICTURE_FORMAT", "This is not a PNG, JPEG or WebP picture.")
    try:
        if kind == "image/png":
            return pyvips.Image.pngload_buffer(data, fail_on="error")
        if kind == "image/jpeg":
            return pyvips.Image.jpegload_buffer(data, fail_on="error", autorotate=True)
        return pyvips.Image.webpload_buffer(data, fail_on="error")
    except pyvips.Error as error:
        raise _broken() from error


def _check_header(image: Image, max_pixels: int) -> None:
    if max(image.width, image.height) > MAX_SIDE_PX or image.width * image.height > max_pixels:
        raise RefusedFile(
            "PICTURE_TOO_LARGE",
            f"The picture has {image.width} × {image.height} pixels; at most {max_pixels:,} "
            "are taken. Make it smaller and upload it again.",
        )
    if image.get_n_pages() > 1:
        raise RefusedFile("PICTURE_ANIMATED", "The picture is animated. Upload a still one.")


def _broken() -> RefusedFile:
    return RefusedFile("PICTURE_BROKEN", "The picture is damaged. Save it again and upload that.")
