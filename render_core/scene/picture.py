"""A design's picture from a G-buffer: its surfaces' texels, looked up and lit.

Light is linear in what is printed. With ink t (premultiplied) and its coverage a, a fragment sends
bare + t · fallen + a · change, so only what a design covers is touched; the rest is the bare product.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.design import Library
from render_core.layout import Layout, Surface
from render_core.scene.camera import eye_of
from render_core.scene.fragments import unit
from render_core.scene.gbuffer import GBuffer
from render_core.scene.relief import FLAT, finished, inked, relit, sight
from render_core.scene.ripmap import Ripmap, Window, atlas, grown, look_up
from render_core.scene.surface_texels import EMPTY, covered, drawn, linear
from render_core.scene.tone import straight
from render_core.separations import shown_items

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

# Steps of marks that no eye sees.
_FLAT_ENOUGH: Final = 96


def picture(buffer: GBuffer, layout: Layout, library: Library) -> Pixels:
    """Return the design on the product: (h, w, 4) sRGB, straight alpha, transparent around it.

    A surface that the layout does not have stays bare. Raises MissingInput, RefusedFile.
    """
    out = buffer.shown.copy()
    surfaces = {surface.id: surface for surface in layout.surfaces}
    for index, texture in enumerate(buffer.textures):
        surface = surfaces.get(texture.surface)
        if surface is not None and len(buffer.pixel):
            _lay_on(out, buffer, index, texture.ripmap, surface, library)
    return out


def _lay_on(
    out: Pixels, buffer: GBuffer, index: int, ripmap: Ripmap, surface: Surface, library: Library
) -> None:
    items = shown_items(surface)
    canvas = drawn(surface, inked(items), library, ripmap.width, ripmap.height)
    marks = finished(surface, items, library, ripmap)
    window = covered(canvas) if marks is None else Window(0, 0, ripmap.width, ripmap.height)
    if window == EMPTY:
        return
    window = grown(ripmap, window)
    rows = np.flatnonzero(_reaching(buffer, index, ripmap, window))
    if not len(rows):
        return
    ink = looked_up(ripmap, canvas, window, buffer.place[rows])
    if marks is None:
        touched = ink[:, 3] > 0
        rows, ink = rows[touched], ink[touched]
    fallen = buffer.fallen[rows].astype(np.float32)
    change = buffer.change[rows].astype(np.float32)
    added = ink[:, :3] * fallen + ink[:, 3:] * change
    if marks is not None:
        _add_finishes(
            added, ink, look_up(atlas(ripmap, marks, window), buffer.place[rows]), buffer, rows
        )
    _add(out, buffer, rows, added * buffer.share[rows][:, None])


def _add_finishes(
    added: Floats, ink: Floats, marks: Floats, buffer: GBuffer, rows: NDArray[np.intp]
) -> None:
    """Light again, in place, what carries a finish."""
    flat = np.array([0, FLAT, FLAT, 0], np.float32)
    seen = np.flatnonzero((np.abs(marks - flat) > _FLAT_ENOUGH).any(axis=1))
    of = rows[seen]
    pixel = buffer.pixel[of].astype(np.int64)
    bare = buffer.bare.reshape(-1, 4)[pixel].astype(np.float32)
    bare = (bare[:, :3] / np.maximum(bare[:, 3:], np.float32(1e-3))).astype(np.float32)
    added[seen] = (
        relit(
            bare + added[seen],
            ink[seen],
            marks[seen],
            bare,
            unit(buffer.normal[of].astype(np.float64)),
            unit(buffer.tangent[of].astype(np.float64)),
            buffer.open[of].astype(np.float32) / np.float32(255),
            sight(eye_of(buffer.camera), pixel),
            buffer.camera,
        )
        - bare
    )


def looked_up(ripmap: Ripmap, canvas: Pixels, window: Window, place: Floats) -> Floats:
    """Return premultiplied linear light and coverage (n, 4), 0 to 1, at places of the atlas."""
    left, top, right, bottom = window
    texels = linear(canvas[top:bottom, left:right])
    return look_up(atlas(ripmap, texels, window), place) * np.float32(1 / 65535)


def _reaching(buffer: GBuffer, index: int, ripmap: Ripmap, window: Window) -> NDArray[np.bool_]:
    """Return which fragments may see something of a window of the texture, on any level."""
    x, y = buffer.place[:, 0], buffer.place[:, 1]
    near = np.zeros(len(x), np.bool_)
    for (origin_x, origin_y), (step_x, step_y) in zip(ripmap.origins(), ripmap.levels, strict=True):
        across, down = step_x >> 1, step_y >> 1
        width, height = ripmap.width >> across, ripmap.height >> down
        left, right = (
            origin_x + (window.left >> across) - 1,
            origin_x + (window.right >> across) + 3,
        )
        top, bottom = origin_y + (window.top >> down) - 1, origin_y + (window.bottom >> down) + 3
        left, right = max(left, origin_x), min(right, origin_x + width + 2)
        top, bottom = max(top, origin_y), min(bottom, origin_y + height + 2)
        near |= (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    if len(buffer.textures) > 1:
        near &= buffer.surface == index
    return near


def _add(out: Pixels, buffer: GBuffer, rows: NDArray[np.intp], added: Floats) -> None:
    pixel = buffer.pixel[rows].astype(np.int64)
    first = np.ones(len(pixel), np.bool_)
    np.not_equal(pixel[1:], pixel[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    at = pixel[starts]
    light = buffer.bare.reshape(-1, 4)[at].astype(np.float32)
    light[:, :3] += np.add.reduceat(added, starts, axis=0) if len(starts) < len(rows) else added
    out.reshape(-1, 4)[at] = straight(light)
