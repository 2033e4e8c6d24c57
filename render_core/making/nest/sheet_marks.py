"""Marks that a camera or a person lines a sheet up by: where they lie on it, and what they keep free.

They are those of a machine's profile (`making.marks`), but inside the sheet: around the largest box that
leaves them room within the machine's reach. Parts may lie beside them, `margin_um` from their middles.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from render_core.layout import Box, Item, Operation, Outline, Verb
from render_core.making.marks import LINE_UM, marks, reach_um
from render_core.making.profile import MarkKind, Marks

MARK_ZONE: Final = "marks"


def marked_box(reach: Box, wanted: Marks) -> Box:
    """Return the box that marks lie around, within what a machine reaches; it may be inside out."""
    by = reach_um(wanted)
    return Box(reach.left_um + by, reach.top_um + by, reach.right_um - by, reach.bottom_um - by)


def mark_items(reach: Box, wanted: Marks, operation: Operation) -> tuple[Item, ...]:
    """Return the marks on a sheet, in its coordinates; none where none are wanted."""
    return marks(wanted, marked_box(reach, wanted), MARK_ZONE, operation)


def kept_free(reach: Box, wanted: Marks, spacing_um: int) -> tuple[Outline, ...]:
    """Return rectangles around marks that parts keep their spacing from."""
    if wanted.kind is MarkKind.NONE:
        return ()
    work, by = marked_box(reach, wanted), wanted.margin_um
    corners = [
        (x, y, sx, sy)
        for x, sx in ((work.left_um, -1), (work.right_um, 1))
        for y, sy in ((work.top_um, -1), (work.bottom_um, 1))
    ]
    if wanted.kind is MarkKind.CROP:
        far, line = reach_um(wanted), LINE_UM
        return tuple(
            _between((x - sx * line, y - sy * line), (x + sx * far, y + sy * far))
            for x, y, sx, sy in corners
        )
    half = max((wanted.size_um + LINE_UM) // 2 + 1, by - spacing_um)
    middles = [(x + sx * by, y + sy * by) for x, y, sx, sy in corners]
    if wanted.kind is MarkKind.EYES:
        third = (work.right_um - work.left_um) // 3
        middles.append((work.left_um - by + third, work.bottom_um + by))
    return tuple(_between((x - half, y - half), (x + half, y + half)) for x, y in middles)


def _between(one: tuple[int, int], other: tuple[int, int]) -> Outline:
    (left, right), (top, bottom) = (sorted(ends) for ends in zip(one, other, strict=True))
    verbs = [Verb.MOVE, Verb.LINE, Verb.LINE, Verb.LINE, Verb.CLOSE]
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return Outline(np.array(verbs, np.uint8), np.array(corners, np.int32))
