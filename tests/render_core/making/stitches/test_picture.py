"""Pictures of stitches show the threads of the pattern, each where it lies, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from render_core.layout import Ink, Surface
from render_core.making.profile import Thread
from render_core.making.stitches.embroider import embroider
from render_core.making.stitches.pattern import Block, Kind, Pattern, Step
from render_core.making.stitches.picture import StitchPicture, stitch_picture
from render_core.raster.coverage import window
from render_core.raster.grid import Grid
from render_core.raster.solid import solid_outline
from tests.render_core.making.stitches.sewn import (
    DISC,
    E_SHAPE,
    GOLD,
    MACHINE,
    NAVY,
    R_SHAPE,
    cloth,
    sewn,
)

THREAD_UM = 400
# Letters whose capitals are 5 mm high, with holes.
SMALL = "".join(
    f"M{x} 5H{x + 3}V6H{x + 1}V7H{x + 2.6}V10H{x}ZM{x + 1} 8V9.2H{x + 1.8}V8Z"
    for x in range(5, 50, 6)
)
SHAPES = {"E": E_SHAPE, "R": R_SHAPE, "disc": DISC, "small": SMALL}


def drawn(surface: Surface, of: StitchPicture) -> NDArray[np.int64]:
    """Return how much of each pixel of a picture the flat drawing covers, 0 to 255."""
    rows, columns = of.pixels.shape[:2]
    scale = 1 / of.um_per_px
    grid = Grid(columns, rows, scale, 0, 0, scale, -of.left_um * scale, -of.top_um * scale)
    cover = np.zeros((rows, columns), np.int64)
    for item in surface.placed_items():
        edges = grid.edges(solid_outline(item))
        cover += window(edges, 0, 0, columns, rows)
    return np.minimum(cover, 255)


def pictured(surface: Surface, pulled_um: int = 0) -> StitchPicture:
    made = stitch_picture(embroider(surface, MACHINE).pattern, THREAD_UM, pulled_um)
    assert made is not None
    return made


@pytest.mark.parametrize("name", SHAPES)
def test_threads_cover_what_is_drawn_and_hardly_more(name: str) -> None:
    surface = cloth(sewn(SHAPES[name]))
    picture = pictured(surface, MACHINE.embroidery.pull_um)
    flat = drawn(surface, picture)
    thread = picture.pixels[..., 3] == 255
    inside = flat == 255
    # What holes and gaps of small letters leave is narrower than a thread.
    assert (thread & inside).sum() >= (0.95 if name == "small" else 0.97) * inside.sum()
    reach = round(450 / picture.um_per_px)
    near = np.zeros_like(inside)
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            near |= np.roll(flat > 0, (down, right), (0, 1))
    assert not (thread & ~near).any()


def test_the_cloth_draws_together_by_the_pull_where_threads_turn_back() -> None:
    surface = cloth(sewn("M5 10H55V14H5Z"))
    heights = []
    for pulled in (0, MACHINE.embroidery.pull_um):
        picture = pictured(surface, pulled)
        rows = (picture.pixels[..., 3] == 255).sum(axis=1) > picture.pixels.shape[1] // 2
        heights.append(rows.sum() * picture.um_per_px)
    assert heights[0] - heights[1] == pytest.approx(400, abs=130)
    assert heights[1] == pytest.approx(4_000, abs=250)


def line(ink: Ink, *points: tuple[int, int]) -> Block:
    steps = (Step(Kind.JUMP, *points[0]), *(Step(Kind.STITCH, *point) for point in points))
    return Block(ink, Thread("", ink.rgb), steps)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_is_sewn_later_lies_on_top(order: tuple[int, int]) -> None:
    lines = (line(NAVY, (0, 50), (100, 50)), line(GOLD, (50, 0), (50, 100)))
    # Threads between, as there are in any drawing: only what is beside is pressed aside.
    far = line(NAVY, *((x % 2 * 20, 200 + x // 2) for x in range(240)))
    pattern = Pattern("cross", (lines[order[0]], far, lines[order[1]]))
    picture = stitch_picture(pattern, THREAD_UM)
    assert picture is not None
    across, down = (
        round((5_000 - low) / picture.um_per_px) for low in (picture.left_um, picture.top_um)
    )
    red, _, blue, alpha = picture.pixels[down, across].tolist()
    assert alpha == 255
    assert (red > blue) == (order[1] == 1)


def test_a_jump_is_no_thread_and_nothing_sewn_is_no_picture() -> None:
    steps = (
        *(Step(Kind.JUMP, 0, 0), Step(Kind.STITCH, 0, 0), Step(Kind.STITCH, 30, 0)),
        *(Step(Kind.TRIM, 30, 0), Step(Kind.JUMP, 300, 0)),
        *(Step(Kind.STITCH, 300, 0), Step(Kind.STITCH, 330, 0)),
    )
    pattern = Pattern("two", (Block(NAVY, Thread("", NAVY.rgb), steps),))
    picture = stitch_picture(pattern, THREAD_UM)
    assert picture is not None
    middle = picture.pixels.shape[1] // 2
    assert not picture.pixels[:, middle - 80 : middle + 80, 3].any()
    assert stitch_picture(Pattern("none", ()), THREAD_UM) is None


def test_colours_are_those_of_the_threads() -> None:
    for ink in (NAVY, GOLD):
        pixels = pictured(cloth(sewn(DISC, ink))).pixels
        mean = pixels[pixels[..., 3] == 255][:, :3].mean(axis=0)
        assert mean == pytest.approx(ink.rgb, abs=32)


def test_a_pattern_as_large_as_machines_load_is_drawn_within_bounds() -> None:
    row = [(x * 35, y * 10) for y in range(300) for x in range(100)]
    picture = stitch_picture(Pattern("large", (line(NAVY, *row),)), THREAD_UM)
    assert picture is not None
    assert picture.pixels.shape[0] * picture.pixels.shape[1] < 6_100_000


def test_threads_keep_their_colours_however_many_lie_below() -> None:
    """300,000 threads need nineteen bits to be told apart."""
    many = line(NAVY, *((x % 2 * 3, 0) for x in range(300_001)))
    picture = stitch_picture(Pattern("many", (many, line(GOLD, (100, 0), (140, 0)))), THREAD_UM)
    assert picture is not None
    down, across = (
        round((place - low) / picture.um_per_px)
        for place, low in ((0, picture.top_um), (12_000, picture.left_um))
    )
    red, _, blue, alpha = picture.pixels[down, across].tolist()
    assert alpha == 255
    assert red > blue
