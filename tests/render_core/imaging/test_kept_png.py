"""Uploaded pictures are kept as PNG that every reader understands, the same bytes each time."""

from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from render_core import vips
from render_core.gamut_pictures import sampled_colours
from render_core.imaging.kept_png import kept_png
from render_core.intake.images import normalise_image

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4))


@given(SHAPES.flatmap(lambda shape: arrays.arrays(np.uint8, shape)))
def test_any_pixels_come_back_from_two_readers(pixels: np.ndarray) -> None:
    data = kept_png(pixels)
    with Image.open(io.BytesIO(data)) as seen:
        seen.load()
        assert seen.mode == MODES[pixels.shape[2]]
        assert np.array_equal(np.asarray(seen).reshape(pixels.shape), pixels)
    if pixels.shape[2] > 2:
        assert np.array_equal(vips.to_pixels(vips.load(data)), pixels)


@pytest.mark.parametrize("bands", MODES)
def test_what_is_kept_is_kept_again_as_it_is(bands: int) -> None:
    y, x = np.mgrid[0:300, 0:400]
    pixels = np.stack([(x * y + 40 * band) % 251 for band in range(bands)], axis=2)
    data = kept_png(pixels.astype(np.uint8))
    kept = normalise_image(data)
    assert kept.png == normalise_image(kept.png).png
    assert bands < 3 or kept.png == data
    assert kept.sha256 == hashlib.sha256(kept.png).hexdigest()


def test_a_large_picture_is_kept_in_bounded_memory_and_read_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pixels = np.asarray(Image.effect_noise((400, 300), 70).convert("RGB"))
    at_once = kept_png(pixels)
    monkeypatch.setattr("render_core.imaging.kept_png._AT_ONCE", 100)
    by_rows = kept_png(pixels)
    assert by_rows != at_once
    assert np.array_equal(vips.to_pixels(vips.load(by_rows)), pixels)
    assert normalise_image(by_rows).png == by_rows
    assert sampled_colours(by_rows) == sampled_colours(at_once) != ()
