"""Every sample product, with its pictures and in colours: each file shows the edges of the flat print.

Of each product one design, all its surfaces: two windows of 25 by 19 mm on each, where its picture and
its finest outlines begin. Inks become colours that are all or nothing in red, green and blue, photos
become pictures of hard edges of the same size in the same place, so that the middle of a channel is an
edge and nothing else. The figure is `area_distance_mm`, as for the five hundred designs.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from render_core import vips
from render_core.compose import compose
from render_core.export.pdf import pdf
from render_core.export.svg import svg
from render_core.files import load_design
from render_core.layout import ImageUse, Ink, Item, Surface
from render_core.raster.flat import flat
from render_core.raster.paint import on_white
from tests.render_core import outside_eyes
from tests.render_core.edges import DPI, area_distance_mm
from tests.render_core.export.samples import MemoryLibrary
from tests.render_core.test_agreement import TOLERANCE_MM
from tests.render_core.test_agreement_of_many import COLOURS, Channels

pytestmark = pytest.mark.slow

DESIGNS = Path(__file__).parents[2] / "examples" / "designs"
OF_EACH_PRODUCT = (
    "case-leaves", "coaster-family", "cushion-lake", "journal-couple", "mug-photo-cropped",
    "patch-script", "pet-tag-rex", "plaque-own-mark", "poster-lake", "ring-words", "t-shirt-lake", "tag-emma",
    "wrap-lake",
)  # fmt: skip
WINDOW_UM = (8 * 3_175, 6 * 3_175)  # Whole pixels at 72 and at 1,200 dpi.
BEFORE_UM = 4_000
PICTURE_PX = (2_000, 1_500)
LIBRARY = MemoryLibrary()

Box = tuple[int, int, int, int]


@pytest.mark.parametrize(
    "reader",
    [
        "librsvg",
        *(pytest.param(one, marks=pytest.mark.outside) for one in ("ghostscript", "poppler")),
    ],
)
@pytest.mark.parametrize("name", OF_EACH_PRODUCT)
def test_every_product_has_its_edges_in_each_channel_of_every_file(
    name: str, reader: str, tmp_path: Path
) -> None:
    for window in windows(name):
        ours = on_white(flat(window, LIBRARY, DPI)) < 128
        seen = seen_by(reader, window, tmp_path)
        assert ours.any()
        off = [area_distance_mm(ours[..., one], seen[..., one]) for one in range(3)]
        assert max(off) <= TOLERANCE_MM, (window.id, off)


def test_a_picture_that_is_moved_by_a_tenth_of_a_millimetre_is_noticed(tmp_path: Path) -> None:
    for window in windows("mug-photo-cropped"):
        ours = on_white(flat(window, LIBRARY, DPI)) < 128
        seen = seen_by("librsvg", replace(window, items=tuple(map(moved, window.items))), tmp_path)
        for channel in range(3):
            assert area_distance_mm(ours[..., channel], seen[..., channel]) > TOLERANCE_MM


def moved(item: Item) -> Item:
    if item.image is None:
        return item
    a, b, c, d, x, y = item.image.matrix_um
    return replace(item, image=replace(item.image, matrix_um=(a, b, c, d, x + 100, y)))


def test_every_product_is_there() -> None:
    known = {json.loads(path.read_text())["product"] for path in DESIGNS.glob("*.json")}
    products = {
        json.loads((DESIGNS / f"{one}.json").read_text())["product"] for one in OF_EACH_PRODUCT
    }
    assert products == known


def seen_by(reader: str, surface: Surface, folder: Path) -> Channels:
    if reader == "librsvg":
        return outside_eyes.librsvg_colours(svg(surface, LIBRARY)) < 128
    look = outside_eyes.poppler_colours if reader == "poppler" else outside_eyes.ghostscript_colours
    return look(pdf([surface], LIBRARY), folder) < 128


@lru_cache(maxsize=1)
def windows(name: str) -> tuple[Surface, ...]:
    loaded = load_design(DESIGNS / f"{name}.json")
    layout = compose(loaded.design, loaded.library).layout
    return tuple(cut for surface in layout.surfaces for cut in windows_of(surface))


def windows_of(surface: Surface) -> Iterator[Surface]:
    """Yield what is seen of a surface through each window."""
    items = surface.placed_items()
    pictures = [item for item in items if item.image is not None]
    outlines = [item for item in items if item.image is None and not item.outline.is_empty]
    finest = sorted(outlines, key=lambda item: len(item.outline.verbs))[-1:]
    for item in (*pictures[:1], *finest):
        left, top, _, _ = box_of(item)
        yield window(surface, left - BEFORE_UM, top - BEFORE_UM)


def window(surface: Surface, left: int, top: int) -> Surface:
    """Return a page of WINDOW_UM that shows a surface from a place on."""
    right, bottom = left + WINDOW_UM[0], top + WINDOW_UM[1]
    colours: dict[Ink, Ink] = {}
    items = []
    for item, placed in zip(surface.items, surface.placed_items(), strict=True):
        box = box_of(placed)
        if box[0] < right and box[2] > left and box[1] < bottom and box[3] > top:
            ink = colours.setdefault(item.ink, Ink(COLOURS[len(colours) % len(COLOURS)]))
            image = item.image
            if image is not None:
                zone = surface.zone(item.zone)
                moved = (left - zone.x_um, top - zone.y_um, right - zone.x_um, bottom - zone.y_um)
                image = hard_edged(image, moved)
            items.append(replace(item, ink=ink, image=image, gradient=None))
    zones = tuple(
        replace(zone, x_um=zone.x_um - left, y_um=zone.y_um - top) for zone in surface.zones
    )
    width, height = WINDOW_UM
    return replace(
        surface, width_um=width, height_um=height, bleed_um=0, zones=zones, items=tuple(items)
    )


def box_of(item: Item) -> Box:
    """Return the box of an item on its surface, of a picture that of its clip or its corners."""
    if item.image is None:
        return item.outline.bounds_um()
    if item.clip is not None:
        return item.clip.bounds_um()
    a, b, c, d, x, y = item.image.matrix_um
    across, down = (x, x + a, x + c, x + a + c), (y, y + b, y + d, y + b + d)
    return (min(across), min(down), max(across), max(down))


def hard_edged(image: ImageUse, seen: Box) -> ImageUse:
    """Return a picture of plain rectangles where a photo was, of the part that a box sees of it.

    A pixel of a photo may be 0.1 mm wide, and programs do not agree on what lies between two: these
    are finer than the print.
    """
    a, b, c, d, x, y = image.matrix_um
    corners = np.array([(right, down) for right in seen[::2] for down in seen[1::2]])
    shares = np.linalg.solve(np.array([(a, c), (b, d)]), (corners - (x, y)).T)
    (left, top), (right, bottom) = np.clip([shares.min(axis=1), shares.max(axis=1)], 0, 1).tolist()
    across, down = right - left, bottom - top
    matrix = (
        round(a * across), round(b * across), round(c * down), round(d * down),
        round(x + a * left + c * top), round(y + b * left + d * top),
    )  # fmt: skip
    sha256 = LIBRARY.add(rectangles(random.Random(image.sha256)))
    return ImageUse(sha256, *PICTURE_PX, matrix)


def rectangles(chance: random.Random) -> bytes:
    pixels = np.full((PICTURE_PX[1], PICTURE_PX[0], 3), chance.choice(COLOURS), np.uint8)
    for _ in range(60):
        left, top = (chance.randrange(size) for size in PICTURE_PX)
        across, down = chance.randrange(150, 500), chance.randrange(150, 500)
        pixels[top : top + down, left : left + across] = chance.choice(COLOURS)
    return vips.png(pixels)
