"""Outlines to pixels: ours and librsvg (through libvips), and how far each is from the truth.

The truth is counted: 16 × 16 points in each pixel, each inside or outside of the outline.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pyvips
from numpy.typing import NDArray

from render_core.compose import compose
from render_core.geometry.flatten import flatten
from render_core.geometry.svg_path_writer import path_data_mm
from render_core.layout import Outline
from render_core.raster.coverage import patches
from render_core.raster.grid import Grid
from tests.bench.letters import HEIGHT_PX, TWO_LINES, WIDTH_PX, two_lines_zone
from tests.bench.table import Measure, side_by_side
from tests.fonts import FontLibrary
from tests.render_core.composing import design
from tests.render_core.outside_eyes import svg_loader

SAMPLES = 16
Coverage = NDArray[np.uint8]


def measures() -> Iterator[Measure]:
    outline = _outline()
    grid = _grid(outline)
    svg = _svg(outline, grid)
    truth = counted(outline, grid)
    assert 0.02 < truth.mean() / 255 < 0.5

    def ours() -> Coverage:
        canvas = np.zeros((grid.height, grid.width), np.uint8)
        for left, top, alpha in patches(grid.edges(outline), grid.width, grid.height):
            rows, columns = alpha.shape
            canvas[top : top + rows, left : left + columns] = alpha
        return canvas

    def theirs() -> Coverage:
        image = pyvips.Image.svgload_buffer(svg)
        memory = image[3].write_to_memory()
        return np.frombuffer(memory, np.uint8).reshape(image.height, image.width)

    with svg_loader():
        ours_ms, librsvg_ms = side_by_side(
            [ours, theirs], runs=8, warm=1, burst=8, clock=time.process_time
        )
        errors = [float(np.abs(made() - truth).mean()) for made in (ours, theirs)]
    yield Measure("pixels, 1000 × 400", ours_ms, "ms", "librsvg", librsvg_ms, 0.25, True)
    yield Measure("mean error, of 255", errors[0], "", "librsvg", errors[1], 1.0, True)


def counted(outline: Outline, grid: Grid) -> NDArray[np.float64]:
    """Return coverage from 0 to 255 by counting points: (height, width) float64; nonzero winding.

    Points stand in the middle of 1/16 of a pixel; lines are within 1/1000 of a pixel of the curves.
    """
    flat = [line.points_um for line in flatten(outline, 0.001 / grid.scale)]
    begin = np.concatenate(flat)
    end = np.concatenate([np.roll(points, -1, axis=0) for points in flat])
    (x0, y0), (x1, y1) = (grid.points(points).T * SAMPLES - 0.5 for points in (begin, end))
    first, last = np.ceil(np.minimum(y0, y1)), np.ceil(np.maximum(y0, y1))
    rows = (last - first).astype(np.int64)
    edge = np.repeat(np.arange(rows.size), rows)
    row = np.arange(edge.size) - np.repeat(np.cumsum(rows) - rows, rows) + first[edge].astype(int)
    share = (row - y0[edge]) / (y1[edge] - y0[edge])
    column = np.ceil(x0[edge] + share * (x1[edge] - x0[edge])).astype(int)
    turns = np.zeros((grid.height * SAMPLES, grid.width * SAMPLES + 1), np.int8)
    np.add.at(turns, (row, column), np.where(y1 > y0, 1, -1)[edge].astype(np.int8))
    np.cumsum(turns, axis=1, out=turns, dtype=np.int8)
    inside = turns[:, :-1] != 0
    cells = inside.reshape(grid.height, SAMPLES, grid.width, SAMPLES)
    covered: NDArray[np.float64] = cells.mean(axis=(1, 3)) * 255.0
    return covered


def _outline() -> Outline:
    made = compose(design(two_lines_zone(), TWO_LINES.format(1987)), FontLibrary())
    (item,) = made.layout.surface("front").items
    return item.outline


def _grid(outline: Outline) -> Grid:
    """Return the grid on which the outline fills the canvas but for a pixel."""
    left, top, right, bottom = outline.bounds_um()
    scale = min((WIDTH_PX - 2) / (right - left), (HEIGHT_PX - 2) / (bottom - top))
    return Grid(WIDTH_PX, HEIGHT_PX, scale, 0.0, 0.0, scale, 1 - left * scale, 1 - top * scale)


def _svg(outline: Outline, grid: Grid) -> bytes:
    scale = grid.scale * 1000
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{grid.width}" height="{grid.height}">'
        f'<path transform="translate({grid.e!r} {grid.f!r}) scale({scale!r})" '
        f'd="{path_data_mm(outline)}"/></svg>'
    ).encode()
