"""The export pack: everything a workshop needs for one design, in one ZIP that proves itself.

Entries are stored, not deflated: deflate's bytes depend on the zlib of the machine, and what is
large inside (PNG) is compressed already. Order, dates and attributes are fixed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from render_core import vips
from render_core.colour import srgb_profile
from render_core.design import Library, Template
from render_core.errors import UnsupportedDesign
from render_core.export.dxf import dxf, leaves_out_pictures
from render_core.export.manifest import JSON, MANIFEST, PackFile, manifest, operations
from render_core.export.pdf import pdf
from render_core.export.preflight_file import PREFLIGHT, check_can_be_made, preflight_file
from render_core.export.receipt import RECEIPT, Seal, receipt
from render_core.export.svg import svg
from render_core.export.ticket import TICKET, ticket
from render_core.export.ticket_faces import TicketFaces
from render_core.export.ticket_facts import TicketFacts
from render_core.layout import Item, Layout, Surface
from render_core.mockup.photo import on_photo
from render_core.problems import Problem
from render_core.raster.flat import flat_png
from render_core.raster.resolution import Extent, extent_um, usual_dpi
from render_core.separations import made_items, printed_items

PREVIEW_WIDTH_PX: Final = 1024
INPUTS: Final = "inputs.json"

_JSON: Final = "application/json"

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_REGULAR_FILE_0644: Final = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class PackParts:
    """What a pack has beside its drawings.

    problems: what preflight found, None where it was not asked; ticket: what the job ticket says, with
    the faces that it is set in, None for none; inputs: the file that it can be made again from, b""
    for none; seal: who signs its receipt, None for a pack without one.
    """

    problems: Sequence[Problem] | None = None
    ticket: tuple[TicketFacts, TicketFaces] | None = None
    inputs: bytes = b""
    seal: Seal | None = None


def build_pack(
    layout: Layout,
    template: Template,
    library: Library,
    *,
    job: Mapping[str, JSON],
    dpi: int = 0,
    parts: PackParts | None = None,
) -> bytes:
    """Return the ZIP: for each surface on which something is made an SVG, DXF, PDF and PNG; a
    preview of each view; what `parts` asks for; the manifest and its receipt.

    job: the job ticket, kept in the manifest: at least "spec_hash" and "product_revision". dpi: of
    the PNGs; 0 for the highest of the usual ones at which each surface fits. The manifest says it.
    Raises PreflightFailed, UnsupportedDesign, MissingInput, RefusedFile; the same input gives the
    same bytes.
    """
    parts = parts or PackParts()
    check_can_be_made(parts.problems or ())
    files = pack_files(layout, template, library, dpi=dpi, parts=parts)
    fonts: tuple[str, ...] = ()
    if parts.ticket is not None:
        facts, faces = parts.ticket
        job, fonts = {**job, "ticket": facts.document()}, faces.sha256s
    text = manifest(layout, template, files, job, fonts)
    entries = [(MANIFEST, text)]
    if parts.seal is not None:
        entries.append((RECEIPT, receipt(text, parts.seal)))
    entries += [(file.path, file.data) for file in files]
    return _zip(entries)


def pack_files(
    layout: Layout, template: Template, library: Library, *, dpi: int, parts: PackParts
) -> list[PackFile]:
    """Return the files that a manifest lists, in the order of the ZIP. Raises as `build_pack`."""
    surfaces = [surface for surface in layout.surfaces if made_items(surface)]
    dpi = dpi or usual_dpi(_extent(surface) for surface in surfaces)
    pictures = [on_photo(layout, view, library, PREVIEW_WIDTH_PX) for view in template.views]
    files = [*_surfaces(surfaces, library, dpi), *_previews(template, pictures)]
    if parts.ticket is not None:
        facts, faces = parts.ticket
        page = ticket(
            layout,
            template,
            library,
            faces,
            facts,
            problems=parts.problems or (),
            picture=pictures[0] if pictures else None,
            operations=_operation_names(surfaces),
        )
        files.append(PackFile(TICKET, "application/pdf", page, {}))
    if parts.problems is not None:
        report = preflight_file(layout, parts.problems)
        files.append(PackFile(PREFLIGHT, _JSON, report, {}))
    if parts.inputs:
        files.append(PackFile(INPUTS, _JSON, parts.inputs, {}))
    return files


def _surfaces(surfaces: Iterable[Surface], library: Library, dpi: int) -> Iterator[PackFile]:
    for surface in surfaces:
        stem, about = _file_name(surface.id), _about(surface, made_items(surface))
        yield PackFile(f"{stem}.svg", "image/svg+xml", svg(surface, library), about)
        yield PackFile(f"{stem}.dxf", "image/vnd.dxf", dxf(surface), _about_dxf(surface))
        yield PackFile(f"{stem}.pdf", "application/pdf", pdf([surface], library), about)
        yield PackFile(
            f"{stem}.png",
            "image/png",
            flat_png(surface, library, dpi),
            _about(surface, printed_items(surface)) | {"dpi": dpi},
        )


def _extent(surface: Surface) -> Extent:
    return extent_um(surface.width_um, surface.height_um, surface.bleed_um)


def _about(surface: Surface, items: Iterable[Item]) -> dict[str, JSON]:
    return {"surface": surface.id, "operations": operations(items)}


def _about_dxf(surface: Surface) -> dict[str, JSON]:
    items = made_items(surface)
    about = _about(surface, [item for item in items if item.image is None])
    return about | ({"leaves_out": ["pictures"]} if leaves_out_pictures(surface) else {})


def _operation_names(surfaces: Iterable[Surface]) -> list[str]:
    """Return what is done, in the order of first use, as the ticket lists it."""
    made = [item for surface in surfaces for item in made_items(surface)]
    return [operation.capitalize() for operation in operations(made)]


def _previews(template: Template, pictures: Sequence[vips.Pixels]) -> Iterator[PackFile]:
    for view, pixels in zip(template.views, pictures, strict=True):
        data = vips.png(pixels, profile=srgb_profile(), photographic=True)
        yield PackFile(f"preview-{_file_name(view.id)}.png", "image/png", data, {"view": view.id})


def _file_name(identifier: str) -> str:
    if not _NAME.fullmatch(identifier):
        raise UnsupportedDesign(
            "NAME_INVALID",
            f"{identifier!r} cannot name a file; use small letters, digits and hyphens.",
        )
    return identifier


def _zip(entries: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path, data in entries:
            info = zipfile.ZipInfo(path, _DATE)
            info.create_system = _UNIX
            info.external_attr = _REGULAR_FILE_0644
            archive.writestr(info, data)
    return out.getvalue()
