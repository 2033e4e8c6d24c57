"""One file of one surface for one machine, outside of a pack: whole, or an error that says why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from render_core.design import Library, Template
from render_core.errors import UnsupportedDesign
from render_core.export.machine.formats import made
from render_core.export.machine.work import MachineFile, Work
from render_core.imaging.visible_edge import edges_of
from render_core.layout import Surface
from render_core.making.prepare import prepare
from render_core.making.profile import FileFormat, MachineProfile
from render_core.making.tiling import needs_tiles
from render_core.problems import Problem, Severity
from render_core.separations import made_items


def machine_file(
    format: FileFormat,
    surface: Surface,
    profile: MachineProfile,
    template: Template,
    library: Library,
) -> MachineFile:
    """Return the file of what the machine does on a surface; what other machines do is left to them.

    Raises UnsupportedDesign: FORMAT_NOT_MADE where the machine's software does not open the format,
    NOTHING_TO_MAKE, and the first problem that is an error, with its zone as the field.
    """
    if format not in profile.formats:
        listed = ", ".join(profile.formats)
        raise UnsupportedDesign(
            "FORMAT_NOT_MADE",
            f"{profile.display_name} takes {listed}, not {format}. Choose another machine.",
            field="machine",
        )
    able = {operation.operation for operation in profile.operations}
    own = tuple(item for item in surface.items if item.operation in able)
    if not made_items(replace(surface, items=own)):
        raise UnsupportedDesign(
            "NOTHING_TO_MAKE",
            f"{profile.display_name} has nothing to do on {surface.id!r}. Choose another machine.",
            field="machine",
        )
    stencils = {zone.id for zone in template.zones if zone.stencil}
    whole = replace(surface, items=own)
    prepared = prepare(whole, profile, stencils=stencils, edge_of=edges_of(library))
    _refuse_errors(prepared.problems)
    if needs_tiles(prepared, profile):
        raise UnsupportedDesign(
            "NEEDS_TILES",
            f"This is larger than the bed of {profile.display_name}, so it is several files."
            " Ask for a pack.",
            field="machine",
        )
    file = made(format, Work(prepared, profile, library, template.output_profile))
    _refuse_errors(file.problems)
    return file


def _refuse_errors(problems: Iterable[Problem]) -> None:
    for problem in problems:
        if problem.severity is Severity.ERROR:
            message = f"{problem.message} {problem.suggestion}".strip()
            raise UnsupportedDesign(problem.code, message, field=problem.zone)
