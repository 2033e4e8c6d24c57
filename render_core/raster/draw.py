"""Draws the items of a surface on pixels. The flat print and the mock-up both come from here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import ceil, floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.design import Library
from render_core.geometry.arcs import length
from render_core.imaging.decoded import PICTURES
from render_core.layout import ImageUse, Item, Outline
from render_core.looks import Finish
from render_core.raster.coverage import Edges, patches, window
from render_core.raster.finish import is_blind, reflex, reliefs
from render_core.raster.gradient import gradient_pixels
from render_core.raster.grid import Grid
from render_core.raster.paint import at_opacity, covered, over
from render_core.raster.solid import solid_outline

Pixels = NDArray[np.uint8]
Size = tuple[int, int]

BLACK: Final = np.zeros(3, np.uint8)
WHITE: Final = np.full(3, 255, np.uint8)

# A picture is first resampled to the size it has on the canvas, unless that is larger than this.
MAX_RESAMPLED_PIXELS: Final = 16_000_000


def draw(
    canvas: Pixels,
    items: Iterable[Item],
    grid: Grid,
    library: Library,
    within: Outline | None,
    lit: Size | None = None,
) -> None:
    """Draw items in their order, in place.

    canvas: (grid.height, grid.width, 3 or 4). items: in surface coordinates.
    within: limits all of them (surface coordinates), or None. lit: the surface's width and height in
    micrometres if finishes are shown under light, as on a mock-up; None for what a machine makes.
    """
    limit = grid.edges(within) if within is not None else None
    for item in items:
        if item.image is not None:
            _draw_picture(canvas, item, item.image, grid, library, limit)
        elif lit is None or item.finish is Finish.NONE:
            _draw_outline(canvas, item, grid.edges(solid_outline(item)), grid, limit)
        else:
            _draw_lit(canvas, item, grid, limit, lit)


def _draw_lit(canvas: Pixels, item: Item, grid: Grid, limit: Edges | None, size_um: Size) -> None:
    edges = grid.edges(solid_outline(item))
    if not is_blind(item):
        shining = replace(item, gradient=reflex(item, *size_um) or item.gradient)
        _draw_outline(canvas, shining, edges, grid, limit)
    for left, top, shade, shine in reliefs(item, edges, grid):
        for colour, alpha in ((BLACK, shade), (WHITE, shine)):
            shown = alpha if limit is None else _limited(alpha, limit, left, top)
            over(canvas, left, top, colour, shown)


def _draw_outline(
    canvas: Pixels, item: Item, edges: Edges, grid: Grid, limit: Edges | None
) -> None:
    colour = np.array(item.ink.rgb, np.uint8)
    for left, top, alpha in patches(edges, grid.width, grid.height):
        shown = alpha if limit is None else _limited(alpha, limit, left, top)
        if item.gradient is not None:
            rows, columns = alpha.shape
            mixed = gradient_pixels(item.gradient, grid, left, top, columns, rows)
            colour = mixed[..., :3]
            if not item.gradient.is_opaque:
                shown = covered(shown, mixed[..., 3])
        over(canvas, left, top, colour, at_opacity(shown, item.opacity_permille))


def _draw_picture(
    canvas: Pixels,
    item: Item,
    image: ImageUse,
    grid: Grid,
    library: Library,
    limit: Edges | None,
) -> None:
    matrix = _unit_to_pixels(image, grid)
    left, top, width, height = _bounds(matrix, grid)
    a, b, c, d, _, _ = matrix
    if width <= 0 or height <= 0 or a * d == b * c:  # Beside the canvas, or without an area.
        return
    size = _resampled_size(matrix)
    patch = PICTURES.placed(library, image.sha256, size, matrix, (left, top, width, height))
    alpha = patch[..., 3]
    if item.clip is not None:
        alpha = _limited(alpha, grid.edges(item.clip), left, top)
    if limit is not None:
        alpha = _limited(alpha, limit, left, top)
    if image.shown_by is not None:
        seen, patch = alpha > 0, patch.copy()
        patch[seen, :3] = image.shown_by(patch[seen, :3])
    over(canvas, left, top, patch[..., :3], at_opacity(alpha, item.opacity_permille))


def _limited(alpha: Pixels, limit: Edges, left: int, top: int) -> Pixels:
    height, width = alpha.shape
    return covered(alpha, window(limit, left, top, width, height))


def _unit_to_pixels(image: ImageUse, grid: Grid) -> tuple[float, float, float, float, float, float]:
    """Return the matrix from the unit square of the picture to canvas pixels."""
    a, b, c, d, tx, ty = image.matrix_um
    return (
        a * grid.a + b * grid.c,
        a * grid.b + b * grid.d,
        c * grid.a + d * grid.c,
        c * grid.b + d * grid.d,
        tx * grid.a + ty * grid.c + grid.e,
        tx * grid.b + ty * grid.d + grid.f,
    )


def _bounds(
    matrix: tuple[float, float, float, float, float, float], grid: Grid
) -> tuple[int, int, int, int]:
    """Return left, top, width, height of the picture on the canvas, with a pixel of margin."""
    a, b, c, d, e, f = matrix
    xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
    left, right = max(0, floor(min(xs)) - 1), min(grid.width, ceil(max(xs)) + 1)
    top, bottom = max(0, floor(min(ys)) - 1), min(grid.height, ceil(max(ys)) + 1)
    return left, top, right - left, bottom - top


def _resampled_size(matrix: tuple[float, float, float, float, float, float]) -> Size:
    """Return about the size a picture is drawn at, to minify it without aliasing; 0, 0 for its own."""
    a, b, c, d, _, _ = matrix
    width, height = max(1, ceil(length(a, b))), max(1, ceil(length(c, d)))
    return (0, 0) if width * height > MAX_RESAMPLED_PIXELS else (width, height)
