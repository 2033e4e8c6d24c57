"""Work beyond the bed as tiles: each a prepared work of its own, with crosses where it meets others.

A cross lies in the middle of an overlap, on both sides of the window, so two tiles that meet have it at
the same place of the whole: laid on each other, they are aligned. Crosses are printed, or else
engraved, creased or cut, in this order, beyond the window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from render_core.geometry.outline_builder import OutlineBuilder
from render_core.layout import Box, Item, Operation, ZoneFrame
from render_core.making.checks import room_of
from render_core.making.marks import INK, LINE_UM
from render_core.making.prepare import OF_SHEET, Prepared, Run
from render_core.making.profile import MachineOperation, MachineProfile
from render_core.making.tiles import Tile, grid, reach_of, sizes_of, tiles_of, within
from render_core.making.ways import in_zone, moved

_MARKED_BY: Final = (Operation.PRINT, Operation.ENGRAVE, Operation.CREASE, Operation.CUT)
_FIRST: Final = 1  # People count rows and columns from one.


@dataclass(frozen=True, slots=True)
class PreparedTile:
    """One tile. row, column: from 1, from the top left. window: on the surface of the whole.

    prepared: its surface is named by both, and holds the crosses around the window, too; its trim is
    where the window lies on it.
    """

    row: int
    column: int
    window: Box
    prepared: Prepared


@dataclass(frozen=True, slots=True)
class Tiles:
    """All tiles with work of one surface. rows, columns: of the grid, empty tiles included."""

    rows: int
    columns: int
    tiles: tuple[PreparedTile, ...]


def needs_tiles(prepared: Prepared, profile: MachineProfile) -> bool:
    """Return whether a work is made in tiles: it is larger than the bed, and the machine allows it."""
    width, height = room_of(profile)
    surface = prepared.surface
    larger = surface.width_um > width or surface.height_um > height
    return profile.tiling is not None and larger


def in_tiles(prepared: Prepared, profile: MachineProfile) -> Tiles:
    """Return a work in tiles, row by row. Raises UnsupportedDesign (TILES_INVALID) as `tiles.grid` does."""
    surface, sizes = prepared.surface, sizes_of(profile)
    across, down = grid(surface.width_um, surface.height_um, *sizes)
    made = []
    for tile in tiles_of(surface, *sizes):
        runs = tuple(_runs(prepared.runs, tile))
        if runs:
            joints = _joints(across, down, tile, sizes[2])
            found = _marked(surface.id, tile, runs, joints, profile)
            place = tile.row + _FIRST, tile.column + _FIRST
            made.append(PreparedTile(*place, tile.window, found))
    return Tiles(len(down), len(across), tuple(made))


def _runs(runs: Sequence[Run], tile: Tile) -> Iterator[Run]:
    """Yield what of each run lies in a tile's window, in the window's coordinates."""
    left, top = tile.window.left_um, tile.window.top_um
    for run in runs:
        parts = [part for item in run.items for part in within(item, tile.window)]
        items = tuple(moved(part, -left, -top) for part in parts)
        if items:
            yield Run(run.operation, items)


def _joints(
    across: Sequence[int], down: Sequence[int], tile: Tile, overlap_um: int
) -> tuple[list[int], list[int]]:
    """Return where a tile meets its neighbours, in its window: on the way across, and on the way down."""
    half = overlap_um // 2
    xs = [x + half - tile.window.left_um for x in across[max(tile.column, 1) : tile.column + 2]]
    ys = [y + half - tile.window.top_um for y in down[max(tile.row, 1) : tile.row + 2]]
    return xs, ys


def _marked(
    name: str,
    tile: Tile,
    runs: tuple[Run, ...],
    joints: tuple[list[int], list[int]],
    profile: MachineProfile,
) -> Prepared:
    """Return a tile with its crosses, on a surface that holds them."""
    size = profile.tiling.mark_um if profile.tiling else 0
    reach = reach_of(size)
    window, surface = tile.window, tile.surface
    width, height = window.right_um - window.left_um, window.bottom_um - window.top_um
    shifted = [
        replace(run, items=tuple(moved(item, reach, reach) for item in run.items)) for run in runs
    ]
    if size and (operation := _marking(profile, runs)):
        out = OutlineBuilder()
        middle = reach - reach // 2
        for x in joints[0]:
            _cross(out, x + reach, reach - middle, size)
            _cross(out, x + reach, reach + height + middle, size)
        for y in joints[1]:
            _cross(out, reach - middle, y + reach, size)
            _cross(out, reach + width + middle, y + reach, size)
        item = Item(OF_SHEET, operation.operation, INK, out.build(), line_width_um=LINE_UM)
        shifted = _with(shifted, operation, item)
    zones = tuple(
        replace(frame, x_um=frame.x_um + reach, y_um=frame.y_um + reach) for frame in surface.zones
    )
    if OF_SHEET not in {frame.zone for frame in zones}:
        edge = surface.outline.moved(reach, reach)
        whole = ZoneFrame(OF_SHEET, 0, 0, width + 2 * reach, height + 2 * reach, edge)
        zones = (*zones, whole)
    frames = {frame.zone: frame for frame in zones}
    made = replace(
        surface,
        id=f"{name}-r{tile.row + _FIRST}-c{tile.column + _FIRST}",
        width_um=width + 2 * reach,
        height_um=height + 2 * reach,
        outline=surface.outline.moved(reach, reach),
        zones=zones,
        items=tuple(in_zone(item, frames[item.zone]) for run in shifted for item in run.items),
    )
    trim = Box(reach, reach, reach + width, reach + height)
    return Prepared(made, tuple(shifted), trim)


def _marking(profile: MachineProfile, runs: Sequence[Run]) -> MachineOperation | None:
    """Return what makes the crosses: what tile has work for, gentlest first."""
    busy = [run.operation for run in runs]
    ranked = sorted(
        (one for one in profile.operations if one.operation in _MARKED_BY),
        key=lambda one: (_MARKED_BY.index(one.operation), one not in busy),
    )
    return ranked[0] if ranked else None


def _with(runs: list[Run], operation: MachineOperation, item: Item) -> list[Run]:
    """Return runs with an item first in that of an operation, which is first where it had no work."""
    if all(run.operation != operation for run in runs):
        return [Run(operation, (item,)), *runs]
    place = next(at for at, run in enumerate(runs) if run.operation == operation)
    run = runs[place]
    return [*runs[:place], replace(run, items=(item, *run.items)), *runs[place + 1 :]]


def _cross(out: OutlineBuilder, x: int, y: int, size: int) -> None:
    half = size / 2
    for start, end in (((x - half, y), (x + half, y)), ((x, y - half), (x, y + half))):
        out.move(start)
        out.line(end)
