"""Profiles are read as LittleCMS reads them, and hostile ones are refused with their reason."""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from render_core.errors import RefusedFile
from render_core.gamut import Press
from render_core.gamut_lab import (
    Lab,
    delta_e_2000,
    lab_of_srgb,
    lab_of_xyz,
    labs_of_xyz,
    xyz_of_lab,
)
from render_core.gamut_profile import read_profile
from tests.profiles import (
    MAKERS,
    changed,
    cmyk_profile,
    ghostscript_profile,
    rgb_profile,
    tag_offset,
)

MODES = {"CMYK": "CMYK", "RGB": "RGB", "GRAY": "L"}
RELATIVE = ImageCms.Intent.RELATIVE_COLORIMETRIC

# G. Sharma, W. Wu, E. N. Dalal, 2005, table 1.
SHARMA: list[tuple[Lab, Lab, float]] = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, 3.1571, -77.2803), (50.0, 0.0, -82.7485), 2.8615),
    ((50.0, 2.8361, -74.02), (50.0, 0.0, -82.7485), 3.4412),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
    ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0), 22.8977),
    ((50.0, 2.5, 0.0), (56.0, -27.0, -3.0), 31.9030),
    ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
    ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("first", "second", "expected"), SHARMA)
def test_differences_are_those_of_the_published_pairs(
    first: Lab, second: Lab, expected: float
) -> None:
    assert delta_e_2000(first, second) == pytest.approx(expected, abs=5e-5)
    assert delta_e_2000(second, first) == pytest.approx(expected, abs=5e-5)


def test_lab_and_xyz_are_each_other_s_inverse_and_white_is_white() -> None:
    assert lab_of_srgb((255, 255, 255)) == pytest.approx((100, 0, 0), abs=0.03)
    assert lab_of_srgb((0, 0, 0)) == (0, 0, 0)
    for lab in ((50.0, 20.0, -30.0), (3.0, 1.0, 1.0), (99.0, -2.0, 60.0)):
        assert lab_of_xyz(xyz_of_lab(lab)) == pytest.approx(lab)


@pytest.mark.parametrize("made", MAKERS.values(), ids=MAKERS.keys())
def test_device_colours_look_as_littlecms_says(made: Callable[[], bytes]) -> None:
    _compare_forward(made())


@pytest.mark.parametrize("made", MAKERS.values(), ids=MAKERS.keys())
def test_colours_go_to_the_press_as_littlecms_sends_them(made: Callable[[], bytes]) -> None:
    _compare_backward(made())


@pytest.mark.outside
def test_a_profile_of_somebody_else_is_read_as_littlecms_reads_it() -> None:
    data = ghostscript_profile()
    _compare_forward(data)
    _compare_backward(data)


def _compare_forward(data: bytes) -> None:
    """Random device colours: the Lab of both differs by less than can be seen."""
    profile = read_profile(data)
    channels = {"CMYK": 4, "RGB": 3, "GRAY": 1}[profile.space]
    values = np.array(Random(1).choices(range(256), k=600 * channels), np.uint8)
    device = values.reshape(600, channels)
    mode = MODES[profile.space]
    image = Image.frombytes(mode, (600, 1), device.tobytes())
    theirs = _lab_of(_through(data, image, mode, "LAB", of_device=True))
    ours = profile.device.to_lab(device / 255)
    off = _apart(ours.tolist(), theirs)
    assert max(off) < 1.0
    assert sum(off) / len(off) < 0.4  # They round Lab to whole numbers.


def _compare_backward(data: bytes) -> None:
    """Colours of sRGB: what both send to the press looks the same there."""
    profile = read_profile(data)
    random = Random(2)
    colours = [
        (random.randrange(256), random.randrange(256), random.randrange(256)) for _ in range(300)
    ]
    image = Image.new("RGB", (300, 1))
    image.putdata(colours)
    mode = MODES[profile.space]
    made = np.frombuffer(_through(data, image, "RGB", mode).tobytes(), np.uint8)
    theirs = profile.device.to_lab(made.reshape(300, -1) / 255)
    labs = np.array([lab_of_srgb(colour) for colour in colours])
    ours = profile.device.to_lab(profile.device.from_lab(labs))
    off = _apart(ours.tolist(), theirs.tolist())
    assert max(off) < 1.0  # They round device colours to 1/255.
    assert sum(off) / len(off) < 0.5


def _apart(first: list[Any], second: list[Any]) -> list[float]:
    return [
        delta_e_2000((a[0], a[1], a[2]), (b[0], b[1], b[2]))
        for a, b in zip(first, second, strict=True)
    ]


def _through(data: bytes, image: Any, first: str, second: str, *, of_device: bool = False) -> Any:
    own: Any = ImageCms.ImageCmsProfile(BytesIO(data))
    other: Any = ImageCms.createProfile("LAB" if of_device else "sRGB")
    start, end = (own, other) if of_device else (other, own)
    transform = ImageCms.buildTransform(
        start, end, first, second, renderingIntent=RELATIVE, flags=ImageCms.Flags.NOOPTIMIZE
    )
    return ImageCms.applyTransform(image, transform)


def _lab_of(image: Any) -> list[Lab]:
    bands = np.frombuffer(image.tobytes(), np.uint8).reshape(-1, 3).astype(np.int64)
    signed = np.where(bands[:, 1:] > 127, bands[:, 1:] - 256, bands[:, 1:])
    return [
        (light * 100 / 255, float(a), float(b))
        for light, (a, b) in zip(bands[:, 0].tolist(), signed.tolist(), strict=True)
    ]


def test_what_a_profile_says_of_itself_is_told() -> None:
    press = read_profile(cmyk_profile())
    assert (press.kind, press.space, press.version) == ("printer", "CMYK", "2.0")
    assert press.description == "Press for tests"
    screen = read_profile(rgb_profile())
    assert (screen.kind, screen.space, screen.description) == (
        "display",
        "RGB",
        "sRGB IEC61966-2.1",
    )
    assert read_profile(cmyk_profile("mAB")).description == "Press for tests"


def reason(data: bytes) -> str:
    with pytest.raises(RefusedFile) as refused:
        read_profile(data)
    assert refused.value.message.endswith(".")
    return refused.value.reason


def test_files_that_are_no_profile_of_a_press_are_refused_with_the_reason() -> None:
    good = cmyk_profile()
    assert reason(b"") == "PROFILE_FORMAT"
    assert reason(b"\x89PNG" + bytes(400)) == "PROFILE_FORMAT"
    assert reason(changed(good, 12, b"link")) == "PROFILE_KIND"
    assert reason(changed(good, 12, b"scnr")) == "PROFILE_KIND"
    assert reason(changed(good, 16, b"6CLR")) == "PROFILE_COLOUR_SPACE"
    assert reason(changed(good, 20, b"CMYK")) == "PROFILE_COLOUR_SPACE"
    assert reason(good.replace(b"B2A", b"B2X")) == "PROFILE_TABLES_MISSING"
    assert reason(rgb_profile().replace(b"gTRC", b"xTRC", 1)) == "PROFILE_TABLES_MISSING"
    assert reason(good + bytes(9 * 1024 * 1024)) == "PROFILE_TOO_LARGE"


def test_profiles_that_contradict_themselves_are_broken() -> None:
    good = cmyk_profile()
    table = tag_offset(good, b"A2B1")
    assert reason(good[:-200]) == "PROFILE_BROKEN"
    assert reason(changed(good, 128, struct.pack(">I", 10_000))) == "PROFILE_BROKEN"
    assert reason(changed(good, 136, struct.pack(">I", 2**31))) == "PROFILE_BROKEN"
    assert reason(changed(good, table, b"none")) == "PROFILE_BROKEN"
    assert reason(changed(good, table + 8, b"\3")) == "PROFILE_BROKEN"
    assert reason(changed(good, table + 10, b"\1")) == "PROFILE_BROKEN"
    assert reason(changed(good, table + 10, b"\xff")) == "PROFILE_BROKEN"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_changed_is_read_or_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["rgb", "grey", "cmyk, lutAToB", "cmyk, lut16"]))
    good = MAKERS[name]()
    at = data.draw(st.integers(0, min(len(good), 600) - 1))
    mutant = changed(good, at, data.draw(st.binary(min_size=1, max_size=8)))
    mutant = mutant[: data.draw(st.integers(0, len(mutant)))]
    try:
        profile = read_profile(mutant)
    except RefusedFile:
        return
    press = Press("", profile)
    xyz = np.array([[0.0, 0.0, 0.0], [0.3, 0.2, 0.4], [0.96, 1.0, 0.82]])
    labs = press.made(labs_of_xyz(press.targets(xyz)))
    assert np.isfinite(labs).all()
    assert min(profile.paper) > 0
