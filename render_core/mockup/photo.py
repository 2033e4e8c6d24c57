"""A design on the photo of its product: the 2D preview.

Outlines go straight from micrometres to photo pixels and are rasterised there: there is no bitmap
in between, so the picture shows exactly the geometry that a browser's canvas draws from the same
layout, and the one that the workshop receives.
"""

from __future__ import annotations

from math import isqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.design import Library, Template
from render_core.errors import UnsupportedDesign
from render_core.layout import Item, Layout, Surface, Verb
from render_core.mockup.lay import Sheet, lay
from render_core.mockup.linear import LinearCanvas
from render_core.mockup.placing import is_affine
from render_core.mockup.prepared import Prepared, edge_of, pixel_map, prepared
from render_core.mockup.proportions import MAX_TALL, is_too_tall
from render_core.raster.grid import Grid
from render_core.raster.paint import covered
from render_core.separations import shown_items
from render_core.views import Light, Placement, View

MIN_WIDTH_PX, MAX_WIDTH_PX = 16, 4096
# Of a view with light, or where a surface is bent: some 100 bytes and 1 µs a pixel.
MAX_BENT_PIXELS: Final = MAX_WIDTH_PX * MAX_WIDTH_PX


def find_view(template: Template, view_id: str) -> View:
    """Return a view by id, the first one for ""; raises UnsupportedDesign (VIEW_UNKNOWN)."""
    for view in template.views:
        if view_id in ("", view.id):
            return view
    raise UnsupportedDesign(
        "VIEW_UNKNOWN", f"This product has no view {view_id!r}. Add one to it.", field="view"
    )


def check_width(width_px: int) -> None:
    """Raise UnsupportedDesign (PICTURE_WIDTH) for a width that no preview has."""
    if not MIN_WIDTH_PX <= width_px <= MAX_WIDTH_PX:
        raise UnsupportedDesign(
            "PICTURE_WIDTH",
            f"Choose a width from {MIN_WIDTH_PX} to {MAX_WIDTH_PX} pixels.",
            field="width",
        )


def on_photo(layout: Layout, view: View, library: Library, width_px: int) -> NDArray[np.uint8]:
    """Return the view with the design on it: (h, width_px, 3) sRGB, in the photo's proportions.

    Raises UnsupportedDesign (PICTURE_WIDTH, VIEW_INVALID), MissingInput, RefusedFile.
    """
    check_width(width_px)
    if view.photo_width_px < 1 or view.photo_height_px < 1:
        raise UnsupportedDesign("VIEW_INVALID", f"The photo of view {view.id!r} has no size.")
    if is_too_tall(view.photo_width_px, view.photo_height_px):
        raise UnsupportedDesign(
            "VIEW_INVALID",
            f"The photo of view {view.id!r} is more than {MAX_TALL} times as tall as wide; crop it.",
        )
    height_px = (2 * view.photo_height_px * width_px + view.photo_width_px) // (
        2 * view.photo_width_px
    )
    _check_pixels(view, width_px, height_px)
    scene = prepared(view, library, width_px, max(1, height_px))
    canvas = LinearCanvas(scene.light)
    for placement in view.placements:
        surface = _surface(layout, placement, view)
        items = shown_items(surface)
        if items:
            lay(_sheet(canvas, surface, items, placement, view, scene, library), items)
    return canvas.onto(scene.photo)


def _check_pixels(view: View, width_px: int, height_px: int) -> None:
    bent = view.light != Light() or not all(map(is_affine, view.placements))
    if bent and width_px * height_px > MAX_BENT_PIXELS:
        most = isqrt(MAX_BENT_PIXELS * view.photo_width_px // view.photo_height_px)
        raise UnsupportedDesign(
            "PICTURE_WIDTH",
            f"The view {view.id!r} is shown up to {most} pixels wide: it is tall, and has light or "
            "surfaces in perspective. Choose a smaller width.",
            field="width",
        )


def _sheet(
    canvas: LinearCanvas, surface: Surface, items: tuple[Item, ...], placement: Placement,
    view: View, scene: Prepared, library: Library,
) -> Sheet:  # fmt: skip
    grid = pixel_map(surface, placement, view, scene)
    visible = scene.mask
    # What is no affine map ends at the surface's box by itself.
    ends_at_box = not isinstance(grid, Grid) and _is_box(surface)
    if not ends_at_box and _reach_over_the_edge(surface, items):
        key = (placement, view.photo_width_px, view.photo_height_px, view.light)
        edge = edge_of(surface, grid, key)
        visible = edge if visible is None else covered(visible, edge)
    size = (surface.width_um, surface.height_um)
    return Sheet(canvas, grid, library, visible, scene.lit, size)


def _surface(layout: Layout, placement: Placement, view: View) -> Surface:
    try:
        return layout.surface(placement.surface)
    except KeyError as error:
        raise UnsupportedDesign(
            "VIEW_INVALID",
            f"View {view.id!r} shows the surface {placement.surface!r}, which does not exist.",
        ) from error


def _reach_over_the_edge(surface: Surface, items: tuple[Item, ...]) -> bool:
    """Return whether anything may lie outside the product's edge, as bleed does."""
    if surface.outline.is_empty:
        return False
    if not _is_box(surface):
        return True
    return any(
        item.image is not None or _outside(item.outline.bounds_um(), surface) for item in items
    )


def _is_box(surface: Surface) -> bool:
    """Return whether the edge is the plain rectangle of the surface's size."""
    lines = np.isin(surface.outline.verbs, (Verb.MOVE, Verb.LINE, Verb.CLOSE)).all()
    size = (0, 0, surface.width_um, surface.height_um)
    corners = len(np.unique(surface.outline.points_um, axis=0)) == 4
    return bool(lines and corners and surface.outline.bounds_um() == size)


def _outside(bounds_um: tuple[int, int, int, int], surface: Surface) -> bool:
    left, top, right, bottom = bounds_um
    return left < 0 or top < 0 or right > surface.width_um or bottom > surface.height_um
