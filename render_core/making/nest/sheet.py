"""Sheets of a stored solution as surfaces, that every exporter writes and every rasteriser draws.

The same solution, request and drawings give the same bytes, for ever. Each placed part is a zone
named "part#copy"; its items are those of its drawing, turned and moved, then its label. What has to
be told apart within a part, as what falls out of it, is a zone "part#copy/zone".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import groupby
from typing import Final

import numpy as np

from render_core.errors import RenderError
from render_core.geometry.bands import inked
from render_core.layout import FillRule, Ink, Item, Operation, Outline, Surface, Verb, ZoneFrame
from render_core.making.nest.check import faults
from render_core.making.nest.label_words import LabelFaces
from render_core.making.nest.labels import LABEL_ZONE, label_box, label_items
from render_core.making.nest.request import NestRequest, Stock
from render_core.making.nest.sheet_marks import MARK_ZONE, mark_items
from render_core.making.nest.solution import NestedSheet, Placed, Solution
from render_core.making.nest.turning import placed, placed_item
from render_core.separations import made_items, separation

_CUT_INK: Final = Ink((0, 0, 0))


def sheets(
    solution: Solution,
    request: NestRequest,
    drawings: Mapping[str, Surface],
    label_operation: Operation = Operation.ENGRAVE,
    label_faces: LabelFaces | None = None,
    apart: Mapping[str, Collection[str]] | None = None,
) -> tuple[Surface, ...]:
    """Return one surface for each sheet: "sheet-1" and so on, as large as its stock.

    drawings: by id of the part, what is made of it, in the part's frame; a part without one is cut
    along its outline. label_operation: what writes labels and marks, PRINT for gang sheets. label_faces: for labels
    that are not in ASCII; what they lack is in the label's code alone. apart: by id of the part, zones of its
    drawing that stay zones of their own.
    Raises RenderError (NEST_SOLUTION_FAULTY) where the solution does not hold.
    """
    found = faults(solution, request)
    if solution.request_sha256 != request.sha256 or found:
        raise RenderError(
            "NEST_SOLUTION_FAULTY",
            "This solution does not hold for these parts and sheets. Nest the batch again.",
        )
    items = [_items_of(index, request, drawings) for index in range(len(request.parts))]
    made = []
    for number, sheet in enumerate(solution.sheets, 1):
        name = f"sheet-{number}"
        made.append(_sheet(name, sheet, request, items, label_operation, label_faces, apart or {}))
    return tuple(made)


def taken_outline(surface: Surface, *others: Surface) -> Outline:
    """Return what a drawing takes of a sheet, to nest by: its edge and all that is made, with the
    widths of its lines; in whole micrometres, without overlaps.

    others: what other machines make of it, in the same coordinates.
    """
    items = [item for one in (surface, *others) for item in made_items(one)]
    drawn = [(item.outline, item.line_width_um) for item in items]
    drawn += [(item.clip, 0) for item in items if item.image and item.clip]
    return inked([(surface.outline, 0), *drawn])


def inner_zone(part: str, copy: int, zone: str) -> str:
    """Return the zone of what is told apart within a placed copy."""
    return f"{part}#{copy}/{zone}"


def zone_of(request: NestRequest, one: Placed) -> str:
    """Return the zone of a placed copy."""
    return f"{request.parts[one.part].id}#{one.copy}"


def sheet_outline(stock: Stock) -> Outline:
    """Return the edge of a sheet."""
    verbs = [Verb.MOVE, Verb.LINE, Verb.LINE, Verb.LINE, Verb.CLOSE]
    width, height = stock.width_um, stock.height_um
    corners = [[0, 0], [width, 0], [width, height], [0, height]]
    return Outline(np.array(verbs, np.uint8), np.array(corners, np.int32))


def _sheet(
    name: str,
    sheet: NestedSheet,
    request: NestRequest,
    items: list[tuple[Item, ...]],
    label_operation: Operation,
    label_faces: LabelFaces | None,
    apart: Mapping[str, Collection[str]],
) -> Surface:
    stock = request.stocks[sheet.stock]
    size = (stock.width_um, stock.height_um)
    zones, drawn = [], []
    for one in sheet.placed:
        part = request.parts[one.part]
        whole = zone_of(request, one)
        inner = {zone: inner_zone(part.id, one.copy, zone) for zone in apart.get(part.id, ())}
        shape = placed(part.outline, one.at)
        zones += [ZoneFrame(zone, 0, 0, *size, shape) for zone in (whole, *sorted(inner.values()))]
        drawn.append(
            [placed_item(item, one.at, inner.get(item.zone, whole)) for item in items[one.part]]
        )
    labels = [
        item for one in sheet.placed for item in _label(one, request, label_operation, label_faces)
    ]
    if labels:
        zones.append(ZoneFrame(LABEL_ZONE, 0, 0, *size, sheet_outline(stock)))
    drawn_marks = mark_items(stock.reach, request.marks, label_operation)
    if drawn_marks:
        zones.append(ZoneFrame(MARK_ZONE, 0, 0, *size, sheet_outline(stock)))
    return Surface(
        id=name,
        width_um=stock.width_um,
        height_um=stock.height_um,
        outline=sheet_outline(stock),
        zones=tuple(zones),
        items=(*drawn_marks, *labels, *_by_runs(drawn)),
    )


def _items_of(
    index: int, request: NestRequest, drawings: Mapping[str, Surface]
) -> tuple[Item, ...]:
    part = request.parts[index]
    drawing = drawings.get(part.id)
    if drawing is not None:
        return drawing.placed_items()
    return (Item(part.id, Operation.CUT, _CUT_INK, part.outline, FillRule.EVENODD),)


def _label(
    one: Placed, request: NestRequest, operation: Operation, faces: LabelFaces | None
) -> list[Item]:
    part = request.parts[one.part]
    box = label_box(part, request.label)
    if box is None:
        return []
    items = label_items(part.order(one.copy), box, request.label, operation, faces)
    return [placed_item(item, one.at, LABEL_ZONE) for item in items]


def _by_runs(drawn: list[list[Item]]) -> list[Item]:
    """Return the items of all parts, first runs first: parts do not overlap, so that one layer of all
    of them is together, and what lies over what in one part stays."""
    runs = [
        [
            list(run)
            for _, run in groupby(items, key=lambda item: (item.operation, separation(item)))
        ]
        for items in drawn
    ]
    longest = max((len(of_part) for of_part in runs), default=0)
    return [
        item
        for level in range(longest)
        for of_part in runs
        if level < len(of_part)
        for item in of_part[level]
    ]
