"""A surface of a layout as texels: drawn by the same `draw` that the print comes from."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.design import Library
from render_core.layout import Item, Surface
from render_core.raster.draw import draw
from render_core.raster.grid import Grid
from render_core.scene.ripmap import SIDE_STEP
from render_core.scene.tone import light_of_bytes

Texels = NDArray[np.uint16]


class Window(NamedTuple):
    """A part of a texture in texels, whole steps of the coarsest level."""

    left: int
    top: int
    right: int
    bottom: int


EMPTY: Final = Window(0, 0, 0, 0)


def drawn(
    surface: Surface, items: tuple[Item, ...], library: Library, width: int, height: int
) -> NDArray[np.uint8]:
    """Return items over the whole surface as (height, width, 4) sRGB with straight alpha."""
    grid = Grid(
        width, height, width / surface.width_um, 0.0, 0.0, height / surface.height_um, 0.0, 0.0
    )
    canvas = np.zeros((height, width, 4), np.uint8)
    draw(canvas, items, grid, library, None if surface.outline.is_empty else surface.outline)
    return canvas


def covered(canvas: NDArray[np.uint8]) -> Window:
    """Return where a canvas is not transparent, out to whole steps; EMPTY if nowhere."""
    height, width = canvas.shape[:2]
    packed = canvas.view(np.uint32)[..., 0]
    rows = np.flatnonzero(packed.any(axis=1))
    if not len(rows):
        return EMPTY
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(packed[top:bottom].any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    return Window(
        left // SIDE_STEP * SIDE_STEP,
        top // SIDE_STEP * SIDE_STEP,
        min(-(-right // SIDE_STEP) * SIDE_STEP, width),
        min(-(-bottom // SIDE_STEP) * SIDE_STEP, height),
    )


def linear(canvas: NDArray[np.uint8]) -> Texels:
    """Return pixels as linear light in 1/65535, premultiplied by their alpha."""
    alpha = canvas[..., 3:].astype(np.uint32)
    light = np.empty(canvas.shape, np.uint16)
    colour = light_of_bytes()[canvas[..., :3]]
    # a / 255 in 1/65536 is a · 257 + a / 255, rounded: exact at both ends.
    light[..., :3] = (colour * (alpha * 257 + (alpha >> 7)) + 32768) >> 16
    light[..., 3:] = alpha * 257
    return light
