"""Work that is larger than the bed, in tiles that overlap: for print that is joined, cuts that go on.

What lies `within` a tile's window is cut to it: areas at its edge, pictures by a clip, and contours
that cross it become open lines. Prepare the whole first and tile what is prepared, so
that kerf, order and contour cut are those of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from render_core.errors import UnsupportedDesign
from render_core.geometry.flatten import flatten
from render_core.geometry.polygons import UNITS_PER_UM, Polygons, Ring, intersection
from render_core.layout import EMPTY_OUTLINE, Box, FillRule, Item, Outline, Surface, Verb
from render_core.making.areas import FILL, rings_of, united_apart
from render_core.making.checks import box_of, room_of
from render_core.making.marks import LINE_UM
from render_core.making.profile import MachineProfile
from render_core.making.ways import HAIRLINE_UM
from render_core.raster.solid import solid_outline
from render_core.separations import LINE_OPERATIONS

MOST_TILES: Final = 400
_TOLERANCE_UM: Final = 1.0

_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tile:
    """A place of the grid, from 0 at the top left, its window on the whole, and its empty surface."""

    column: int
    row: int
    window: Box
    surface: Surface


def tiles_of(surface: Surface, width_um: int, height_um: int, overlap_um: int) -> Iterator[Tile]:
    """Yield the tiles of a surface, of at most a size, row by row. Raises as `grid` does."""
    across, down = grid(surface.width_um, surface.height_um, width_um, height_um, overlap_um)
    for row, top in enumerate(down):
        for column, left in enumerate(across):
            right, bottom = left + width_um, top + height_um
            window = Box(left, top, min(right, surface.width_um), min(bottom, surface.height_um))
            yield Tile(column, row, window, _surface_of(surface, window))


def grid(
    whole_width_um: int, whole_height_um: int, width_um: int, height_um: int, overlap_um: int
) -> tuple[range, range]:
    """Return where tiles of a size begin, across and down.

    Raises UnsupportedDesign (TILES_INVALID) for tiles that are not larger than their overlap, or
    more than `MOST_TILES`.
    """
    if overlap_um < 0 or min(width_um, height_um) <= overlap_um:
        raise UnsupportedDesign("TILES_INVALID", "Tiles must be larger than their overlap.")
    across = _starts(whole_width_um, width_um, overlap_um)
    down = _starts(whole_height_um, height_um, overlap_um)
    if len(across) * len(down) > MOST_TILES:
        raise UnsupportedDesign(
            "TILES_INVALID", f"At most {MOST_TILES} tiles are made; choose larger ones."
        )
    return across, down


def can_be_tiled(work: Box, profile: MachineProfile) -> bool:
    """Return whether the machine's tiles make up a work, and not more than `MOST_TILES`."""
    if profile.tiling is None:
        return False
    try:
        grid(work.right_um - work.left_um, work.bottom_um - work.top_um, *sizes_of(profile))
    except UnsupportedDesign:
        return False
    return True


def sizes_of(profile: MachineProfile) -> tuple[int, int, int]:
    """Return width and height of a machine's tiles, and their overlap; crosses lie on the bed, too."""
    width, height = room_of(profile)
    if profile.tiling is None:
        return width, height, 0
    margins = 2 * reach_of(profile.tiling.mark_um)
    return width - margins, height - margins, profile.tiling.overlap_um


def reach_of(mark_um: int) -> int:
    """Return how far crosses of a size reach from a tile."""
    return mark_um + LINE_UM if mark_um else 0


def _starts(whole_um: int, size_um: int, overlap_um: int) -> range:
    step = size_um - overlap_um
    return range(0, max(whole_um - overlap_um, 1), step)


def _surface_of(surface: Surface, window: Box) -> Surface:
    left, top, right, bottom = window
    zones = tuple(
        replace(frame, x_um=frame.x_um - left, y_um=frame.y_um - top) for frame in surface.zones
    )
    return replace(
        surface,
        id=f"{surface.id}-{left // 1000}-{top // 1000}",
        width_um=right - left,
        height_um=bottom - top,
        outline=_edge(surface.outline, window).moved(-left, -top),
        zones=zones,
        items=(),
        bleed_um=0,
    )


def _edge(outline: Outline, window: Box) -> Outline:
    return _cut_area(outline, FillRule.NONZERO, window)


def within(item: Item, window: Box) -> Iterator[Item]:
    """Yield what of an item lies in a window: nothing, all of it, or parts."""
    box = box_of(item)
    if box.joined(window) == window:
        yield item
        return
    if not box.touches(window):
        return
    if item.image is not None:
        frame = _rectangle(window) if item.clip is None else item.clip
        clip = _cut_area(frame, FillRule.NONZERO, window)
        if not clip.is_empty:
            yield replace(item, clip=clip)
    elif (item.operation in LINE_OPERATIONS or item.line_width_um) and item.clip is None:
        yield from _cut_lines(item, window)
    else:
        outline, rule = item.outline, item.fill_rule
        if item.clip is not None:
            outline, rule = solid_outline(item), FillRule.NONZERO
        cut = _cut_area(outline, rule, window)
        if not cut.is_empty:
            solid = replace(item, outline=cut, fill_rule=FillRule.NONZERO, clip=None)
            yield replace(solid, line_width_um=0)


def _cut_area(outline: Outline, rule: FillRule, window: Box) -> Outline:
    area = united_apart(rings_of(outline, _TOLERANCE_UM), FILL[rule])
    return intersection(area, Polygons((_ring(window),))).outline() if area.rings else EMPTY_OUTLINE


def _ring(window: Box) -> Ring:
    left, top, right, bottom = window
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return np.array(corners, np.int64) * UNITS_PER_UM


def _rectangle(window: Box) -> Outline:
    verbs = np.array([Verb.MOVE, Verb.LINE, Verb.LINE, Verb.LINE, Verb.CLOSE], np.uint8)
    return Outline(verbs, (_ring(window) // UNITS_PER_UM).astype(np.int32))


def _cut_lines(item: Item, window: Box) -> Iterator[Item]:
    pieces: list[list[_Point]] = []
    for line in flatten(item.outline, _TOLERANCE_UM):
        points: list[_Point] = [(x, y) for x, y in line.points_um.tolist()]
        pieces += _pieces([*points, points[0]] if line.closed else points, window, line.closed)
    verbs: list[int] = []
    for piece in pieces:
        verbs += [Verb.MOVE, *[Verb.LINE] * (len(piece) - 1)]
    if verbs:
        whole = np.rint(np.array([point for piece in pieces for point in piece])).astype(np.int32)
        outline = Outline(np.array(verbs, np.uint8), whole)
        yield replace(item, outline=outline, line_width_um=item.line_width_um or HAIRLINE_UM)


def _pieces(points: list[_Point], window: Box, closed: bool) -> list[list[_Point]]:
    """Return the parts of a line in a window; of a closed one, the first joins on to the last."""
    found: list[list[_Point]] = []
    for start, end in pairwise(points):
        part = _clipped(start, end, window)
        if part is None:
            continue
        if found and found[-1][-1] == part[0]:
            found[-1].append(part[1])
        else:
            found.append(list(part))
    if closed and len(found) > 1 and found[0][0] == found[-1][-1]:
        found[0] = [*found.pop(), *found[0][1:]]
    return found


def _clipped(start: _Point, end: _Point, window: Box) -> tuple[_Point, _Point] | None:
    """Return the part of a segment in a window. Source: Y.-D. Liang and B. A. Barsky, 1984."""
    (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    first, last = 0.0, 1.0
    for way, room in (
        (-dx, x - window.left_um),
        (dx, window.right_um - x),
        (-dy, y - window.top_um),
        (dy, window.bottom_um - y),
    ):
        if way == 0:
            if room < 0:
                return None
        elif way < 0:
            first = max(first, room / way)
        else:
            last = min(last, room / way)
    if first >= last:
        return None
    begin = start if first == 0 else (x + dx * first, y + dy * first)
    return begin, end if last == 1 else (x + dx * last, y + dy * last)
