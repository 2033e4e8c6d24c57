"""What no design changes about a view, prepared once for each width and kept within `CACHE_BYTES`.

Decoded, scaled and linearised: the photo, and the grey pictures that hide, shade, light and bend what
is laid on it; and for each surface its map, with the place of every pixel on it. The key is what the
view consists of: hashes, placements, sizes. Whether a caller may see a picture is its library's
answer, asked for each time, kept or not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core import vips
from render_core.byte_bounded import ByteBounded
from render_core.design import Library
from render_core.errors import UnsupportedDesign
from render_core.imaging.decoded import PICTURES, artwork
from render_core.layout import Surface
from render_core.mockup.folds import Folds, folds_of
from render_core.mockup.linear import Lit
from render_core.mockup.maps import Unplaceable
from render_core.mockup.placing import is_affine, map_of
from render_core.mockup.proportions import has_other_proportions
from render_core.mockup.warped import Warped
from render_core.raster.coverage import patches
from render_core.raster.grid import Grid, PixelMap
from render_core.srgb import FULL, light_of_bytes
from render_core.views import Placement, View

CACHE_BYTES: Final = 384 * 1024 * 1024
FOLDS_WIDTH_PX: Final = 1024

Pixels = NDArray[np.uint8]
Size = tuple[int, int]


@dataclass
class Prepared:
    """A view at a width. photo: (h, w, 3) sRGB. light: the same, linear. mask: (h, w) or None."""

    photo: Pixels
    light: NDArray[np.uint16]
    mask: Pixels | None
    shading: NDArray[np.float32] | None
    highlights: NDArray[np.float32] | None
    folds: Folds | None
    _lit: dict[int, Lit] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        planes = (self.photo, self.light, self.mask, self.shading, self.highlights)
        held = sum(plane.nbytes for plane in planes if plane is not None)
        lit = 0 if self.shading is None and self.highlights is None else 2 * 8
        folds = 0 if self.folds is None else self.folds.shift.nbytes
        return int(held + folds + lit * self.photo.shape[0] * self.photo.shape[1])

    def lit(self, gloss_permille: int) -> Lit | None:
        """Return how light falls on what shows that much of the highlights; None for as it is."""
        if self.shading is None and self.highlights is None:
            return None
        gloss = gloss_permille if self.highlights is not None else 0
        found = self._lit.get(gloss)
        if found is None:
            found = self._lit[gloss] = self._shone(gloss)
        return found

    def _shone(self, gloss: int) -> Lit:
        one = np.ones(self.photo.shape[:2], np.float32)
        shading = self.shading if self.shading is not None else one
        if self.highlights is None:
            return Lit(shading, np.zeros_like(one))
        added = self.highlights * np.float32(gloss / 1000)
        return Lit(shading * (one - added), added * np.float32(FULL))


_VIEWS: Final[ByteBounded[Prepared]] = ByteBounded(CACHE_BYTES)
_MAPS: Final[ByteBounded[PixelMap]] = ByteBounded(CACHE_BYTES)
_EDGES: Final[ByteBounded[Pixels]] = ByteBounded(CACHE_BYTES // 8)


def prepared(view: View, library: Library, width_px: int, height_px: int) -> Prepared:
    """Return a view at a size. Raises MissingInput, RefusedFile, UnsupportedDesign (VIEW_INVALID)."""
    for sha256 in view.assets:
        artwork(library, sha256)
    key = (view.photo, view.photo_width_px, view.light, width_px, height_px)
    found = _VIEWS.get(key)
    if found is None:
        found = _prepared(view, library, width_px, height_px)
        _VIEWS.put(key, found, found.nbytes)
    return found


def _prepared(view: View, library: Library, width_px: int, height_px: int) -> Prepared:
    photo = PICTURES.get(library, view.photo, width_px, height_px, opaque=True)
    light, table = view.light, light_of_bytes()
    sizes = dict.fromkeys(("mask", "shading", "highlights"), (width_px, height_px))
    # Folds are smooth: a large canvas needs no more of them.
    share = min(1.0, FOLDS_WIDTH_PX / width_px)
    sizes["displacement"] = (round(width_px * share), max(1, round(height_px * share)))
    greys = {
        name: _grey(view, library, name, *size)
        for name, size in sizes.items()
        if getattr(light, name)
    }
    factor = table.astype(np.float32) * np.float32(1 / FULL)
    bent = greys.get("displacement")
    zoom = width_px / view.photo_width_px
    strength = light.strength_millipx * zoom / 1000
    softness = max(1, round(3 * zoom * share))
    return Prepared(
        photo,
        table[photo],
        greys.get("mask"),
        factor[greys["shading"]] if "shading" in greys else None,
        factor[greys["highlights"]] if "highlights" in greys else None,
        folds_of(bent, strength, softness, share) if bent is not None else None,
    )


def _grey(view: View, library: Library, name: str, width_px: int, height_px: int) -> Pixels:
    """Return a grey picture of a view at a size: its luma, should it have colours."""
    sha256 = getattr(view.light, name)
    native = PICTURES.get(library, sha256, opaque=True)
    rows, columns = native.shape[:2]
    photo_px = (view.photo_width_px, view.photo_height_px)
    if has_other_proportions(photo_px, columns, rows):
        raise UnsupportedDesign(
            "VIEW_INVALID",
            f"The {name} of view {view.id!r} is {columns} × {rows} pixels; its photo is "
            f"{view.photo_width_px} × {view.photo_height_px}. They must have the same proportions.",
            field=f"views.{view.id}.{name}",
        )
    pixels = vips.resize(native, width_px, height_px).astype(np.uint32)
    grey = (pixels[..., 0] * 54 + pixels[..., 1] * 183 + pixels[..., 2] * 19 + 128) >> 8
    return np.ascontiguousarray(grey.astype(np.uint8))


def pixel_map(surface: Surface, placement: Placement, view: View, scene: Prepared) -> PixelMap:
    """Return the map from a surface to the pixels of a prepared view.

    Raises UnsupportedDesign (VIEW_INVALID), naming view and field.
    """
    height_px, width_px = scene.photo.shape[:2]
    if is_affine(placement) and scene.folds is None:
        return photo_grid(surface, placement, view, width_px, height_px)
    size = (surface.width_um, surface.height_um)
    bent = (view.light.displacement, view.light.strength_millipx)
    sizes = (view.photo_width_px, view.photo_height_px, width_px, height_px)
    key = (placement, size, sizes, bent)
    found = _MAPS.get(key)
    if found is None:
        zoom = (width_px / view.photo_width_px, height_px / view.photo_height_px)
        try:
            surface_map = map_of(placement, surface.width_um)
        except Unplaceable as error:
            raise _invalid(view, placement, str(error)) from error
        found = Warped(width_px, height_px, surface_map, size, zoom, scene.folds)
        # With what it will hold once a picture or gradient asks where pixels lie.
        _MAPS.put(key, found, 8 * width_px * height_px)
    return found


def edge_of(surface: Surface, grid: PixelMap, key: object) -> Pixels:
    """Return the coverage of a surface's shape on the canvas, (h, w). key: what the map is made of."""
    outline = surface.outline
    whole = (key, outline.verbs.tobytes(), outline.points_um.tobytes(), grid.width, grid.height)
    found = _EDGES.get(whole)
    if found is None:
        found = np.zeros((grid.height, grid.width), np.uint8)
        for left, top, alpha in patches(grid.edges(outline), grid.width, grid.height):
            rows, columns = alpha.shape
            found[top : top + rows, left : left + columns] = alpha
        _EDGES.put(whole, found, found.nbytes)
    return found


def photo_grid(
    surface: Surface, placement: Placement, view: View, width_px: int, height_px: int
) -> Grid:
    """Return the affine map from surface micrometres to the pixels of the scaled photo.

    It takes the surface's top left, top right and bottom left corners to where the placement says.
    """
    (x0, y0), (x1, y1), (x2, y2) = (
        placement.top_left_millipx,
        placement.top_right_millipx,
        placement.bottom_left_millipx,
    )
    if (x1 - x0) * (y2 - y0) == (y1 - y0) * (x2 - x0):
        raise _invalid(view, placement, "The three corners lie on one line.")
    scale_x = width_px / (1000 * view.photo_width_px)
    scale_y = height_px / (1000 * view.photo_height_px)
    return Grid(
        width_px,
        height_px,
        (x1 - x0) * scale_x / surface.width_um,
        (y1 - y0) * scale_y / surface.width_um,
        (x2 - x0) * scale_x / surface.height_um,
        (y2 - y0) * scale_y / surface.height_um,
        x0 * scale_x,
        y0 * scale_y,
    )


def _invalid(view: View, placement: Placement, why: str) -> UnsupportedDesign:
    return UnsupportedDesign(
        "VIEW_INVALID",
        f"View {view.id!r} cannot show the surface {placement.surface!r}. {why}",
        field=f"views.{view.id}.placements.{placement.surface}",
    )
