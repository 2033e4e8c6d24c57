"""Lays the items of a surface on a photo in linear light: the mock-up's counterpart of `raster.draw`.

Outlines come from the same places as the print's: `solid_outline`, `gradient_pixels`, `reliefs`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.design import Library
from render_core.layout import FULL_OPACITY, ImageUse, Item, Operation, Outline, Verb
from render_core.looks import Finish
from render_core.mockup.levels import sampled
from render_core.mockup.linear import LinearCanvas, Lit
from render_core.mockup.mapped import mapped
from render_core.raster.coverage import Edges, patches, window
from render_core.raster.finish import is_blind, reflex, reliefs
from render_core.raster.gradient import gradient_pixels
from render_core.raster.grid import PixelMap
from render_core.raster.paint import at_opacity, covered
from render_core.raster.solid import solid_outline

Pixels = NDArray[np.uint8]
Size = tuple[int, int]
Lights = Callable[[int], Lit | None]

BLACK: Final = np.zeros(3, np.uint8)
WHITE: Final = np.full(3, 255, np.uint8)

# How much of the view's highlights is seen on what a technique makes, in 1/1000: what is burnt or
# cut into a material is matt, thread nearly so; ink and foil lie on top and shine as the product does.
GLOSS_PERMILLE: Final = {Operation.ENGRAVE: 350, Operation.STITCH: 450}

_BAND_PIXELS: Final = 32_768  # Of a picture, worked on at a time.


class Sheet:
    """A canvas, the map of one surface onto it, and what limits and lights its design.

    visible: (h, w), where the product is seen, or None for everywhere. lights: by gloss in 1/1000.
    """

    def __init__(
        self, canvas: LinearCanvas, grid: PixelMap, library: Library, visible: Pixels | None,
        lights: Lights, size_um: Size,
    ) -> None:  # fmt: skip
        self.canvas = canvas
        self.grid = grid
        self.library = library
        self.visible = visible
        self.lights = lights
        self.size_um = size_um

    def seen(self, left: int, top: int, coverage: Pixels) -> Pixels:
        """Return a patch of coverage less what is hidden."""
        if self.visible is None:
            return coverage
        rows, columns = coverage.shape
        return covered(coverage, self.visible[top : top + rows, left : left + columns])


def lay(sheet: Sheet, items: Iterable[Item]) -> None:
    """Lay items in their order. items: in surface coordinates."""
    for item in items:
        lit = sheet.lights(GLOSS_PERMILLE.get(item.operation, 1000))
        if item.image is not None:
            _lay_picture(sheet, item, item.image, lit)
            continue
        edges = sheet.grid.edges(solid_outline(item))
        if item.finish is Finish.NONE:
            _lay_outline(sheet, item, edges, lit)
        else:
            _lay_finished(sheet, item, edges, lit)


def _lay_finished(sheet: Sheet, item: Item, edges: Edges, lit: Lit | None) -> None:
    if not is_blind(item):
        shining = replace(item, gradient=reflex(item, *sheet.size_um) or item.gradient)
        _lay_outline(sheet, shining, edges, lit)
    for left, top, shade, shine in reliefs(item, edges, sheet.grid):
        for colour, share in ((BLACK, shade), (WHITE, shine)):
            everywhere = np.full(share.shape, 255, np.uint8)
            sheet.canvas.tint(left, top, colour, share, sheet.seen(left, top, everywhere), None)


def _lay_outline(sheet: Sheet, item: Item, edges: Edges, lit: Lit | None) -> None:
    colour = np.array(item.ink.rgb, np.uint8)
    for left, top, alpha in patches(edges, sheet.grid.width, sheet.grid.height):
        shown = sheet.seen(left, top, alpha)
        share = None
        if item.gradient is not None:
            rows, columns = alpha.shape
            mixed = gradient_pixels(item.gradient, sheet.grid, left, top, columns, rows)
            colour = mixed[..., :3]
            share = None if item.gradient.is_opaque else mixed[..., 3]
        if share is None and item.opacity_permille == FULL_OPACITY:
            sheet.canvas.lay(left, top, colour, shown, lit)
        else:
            share = np.full(alpha.shape, 255, np.uint8) if share is None else share
            share = at_opacity(share, item.opacity_permille)
            sheet.canvas.tint(left, top, colour, share, shown, lit)


def _lay_picture(sheet: Sheet, item: Item, image: ImageUse, lit: Lit | None) -> None:
    a, b, c, d, tx, ty = image.matrix_um
    determinant = a * d - b * c
    if not determinant:
        return
    edges = sheet.grid.edges(_frame(image))
    clip = sheet.grid.edges(item.clip) if item.clip is not None else None
    across = (d / determinant, -c / determinant)
    down = (-b / determinant, a / determinant)
    for left, top, alpha, clipped in _bands(edges, clip, sheet.grid):
        rows, columns = alpha.shape
        shown = at_opacity(sheet.seen(left, top, clipped), item.opacity_permille)
        if not shown.any():
            continue
        box = (left, top, columns, rows)
        s, t = (sheet.grid.along(slope, (tx, ty), *box) for slope in (across, down))
        light = sampled(sheet.library, image.sha256, s, t, alpha == 255)
        if image.shown_by is not None:
            light = mapped(light, image.shown_by)
        sheet.canvas.lay_light(left, top, light, shown, lit)


def _bands(
    edges: Edges, clip: Edges | None, grid: PixelMap
) -> Iterator[tuple[int, int, Pixels, Pixels]]:
    """Yield left, top, the coverage of a picture's frame and what its clip leaves of it.

    In bands whose planes stay in the processor's cache; coverage is counted for many at once.
    """
    for left, top, alpha in patches(edges, grid.width, grid.height):
        height, columns = alpha.shape
        shown = alpha
        if clip is not None:
            shown = covered(alpha, window(clip, left, top, columns, height))
        rows = max(16, _BAND_PIXELS // columns)
        for start in range(0, height, rows):
            band = slice(start, start + rows)
            yield left, top + start, alpha[band], shown[band]


def _frame(image: ImageUse) -> Outline:
    """Return the edge of a picture: its unit square on the surface."""
    a, b, c, d, tx, ty = image.matrix_um
    corners = [(tx, ty), (tx + a, ty + b), (tx + a + c, ty + b + d), (tx + c, ty + d)]
    verbs = np.array([Verb.MOVE, Verb.LINE, Verb.LINE, Verb.LINE, Verb.CLOSE], np.uint8)
    return Outline(verbs, np.array(corners, np.int32))
