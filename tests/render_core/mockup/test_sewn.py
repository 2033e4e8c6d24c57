"""What is sewn is shown as it is sewn: the preview has the stitches of the machine's file."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pyembroidery import STITCH, read_dst

from render_core.layout import Item, Layout, Operation, Surface
from render_core.looks import Gradient, GradientKind, GradientStop
from render_core.mockup.plain import on_plain
from render_core.mockup.sewn import sewn as as_sewn
from render_core.output_keys import OutputKind
from render_core.outputs import render
from tests.render_core.export.samples import MemoryLibrary, template
from tests.render_core.making.stitches.sewn import DISC, E_SHAPE, GOLD, R_SHAPE, STAR, cloth, sewn

LIBRARY = MemoryLibrary()
WIDTH = 1_000
PX_PER_UM = (WIDTH - 80) / 80_000


def shown(*items: Item) -> NDArray[np.int32]:
    layout, library = as_sewn(layout_of(*items), LIBRARY)
    return on_plain(layout.surfaces[0], library, WIDTH).astype(np.int32)


def layout_of(*items: Item) -> Layout:
    return Layout((cloth(*items),), "15.0")


def centre_um(surface: Surface) -> tuple[float, float]:
    left, top, right, bottom = shapely.union_all(
        [shapely.box(*item.outline.bounds_um()) for item in surface.placed_items()]
    ).bounds
    return (left + right) / 2, (top + bottom) / 2


@pytest.mark.parametrize("path", [R_SHAPE, DISC, E_SHAPE])
def test_a_preview_shows_the_stitches_that_another_reader_finds_in_the_dst(path: str) -> None:
    layout = layout_of(sewn(path))
    made = render(OutputKind.DST, layout, template(LIBRARY), LIBRARY, {"surface": ""}).data
    stitches = read_dst(io.BytesIO(made)).stitches
    # pyembroidery counts from the middle of the pattern, which is that of the drawing.
    x0, y0 = centre_um(layout.surfaces[0])
    page = Image.new("L", (WIDTH, WIDTH // 2), 0)
    pen = ImageDraw.Draw(page)
    for (ax, ay, _), (bx, by, command) in pairwise(stitches):
        if command == STITCH and (ax - bx) ** 2 + (ay - by) ** 2 < 121**2:
            ends = [
                (40 + (x0 + x * 100) * PX_PER_UM, 40 + (y0 + y * 100) * PX_PER_UM)
                for x, y in ((ax, ay), (bx, by))
            ]
            pen.line(ends, fill=255, width=round(400 * PX_PER_UM))
    sewn_there = np.asarray(page) > 0
    seen = shown(sewn(path))
    bare = on_plain(cloth(), LIBRARY, WIDTH).astype(np.int32)
    differs = np.abs(seen - bare).sum(axis=2) > 150
    rows = min(len(differs), len(sewn_there))
    differs, sewn_there = differs[:rows], sewn_there[:rows]
    both = (differs & sewn_there).sum()
    # The needle's points lie outside of what is seen by the pull, 0.2 mm around.
    assert both >= 0.98 * differs.sum()
    assert both >= 0.84 * sewn_there.sum()


def test_threads_are_seen_one_beside_the_other() -> None:
    """Flat ink has one colour; a satin has light and shade along it at the pitch of its threads."""
    seen = shown(sewn("M5 10H55V14H5Z"))
    middle = round(40 + 17_000 * PX_PER_UM)
    row = seen[middle, 300:600].sum(axis=1)
    assert row.std() > 6
    flat = on_plain(cloth(sewn("M5 10H55V14H5Z")), LIBRARY, WIDTH)[middle, 300:600]
    assert flat.astype(np.int32).sum(axis=1).std() == 0


def test_two_threads_are_seen_in_their_colours() -> None:
    seen = shown(sewn(DISC), sewn(STAR, GOLD))
    x, y = (round(40 + place * PX_PER_UM) for place in (40_000, 20_000))
    red, _, blue = seen[y - 6 : y + 7, x - 6 : x + 7].reshape(-1, 3).mean(axis=0)
    assert red > blue + 40


def test_what_cannot_be_sewn_is_shown_as_it_is_drawn() -> None:
    stops = (GradientStop(0, (0, 0, 0)), GradientStop(1000, (255, 255, 255)))
    faded = replace(sewn(DISC), gradient=Gradient(GradientKind.LINEAR, (0, 0), (9, 9), stops))
    layout = layout_of(faded)
    shown_layout, _ = as_sewn(layout, LIBRARY)
    assert shown_layout is layout


def test_a_layout_without_stitches_stays_and_what_is_printed_stays_below() -> None:
    printed = replace(sewn(DISC, GOLD), operation=Operation.PRINT)
    layout = layout_of(printed)
    assert as_sewn(layout, LIBRARY) == (layout, LIBRARY)
    mixed, library = as_sewn(layout_of(printed, sewn(STAR)), LIBRARY)
    first, second = mixed.surfaces[0].items
    assert first == printed
    assert second.image is not None
    assert library.artwork(second.image.sha256)[:4] == b"\x89PNG"
    with pytest.raises(KeyError):
        library.artwork("0" * 64)


def test_files_for_machines_have_outlines_and_no_picture_of_stitches() -> None:
    layout = layout_of(sewn(R_SHAPE))
    made = render(OutputKind.SVG, layout, template(LIBRARY), LIBRARY, {}).data
    assert b"<image" not in made
