"""Union, difference and intersection of filled paths, by Skia's path operations.

Results are non-overlapping contours for which both fill rules agree. Skia computes in float32: give
it coordinates of at most some ten thousand, such as font units. Where it fails or loses a part
(seen by the extents), overlapping contours under the nonzero rule are kept instead: the same
picture, with seams inside.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pathops

from render_core.geometry.paths import EMPTY_PATH, Path, join_paths
from render_core.geometry.support import bounds
from render_core.layout import FillRule, Verb

# How far extents may move, relative to the largest coordinate: float32 rounding, not shape.
_EXTENT_TOLERANCE = 1e-5


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
    skia = _to_skia(path, fill_rule)
    try:
        skia.simplify(fix_winding=True, keep_starting_points=False)
    except pathops.PathOpsError:
        return path
    result = _from_skia(skia)
    return result if _same_extents(path, result) else path


def _same_extents(before: Path, after: Path) -> bool:
    if after.is_empty:
        return False
    first, second = bounds(before), bounds(after)
    if first is None or second is None:
        return False
    allowed = _EXTENT_TOLERANCE * max(1.0, *(abs(value) for value in first))
    return all(abs(a - b) <= allowed for a, b in zip(first, second, strict=True))


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
