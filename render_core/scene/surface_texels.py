"""A surface of a layout as texels: drawn by the same `draw` that the print comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.design import Library
from render_core.layout import Item, Surface
from render_core.raster.draw import draw
from render_core.raster.grid import Grid
from render_core.scene.mipmap import MARGIN, SIDE_STEP, Mipmap, Texels, levels, with_margin
from render_core.scene.relief import FLAT_TEXEL, SOFT_TEXELS, finished, inked, marks
from render_core.separations import shown_items
from render_core.srgb import light_of_bytes

Canvas = NDArray[np.uint8]

_NOTHING: Final = np.uint64(0)
_OPAQUE: Final = np.uint32(0xFF000000)
_TRANSPARENT: Final = np.uint32(0x00FFFFFF)
# Rows that are worked on at once: they stay in the processor's cache.
_BAND_ROWS: Final = 24


class Window(NamedTuple):
    """A part of a texture in texels."""

    left: int
    top: int
    right: int
    bottom: int

    def grown(self, by: int, mipmap: Mipmap) -> Window:
        """Return it with more on each side: all of an axis where it reaches around."""
        left, right = _reach(self.left - by, self.right + by, mipmap.width, mipmap.closes[0])
        top, bottom = _reach(self.top - by, self.bottom + by, mipmap.height, mipmap.closes[1])
        return Window(left, top, right, bottom)


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceTexels:
    """Levels of what is drawn on a surface. window: outside, nothing is seen of it on any level.

    ink: premultiplied linear light and coverage. marks: see `relief.finished`, None without a finish.
    """

    window: Window
    ink: Texels
    marks: Texels | None


def surface_texels(
    surface: Surface, library: Library, mipmap: Mipmap,
    boxes: NDArray[np.int32], patches: NDArray[np.int32],
) -> SurfaceTexels | None:  # fmt: skip
    """Return a surface's levels in the patches, made from the boxes; None where nothing is drawn.

    boxes, patches: as a `GBuffer` has them. Raises MissingInput, RefusedFile.
    """
    items = shown_items(surface)
    canvas = drawn(surface, inked(items), library, mipmap.width, mipmap.height)
    window = covered(canvas)
    found = None
    heights = marks(items)
    if heights:
        raised = drawn(surface, heights, library, mipmap.width, mipmap.height)
        both = _union(window, covered(raised))
        if both is not None:
            window = both.grown(SOFT_TEXELS, mipmap)
            found = _marks(surface, mipmap, raised, items, window, boxes, patches)
    if window is None:
        return None
    ink = _levels(mipmap, linear, canvas, window, boxes, patches, _NOTHING)
    return SurfaceTexels(window.grown(SIDE_STEP, mipmap), ink, found)


def drawn(
    surface: Surface, items: tuple[Item, ...], library: Library, width: int, height: int
) -> Canvas:
    """Return items over the whole surface as (height, width, 4) sRGB with straight alpha."""
    grid = Grid(
        width, height, width / surface.width_um, 0.0, 0.0, height / surface.height_um, 0.0, 0.0
    )
    canvas = np.zeros((height, width, 4), np.uint8)
    draw(canvas, items, grid, library, None if surface.outline.is_empty else surface.outline)
    return canvas


def covered(canvas: Canvas) -> Window | None:
    """Return where a canvas is not transparent."""
    packed = canvas.view(np.uint32)[..., 0]
    rows = np.flatnonzero(packed.any(axis=1))
    if not len(rows):
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(packed[top:bottom].any(axis=0))
    return Window(int(columns[0]), top, int(columns[-1]) + 1, bottom)


def linear(canvas: Canvas) -> Texels:
    """Return pixels (h, w, 4) as packed linear light (h, w), premultiplied by their alpha.

    The pixels are black where they are transparent, as `draw` leaves them.
    """
    out = np.empty((*canvas.shape[:2], 2), np.uint32)
    red_green, blue_alpha = _pairs()
    for start in range(0, len(canvas), _BAND_ROWS):
        pixels, light = canvas[start : start + _BAND_ROWS], out[start : start + _BAND_ROWS]
        pairs = pixels.view(np.uint16)
        light[..., 0] = red_green.take(pairs[..., 0])
        light[..., 1] = blue_alpha.take(pairs[..., 1])
        packed = pixels.view(np.uint32)[..., 0]
        if (packed < _OPAQUE).any():
            _premultiply(light, packed)
    return out.view(np.uint64)[..., 0]


def _premultiply(light: NDArray[np.uint32], packed: NDArray[np.uint32]) -> None:
    """Weigh red, green and blue by alpha, in place. light: (h, w, 2); packed: the pixels, (h, w)."""
    rows, columns = np.nonzero((packed < _OPAQUE) & (packed > _TRANSPARENT))
    alpha = packed[rows, columns][:, None] >> 24
    edge = light[rows, columns].view(np.uint16)
    # a / 255 in 1/65536 is a · 257 + a / 255, rounded: exact at both ends.
    edge[:, :3] = (edge[:, :3] * (alpha * 257 + (alpha >> 7)) + 32768) >> 16
    light[rows, columns] = edge.view(np.uint32)


@cache
def _pairs() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return packed light by packed bytes: of red and green, and of blue and alpha."""
    light = light_of_bytes().astype(np.uint32)
    alpha = np.arange(256, dtype=np.uint32) * 257
    return _outer(light, light), _outer(light, alpha)


def _outer(low: NDArray[np.uint32], high: NDArray[np.uint32]) -> NDArray[np.uint32]:
    packed: NDArray[np.uint32] = low[None, :] | high[:, None] << np.uint32(16)
    return packed.reshape(-1)


def _marks(
    surface: Surface, mipmap: Mipmap, raised: Canvas, items: tuple[Item, ...], window: Window,
    boxes: NDArray[np.int32], patches: NDArray[np.int32],
) -> Texels:  # fmt: skip
    size_um = surface.width_um / mipmap.width, surface.height_um / mipmap.height
    left, top, right, bottom = window
    found = finished(raised[top:bottom, left:right], items, size_um)
    whole = np.full((mipmap.height, mipmap.width), FLAT_TEXEL)
    whole[top:bottom, left:right] = found
    return _levels(mipmap, np.ascontiguousarray, whole, window, boxes, patches, FLAT_TEXEL)


def _levels(
    mipmap: Mipmap, texels_of: Callable[[NDArray[Any]], Texels], canvas: NDArray[Any],
    window: Window, boxes: NDArray[np.int32], patches: NDArray[np.int32], around: np.uint64,
) -> Texels:  # fmt: skip
    """Return levels of a canvas that is `around` outside the window. texels_of: makes texels of it."""
    shape = (mipmap.height + 2 * MARGIN, mipmap.width + 2 * MARGIN)
    finest = np.full(shape, around) if around else np.zeros(shape, np.uint64)
    inner = finest[MARGIN:-MARGIN, MARGIN:-MARGIN]
    for box in boxes.tolist():
        left, top = max(box[0], window.left), max(box[1], window.top)
        right, bottom = min(box[2], window.right), min(box[3], window.bottom)
        if left < right and top < bottom:
            inner[top:bottom, left:right] = texels_of(canvas[top:bottom, left:right])
    with_margin(mipmap, finest)
    return levels(mipmap, finest, patches[_reached(mipmap, patches, window)], around)


def _reached(mipmap: Mipmap, patches: NDArray[np.int32], window: Window) -> NDArray[np.bool_]:
    """Return which patches may show something of a window."""
    left, top, right, bottom = window.grown(SIDE_STEP, mipmap)
    scale = np.int32(1) << patches[:, 0]
    across = (patches[:, 1] * scale <= right) & (patches[:, 3] * scale >= left)
    return across & (patches[:, 2] * scale <= bottom) & (patches[:, 4] * scale >= top)


def _union(one: Window | None, other: Window | None) -> Window | None:
    if one is None or other is None:
        return one or other
    return Window(*map(min, one[:2], other[:2]), *map(max, one[2:], other[2:]))


def _reach(start: int, stop: int, size: int, closes: bool) -> tuple[int, int]:
    around = closes and (start <= 0 or stop >= size)
    return (0, size) if around else (max(start, 0), min(stop, size))
