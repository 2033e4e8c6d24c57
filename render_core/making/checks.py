"""Problems of what one machine is to make: each names the zone and the place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import ceil, floor, sqrt
from typing import Final

import numpy as np

from render_core.geometry.corners_apart import corners_apart
from render_core.geometry.gaps import Measured, measure
from render_core.geometry.polygons import UNITS_PER_UM, Polygons, Ring, signed_area, united
from render_core.geometry.strokes import Chord
from render_core.layout import Box, FillRule, Item, Operation, Outline
from render_core.limits import MAX_LENGTH_UM
from render_core.making.areas import FILL, boxes
from render_core.making.extent import reach
from render_core.making.profile import (
    FileFormat,
    FillKind,
    MachineOperation,
    MachineProfile,
    operation_named,
)
from render_core.making.ways import Way, split
from render_core.preflight.messages import problem
from render_core.problems import Problem
from render_core.separations import LINE_OPERATIONS
from render_core.units import UM_PER_MM, um_as_mm

# At most so many of a kind in a zone; who mends them sees the others.
MOST_OF_A_KIND: Final = 20
# Points of areas that are measured; some two thousand letters have more.
MOST_MEASURED: Final = 100_000
_ROUNDING_UM: Final = 1.0
# How far work may reach: what is cut around it, leads and marks then stay in the drawable range.
MOST_REACH_UM: Final = MAX_LENGTH_UM * 9 // 10
# What rounding leaves of a loop: less than a µm wide.
_LEAST_WIDTH_UM: Final = 1.0
_PIXELS: Final = frozenset({FileFormat.SVG, FileFormat.PDF, FileFormat.PNG, FileFormat.TIFF})

_DOES: Final = {
    Operation.PRINT: "print",
    Operation.WHITE: "print white",
    Operation.ENGRAVE: "engrave",
    Operation.CUT: "cut",
    Operation.CREASE: "crease",
    Operation.FOIL: "foil",
    Operation.EMBOSS: "emboss",
    Operation.STITCH: "stitch",
}


def of_machine(items: Iterable[Item], profile: MachineProfile) -> Iterator[Problem]:
    """Yield what the machine has no operation or ink for, once for each zone."""
    told: set[tuple[str, str]] = set()
    for item in items:
        for found in _of_item(item, profile):
            if (found.code, found.zone) not in told:
                told.add((found.code, found.zone))
                yield found


def _of_item(item: Item, profile: MachineProfile) -> Iterator[Problem]:
    operation = operation_of(item, profile)
    if operation is None:
        yield problem(
            "OPERATION_NOT_MADE",
            item.zone,
            box=box_of(item),
            params={"machine": profile.display_name, "operation": _DOES[item.operation]},
        )
    elif item.operation is Operation.PRINT and item.ink.spot and not _has_ink(item, profile):
        yield problem(
            "INK_NOT_ON_MACHINE",
            item.zone,
            box=box_of(item),
            params={"machine": profile.display_name, "ink": item.ink.spot},
        )
    elif item.image is not None and follows_lines(operation, profile):
        params = {"machine": profile.display_name}
        yield problem("PICTURE_NOT_MADE", item.zone, box=box_of(item), params=params)


def operation_of(item: Item, profile: MachineProfile) -> MachineOperation | None:
    """Return the machine's operation of an item: that of its kind with its ink's name, or the first."""
    return operation_named(profile.operations, item.operation, item.ink.spot)


def _has_ink(item: Item, profile: MachineProfile) -> bool:
    spot = item.ink.spot.casefold()
    return any(one.name.casefold() == spot for one in profile.operations)


def follows_lines(operation: MachineOperation, profile: MachineProfile) -> bool:
    """Return whether a tool follows lines for an operation, rather than making areas as they are."""
    if operation.operation in LINE_OPERATIONS or operation.fill.kind is not FillKind.NONE:
        return True
    return not _PIXELS.intersection(profile.formats)


def box_of(item: Item) -> Box:
    """Return a box that holds an item: its outline and its handles, or its picture's corners."""
    if item.image is None:
        return reach(item.outline)
    a, b, c, d, x, y = item.image.matrix_um
    xs, ys = (x, x + a, x + c, x + a + c), (y, y + b, y + d, y + b + d)
    return Box(min(xs), min(ys), max(xs), max(ys))


def too_tangled(item: Item) -> Problem:
    """Return the problem of an outline that nobody can unite in a bounded time."""
    return problem("OUTLINE_TOO_TANGLED", item.zone, box=box_of(item))


def _narrowest(area: Polygons, stroke_um: float, gap_um: float) -> Measured:
    """Return what `measure` finds, without asking it for what it would not look at."""
    if sum(map(len, area.rings)) > MOST_MEASURED:
        return Measured(None, None, complete=False)
    outline = area.outline()
    if not gap_um:  # between pieces that touch there is a gap all the same, of no width
        outline = corners_apart(outline)
    return measure(outline, stroke_um, gap_um)


def fill_too_fine(item: Item, count: int, limit: int) -> Problem:
    """Return the problem of an area that takes more lines than anybody waits for."""
    return problem(
        "FILL_TOO_FINE",
        item.zone,
        box=box_of(item),
        measured=float(count),
        required=float(limit),
        params={"count": count, "limit": limit},
    )


def no_room_for_lead(way: Way) -> Problem:
    """Return the problem of a contour that the tool starts on."""
    return problem("NO_ROOM_FOR_LEAD", way.zone, box=Box(*way.outline.bounds_um()))


def room_of(profile: MachineProfile) -> tuple[int, int]:
    """Return the width and height of what a bed's margins leave, µm; (0, 0) for no bed."""
    if not (profile.bed_width_um and profile.bed_height_um):
        return (0, 0)
    margins = 2 * profile.margin_um
    return (profile.bed_width_um - margins, profile.bed_height_um - margins)


def is_endless(item: Item) -> bool:
    """Return whether an item reaches where nothing can be drawn: an arc that is nearly straight may."""
    return max(map(abs, box_of(item))) > MOST_REACH_UM


def endless(item: Item, surface: str, profile: MachineProfile) -> Problem:
    """Return the problem of an item that no bed holds."""
    room = room_of(profile)
    if room == (0, 0):
        room = (MOST_REACH_UM, MOST_REACH_UM)
    box = box_of(item)
    return larger(item.zone, box, box, surface, room, profile)


def larger(
    zone: str, place: Box, work: Box, surface: str, room: tuple[int, int], profile: MachineProfile
) -> Problem:
    """Return the problem of work on a surface that no bed of a room holds, at a place in a zone."""
    width, height = work.right_um - work.left_um, work.bottom_um - work.top_um
    return problem(
        "LARGER_THAN_BED",
        zone,
        box=place,
        measured=max(width, height) / UM_PER_MM,
        required=max(room) / UM_PER_MM,
        params={
            "machine": profile.display_name,
            "surface": surface,
            "width_mm": um_as_mm(width),
            "height_mm": um_as_mm(height),
            "bed_width_mm": um_as_mm(room[0]),
            "bed_height_mm": um_as_mm(room[1]),
        },
    )


def of_closed(zone: str, outline: Outline) -> list[Problem]:
    """Return the problem of the first contour that is open where only closed ones enclose anything."""
    for contour, closed in split(outline):
        (ax, ay), (bx, by) = contour.points_um[[0, -1]].tolist()
        if closed or (ax, ay) == (bx, by):
            continue
        apart = round(sqrt((ax - bx) * (ax - bx) + (ay - by) * (ay - by)))
        found = problem(
            "PATH_OPEN",
            zone,
            box=Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)),
            measured=apart / UM_PER_MM,
            required=0.0,
            params={"measured_mm": um_as_mm(apart)},
        )
        return [found]
    return []


def of_rings(zone: str, rings: Sequence[Ring], rule: FillRule) -> Iterator[Problem]:
    """Yield loops without area and contours that cross themselves, some twenty of each at most."""
    if not rings:
        return
    crossing, empty = 0, 0
    low, high = boxes(rings)
    for index, ring in enumerate(rings):
        area = signed_area(ring)
        longest = int((high[index] - low[index]).max())
        thin = abs(area) <= longest * _LEAST_WIDTH_UM * UNITS_PER_UM
        if thin and not _is_eight(ring):
            if (empty := empty + 1) <= MOST_OF_A_KIND:
                yield problem("LOOP_WITHOUT_AREA", zone, box=_box(low[index], high[index]))
            continue
        if crossing < MOST_OF_A_KIND and (place := _crossing(ring, rule)) is not None:
            crossing += 1
            yield problem("PATH_CROSSES_ITSELF", zone, box=_box(place, place))


def _is_eight(ring: Ring) -> bool:
    """Return whether a ring without a signed area encloses some all the same."""
    both = united([ring], FILL[FillRule.EVENODD])
    return both.area_um2() > _LEAST_WIDTH_UM * float(np.ptp(ring, axis=0).max()) / UNITS_PER_UM


def _crossing(ring: Ring, rule: FillRule) -> Ring | None:
    """Return a point at which a ring crosses itself, None where it does not."""
    area = united([ring], FILL[rule])
    apart = (
        len(area.rings) != 1
        or abs(sum(signed_area(one) for one in area.rings) - abs(signed_area(ring)))
        > UNITS_PER_UM * len(ring) * 2
    )
    if not apart or not area.rings:
        return None
    known = set(map(tuple, ring.tolist()))
    for one in area.rings:
        for x, y in one.tolist():
            if (x, y) not in known:
                return np.array([x, y], np.int64)
    return None if len(area.rings) == 1 else np.array(area.rings[1][0], np.int64)


def of_kerf(zone: str, area: Polygons, kerf_um: int, *, inward: bool) -> Iterator[Problem]:
    """Yield the thinnest stroke that a tool inside, or the narrowest gap that one outside, eats up."""
    if not kerf_um:
        return
    least = kerf_um + _ROUNDING_UM  # What is just as wide is eaten up, too.
    stroke, gap = (least, 0.0) if inward else (0.0, least)
    found = _narrowest(area, stroke, gap)
    chord = found.stroke or found.gap
    if chord is not None:
        key = "KERF_WIDER.stroke" if inward else "KERF_WIDER.gap"
        yield _measured(key, zone, chord, kerf_um)
    elif not found.complete:
        yield problem("TOO_DETAILED", zone, box=_around(area))


def of_strokes(zone: str, area: Polygons, least_um: int) -> Iterator[Problem]:
    """Yield the thinnest stroke below what the machine's operation can make."""
    if not least_um:
        return
    found = _narrowest(area, float(least_um), 0.0)
    if found.stroke is not None:
        yield _measured("STROKE_TOO_THIN.artwork", zone, found.stroke, least_um)


def loose(zone: str, islands: Sequence[Ring]) -> Problem:
    """Return the problem of islands of a stencil that no bridge reaches."""
    return problem(
        "ISLAND_FALLS_OUT.artwork",
        zone,
        box=_around(Polygons(tuple(islands))),
        measured=float(len(islands)),
        required=0.0,
        params={"count": len(islands)},
    )


def coincide(zone: str, area: Polygons) -> Problem:
    """Return the problem of an outline that another one repeats."""
    return problem("EDGES_COINCIDE", zone, box=_around(area))


def of_shared(zone: str, edge: Box, kerf_um: int) -> Problem:
    """Return the problem of an edge that two parts share: with a kerf, neither comes out at its size."""
    if not kerf_um:
        return problem("EDGES_COINCIDE.shared", zone, box=edge)
    params = {"measured_mm": um_as_mm(0), "required_mm": um_as_mm(kerf_um)}
    required = kerf_um / UM_PER_MM
    return problem("KERF_WIDER.gap", zone, box=edge, measured=0.0, required=required, params=params)


def in_zone_at(found: Problem, items: Sequence[Item]) -> Problem:
    """Return a problem as one of the zone whose item lies at its place, where there is one."""
    box = found.box
    if box is None:
        return found
    at = (item for item in items if box_of(item).touches(box))
    return replace(found, zone=next((item.zone for item in at), found.zone))


def _measured(key: str, zone: str, chord: Chord, required_um: int) -> Problem:
    measured_um = round(chord.width)
    (ax, ay), (bx, by) = chord.ends
    return problem(
        key,
        zone,
        box=Box(floor(min(ax, bx)), floor(min(ay, by)), ceil(max(ax, bx)), ceil(max(ay, by))),
        measured=measured_um / UM_PER_MM,
        required=required_um / UM_PER_MM,
        params={"measured_mm": um_as_mm(measured_um), "required_mm": um_as_mm(required_um)},
    )


def _around(area: Polygons) -> Box:
    low, high = boxes(area.rings)
    return _box(low.min(axis=0), high.max(axis=0))


def _box(low: Ring, high: Ring) -> Box:
    (left, top), (right, bottom) = low.tolist(), high.tolist()
    unit = UNITS_PER_UM
    return Box(left // unit, top // unit, -(-right // unit), -(-bottom // unit))
