"""Checks a view: a photo of the brand, and surfaces that can be laid onto it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from luneo.design.v1 import template_pb2

from render_core.mockup.maps import Unplaceable
from render_core.mockup.placing import is_affine, map_of
from render_core.mockup.proportions import MAX_TALL, has_other_proportions, is_too_tall
from services.designs.templates import placement_of
from services.runtime.errors import Violation
from services.spec.domain.holdings import AssetFact, AssetKind, Holdings

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
        if placement.surface in surfaces:
            yield from _impossible(placement, surfaces[placement.surface].width_um, place)
    if photo is not None and photo.kind is AssetKind.RASTER:
        yield from _light(view.light, photo, holdings, f"{path}.light")


def _light(
    light: template_pb2.ViewLight, photo: AssetFact, holdings: Holdings, path: str
) -> Iterator[Violation]:
    """Yield which grey pictures cannot be laid over the photo."""
    for name in ("mask", "shading", "highlights", "displacement"):
        asset = getattr(light, name)
        if not asset:
            continue
        grey = holdings.assets.get(asset)
        if grey is None:
            yield Violation(f"{path}.{name}", "ASSET_UNKNOWN", "This brand has no such picture.")
        elif grey.kind is not AssetKind.RASTER:
            yield Violation(
                f"{path}.{name}",
                "ASSET_NOT_A_PHOTO",
                f"The {name} is a grey picture, not outlines.",
            )
        elif has_other_proportions(
            (photo.width_px, photo.height_px), grey.width_px, grey.height_px
        ):
            yield Violation(
                f"{path}.{name}",
                "LIGHT_OTHER_PROPORTIONS",
                f"The {name} is {grey.width_px} × {grey.height_px} pixels, the photo "
                f"{photo.width_px} × {photo.height_px}. Make it of the same proportions.",
            )


def _impossible(placement: template_pb2.Placement, width_um: int, path: str) -> Iterator[Violation]:
    """Yield why no camera sees the surface as a quad, cylinder or net says."""
    if placement.HasField("cylinder") and placement.HasField("net"):
        yield Violation(
            path, "PLACEMENT_AMBIGUOUS", "A surface lies on a cylinder or a net, not on both."
        )
        return
    stated = placement_of(placement)
    if is_affine(stated):
        return
    try:
        map_of(stated, width_um)
    except Unplaceable as error:
        named = "net" if stated.net else "cylinder" if stated.bend else "bottom_right"
        yield Violation(f"{path}.{named}", "PLACEMENT_IMPOSSIBLE", str(error))


def _corners(
    placement: template_pb2.Placement, size_px: tuple[int, int], path: str
) -> Iterator[Violation]:
    corners = {
        "top_left": placement.top_left,
        "top_right": placement.top_right,
        "bottom_left": placement.bottom_left,
        "bottom_right": placement.bottom_right,
        **{f"cylinder.points[{i}]": point for i, point in enumerate(placement.cylinder.points)},
        **{f"net.points[{i}]": point for i, point in enumerate(placement.net.points)},
    }
    width, height = size_px[0] * _MILLIPX, size_px[1] * _MILLIPX
    for name, point in corners.items():
        if width and not (
            -width <= point.x_millipx <= 2 * width and -height <= point.y_millipx <= 2 * height
        ):
            yield Violation(
                f"{path}.{name}", "CORNER_FAR_OUTSIDE", "This point lies far outside of the photo."
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
