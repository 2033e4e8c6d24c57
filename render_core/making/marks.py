"""Marks around the work that a camera, a cutter or a person lines it up by.

REGISTRATION: a cross in a circle at each corner, for separations on top of each other. EYES: a disc at
each corner and one more below, nearer to the left, by which a camera tells how the sheet lies.
CROP: two lines at each corner of the trim, which meet in it and stop before it.
"""

from __future__ import annotations

from typing import Final

from render_core.geometry.outline_builder import OutlineBuilder, Point
from render_core.layout import Box, Ink, Item, Operation, Outline
from render_core.making.profile import MarkKind, Marks

INK: Final = Ink((0, 0, 0))
LINE_UM: Final = 100


def marks(wanted: Marks, work: Box, zone: str, operation: Operation) -> tuple[Item, ...]:
    """Return the marks around a box, as items of an operation in surface coordinates."""
    if wanted.kind is MarkKind.NONE:
        return ()
    if wanted.kind is MarkKind.EYES:
        return (Item(zone, operation, INK, _eyes(wanted, work)),)
    drawn = _crop(wanted, work) if wanted.kind is MarkKind.CROP else _crosses(wanted, work)
    return (Item(zone, operation, INK, drawn, line_width_um=LINE_UM),)


def reach_um(wanted: Marks) -> int:
    """Return how far marks reach from the work, micrometres."""
    return 0 if wanted.kind is MarkKind.NONE else wanted.margin_um + (wanted.size_um + LINE_UM) // 2


def _corners(work: Box, by: int) -> list[tuple[int, int]]:
    left, top, right, bottom = work
    return [
        (left - by, top - by),
        (right + by, top - by),
        (right + by, bottom + by),
        (left - by, bottom + by),
    ]


def _eyes(wanted: Marks, work: Box) -> Outline:
    out = OutlineBuilder()
    corners = _corners(work, wanted.margin_um)
    left, bottom = corners[3]
    third = (work.right_um - work.left_um) // 3
    for middle in (*corners, (left + third, bottom)):
        _circle(out, middle, wanted.size_um / 2)
    return out.build()


def _crosses(wanted: Marks, work: Box) -> Outline:
    out = OutlineBuilder()
    half = wanted.size_um / 2
    for x, y in _corners(work, wanted.margin_um):
        _line(out, (x - half, y), (x + half, y))
        _line(out, (x, y - half), (x, y + half))
        _circle(out, (x, y), half / 2)
    return out.build()


def _crop(wanted: Marks, work: Box) -> Outline:
    out = OutlineBuilder()
    near, far = wanted.margin_um - wanted.size_um / 2, wanted.margin_um + wanted.size_um / 2
    for (x, y), (sx, sy) in zip(
        _corners(work, 0), ((-1, -1), (1, -1), (1, 1), (-1, 1)), strict=True
    ):
        _line(out, (x + sx * near, y), (x + sx * far, y))
        _line(out, (x, y + sy * near), (x, y + sy * far))
    return out.build()


def _line(out: OutlineBuilder, start: Point, end: Point) -> None:
    out.move(start)
    out.line(end)


def _circle(out: OutlineBuilder, middle: Point, radius: float) -> None:
    x, y = middle
    out.move((x + radius, y))
    out.arc((x, y + radius), (x - radius, y))
    out.arc((x, y - radius), (x + radius, y))
    out.close()
