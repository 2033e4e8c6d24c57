"""The copies that screens show: small, alike, and the same bytes wherever they are made."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from render_core.intake.display import MAX_DISPLAY_SIDE_PX, display_size
from render_core.intake.facts import DisplayCopy
from render_core.intake.images import normalise_image
from render_core.intake.run import run
from tests.render_core.intake import making

ROOT = Path(__file__).parents[3]
# Masks and shades are no photos: a PNG of one is small by itself.
PHOTOS = sorted(
    photo
    for photo in (ROOT / "examples" / "photos").glob("*.webp")
    if not photo.stem.endswith(("-mask", "-shading", "-highlights", "-folds"))
)


def copy_of(data: bytes) -> DisplayCopy:
    made = normalise_image(data, display=True).display
    assert made is not None
    return made


def drawing(width: int, height: int, mode: str = "RGB") -> bytes:
    """A PNG of two flat colours, half of it transparent where there is alpha."""
    image = Image.new(mode, (width, height), (250, 250, 250, 255)[: len(mode)])
    image.paste((20, 30, 140, 0)[: len(mode)], (0, 0, width // 2, height))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def seen(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(data))).astype(int)


@pytest.mark.parametrize("photo", PHOTOS, ids=lambda path: path.stem)
def test_the_copy_of_a_photo_is_a_fraction_of_its_bytes_and_looks_the_same(photo: Path) -> None:
    image = normalise_image(photo.read_bytes(), display=True)
    assert image.display is not None
    assert len(image.display.data) < len(image.png) / 9
    assert np.abs(seen(image.display.data) - seen(image.png)).mean() < 3


def grainy(mode: str = "RGB") -> bytes:
    """A PNG of a photo with grain: noise over large shapes."""
    image = Image.effect_noise((400, 300), 60).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_the_copy_of_a_photo_full_of_grain_is_a_jpeg_that_looks_the_same() -> None:
    with Image.open(PHOTOS[0]) as opened:
        smooth = np.asarray(opened.convert("RGB").resize((1200, 900))).astype(int)
    grain = np.random.default_rng(3).integers(-12, 13, smooth.shape)
    out = BytesIO()
    Image.fromarray(np.clip(smooth + grain, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=95)
    image = normalise_image(out.getvalue(), display=True)
    assert image.display is not None
    with Image.open(BytesIO(image.display.data)) as copy:
        assert (copy.format, copy.size, copy.mode) == ("JPEG", (1200, 900), "RGB")
        assert not copy.info.keys() & {"exif", "icc_profile", "comment"}
    assert len(image.display.data) < len(image.png) / 4
    assert np.abs(seen(image.display.data) - seen(image.png)).mean() < 5


def test_grain_with_alpha_keeps_its_alpha() -> None:
    with Image.open(BytesIO(copy_of(grainy("RGBA")).data)) as copy:
        assert (copy.format, copy.mode) == ("WEBP", "RGBA")


def test_a_large_picture_is_made_smaller_in_its_proportions() -> None:
    copy = copy_of(drawing(4000, 3000))
    assert (copy.width_px, copy.height_px) == (1600, 1200)
    assert seen(copy.data).shape[:2] == (1200, 1600)


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((1600, 1600), (1600, 1600)),
        ((40, 30), (40, 30)),
        ((1601, 800), (1600, 800)),
        ((3000, 4001), (1200, 1600)),
        ((16_000, 3), (1600, 1)),
    ],
)
def test_no_side_is_larger_than_allowed_and_none_is_lost(
    size: tuple[int, int], shown: tuple[int, int]
) -> None:
    assert display_size(*size) == shown
    assert max(shown) <= MAX_DISPLAY_SIDE_PX


def test_a_drawing_keeps_every_pixel_and_what_is_transparent() -> None:
    data = drawing(300, 200, "RGBA")
    copy = seen(copy_of(data).data)
    assert copy.shape == (200, 300, 4)
    assert (copy[:, :150, 3] == 0).all()
    assert (copy[:, 150:] == (250, 250, 250, 255)).all()


def test_a_transparent_picture_is_made_smaller_without_a_seam() -> None:
    copy = seen(copy_of(drawing(3200, 1600, "RGBA")).data)
    opaque = copy[copy[:, :, 3] > 8]
    assert np.abs(opaque[:, :3] - 250).max() <= 3  # none of the invisible blue


def test_vectors_and_fonts_have_no_copy() -> None:
    for kind, data in (("font", making.font()), ("artwork", making.svg("<rect width='5' height='5'/>"))):  # fmt: skip
        assert "display" not in run(kind, data, display=True)[0]


def test_a_copy_is_made_only_where_it_is_asked_for() -> None:
    assert "display" not in run("image", making.picture("JPEG"))[0]
    header, body = run("artwork", making.picture("JPEG"), display=True)
    assert header["display"]["data"][:4] == b"RIFF"
    assert body == run("artwork", making.picture("JPEG"))[1]


PROGRAM = """
import hashlib, sys
from render_core.intake.images import normalise_image
for path in sys.argv[1:]:
    copy = normalise_image(open(path, "rb").read(), display=True).display
    print(hashlib.sha256(copy.data).hexdigest())
"""


def test_the_same_picture_gives_the_same_copy_on_an_old_processor(tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    Image.open(PHOTOS[0]).resize((2711, 2033)).save(large, "JPEG")
    clear = tmp_path / "clear.png"
    clear.write_bytes(drawing(3333, 1999, "RGBA"))
    grain = tmp_path / "grain.png"
    grain.write_bytes(grainy())
    paths = [*PHOTOS[:2], large, clear, grain]
    old = {"VIPS_NOVECTOR": "1", "VIPS_CONCURRENCY": "1", "PYTHONHASHSEED": "7"}
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, paths)],
        cwd=ROOT,
        env={**os.environ, **old},
        capture_output=True,
        check=True,
        text=True,
    )
    here = [hashlib.sha256(copy_of(path.read_bytes()).data).hexdigest() for path in paths]
    assert said.stdout.split() == here
