"""What is left of an item when its width, fill rule and clip are worked into its outline.

A solid outline is closed, its contours do not cross, and the nonzero and the even-odd rule agree
on it. The rasteriser and the DXF writer need that; PDF and SVG state width, rule and clip as such.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pathops

from render_core.geometry.outline_builder import OutlineBuilder
from render_core.layout import FillRule, Item, Outline, Verb
from render_core.raster.beziers import segments_without_arcs

MITER_LIMIT: Final = 4.0  # Without effect: joins are round.
CONIC_TOLERANCE_UM: Final = 0.25


def solid_outline(item: Item) -> Outline:
    """Return the solid outline of an item that has no image.

    Centre lines get round caps and joins. An outline that is already solid comes back as it is:
    composition unites every filled outline (nonzero) before it reaches a layout.
    """
    plain = item.fill_rule == FillRule.NONZERO and not item.line_width_um and item.clip is None
    if plain or item.outline.is_empty:
        return item.outline
    path = _path(item.outline, item.fill_rule)
    if item.line_width_um:
        path.stroke(
            item.line_width_um,
            pathops.LineCap.ROUND_CAP,
            pathops.LineJoin.ROUND_JOIN,
            MITER_LIMIT,
        )
        path.convertConicsToQuads(CONIC_TOLERANCE_UM)
    path.simplify(fix_winding=True, keep_starting_points=False)
    if item.clip is not None:
        clip = _path(item.clip, FillRule.NONZERO)
        path = pathops.op(path, clip, pathops.PathOp.INTERSECTION, keep_starting_points=False)
    return _outline(path)


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
        draw[verb](*points)
    return out.build()
