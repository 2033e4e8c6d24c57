"""Colours that a press cannot make: told with their place, by how much, and never wrongly."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from io import BytesIO
from random import Random
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from render_core import vips
from render_core.compose import Composition, compose
from render_core.design import ArtworkValue, Design, TextValue, ZoneSpec, ZoneValue
from render_core.effects import GradientEffect
from render_core.errors import MissingInput, UnsupportedDesign
from render_core.gamut import LIMIT_DELTA_E, Press
from render_core.gamut_lab import delta_e_2000
from render_core.gamut_pictures import sampled_colours
from render_core.gamut_profile import read_profile
from render_core.imaging.kept_png import kept_png
from render_core.intake.images import normalise_image
from render_core.layout import Ink, Operation
from render_core.problems import Problem, Severity
from tests.fonts import FontLibrary
from tests.profiles import cmyk_profile, ghostscript_profile, grey_profile, rgb_profile
from tests.render_core.composing import artwork_zone, design, drawing, sha, text_zone

BRIGHT = (0, 255, 0)
DULL = (150, 90, 80)


def printed(zone: ZoneSpec, value: ZoneValue | None, *assets: bytes, profile: bytes) -> Composition:
    made = design(replace(zone, operation=Operation.PRINT), value)
    template = replace(made.template, output_profile=sha(profile) if profile else "")
    return compose(Design(template, made.values), FontLibrary(profile, *assets))


def in_ink(
    rgb: tuple[int, int, int], spot: str = "", profile: bytes | None = None
) -> list[Problem]:
    inks = (Ink((0, 0, 0)), Ink(rgb, spot))
    zone = text_zone(inks=inks)
    profile = cmyk_profile() if profile is None else profile
    return list(printed(zone, TextValue("Emma", ink=1), profile=profile).problems)


def test_a_colour_beyond_the_press_is_a_warning_with_its_measure() -> None:
    (problem,) = in_ink(BRIGHT)
    assert (problem.code, problem.severity) == ("OUT_OF_GAMUT", Severity.WARNING)
    assert problem.measured is not None
    assert problem.measured > 15
    assert problem.required == LIMIT_DELTA_E
    params = dict(problem.params)
    assert params["rgb_hex"] == "#00ff00"
    assert params["delta_e"] == f"{problem.measured:.1f}"
    assert problem.box is not None


@pytest.mark.parametrize("rgb", [DULL, (0, 0, 0), (255, 255, 255), (128, 128, 128), (200, 180, 60)])
def test_colours_that_the_press_makes_are_left_alone(rgb: tuple[int, int, int]) -> None:
    assert in_ink(rgb) == []


def test_named_separations_and_other_operations_have_no_gamut() -> None:
    assert in_ink(BRIGHT, spot="Neon Green") == []
    zone = text_zone(inks=(Ink(BRIGHT),))
    made = design(zone, TextValue("Emma"))
    template = replace(made.template, output_profile=sha(cmyk_profile()))
    composed = compose(Design(template, made.values), FontLibrary(cmyk_profile()))
    assert composed.problems == ()


def test_a_product_without_a_profile_checks_no_colour() -> None:
    assert in_ink(BRIGHT, profile=b"") == []


def test_what_a_screen_shows_a_screen_makes_and_a_grey_press_makes_no_colour() -> None:
    assert in_ink(BRIGHT, profile=rgb_profile()) == []
    assert [p.code for p in in_ink((255, 0, 0), profile=grey_profile())] == ["OUT_OF_GAMUT"]
    assert in_ink((120, 120, 120), profile=grey_profile()) == []


def test_the_brightest_of_a_drawing_and_of_a_gradient_is_told() -> None:
    art = drawing(
        40_000, 40_000, ("M0 0H9000V9000H0Z", DULL), ("M20000 20000H30000V30000H20000Z", BRIGHT)
    )
    zone = artwork_zone(40, 40)
    (problem,) = printed(zone, ArtworkValue(sha(art)), art, profile=cmyk_profile()).problems
    assert dict(problem.params)["rgb_hex"] == "#00ff00"
    assert problem.box is not None
    assert problem.box.document() == [20_000, 20_000, 30_000, 30_000]
    gradient = replace(text_zone(), effects=(GradientEffect(((0, DULL), (1000, BRIGHT))),))
    (problem,) = printed(gradient, TextValue("Emma"), profile=cmyk_profile()).problems
    assert dict(problem.params)["rgb_hex"] == "#00ff00"


def picture(share: float, mode: str = "RGB", size: tuple[int, int] = (300, 200)) -> bytes:
    """Return a normalised picture of which a share is too bright."""
    width, height = size
    image = Image.new(mode, size, DULL if mode == "RGB" else (*DULL, 255))
    image.paste(BRIGHT if mode == "RGB" else (*BRIGHT, 255), (0, 0, round(width * share), height))
    file = BytesIO()
    image.save(file, "PNG")
    return normalise_image(file.getvalue()).png


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_picture_tells_how_much_of_it_is_out_of_reach(mode: str) -> None:
    png = picture(0.3, mode)
    zone = artwork_zone(20, 15, min_dpi=10)
    (problem,) = printed(zone, ArtworkValue(sha(png)), png, profile=cmyk_profile()).problems
    params = dict(problem.params)
    assert (problem.code, params["variant"]) == ("OUT_OF_GAMUT", "picture")
    assert float(params["percent"]) == pytest.approx(30, abs=2)


def test_a_picture_with_a_bright_corner_is_left_alone() -> None:
    png = picture(0.03)
    zone = artwork_zone(20, 15, min_dpi=10)
    assert printed(zone, ArtworkValue(sha(png)), png, profile=cmyk_profile()).problems == ()


@pytest.mark.parametrize("size", [(1, 1), (7, 3), (2000, 40), (31, 1700)])
def test_samples_are_the_picture_s_own_colours(size: tuple[int, int]) -> None:
    pixels = np.array(Random(3).choices(range(256), k=size[0] * size[1] * 3), np.uint8)
    image = Image.frombytes("RGB", size, pixels.tobytes())
    file = BytesIO()
    image.save(file, "PNG")
    own = {tuple(v // 8 for v in rgb) for rgb in pixels.reshape(-1, 3).tolist()}
    colours = sampled_colours(normalise_image(file.getvalue()).png)
    assert colours
    assert {tuple(v // 8 for v in rgb) for rgb, _ in colours} <= own
    assert sum(count for _, count in colours) <= 96 * 96


@pytest.mark.parametrize("size", [(3, 200), (900, 1300), (2500, 47)])
def test_samples_of_a_picture_kept_by_an_older_release_are_the_same(size: tuple[int, int]) -> None:
    image = Image.effect_noise(size, 60).convert("RGB")
    pixels = np.asarray(image) + np.arange(3, dtype=np.uint8) * 9
    now, before = kept_png(pixels), vips.png(pixels)  # the older one was told from no row
    assert (now[:60] != before[:60]) or len(now) != len(before)
    assert sampled_colours(now) == sampled_colours(before) != ()


def test_what_is_transparent_is_not_sampled_and_foreign_files_are_left_alone() -> None:
    clear = Image.new("RGBA", (50, 50), (0, 255, 0, 0))
    clear.putpixel((0, 0), (0, 0, 0, 1))
    file = BytesIO()
    clear.save(file, "PNG")
    assert sampled_colours(normalise_image(file.getvalue()).png) == ()
    photo = Image.effect_noise((64, 64), 90).convert("RGB")
    file = BytesIO()
    photo.save(file, "PNG")  # Pillow predicts rows.
    predicted = file.getvalue()
    assert sampled_colours(predicted) == ()
    for broken in (b"", predicted[:20], b"\x89PNG\r\n\x1a\n" + bytes(60), _cut(picture(0.5))):
        assert isinstance(sampled_colours(broken), tuple)


def _cut(png: bytes) -> bytes:
    """Return a picture whose data ends early."""
    at = png.index(b"IDAT")
    length = struct.unpack_from(">I", png, at - 4)[0]
    data = zlib.compress(zlib.decompress(png[at + 4 : at + 4 + length])[:1000])[:-6]
    return png[: at - 4] + struct.pack(">I", len(data)) + b"IDAT" + data + bytes(4)


def test_profiles_that_are_missing_changed_or_broken_are_the_caller_s_fault() -> None:
    zone = replace(text_zone(), operation=Operation.PRINT)
    made = design(zone, TextValue("Emma"))
    for profile, library, reason in (
        ("0" * 64, FontLibrary(), "PROFILE_MISSING"),
        (sha(b"none"), FontLibrary(b"none"), "PROFILE_UNREADABLE"),
    ):
        template = replace(made.template, output_profile=profile)
        with pytest.raises((MissingInput, UnsupportedDesign)) as raised:
            compose(Design(template, made.values), library)
        assert raised.value.reason == reason


@pytest.mark.outside
def test_what_comes_out_is_what_littlecms_says_with_black_point_compensation() -> None:
    data = ghostscript_profile()
    profile = read_profile(data)
    press = Press("test", profile)
    random = Random(5)
    colours = [
        (random.randrange(256), random.randrange(256), random.randrange(256)) for _ in range(200)
    ]
    image = Image.new("RGB", (200, 1))
    image.putdata(colours)
    flags = ImageCms.Flags.NOOPTIMIZE | ImageCms.Flags.BLACKPOINTCOMPENSATION
    own: Any = ImageCms.ImageCmsProfile(BytesIO(data))
    transform = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), own, "RGB", "CMYK",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC, flags=flags,
    )  # fmt: skip
    made: Any = ImageCms.applyTransform(image, transform)
    device = np.frombuffer(made.tobytes(), np.uint8).reshape(-1, 4) / 255
    theirs = profile.device.to_lab(device).tolist()
    off = []
    for colour, (light, a, b) in zip(colours, theirs, strict=True):
        wanted = press.target(colour)
        (ours,) = profile.device.to_lab(profile.device.from_lab(np.array([wanted]))).tolist()
        off.append(delta_e_2000((ours[0], ours[1], ours[2]), (light, a, b)))
    assert sum(off) / len(off) < 0.3
    assert max(off) < 1.0
