"""A surface of a layout as texels: drawn by the same `draw` that the print comes from."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.design import Library
from render_core.layout import Item, Surface
from render_core.raster.draw import draw
from render_core.raster.grid import Grid
from render_core.scene.ripmap import SIDE_STEP, Window
from render_core.scene.tone import light_of_bytes

Texels = NDArray[np.uint16]


EMPTY: Final = Window(0, 0, 0, 0)
_OPAQUE: Final = np.array([[0, 0, 0, 65535]], np.uint16).view(np.uint64)[0, 0]
_FULL: Final = np.uint32(0xFF000000)


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
    packed = np.ascontiguousarray(canvas).view(np.uint32).reshape(-1)
    out = np.zeros(len(packed), np.uint64)
    seen = np.flatnonzero(packed >> np.uint32(24))
    texels = packed[seen]
    red, green, blue = _lanes()
    light = red[texels & 255] | green[texels >> 8 & 255] | blue[texels >> 16 & 255]
    out[seen] = light | _OPAQUE
    faint = seen[texels < _FULL]
    alpha = (packed[faint] >> np.uint32(24)).astype(np.uint32)[:, None]
    edge = np.ascontiguousarray(out[faint]).view(np.uint16).reshape(-1, 4)
    # a / 255 in 1/65536 is a · 257 + a / 255, rounded: exact at both ends.
    faded = (edge * (alpha * 257 + (alpha >> 7)) + 32768) >> 16
    faded[:, 3:] = alpha * 257
    out[faint] = faded.astype(np.uint16).view(np.uint64).reshape(-1)
    return out.view(np.uint16).reshape(canvas.shape)


@cache
def _lanes() -> tuple[NDArray[np.uint64], ...]:
    """Return the light of red, green and blue bytes in their lanes of a packed texel."""
    light = np.zeros((3, 256, 4), np.uint16)
    for channel in range(3):
        light[channel, :, channel] = light_of_bytes()
    return tuple(light.view(np.uint64)[..., 0])
