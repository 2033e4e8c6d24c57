"""What becomes of a picture, and which pictures are refused."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from render_core.errors import RefusedFile
from render_core.intake.images import normalise_image
from tests.render_core.intake import making


def refusal(data: bytes) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        normalise_image(data)
    assert caught.value.message.endswith(".")
    return caught.value


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_each_format_becomes_the_same_kind_of_png(form: str) -> None:
    image = normalise_image(making.picture(form))
    assert image.source_format == form.lower()
    assert (image.width_px, image.height_px, image.had_alpha) == (40, 30, False)
    red, blue = making.pixels(image.png)[15, 5], making.pixels(image.png)[15, 35]
    assert abs(red.astype(int) - (200, 30, 20)).max() < 12
    assert abs(blue.astype(int) - (20, 40, 190)).max() < 12


def test_the_same_file_gives_the_same_bytes() -> None:
    data = making.picture("JPEG")
    assert normalise_image(data).png == normalise_image(data).png


def test_normalising_twice_changes_nothing() -> None:
    once = normalise_image(making.picture("JPEG"))
    assert normalise_image(once.png).png == once.png


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "I;16", "RGBA", "CMYK"])
def test_every_pixel_type_becomes_eight_bit_rgb(mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    if mode == "I;16":
        from PIL import Image

        out = making.BytesIO()
        Image.new("I;16", (40, 30), 30_000).save(out, form)
        data = out.getvalue()
    else:
        data = making.picture(form, mode=mode)
    shape = making.pixels(normalise_image(data).png).shape
    assert shape == (30, 40, 3)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_the_cameras_orientation_is_applied(form: str, orientation: int) -> None:
    image = normalise_image(making.turned_picture(form, orientation))
    upright = (40, 30) if orientation == 3 else (30, 40)
    assert (image.width_px, image.height_px) == upright
    pixels = making.pixels(image.png).astype(int)
    red = pixels[{3: (15, 35), 6: (5, 15), 8: (35, 15)}[orientation]]
    assert abs(red - (200, 30, 20)).max() < 12


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_metadata_does_not_survive(form: str) -> None:
    png = normalise_image(making.turned_picture(form, 1)).png
    assert b"Secret" not in png
    assert b"eXIf" not in png


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_an_embedded_profile_is_applied(form: str) -> None:
    image = normalise_image(making.picture(form, icc_profile=making.swapped_profile()))
    red_side = making.pixels(image.png)[15, 5]
    assert image.had_profile
    assert red_side[2] > red_side[0]
    assert b"iCCP" not in image.png


def test_transparency_is_kept_where_there_is_some() -> None:
    from PIL import Image

    out = making.BytesIO()
    Image.new("RGBA", (8, 8), (10, 200, 30, 128)).save(out, "PNG")
    image = normalise_image(out.getvalue())
    assert image.had_alpha
    assert making.pixels(image.png)[4, 4].tolist() == [10, 200, 30, 128]


def test_an_alpha_channel_that_hides_nothing_is_dropped() -> None:
    image = normalise_image(making.picture("PNG", mode="RGBA"))
    assert not image.had_alpha
    assert making.pixels(image.png).shape[2] == 3


def test_a_declared_resolution_is_told_and_a_placeholder_is_not() -> None:
    assert normalise_image(making.picture("JPEG", dpi=(300, 300))).dpi == 300
    assert normalise_image(making.picture("PNG", dpi=(240, 240))).dpi == 240
    assert normalise_image(making.picture("JPEG", dpi=(72, 72))).dpi == 0
    assert normalise_image(making.picture("WEBP")).dpi == 0


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a" + bytes(50), b"<svg/>", b"BM" + bytes(90), b"PK\3\4" + bytes(90)],
    ids=["nothing", "gif", "svg", "bmp", "zip"],
)
def test_other_formats_are_refused(data: bytes) -> None:
    assert refusal(data).reason == "PICTURE_FORMAT"


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (16_001, 10), (9_000, 9_000)])
def test_too_many_pixels_are_refused_by_the_header(width: int, height: int) -> None:
    assert refusal(making.png_of_size(width, height)).reason == "PICTURE_TOO_LARGE"


def test_a_large_jpeg_and_webp_are_refused_by_their_headers() -> None:
    jpeg = bytearray(making.picture("JPEG"))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = struct.pack(">HH", 30_000, 30_000)
    assert refusal(bytes(jpeg)).reason == "PICTURE_TOO_LARGE"
    canvas = (29_999).to_bytes(3, "little") * 2
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + canvas
    assert refusal(b"RIFF" + struct.pack("<I", len(body)) + body).reason == "PICTURE_TOO_LARGE"


def test_no_pixels_are_refused() -> None:
    assert refusal(making.png_of_size(0, 10)).reason == "PICTURE_BROKEN"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_truncated_picture_is_refused(form: str, share: float) -> None:
    whole = making.picture(form, size=(400, 300))
    assert refusal(whole[: int(len(whole) * share)]).reason == "PICTURE_BROKEN"


def test_a_header_without_its_pixels_is_refused() -> None:
    assert refusal(making.png_of_size(100, 100, zlib.compress(bytes(50)))).reason == (
        "PICTURE_BROKEN"
    )


def test_animations_are_refused() -> None:
    from PIL import Image

    frames = [Image.new("RGB", (8, 8), (index * 90, 0, 0)) for index in range(3)]
    for form in ("PNG", "WEBP"):
        out = making.BytesIO()
        frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
        assert refusal(out.getvalue()).reason == "PICTURE_ANIMATED"


def test_text_chunks_never_reach_the_decoder() -> None:
    plain = making.picture("PNG")
    bomb = b"Comment\0\0" + zlib.compress(bytes(100 << 20))
    assert normalise_image(making.with_chunk(plain, b"zTXt", bomb)).png == (
        normalise_image(plain).png
    )


def test_a_profile_that_unpacks_without_end_is_refused() -> None:
    bomb = b"x\0\0" + zlib.compress(bytes(100 << 20))
    data = making.with_chunk(making.picture("PNG"), b"iCCP", bomb)
    assert refusal(data).reason == "PICTURE_PROFILE_TOO_LARGE"


def test_what_follows_the_picture_does_not_survive() -> None:
    for form in ("PNG", "JPEG"):
        image = normalise_image(making.picture(form) + b"PK\3\4<script>alert(1)</script>")
        assert b"script" not in image.png


def test_a_jpeg_of_many_passes_is_refused() -> None:
    data = making.picture("JPEG") + b"\xff\xda" * 100
    assert refusal(data).reason == "PICTURE_TOO_COMPLEX"


def test_noise_after_a_good_head_is_a_broken_picture() -> None:
    rng = np.random.default_rng(5)
    for form in ("PNG", "WEBP"):
        data = bytearray(making.picture(form, size=(200, 200)))
        data[60:] = rng.bytes(len(data) - 60)
        assert refusal(bytes(data)).reason == "PICTURE_BROKEN"
