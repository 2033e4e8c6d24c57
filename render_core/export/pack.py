"""The export pack: everything a workshop needs for one design, in one ZIP that proves itself.

Entries are stored, not deflated: deflate's bytes depend on the zlib of the machine, and what is
large inside (PNG) is compressed already. Order, dates and attributes are fixed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from render_core import vips
from render_core.colour import srgb_profile
from render_core.design import Library, Template
from render_core.export.drawings import Drawings
from render_core.export.manifest import JSON, MANIFEST, PackFile, file_name, manifest, operations
from render_core.export.pack_drawings import drawn
from render_core.export.pack_machines import MachineWork, machine_files, machine_works
from render_core.export.preflight_file import PREFLIGHT, check_can_be_made, preflight_file
from render_core.export.receipt import RECEIPT, Seal, receipt
from render_core.export.ticket import TICKET, ticket
from render_core.export.ticket_faces import TicketFaces
from render_core.export.ticket_facts import TicketFacts
from render_core.layout import Layout
from render_core.making.profile import MachineProfile
from render_core.mockup.photo import on_photo
from render_core.mockup.sewn import sewn
from render_core.problems import Problem, in_order
from render_core.separations import made_items

PREVIEW_WIDTH_PX: Final = 1024
INPUTS: Final = "inputs.json"

_JSON: Final = "application/json"

_DATE: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_REGULAR_FILE_0644: Final = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class PackParts:
    """What a pack has beside its drawings.

    problems: what preflight found, None where it was not asked. ticket: what the job ticket says, with
    the faces that it is set in, None for none. machines: those that files are made for. inputs: the
    file that it can be made again from, b"" for none. seal: who signs its receipt, None for nobody.
    drawings: which ones, in which colours.
    """

    problems: Sequence[Problem] | None = None
    ticket: tuple[TicketFacts, TicketFaces] | None = None
    machines: Sequence[MachineProfile] = ()
    inputs: bytes = b""
    seal: Seal | None = None
    drawings: Drawings = field(default_factory=Drawings)


def build_pack(
    layout: Layout,
    template: Template,
    library: Library,
    *,
    job: Mapping[str, JSON],
    dpi: int = 0,
    parts: PackParts | None = None,
) -> bytes:
    """Return the ZIP: for each surface on which something is made its drawings, an SVG, DXF, PDF and
    PNG if `parts` asks for no others; a preview of each view; what else `parts` asks for; the
    manifest and its receipt.

    job: what is asked for, kept in the manifest: at least "spec_hash" and "product_revision". dpi: of
    the pixel files; 0 for the highest of the usual ones at which each surface fits. The manifest says it.
    Raises PreflightFailed with every problem that keeps it from being made, by the design's rules or
    by a machine's; UnsupportedDesign, MissingInput, RefusedFile. The same input gives the same bytes.
    """
    parts = parts or PackParts()
    surfaces = [surface for surface in layout.surfaces if made_items(surface)]
    works = machine_works(surfaces, template, library, parts.machines)
    problems = [*(parts.problems or ()), *(one for work in works for one in work.problems)]
    check_can_be_made(problems)
    made = [file for work in works for file in machine_files(work)]
    problems += [problem for _, found in made for problem in found]
    check_can_be_made(problems)
    told = in_order(problems, [zone.id for zone in template.zones])
    drawings = drawn(surfaces, template, library, dpi, parts.drawings)
    files = [*drawings, *(file for file, _ in made)]
    files += _told(layout, template, library, parts, told, works)
    fonts: tuple[str, ...] = ()
    if told_of := parts.drawings.document():
        job = {**job, "drawings": told_of}
    if parts.ticket is not None:
        facts, faces = parts.ticket
        job, fonts = {**job, "ticket": facts.document()}, faces.sha256s
    documents = [work.document() for work in works]
    text = manifest(layout, template, files, job, ticket_fonts=fonts, machines=documents)
    entries = [(MANIFEST, text)]
    if parts.seal is not None:
        entries.append((RECEIPT, receipt(text, parts.seal)))
    entries += [(file.path, file.data) for file in files]
    return _zip(entries)


def _told(
    layout: Layout,
    template: Template,
    library: Library,
    parts: PackParts,
    problems: Sequence[Problem],
    works: Sequence[MachineWork],
) -> Iterator[PackFile]:
    """Yield what people look at: previews, ticket, preflight report; and the inputs."""
    shown, pictured = sewn(layout, library)
    pictures = [on_photo(shown, view, pictured, PREVIEW_WIDTH_PX) for view in template.views]
    yield from _previews(template, pictures)
    if parts.ticket is not None:
        facts, faces = parts.ticket
        page = ticket(
            layout,
            template,
            library,
            faces,
            facts,
            problems=problems,
            picture=pictures[0] if pictures else None,
            operations=_operation_names(layout, works),
            sewing=[told for work in works for told in work.sewing()],
        )
        yield PackFile(TICKET, "application/pdf", page, {})
    if parts.problems is not None or works:
        yield PackFile(PREFLIGHT, _JSON, preflight_file(layout, problems), {})
    if parts.inputs:
        yield PackFile(INPUTS, _JSON, parts.inputs, {})


def _operation_names(layout: Layout, works: Sequence[MachineWork]) -> list[str]:
    """Return what is done, as the ticket lists it: by machine, or else in the order of first use."""
    if works:
        return [name for work in works for name in work.operation_names()]
    made = [item for surface in layout.surfaces for item in made_items(surface)]
    return [operation.capitalize() for operation in operations(made)]


def _previews(template: Template, pictures: Sequence[vips.Pixels]) -> Iterator[PackFile]:
    for view, pixels in zip(template.views, pictures, strict=True):
        data = vips.png(pixels, profile=srgb_profile(), photographic=True)
        yield PackFile(f"preview-{file_name(view.id)}.png", "image/png", data, {"view": view.id})


def _zip(entries: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path, data in entries:
            info = zipfile.ZipInfo(path, _DATE)
            info.create_system = _UNIX
            info.external_attr = _REGULAR_FILE_0644
            archive.writestr(info, data)
    return out.getvalue()
