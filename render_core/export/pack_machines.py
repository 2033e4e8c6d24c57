"""What a pack holds for machines: their files, their profiles, and what their work measures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from render_core.design import Library, Template
from render_core.export import pack_stitches
from render_core.export.machine.formats import made
from render_core.export.machine.work import TilePlace, Work
from render_core.export.manifest import JSON, PackFile, file_name
from render_core.imaging.visible_edge import edges_of
from render_core.layout import Operation, Surface
from render_core.making.measure import RunMeasures, measures
from render_core.making.prepare import Prepared, prepare
from render_core.making.profile import FileFormat, MachineOperation, MachineProfile
from render_core.making.tiling import in_tiles, needs_tiles
from render_core.preflight.messages import problem
from render_core.problems import Problem
from render_core.separations import made_items

FOLDER = "machines"
_PRESS_FORMATS: Final = frozenset({FileFormat.PDF, FileFormat.TIFF})


@dataclass(frozen=True, slots=True)
class MachineWork:
    """What one machine makes of each surface on which it has something to do."""

    profile: MachineProfile
    works: tuple[Work, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        if not self.works:
            machine = {"machine": self.profile.display_name}
            return (problem("MACHINE_WITHOUT_WORK", "", params=machine),)
        return tuple(found for work in self.works for found in work.prepared.problems)

    def document(self) -> dict[str, JSON]:
        """Return what the manifest says of the machine: pinned by hash, lengths in µm."""
        profile = self.profile
        return {
            "id": profile.id,
            "display_name": profile.display_name,
            "sha256": profile.sha256,
            "operations": [_operation(one) for one in profile.operations],
            "surfaces": [_surface(work) for work in self.works],
        }

    def operation_names(self) -> list[str]:
        """Return what it does, in its order, as the ticket lists it."""
        names = [run.operation.name for work in self.works for run in work.prepared.runs]
        told = [f"{name} · {self.profile.display_name}" for name in dict.fromkeys(names)]
        return [*told, *dict.fromkeys(work.tile.words() for work in self.works if work.tile)]

    def sewing(self) -> list[tuple[str, list[str]]]:
        """Return what the ticket says of each surface that is sewn: its measures, and its threads."""
        found = [pack_stitches.measured(work) for work in self.works if pack_stitches.is_sewn(work)]
        return [(pack_stitches.told(one), pack_stitches.thread_lines(one)) for one in found]


def machine_works(
    surfaces: Iterable[Surface],
    template: Template,
    library: Library,
    machines: Sequence[MachineProfile],
) -> list[MachineWork]:
    """Return the work of each machine, prepared. Problems are told, not raised.

    What a machine does not do is left to another one of the pack that does, such as the cut of a printed
    part to the laser; where none does, it is a problem of each.
    """
    stencils = {zone.id for zone in template.zones if zone.stencil}
    faces, found, edge_of = list(surfaces), [], edges_of(library)
    able = [{one.operation for one in profile.operations} for profile in machines]
    for profile, own in zip(machines, able, strict=True):
        left = frozenset[Operation]().union(*able) - own
        works = tuple(
            work
            for face in faces
            if own.intersection(item.operation for item in made_items(face))
            for work in works_of(
                prepare(_without(face, left), profile, stencils=stencils, edge_of=edge_of),
                profile,
                library,
                template.output_profile,
            )
        )
        found.append(MachineWork(profile, works))
    return found


def _without(face: Surface, operations: Collection[Operation]) -> Surface:
    kept = tuple(item for item in face.items if item.operation not in operations)
    return replace(face, items=kept)


def works_of(
    prepared: Prepared, profile: MachineProfile, library: Library, output_profile: str
) -> Iterator[Work]:
    """Yield the work of a surface, or of each of its tiles where it is larger than the bed."""
    if not prepared.can_be_made or not needs_tiles(prepared, profile):
        yield Work(prepared, profile, library, output_profile)
        return
    tiles = in_tiles(prepared, profile)
    overlap = profile.tiling.overlap_um if profile.tiling else 0
    for number, one in enumerate(tiles.tiles):
        # What is wrong with the whole is told once.
        part = one.prepared if number else replace(one.prepared, problems=prepared.problems)
        place = TilePlace(
            prepared.surface.id, one.row, one.column, tiles.rows, tiles.columns, one.window, overlap
        )
        yield Work(part, profile, library, output_profile, place)


def machine_files(work: MachineWork) -> Iterator[tuple[PackFile, Sequence[Problem]]]:
    """Yield the profile, and each surface in each format, with what was found in making it.

    Raises UnsupportedDesign (FORMAT_NOT_MADE, NAME_INVALID), and what exporters raise.
    """
    folder, pinned = f"{FOLDER}/{file_name(work.profile.id)}", work.profile.sha256
    about: dict[str, JSON] = {"machine": work.profile.id, "machine_sha256": pinned}
    canonical = work.profile.canonical()
    yield PackFile(f"{folder}/machine.json", "application/json", canonical, about), ()
    for one in work.works:
        surface = one.prepared.surface.id
        face = one.tile.surface if one.tile else surface
        names: list[JSON] = [run.operation.name for run in one.prepared.runs]
        for format in work.profile.formats:
            file = made(format, one)
            told: dict[str, JSON] = {**about, "surface": face, "operations": names}
            if one.tile:
                told["tile"] = one.tile.document()
            if file.leaves_out:
                told["leaves_out"] = list(file.leaves_out)
            if one.output_profile and format in _PRESS_FORMATS:
                told["output_profile"] = one.output_profile
            path = f"{folder}/{surface}.{file.extension}"
            yield PackFile(path, file.media_type, file.data, told), file.problems
        if pack_stitches.is_sewn(one) and (seen := pack_stitches.stitches_png(one)) is not None:
            picture: dict[str, JSON] = {**about, "surface": face}
            yield PackFile(f"{folder}/{surface}.stitches.png", "image/png", seen, picture), ()


def _operation(one: MachineOperation) -> dict[str, JSON]:
    return {
        "operation": one.operation.value,
        "name": one.name,
        "kerf_um": one.kerf_um,
        "kerf_side": one.kerf_side.value,
        "power_permille": one.power_permille,
        "speed_um_s": one.speed_um_s,
        "passes": one.passes,
    }


def _surface(work: Work) -> dict[str, JSON]:
    surface, tile = work.prepared.surface, work.tile
    place: dict[str, JSON] = {"tile": tile.document()} if tile else {}
    told: dict[str, JSON] = {
        "surface": tile.surface if tile else surface.id,
        **place,
        "size_um": [surface.width_um, surface.height_um],
        "trim_um": list(work.prepared.trim),
        "runs": [_run(run) for run in measures(work.prepared)],
    }
    if pack_stitches.is_sewn(work):
        told["sewing"] = pack_stitches.document(pack_stitches.measured(work))
    return told


def _run(run: RunMeasures) -> dict[str, JSON]:
    document: dict[str, JSON] = {
        "name": run.name,
        "outer_um": [run.width_um, run.height_um],
        "length_um": run.length_um,
        "travel_um": run.travel_um,
        "starts": run.starts,
    }
    return document if run.seconds is None else {**document, "seconds": run.seconds}
