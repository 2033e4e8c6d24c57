"""The pictures on a 3D model: the layout of a surface over the colour of its material.

Drawn by the same `raster.draw` as previews and prints, so a model shows what they show. The picture
covers the surface without its bleed from edge to edge: u and v are parts of its width and height.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from render_core import vips
from render_core.design import Library
from render_core.errors import UnsupportedDesign
from render_core.layout import Layout, Surface
from render_core.mesh.model import Colour, Material, Mesh
from render_core.raster.draw import draw
from render_core.raster.grid import Grid
from render_core.separations import shown_items
from render_core.vips import Pixels

# Tried in this order until the file is small enough: a side less sharp, then packed harder.
_SIDES: Final = (1, 0.75, 0.5)  # of the longest side allowed
_ENCODINGS: Final[tuple[tuple[str, Callable[[Pixels], bytes]], ...]] = (
    ("image/png", lambda pixels: vips.png(pixels, photographic=True)),
    ("image/webp", lambda pixels: vips.webp(pixels, lossless=True)),
    ("image/jpeg", lambda pixels: vips.jpeg(pixels, quality=96)),
    ("image/webp", lambda pixels: vips.webp(pixels, quality=92)),
    ("image/jpeg", lambda pixels: vips.jpeg(pixels, quality=88)),
)
# Beside a WebP, for viewers that do not know it: of its side, and how hard it is packed.
_FALLBACK_SIDE: Final = 0.5
_FALLBACK_QUALITY: Final = 85


@dataclass(frozen=True, slots=True)
class Texture:
    """An encoded picture, opaque, sRGB; media_type is image/png, image/jpeg or image/webp.

    fallback: beside a WebP, a smaller JPEG of the same.
    """

    data: bytes
    media_type: str
    width_px: int
    height_px: int
    fallback: Texture | None = None

    @property
    def size_bytes(self) -> int:
        """Bytes of it and of its fallback."""
        return len(self.data) + (len(self.fallback.data) if self.fallback else 0)


def texture_pixels(
    surface: Surface, library: Library, base_colour: Colour, longest_px: int
) -> Pixels:
    """Return the surface over a colour: (h, w, 3) sRGB, its longer side of `longest_px` pixels."""
    width, height = _size(surface, longest_px)
    grid = Grid(
        width, height, width / surface.width_um, 0.0, 0.0, height / surface.height_um, 0.0, 0.0
    )
    canvas = np.full((height, width, 3), base_colour[:3], np.uint8)
    within = None if surface.outline.is_empty else surface.outline
    draw(canvas, shown_items(surface), grid, library, within,
         lit=(surface.width_um, surface.height_um))  # fmt: skip
    return canvas


def model_textures(
    layout: Layout, mesh: Mesh, library: Library, *, longest_px: int, budget_bytes: int
) -> dict[str, Texture]:
    """Return a picture for each surface that the mesh shows and the design prints on, by its id.

    budget_bytes: for all of them together, in equal shares. Where even the smallest is larger, it
    is returned all the same: the gate of the file says so.
    Raises UnsupportedDesign (MODEL_INVALID) where the mesh shows a surface that does not exist.
    """
    return looks_textures(
        layout, (mesh.materials,), library, longest_px=longest_px, budget_bytes=budget_bytes
    )[0]


def looks_textures(
    layout: Layout, looks: Sequence[tuple[Material, ...]], library: Library,
    *, longest_px: int, budget_bytes: int, webp: bool = False,
) -> list[dict[str, Texture]]:  # fmt: skip
    """Return the pictures of each of several looks of a mesh, as `model_textures` does of one.

    A surface over one colour is one picture, however many looks have it; all share the budget.
    webp: whether the file knows WebP with a fallback.
    """
    shown = [_shown(layout, materials) for materials in looks]
    wanted = list(dict.fromkeys(pair for colours in shown for pair in colours.items()))
    share = budget_bytes // max(1, len(wanted))
    made = {
        (surface, colour): _texture(
            _candidates(_surface(layout, surface), library, colour, longest_px, webp=webp), share
        )
        for surface, colour in wanted
    }
    return [{pair[0]: made[pair] for pair in colours.items()} for colours in shown]


def _shown(layout: Layout, materials: tuple[Material, ...]) -> dict[str, Colour]:
    """Return the colour beneath each surface that is printed on: of the first material that shows it."""
    shown: dict[str, Colour] = {}
    for material in materials:
        if material.surface and _surface(layout, material.surface).items:
            shown.setdefault(material.surface, material.base_colour)
    return shown


def _texture(candidates: Iterator[Texture], budget_bytes: int) -> Texture:
    """Return the first candidate within a budget, else the smallest."""
    smallest: Texture | None = None
    for texture in candidates:
        if texture.size_bytes <= budget_bytes:
            return texture
        if smallest is None or texture.size_bytes < smallest.size_bytes:
            smallest = texture
    assert smallest is not None
    return smallest


def _candidates(
    surface: Surface, library: Library, colour: Colour, longest_px: int, *, webp: bool
) -> Iterator[Texture]:
    for part in _SIDES:
        pixels = texture_pixels(surface, library, colour, int(longest_px * part))
        height, width = pixels.shape[:2]
        small: Texture | None = None
        for media_type, encode in _ENCODINGS:
            if media_type != "image/webp":
                yield Texture(encode(pixels), media_type, width, height)
            elif webp:
                small = small or _fallback(
                    surface, library, colour, int(longest_px * part * _FALLBACK_SIDE)
                )
                yield Texture(encode(pixels), media_type, width, height, small)


def _fallback(surface: Surface, library: Library, colour: Colour, longest_px: int) -> Texture:
    pixels = texture_pixels(surface, library, colour, longest_px)
    height, width = pixels.shape[:2]
    return Texture(vips.jpeg(pixels, quality=_FALLBACK_QUALITY), "image/jpeg", width, height)


def _size(surface: Surface, longest_px: int) -> tuple[int, int]:
    longest_um = max(surface.width_um, surface.height_um)
    width = (2 * surface.width_um * longest_px + longest_um) // (2 * longest_um)
    height = (2 * surface.height_um * longest_px + longest_um) // (2 * longest_um)
    return max(1, width), max(1, height)


def _surface(layout: Layout, surface: str) -> Surface:
    try:
        return layout.surface(surface)
    except KeyError as error:
        raise UnsupportedDesign(
            "MODEL_INVALID", f"The model shows the surface {surface!r}, which does not exist."
        ) from error


def decoded_sizes(textures: Iterable[Texture]) -> tuple[int, ...]:
    """Return the longer side of each picture, in pixels."""
    return tuple(max(texture.width_px, texture.height_px) for texture in textures)
