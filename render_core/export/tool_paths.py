"""What a tool follows, in the machine's coordinates: for formats that move a pen, a blade or a beam.

Coordinates are micrometres from the machine's origin (`MachineProfile.origin`); arcs stay arcs where the
profile keeps them, everything else is lines within its tolerance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from render_core.geometry.arcs import circle_through, split_arc
from render_core.geometry.flatten import curves_as_lines, flatten
from render_core.geometry.outline_builder import Point
from render_core.layout import Item, Outline, Surface, Verb
from render_core.making.profile import Curves, MachineOperation, MachineProfile, Origin
from render_core.raster.beziers import segments
from render_core.raster.solid import solid_outline
from render_core.separations import LINE_OPERATIONS

# Points nearer than this are one: less than any machine's step.
_SAME_UM: Final = 0.5


class Move(NamedTuple):
    """On to (x, y); around (cx, cy) where it is an arc. turns: 1 from x towards y, -1 back, 0 straight."""

    x: float
    y: float
    turns: int = 0
    cx: float = 0.0
    cy: float = 0.0


@dataclass(slots=True)
class ToolPath:
    """One stretch with the tool down, from its start. Closed ones end where they begin."""

    x: float
    y: float
    moves: list[Move] = field(default_factory=list)

    @property
    def end(self) -> Point:
        last = self.moves[-1]
        return (last.x, last.y)

    @property
    def is_closed(self) -> bool:
        x, y = self.end
        return abs(x - self.x) <= _SAME_UM and abs(y - self.y) <= _SAME_UM


class _Axes(NamedTuple):
    """x = x₀ + surface's x, y = y₀ ± surface's y."""

    x0: float
    y0: float
    up: int

    def place(self, point: Point) -> Point:
        return (self.x0 + point[0], self.y0 + self.up * point[1])


def tool_paths(
    surface: Surface, items: tuple[Item, ...], operation: MachineOperation, profile: MachineProfile
) -> Iterator[ToolPath]:
    """Yield what the tool of an operation follows, in the order of its items (surface coordinates).

    The contours of areas, the middle of lines; pictures have none.
    """
    axes = _axes(surface, profile)
    for item in items:
        if item.image is None:
            outline = _followed(item, operation)
            if profile.curves is Curves.ARCS and (outline.verbs == Verb.ARC).any():
                yield from _with_arcs(outline, axes, float(profile.tolerance_um))
            else:
                yield from _as_lines(outline, axes, float(profile.tolerance_um))


def _axes(surface: Surface, profile: MachineProfile) -> _Axes:
    if profile.origin is Origin.TOP_LEFT:
        return _Axes(0.0, 0.0, 1)
    if profile.origin is Origin.CENTRE:
        return _Axes(-surface.width_um / 2, surface.height_um / 2, -1)
    return _Axes(0.0, float(surface.height_um), -1)


def _followed(item: Item, operation: MachineOperation) -> Outline:
    is_line = bool(item.line_width_um) or operation.operation in LINE_OPERATIONS
    return item.outline if is_line and item.clip is None else solid_outline(item)


def _as_lines(outline: Outline, axes: _Axes, tolerance: float) -> Iterator[ToolPath]:
    for line in flatten(outline, tolerance):
        first, *rest = [axes.place((x, y)) for x, y in line.points_um.tolist()]
        path = ToolPath(*first, [Move(*point) for point in rest])
        if line.closed:
            path.moves.append(Move(*first))
        yield from _whole(path)


def _with_arcs(outline: Outline, axes: _Axes, tolerance: float) -> Iterator[ToolPath]:
    curves = curves_as_lines(outline, tolerance)
    path: ToolPath | None = None
    pen: Point = (0.0, 0.0)
    for verb, points in segments(outline):
        if verb == Verb.MOVE:
            yield from _whole(path)
            path = ToolPath(*axes.place(points[0]))
        elif path is not None and verb == Verb.CLOSE:
            path.moves.append(Move(path.x, path.y))
        elif path is not None:
            if verb == Verb.ARC:
                path.moves += [_arc(*ends, axes) for ends in split_arc(pen, *points)]
            else:
                along = next(curves) if verb in (Verb.QUAD, Verb.CUBIC) else points
                path.moves += [Move(*axes.place(point)) for point in along]
        pen = points[-1] if points else pen
    yield from _whole(path)


def _arc(first: Point, middle: Point, last: Point, axes: _Axes) -> Move:
    circle = circle_through(first, middle, last)
    end = axes.place(last)
    if circle is None:
        return Move(*end)
    return Move(*end, circle.sweep * axes.up, *axes.place(circle.centre))


def _whole(path: ToolPath | None) -> Iterator[ToolPath]:
    """Yield a path without moves that lead nowhere, if any are left."""
    if path is None:
        return
    kept: list[Move] = []
    x, y = path.x, path.y
    for move in path.moves:
        if move.turns or abs(move.x - x) > _SAME_UM or abs(move.y - y) > _SAME_UM:
            kept.append(move)
            x, y = move.x, move.y
    if kept:
        yield ToolPath(path.x, path.y, kept)
