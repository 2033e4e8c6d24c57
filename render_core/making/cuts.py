"""From items that are cut or creased to the ways of the tool: united, cornered, moved by the kerf.

An outline within another one is its hole, outlines that cross become one part, and what lies on
another is made once. In a stencil it is the other way round: the outline falls out and the sheet is
kept. Where nothing of this has to be done, curves stay what they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from render_core.geometry.polygons import (
    UNITS_PER_UM,
    Polygons,
    Ring,
    difference,
    intersection,
    signed_area,
    union,
)
from render_core.layout import FillRule, Item, Outline
from render_core.making import checks
from render_core.making.arc_fit import contours
from render_core.making.areas import FILL, MOST_WORK, rings_of, touching, united_apart, work
from render_core.making.bridges import bridged
from render_core.making.corners import cornered
from render_core.making.edges import shared_edge
from render_core.making.kerf import by_turn, kerf_path, twice_area
from render_core.making.precision import fit_um, precision_um
from render_core.making.profile import InsideCorners, KerfSide, MachineOperation, MachineProfile
from render_core.making.ways import HAIRLINE_UM, Way, solid, split
from render_core.problems import Problem

# Two areas that differ by less than one part in so many are one.
_SAME: Final = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """What an item, or several that touch, enclose. plain: its contours where nothing was changed."""

    item: Item
    area: Polygons
    plain: Outline | None = None


@dataclass(slots=True)
class Made:
    """Ways of an operation as they are found, and what is wrong with them."""

    ways: list[Way] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def cut_ways(
    items: Sequence[Item], operation: MachineOperation, profile: MachineProfile, freed: bool
) -> Made:
    """Return what the tool follows for items of one operation, in surface coordinates.

    freed: the items are cut out of a sheet that is kept.
    """
    made = Made()
    parts = [part for item in items if (part := _part(item, profile, made)) is not None]
    parts = list(_together(parts, made))
    if parts:
        items = [part.item for part in parts]
        found = _of_sizes(parts, operation, freed)
        made.problems += [checks.in_zone_at(one, items) for one in found]
    for part in parts:
        worked = _cornered_and_held(part, operation, profile, freed, made)
        made.ways += _ways(worked, operation, profile, freed)
    return made


def _of_sizes(parts: Sequence[Part], operation: MachineOperation, freed: bool) -> Iterator[Problem]:
    """Yield what the tool is too wide for, and what is too thin for the machine."""
    zone = parts[0].item.zone
    whole = Polygons(tuple(ring for part in parts for ring in part.area.rings))
    yield from checks.of_kerf(zone, whole, _tool_um(operation), inward=freed)
    yield from checks.of_strokes(zone, whole, operation.min_stroke_um)
    edge = None if freed else shared_edge([part.area for part in parts])
    if edge is not None:
        on_line = operation.kerf_side is KerfSide.ON_LINE
        yield checks.of_shared(zone, edge, 0 if on_line else operation.kerf_um)


def _tool_um(operation: MachineOperation) -> int:
    """Return how wide a gap has to be for the tool: what corners are made for has to fit in, too."""
    if operation.inside_corners is InsideCorners.SHARP:
        return operation.kerf_um
    return max(operation.kerf_um, 2 * operation.tool_radius_um)


def _cornered_and_held(
    part: Part, operation: MachineOperation, profile: MachineProfile, freed: bool, made: Made
) -> Part:
    area = cornered(part.area, operation, precision_um(profile), freed=freed)
    if freed:
        area, loose = bridged(area, operation.bridge_um)
        if loose and operation.bridge_um:
            made.problems.append(checks.loose(part.item.zone, loose))
    return part if area is part.area else Part(part.item, area)


def _part(item: Item, profile: MachineProfile, made: Made) -> Part | None:
    """Return what an item encloses; None for a picture or lines, whose ways are added at once."""
    if item.image is not None or item.outline.is_empty:
        return None
    if item.line_width_um and item.clip is None:
        made.ways += [
            Way(one, item.zone, item.ink, closed, 0 if closed else HAIRLINE_UM)
            for one, closed in split(item.outline)
        ]
        return None
    is_plain = item.clip is None
    outline = item.outline if is_plain else solid(item)
    if outline is None:
        made.problems.append(checks.too_tangled(item))
        return None
    rule = item.fill_rule if is_plain else FillRule.NONZERO
    if is_plain and (opened := checks.of_closed(item.zone, outline)):
        made.problems += opened
        return None
    rings = rings_of(outline, precision_um(profile))
    if work(rings) > MOST_WORK:
        made.problems.append(checks.too_tangled(item))
        return None
    area = united_apart(rings, FILL[rule])
    is_clean = len(area.rings) == len(rings) and _covered(area.rings) == _covered(rings)
    if not is_clean:
        made.problems += checks.of_rings(item.zone, rings, rule)
    return Part(item, area, outline if is_clean else None) if area.rings else None


def _covered(rings: Sequence[Ring]) -> int:
    return sum(abs(twice_area(ring)) for ring in rings)


def _together(parts: Sequence[Part], made: Made) -> Iterator[Part]:
    """Yield parts of which none touches another."""
    for group in _meeting(parts):
        some = [parts[index] for index in group]
        yield some[0] if len(some) == 1 else Part(some[0].item, _nested(some, made))


def _meeting(parts: Sequence[Part]) -> list[list[int]]:
    """Return the numbers of parts that overlap, or lie in each other, in groups."""
    if len(parts) < 2:
        return [[index] for index in range(len(parts))]
    frames = [_frame(part.area) for part in parts]
    groups: list[list[int]] = []
    for near in touching(frames):
        apart: list[list[int]] = []
        for index in near:
            met = [group for group in apart if _meets(parts, frames, index, group)]
            apart = [group for group in apart if group not in met]
            apart.append(sorted([index, *(one for group in met for one in group)]))
        groups += apart
    return sorted(groups)


def _meets(parts: Sequence[Part], frames: Sequence[Ring], index: int, group: list[int]) -> bool:
    low, high = frames[index][0], frames[index][2]
    return any(
        bool((frames[other][0] <= high).all() and (low <= frames[other][2]).all())
        and not intersection(parts[index].area, parts[other].area).is_empty
        for other in group
    )


def _frame(area: Polygons) -> Ring:
    points = np.concatenate(area.rings)
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.int64)


def _nested(parts: Sequence[Part], made: Made) -> Polygons:
    """Return what is kept of parts that meet: those inside of others are holes."""
    order = sorted(parts, key=lambda part: -_units(part.area))
    whole, seen = order[0].area, [order[0].area]
    for part in order[1:]:
        if any(_is_same(part.area, other) for other in seen):
            made.problems.append(checks.coincide(part.item.zone, part.area))
            continue
        seen.append(part.area)
        is_inside = difference(part.area, whole).is_empty
        whole = difference(whole, part.area) if is_inside else union([whole, part.area])
    return whole


def _is_same(one: Polygons, other: Polygons) -> bool:
    least = min(_units(one), _units(other)) // _SAME
    if abs(_units(one) - _units(other)) > least:
        return False
    return _units(difference(one, other)) + _units(difference(other, one)) <= least


def _units(area: Polygons) -> int:
    return sum(signed_area(ring) for ring in area.rings)


def _ways(
    part: Part, operation: MachineOperation, profile: MachineProfile, freed: bool
) -> Iterator[Way]:
    path = kerf_path(
        part.area, operation.kerf_um, operation.kerf_side, precision_um(profile), freed=freed
    )
    item = part.item
    if path is part.area and part.plain is not None:
        yield from _plain_ways(item, part.plain, freed)
        return
    for area, is_outer in zip(by_turn(path), (True, False), strict=True):
        for outline in contours(area.rings, fit_um(profile)):
            yield Way(outline, item.zone, item.ink, is_hole=is_outer == freed)


def _plain_ways(item: Item, outline: Outline, freed: bool) -> Iterator[Way]:
    """Yield the contours of an outline as they are; those that turn as the largest does are outer."""
    some = [contour for contour, _ in split(outline)]
    areas = [_turn(contour) for contour in some]
    largest = max(areas, key=abs, default=0)
    for contour, area in zip(some, areas, strict=True):
        if area:
            is_outer = (area > 0) == (largest > 0)
            yield Way(contour, item.zone, item.ink, is_hole=is_outer == freed)


def _turn(contour: Outline) -> int:
    rings = rings_of(contour, 2.0)
    return twice_area(rings[0]) // UNITS_PER_UM if rings else 0
