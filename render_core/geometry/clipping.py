"""Paths made simple, united, cut and clipped, whatever they look like.

Skia's path operations keep curves, but take for ever over tangles and lose parts of intricate paths;
Clipper's over whole numbers do neither, but know lines only. So Skia works where a path is plain, its
cuts are checked by their area, and Clipper does the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pathops
import pyclipper
from numpy.typing import NDArray

from render_core.geometry import boolean
from render_core.geometry.flatten import Polyline, flatten, flatten_path
from render_core.geometry.paths import EMPTY_PATH, Path, join_paths
from render_core.geometry.polygons import (
    TOLERANCE_UM,
    UNITS_PER_UM,
    Polygons,
    difference,
    intersection,
    polygons_of,
    united,
)
from render_core.geometry.tangles import is_tangled
from render_core.layout import FillRule, Outline, Verb

_EDGE_TOLERANCE_UM: Final = 0.5
_AREA_TOLERANCE: Final = 1e-3
# What Skia is given: of more meetings of segments, or more segments, Clipper is the faster one.
_MOST_MEETINGS: Final = 500
_MOST_SEGMENTS: Final = 10_000
# Curves of tangles become lines this fine, relative to their extent.
_FINENESS: Final = 50_000


def simple(path: Path, fill_rule: FillRule = FillRule.NONZERO) -> Path:
    """Return the same filled area with contours that neither cross nor overlap."""
    if path.is_empty or not _is_intricate(path):
        return boolean.simplify(path, fill_rule)
    return _path_of(_polygons(path, fill_rule))


def together(paths: Sequence[Path]) -> Path:
    """Return the union of simple paths."""
    paths = [path for path in paths if not path.is_empty]
    if len(paths) < 2:
        return paths[0] if paths else EMPTY_PATH
    joined = join_paths(paths)
    if not _is_intricate(joined):
        return boolean.union(paths)
    return _path_of(_polygons(joined))


def without(path: Path, minus: Path) -> Path:
    """Return what of a simple path lies outside another simple one."""
    if path.is_empty or minus.is_empty:
        return path
    if not _is_intricate(join_paths([path, minus])):
        return boolean.difference(path, minus)
    return _path_of(difference(_polygons(path), _polygons(minus)))


def clipped(path: Path, clip: Outline) -> Path:
    """Return what of a simple path lies inside a closed outline. Micrometres."""
    if path.is_empty or clip.is_empty:
        return EMPTY_PATH
    safe = intersection(polygons_of(path.outline()), polygons_of(clip))
    if safe.is_empty:
        return EMPTY_PATH
    if len(path.verbs) <= _MOST_SEGMENTS:
        try:
            curved = boolean.intersection(path, polygon(clip))
        except pathops.PathOpsError:
            curved = EMPTY_PATH
        if _is_of_area(curved, safe.area_um2()):
            return curved
    return _path_of(safe)


def polygon(outline: Outline) -> Path:
    """Return a closed outline as simple contours of straight lines."""
    verbs: list[int] = []
    points: list[NDArray[np.float64]] = []
    for contour in flatten(outline, _EDGE_TOLERANCE_UM):
        verbs += [Verb.MOVE, *[Verb.LINE] * (len(contour.points_um) - 1), Verb.CLOSE]
        points.append(contour.points_um)
    path = Path(np.array(verbs, np.uint8), np.concatenate(points))
    return boolean.simplify(path, FillRule.EVENODD)


def _is_intricate(path: Path) -> bool:
    return len(path.verbs) > _MOST_SEGMENTS or is_tangled(path, _MOST_MEETINGS)


def _polygons(path: Path, rule: FillRule = FillRule.NONZERO) -> Polygons:
    extent = float((path.points.max(axis=0) - path.points.min(axis=0)).max())
    fine = min(TOLERANCE_UM, max(extent / _FINENESS, 1 / UNITS_PER_UM))
    contours = flatten_path(path.verbs, path.points, fine)
    rings = [np.rint(c.points_um * UNITS_PER_UM).astype(np.int64) for c in contours]
    fill = pyclipper.PFT_EVENODD if rule is FillRule.EVENODD else pyclipper.PFT_NONZERO
    return united(rings, fill)


def _path_of(area: Polygons) -> Path:
    verbs: list[int] = []
    for ring in area.rings:
        verbs += [Verb.MOVE, *[Verb.LINE] * (len(ring) - 1), Verb.CLOSE]
    if not verbs:
        return EMPTY_PATH
    return Path(np.array(verbs, np.uint8), np.concatenate(area.rings) / UNITS_PER_UM)


def _is_of_area(path: Path, area_um2: float) -> bool:
    contours = flatten_path(path.verbs, path.points, TOLERANCE_UM)
    slack = sum(_length(contour) for contour in contours) * 2 * TOLERANCE_UM
    found = abs(sum(_area(contour) for contour in contours))
    return abs(found - area_um2) <= slack + _AREA_TOLERANCE * area_um2


def _area(contour: Polyline) -> float:
    x, y = (contour.points_um - contour.points_um[0]).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2


def _length(contour: Polyline) -> float:
    x, y = (np.roll(contour.points_um, -1, axis=0) - contour.points_um).T
    return float(np.sqrt(x * x + y * y).sum())
