"""Our sRGB profile is sRGB to the colour engines of others."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image, ImageCms

from render_core.colour import srgb_profile


def test_it_is_a_display_profile_of_version_four() -> None:
    profile = srgb_profile()
    assert struct.unpack(">I", profile[:4]) == (len(profile),)
    assert profile[8:24] == b"\x04\x40\0\0mntrRGB XYZ "
    assert profile[36:40] == b"acsp"


def test_little_cms_takes_it_for_srgb() -> None:
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    pixels = np.random.default_rng(3).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    for intent in ImageCms.Intent:
        transform = ImageCms.buildTransform(
            ours, ImageCms.createProfile("sRGB"), "RGB", "RGB", intent
        )
        seen = ImageCms.applyTransform(Image.fromarray(pixels), transform)
        assert np.abs(np.asarray(seen).astype(int) - pixels).max() <= 1
