"""A surface as DXF for cutters and engravers: y up, a layer for each operation.

Origin: the lower left corner of the surface, unless the machine counts from another; y goes up even
then, since a drawing program would show it mirrored. Filled outlines are closed LWPOLYLINEs; a centre
line is an open one that carries its width. Arcs stay arcs (bulges), other curves become lines within
the dialect's tolerance or, where the machine reads them, one exact SPLINE for each contour that has
any. Pictures have no place in a file of paths and are left out; the manifest says so.

Format: AutoCAD 2010 (AC1024).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.export.dialect import DEFAULT, TOLERANCE_UM, UM_PER_INCH, Dialect
from render_core.export.dxf_file import DxfFile, Frame
from render_core.geometry.arcs import arc_middle, circle_through, split_arc
from render_core.geometry.flatten import curves_as_lines, flatten
from render_core.geometry.outline_builder import Point
from render_core.layout import Item, Outline, Surface, Verb
from render_core.making.profile import Curves, Origin, Units
from render_core.raster.beziers import Segment, quarter_tangent, segments, without_arcs
from render_core.raster.solid import solid_outline
from render_core.separations import made_items
from render_core.units import UM_PER_MM

FLATTENING_UM: Final = float(TOLERANCE_UM)

# Micrometres to a unit, its number in $INSUNITS, decimals that are written: 0.1 µm and 0.025 µm.
_UNITS: Final = {Units.MILLIMETRES: (UM_PER_MM, 4, 4), Units.INCHES: (UM_PER_INCH, 1, 6)}
_BULGE_DECIMALS: Final = 9


class Polyline(NamedTuple):
    """points_um: (n, 2) float64, y down. bulges: of the segments that begin at each, none if empty."""

    points_um: NDArray[np.float64]
    bulges: list[float]
    closed: bool


def dxf(surface: Surface, dialect: Dialect = DEFAULT) -> bytes:
    """Return the file. Handles count up from the same start, so equal layouts give equal bytes."""
    return _Drawing(surface, dialect).write()


def leaves_out_pictures(surface: Surface) -> bool:
    """Return whether the surface has pictures, which this format does not carry."""
    return any(item.image is not None for item in made_items(surface))


class _Drawing:
    """One surface in the coordinates of one dialect."""

    def __init__(self, surface: Surface, dialect: Dialect) -> None:
        self._surface = surface
        self._dialect = dialect
        self._um, unit, self._decimals = _UNITS[dialect.units]
        width, height = surface.width_um, surface.height_um
        # Where the origin lies on the surface.
        self._x, self._y = {
            Origin.BOTTOM_LEFT: (0.0, height),
            Origin.TOP_LEFT: (0.0, 0.0),
            Origin.CENTRE: (width / 2, height / 2),
        }[dialect.origin]
        corners = np.array([(0, 0), (width, height)], np.float64)
        (left, top), (right, bottom) = self._placed(corners)
        self._file = DxfFile(Frame(left, bottom, right, top, unit))

    def write(self) -> bytes:
        for item in self._dialect.items(self._surface):
            if item.image is None:
                self._item(item)
        notes = (f"{one.name}: {one.note}" for one in self._dialect.styles if one.note)
        return self._file.bytes(notes)

    def _item(self, item: Item) -> None:
        style = self._dialect.style(item)
        assert style is not None  # `items` leaves out what has none.
        name = style.name if self._dialect.named else style.name.upper()
        layer = self._file.layer(name, style.colour_index)
        outline = item.outline if _is_centre_line(item) else solid_outline(item)
        if self._dialect.curves is Curves.LINES:
            outline = self._dialect.outline(outline)
        if self._dialect.curves is Curves.SPLINES:
            splines, outline = _splines(outline)
            for points in splines:
                self._file.spline(layer, self._placed(np.array(points, np.float64)))
        width = round(item.line_width_um / self._um, self._decimals) if _is_centre_line(item) else 0
        for polyline in _polylines(outline, self._dialect.tolerance_um):
            points_um, bulges, closed = polyline
            if len(points_um) >= 2:
                bulges = [round(bulge, _BULGE_DECIMALS) for bulge in bulges]
                placed = self._placed(points_um)
                self._file.polyline(layer, placed, bulges, closed=closed, width=width)

    def _placed(self, points_um: NDArray[np.float64]) -> list[Point]:
        """Return points (n, 2) in the file's coordinates."""
        decimals = self._decimals
        across = ((points_um[:, 0] - self._x) / self._um).tolist()
        up = ((self._y - points_um[:, 1]) / self._um).tolist()
        return [(round(x, decimals), round(y, decimals)) for x, y in zip(across, up, strict=True)]


def _is_centre_line(item: Item) -> bool:
    return bool(item.line_width_um) and item.clip is None


def _splines(outline: Outline) -> tuple[list[list[Point]], Outline]:
    """Return the contours that have curves, as control points of cubics, and the rest as it is."""
    splines: list[list[Point]] = []
    verbs: list[int] = []
    points: list[Point] = []
    for contour in _contours(outline):
        if any(verb in (Verb.QUAD, Verb.CUBIC) for verb, _ in contour):
            splines.append(_as_cubics(contour))
        else:
            verbs += [verb for verb, _ in contour]
            points += chain.from_iterable(places for _, places in contour)
    whole = np.array(points, np.int32).reshape(-1, 2)
    return splines, Outline(np.array(verbs, np.uint8), whole)


_Contour = list[Segment]


def _contours(outline: Outline) -> Iterator[_Contour]:
    contour: _Contour = []
    for verb, points in segments(outline):
        if verb == Verb.MOVE and contour:
            yield contour
            contour = []
        contour.append((verb, points))
    if contour:
        yield contour


def _as_cubics(contour: _Contour) -> list[Point]:
    """Return control points end to end: lines and quadratic curves are cubics, too (exactly)."""
    points: list[Point] = [contour[0][1][0]]
    for verb, places in without_arcs(contour[1:], points[0]):
        first = points[-1]
        if verb == Verb.CUBIC:
            points += places
            continue
        end = points[0] if verb == Verb.CLOSE else places[-1]
        if verb != Verb.QUAD and end == first:
            continue
        # A line is the quadratic curve whose control point lies in its middle.
        middle = ((first[0] + end[0]) / 2, (first[1] + end[1]) / 2)
        x, y = places[0] if verb == Verb.QUAD else middle
        points += [
            ((first[0] + 2 * x) / 3, (first[1] + 2 * y) / 3),
            ((end[0] + 2 * x) / 3, (end[1] + 2 * y) / 3),
            end,
        ]
    return points


def _polylines(outline: Outline, tolerance_um: float) -> Iterator[Polyline]:
    if (outline.verbs == Verb.ARC).any():
        yield from _with_arcs(outline, tolerance_um)
        return
    for line in flatten(outline, tolerance_um):
        yield Polyline(line.points_um, [], line.closed)


def _with_arcs(outline: Outline, tolerance_um: float) -> Iterator[Polyline]:
    vertices: list[tuple[float, float, float]] = []
    curves = curves_as_lines(outline, tolerance_um)
    for verb, points in segments(outline):
        if verb == Verb.MOVE:
            if vertices:
                yield _bulged(vertices, closed=False)
            vertices = [(*points[0], 0.0)]
        elif verb == Verb.CLOSE:
            if vertices[-1][:2] == vertices[0][:2]:
                vertices.pop()
            yield _bulged(vertices, closed=True)
            vertices = []
        elif verb == Verb.ARC:
            _add_arc(vertices, *points)
        else:
            along = next(curves) if verb in (Verb.QUAD, Verb.CUBIC) else points
            vertices += [(x, y, 0.0) for x, y in along]
    if vertices:
        yield _bulged(vertices, closed=False)


def _bulged(vertices: list[tuple[float, float, float]], *, closed: bool) -> Polyline:
    """Return a polyline of vertices (x, y, bulge)."""
    table = np.array(vertices, np.float64)
    return Polyline(table[:, :2], table[:, 2].tolist(), closed)


def _add_arc(vertices: list[tuple[float, float, float]], through: Point, end: Point) -> None:
    """Add bulged segments; a turn that is clockwise on the screen has a negative bulge."""
    x, y, _ = vertices[-1]
    for first, middle, last in split_arc((x, y), through, end):
        circle = circle_through(first, middle, last)
        if circle is None:
            vertices += [(*middle, 0.0), (*last, 0.0)]
            continue
        tangent = quarter_tangent(first, arc_middle(circle, first, last), last)
        vertices[-1] = (*vertices[-1][:2], -circle.sweep * tangent)
        vertices.append((*last, 0.0))
