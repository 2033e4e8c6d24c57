"""Paths cut along a closed outline.

Skia's intersection keeps curves, but loses parts of intricate paths; Clipper's over whole numbers does
not, but knows lines only. So the first is taken where it has the area that the second finds.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pathops
from numpy.typing import NDArray

from render_core.geometry.boolean import intersection, simplify
from render_core.geometry.flatten import Polyline, flatten, flatten_path
from render_core.geometry.paths import EMPTY_PATH, Path
from render_core.geometry.polygons import TOLERANCE_UM, polygons_of
from render_core.geometry.polygons import intersection as common
from render_core.layout import FillRule, Outline, Verb

_EDGE_TOLERANCE_UM: Final = 0.5
_AREA_TOLERANCE: Final = 1e-3


def clipped(path: Path, clip: Outline) -> Path:
    """Return what of a simple path lies inside a closed outline. Micrometres."""
    if path.is_empty or clip.is_empty:
        return EMPTY_PATH
    safe = common(polygons_of(path.outline()), polygons_of(clip))
    if safe.is_empty:
        return EMPTY_PATH
    try:
        curved = intersection(path, polygon(clip))
    except pathops.PathOpsError:
        curved = EMPTY_PATH
    if _is_of_area(curved, safe.area_um2()):
        return curved
    outline = safe.outline()
    return Path(outline.verbs, outline.points_um.astype(np.float64))


def polygon(outline: Outline) -> Path:
    """Return a closed outline as simple contours of straight lines."""
    verbs: list[int] = []
    points: list[NDArray[np.float64]] = []
    for contour in flatten(outline, _EDGE_TOLERANCE_UM):
        verbs += [Verb.MOVE, *[Verb.LINE] * (len(contour.points_um) - 1), Verb.CLOSE]
        points.append(contour.points_um)
    return simplify(Path(np.array(verbs, np.uint8), np.concatenate(points)), FillRule.EVENODD)


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
