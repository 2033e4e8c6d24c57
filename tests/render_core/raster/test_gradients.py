"""Gradients and opacity look the same in every output: colours judged by programs of others.

Compared on white, away from edges: what is left is the colour of the gradient itself.
"""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from render_core.export.pdf import pdf
from render_core.export.svg import svg
from render_core.layout import Item, Operation, Surface
from render_core.looks import Gradient, GradientKind, GradientStop
from render_core.raster.flat import flat
from render_core.raster.gradient import gradient_pixels
from render_core.raster.grid import Grid
from tests import system
from tests.render_core import outside_eyes
from tests.render_core.export.samples import BLACK, MemoryLibrary, engraved, surface_of

DPI = 144
LARGEST_DIFFERENCE = 2
EDGE_PX = 2
LIBRARY = MemoryLibrary()

RED, BLUE, GOLD, DEEP = (230, 30, 40), (20, 60, 220), (250, 200, 60), (10, 10, 40)
TWO = (GradientStop(0, RED), GradientStop(1000, BLUE))
MANY = (
    GradientStop(100, RED),
    GradientStop(300, GOLD),
    GradientStop(700, DEEP),
    GradientStop(900, BLUE),
)
WIDE = (GradientStop(50, GOLD), GradientStop(500, RED), GradientStop(950, DEEP))
FADING = (GradientStop(0, RED, 1000), GradientStop(600, RED, 300), GradientStop(1000, BLUE, 0))
LINEAR, RADIAL = GradientKind.LINEAR, GradientKind.RADIAL
BAR = "M5 5H55V25H5Z"

GRADIENTS = {
    "across": Gradient(LINEAR, (5_000, 5_000), (55_000, 5_000), TWO),
    "slanted": Gradient(LINEAR, (10_000, 22_000), (47_000, 6_000), MANY),
    "circle": Gradient(RADIAL, (30_000, 15_000), (30_000, 15_000), WIDE, 18_000),
    "focus": Gradient(RADIAL, (24_000, 11_000), (30_000, 15_000), TWO, 20_000),
    "ellipse": Gradient(
        RADIAL, (28_000, 15_000), (30_000, 15_000), WIDE, axes_um=(22_000, 5_000, -3_000, 9_000)
    ),
    "fading": Gradient(LINEAR, (5_000, 5_000), (50_000, 20_000), FADING),
    "fading ellipse": Gradient(
        RADIAL, (30_000, 15_000), (30_000, 15_000), FADING, axes_um=(24_000, 0, 0, 9_000)
    ),
}


def sample(name: str) -> Surface:
    if name == "half seen":
        return surface_of(printed(), replace(printed("M20 2H40V28H20Z"), opacity_permille=400))
    if name == "half seen gradient":
        return surface_of(
            printed(), replace(printed("M8 2H52V28H8Z", GRADIENTS["fading"]), opacity_permille=600)
        )
    return surface_of(printed(BAR, GRADIENTS[name]))


def printed(path: str = BAR, gradient: Gradient | None = None) -> Item:
    return replace(engraved(path), operation=Operation.PRINT, ink=BLACK, gradient=gradient)


NAMES = [*GRADIENTS, "half seen", "half seen gradient"]


def ours(surface: Surface) -> NDArray[np.int32]:
    pixels = flat(surface, LIBRARY, DPI).astype(np.int32)
    alpha = pixels[..., 3:]
    return (pixels[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255


def librsvg(surface: Surface, _: Path) -> NDArray[np.int32]:
    with outside_eyes.svg_loader():
        image = pyvips.Image.svgload_buffer(svg(surface, LIBRARY), dpi=72, scale=DPI / 72)
        image = image.flatten(background=[255, 255, 255])
        memory = image.write_to_memory()
    return np.frombuffer(memory, np.uint8).reshape(image.height, image.width, 3).astype(np.int32)


def ghostscript(surface: Surface, folder: Path) -> NDArray[np.int32]:
    system.program("ghostscript", "gs")
    source, target = folder / "page.pdf", folder / "page.ppm"
    source.write_bytes(pdf([surface], LIBRARY))
    command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=ppmraw", f"-r{DPI}"]
    command += ["-dUseFastColor=true", f"-sOutputFile={target}", str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return outside_eyes.read_ppm(target.read_bytes()).astype(np.int32)


def poppler(surface: Surface, folder: Path) -> NDArray[np.int32]:
    system.program("poppler-utils", "pdftoppm")
    source = folder / "page.pdf"
    source.write_bytes(pdf([surface], LIBRARY))
    command = ["pdftoppm", "-r", str(DPI), "-singlefile"]
    subprocess.run([*command, str(source), str(folder / "poppler")], check=True)
    return outside_eyes.read_ppm((folder / "poppler.ppm").read_bytes()).astype(np.int32)


def largest_difference(one: NDArray[np.int32], other: NDArray[np.int32]) -> int:
    """Return how far a channel leaves the range of its pixel and the eight around, away from edges.

    Renderers sample at other places of a pixel, and some draw circles in rings of one colour.
    """
    height, width = (min(a, b) for a, b in zip(one.shape[:2], other.shape[:2], strict=True))
    one, other = one[:height, :width], other[:height, :width]
    span = [np.roll(one, (dy, dx), (0, 1)) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    low, high = np.min(span, axis=0), np.max(span, axis=0)
    beyond = np.maximum(np.maximum(low - other, other - high), 0).max(axis=2)
    return int(beyond[inner(one.shape)].max())


def inner(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return where no edge of a sample is near: its shapes are rectangles at known places."""
    mask = np.ones(shape[:2], bool)
    for x in (5, 8, 20, 40, 52, 55):
        at = round((x + 10) * DPI / 25.4)
        mask[:, at - EDGE_PX : at + EDGE_PX + 1] = False
    for y in (2, 5, 25, 28):
        at = round((y + 5) * DPI / 25.4)
        mask[at - EDGE_PX : at + EDGE_PX + 1] = False
    return mask


READERS = {"librsvg": librsvg, "ghostscript": ghostscript, "poppler": poppler}
CASES = [
    pytest.param(name, reader, marks=[] if reader == "librsvg" else [pytest.mark.outside])
    for name in NAMES
    for reader in READERS
]


@pytest.mark.parametrize(("name", "reader"), CASES)
def test_colours_are_those_that_other_programs_see(name: str, reader: str, tmp_path: Path) -> None:
    surface = sample(name)
    assert largest_difference(ours(surface), READERS[reader](surface, tmp_path)) <= (
        LARGEST_DIFFERENCE
    )


def test_a_gradient_turned_around_is_noticed(tmp_path: Path) -> None:
    one = GRADIENTS["across"]
    turned = replace(one, start_um=one.end_um, end_um=one.start_um)
    other = surface_of(printed(BAR, turned))
    assert largest_difference(ours(sample("across")), librsvg(other, tmp_path)) > 50


def test_colours_jump_where_two_stops_share_a_place() -> None:
    stops = (
        GradientStop(0, RED),
        GradientStop(500, RED),
        GradientStop(500, BLUE),
        GradientStop(1000, BLUE),
    )
    pixels = gradient_pixels(
        Gradient(LINEAR, (0, 0), (10_000, 0), stops), millimetre_grid(), 0, 0, 10, 1
    )
    assert pixels[0, :5, :3].tolist() == [list(RED)] * 5
    assert pixels[0, 5:, :3].tolist() == [list(BLUE)] * 5


def test_a_gradient_without_a_way_is_its_last_colour() -> None:
    pixels = gradient_pixels(Gradient(LINEAR, (5, 5), (5, 5), TWO), millimetre_grid(), 0, 0, 3, 3)
    assert (pixels == (*BLUE, 255)).all()


def test_windows_of_one_gradient_fit_together() -> None:
    for gradient in GRADIENTS.values():
        grid = Grid(60, 30, 0.001, 0.0001, -0.0002, 0.001, 3.3, 1.7)
        whole = gradient_pixels(gradient, grid, 0, 0, 60, 30)
        part = gradient_pixels(gradient, grid, 17, 9, 20, 11)
        assert np.array_equal(whole[9:20, 17:37], part)


def millimetre_grid() -> Grid:
    return Grid(10, 10, 0.001, 0.0, 0.0, 0.001, 0.0, 0.0)
