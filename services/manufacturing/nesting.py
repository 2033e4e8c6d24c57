"""A batch as files: the designs of its work orders laid out, nested on sheets, written for a machine.

Everything after the solution follows from it: the same work orders, machine, renderer and solution
give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from luneo.snapshot.v1 import snapshot_service_pb2

from render_core.problems import Severity
from services.designs.frozen import design_of
from services.designs.library import ObjectLibrary, ReadsObjects
from services.designs.refusals import render_errors
from services.manufacturing import sheet_files
from services.manufacturing.domain.batches import (
    Batch,
    PartRefused,
    PartsRefused,
    Sheet,
    Wanted,
    refusal,
)
from services.manufacturing.domain.work_orders import WorkOrder
from services.manufacturing.labels import label_rule, writing
from services.manufacturing.parts import Drawing, Kind, Made, Part, SheetMachine
from services.runtime.errors import FailedPrecondition, ServiceError

if TYPE_CHECKING:
    from render_core.layout import Surface
    from render_core.making.contour import EdgeOf
    from render_core.making.nest.request import NestRequest
    from render_core.making.nest.solution import Solution
    from render_core.making.nest.watch import Progress
    from render_core.making.prepare import Prepared
    from render_core.making.profile import MachineProfile
    from render_core.problems import Problem

BLANK: Final = "blank"
MAP: Final = "map"
SOLUTION: Final = "solution.json"
# Half a circle's flattening and the rounding of a turn, in which parts of one batch must not meet.
LEAST_SPACING_UM: Final = 100


def drawings_of(
    content: snapshot_service_pb2.SnapshotContent,
    objects: ReadsObjects,
    brand: str,
    profiles: Sequence[MachineProfile],
    wanted: Wanted,
    barcode: str,
) -> tuple[Drawing, ...]:
    """Return what machines make of a design, in one place or two. Raises PartRefused, naming the barcode.

    Two where it has openings in a sheet that is kept, and parts cut out of one: a sheet of the one is
    the waste of the other. Of a blank that is cut out, both are openings.
    """
    from render_core.compose import compose
    from render_core.imaging.visible_edge import edges_of

    design = design_of(content.revision, content.spec_document)
    library = ObjectLibrary(objects, brand)
    with render_errors():
        layout = compose(design, library).layout
    surface = _with_blank(_surface(layout.surfaces, profiles, wanted, barcode), wanted)
    openings = _openings(surface, {zone.id for zone in design.template.zones if zone.stencil})
    edge_of = edges_of(library)
    whole = [replace(profile, tiling=None) for profile in profiles]
    for prepared in _prepared(surface, whole, openings, edge_of):
        for problem in prepared.problems:
            if problem.severity is Severity.ERROR:
                raise PartRefused(barcode, problem.message, problem.code)
    if not openings or BLANK in _cut(surface):
        return (_drawing(surface, Kind.CUT, openings, profiles, edge_of),)
    if _cut(surface) == openings:
        return (_drawing(surface, Kind.STENCIL, frozenset(), profiles, edge_of),)
    stencil = tuple(item for item in surface.items if item.zone in openings)
    rest = tuple(item for item in surface.items if item.zone not in openings)
    return (
        _drawing(replace(surface, items=rest), Kind.CUT, frozenset(), profiles, edge_of),
        _drawing(replace(surface, items=stencil), Kind.STENCIL, frozenset(), profiles, edge_of),
    )


def parts_of(
    work: WorkOrder, drawings: Sequence[Drawing], sheets: Sequence[Sheet]
) -> tuple[Part, ...]:
    """Return the pieces of a work order, the first named as it is. sheets: those of the batch."""
    mine = tuple(sheet.id for sheet in sheets if sheet.takes(work))
    stocks = () if len(mine) == len(sheets) else mine
    names = (work.work_order, *(f"{work.work_order}.{one.kind}" for one in drawings[1:]))
    return tuple(
        Part(name, work.work_order, work.barcode, work.quantity, drawing, stocks, work.material)
        for name, drawing in zip(names, drawings, strict=True)
    )


def request_of(
    parts: Sequence[Part], profiles: Sequence[MachineProfile], wanted: Wanted
) -> NestRequest:
    """Return what is to be nested, the same for the same parts."""
    from render_core.making.nest.request import NestPart, NestRequest, Stock
    from render_core.making.profile import Marks
    from render_core.making.shares import marks_of

    return NestRequest(
        parts=tuple(
            NestPart(
                part.id,
                part.drawing.taken,
                part.quantity,
                orders=(part.barcode,),
                group=part.group,
                stocks=part.stocks,
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
        label=label_rule(profiles, wanted.label),
        # Marks that no machine can draw are none.
        marks=marks_of(profiles) if writing(profiles) else Marks(),
    )


def solved(
    request: NestRequest,
    parts: Sequence[Part],
    batch: Batch,
    cancelled: Callable[[], bool],
    progress: Callable[[Progress], None],
) -> str:
    """Return where everything lies, as canonical JSON. Raises PartsRefused; ServiceErrors; NestCancelled."""
    from render_core.making.nest.problems import NestRefused
    from render_core.making.nest.solve import solve

    try:
        with render_errors(besides=NestRefused):
            found = solve(
                request, budget_s=batch.wanted.search_s, cancelled=cancelled, progress=progress
            )
    except NestRefused as refused:
        raise _refused(refused.problems, parts, batch) from refused
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
    machines: Sequence[SheetMachine],
    objects: ReadsObjects,
    brand: str,
) -> Iterator[Made]:
    """Yield the sheets in each format of their machines, then the map and the solution.

    Raises SheetRefused for what cannot be made of a whole sheet.
    """
    from render_core.export.pdf import pdf
    from render_core.layout import Operation
    from render_core.making.nest.sheet import sheets
    from render_core.making.nest.sheet_map import MapFacts, map_json, map_pages

    library = ObjectLibrary(objects, brand)
    names = tuple(one.profile.display_name for one in machines) if len(machines) > 1 else ()
    with render_errors():
        faces = sheets(
            solution,
            request,
            {part.id: part.drawing.surface for part in parts},
            writing([one.profile for one in machines]) or Operation.ENGRAVE,
            apart={part.id: part.drawing.openings for part in parts},
        )
        yield from sheet_files.made_of(faces, parts, machines, library)
        facts = MapFacts(names, {part.id: part.material for part in parts if part.material})
        yield Made(f"{MAP}.json", "application/json", map_json(solution, request, facts))
        pages = map_pages(solution, request, facts=facts)
        yield Made(f"{MAP}.pdf", "application/pdf", pdf(pages, library))
    yield Made(SOLUTION, "application/json", solution.canonical(request))


def _surface(
    surfaces: Sequence[Surface], profiles: Sequence[MachineProfile], wanted: Wanted, barcode: str
) -> Surface:
    """Return the surface that is made: the one asked for, or the only one with work for the machines."""
    from render_core.separations import made_items

    able = {one.operation for profile in profiles for one in profile.operations}
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


def _cut(surface: Surface) -> set[str]:
    """Return the zones in which something is cut."""
    from render_core.layout import Operation

    return {item.zone for item in surface.items if item.operation is Operation.CUT}


def _openings(surface: Surface, stencils: set[str]) -> frozenset[str]:
    """Return the zones of which what is cut falls out."""
    return frozenset(_cut(surface) & stencils)


def _prepared(
    surface: Surface,
    profiles: Sequence[MachineProfile],
    stencils: Collection[str],
    edge_of: EdgeOf,
) -> list[Prepared]:
    """Return the work of each machine that has some, of the first one in any case."""
    from render_core.making.shares import shares

    with render_errors():
        return [
            share.prepared(stencils=stencils, edge_of=edge_of)
            for number, share in enumerate(shares(surface, profiles))
            if share.has_work or not number
        ]


def _drawing(
    surface: Surface,
    kind: Kind,
    openings: frozenset[str],
    profiles: Sequence[MachineProfile],
    edge_of: EdgeOf,
) -> Drawing:
    """Return a drawing with what it takes: its edge, and the ways of tools around what is made."""
    from render_core.making.nest.sheet import taken_outline
    from render_core.making.profile import Datum, Marks

    # A sheet has marks, not each part of it, and places of parts are counted from their own corner.
    alone = [replace(profile, marks=Marks(), datum=Datum.FACE, tiling=None) for profile in profiles]
    freed = {item.zone for item in surface.items} if kind is Kind.STENCIL else openings
    made = [one.surface for one in _prepared(surface, alone, freed, edge_of)]
    with render_errors():
        return Drawing(surface, kind, openings, taken_outline(*made))


def _refused(problems: Sequence[Problem], parts: Sequence[Part], batch: Batch) -> ServiceError:
    """Return why parts cannot be nested, each by its work order; or what is wrong with all of them."""
    by_id = {part.id: part for part in parts}
    found = []
    for problem in problems:
        part = by_id.get(dict(problem.params).get("part", ""))
        if part is None:
            return FailedPrecondition(problem.message, reason=problem.code)
        sentence = problem.message.replace(part.id, part.barcode)
        found.append(refusal(batch, part.work_order, sentence, problem.code))
    return PartsRefused(found)
