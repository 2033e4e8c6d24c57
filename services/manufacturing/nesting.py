"""A batch as files: the designs of its work orders laid out, nested on sheets, written for a machine.

Everything after the solution follows from it: the same work orders, machine, renderer and solution
give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from luneo.snapshot.v1 import snapshot_service_pb2

from render_core.problems import Severity
from services.designs.frozen import design_of
from services.designs.library import ObjectLibrary, ReadsObjects
from services.designs.refusals import render_errors
from services.manufacturing.domain.batches import Label, PartRefused, Wanted
from services.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from render_core.layout import Operation, Outline, Surface
    from render_core.making.nest.request import LabelRule, NestRequest
    from render_core.making.nest.solution import Solution
    from render_core.making.prepare import Prepared
    from render_core.making.profile import MachineProfile

BLANK: Final = "blank"
MAP: Final = "map"
SOLUTION: Final = "solution.json"
# Half a circle's flattening and the rounding of a turn, in which parts of one batch must not meet.
LEAST_SPACING_UM: Final = 100


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is made for one design. freed: whether what is cut falls out of a sheet that is kept."""

    surface: Surface
    freed: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A work order as the nesting sees it."""

    work_order: str
    barcode: str
    quantity: int
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class Made:
    """A file of a batch."""

    path: str
    media_type: str
    data: bytes


def drawing_of(
    content: snapshot_service_pb2.SnapshotContent,
    objects: ReadsObjects,
    brand: str,
    profile: MachineProfile,
    wanted: Wanted,
    barcode: str,
) -> Drawing:
    """Return what a machine makes of a design. Raises PartRefused, naming the barcode."""
    from render_core.compose import compose
    from render_core.making.prepare import prepare

    design = design_of(content.revision, content.spec_document)
    with render_errors():
        layout = compose(design, ObjectLibrary(objects, brand)).layout
    surface = _with_blank(_surface(layout.surfaces, profile, wanted, barcode), wanted)
    stencils = {zone.id for zone in design.template.zones if zone.stencil}
    freed = _freed(surface, stencils, barcode)
    prepared = prepare(surface, profile, stencils=stencils)
    for problem in prepared.problems:
        if problem.severity is Severity.ERROR:
            raise PartRefused(barcode, problem.message, problem.code)
    return Drawing(surface, freed)


def request_of(parts: Sequence[Part], profile: MachineProfile, wanted: Wanted) -> NestRequest:
    """Return what is to be nested, the same for the same parts."""
    from render_core.making.nest.request import NestPart, NestRequest, Stock
    from render_core.making.profile import Marks

    outlines = {id(part.drawing): _taken(part.drawing, profile) for part in parts}
    return NestRequest(
        parts=tuple(
            NestPart(
                part.work_order,
                outlines[id(part.drawing)],
                part.quantity,
                orders=(part.barcode,),
            )
            for part in parts
        ),
        stocks=tuple(
            Stock(
                sheet.id,
                sheet.width_um,
                sheet.height_um,
                sheet.count or None,
                margins_um=(sheet.margin_um,) * 4,
            )
            for sheet in wanted.sheets
        ),
        spacing_um=max(wanted.spacing_um, LEAST_SPACING_UM),
        edge_um=wanted.edge_um,
        label=_label(profile, wanted.label),
        # What a machine cannot draw, it has no marks of.
        marks=profile.marks if _writing(profile) else Marks(),
    )


def solved(
    request: NestRequest,
    search_s: int,
    cancelled: Callable[[], bool],
    progress: Callable[[float], None],
) -> str:
    """Return where everything lies, as canonical JSON. Raises ServiceErrors; NestCancelled."""
    from render_core.making.nest.solve import solve

    with render_errors():
        found = solve(
            request,
            budget_s=search_s,
            cancelled=cancelled,
            progress=lambda watched: progress(watched.share),
        )
    return found.canonical(request).decode()


def read(solution: str, request: NestRequest) -> Solution:
    """Return a stored solution. Raises FailedPrecondition if it is of other parts."""
    from render_core.making.nest.solution import read_solution

    with render_errors():
        return read_solution(solution.encode(), request)


def files(
    solution: Solution,
    request: NestRequest,
    parts: Sequence[Part],
    profile: MachineProfile,
    objects: ReadsObjects,
    brand: str,
) -> Iterator[Made]:
    """Yield the sheets in each format of the machine, then the map and the solution.

    Raises PartRefused for what cannot be made of a whole sheet.
    """
    from render_core.export.machine.formats import made
    from render_core.export.machine.work import Work
    from render_core.export.pdf import pdf
    from render_core.layout import Operation
    from render_core.making.nest.sheet import sheets
    from render_core.making.nest.sheet_map import map_json, map_pages

    library = ObjectLibrary(objects, brand)
    with render_errors():
        faces = sheets(
            solution,
            request,
            {part.work_order: part.drawing.surface for part in parts},
            _writing(profile) or Operation.ENGRAVE,
        )
        for face in faces:
            work = Work(_prepared(face, profile, parts), profile, library)
            for format in profile.formats:
                file = made(format, work)
                yield Made(f"{face.id}.{file.extension}", file.media_type, file.data)
        yield Made(f"{MAP}.json", "application/json", map_json(solution, request))
        yield Made(f"{MAP}.pdf", "application/pdf", pdf(map_pages(solution, request), library))
    yield Made(SOLUTION, "application/json", solution.canonical(request))


def _surface(
    surfaces: Sequence[Surface], profile: MachineProfile, wanted: Wanted, barcode: str
) -> Surface:
    """Return the surface that is made: the one asked for, or the only one with work for the machine."""
    from render_core.separations import made_items

    able = {one.operation for one in profile.operations}
    found = [
        one for one in surfaces if able.intersection(item.operation for item in made_items(one))
    ]
    chosen = [one for one in found if wanted.surface in ("", one.id)]
    if not chosen:
        where = f" on the surface {wanted.surface!r}" if wanted.surface else ""
        raise PartRefused(
            barcode,
            f"This machine has nothing to make{where}. Choose another machine or surface.",
            "NOTHING_TO_MAKE",
        )
    if len(chosen) > 1:
        names = ", ".join(one.id for one in chosen)
        raise PartRefused(
            barcode,
            f"Several surfaces have something to be made: {names}. Make a batch for each.",
            "SURFACE_NEEDED",
        )
    return chosen[0]


def _with_blank(surface: Surface, wanted: Wanted) -> Surface:
    """Return the surface, cut out along its edge if that was asked for."""
    from render_core.layout import FillRule, Ink, Item, Operation, ZoneFrame

    if not wanted.cut_blanks:
        return surface
    frame = ZoneFrame(BLANK, 0, 0, surface.width_um, surface.height_um, surface.outline)
    cut = Item(BLANK, Operation.CUT, Ink((0, 0, 0)), surface.outline, FillRule.EVENODD)
    return replace(surface, zones=(*surface.zones, frame), items=(*surface.items, cut))


def _freed(surface: Surface, stencils: set[str], barcode: str) -> bool:
    """Return whether all that is cut of a part falls out; PartRefused where only some of it does."""
    from render_core.layout import Operation

    cut = {item.zone in stencils for item in surface.items if item.operation is Operation.CUT}
    if len(cut) > 1:
        raise PartRefused(
            barcode,
            "Stencils and parts are cut from one product. Make it by itself, from its export pack.",
            "STENCIL_MIXED",
        )
    return True in cut


def _taken(drawing: Drawing, profile: MachineProfile) -> Outline:
    """Return what a part takes of a sheet: its edge, and the ways of tools around what is made."""
    from render_core.making.nest.sheet import taken_outline
    from render_core.making.prepare import prepare
    from render_core.making.profile import Marks

    alone = replace(profile, marks=Marks())  # a sheet has marks, not each part of it
    zones = {item.zone for item in drawing.surface.items} if drawing.freed else set()
    return taken_outline(prepare(drawing.surface, alone, stencils=zones).surface)


def _prepared(face: Surface, profile: MachineProfile, parts: Sequence[Part]) -> Prepared:
    """Return the work of a sheet. Its zones are named "work order#copy"."""
    from render_core.making.nest.labels import LABEL_ZONE
    from render_core.making.nest.sheet_marks import MARK_ZONE
    from render_core.making.prepare import prepare
    from render_core.making.profile import Marks

    freed = {part.work_order for part in parts if part.drawing.freed}
    zones = {zone.zone for zone in face.zones if zone.zone.rpartition("#")[0] in freed}
    unmarked = replace(profile, marks=Marks())  # they are drawn on the face already
    prepared = prepare(face, unmarked, stencils=zones, waste=(LABEL_ZONE, MARK_ZONE))
    if not prepared.can_be_made:
        worst = next(one for one in prepared.problems if one.severity is Severity.ERROR)
        barcodes = {part.work_order: part.barcode for part in parts}
        where = barcodes.get(worst.zone.rpartition("#")[0], face.id)
        raise PartRefused(where, worst.message, worst.code)
    return prepared


def _label(profile: MachineProfile, label: Label) -> LabelRule:
    """Return how parts are labelled. Raises FailedPrecondition where the machine cannot write."""
    from render_core.making.nest.request import LabelPlace, LabelRule

    writes = _writing(profile) is not None
    if label in (Label.BESIDE, Label.COVER) and not writes:
        raise FailedPrecondition(
            "This machine neither prints nor engraves, so it cannot write labels. Ask for none.",
            reason="LABEL_NOT_POSSIBLE",
        )
    if label is Label.NONE or not writes:
        return LabelRule()
    return LabelRule(LabelPlace.COVER if label is Label.COVER else LabelPlace.BESIDE)


def _writing(profile: MachineProfile) -> Operation | None:
    """Return what a machine writes labels by, None if it cannot write."""
    from render_core.layout import Operation

    able = (Operation.PRINT, Operation.ENGRAVE)
    return next((one for one in able if profile.operation(one)), None)
