"""What parts are while they are checked: rings of whole micrometres where a placement takes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.byte_bounded import ENTRY_BYTES, ByteBounded
from render_core.geometry.flatten import flatten
from render_core.layout import Outline, Verb
from render_core.making.nest.exact import Points, Segments, segments_of
from render_core.making.nest.request import QUARTER_TURN
from render_core.making.nest.turning import Placement, turned_points

# How far chords may be from curves, and how far from where they were whole micrometres may put them.
FLAT_UM: Final = 2.0
CURVE_SLACK_UM: Final = 3
TURN_SLACK_UM: Final = 1
_FLAT: Final = ByteBounded[tuple[NDArray[np.float64], ...]](32 * 1024 * 1024)
_CURVES: Final = (Verb.QUAD, Verb.CUBIC, Verb.ARC)


@dataclass(frozen=True, eq=False)
class Shape:
    """An outline at one rotation, at the origin. slack_um: how far its rings may be from the truth."""

    rings: tuple[Points, ...]
    slack_um: int

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) of the rings."""
        points = np.concatenate(self.rings)
        left, top = points.min(axis=0).tolist()
        right, bottom = points.max(axis=0).tolist()
        return left, top, right, bottom

    @cached_property
    def segments(self) -> Segments:
        return segments_of(list(self.rings))

    @cached_property
    def is_box(self) -> bool:
        """Whether it is a rectangle with sides along the axes, and nothing else."""
        if len(self.rings) != 1 or self.slack_um:
            return False
        left, top, right, bottom = self.box
        corners = {(left, top), (right, top), (right, bottom), (left, bottom)}
        ring = self.rings[0].tolist()
        return len(ring) == 4 and {tuple(point) for point in ring} == corners


def shape_of(outline: Outline, rotation: int = 0) -> Shape:
    """Return an outline turned, as rings; those without an area are left out."""
    curved = bool(np.isin(outline.verbs, _CURVES).any())
    slack = CURVE_SLACK_UM if curved else 0
    if rotation % QUARTER_TURN:
        slack += TURN_SLACK_UM
    return Shape(tuple(rings_of(outline, rotation)), slack)


def rings_of(outline: Outline, rotation: int = 0) -> list[Points]:
    """Return closed contours, turned, as rings of whole micrometres, none below three points."""
    rings = []
    for contour in _flat(outline):
        points = np.rint(turned_points(contour, rotation)).astype(np.int64)
        keep = (points != np.roll(points, 1, axis=0)).any(axis=1)
        if keep.sum() > 2:
            rings.append(points[keep])
    return rings


def _flat(outline: Outline) -> tuple[NDArray[np.float64], ...]:
    """Return the contours of an outline as chords, remembered by what the outline is."""
    key = (outline.verbs.tobytes(), outline.points_um.tobytes())
    found = _FLAT.get(key)
    if found is None:
        found = tuple(contour.points_um for contour in flatten(outline, FLAT_UM))
        size = sum(contour.nbytes + ENTRY_BYTES for contour in found)
        _FLAT.put(key, found, size + len(key[0]) + len(key[1]) + ENTRY_BYTES)
    return found


class Shapes:
    """Outlines at the rotations that are asked for, each made once."""

    def __init__(self, outlines: tuple[Outline, ...]) -> None:
        self._outlines = outlines
        self._made: dict[tuple[int, int], Shape] = {}

    def at(self, index: int, rotation: int) -> Shape:
        key = (index, rotation)
        if key not in self._made:
            self._made[key] = shape_of(self._outlines[index], rotation)
        return self._made[key]


def moved_segments(shape: Shape, at: Placement) -> Segments:
    """Return a shape's edges where a placement takes them."""
    shift = np.array([at.x_um, at.y_um], np.int64)
    edges = shape.segments
    return Segments(edges.starts + shift, edges.ends + shift, edges.contours)


def moved_box(shape: Shape, at: Placement) -> tuple[int, int, int, int]:
    left, top, right, bottom = shape.box
    return left + at.x_um, top + at.y_um, right + at.x_um, bottom + at.y_um
