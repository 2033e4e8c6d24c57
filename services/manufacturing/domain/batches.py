"""The rules of batches: what may be put together, and when it may be taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from render_core.making.profile import MachineProfile
from services.manufacturing.domain.work_orders import WorkOrder, WorkState
from services.runtime.errors import FailedPrecondition, InvalidArgument, Violation

MAX_WORK_ORDERS: Final = 500
USUAL_SEARCH_S: Final = 20
BED: Final = "bed"


class Label(StrEnum):
    """Where a part says its barcode. USUAL: beside it, if the machine can write."""

    USUAL = "usual"
    BESIDE = "beside"
    COVER = "cover"
    NONE = "none"


class WorkOrdersNotOpen(FailedPrecondition):
    """Some cannot be put into a batch; a violation for each."""

    reason = "WORK_ORDERS_NOT_OPEN"
    message = (
        "Some of these work orders are not open. Leave them out, or cancel the batch they are in."
    )


class NothingOpen(FailedPrecondition):
    """No work order is queued that is in no batch and was asked for."""

    reason = "NOTHING_OPEN"
    message = "No work order is open for this batch. Ask for other products, or a later date."


class BatchBegun(FailedPrecondition):
    """Work has begun: what is on the machine is not taken apart."""

    reason = "BATCH_BEGUN"
    message = "Work on this batch has begun. Reject and remake what is not right."


class BatchChanged(FailedPrecondition):
    """A work order left the batch while it was made; nothing of it is kept."""

    reason = "BATCH_CHANGED"
    message = (
        "A work order of this batch was cancelled or erased. Cancel the batch and make another."
    )


class PartRefused(FailedPrecondition):
    """A part cannot be made on this machine. Metadata: barcode."""

    reason = "PART_REFUSED"

    def __init__(self, barcode: str, sentence: str, reason: str | None = None) -> None:
        super().__init__(f"{barcode}: {sentence}", reason=reason, barcode=barcode)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A size of sheets. count: 0 for enough of them."""

    id: str
    width_um: int
    height_um: int
    count: int
    margin_um: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a batch was asked to be. surface: "" for the only one."""

    sheets: tuple[Sheet, ...]
    spacing_um: int
    edge_um: int
    surface: str
    cut_blanks: bool
    label: Label
    search_s: int


@dataclass(frozen=True, slots=True)
class BatchFile:
    """A file of a batch."""

    path: str
    media_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What was made. parts: each copy counted."""

    sheets: int
    parts: int
    solution_sha256: str
    renderer_version: str
    files: tuple[BatchFile, ...]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch. work_orders: ids of all that were put into it. solution: canonical JSON, "" before."""

    brand: str
    batch: str
    machine: str
    machine_revision: int
    machine_sha256: str
    wanted: Wanted
    work_orders: tuple[str, ...]
    operation: str
    created_at: datetime
    solution: str = ""
    result: BatchResult | None = None
    cancelled_at: datetime | None = None
    erased_at: datetime | None = None


def sheets_or_bed(sheets: Sequence[Sheet], profile: MachineProfile) -> tuple[Sheet, ...]:
    """Return the sheets to nest on: what the machine reaches of its bed where none are given.

    Raises InvalidArgument for a machine without a bed.
    """
    if sheets:
        return tuple(sheets)
    if not profile.bed_width_um:
        raise InvalidArgument.field(
            "batch.sheet_sizes",
            "SHEETS_NEEDED",
            "This machine has no bed of a fixed size. Give the size of the sheets.",
        )
    free = 2 * profile.margin_um
    size = (profile.bed_width_um - free, profile.bed_height_um - free)
    return (Sheet(BED, *size, count=0, margin_um=0),)


def check_open(works: Sequence[WorkOrder]) -> None:
    """Raise unless all may be put into a batch."""
    if not works:
        raise NothingOpen
    if len(works) > MAX_WORK_ORDERS:
        raise InvalidArgument.field(
            "batch.work_orders",
            "TOO_MANY_WORK_ORDERS",
            f"A batch has at most {MAX_WORK_ORDERS} work orders. Make several.",
        )
    found = [
        Violation(f"batch.work_orders[{place}]", "WORK_ORDER_NOT_OPEN", why)
        for place, work in enumerate(works)
        if (why := _why_not_open(work))
    ]
    if found:
        raise WorkOrdersNotOpen(violations=found)


def check_whole(batch: Batch, works: Sequence[WorkOrder]) -> None:
    """Raise BatchChanged unless all that were put into a batch are still there to be made."""
    gone = batch.cancelled_at or batch.erased_at
    there = [work for work in works if work.batch == batch.batch and not work.erased_at]
    live = [work for work in there if work.state is not WorkState.CANCELLED]
    if gone or len(live) != len(batch.work_orders):
        raise BatchChanged


def check_cancel(works: Sequence[WorkOrder]) -> None:
    """Raise BatchBegun if something of a batch was begun."""
    if any(work.state not in (WorkState.QUEUED, WorkState.CANCELLED) for work in works):
        raise BatchBegun


def _why_not_open(work: WorkOrder) -> str:
    if work.state is not WorkState.QUEUED:
        return f"The work order {work.barcode} is {work.state.replace('_', ' ')}, not queued."
    if work.batch:
        return f"The work order {work.barcode} is in another batch."
    if work.erased_at:
        return f"The design of the work order {work.barcode} was erased."
    return ""
