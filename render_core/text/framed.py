"""Text and its frame fitted together: the frame's outer edge is what has to lie in the zone.

The frame stands about the middle of the ink. Its padding and its lines keep their width at every size
of the text, so the largest size is no quotient; it is searched, each size judged by the frame it
would have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.design import ShapeKind, ZoneSpec
from render_core.geometry.border import (
    Box,
    contour_rings,
    ellipse,
    ellipse_around,
    ellipse_rings,
    rectangle,
    rectangle_around,
    rectangle_ring,
)
from render_core.geometry.clearance import drawing, is_clear
from render_core.geometry.flatten import flatten, flatten_path
from render_core.geometry.gauge import convex_hull
from render_core.geometry.paths import Bounds, Path
from render_core.geometry.region import Region
from render_core.geometry.shapes import CORNER_INSET
from render_core.layout import Outline, Verb
from render_core.text.block import horizontal_side, vertical_side
from render_core.text_rules import FrameKind, TextFrame
from render_core.units import centipoint_to_um

Array = NDArray[np.float64]
Point = tuple[float, float]

_SLACK_UM: Final = 0.001
_DRAWN_TOLERANCE_UM: Final = 1.0
_FINE_UM: Final = 0.25
_FLAT: Final = 1 / 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """What a frame stands around. path: its outlines. hull: (n, 2) corners of their hull."""

    path: Path
    hull: Array

    @property
    def bounds(self) -> Bounds:
        low, high = self.hull.min(axis=0).tolist(), self.hull.max(axis=0).tolist()
        return Bounds(*low, *high)

    def placed(self, scale: float, x: float, y: float) -> Ink:
        """Return the ink scaled about the origin and then moved."""
        return Ink(self.path.placed(scale, x, y), self.hull * scale + np.array([x, y]))


def ink_of(path: Path, unit: float) -> Ink | None:
    """Return the ink of outlines or lines; None where nothing is drawn. unit: of an em in theirs."""
    parts = [contour.points_um for contour in flatten_path(path.verbs, path.points, unit * _FLAT)]
    return Ink(path, convex_hull(np.concatenate(parts))) if parts else None


def ink_of_outline(outline: Outline) -> Ink | None:
    """Return the ink of an outline in micrometres; None for an empty one."""
    parts = [contour.points_um for contour in flatten(outline, _FINE_UM)]
    if not parts:
        return None
    return Ink(_flat(outline), convex_hull(np.concatenate(parts)))


@dataclass(frozen=True, slots=True, eq=False)
class Framing:
    """A frame and the room for it. middle: of the zone's shape. rtl: whether lines start at the right."""

    frame: TextFrame
    spec: ZoneSpec
    region: Region
    middle: Point
    rtl: bool

    @property
    def lines(self) -> list[tuple[float, float]]:
        """How far inside of the outer edge each line begins, and its width, in micrometres."""
        width = float(self.frame.line_width_um)
        return [(0.0, width), (2 * width, width / 2)] if self.frame.double else [(0.0, width)]

    @property
    def growth_um(self) -> float:
        """How far the outer edge lies from the ink where it is nearest."""
        inside, width = self.lines[-1]
        return self.frame.padding_um + inside + width

    def largest_size(self, ink: Ink, limit_centipoint: int) -> int:
        """Return the largest size from 0 to the limit that fits while the next one does not.

        ink: in ems.
        """

        def fits(size: int) -> bool:
            scale = centipoint_to_um(size)
            return self.has_room(ink.placed(scale, *self.anchor(ink, size)))

        low, high = 0, limit_centipoint
        if fits(high):
            return high
        while high - low > 1:
            middle = (low + high) // 2
            if fits(middle):
                low = middle
            else:
                high = middle
        return low

    def anchor(self, ink: Ink, size_centipoint: int) -> Point:
        """Return where the origin of the ink stands: the frame's outer edge is what is aligned.

        ink: as in `largest_size`.
        """
        spec, rules = self.spec, self.spec.text
        box = self._outer(ink.placed(centipoint_to_um(size_centipoint), 0.0, 0.0))
        if rules is None or spec.shape.kind is not ShapeKind.RECTANGLE:
            return (self.middle[0] - box.x, self.middle[1] - box.y)
        across = horizontal_side(rules.align, rtl=self.rtl)
        down = vertical_side(rules.vertical_align)
        margin = self.region.margin_um
        inset = max(0.0, spec.shape.corner_um - margin) * CORNER_INSET if across and down else 0.0
        x = self.middle[0] + across * (spec.width_um / 2 - margin - inset - box.half_width)
        y = self.middle[1] + down * (spec.height_um / 2 - margin - inset - box.half_height)
        return (x - box.x, y - box.y)

    def has_room(self, ink: Ink) -> bool:
        """Return whether the frame around ink, in micrometres and in place, lies in the region."""
        region = self.region
        if region.normals is not None and region.offsets is not None:
            reached = self._reach(ink, region.normals)
            return bool((reached <= region.offsets + _SLACK_UM).all())
        if self.frame.kind is FrameKind.CONTOUR:
            path, margin = ink.path, region.margin_um + self.growth_um
        else:
            path, margin = _flat(self._edge(self._outer(ink))), region.margin_um
        drawn = drawing(path, _DRAWN_TOLERANCE_UM)
        return is_clear(region.edge, drawn, margin, 1.0, (0.0, 0.0))

    def outlines(self, ink: Ink, outline: Outline) -> list[Outline]:
        """Return the frame's lines, the outermost first. outline: the ink, quantised."""
        if self.frame.kind is FrameKind.CONTOUR:
            growth = self.growth_um
            lines = [(growth - inside - width, width) for inside, width in self.lines]
            return contour_rings(outline, lines)
        outer = self._outer(ink)
        if self.frame.kind is FrameKind.ELLIPSE:
            return ellipse_rings(outer, self.lines)
        return [rectangle_ring(outer.grown(-inside), width) for inside, width in self.lines]

    def _outer(self, ink: Ink) -> Box:
        """Return the frame's outer edge; that of a contour is the box around it."""
        growth, bounds = self.growth_um, ink.bounds
        if self.frame.kind is FrameKind.ELLIPSE:
            return ellipse_around(ink.hull, bounds, growth, self._proportions(bounds))
        radius = self.frame.corner_um if self.frame.kind is FrameKind.RECTANGLE else 0
        return rectangle_around(ink.hull, bounds, growth, float(radius))

    def _proportions(self, ink: Bounds) -> tuple[float, float]:
        """Return those of the zone where it is an ellipse itself, else those of the ink."""
        if self.spec.shape.kind is ShapeKind.ELLIPSE:
            margin = 2 * self.region.margin_um
            width, height = self.spec.width_um - margin, self.spec.height_um - margin
            if width > 0 and height > 0:
                return (width, height)
        growth = 2 * self.growth_um
        return (ink.right - ink.left + growth, ink.bottom - ink.top + growth)

    def _reach(self, ink: Ink, normals: Array) -> Array:
        """Return how far the frame reaches along each of some unit vectors (n, 2)."""
        if self.frame.kind is FrameKind.CONTOUR:
            along: Array = normals[:, :1] * ink.hull[:, 0] + normals[:, 1:] * ink.hull[:, 1]
            farthest: Array = along.max(axis=1) + self.growth_um
            return farthest
        box = self._outer(ink)
        middle = normals[:, 0] * box.x + normals[:, 1] * box.y
        if self.frame.kind is FrameKind.ELLIPSE:
            x, y = normals[:, 0] * box.half_width, normals[:, 1] * box.half_height
            around: Array = middle + np.sqrt(x * x + y * y)
            return around
        sides = np.abs(normals) * np.array(
            [box.half_width - box.radius, box.half_height - box.radius]
        )
        corners: Array = middle + sides[:, 0] + sides[:, 1] + box.radius
        return corners

    def _edge(self, box: Box) -> Outline:
        return ellipse(box) if self.frame.kind is FrameKind.ELLIPSE else rectangle(box)


def _flat(outline: Outline) -> Path:
    """Return closed contours as lines, since paths have no arcs."""
    contours = flatten(outline, _DRAWN_TOLERANCE_UM)
    verbs = []
    for contour in contours:
        kinds = np.full(len(contour.points_um) + 1, Verb.LINE, dtype=np.uint8)
        kinds[0], kinds[-1] = Verb.MOVE, Verb.CLOSE
        verbs.append(kinds)
    return Path(np.concatenate(verbs), np.concatenate([c.points_um for c in contours]))


def joined_lines(rings: Sequence[Outline]) -> Outline:
    """Return the lines of a frame as one outline."""
    return Outline(
        np.concatenate([ring.verbs for ring in rings]),
        np.concatenate([ring.points_um for ring in rings]),
    )
