"""The sheets of a batch as files: of each machine that they go through, what it makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from render_core.problems import Severity
from services.manufacturing.domain.batch_sheets import OnSheet, SheetRefused
from services.manufacturing.parts import Kind, Made, Part, SheetMachine
from services.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from render_core.design import Library
    from render_core.layout import Box, Surface
    from render_core.making.contour import EdgeOf
    from render_core.making.prepare import Prepared
    from render_core.making.profile import FileFormat
    from render_core.making.shares import Share
    from render_core.problems import Problem


def made_of(
    faces: Sequence[Surface],
    parts: Sequence[Part],
    machines: Sequence[SheetMachine],
    library: Library,
) -> Iterator[Made]:
    """Yield each sheet in each format of each machine that makes something of it.

    Raises SheetRefused with all that cannot be made.
    """
    from render_core.export.machine.formats import made
    from render_core.export.machine.work import Work
    from render_core.imaging.visible_edge import edges_of

    edge_of, by_id = edges_of(library), {part.id: part for part in parts}
    refused: list[OnSheet] = []
    for face in faces:
        for machine, share in _shares(face, machines):
            prepared = _prepared(face, share, by_id, edge_of)
            refused += _refused(face, prepared.problems, by_id)
            for format in () if refused else machine.profile.formats:
                work = Work(_for(format, prepared), share.profile, library)
                file = made(format, work)
                name = (face.id, machine.id) if len(machines) > 1 else (face.id,)
                yield Made(".".join((*name, file.extension)), file.media_type, file.data)
    if refused:
        raise SheetRefused(refused)


def check_work(parts: Sequence[Part], machines: Sequence[SheetMachine]) -> None:
    """Raise FailedPrecondition (MACHINE_WITHOUT_WORK) for one of several machines that has nothing to make."""
    from render_core.making.shares import shares

    if len(machines) == 1:
        return
    profiles = [machine.profile for machine in machines]
    idle = dict(enumerate(machines))
    for drawing in {id(part.drawing): part.drawing for part in parts}.values():
        for number, share in enumerate(shares(drawing.surface, profiles)):
            if share.has_work:
                idle.pop(number, None)
    for machine in idle.values():
        raise FailedPrecondition(
            f"{machine.profile.display_name} has nothing to make of these work orders. Make the "
            "batch without it.",
            reason="MACHINE_WITHOUT_WORK",
        )


def _shares(
    face: Surface, machines: Sequence[SheetMachine]
) -> Iterator[tuple[SheetMachine, Share]]:
    """Yield what each machine makes of a sheet, with the marks that another one draws.

    None for a machine of several that makes nothing of its parts.
    """
    from render_core.making.nest.labels import LABEL_ZONE
    from render_core.making.nest.sheet_marks import MARK_ZONE
    from render_core.making.profile import Datum, Marks
    from render_core.making.shares import shares, with_register

    waste = (LABEL_ZONE, MARK_ZONE)
    # They are drawn on the face already; and the sheet lies on the bed, whose corner it is.
    profiles = [
        replace(one.profile, marks=Marks(), datum=Datum.FACE, tiling=None) for one in machines
    ]
    marks = [item for item in face.items if item.zone == MARK_ZONE]
    for machine, share in zip(machines, shares(face, profiles, waste), strict=True):
        items = share.surface.items
        if len(machines) == 1:
            yield machine, share
        elif share.around or any(item.zone not in waste for item in items):
            drawn = any(item.zone == MARK_ZONE for item in items)
            yield machine, share if drawn else with_register(share, marks)


def _prepared(face: Surface, share: Share, parts: Mapping[str, Part], edge_of: EdgeOf) -> Prepared:
    """Return the work of a sheet. Its zones are named "part#copy", openings "part#copy/zone"."""
    from render_core.making.nest.labels import LABEL_ZONE
    from render_core.making.nest.sheet_marks import MARK_ZONE

    stencils = {zone.zone for zone in face.zones if _falls_out(zone.zone, parts)}
    return share.prepared(stencils=stencils, waste=(LABEL_ZONE, MARK_ZONE), edge_of=edge_of)


def _for(format: FileFormat, prepared: Prepared) -> Prepared:
    """Return the work as a format has it: without layers that are only to be looked at, if it has none."""
    from render_core.making.shares import LAYERED, REGISTER

    if format in LAYERED or not any(run.operation.name == REGISTER for run in prepared.runs):
        return prepared
    surface = prepared.surface
    kept = tuple(item for item in surface.items if item.ink.spot != REGISTER)
    runs = tuple(run for run in prepared.runs if run.operation.name != REGISTER)
    return replace(prepared, surface=replace(surface, items=kept), runs=runs)


def _refused(
    face: Surface, problems: Sequence[Problem], parts: Mapping[str, Part]
) -> Iterator[OnSheet]:
    """Yield whose parts cannot be made of a sheet: those of a problem's zone, or else at its place."""
    for problem in problems:
        if problem.severity is Severity.ERROR:
            zones = _concerned(face, problem, parts)
            for part, box in zones:
                yield OnSheet(
                    part.work_order if part else "",
                    part.barcode if part else face.id,
                    face.id,
                    (box.left_um, box.top_um),
                    problem.message,
                    problem.code,
                )


def _concerned(
    face: Surface, problem: Problem, parts: Mapping[str, Part]
) -> list[tuple[Part | None, Box]]:
    """Return the parts of a problem with the boxes of their places on the sheet; of no part, the sheet."""
    from render_core.layout import Box

    whole = Box(0, 0, face.width_um, face.height_um)
    lying = [
        (part, Box(*zone.shape.bounds_um()), zone.zone)
        for zone in face.zones
        if (part := _part(zone.zone, parts)) is not None and "/" not in zone.zone
    ]
    part = _part(problem.zone, parts)
    if part is not None:
        name = problem.zone.partition("/")[0]
        return [(one, problem.box or box) for one, box, zone in lying if zone == name]
    at = problem.box or whole
    found = [(one, box) for one, box, _ in lying if box.touches(at)]
    return [*found] or [(None, at)]


def _part(zone: str, parts: Mapping[str, Part]) -> Part | None:
    return parts.get(zone.rpartition("#")[0])


def _falls_out(zone: str, parts: Mapping[str, Part]) -> bool:
    """Return whether what is cut in a zone of a sheet falls out of what is kept."""
    part = _part(zone, parts)
    return part is not None and (part.drawing.kind is Kind.STENCIL or "/" in zone)
