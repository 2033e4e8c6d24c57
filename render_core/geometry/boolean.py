"""Union, difference and intersection of filled paths, by Skia's path operations.

Results are non-overlapping contours for which both fill rules agree. Skia computes in float32: give
it coordinates of at most some ten thousand, such as font units. It keeps curves, but now and then
(in one of some five hundred Arabic words) it fails, or loses a part without saying so. So its area is
compared with Clipper's, which works in whole numbers; where they differ, Clipper's polygons, within a
quarter of a unit of the curves, are the result, and also where Skia alone would take seconds (seen by
crossings, segments, and edges that lie on each other). Where both would (seen by crossings), overlapping
contours are kept instead: the same picture, with seams inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pathops
import pyclipper

from render_core.geometry.crossings import crosses_more_often
from render_core.geometry.flatten import flatten_path
from render_core.geometry.paths import EMPTY_PATH, Path, join_paths
from render_core.geometry.polygons import Polygons, Ring, signed_area, united
from render_core.layout import FillRule, Verb

# How much of the area may differ: rounding and flattening, not shape.
_AREA_TOLERANCE: Final = 1e-3
_FLAT: Final = 0.25
_GRID: Final = 64
_CLIPPER_RULES: Final = {
    FillRule.NONZERO: pyclipper.PFT_NONZERO,
    FillRule.EVENODD: pyclipper.PFT_EVENODD,
}
# With so many the work takes a third of a second; the most intricate emoji have some eight hundred.
MOST_CROSSINGS: Final = 2_500
# Crossings times segments: with so many Skia takes a second or two, with four times as many half a minute.
_MOST_SKIA_WORK: Final = 5_000_000


def simplify(path: Path, fill_rule: FillRule = FillRule.NONZERO) -> Path:
    """Return the same filled area with contours that neither cross nor overlap.

    Outer contours all turn one way and holes the other, so that simple paths may be added up.
    """
    if path.is_empty:
        return EMPTY_PATH
    return _simplified(path, fill_rule)


def union(simple: Sequence[Path]) -> Path:
    """Return the union of paths that `simplify` has made."""
    if len(simple) == 1:
        return simple[0]
    joined = join_paths(simple)
    return joined if joined.is_empty else _simplified(joined, FillRule.NONZERO)


def difference(path: Path, minus: Path) -> Path:
    """Return what of a path lies outside another; both simple."""
    return _operation(path, minus, pathops.PathOp.DIFFERENCE)


def intersection(path: Path, other: Path) -> Path:
    """Return what of a path lies inside another; both simple."""
    return _operation(path, other, pathops.PathOp.INTERSECTION)


def _operation(path: Path, other: Path, operation: pathops.PathOp) -> Path:
    if path.is_empty:
        return EMPTY_PATH
    nonzero = FillRule.NONZERO
    result = pathops.op(_to_skia(path, nonzero), _to_skia(other, nonzero), operation)
    return _from_skia(result)


def _simplified(path: Path, fill_rule: FillRule) -> Path:
    if crosses_more_often(path, MOST_CROSSINGS):
        return path
    rings = _rings(path)
    filled = united(rings, _CLIPPER_RULES[fill_rule])
    most = min(MOST_CROSSINGS, _MOST_SKIA_WORK // len(path.verbs))
    if crosses_more_often(path, most, or_overlies=True):
        return _of_polygons(filled)
    skia = _to_skia(path, fill_rule)
    try:
        skia.simplify(fix_winding=True, keep_starting_points=False)
    except pathops.PathOpsError:
        return _of_polygons(filled)
    result = _from_skia(skia)
    area = sum(signed_area(ring) for ring in filled.rings)
    found = abs(sum(signed_area(ring) for ring in _rings(result)))
    return result if abs(found - area) <= _AREA_TOLERANCE * area else _of_polygons(filled)


def _rings(path: Path) -> list[Ring]:
    """Return a path flattened, on a grid of 1/`_GRID` units."""
    return [
        np.rint(contour.points_um * _GRID).astype(np.int64)
        for contour in flatten_path(path.verbs, path.points, _FLAT)
        if len(contour.points_um) > 2
    ]


def _of_polygons(area: Polygons) -> Path:
    if area.is_empty:
        return EMPTY_PATH
    verbs: list[int] = []
    for ring in area.rings:
        verbs += [Verb.MOVE, *[Verb.LINE] * (len(ring) - 1), Verb.CLOSE]
    points = np.concatenate(area.rings).astype(np.float64) / _GRID
    return Path(np.array(verbs, dtype=np.uint8), points)


def _to_skia(path: Path, fill_rule: FillRule) -> pathops.Path:
    evenodd = fill_rule is FillRule.EVENODD
    out = pathops.Path(fillType=pathops.FillType.EVEN_ODD if evenodd else pathops.FillType.WINDING)
    points = path.points.tolist()
    at = 0
    for verb in path.verbs.tolist():
        if verb == Verb.LINE:
            out.lineTo(*points[at])
            at += 1
        elif verb == Verb.QUAD:
            out.quadTo(*points[at], *points[at + 1])
            at += 2
        elif verb == Verb.CUBIC:
            out.cubicTo(*points[at], *points[at + 1], *points[at + 2])
            at += 3
        elif verb == Verb.MOVE:
            out.moveTo(*points[at])
            at += 1
        else:
            out.close()
    return out


def _from_skia(path: pathops.Path) -> Path:
    verbs = path.verbs
    if not verbs:
        return EMPTY_PATH
    numbers = _VERBS[np.array(verbs, dtype=np.int64)]
    return Path(numbers, np.array(path.points, dtype=np.float64).reshape(-1, 2))


_VERBS = np.zeros(len(pathops.PathVerb), dtype=np.uint8)
for _skia, _ours in (
    (pathops.PathVerb.MOVE, Verb.MOVE),
    (pathops.PathVerb.LINE, Verb.LINE),
    (pathops.PathVerb.QUAD, Verb.QUAD),
    (pathops.PathVerb.CUBIC, Verb.CUBIC),
    (pathops.PathVerb.CLOSE, Verb.CLOSE),
):
    _VERBS[_skia] = _ours
