"""What is left of an item when its width, fill rule and clip are worked into its outline.

A solid outline is closed, its contours do not cross, and the nonzero and the even-odd rule agree
on it. The rasteriser and the DXF writer need that; PDF and SVG state width, rule and clip as such.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pathops

from render_core.errors import UnsupportedDesign
from render_core.geometry.outline_builder import OutlineBuilder
from render_core.layout import FillRule, Item, Outline, Verb
from render_core.raster.beziers import segments_without_arcs

MITER_LIMIT: Final = 4.0  # Without effect: joins are round.
CONIC_TOLERANCE_UM: Final = 0.25
# Skia strokes to within a fraction of a unit, so it strokes in micrometres; it finds crossings in
# float32, best below some thousand, so it does that in units of 64. A power of two is exact.
UM_PER_UNIT: Final = 64


def solid_outline(item: Item) -> Outline:
    """Return the solid outline of an item that has no image.

    Centre lines get round caps and joins. An outline that is already solid comes back as it is:
    composition unites every filled outline (nonzero) before it reaches a layout.
    Raises UnsupportedDesign (OUTLINE_UNRESOLVED) where Skia cannot work the outline out.
    """
    plain = item.fill_rule == FillRule.NONZERO and not item.line_width_um and item.clip is None
    if plain or item.outline.is_empty:
        return item.outline
    try:
        return _outline(_resolved(item))
    except pathops.PathOpsError as error:
        raise UnsupportedDesign(
            "OUTLINE_UNRESOLVED",
            f"An outline in zone {item.zone!r} is too intricate to be worked out. Simplify it.",
            field=item.zone,
        ) from error


def _resolved(item: Item) -> pathops.Path:
    path = _path(item.outline, item.fill_rule)
    if item.line_width_um:
        round_cap, round_join = pathops.LineCap.ROUND_CAP, pathops.LineJoin.ROUND_JOIN
        path.stroke(item.line_width_um, round_cap, round_join, MITER_LIMIT)
        path.convertConicsToQuads(CONIC_TOLERANCE_UM)
    path = path.transform(1 / UM_PER_UNIT, 0, 0, 1 / UM_PER_UNIT)
    path.simplify(fix_winding=True, keep_starting_points=False)
    if item.clip is not None:
        clip = _path(item.clip, FillRule.NONZERO)
        clip = clip.transform(1 / UM_PER_UNIT, 0, 0, 1 / UM_PER_UNIT)
        path = pathops.op(path, clip, pathops.PathOp.INTERSECTION, keep_starting_points=False)
    return path


def _path(outline: Outline, rule: FillRule) -> pathops.Path:
    path = pathops.Path()
    path.fillType = (
        pathops.FillType.EVEN_ODD if rule == FillRule.EVENODD else pathops.FillType.WINDING
    )
    draw = (path.moveTo, path.lineTo, path.quadTo, path.cubicTo)
    for verb, points in segments_without_arcs(outline):
        if verb == Verb.CLOSE:
            path.close()
        else:
            draw[verb](*(number for point in points for number in point))
    return path


def _outline(path: pathops.Path) -> Outline:
    out = OutlineBuilder()
    draw: dict[object, Callable[..., None]] = {
        pathops.PathVerb.MOVE: out.move,
        pathops.PathVerb.LINE: out.line,
        pathops.PathVerb.QUAD: out.quad,
        pathops.PathVerb.CUBIC: out.cubic,
        pathops.PathVerb.CLOSE: out.close,
    }
    for verb, points in path:
        draw[verb](*((x * UM_PER_UNIT, y * UM_PER_UNIT) for x, y in points))
    return out.build()
