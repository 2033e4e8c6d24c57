"""Checks a view: a photo of the brand, and surfaces that can be laid onto it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from luneo.design.v1 import template_pb2

from render_core.mockup.proportions import MAX_TALL, is_too_tall
from services.runtime.errors import Violation
from services.spec.domain.holdings import AssetKind, Holdings

# A surface may run out of the picture, but not by more than the picture's own size.
_MILLIPX: Final = 1000


def view_violations(
    view: template_pb2.View,
    surfaces: Mapping[str, template_pb2.Surface],
    holdings: Holdings,
    path: str,
) -> Iterator[Violation]:
    """Yield what is wrong with a view. path: of the view in the request."""
    photo = holdings.assets.get(view.photo)
    if photo is None:
        yield Violation(f"{path}.photo", "ASSET_UNKNOWN", "This brand has no such picture.")
    elif photo.kind is not AssetKind.RASTER:
        yield Violation(f"{path}.photo", "ASSET_NOT_A_PHOTO", "A view needs a photo, not outlines.")
    elif is_too_tall(photo.width_px, photo.height_px):
        yield Violation(
            f"{path}.photo",
            "PHOTO_TOO_TALL",
            f"This photo is {photo.width_px} × {photo.height_px} pixels; a view is at most {MAX_TALL} "
            "times as tall as wide. Crop it and upload it again.",
        )
    seen: set[str] = set()
    for index, placement in enumerate(view.placements):
        place = f"{path}.placements[{index}]"
        if placement.surface not in surfaces:
            yield Violation(
                f"{place}.surface",
                "SURFACE_UNKNOWN",
                f"No surface is called {placement.surface!r}.",
            )
        if placement.surface in seen:
            yield Violation(
                f"{place}.surface", "SURFACE_REPEATED", "A surface falls on a photo once."
            )
        seen.add(placement.surface)
        size = (photo.width_px, photo.height_px) if photo else (0, 0)
        yield from _corners(placement, size, place)


def _corners(
    placement: template_pb2.Placement, size_px: tuple[int, int], path: str
) -> Iterator[Violation]:
    corners = {
        "top_left": placement.top_left,
        "top_right": placement.top_right,
        "bottom_left": placement.bottom_left,
    }
    width, height = size_px[0] * _MILLIPX, size_px[1] * _MILLIPX
    for name, point in corners.items():
        if width and not (
            -width <= point.x_millipx <= 2 * width and -height <= point.y_millipx <= 2 * height
        ):
            yield Violation(
                f"{path}.{name}", "CORNER_FAR_OUTSIDE", "This corner lies far outside of the photo."
            )
    if _area(placement) < _MILLIPX * _MILLIPX:
        yield Violation(
            path,
            "PLACEMENT_FLAT",
            "The three corners lie on one line. Give top left, top right and bottom left.",
        )


def _area(placement: template_pb2.Placement) -> int:
    """Return the area of the parallelogram that the corners span, in 1/1000 pixels squared."""
    origin, right, down = placement.top_left, placement.top_right, placement.bottom_left
    ax, ay = right.x_millipx - origin.x_millipx, right.y_millipx - origin.y_millipx
    bx, by = down.x_millipx - origin.x_millipx, down.y_millipx - origin.y_millipx
    return abs(ax * by - ay * bx)
