"""What one machine does for one surface: ordered work, in whole micrometres.

Everything that a workshop would otherwise do by hand in its own program is done here, once, on
outlines: every file and picture of the prepared surface then shows the same work.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from render_core.layout import Box, Ink, Item, Operation, Surface, ZoneFrame
from render_core.making import checks
from render_core.making.arc_fit import contours
from render_core.making.bed import of_bed, of_origin
from render_core.making.contour import EdgeOf, cut_around
from render_core.making.cuts import cut_ways
from render_core.making.extent import extent
from render_core.making.fills import fill_items
from render_core.making.leads import with_leads
from render_core.making.marks import LINE_UM, marks
from render_core.making.order import ordered
from render_core.making.precision import fit_um, precision_um
from render_core.making.profile import (
    Datum,
    Fill,
    FillKind,
    MachineOperation,
    MachineProfile,
    MarkKind,
    Origin,
)
from render_core.making.tiles import can_be_tiled
from render_core.making.ways import Way, as_items, in_zone, joined, moved
from render_core.problems import Problem, Severity, in_order
from render_core.separations import LINE_OPERATIONS, made_items

# The zone of what belongs to no zone: marks, and a contour cut around several.
OF_SHEET = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One operation's work. items: in the order in which they are made, in surface coordinates."""

    operation: MachineOperation
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a machine is given. runs: in the machine's order; those without work are left out.

    surface: the product's face with the items of all runs, in that order; `placed_items()` is what
    the runs hold. Larger than the face where marks lie beyond its edge. trim: where the face lies on it;
    bleed_um: how far what is printed reaches beyond that.
    problems: with an error among them, nothing of this may be made.
    """

    surface: Surface
    runs: tuple[Run, ...]
    trim: Box
    problems: tuple[Problem, ...] = ()
    bleed_um: int = 0

    @property
    def can_be_made(self) -> bool:
        """Whether no problem is an error."""
        return all(found.severity is not Severity.ERROR for found in self.problems)


def prepare(
    surface: Surface,
    profile: MachineProfile,
    *,
    stencils: Collection[str] = (),
    waste: Collection[str] = (),
    edge_of: EdgeOf | None = None,
    around: Sequence[Item] = (),
) -> Prepared:
    """Return the work of one machine for a surface.

    stencils: zones of which the sheet is kept (`ZoneSpec.stencil`): what is cut there falls out.
    waste: zones of labels and marks beside the parts, around which nothing is cut.
    edge_of: the visible edges of pictures (`imaging.visible_edge`), for cuts that follow them; what it
    raises for a picture that cannot be had is raised. Without it, a picture's frame counts.
    around: what another machine prints on it, around which this one cuts.
    Raises nothing for what a design or a drawing may hold: that is told as problems, with their
    zone and place in it.
    """
    items = made_items(surface)
    endless = [item for item in items if checks.is_endless(item)]
    if endless:
        items = tuple(item for item in items if item not in endless)
    problems = [checks.endless(item, surface.id, profile) for item in endless]
    problems += checks.of_machine(items, profile)
    parts = [item for item in items if item.zone not in waste]
    contour, tangled = _contour(parts, profile, edge_of, around)
    items += contour
    problems += tangled
    runs = []
    for operation in profile.operations:
        own = [item for item in items if checks.operation_of(item, profile) is operation]
        run, found = _run(own, operation, profile, stencils, _start(surface, profile))
        problems += found
        runs.append(run)
    return _prepared(surface, runs, problems, profile)


def _contour(
    items: Sequence[Item],
    profile: MachineProfile,
    edge_of: EdgeOf | None,
    around: Sequence[Item],
) -> tuple[tuple[Item, ...], list[Problem]]:
    """Return the cut around what is printed; none where the design says itself what is cut."""
    if profile.contour is None or any(item.operation is Operation.CUT for item in items):
        return (), []
    printed = [
        item
        for item in items
        if item.operation not in LINE_OPERATIONS and checks.operation_of(item, profile)
    ]
    area, tangled = cut_around([*around, *printed], profile.contour, precision_um(profile), edge_of)
    problems = [checks.too_tangled(item) for item in tangled[: checks.MOST_OF_A_KIND]]
    drawn = contours(area.rings, fit_um(profile))
    if not drawn:
        return (), problems
    return (Item(OF_SHEET, Operation.CUT, Ink((0, 0, 0)), joined(drawn)),), problems


def _start(surface: Surface, profile: MachineProfile) -> tuple[int, int]:
    """Return where the tool is at first: the machine's origin on the surface."""
    width, height = surface.width_um, surface.height_um
    if profile.origin is Origin.CENTRE:
        return (width // 2, height // 2)
    return (0, 0 if profile.origin is Origin.TOP_LEFT else height)


def _run(
    items: list[Item],
    operation: MachineOperation,
    profile: MachineProfile,
    stencils: Collection[str],
    start: tuple[int, int],
) -> tuple[Run, list[Problem]]:
    if operation.operation not in LINE_OPERATIONS:
        filled, problems = fill_items(items, operation, profile)
        return Run(operation, filled), problems
    ways: list[Way] = []
    problems = []
    for freed in (True, False):
        some = [item for item in items if (item.zone in stencils) == freed]
        made = cut_ways(some, operation, profile, freed)
        ways += made.ways
        problems += made.problems
    if profile.order_cuts:
        ways = list(ordered(ways, start))
    ways, cramped = with_leads(ways, operation.lead_in_um, operation.overcut_um)
    problems += [checks.no_room_for_lead(way) for way in cramped[: checks.MOST_OF_A_KIND]]
    return Run(operation, as_items(ways, operation.operation)), problems


def _prepared(
    surface: Surface, runs: list[Run], problems: list[Problem], profile: MachineProfile
) -> Prepared:
    face = Box(0, 0, surface.width_um, surface.height_um)
    runs = _marked(runs, face, surface.bleed_um, profile)
    runs = [run for run in runs if run.items]
    frames = {frame.zone: frame for frame in surface.zones}
    if any(item.zone not in frames for run in runs for item in run.items):
        sheet = ZoneFrame(OF_SHEET, 0, 0, surface.width_um, surface.height_um, surface.outline)
        frames[OF_SHEET] = sheet
    work = _work(face, runs)
    is_tiled = can_be_tiled(work, profile)
    problems = [*problems, *_off_bed(surface.id, face, work, runs, profile, is_tiled)]
    told = in_order((_at(found, frames) for found in problems), list(frames))
    items = tuple(in_zone(item, frames[item.zone]) for run in runs for item in run.items)
    made = replace(surface, zones=tuple(frames.values()), items=items)
    trim = face
    if profile.marks.kind is not MarkKind.NONE or profile.datum is Datum.WORK or is_tiled:
        made, runs, trim = _grown(made, runs, work)
    return Prepared(made, tuple(runs), trim, told, surface.bleed_um)


def _off_bed(
    surface: str,
    face: Box,
    work: Box,
    runs: Sequence[Run],
    profile: MachineProfile,
    is_tiled: bool,
) -> Iterator[Problem]:
    items = _items(runs)
    if not is_tiled:
        yield from of_bed(surface, face, work, items, profile)
    if profile.marks.kind is MarkKind.NONE:
        yield from of_origin(surface, face, items, profile)


def _marked(runs: list[Run], face: Box, bleed_um: int, profile: MachineProfile) -> list[Run]:
    """Return the runs with the marks in what is printed, or else in the first that makes areas."""
    if profile.marks.kind is MarkKind.NONE or not any(run.items for run in runs):
        return runs
    work = face if profile.marks.kind is MarkKind.CROP else _work(face, runs)
    some = [at for at, run in enumerate(runs) if run.operation.operation not in LINE_OPERATIONS]
    if not some:
        return runs
    prints = (at for at in some if runs[at].operation.operation is Operation.PRINT)
    at = next(prints, some[0])
    operation = runs[at].operation
    drawn = marks(profile.marks, work, OF_SHEET, operation.operation)
    drawn, _ = fill_items(drawn, _of_marks(operation, profile), profile)
    return [*runs[:at], replace(runs[at], items=drawn + runs[at].items), *runs[at + 1 :]]


def _of_marks(operation: MachineOperation, profile: MachineProfile) -> MachineOperation:
    """Return an operation as marks are made: a camera finds a disc by its area, not by its edge."""
    if operation.fill.kind is not FillKind.NONE or not checks.follows_lines(operation, profile):
        return operation
    spacing = operation.kerf_um or LINE_UM
    return replace(operation, fill=Fill(FillKind.CONTOUR, spacing))


def _work(face: Box, runs: Sequence[Run]) -> Box:
    """Return the box around the face and all that is made; handles of curves are no work."""
    items = _items(runs)
    drawn = [item.outline for item in items if item.image is None and not item.outline.is_empty]
    pictures = (checks.box_of(item) for item in items if item.image is not None)
    outlines = [extent(joined(drawn))] if drawn else []
    return reduce(Box.joined, (*outlines, *pictures), face)


def _items(runs: Sequence[Run]) -> list[Item]:
    return [item for run in runs for item in run.items]


def _grown(surface: Surface, runs: list[Run], work: Box) -> tuple[Surface, list[Run], Box]:
    """Return a surface large enough for all work, everything moved with it, and where its face lies."""
    bleed = surface.bleed_um
    left, top = max(bleed, -work.left_um), max(bleed, -work.top_um)
    right = max(bleed, work.right_um - surface.width_um)
    bottom = max(bleed, work.bottom_um - surface.height_um)
    zones = tuple(
        replace(frame, x_um=frame.x_um + left, y_um=frame.y_um + top) for frame in surface.zones
    )
    made = replace(
        surface,
        width_um=surface.width_um + left + right,
        height_um=surface.height_um + top + bottom,
        outline=surface.outline.moved(left, top),
        zones=zones,
        bleed_um=0,
    )
    shifted = [
        replace(run, items=tuple(moved(item, left, top) for item in run.items)) for run in runs
    ]
    trim = Box(left, top, left + surface.width_um, top + surface.height_um)
    return made, shifted, trim


def _at(found: Problem, frames: dict[str, ZoneFrame]) -> Problem:
    """Return a problem with its place in its zone."""
    frame = frames.get(found.zone)
    if frame is None or found.box is None:
        return found
    left, top, right, bottom = found.box
    dx, dy = frame.x_um, frame.y_um
    return replace(found, box=Box(left - dx, top - dy, right - dx, bottom - dy))
