"""Ways: what tools follow, one contour at a time, and how they become items of a layout again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Final

import numpy as np

from render_core.errors import UnsupportedDesign
from render_core.layout import POINTS_OF_VERB, Ink, Item, Operation, Outline, Verb, ZoneFrame
from render_core.raster.solid import solid_outline

# How wide an open line that a tool follows is said to be, as closed ones are drawn.
HAIRLINE_UM: Final = 25


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One contour that a tool follows, in surface coordinates.

    closed: whether it ends where it began. width_um: of an open one; 0 for a closed one. is_hole: whether what lies
    inside of a closed one is waste.
    """

    outline: Outline
    zone: str
    ink: Ink
    closed: bool = True
    width_um: int = 0
    is_hole: bool = False

    @property
    def start(self) -> tuple[int, int]:
        x, y = self.outline.points_um[0].tolist()
        return x, y

    @property
    def end(self) -> tuple[int, int]:
        x, y = self.outline.points_um[0 if self.closed else -1].tolist()
        return x, y

    def with_outline(self, outline: Outline) -> Way:
        """Return the same way along another outline."""
        return replace(self, outline=outline)

    def reversed(self) -> Way:
        """Return an open way from its end to its start."""
        verbs = self.outline.verbs
        turned = np.concatenate([verbs[:1], verbs[:0:-1]])
        points = np.ascontiguousarray(self.outline.points_um[::-1])
        return Way(Outline(turned, points), self.zone, self.ink, self.closed, self.width_um)


def split(outline: Outline) -> Iterator[tuple[Outline, bool]]:
    """Yield the contours of an outline, and whether each is closed."""
    counts = np.asarray(POINTS_OF_VERB, np.int64)[outline.verbs]
    ends = np.concatenate([[0], np.cumsum(counts)]).tolist()
    starts = [*np.flatnonzero(outline.verbs == Verb.MOVE).tolist(), len(outline.verbs)]
    for first, after in pairwise(starts):
        verbs = outline.verbs[first:after].copy()
        points = outline.points_um[ends[first] : ends[after]].copy()
        yield Outline(verbs, points), bool(verbs[-1] == Verb.CLOSE)


def joined(outlines: Sequence[Outline]) -> Outline:
    """Return one outline with the contours of all, in order."""
    if len(outlines) == 1:
        return outlines[0]
    return Outline(
        np.concatenate([outline.verbs for outline in outlines]),
        np.concatenate([outline.points_um for outline in outlines]),
    )


def as_items(ways: Sequence[Way], operation: Operation) -> tuple[Item, ...]:
    """Return ways as items in the same order; neighbours of one zone, ink and width become one."""
    made = []
    for (zone, ink, width), some in groupby(
        ways, key=lambda way: (way.zone, way.ink, way.width_um)
    ):
        outline = joined([way.outline for way in some])
        made.append(Item(zone, operation, ink, outline, line_width_um=width))
    return tuple(made)


def solid(item: Item) -> Outline | None:
    """Return what an item covers with its width and clip worked in, None where nobody can tell."""
    try:
        return solid_outline(item)
    except UnsupportedDesign:
        return None


def in_zone(item: Item, frame: ZoneFrame) -> Item:
    """Return an item of the surface in the coordinates of its zone."""
    return moved(item, -frame.x_um, -frame.y_um)


def moved(item: Item, dx_um: int, dy_um: int) -> Item:
    """Return an item shifted by whole micrometres, with its picture, clip and gradient."""
    image = item.image
    if image is not None:
        a, b, c, d, x, y = image.matrix_um
        image = replace(image, matrix_um=(a, b, c, d, x + dx_um, y + dy_um))
    return replace(
        item,
        outline=item.outline.moved(dx_um, dy_um),
        image=image,
        clip=item.clip.moved(dx_um, dy_um) if item.clip is not None else None,
        gradient=item.gradient.moved(dx_um, dy_um) if item.gradient is not None else None,
    )
