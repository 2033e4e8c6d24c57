"""Which items go to which machine, and under what name of a separation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from typing import Final

from render_core.layout import Item, Operation, Surface

# Paths that a blade or a laser follows: their contour is made, not their area.
LINE_OPERATIONS: Final = frozenset({Operation.CUT, Operation.CREASE})

# How thick such a line is on pictures, as the page draws it, too.
SHOWN_LINE_UM: Final = 200

# And in files of vectors, where it only has to be seen.
_HAIRLINE_UM: Final = 25

# Operations that no process colour can stand for get a separation even where the ink names none.
DEFAULT_SPOTS: Final = {
    Operation.CUT: "CutContour",
    Operation.CREASE: "Crease",
    Operation.WHITE: "White",
    Operation.FOIL: "Foil",
    Operation.EMBOSS: "Emboss",
}


def made_items(surface: Surface) -> tuple[Item, ...]:
    """Return what is made, in z order and surface coordinates: all but what is for the screen."""
    return tuple(item for item in surface.placed_items() if item.operation != Operation.SCREEN_ONLY)


def printed_items(surface: Surface) -> tuple[Item, ...]:
    """Return what covers an area: `made_items` without cuts and creases."""
    return tuple(item for item in made_items(surface) if item.operation not in LINE_OPERATIONS)


def shown_items(surface: Surface) -> tuple[Item, ...]:
    """Return what a picture of the product shows: all of it, cuts and creases as the tool's line."""
    return tuple(
        replace(item, line_width_um=item.line_width_um or SHOWN_LINE_UM)
        if item.operation in LINE_OPERATIONS
        else item
        for item in surface.placed_items()
    )


def drawn_width_um(item: Item) -> int:
    """Return the width of an item's line in SVG and PDF, 0 where its area is filled."""
    return item.line_width_um or (_HAIRLINE_UM if item.operation in LINE_OPERATIONS else 0)


def separation(item: Item) -> str:
    """Return the spot name of an item, or "" where process colour will do."""
    return item.ink.spot or DEFAULT_SPOTS.get(item.operation, "")


def operation_runs(
    items: tuple[Item, ...], named: Callable[[Item], str] = separation
) -> list[tuple[Operation, str, tuple[Item, ...]]]:
    """Group neighbours of one operation and separation, keeping the z order. named: separations."""
    grouped = groupby(items, key=lambda item: (item.operation, named(item)))
    return [(operation, spot, tuple(run)) for (operation, spot), run in grouped]
