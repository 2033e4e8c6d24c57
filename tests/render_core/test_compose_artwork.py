"""Artwork in its zone: drawings and pictures, contained or covering, cut, judged."""

from __future__ import annotations

import numpy as np
import pytest

from render_core.design import (
    ArtworkValue,
    ImageFit,
    Shape,
)
from render_core.errors import UnsupportedDesign
from render_core.geometry.boolean import intersection, simplify
from render_core.geometry.paths import Path
from render_core.layout import Operation
from tests.render_core.composing import (
    ELLIPSE,
    HEART_SHAPE,
    area_mm2,
    artwork_zone,
    codes,
    composed,
    drawing,
    items_of,
    png,
    sha,
)

SQUARE = ("M0 0L10000 0L10000 10000L0 10000Z", (10, 20, 30))


def test_a_drawing_is_contained_in_its_zone_and_keeps_its_colours_in_print() -> None:
    data = drawing(
        10_000, 10_000, SQUARE, ("M2000 2000L8000 2000L8000 8000L2000 8000Z", (200, 0, 0))
    )
    made = composed(artwork_zone(30, 20, margin_um=1000), ArtworkValue(sha(data)), data)
    back, front = items_of(made)
    assert back.outline.bounds_um() == (6000, 1000, 24_000, 19_000)
    assert front.outline.bounds_um() == (9600, 4600, 20_400, 15_400)
    assert (back.ink.rgb, front.ink.rgb) == ((10, 20, 30), (200, 0, 0))


def test_an_engraved_drawing_leaves_out_what_is_white() -> None:
    data = drawing(
        10_000, 10_000, SQUARE, ("M2000 2000L8000 2000L8000 8000L2000 8000Z", (255, 255, 255))
    )
    zone = artwork_zone(10, 10, operation=Operation.ENGRAVE)
    (item,) = items_of(composed(zone, ArtworkValue(sha(data)), data))
    assert item.ink.rgb == (0, 0, 0)
    assert area_mm2(item.outline) == pytest.approx(100 - 36, abs=0.01)


def test_a_covering_drawing_is_cut_at_the_edge_with_its_bleed() -> None:
    data = drawing(10_000, 10_000, SQUARE)
    zone = artwork_zone(30, 20, bleed_um=500, fit=ImageFit.COVER)
    (item,) = items_of(composed(zone, ArtworkValue(sha(data)), data))
    assert item.outline.bounds_um() == (-500, -500, 30_500, 20_500)
    assert item.clip is None


def test_a_drawing_in_an_ellipse_stays_within_it() -> None:
    data = drawing(10_000, 10_000, SQUARE)
    (item,) = items_of(composed(artwork_zone(20, 20, shape=ELLIPSE), ArtworkValue(sha(data)), data))
    left, top, right, bottom = item.outline.bounds_um()
    assert right - left == pytest.approx(20_000 * 0.5**0.5, abs=3)
    assert (left + right, top + bottom) == pytest.approx((20_000, 20_000), abs=1)


def test_a_picture_covers_its_zone_and_is_clipped_to_its_shape() -> None:
    data = png(600, 300)
    zone = artwork_zone(20, 20, shape=ELLIPSE, fit=ImageFit.COVER)
    (item,) = items_of(composed(zone, ArtworkValue(sha(data)), data))
    assert item.image is not None
    assert item.image.matrix_um == (40_000, 0, 0, 20_000, -10_000, 0)
    assert item.clip is not None
    assert item.clip.bounds_um() == (0, 0, 20_000, 20_000)


@pytest.mark.parametrize(("pixels", "expected"), [(118, ["IMAGE_RESOLUTION_LOW"]), (120, [])])
def test_a_picture_with_too_few_pixels_for_its_size_is_reported(
    pixels: int, expected: list[str]
) -> None:
    data = png(pixels, pixels)
    made = composed(artwork_zone(20, 20), ArtworkValue(sha(data)), data)
    assert codes(made) == expected
    if expected:
        assert made.problems[0].measured == pytest.approx(118 / 20 * 25.4, abs=0.1)


def test_artwork_that_is_unknown_or_of_a_kind_not_taken_is_reported() -> None:
    picture, vector = png(200, 200), drawing(10_000, 10_000, SQUARE)
    assert codes(composed(artwork_zone(), ArtworkValue("0" * 64))) == ["ARTWORK_UNKNOWN"]
    for data, rule in ((picture, "allow_raster"), (vector, "allow_vector")):
        made = composed(artwork_zone(**{rule: False}), ArtworkValue(sha(data)), data)
        assert codes(made) == ["ARTWORK_KIND_NOT_ALLOWED"]
        assert items_of(made) == ()


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"\x89PNG\r\n\x1a\n", b'{"kind":"vector"}', b"GIF89a"]
)
def test_a_store_that_holds_something_else_is_an_error(data: bytes) -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        composed(artwork_zone(), ArtworkValue(sha(data)), data)
    assert refused.value.reason == "ARTWORK_UNREADABLE"


def test_intersecting_with_a_shape_keeps_what_is_inside() -> None:
    square = Path(
        np.array([0, 1, 1, 1, 5], np.uint8), np.array([[0, 0], [10, 0], [10, 10], [0, 10]], float)
    )
    half = Path(square.verbs, square.points + np.array([5.0, 0.0]))
    assert area_mm2(
        Path(square.verbs, intersection(simplify(square), simplify(half)).points * 1000).outline()
    ) == pytest.approx(50)


def test_artwork_in_a_heart_stays_clear_of_its_dent() -> None:
    data = drawing(10_000, 10_000, SQUARE)
    zone = artwork_zone(40, 40, shape=HEART_SHAPE, margin_um=1000)
    (item,) = items_of(composed(zone, ArtworkValue(sha(data)), data))
    left, top, right, bottom = item.outline.bounds_um()
    assert right - left == bottom - top
    assert top >= 12_000 + 1000 - 1  # The dent's tip, less the margin.
    picture = png(900, 900)
    (use,) = items_of(composed(zone, ArtworkValue(sha(picture)), picture))
    assert use.image is not None
    assert use.image.matrix_um[0] == pytest.approx(right - left, abs=4)


def test_the_clip_of_a_covering_picture_takes_in_the_bleed() -> None:
    data = png(900, 900)
    for shape in (Shape(), Shape(corner_um=2000), ELLIPSE):
        zone = artwork_zone(20, 20, shape=shape, bleed_um=700, fit=ImageFit.COVER)
        (item,) = items_of(composed(zone, ArtworkValue(sha(data)), data))
        assert item.clip is not None
        assert item.clip.bounds_um() == (-700, -700, 20_700, 20_700)
        assert item.image is not None
        assert item.image.matrix_um == (21_400, 0, 0, 21_400, -700, -700)
