"""What the formats of a page's pictures cost, in time and bytes, beside WebP; and a thumbnail of its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from render_core import vips
from render_core.compose import compose
from render_core.files import load_design
from render_core.outputs import OutputKind, render
from tests.bench.table import Measure, side_by_side

EXAMPLES = Path("examples")
WIDTH_PX, HEIGHT_PX, THUMBNAIL_PX = 1024, 768, 256


def measures() -> Iterator[Measure]:
    """Sample photos of products at 1024 × 768."""
    photos = [_photo(name) for name in ("mug", "walnut-plaque", "shopper-lake")]

    def encoded(encode: object) -> list[bytes]:
        assert callable(encode)
        return [encode(photo) for photo in photos]

    webp, avif, jpeg = (encoded(way) for way in (vips.screen_webp, vips.avif, vips.photo_jpeg))
    assert _apart(photos, avif) < _apart(photos, webp)  # Smaller, and nearer to what was drawn.
    for name, made in (("AVIF", avif), ("JPEG", jpeg)):
        size, peer = sum(map(len, made)) / 1024, sum(map(len, webp)) / 1024
        yield Measure(f"{name}, three photos", size, "KiB", "WebP", peer)
    webp_ms, avif_ms, jpeg_ms = side_by_side(
        [lambda way=way: encoded(way) for way in (vips.screen_webp, vips.avif, vips.photo_jpeg)],  # type: ignore[misc]
        runs=7,
        warm=1,
    )
    yield Measure("AVIF, time", avif_ms, "ms", "WebP", webp_ms)
    yield Measure("JPEG, time", jpeg_ms, "ms", "WebP", webp_ms)
    yield _thumbnail()


def _thumbnail() -> Measure:
    """A thumbnail is drawn as it is asked for: that is not dearer than to shrink its preview."""
    loaded = load_design(EXAMPLES / "designs" / "plaque-two-lines.json")
    layout, template = compose(loaded.design, loaded.library).layout, loaded.design.template
    preview = render(OutputKind.PREVIEW, layout, template, loaded.library, {"format": "png"})
    pixels = vips.to_pixels(vips.load(preview.data))
    height = THUMBNAIL_PX * preview.height_px // preview.width_px
    drawn_ms, shrunk_ms = side_by_side(
        [
            lambda: render(OutputKind.THUMBNAIL, layout, template, loaded.library, {}),
            lambda: vips.screen_webp(vips.resize(pixels, THUMBNAIL_PX, height)),
        ],
        runs=21,
    )
    return Measure("a thumbnail, drawn", drawn_ms, "ms", "preview shrunk", shrunk_ms)


def _photo(name: str) -> vips.Pixels:
    image = vips.flatten(vips.load((EXAMPLES / "photos" / f"{name}.webp").read_bytes()))
    return vips.resize(vips.to_pixels(image), WIDTH_PX, HEIGHT_PX)


def _apart(photos: list[vips.Pixels], files: list[bytes]) -> float:
    """Return the mean squared difference of encoded pictures."""
    total = 0.0
    for photo, data in zip(photos, files, strict=True):
        off = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(np.int64) - photo
        total += float((off * off).mean())
    return total
