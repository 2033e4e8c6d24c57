"""GEOS, by shapely, as an outside judge of areas."""

from __future__ import annotations

from functools import reduce

import shapely
from shapely.geometry.base import BaseGeometry

from render_core.geometry.flatten import flatten
from render_core.layout import Outline


def area_of(outline: Outline, tolerance_um: float = 0.5) -> BaseGeometry:
    """Return what an outline fills by the even-odd rule, as GEOS sees it; in micrometres."""
    rings = [line.points_um for line in flatten(outline, tolerance_um) if len(line.points_um) > 2]
    shapes = sorted((shapely.make_valid(shapely.Polygon(ring)) for ring in rings), key=_size)
    return reduce(shapely.symmetric_difference, reversed(shapes), shapely.Polygon())


def differing(one: BaseGeometry, other: BaseGeometry) -> float:
    """Return the area that only one of two covers, over the area of the second."""
    return shapely.symmetric_difference(one, other).area / other.area


def farthest_um(one: BaseGeometry, other: BaseGeometry) -> float:
    """Return the Hausdorff distance of two boundaries."""
    return shapely.hausdorff_distance(one.boundary, other.boundary)


def is_clean(outline: Outline) -> bool:
    """Return whether no contour crosses itself or another, and holes lie inside of outer ones."""
    contours = [line.points_um for line in flatten(outline, 0.5)]
    rings = [shapely.LinearRing(points) for points in contours if len(points) > 2]
    if not all(shapely.is_valid(shapely.Polygon(ring)) for ring in rings):
        return False
    tree = shapely.STRtree(rings)
    first, second = tree.query(rings, predicate="crosses")
    return not (first != second).any()


def _size(shape: BaseGeometry) -> float:
    return shape.area
