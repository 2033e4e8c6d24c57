"""The rules of batches: what may be put together, and when it may be taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from render_core.making.nest.request import MAX_COPIES
from render_core.making.profile import MachineProfile
from render_core.units import um_as_mm
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


class TooManyCopies(InvalidArgument):
    """More copies than one nesting takes; a violation for each work order that alone is too much."""

    reason = "TOO_MANY_COPIES"


class BatchChanged(FailedPrecondition):
    """Work orders left the batch while it was made; nothing of it is kept. A violation for each."""

    reason = "BATCH_CHANGED"

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(
            f"{_first_of(violations)} Nothing of this batch was made. Cancel it, and make another "
            "of what is left.",
            violations=violations,
        )


class PartRefused(FailedPrecondition):
    """A work order cannot be made on this machine. Metadata: barcode."""

    reason = "PART_REFUSED"

    def __init__(self, barcode: str, sentence: str, reason: str | None = None) -> None:
        super().__init__(f"{barcode}: {sentence}", reason=reason, barcode=barcode)


class PartsRefused(FailedPrecondition):
    """Work orders of a batch that cannot be made; a violation for each of them.

    The reason is theirs, if they have the same.
    """

    reason = "PART_REFUSED"

    def __init__(self, violations: Sequence[Violation]) -> None:
        reasons = {one.reason for one in violations}
        super().__init__(
            f"{_first_of(violations)} Nothing of this batch was made. Cancel it, mend that or leave "
            "the work orders out, and make another.",
            reason=reasons.pop() if len(reasons) == 1 else None,
            violations=violations,
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A size of sheets. count: 0 for enough of them. products: names of those cut from it, () for any."""

    id: str
    width_um: int
    height_um: int
    count: int
    margin_um: int
    products: tuple[str, ...] = ()

    def takes(self, product: str) -> bool:
        """Return whether a product is cut from these sheets."""
        return not self.products or product in self.products


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
    """A batch. work_orders: ids of all that were put into it. solution_sha256: of where they lie, or ""."""

    brand: str
    batch: str
    machine: str
    machine_revision: int
    machine_sha256: str
    wanted: Wanted
    work_orders: tuple[str, ...]
    operation: str
    created_at: datetime
    solution_sha256: str = ""
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


def check_sheets(wanted: Wanted, profile: MachineProfile) -> None:
    """Raise InvalidArgument for sheets that have one name, or no room, or do not lie on the bed."""
    found = []
    for place, sheet in enumerate(wanted.sheets):
        field = f"batch.sheet_sizes[{place}]"
        if sheet.id in {one.id for one in wanted.sheets[:place]}:
            sentence = f"The sheet {sheet.id} is listed twice. Give each size a name of its own."
            found.append(Violation(f"{field}.id", "SHEET_TWICE", sentence))
        if 2 * (sheet.margin_um + wanted.edge_um) >= min(sheet.width_um, sheet.height_um):
            sentence = f"The margins of the sheet {sheet.id} leave no room. Make them smaller."
            found.append(Violation(f"{field}.margin_um", "SHEET_NO_ROOM", sentence))
        found += _beyond_the_bed(sheet, field, profile)
    if found:
        raise InvalidArgument(found[0].sentence, violations=found)


def _beyond_the_bed(sheet: Sheet, field: str, profile: MachineProfile) -> list[Violation]:
    """Return what is too large of a sheet; nothing for a machine of no fixed bed, or that makes tiles."""
    bed = {"width_um": profile.bed_width_um, "height_um": profile.bed_height_um}
    if profile.tiling is not None or not all(bed.values()):
        return []
    room = {name: size - 2 * profile.margin_um for name, size in bed.items()}
    sentence = (
        f"The sheet {sheet.id} is {um_as_mm(sheet.width_um)} × {um_as_mm(sheet.height_um)} mm; "
        f"{profile.display_name} holds {um_as_mm(room['width_um'])} × "
        f"{um_as_mm(room['height_um'])} mm. Give a smaller one."
    )
    return [
        Violation(f"{field}.{name}", "SHEET_LARGER_THAN_BED", sentence)
        for name, most in room.items()
        if getattr(sheet, name) > most
    ]


def products_with_sheets(sheets: Sequence[Sheet]) -> list[str]:
    """Return the products that the sheets are for, [] where some are for any."""
    if not all(sheet.products for sheet in sheets):
        return []
    return sorted({product for sheet in sheets for product in sheet.products})


def that_fit(works: Sequence[WorkOrder]) -> list[WorkOrder]:
    """Return as many as one nesting takes, the first ones first; all if even the first is too much."""
    copies, found = 0, []
    for work in works:
        if copies + work.quantity <= MAX_COPIES:
            copies += work.quantity
            found.append(work)
    return found or list(works)


def check_open(works: Sequence[WorkOrder], sheets: Sequence[Sheet]) -> None:
    """Raise unless all may be put into a batch on these sheets."""
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
    _check_copies(works)
    _check_stock(works, sheets)


def check_whole(batch: Batch, works: Sequence[WorkOrder]) -> None:
    """Raise BatchChanged unless all that were put into a batch still wait there to be made."""
    there = {work.work_order: _why_gone(batch, work) for work in works}
    found = [
        Violation(f"batch.work_orders[{place}]", "WORK_ORDER_LEFT", why)
        for place, work_order in enumerate(batch.work_orders)
        if (why := there.get(work_order, "A work order is gone."))
    ]
    if found:
        raise BatchChanged(found)


def check_asked(work_orders: Sequence[str], products: Sequence[str], due: datetime | None) -> None:
    """Raise InvalidArgument (BATCH_ASKED_TWICE) where work orders are named and described as well."""
    described = {"products": products, "due_before": due}
    for field in (name for name, asked in described.items() if work_orders and asked):
        raise InvalidArgument.field(
            field,
            "BATCH_ASKED_TWICE",
            "Name work orders, or say of which products and dates to take them; not both.",
        )


def check_cancel(batch: Batch, works: Sequence[WorkOrder]) -> None:
    """Raise BatchBegun if something of a batch was begun; of one that was not made nothing was."""
    begun = [work for work in works if work.state not in (WorkState.QUEUED, WorkState.CANCELLED)]
    if batch.result and begun:
        raise BatchBegun


def refusal(batch: Batch, work_order: str, sentence: str, reason: str) -> Violation:
    """Return what is wrong with a work order of a batch. sentence: names it for people."""
    place = batch.work_orders.index(work_order)
    return Violation(f"batch.work_orders[{place}]", reason, sentence)


def _check_copies(works: Sequence[WorkOrder]) -> None:
    found = [
        Violation(
            f"batch.work_orders[{place}]",
            "TOO_MANY_COPIES",
            f"The work order {work.barcode} is for {work.quantity}; a batch has at most "
            f"{MAX_COPIES} copies. Make it from its export pack.",
        )
        for place, work in enumerate(works)
        if work.quantity > MAX_COPIES
    ]
    copies = sum(work.quantity for work in works)
    if copies > MAX_COPIES and not found:
        sentence = f"These are {copies} copies; a batch has at most {MAX_COPIES}. Make several."
        found = [Violation("batch.work_orders", "TOO_MANY_COPIES", sentence)]
    if found:
        raise TooManyCopies(found[0].sentence, violations=found)


def _check_stock(works: Sequence[WorkOrder], sheets: Sequence[Sheet]) -> None:
    found = [
        Violation(
            f"batch.work_orders[{place}]",
            "SHEET_MISSING",
            f"None of the sheets is for the product of the work order {work.barcode}. Add one, or "
            "leave it out.",
        )
        for place, work in enumerate(works)
        if not any(sheet.takes(work.product) for sheet in sheets)
    ]
    if found:
        raise InvalidArgument(found[0].sentence, violations=found)


def _why_not_open(work: WorkOrder) -> str:
    if work.state is not WorkState.QUEUED:
        return f"The work order {work.barcode} is {_said(work.state)}, not queued."
    if work.batch:
        return f"The work order {work.barcode} is in another batch, {work.batch}."
    if work.erased_at:
        return f"The design of the work order {work.barcode} was erased."
    return ""


def _why_gone(batch: Batch, work: WorkOrder) -> str:
    if work.erased_at:
        return f"The design of the work order {work.barcode} was erased."
    if work.state is not WorkState.QUEUED:
        return f"The work order {work.barcode} is {_said(work.state)} now, not queued."
    if work.batch != batch.batch:
        return f"The work order {work.barcode} was taken out of this batch."
    return ""


def _said(state: WorkState) -> str:
    return state.replace("_", " ")


def _first_of(violations: Sequence[Violation]) -> str:
    """Return the first sentence, and how many more there are."""
    rest = len(violations) - 1
    more = f" So it is with {rest} more of its work orders." if rest else ""
    return violations[0].sentence + more
