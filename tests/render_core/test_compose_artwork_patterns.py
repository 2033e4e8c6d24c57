"""Artwork repeated over its zone: judged by librsvg, by Pillow and by counting."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from shapely import Polygon
from shapely.ops import unary_union

from render_core.artwork_rules import Crop, PatternKind, PatternRules
from render_core.compose import compose
from render_core.design import ArtworkValue, Shape, ZoneSpec
from render_core.geometry.flatten import flatten
from render_core.geometry.polygons import difference, polygons_of
from render_core.layout import Operation, Outline
from render_core.outputs import OutputKind, render
from tests.fonts import FontLibrary
from tests.render_core.composing import (
    ELLIPSE,
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
from tests.render_core.test_compose_artwork_turned import drawn, mean_difference, photo

LEAF = "M2000 1000Q10000 -1000 18000 5000Q8000 12000 2000 9000Z"
FULL = "M0 0L20000 0L20000 10000L0 10000Z"
COMB = "M0 9000" + "".join(f"L{x} 0L{x + 50} 9000" for x in range(0, 19_000, 100)) + "L19999 9999Z"
BLUE, RED = (20, 90, 160), (200, 30, 30)


def pattern_zone(
    tile_um: int,
    kind: PatternKind = PatternKind.GRID,
    gap_um: int = 0,
    *,
    shape: Shape | None = None,
    bleed_um: int = 0,
    operation: Operation = Operation.PRINT,
    size: tuple[int, int] = (40, 30),
) -> ZoneSpec:
    zone = artwork_zone(*size, shape=shape, bleed_um=bleed_um, operation=operation)
    assert zone.artwork is not None
    rules = replace(zone.artwork, pattern=PatternRules(kind, tile_um, gap_um), min_dpi=0)
    return replace(zone, artwork=rules)


def offsets(
    kind: PatternKind, row: int, column: int, tile: tuple[int, int], gap: int
) -> tuple[int, int]:
    """Return the top left corner of a tile from the middle of the pattern, as the docs say."""
    across, down = tile[0] + gap, tile[1] + gap
    x, y = column * across - tile[0] // 2, row * down - tile[1] // 2
    if kind is PatternKind.BRICK and row % 2:
        x += across // 2
    if kind is PatternKind.HALF_DROP and column % 2:
        y += down // 2
    return x, y


@pytest.mark.parametrize("kind", list(PatternKind))
@pytest.mark.parametrize("degrees", [0, 30])
@pytest.mark.parametrize(("shape", "path"), [(Shape(), FULL), (ELLIPSE, LEAF), (HEART_SHAPE, LEAF)])
def test_a_repeated_drawing_lies_as_librsvg_lays_its_copies(
    kind: PatternKind, degrees: int, shape: Shape, path: str
) -> None:
    gap = 700
    zone = pattern_zone(7000, kind, gap, shape=shape, size=(40, 40))
    data = drawing(20_000, 10_000, (path, BLUE))
    made = design(zone, ArtworkValue(sha(data), None, degrees * 100))
    library = FontLibrary(data)
    layout = compose(made, library).layout
    ours = librsvg(render(OutputKind.SVG, layout, made.template, library, {}).data)
    frame = layout.surface("front").zone("name")
    left, top, right, bottom = frame.shape.bounds_um()
    copies = "".join(
        f'<use href="#leaf" x="{x}" y="{y}"/>'
        for row in range(-9, 10)
        for column in range(-9, 10)
        for x, y in [offsets(kind, row, column, (7000, 3500), gap)]
    )
    edge = " ".join(f"{x},{y}" for x, y in flatten(frame.shape, 0.5)[0].points_um)
    theirs = librsvg(
        f"""<svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="50mm" viewBox="0 0 50000 50000">
        <defs><path id="leaf" transform="scale(.35)" d="{path}"/></defs>
        <clipPath id="zone"><polygon points="{edge}"/></clipPath><g clip-path="url(#zone)">
        <g transform="translate({(left + right) / 2} {(top + bottom) / 2}) rotate({degrees})">{copies}
        </g></g></svg>""".replace(
            '<path id="leaf" transform="scale(.35)"', '<g id="leaf"><path transform="scale(.35)"'
        )
        .replace(f'd="{path}"/></defs>', f'd="{path}"/></g></defs>')
        .encode()
    )
    assert (ours != theirs).mean() < 6e-4
    assert ours.any()


def _area_of(outline: Outline) -> float:
    return polygons_of(outline).area_um2()


@pytest.mark.parametrize("degrees", [0, 17])
def test_tiles_side_by_side_become_one_area_without_seams(degrees: int) -> None:
    data = drawing(20_000, 10_000, (FULL, BLUE))
    zone = pattern_zone(7001, PatternKind.BRICK, bleed_um=1000)
    (item,) = items_of(composed(zone, ArtworkValue(sha(data), None, degrees * 100), data))
    assert list(item.outline.verbs).count(0) == 1
    assert area_mm2(item.outline) == pytest.approx(42 * 32, rel=1e-4)


@pytest.mark.parametrize("kind", list(PatternKind))
def test_each_colour_is_one_item_whose_tiles_do_not_overlap(kind: PatternKind) -> None:
    data = drawing(20_000, 10_000, (FULL, BLUE), (LEAF, RED))
    zone = pattern_zone(5000, kind, 500, shape=ELLIPSE)
    back, front = items_of(composed(zone, ArtworkValue(sha(data)), data))
    assert (back.ink.rgb, front.ink.rgb) == (BLUE, RED)
    for item in (back, front):
        rings = [Polygon(contour.points_um) for contour in flatten(item.outline, 1.0)]
        assert sum(ring.area for ring in rings) == pytest.approx(unary_union(rings).area, rel=1e-6)


def test_a_pattern_is_made_in_one_ink_without_what_is_white() -> None:
    data = drawing(20_000, 10_000, (FULL, BLUE), (LEAF, (255, 255, 255)))
    zone = pattern_zone(5000, gap_um=500, operation=Operation.ENGRAVE)
    (item,) = items_of(composed(zone, ArtworkValue(sha(data)), data))
    assert item.ink.rgb == (0, 0, 0)
    one = _area_of(item.outline)
    printed = replace(zone, operation=Operation.PRINT)
    back, front = items_of(composed(printed, ArtworkValue(sha(data)), data))
    assert one == pytest.approx(_area_of(back.outline) - _area_of(front.outline), rel=1e-4)


@pytest.mark.parametrize("shape", [Shape(), ELLIPSE, HEART_SHAPE])
@pytest.mark.parametrize("degrees", [0, 45])
def test_a_pattern_fills_its_shape_and_bleed_and_no_more(shape: Shape, degrees: int) -> None:
    zone = pattern_zone(6000, shape=shape, bleed_um=1500, size=(40, 40))
    full = drawing(20_000, 10_000, (FULL, BLUE))
    (item,) = items_of(composed(zone, ArtworkValue(sha(full), None, degrees * 100), full))
    from render_core.steps.artwork_room import bleed_clip

    wanted, given = polygons_of(bleed_clip(zone)), polygons_of(item.outline)
    assert difference(wanted, given).area_um2() < 2e-4 * wanted.area_um2()
    assert difference(given, wanted).area_um2() < 2e-4 * wanted.area_um2()


def test_a_repeated_picture_looks_as_pillow_pastes_it() -> None:
    data = photo(300, 200)
    zone = pattern_zone(25_400 // 3, gap_um=0, size=(40, 30))
    ours = drawn(zone, ArtworkValue(sha(data)), data)
    from io import BytesIO

    with Image.open(BytesIO(data)) as opened:
        tile = opened.convert("RGB").resize((100, 67))
    per_um = 300 / 25_400
    theirs = Image.new("RGB", ours.size, "white")
    for row in range(-6, 7):
        for column in range(-6, 7):
            x, y = offsets(PatternKind.GRID, row, column, (8466, 5644), 0)
            theirs.paste(tile, (round((20_000 + x) * per_um), round((15_000 + y) * per_um)))
    white = Image.new("RGB", ours.size, "white")
    white.paste(theirs.crop((0, 0, round(40_000 * per_um), round(30_000 * per_um))))
    assert mean_difference(ours, white) < 5


@pytest.mark.parametrize("degrees", [0, 30])
@pytest.mark.parametrize("kind", list(PatternKind))
def test_no_ground_shines_between_opaque_pictures(degrees: int, kind: PatternKind) -> None:
    out = Image.new("RGB", (60, 40), (10, 10, 10))
    from io import BytesIO

    data = BytesIO()
    out.save(data, "PNG")
    zone = pattern_zone(6100, kind)
    value = ArtworkValue(sha(data.getvalue()), None, degrees * 100)
    ours = np.asarray(drawn(zone, value, data.getvalue()))
    inner = ours[20:330, 20:450]
    assert inner.max() <= 12


def test_a_see_through_picture_does_not_overlap_itself() -> None:
    from io import BytesIO

    out = BytesIO()
    Image.new("RGBA", (60, 40), (0, 0, 0, 100)).save(out, "PNG")
    zone = pattern_zone(6000)
    first, second = items_of(composed(zone, ArtworkValue(sha(out.getvalue())), out.getvalue()))[:2]
    assert first.image is not None
    assert second.image is not None
    assert second.image.matrix_um[4] - first.image.matrix_um[4] == first.image.matrix_um[0] == 6000


def test_the_part_that_was_chosen_is_what_is_repeated() -> None:
    data = photo(300, 200)
    value = ArtworkValue(sha(data), Crop(50_000, 0, 50_000, 100_000))
    items = items_of(composed(pattern_zone(6000, gap_um=1000), value, data))
    for item in items:
        assert item.clip is not None
        left, top, right, bottom = item.clip.bounds_um()
        assert right - left <= 6000
        assert bottom - top <= 8000
        assert item.image is not None
        assert item.image.matrix_um[0] == 12_000


def test_the_resolution_is_that_of_a_tile() -> None:
    data = png(100, 100)
    zone = pattern_zone(25_400, size=(40, 30))
    assert zone.artwork is not None
    for min_dpi, expected in ((99, []), (101, ["IMAGE_RESOLUTION_LOW"])):
        rules = replace(zone.artwork, min_dpi=min_dpi)
        assert (
            codes(composed(replace(zone, artwork=rules), ArtworkValue(sha(data)), data)) == expected
        )


@pytest.mark.parametrize(
    ("data", "tile_um", "code"),
    [
        (png(100, 100), 500, "PATTERN_TOO_FINE"),
        (drawing(20_000, 10_000, (LEAF, BLUE)), 500, "PATTERN_TOO_FINE"),
        (drawing(20_000, 10_000, (COMB, BLUE)), 1000, "PATTERN_TOO_DETAILED"),
        (drawing(1_000_000, 1, ("M0 0L1000000 0L1000000 1Z", BLUE)), 1000, "PATTERN_TOO_FINE"),
    ],
)
def test_a_pattern_without_end_is_reported(data: bytes, tile_um: int, code: str) -> None:
    made = composed(pattern_zone(tile_um), ArtworkValue(sha(data)), data)
    assert codes(made) == [code]
    assert items_of(made) == ()


def test_the_largest_pattern_is_laid_out() -> None:
    data = drawing(10_000, 10_000, (LEAF, BLUE))
    zone = pattern_zone(4000, gap_um=300, shape=ELLIPSE, size=(250, 250))
    made = composed(zone, ArtworkValue(sha(data), None, 1500), data)
    assert codes(made) == []
    (item,) = items_of(made)
    assert len(item.outline.verbs) > 10_000
