"""A design on the photo of its product: the 2D preview.

Outlines go straight from micrometres to photo pixels and are rasterised there: there is no bitmap
in between, so the picture shows exactly the geometry that a browser's canvas draws from the same
layout, and the one that the workshop receives.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render_core.design import Library, Placement, Template, View
from render_core.errors import UnsupportedDesign
from render_core.imaging.decoded import PICTURES
from render_core.layout import Item, Layout, Surface, Verb
from render_core.mockup.proportions import MAX_TALL, is_too_tall
from render_core.raster.draw import draw
from render_core.raster.grid import Grid
from render_core.separations import shown_items

MIN_WIDTH_PX, MAX_WIDTH_PX = 16, 4096


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
    canvas = PICTURES.get(library, view.photo, width_px, max(1, height_px), opaque=True).copy()
    for placement in view.placements:
        surface = _surface(layout, placement, view)
        items = shown_items(surface)
        if not items:
            continue
        grid = photo_grid(surface, placement, view, width_px, canvas.shape[0])
        within = surface.outline if _reach_over_the_edge(surface, items) else None
        size = (surface.width_um, surface.height_um)
        draw(canvas, items, grid, library, within, lit=size)
    return canvas


def photo_grid(
    surface: Surface, placement: Placement, view: View, width_px: int, height_px: int
) -> Grid:
    """Return the map from surface micrometres to the pixels of the scaled photo.

    It takes the surface's top left, top right and bottom left corners to where the placement says.
    """
    (x0, y0), (x1, y1), (x2, y2) = (
        placement.top_left_millipx,
        placement.top_right_millipx,
        placement.bottom_left_millipx,
    )
    if (x1 - x0) * (y2 - y0) == (y1 - y0) * (x2 - x0):
        raise UnsupportedDesign(
            "VIEW_INVALID", f"The three corners in view {view.id!r} lie on one line.", field="view"
        )
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
