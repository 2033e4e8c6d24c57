"""Artwork cropped and turned: by whole-numbered geometry, judged by Pillow and librsvg."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw
from shapely import Polygon, hausdorff_distance

from render_core.artwork_rules import Crop
from render_core.compose import compose
from render_core.design import ArtworkValue, ImageFit, Shape, ShapeKind, ZoneSpec
from render_core.geometry.flatten import flatten
from render_core.geometry.polygons import difference, polygons_of
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import Operation, Outline
from render_core.outputs import OutputKind, render
from tests.fonts import FontLibrary
from tests.render_core.composing import (
    ELLIPSE,
    HEART,
    HEART_SHAPE,
    area_mm2,
    artwork_zone,
    codes,
    composed,
    design,
    drawing,
    items_of,
    png,
    sha,
)
from tests.render_core.outside_eyes import librsvg

DPI = 300
HALVES = (
    ("M0 0L20000 0L20000 10000L0 10000Z", (20, 90, 160)),
    ("M2000 2000Q10000 -2000 18000 2000C16000 6000 12000 9000 10000 9000Z", (200, 30, 30)),
)


def photo(width: int = 600, height: int = 400) -> bytes:
    """Return a smooth picture with a mark in one corner: its turn and its crop can be seen."""
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    pixels = np.stack([across, down, 255 - across], axis=2).astype(np.uint8)
    image = Image.fromarray(pixels)
    ImageDraw.Draw(image).ellipse((30, 30, 130, 130), fill="white")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def drawn(zone: ZoneSpec, value: ArtworkValue, data: bytes) -> Image.Image:
    """Return our print file of a zone, on white."""
    made, library = design(zone, value), FontLibrary(data)
    layout = compose(made, library).layout
    output = render(OutputKind.FINAL, layout, made.template, library, {"dpi": DPI})
    with Image.open(BytesIO(output.data)) as opened:
        picture = opened.convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture).convert("RGB")


def by_pillow(data: bytes, crop: Crop, degrees: float, middle: tuple[float, float], scale: float,
              size: tuple[int, int]) -> Image.Image:  # fmt: skip
    """Return a cropped, turned picture about a middle in pixels; scale: canvas pixels per pixel."""
    with Image.open(BytesIO(data)) as opened:
        whole = opened.convert("RGBA")
    width, height = whole.size
    left, top = crop.left * width // 100_000, crop.top * height // 100_000
    right, bottom = left + crop.width * width // 100_000, top + crop.height * height // 100_000
    part = whole.crop((left, top, right, bottom))
    turn = np.deg2rad(degrees)
    cosine, sine = float(np.cos(turn)) / scale, float(np.sin(turn)) / scale
    x, y = middle
    u, v = part.width / 2, part.height / 2
    inverse = (cosine, sine, u - cosine * x - sine * y, -sine, cosine, v + sine * x - cosine * y)
    placed = part.transform(size, Image.Transform.AFFINE, inverse, Image.Resampling.BICUBIC)
    paper = Image.new("RGBA", size, "white")
    return Image.alpha_composite(paper, placed).convert("RGB")


def mean_difference(one: Image.Image, other: Image.Image) -> float:
    first, second = (np.asarray(image).astype(np.int16) for image in (one, other))
    return float(np.abs(first - second).mean())


@pytest.mark.parametrize("degrees", [0, 12.34, 90, 145.5, 180, 270, 301])
@pytest.mark.parametrize(
    "crop", [Crop(), Crop(0, 0, 50_000, 75_000), Crop(25_000, 50_000, 60_000, 40_000)]
)
def test_a_contained_picture_looks_as_pillow_crops_and_turns_it(degrees: float, crop: Crop) -> None:
    data = photo()
    value = ArtworkValue(sha(data), crop, round(degrees * 100))
    zone = artwork_zone(40, 30)
    ours = drawn(zone, value, data)
    width, height = crop.width * 600 / 1e5, crop.height * 400 / 1e5
    cosine, sine = abs(np.cos(np.deg2rad(degrees))), abs(np.sin(np.deg2rad(degrees)))
    scale_mm = min(40 / (width * cosine + height * sine), 30 / (width * sine + height * cosine))
    per_mm = DPI / 25.4
    theirs = by_pillow(
        data, crop, degrees, (20 * per_mm, 15 * per_mm), scale_mm * per_mm, ours.size
    )
    assert mean_difference(ours, theirs) < 0.6


@pytest.mark.parametrize("degrees", [0, 33.33, 90, 200])
@pytest.mark.parametrize("shape", [Shape(), Shape(corner_um=4000), ELLIPSE, HEART_SHAPE])
def test_a_covering_picture_fills_its_shape_and_bleed_at_every_angle(
    degrees: float, shape: Shape
) -> None:
    data = photo()
    zone = artwork_zone(40, 40, shape=shape, bleed_um=1500, fit=ImageFit.COVER)
    value = ArtworkValue(sha(data), Crop(10_000, 20_000, 40_000, 60_000), round(degrees * 100))
    (item,) = items_of(composed(zone, value, data))
    assert item.image is not None
    assert item.clip is not None
    a, b, c, d, tx, ty = item.image.matrix_um
    shown = [(a * u + c * v + tx, b * u + d * v + ty) for u, v in
             ((0.1, 0.2), (0.5, 0.2), (0.5, 0.8), (0.1, 0.8))]  # fmt: skip
    part = polygons_of(_polygon(shown))
    assert difference(polygons_of(item.clip), part).area_um2() == 0


def _polygon(corners: list[tuple[float, float]]) -> Outline:
    points = np.rint(np.array(corners)).astype(np.int32)
    return Outline(np.array([0, 1, 1, 1, 5], np.uint8), points)


def test_the_bleed_of_a_path_reaches_as_far_on_every_side() -> None:
    data = photo()
    zone = artwork_zone(40, 40, shape=HEART_SHAPE, bleed_um=2000, fit=ImageFit.COVER)
    (item,) = items_of(composed(zone, ArtworkValue(sha(data)), data))
    assert item.clip is not None
    (edge,) = flatten(parse_path_mm(HEART), 0.5)
    (wider,) = flatten(item.clip, 0.5)
    expected = Polygon(edge.points_um).buffer(2000, quad_segs=64)
    assert hausdorff_distance(Polygon(wider.points_um).exterior, expected.exterior) < 10


def test_a_contained_picture_is_cut_to_its_part() -> None:
    data = photo()
    value = ArtworkValue(sha(data), Crop(25_000, 0, 50_000, 100_000))
    (item,) = items_of(composed(artwork_zone(30, 20), value, data))
    assert item.image is not None
    assert item.image.matrix_um == (22_500 * 4 // 3, 0, 0, 20_000, 0, 0)
    assert item.clip is not None
    assert item.clip.bounds_um() == (7500, 0, 22_500, 20_000)


@pytest.mark.parametrize(
    ("value", "dpi"),
    [
        (ArtworkValue("", None, 0), 600 / 30 * 25.4),
        (ArtworkValue("", Crop(0, 0, 50_000, 50_000), 0), 300 / 30 * 25.4),
        (ArtworkValue("", None, 9000), 600 / 20 * 25.4),
        (ArtworkValue("", None, 4500), 1000 * 0.5**0.5 / 20 * 25.4),
    ],
)
def test_the_resolution_is_that_of_what_is_left_after_crop_and_turn(
    value: ArtworkValue, dpi: float
) -> None:
    data = photo()
    value = ArtworkValue(sha(data), value.crop, value.rotation_centidegrees)
    made = composed(artwork_zone(30, 20, min_dpi=2000), value, data)
    assert codes(made) == ["IMAGE_RESOLUTION_LOW"]
    assert made.problems[0].measured == pytest.approx(dpi, rel=2e-4)


@pytest.mark.parametrize("operation", [Operation.PRINT, Operation.ENGRAVE])
@pytest.mark.parametrize("fit", list(ImageFit))
@pytest.mark.parametrize("degrees", [0, 27.18, 90, 225])
def test_a_drawing_lies_as_librsvg_crops_and_turns_it(
    operation: Operation, fit: ImageFit, degrees: float
) -> None:
    crop = Crop(10_000, 20_000, 70_000, 60_000)
    data = drawing(20_000, 10_000, HALVES[1])
    zone = artwork_zone(40, 30, operation=operation, fit=fit)
    made = design(zone, ArtworkValue(sha(data), crop, round(degrees * 100)))
    library = FontLibrary(data)
    layout = compose(made, library).layout
    ours = librsvg(render(OutputKind.SVG, layout, made.template, library, {}).data)
    theirs = librsvg(_as_svg(fit, degrees))
    assert ours.shape == theirs.shape
    assert (ours != theirs).mean() < 4e-4
    assert ours.any()


def _as_svg(fit: ImageFit, degrees: float) -> bytes:
    turn = np.deg2rad(degrees)
    cosine, sine = abs(float(np.cos(turn))), abs(float(np.sin(turn)))
    if fit is ImageFit.CONTAIN:
        scale = min(40 / (14 * cosine + 6 * sine), 30 / (14 * sine + 6 * cosine))
    else:
        scale = max((40 * cosine + 30 * sine) / 14, (40 * sine + 30 * cosine) / 6)
    path = HALVES[1][0]
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="40mm" viewBox="0 0 50 40">
    <clipPath id="zone"><rect width="40" height="30"/></clipPath>
    <clipPath id="part"><rect x="2000" y="2000" width="14000" height="6000"/></clipPath>
    <g clip-path="url(#zone)"><g transform="translate(20 15) rotate({degrees}) scale({scale / 1000})
    translate(-9000 -5000)"><path clip-path="url(#part)" d="{path}"/></g></g></svg>""".encode()


def test_a_drawing_turned_by_quarters_is_exact() -> None:
    data = drawing(20_000, 10_000, HALVES[0])
    for quarter, bounds in enumerate([(0, 0, 40_000, 20_000), (10_000, 0, 30_000, 40_000)] * 2):
        zone = artwork_zone(40, 20 if quarter % 2 == 0 else 40)
        value = ArtworkValue(sha(data), None, 9000 * quarter)
        (item,) = items_of(composed(zone, value, data))
        assert item.outline.bounds_um() == bounds


def test_the_same_turn_gives_the_same_bytes_and_another_does_not() -> None:
    data = drawing(20_000, 10_000, *HALVES)
    digests = [
        composed(artwork_zone(), ArtworkValue(sha(data), None, turn), data).layout.digest()
        for turn in (1234, 1234, 1235)
    ]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize(
    "crop",
    [Crop(50_000, 0, 50_001, 10), Crop(0, 99_999, 10, 2), Crop(0, 0, 0, 10), Crop(-1, 0, 10, 10)],
)
def test_a_part_beyond_the_artwork_is_reported(crop: Crop) -> None:
    for data in (photo(), drawing(20_000, 10_000, *HALVES)):
        made = composed(artwork_zone(), ArtworkValue(sha(data), crop), data)
        assert codes(made) == ["ARTWORK_PART_OUTSIDE"]
        assert items_of(made) == ()


@pytest.mark.parametrize("fit", list(ImageFit))
@pytest.mark.parametrize("shape", [Shape(), ELLIPSE])
def test_a_speck_is_not_blown_up_without_end(fit: ImageFit, shape: Shape) -> None:
    crop = Crop(50_000, 50_000, 1, 1)
    for data in (photo(), drawing(20_000, 10_000, *HALVES)):
        zone = artwork_zone(400, 400, shape=shape, fit=fit)
        made = composed(zone, ArtworkValue(sha(data), crop, 1111), data)
        assert "ARTWORK_PART_TOO_SMALL" in codes(made)
        assert items_of(made) == ()


def test_a_turned_drawing_stays_within_round_shapes() -> None:
    data = drawing(20_000, 10_000, HALVES[0])
    for turn in (0, 3000, 7777):
        value = ArtworkValue(sha(data), None, turn)
        made = composed(artwork_zone(30, 20, shape=ELLIPSE, margin_um=1000), value, data)
        (item,) = items_of(made)
        inside = polygons_of(made.layout.surface("front").zone("name").shape)
        assert difference(polygons_of(item.outline), inside).is_empty
        assert area_mm2(item.outline) > 100


def test_artwork_of_a_hollow_path_leaves_the_hollow_free() -> None:
    ring = Shape(
        ShapeKind.PATH,
        path="M0 0H30V30H0ZM10 10V20H20V10Z",
    )
    data = drawing(10_000, 10_000, ("M0 0L10000 0L10000 10000L0 10000Z", (9, 9, 9)))
    zone = artwork_zone(30, 30, shape=ring, bleed_um=1000, fit=ImageFit.COVER)
    (item,) = items_of(composed(zone, ArtworkValue(sha(data)), data))
    assert area_mm2(item.outline) == pytest.approx(32 * 32 - 0.86 - 64, abs=0.5)


def test_a_picture_without_an_area_is_left_out() -> None:
    data = png(600, 300)
    zone = artwork_zone(4, 4, margin_um=2000)
    assert items_of(composed(zone, ArtworkValue(sha(data)), data)) == ()
