"""A design's picture from a G-buffer: its surfaces' texels, looked up and lit.

Light is linear in what is printed. With ink t (premultiplied) and its coverage a, a fragment sends
bare + a · (gloss - bare) + t · fallen, so only what a design covers is touched; the rest is the bare
product.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.design import Library
from render_core.layout import Layout
from render_core.scene import blocks
from render_core.scene.camera import eye_of
from render_core.scene.fragments import unit
from render_core.scene.gbuffer import LIGHT_STEPS, GBuffer, Texture
from render_core.scene.look_up import look_up
from render_core.scene.mipmap import Mipmap
from render_core.scene.relief import FLAT, relit, sight
from render_core.scene.surface_texels import SurfaceTexels, Window, surface_texels
from render_core.scene.tone import bytes_of_light, straight

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Rows = slice | NDArray[np.intp]

# Places that are looked up at once: they stay in the processor's cache.
_RUN_PLACES: Final = 8_192
# Where finishes are lit again, by many lights, more of them are worked on at once.
_RUN_OF_FINISHES: Final = 65_536
# Steps of marks that no eye sees.
_FLAT_ENOUGH: Final = 96
_ONE: Final = np.float32(1 / LIGHT_STEPS)
_PART: Final = np.float32(1 / 65535)


class Drawings:
    """A layout's surfaces as texels, each drawn once for all pictures of a turn."""

    def __init__(self, layout: Layout, library: Library) -> None:
        self._surfaces = {surface.id: surface for surface in layout.surfaces}
        self._library = library
        self._kept: dict[tuple[str, Mipmap], SurfaceTexels | None] = {}

    def of(self, texture: Texture) -> SurfaceTexels | None:
        """Return all levels of a texture, None where the layout shows nothing on it."""
        surface, name = self._surfaces.get(texture.surface), (texture.surface, texture.mipmap)
        if surface is not None and name not in self._kept:
            width, height = texture.mipmap.width, texture.mipmap.height
            boxes = np.array([[0, 0, width, height]], np.int32)
            self._kept[name] = surface_texels(
                surface, self._library, texture.mipmap, boxes, texture.mipmap.whole()
            )
        return self._kept.get(name)


def picture(buffer: GBuffer, layout: Layout, library: Library) -> Pixels:
    """Return the design on the product: (h, w, 4) sRGB, straight alpha, transparent around it.

    A surface that the layout does not have stays bare. Raises MissingInput, RefusedFile.
    """
    surfaces = {surface.id: surface for surface in layout.surfaces}
    found = []
    for texture in buffer.textures:
        surface = surfaces.get(texture.surface)
        if surface is not None and texture.blocks[0] < texture.blocks[1]:
            boxes = buffer.texels[slice(*texture.texels)]
            patches = buffer.patches[slice(*texture.patches)]
            texels = surface_texels(surface, library, texture.mipmap, boxes, patches)
            found.append((texture, texels))
    return _shown(buffer, found)


def picture_of(buffer: GBuffer, drawings: Drawings) -> Pixels:
    """Return the same as `picture`, of texels that other pictures use, too."""
    return _shown(buffer, [(texture, drawings.of(texture)) for texture in buffer.textures])


class _Seen(NamedTuple):
    """Fragments that a design covers. ink, marks: four planes (n,) in 1/65535 of scale."""

    rows: Rows
    ink: tuple[NDArray[np.uint32], ...]
    marks: tuple[NDArray[np.uint32], ...] | None
    scale: Floats | np.float32


def _shown(buffer: GBuffer, textures: list[tuple[Texture, SurfaceTexels | None]]) -> Pixels:
    out = buffer.shown.copy()
    edges = buffer.edge_light.copy()
    changed = np.zeros(len(edges), np.bool_)
    for texture, texels in textures:
        if texels is None:
            continue
        most = _RUN_PLACES if texels.marks is None else _RUN_OF_FINISHES
        for fragments, taps in _runs(buffer, texture, texels.window, most):
            seen = _seen(buffer, texels, fragments, taps)
            if seen is None:
                continue
            if fragments.start < buffer.whole:
                _lay_on(out, buffer, seen)
            else:
                _add_to_edges(edges, changed, buffer, seen)
    out.reshape(-1, 4)[buffer.edge_pixel[changed]] = straight(edges[changed])
    return out


def _runs(
    buffer: GBuffer, texture: Texture, window: Window, most: int
) -> Iterator[tuple[slice, slice]]:
    """Yield fragments that may see a window, and their places, about so many at the most."""
    table = buffer.blocks[slice(*texture.blocks)]
    near = (table[:, blocks.LEFT] <= window.right) & (table[:, blocks.RIGHT] >= window.left)
    near &= (table[:, blocks.TOP] <= window.bottom) & (table[:, blocks.BOTTOM] >= window.top)
    run = [0, 0, 0, 0]
    for block in table[near, : blocks.LEFT].tolist():
        if run[1] == block[0] != buffer.whole and block[3] - run[2] <= most:
            run = [run[0], block[1], run[2], block[3]]
        else:
            if run[1]:
                yield slice(*run[:2]), slice(*run[2:])
            run = block
    if run[1]:
        yield slice(*run[:2]), slice(*run[2:])


def _seen(buffer: GBuffer, texels: SurfaceTexels, fragments: slice, taps: slice) -> _Seen | None:
    corner, fraction = buffer.corner[taps], buffer.fraction[:, taps]
    places = buffer.places[fragments]
    ink = look_up(texels.ink, corner, fraction, places)
    scale: Floats | np.float32 = _PART
    if len(corner) > len(places):
        scale = _PART / places.astype(np.float32)
    if texels.marks is not None:
        marks = look_up(texels.marks, corner, fraction, places)
        return _Seen(fragments, ink, marks, scale)
    touched = np.flatnonzero(ink[3])
    if not len(touched):
        return None
    if len(touched) * 4 > len(places) * 3:
        return _Seen(fragments, ink, None, scale)
    if isinstance(scale, np.ndarray):
        scale = scale[touched]
    planes = tuple(plane[touched] for plane in ink)
    return _Seen(touched + fragments.start, planes, None, scale)


def _lay_on(out: Pixels, buffer: GBuffer, seen: _Seen) -> None:
    light = _sent(buffer, seen)
    shown = np.empty((light.shape[1], 4), np.uint8)
    shown[:, 3] = 255
    for channel in range(3):
        steps = np.minimum(light[channel], np.float32(65535))
        shown[:, channel] = bytes_of_light().take((steps + np.float32(0.5)).astype(np.intp))
    out.view(np.uint32).reshape(-1)[buffer.pixel[seen.rows]] = shown.view(np.uint32)[:, 0]


def _add_to_edges(edges: Floats, changed: NDArray[np.bool_], buffer: GBuffer, seen: _Seen) -> None:
    """Add what a design changes of fragments that share their pixels, in place."""
    rows = _shifted(seen.rows, -buffer.whole)
    slot = buffer.slot[rows].astype(np.intp)
    share = buffer.share[rows] * _ONE
    light = _sent(buffer, seen)
    for channel in range(3):
        more = (light[channel] - buffer.bare[channel, seen.rows]) * share
        np.add.at(edges[:, channel], slot, more)
    changed[slot] = True


def _shifted(rows: Rows, by: int) -> Rows:
    return slice(rows.start + by, rows.stop + by) if isinstance(rows, slice) else rows + by


def _sent(buffer: GBuffer, seen: _Seen) -> Floats:
    """Return the light that fragments send, planes (3, n), in 1/LIGHT_STEPS."""
    rows, ink, scale = seen.rows, seen.ink, seen.scale
    coverage = ink[3] * scale
    out = np.empty((3, len(coverage)), np.float32)
    for channel in range(3):
        bare = buffer.bare[channel, rows].astype(np.float32)
        light = out[channel]
        np.multiply(ink[channel], scale, out=light)
        light *= buffer.fallen[channel, rows]
        light += bare
        bare -= buffer.gloss[channel, rows]
        bare *= coverage
        light -= bare
    if seen.marks is not None and isinstance(rows, slice):
        _relight(out, buffer, seen, rows.start, seen.marks)
    return out


def _relight(
    light: Floats, buffer: GBuffer, seen: _Seen, first: int, marks: tuple[NDArray[np.uint32], ...]
) -> None:
    """Light again, in place, what of the fragments from the first on carries a finish."""
    planes = (np.stack(marks) * seen.scale).T * np.float32(65535)
    flat = np.array([0, FLAT, FLAT, 0], np.float32)
    at = np.flatnonzero((np.abs(planes - flat) > _FLAT_ENOUGH).any(axis=1))
    if not len(at):
        return
    of = at + first
    ink = (np.stack(seen.ink) * seen.scale)[:, at].T
    pixel = buffer.pixel[of].astype(np.int64)
    light[:, at] = relit(
        light[:, at].T * _ONE,
        ink,
        planes[at],
        (buffer.bare[:, of].T * _ONE),
        unit(buffer.normal[of].astype(np.float64)),
        unit(buffer.tangent[of].astype(np.float64)),
        buffer.open[of].astype(np.float32) / np.float32(255),
        sight(eye_of(buffer.camera), pixel),
        buffer.camera,
    ).T * np.float32(LIGHT_STEPS)
