"""Colours that run into each other in place of the fill's ink: decided once for all of a zone.

A gradient takes colours that are mixed: it is drawn where the fill is printed in process colours or
is for the screen. Engraving, foil or a spot colour knows one ink and keeps it, on the screen too, so
that the picture promises nothing that the machine cannot do.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import Final

import numpy as np

from render_core.design import ZoneSpec
from render_core.effects import GradientEffect
from render_core.geometry.degrees import cos_sin
from render_core.geometry.outline_builder import Point
from render_core.geometry.paths import Bounds, Path
from render_core.geometry.support import bounds
from render_core.layout import Ink, Item, Operation
from render_core.looks import Gradient, GradientKind, GradientStop
from render_core.raster.beziers import segments_without_arcs

_MIXED: Final = frozenset({Operation.PRINT, Operation.SCREEN_ONLY})


def with_gradient(spec: ZoneSpec, ink: Ink, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return the items with the zone's gradient in place of its ink, if it has one.

    Items in colours of their own, such as a drawing's or an emoji's, keep them.
    """
    effect = next((one for one in spec.effects if isinstance(one, GradientEffect)), None)
    if effect is None:
        return items
    filled = [item for item in items if _takes_gradient(item, ink)]
    boxes = [box for item in filled if (box := _bounds(item)) is not None]
    if not boxes:
        return items
    box = boxes[0]
    for other in boxes[1:]:
        box = box.joined(other)
    gradient = _gradient(effect, box)
    return tuple(
        replace(item, gradient=gradient) if _takes_gradient(item, ink) else item for item in items
    )


def _takes_gradient(item: Item, ink: Ink) -> bool:
    return (
        item.image is None
        and item.gradient is None
        and item.ink == ink
        and not item.ink.spot
        and item.operation in _MIXED
    )


def _bounds(item: Item) -> Bounds | None:
    """Return the true extents of an item's outline with its line, without its clip."""
    verbs: list[int] = []
    points: list[Point] = []
    for verb, ends in segments_without_arcs(item.outline):
        verbs.append(verb)
        points += ends
    path = Path(np.array(verbs, np.uint8), np.array(points, np.float64).reshape(-1, 2))
    box = bounds(path)
    if box is None:
        return None
    half = item.line_width_um / 2
    return Bounds(box.left - half, box.top - half, box.right + half, box.bottom + half)


def _gradient(effect: GradientEffect, box: Bounds) -> Gradient:
    """Return the gradient over a box: from side to side at its angle, or from its middle out.

    The line through the middle ends where lines across it meet the outermost corners, so that the
    first and the last colour are seen there (CSS Images 3, 3.1.1). A circle reaches the corners.
    """
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    width, height = box.right - box.left, box.bottom - box.top
    stops = tuple(GradientStop(offset, rgb) for offset, rgb in effect.stops)
    middle = (round(x), round(y))
    if effect.kind is GradientKind.RADIAL:
        radius = max(1, round(sqrt(width * width + height * height) / 2))
        return Gradient(GradientKind.RADIAL, middle, middle, stops, radius)
    cosine, sine = cos_sin(effect.angle_degrees)
    reach = (abs(cosine) * width + abs(sine) * height) / 2
    start = (round(x - cosine * reach), round(y - sine * reach))
    end = (round(x + cosine * reach), round(y + sine * reach))
    return Gradient(GradientKind.LINEAR, start, end, stops)
