"""What one machine does for one surface: ordered work, in whole micrometres.

Everything that a workshop would otherwise do by hand in its own program is done here, once, on
outlines: every file and picture of the prepared surface then shows the same work.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import reduce

from render_core.layout import Box, Item, Surface, ZoneFrame
from render_core.making import checks
from render_core.making.cuts import cut_ways
from render_core.making.profile import MachineOperation, MachineProfile
from render_core.making.ways import as_items
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
    the runs hold. Larger than the face where marks lie beyond its edge. trim: where the face lies on it.
    problems: with an error among them, nothing of this may be made.
    """

    surface: Surface
    runs: tuple[Run, ...]
    trim: Box
    problems: tuple[Problem, ...] = ()

    @property
    def can_be_made(self) -> bool:
        """Whether no problem is an error."""
        return all(found.severity is not Severity.ERROR for found in self.problems)


def prepare(
    surface: Surface, profile: MachineProfile, *, stencils: Collection[str] = ()
) -> Prepared:
    """Return the work of one machine for a surface.

    stencils: zones of which the sheet is kept (`ZoneSpec.stencil`): what is cut there falls out.
    Raises nothing for what a design or a drawing may hold: that is told as problems, with their
    zone and place in it.
    """
    items = made_items(surface)
    problems = list(checks.of_machine(items, profile))
    runs = []
    for operation in profile.operations:
        own = [item for item in items if checks.operation_of(item, profile) is operation]
        run, found = _run(own, operation, profile, stencils)
        problems += found
        if run.items:
            runs.append(run)
    return _prepared(surface, runs, problems, profile)


def _run(
    items: list[Item],
    operation: MachineOperation,
    profile: MachineProfile,
    stencils: Collection[str],
) -> tuple[Run, list[Problem]]:
    if operation.operation not in LINE_OPERATIONS:
        return Run(operation, tuple(items)), []
    ways, problems = [], []
    for freed in (True, False):
        some = [item for item in items if (item.zone in stencils) == freed]
        made = cut_ways(some, operation, profile, freed)
        ways += made.ways
        problems += made.problems
    return Run(operation, as_items(ways, operation.operation)), problems


def _prepared(
    surface: Surface, runs: list[Run], problems: list[Problem], profile: MachineProfile
) -> Prepared:
    frames = {frame.zone: frame for frame in surface.zones}
    if any(item.zone not in frames for run in runs for item in run.items):
        sheet = ZoneFrame(OF_SHEET, 0, 0, surface.width_um, surface.height_um, surface.outline)
        frames[OF_SHEET] = sheet
    zones = tuple(frames.values())
    face = Box(0, 0, surface.width_um, surface.height_um)
    problems += checks.of_bed(_work(face, runs), profile)
    items = tuple(_in_zone(item, frames[item.zone]) for run in runs for item in run.items)
    made = replace(surface, zones=zones, items=items)
    told = in_order((_at(found, frames) for found in problems), list(frames))
    return Prepared(made, tuple(runs), face, told)


def _work(face: Box, runs: list[Run]) -> Box:
    """Return the box around the face and all that is made."""
    return reduce(Box.joined, (checks.box_of(item) for run in runs for item in run.items), face)


def _in_zone(item: Item, frame: ZoneFrame) -> Item:
    """Return an item of the surface in the coordinates of its zone."""
    dx, dy = -frame.x_um, -frame.y_um
    image = item.image
    if image is not None:
        a, b, c, d, x, y = image.matrix_um
        image = replace(image, matrix_um=(a, b, c, d, x + dx, y + dy))
    return replace(
        item,
        outline=item.outline.moved(dx, dy),
        image=image,
        clip=item.clip.moved(dx, dy) if item.clip is not None else None,
        gradient=item.gradient.moved(dx, dy) if item.gradient is not None else None,
    )


def _at(found: Problem, frames: dict[str, ZoneFrame]) -> Problem:
    """Return a problem with its place in its zone."""
    frame = frames.get(found.zone)
    if frame is None or found.box is None:
        return found
    left, top, right, bottom = found.box
    dx, dy = frame.x_um, frame.y_um
    return replace(found, box=Box(left - dx, top - dy, right - dx, bottom - dy))
