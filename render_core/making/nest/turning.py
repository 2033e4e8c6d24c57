"""Outlines turned and moved, in whole micrometres: the same everywhere and for ever.

Cosine and sine are those of `geometry.degrees` (integers, no C library), their products IEEE ones,
rounded once to whole micrometres, ties to even. Quarter turns are exact.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.arcs import arc_middle, circle_through
from render_core.geometry.degrees import cos_sin_millidegrees
from render_core.layout import POINTS_OF_VERB, Item, Outline, Verb
from render_core.looks import Gradient
from render_core.making.nest.request import QUARTER_TURN

_QUARTER_COSINES = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))


class Placement(NamedTuple):
    """Where a copy of a part lies: turned about the origin of the part's frame, rounded, then moved."""

    rotation: int
    x_um: int
    y_um: int


def cosine_sine(rotation: int) -> tuple[float, float]:
    """Return cosine and sine of whole centidegrees; of quarter turns exactly."""
    quarters, rest = divmod(rotation, QUARTER_TURN)
    if not rest:
        return _QUARTER_COSINES[quarters % 4]
    return cos_sin_millidegrees(10 * rotation)


def turned_points(points: NDArray[np.float64], rotation: int) -> NDArray[np.float64]:
    """Return points (n, 2) turned clockwise as seen, y down, about the origin; not rounded."""
    cosine, sine = cosine_sine(rotation)
    x, y = points[:, 0], points[:, 1]
    return np.stack([cosine * x - sine * y, sine * x + cosine * y], axis=1)


def turned(outline: Outline, rotation: int) -> Outline:
    """Return an outline turned about the origin, rounded to whole micrometres."""
    if not rotation or outline.is_empty:
        return outline
    points = outline.points_um.astype(np.float64)
    if rotation % QUARTER_TURN:
        _centre_arcs(outline.verbs, points)
    return Outline(outline.verbs, np.rint(turned_points(points, rotation)).astype(np.int32))


def placed(outline: Outline, at: Placement) -> Outline:
    """Return an outline where a placement takes it."""
    return turned(outline, at.rotation).moved(at.x_um, at.y_um)


def placed_item(item: Item, at: Placement, zone: str) -> Item:
    """Return an item where a placement takes it, as one of another zone."""
    image = item.image
    if image is not None:
        across, down, origin = np.array(image.matrix_um, np.float64).reshape(3, 2)
        corners = np.stack([across, down, origin])
        a, b, c, d, tx, ty = np.rint(turned_points(corners, at.rotation)).astype(int).ravel()
        moved = (int(tx) + at.x_um, int(ty) + at.y_um)
        image = replace(image, matrix_um=(int(a), int(b), int(c), int(d), *moved))
    return replace(
        item,
        zone=zone,
        outline=placed(item.outline, at),
        image=image,
        clip=None if item.clip is None else placed(item.clip, at),
        gradient=None if item.gradient is None else _gradient(item.gradient, at),
    )


def _gradient(gradient: Gradient, at: Placement) -> Gradient:
    vectors = np.array([gradient.start_um, gradient.end_um], np.float64)
    ends = np.rint(turned_points(vectors, at.rotation)).astype(int).tolist()
    (ax, ay), (bx, by) = ends
    axes = gradient.axes_um
    if axes is not None:
        halves = np.array(axes, np.float64).reshape(2, 2)
        first, second = np.rint(turned_points(halves, at.rotation)).astype(int).tolist()
        axes = (first[0], first[1], second[0], second[1])
    x, y = at.x_um, at.y_um
    return replace(gradient, start_um=(ax + x, ay + y), end_um=(bx + x, by + y), axes_um=axes)


def _centre_arcs(verbs: NDArray[np.uint8], points: NDArray[np.float64]) -> None:
    """Move the point on the way of each arc to its middle, where rounding moves the arc least."""
    ends = np.cumsum(np.array(POINTS_OF_VERB)[verbs])
    for end in ends[verbs == Verb.ARC].tolist():
        start, through, last = (tuple(point) for point in points[end - 3 : end].tolist())
        circle = circle_through(start, through, last)
        if circle is not None:
            points[end - 2] = arc_middle(circle, start, last)
