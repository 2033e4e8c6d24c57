"""A picture as a press prints it, beside LittleCMS through Pillow with the same profile."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageCms

from render_core.gamut import LIMIT_DELTA_E, Press
from render_core.gamut_profile import read_profile
from render_core.proof.layouts import MARK
from render_core.proof.table import bake
from tests.bench.table import Measure, side_by_side, timed_ms
from tests.profiles import cmyk_profile

SIDE_PX = 1024


def measures() -> Iterator[Measure]:
    """A photo of 1024 × 1024, every pixel of it."""
    photo = Image.open("examples/photos/shopper-lake.webp").convert("RGB")
    photo = photo.resize((SIDE_PX, SIDE_PX))
    pixels = np.asarray(photo).reshape(-1, 3)
    transform = _littlecms()
    table = bake(press := Press("", read_profile(cmyk_profile())), paper=False)
    theirs = np.asarray(ImageCms.applyTransform(photo, transform)).reshape(-1, 3).astype(int)
    assert np.abs(table.shown(pixels) - theirs).mean() < 1

    ours_ms, marked_ms, peer_ms = side_by_side(
        [
            lambda: table.shown(pixels),
            lambda: table.shown(pixels, (LIMIT_DELTA_E, MARK)),
            lambda: ImageCms.applyTransform(photo, transform),
        ],
        runs=15,
        warm=3,
    )
    peer = "LittleCMS (Pillow)"
    yield Measure("proof of a photo, 1024²", ours_ms, "ms", peer, peer_ms, 1.5, True)
    yield Measure("proof with its mask, 1024²", marked_ms, "ms", peer, peer_ms, 1.5, True)
    made_ms = timed_ms(lambda: bake(press, paper=False))
    yield Measure("a press's table, once", made_ms, "ms")


def _littlecms() -> ImageCms.ImageCmsTransform:
    press = ImageCms.ImageCmsProfile(io.BytesIO(cmyk_profile()))
    screen = ImageCms.createProfile("sRGB")
    relative = ImageCms.Intent.RELATIVE_COLORIMETRIC
    return ImageCms.buildProofTransform(
        screen, screen, press, "RGB", "RGB", relative, relative,
        ImageCms.Flags.SOFTPROOFING | ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )  # fmt: skip
