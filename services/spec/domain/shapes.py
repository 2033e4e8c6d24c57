"""Whether an edge can be made: parseable, closed, inside its box."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from luneo.design.v1 import template_pb2

from render_core.errors import UnsupportedDesign
from render_core.geometry.flatten import flatten
from render_core.geometry.shapes import shape_outline
from render_core.layout import Outline
from services.designs.templates import shape_of
from services.runtime.errors import Violation

_TOLERANCE_UM: Final = 5.0


def shape_violations(
    shape: template_pb2.Shape, width_um: int, height_um: int, path: str
) -> Iterator[Violation]:
    """Yield what is wrong with the edge of a surface or zone of this size.

    path: of the shape in the request.
    """
    if shape.path and shape.kind != template_pb2.SHAPE_KIND_PATH:
        yield Violation(
            f"{path}.path", "SHAPE_PATH_UNUSED", "Path data goes with SHAPE_KIND_PATH only."
        )
    try:
        outline = shape_outline(shape_of(shape), width_um, height_um)
    except UnsupportedDesign as error:
        yield Violation(_field(path, error.reason), error.reason, error.message)
        return
    if shape.kind == template_pb2.SHAPE_KIND_PATH and not _inside(outline, width_um, height_um):
        yield Violation(
            f"{path}.path",
            "SHAPE_OUTSIDE_BOX",
            f"The path leaves its box of {width_um / 1000:g} × {height_um / 1000:g} mm.",
        )


def _field(path: str, reason: str) -> str:
    return f"{path}.corner_um" if reason == "SHAPE_CORNER_TOO_LARGE" else f"{path}.path"


def _inside(outline: Outline, width_um: int, height_um: int) -> bool:
    for line in flatten(outline, _TOLERANCE_UM):
        low, high = line.points_um.min(axis=0), line.points_um.max(axis=0)
        if (low < -_TOLERANCE_UM).any():
            return False
        if high[0] > width_um + _TOLERANCE_UM or high[1] > height_um + _TOLERANCE_UM:
            return False
    return True
