"""The values of export packs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, tzinfo
from typing import Any

import rfc8785

from render_core.export.ticket_facts import PageSize, TicketFacts
from render_core.raster.resolution import MIN_DPI, Extent, fits, flat_pixels, largest_dpi
from services.manufacturing.domain.work_orders import WorkOrder, WorkState
from services.runtime import time_zones
from services.runtime.errors import FailedPrecondition, InvalidArgument


class PackBlocked(FailedPrecondition):
    """Preflight found what keeps a design from being made; each problem is a violation."""

    reason = "PREFLIGHT_FAILED"
    message = "No pack was made: this design has problems that keep it from being made."


class WorkCancelled(FailedPrecondition):
    """A pack was asked for work that is not to be done."""

    reason = "WORK_ORDER_CANCELLED"
    message = "This work order was cancelled with its order. Nothing is made for it."


class PackNotMade(FailedPrecondition):
    """A pack was to be made again before it was made."""

    reason = "PACK_NOT_MADE"
    message = "This pack is not made yet. Wait for its operation first."


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file inside a pack. output_profile: SHA-256 of the profile of its inks, "" for none."""

    path: str
    media_type: str
    size_bytes: int
    sha256: str
    output_profile: str = ""


@dataclass(frozen=True, slots=True)
class PackResult:
    """The ZIP that was made. dpi: of its pixel files."""

    sha256: str
    size_bytes: int
    renderer_version: str
    layout_digest: str
    files: tuple[PackFile, ...]
    dpi: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was asked for. snapshot: id. dpi: 0 for the highest usual one that fits.

    machines: (machine, revision) of each that it has files for. work_order: id, "" for none. ticket:
    what `TicketFacts.document` made, {} for what follows from the pack alone. drawings: what
    `Drawings.document` made. output_profile: id of the asset that names the press, "" for the product's.
    """

    brand: str
    pack: str
    snapshot: str
    operation: str
    dpi: int
    created_at: datetime
    machines: tuple[tuple[str, int], ...] = ()
    work_order: str = ""
    ticket: Mapping[str, Any] = field(default_factory=dict)
    drawings: Mapping[str, Any] = field(default_factory=dict)
    output_profile: str = ""
    result: PackResult | None = None


def pack_key(
    snapshot: str,
    renderer_version: str,
    dpi: int,
    machines: Sequence[tuple[str, int]] = (),
    ticket: Mapping[str, Any] | None = None,
    drawings: Mapping[str, Any] | None = None,
) -> str:
    """Return what a pack is unique by: a snapshot and a revision never change, the others may."""
    key = f"{snapshot}:{renderer_version}"
    if dpi:
        key += f":{dpi}dpi"
    if machines:
        key += ":machines " + ",".join(f"{machine}/{number}" for machine, number in machines)
    if ticket:
        key += ":ticket " + hashlib.sha256(rfc8785.dumps(dict(ticket))).hexdigest()
    if drawings:
        key += ":drawings " + hashlib.sha256(rfc8785.dumps(dict(drawings))).hexdigest()
    return key


def ticket_of(
    work: WorkOrder | None, name: str, reference: str, page: PageSize, zone: tzinfo = UTC
) -> dict[str, Any]:
    """Return what the ticket of a work order says; {} for none on the usual paper.

    name: of the work order. reference: of its order. zone: of the workshop. Raises WorkCancelled for one that was given up.
    """
    if work is None:
        return {} if page is PageSize.A4 else {"page": page.value}
    if work.state is WorkState.CANCELLED:
        raise WorkCancelled
    facts = TicketFacts(
        work.barcode, name, reference, work.quantity, _due(work.due_at, zone), page=page
    )
    return facts.document()


def _due(moment: datetime | None, zone: tzinfo) -> str:
    """Return a date as a ticket says it where the workshop is, "" for none. Midnight there stands for a day.

    Kept with the pack: what a zone does in years to come changes no pack that is there.
    """
    if moment is None:
        return ""
    there = moment.astimezone(zone)
    day = there.date().isoformat()
    return day if there.time() == time() else f"{day} {there:%H:%M} {time_zones.name_at(there)}"


def check_made(pack: Pack) -> PackResult:
    """Return what was made. Raises PackNotMade."""
    if pack.result is None:
        raise PackNotMade
    return pack.result


def check_dpi(dpi: int, surfaces: Mapping[str, Extent], path: str = "export_pack.") -> None:
    """Raise InvalidArgument for a resolution at which a surface cannot be made; 0 is none asked for.

    surfaces: how far each reaches, by id. path: of the field in the request, with a dot.
    """
    if not dpi:
        return
    if dpi < MIN_DPI:
        raise _out_of_range(path, f"Ask for at least {MIN_DPI} dpi, or for 0 to have it chosen.")
    for surface, extent in surfaces.items():
        if not fits(extent, dpi):
            width, height = flat_pixels(extent, dpi)
            raise _out_of_range(
                path,
                f"At {dpi} dpi the surface {surface!r} has {width} × {height} pixels, too many. "
                f"Ask for at most {largest_dpi(extent)} dpi, or for 0 to have it chosen.",
            )


def _out_of_range(path: str, sentence: str) -> InvalidArgument:
    return InvalidArgument.field(f"{path}dpi", "DPI_OUT_OF_RANGE", sentence)
