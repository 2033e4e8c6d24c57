"""The map of a placement, and what is wrong with one. Needs no libvips: services judge templates by it."""

from __future__ import annotations

from typing import Final

import numpy as np

from render_core.mockup.maps import Cylinder, Patches, Point, Quad, SurfaceMap, Unplaceable
from render_core.views import Bend, Net, Placement

MAX_NET_CELLS: Final = 8
# Of the angle that the points of a cylinder span, in radians: from 2° (nearly flat) to 175°.
_MIN_SPAN, _MAX_SPAN = 0.035, 3.054
# How many places of each patch are tried for folds, and how small a surface may get there.
_TRIED: Final = 24
_FLATTEST: Final = 1e-4
# How near a place may be, as a share of the farthest one.
_NEAREST: Final = 1e-9


def is_affine(placement: Placement) -> bool:
    """Return whether three corners are all that a placement states."""
    return (
        placement.bottom_right_millipx is None and placement.bend is None and placement.net is None
    )


def map_of(placement: Placement, width_um: int) -> SurfaceMap:
    """Return the map of a placement that is not affine. Raises Unplaceable.

    width_um: of the surface.
    """
    if placement.net is not None:
        return _unfolded(_patches(placement.net))
    if placement.bend is not None:
        return _unfolded(_before_camera(_cylinder(placement.bend, width_um)))
    return Quad(*(_pixels(corner) for corner in _corners(placement)))


def _corners(placement: Placement) -> tuple[tuple[int, int], ...]:
    (x0, y0), (x1, y1) = placement.top_left_millipx, placement.top_right_millipx
    x2, y2 = placement.bottom_left_millipx
    affine = (x1 + x2 - x0, y1 + y2 - y0)
    return (x0, y0), (x1, y1), (x2, y2), placement.bottom_right_millipx or affine


def _cylinder(bend: Bend, width_um: int) -> Cylinder:
    if len(bend.points_millipx) != 6:
        raise Unplaceable("A cylinder takes six points: three of each edge.")
    if bend.diameter_um < 1:
        raise Unplaceable("A cylinder has a diameter.")
    start, end = (bend.from_um, bend.to_um) if bend.to_um else (0, width_um)
    if not 0 <= start < end <= width_um:
        raise Unplaceable("The part of the surface that the points are of does not lie on it.")
    arc = 2 * width_um / bend.diameter_um
    if arc > 2 * 3.1416:
        raise Unplaceable("The surface goes around the cylinder more than once.")
    span = arc * (end - start) / width_um
    if not _MIN_SPAN <= span <= _MAX_SPAN:
        raise Unplaceable(
            f"The points span {span * 57.29578:.0f}° of the cylinder; 2° to 175° can be seen at once."
        )
    top_left, top, top_right, bottom_left, bottom, bottom_right = map(_pixels, bend.points_millipx)
    points = (top_left, top, top_right, bottom_left, bottom, bottom_right)
    return Cylinder(points, (start / width_um, end / width_um), arc)


def _patches(net: Net) -> Patches:
    if not (1 <= net.columns <= MAX_NET_CELLS and 1 <= net.rows <= MAX_NET_CELLS):
        raise Unplaceable(f"A net has one to {MAX_NET_CELLS} patches each way.")
    across, down = 3 * net.columns + 1, 3 * net.rows + 1
    if len(net.points_millipx) != across * down:
        raise Unplaceable(
            f"{net.columns} × {net.rows} patches take {across * down} points, not {len(net.points_millipx)}."
        )
    points = [_pixels(point) for point in net.points_millipx]
    rows = tuple(tuple(points[row * across : (row + 1) * across]) for row in range(down))
    return Patches(net.columns, net.rows, rows)


def _before_camera(cylinder: Cylinder) -> Cylinder:
    """Return a cylinder all of whose seen part lies before the camera; else raise Unplaceable.

    A place that does not would be divided by its depth of 0. Depths are linear in height.
    """
    left, top, right, bottom = cylinder.seen
    across = np.linspace(left, right, _TRIED + 1)
    depths = [cylinder.depths(across, np.full_like(across, height)) for height in (top, bottom)]
    if not np.min(depths) > _NEAREST * np.max(np.abs(depths)):
        raise Unplaceable("A part of the surface lies beside or behind the camera.")
    return cylinder


def _unfolded(surface: SurfaceMap) -> SurfaceMap:
    """Return the map if it nowhere turns over, tried at many places; else raise Unplaceable."""
    left, top, right, bottom = surface.seen
    kinks = surface.kinks
    if not left < right:
        raise Unplaceable("Nothing of the surface faces the camera.")
    across = np.linspace(left, right, _TRIED * (len(kinks[0]) + 1) + 1)
    down = np.linspace(top, bottom, _TRIED * (len(kinks[1]) + 1) + 1)
    u, v = (plane.reshape(-1) for plane in np.meshgrid(across, down))
    xu, yu, xv, yv = surface.derivative(u, v)
    area = xu * yv - yu * xv
    sign = np.sign(area[area.size // 2])
    if not (area * sign > _FLATTEST).all():
        at = int(np.argmin(area * sign))
        raise Unplaceable(
            f"The surface folds over itself at {u[at]:.2f} of its width and {v[at]:.2f} of its height."
        )
    return surface


def _pixels(point: tuple[int, int]) -> Point:
    return point[0] / 1000, point[1] / 1000
