"""Pictures that are not what a page would like: each is repaired as documented, or refused by name."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from render_core.errors import RefusedFile
from render_core.intake.images import normalise_image
from tests.profiles import changed, cmyk_profile, grey_profile, rgb_profile
from tests.render_core.intake import making

GARBAGE = b"no profile at all" * 20
DAMAGED = changed(rgb_profile(), 200, b"\xff" * 200)
RED = (200, 90, 30)


def saved(mode: str, form: str, **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), RED).convert(mode).save(out, form, quality=100, **options)
    return out.getvalue()


def colour(data: bytes) -> tuple[int, ...]:
    return tuple(making.pixels(normalise_image(data).png)[15, 20].tolist())


def near(first: tuple[int, ...], second: tuple[int, ...], within: int = 4) -> bool:
    return all(abs(a - b) <= within for a, b in zip(first, second, strict=True))


def sixteen_bits(*values: int, profile: bytes = b"") -> bytes:
    """Return a PNG of 16 bits a channel: grey, grey and alpha, RGB or RGBA by how many there are."""
    row = b"\0" + struct.pack(f">{len(values)}H", *values) * 40
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 40, 30, 16, (0, 4, 2, 6)[len(values) - 1], 0, 0, 0))
    ]
    if profile:
        chunks.append((b"iCCP", b"x\0\0" + zlib.compress(profile)))
    chunks += [(b"IDAT", zlib.compress(row * 30)), (b"IEND", b"")]
    body = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


@pytest.mark.parametrize("profile", [b"", rgb_profile(), GARBAGE])
def test_of_sixteen_bits_the_upper_eight_are_kept(profile: bytes) -> None:
    red, green, blue = (value * 257 for value in RED)
    assert near(colour(sixteen_bits(red, green, blue, profile=profile)), RED, 1)
    half = colour(sixteen_bits(red, green, blue, 0x8080, profile=profile))
    assert near(half, (*RED, 128), 1)


def test_grey_of_sixteen_bits_is_grey() -> None:
    assert colour(sixteen_bits(0x8080)) == (128, 128, 128)
    assert colour(sixteen_bits(0x8080, 0x4040)) == (128, 128, 128, 64)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("profile", [GARBAGE, DAMAGED, rgb_profile()[:300], cmyk_profile()])
def test_a_profile_that_is_broken_or_of_other_pixels_is_left_out(form: str, profile: bytes) -> None:
    assert near(colour(saved("RGB", form, icc_profile=profile)), RED)


def test_cmyk_is_seen_through_its_own_profile() -> None:
    data = saved("CMYK", "JPEG", icc_profile=cmyk_profile())
    own: Any = ImageCms.ImageCmsProfile(BytesIO(cmyk_profile()))
    screen: Any = ImageCms.createProfile("sRGB")
    seen: Any = ImageCms.profileToProfile(
        Image.open(BytesIO(data)), own, screen, ImageCms.Intent.RELATIVE_COLORIMETRIC, "RGB"
    )
    assert near(colour(data), seen.getpixel((20, 15)), 6)
    assert normalise_image(data).had_profile


@pytest.mark.parametrize("profile", [b"", GARBAGE, rgb_profile()])
def test_cmyk_without_a_usable_profile_goes_through_a_common_press(profile: bytes) -> None:
    red, green, blue = colour(saved("CMYK", "JPEG", icc_profile=profile or None))
    assert red > green + 20 > blue
    assert normalise_image(saved("CMYK", "JPEG")).had_profile is False


@pytest.mark.parametrize("profile", [b"", rgb_profile(), GARBAGE])
def test_grey_stays_grey(profile: bytes) -> None:
    for mode, form in (("L", "JPEG"), ("L", "PNG"), ("LA", "PNG")):
        red, green, blue, *_ = colour(saved(mode, form, icc_profile=profile or None))
        assert red == green == blue
        assert abs(red - 116) <= 3


def test_grey_goes_through_its_profile_also_beside_transparency() -> None:
    grey = Image.new("LA", (40, 30), (128, 100))
    out = BytesIO()
    grey.save(out, "PNG", icc_profile=grey_profile(1.0))
    red, green, blue, alpha = colour(out.getvalue())
    assert red == green == blue
    assert abs(red - 188) <= 2  # Half of the light.
    assert alpha == 100


def test_a_palette_keeps_its_colours_and_the_one_that_is_transparent() -> None:
    picture = Image.new("P", (40, 30), 1)
    picture.putpalette([0, 0, 0, *RED])
    picture.paste(0, (0, 0, 20, 30))
    out = BytesIO()
    picture.save(out, "PNG", transparency=0)
    pixels = making.pixels(normalise_image(out.getvalue()).png)
    assert pixels[15, 5, 3] == 0
    assert tuple(pixels[15, 30].tolist()) == (*RED, 255)


@pytest.mark.parametrize("orientation", [0, 9, 255])
def test_an_orientation_that_does_not_exist_is_no_orientation(orientation: int) -> None:
    image = normalise_image(making.turned_picture("JPEG", orientation))
    assert (image.width_px, image.height_px) == (40, 30)


@pytest.mark.parametrize("orientation", [2, 4, 5, 7])
def test_mirrored_photos_are_set_right(orientation: int) -> None:
    data = making.turned_picture("JPEG", orientation)
    upright = Image.open(BytesIO(data))
    wanted = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        7: Image.Transpose.TRANSVERSE,
    }[orientation]
    expected = np.asarray(upright.transpose(wanted)).astype(int)
    assert np.abs(making.pixels(normalise_image(data).png).astype(int) - expected).max() <= 3


def refusal(data: bytes) -> RefusedFile:
    with pytest.raises(RefusedFile) as refused:
        normalise_image(data)
    return refused.value


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"\0\0\0\x18ftypheic", "HEIC photo"),
        (b"\0\0\0\x18ftypmif1", "HEIC photo"),
        (b"\0\0\0\x18ftypavif", "an AVIF picture"),
        (b"GIF89a", "a GIF picture"),
        (b"II*\0\x10\0\0\0CR", "a TIFF or raw picture"),
        (b"MM\0*", "a TIFF or raw picture"),
        (b"BM", "a BMP picture"),
        (b"8BPS", "a Photoshop picture"),
        (b"\xff\x0a", "a JPEG XL picture"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
        (b"%PDF-1.4", "not a JPEG, PNG or WebP"),
    ],
)
def test_pictures_of_other_kinds_are_named_with_the_way_out(start: bytes, said: str) -> None:
    refused = refusal(start + bytes(300))
    assert refused.reason == "PICTURE_FORMAT"
    assert said in refused.message
    assert "JPEG" in refused.message


@pytest.mark.parametrize(("width", "height"), [(50_000, 10), (10, 50_000), (50_000, 50_000)])
def test_fifty_thousand_pixels_a_side_are_refused_before_one_is_decoded(
    width: int, height: int
) -> None:
    assert refusal(making.png_of_size(width, height)).reason == "PICTURE_TOO_LARGE"


def test_a_progressive_photo_is_read_and_one_of_endless_passes_is_not() -> None:
    data = saved("RGB", "JPEG", progressive=True)
    assert near(colour(data), RED)
    scan = data.index(b"\xff\xda")
    passes = data[scan : data.index(b"\xff", scan + 20)]
    assert refusal(data[:scan] + passes * 100 + data[scan:]).reason == "PICTURE_TOO_COMPLEX"


def test_a_progressive_jpeg_too_large_to_be_held_is_refused_by_its_header() -> None:
    assert refusal(making.progressive_of_size(7000, 7000)).reason == "PICTURE_TOO_COMPLEX"
    assert normalise_image(making.progressive_of_size(64, 64)).width_px == 64
