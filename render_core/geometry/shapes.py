"""The edges of surfaces and zones as outlines."""

from __future__ import annotations

from render_core.design import Shape, ShapeKind
from render_core.errors import UnsupportedDesign
from render_core.geometry.outline_builder import OutlineBuilder
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import Outline, Verb

# Cubic handle for a quarter of a turn: 4/3 · (√2 − 1); error 2.7e-4 of the radius.
QUARTER_HANDLE = 0.5522847498307936
# How far the middle of a quarter arc lies from both sides of its corner: 1 − √½ of the radius.
CORNER_INSET = 0.2928932188134524


def shape_outline(shape: Shape, width_um: int, height_um: int) -> Outline:
    """Return the closed edge of a shape that fills a box; y down, origin at the box's top left.

    Raises UnsupportedDesign for a box without area, a corner that does not fit, or bad path data.
    """
    if width_um <= 0 or height_um <= 0:
        raise UnsupportedDesign("SHAPE_EMPTY", "A shape needs a width and a height above zero.")
    if shape.kind is ShapeKind.ELLIPSE:
        return _ellipse(width_um, height_um)
    if shape.kind is ShapeKind.PATH:
        return _closed_path(shape.path)
    if shape.corner_um:
        return _rounded(width_um, height_um, shape.corner_um)
    return _rectangle(width_um, height_um)


def _rectangle(width: int, height: int) -> Outline:
    out = OutlineBuilder()
    out.move((0, 0))
    for corner in ((width, 0), (width, height), (0, height)):
        out.line(corner)
    out.close()
    return out.build()


def _rounded(width: int, height: int, radius: int) -> Outline:
    if radius < 0 or 2 * radius > min(width, height):
        raise UnsupportedDesign(
            "SHAPE_CORNER_TOO_LARGE", "A corner's radius is at most half of the shorter side."
        )
    k = radius * CORNER_INSET
    out = OutlineBuilder()
    out.move((radius, 0))
    out.line((width - radius, 0))
    out.arc((width - k, k), (width, radius))
    out.line((width, height - radius))
    out.arc((width - k, height - k), (width - radius, height))
    out.line((radius, height))
    out.arc((k, height - k), (0, height - radius))
    out.line((0, radius))
    out.arc((k, k), (radius, 0))
    out.close()
    return out.build()


def _ellipse(width: int, height: int) -> Outline:
    rx, ry = width / 2, height / 2
    out = OutlineBuilder()
    out.move((rx, 0))
    if width == height:
        k = width * CORNER_INSET / 2
        out.arc((width - k, k), (width, ry))
        out.arc((width - k, height - k), (rx, height))
        out.arc((k, height - k), (0, ry))
        out.arc((k, k), (rx, 0))
    else:
        hx, hy = rx * QUARTER_HANDLE, ry * QUARTER_HANDLE
        out.cubic((rx + hx, 0), (width, ry - hy), (width, ry))
        out.cubic((width, ry + hy), (rx + hx, height), (rx, height))
        out.cubic((rx - hx, height), (0, ry + hy), (0, ry))
        out.cubic((0, ry - hy), (rx - hx, 0), (rx, 0))
    out.close()
    return out.build()


def _closed_path(data: str) -> Outline:
    outline = parse_path_mm(data)
    verbs = outline.verbs.tolist()
    if outline.is_empty or verbs.count(Verb.MOVE) != verbs.count(Verb.CLOSE):
        raise UnsupportedDesign(
            "SHAPE_PATH_OPEN", "A shape's path needs closed contours: end each with Z."
        )
    return outline
