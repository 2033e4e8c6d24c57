"""The rules of batches: what may be put together, and when it may be taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from render_core.making.nest.request import MAX_COPIES
from services.manufacturing.domain.work_orders import WorkOrder, WorkState
from services.runtime.errors import FailedPrecondition, InvalidArgument, Violation

MAX_WORK_ORDERS: Final = 500
USUAL_SEARCH_S: Final = 20


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

    def __init__(self, violations: Sequence[Violation], untold: int = 0) -> None:
        """untold: of how many more work orders it is so, without a violation for each."""
        reasons = {one.reason for one in violations}
        super().__init__(
            f"{_first_of(violations, untold)} Nothing of this batch was made. Cancel it, mend that or leave "
            "the work orders out, and make another.",
            reason=reasons.pop() if len(reasons) == 1 else None,
            violations=violations,
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A size of sheets. count: 0 for enough of them. products: names of those cut from it, () for any.

    material: what it is of, "" for any.
    """

    id: str
    width_um: int
    height_um: int
    count: int
    margin_um: int
    products: tuple[str, ...] = ()
    material: str = ""

    def takes(self, work: WorkOrder) -> bool:
        """Return whether a work order is cut from these sheets."""
        if self.material and self.material != work.of_material:
            return False
        return not self.products or work.product in self.products


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
class FurtherMachine:
    """A machine that sheets go through after the first one."""

    machine: str
    revision: int


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch. work_orders: ids of all that were put into it. solution_sha256: of where they lie, or "".

    further: machines that make of its sheets what the first does not, in order.
    """

    brand: str
    batch: str
    machine: str
    machine_revision: int
    machine_sha256: str
    wanted: Wanted
    work_orders: tuple[str, ...]
    operation: str
    created_at: datetime
    further: tuple[FurtherMachine, ...] = ()
    solution_sha256: str = ""
    result: BatchResult | None = None
    cancelled_at: datetime | None = None
    erased_at: datetime | None = None

    @property
    def machines(self) -> tuple[tuple[str, int], ...]:
        """All that sheets go through, in order: id and number of the revision."""
        further = ((one.machine, one.revision) for one in self.further)
        return ((self.machine, self.machine_revision), *further)


def machine_of(batch: Batch, path: str) -> tuple[str, int] | None:
    """Return the machine and revision that a file of a batch is for, None for what is for all.

    Files of sheets are named "sheet-1.dxf", those of one machine of several "sheet-1.MACHINE.dxf".
    """
    if not path.startswith("sheet-"):
        return None
    words = path.split(".")
    for one in batch.further:
        if len(words) > 2 and words[1] == one.machine:
            return (one.machine, one.revision)
    return (batch.machine, batch.machine_revision)


def check_machines(machines: Sequence[tuple[str, int]]) -> None:
    """Raise InvalidArgument (MACHINE_TWICE) where a machine is named twice: files are told apart by them."""
    ids = [machine for machine, _ in machines]
    for place, machine in enumerate(ids[1:]):
        if machine in ids[: place + 1]:
            raise InvalidArgument.field(
                f"batch.further_machine_profiles[{place}]",
                "MACHINE_TWICE",
                f"The machine {machine} is named twice. Name each once, in the order of the work.",
            )


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


def end_of_day(day: str, zone: tzinfo) -> datetime:
    """Return when a day, as "2026-11-30", is over in a zone. Raises InvalidArgument for one of no calendar."""
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), zone)
    except (ValueError, OverflowError):
        raise InvalidArgument.field(
            "due_day", "DAY_UNKNOWN", f"There is no day {day}. Give one as 2026-11-30."
        ) from None


def check_asked(
    work_orders: Sequence[str],
    products: Sequence[str],
    materials: Sequence[str],
    due: datetime | None,
    due_day: str,
) -> None:
    """Raise InvalidArgument (BATCH_ASKED_TWICE) where work orders are named and described as well, or
    their dates are described twice."""
    if due and due_day:
        raise InvalidArgument.field(
            "due_day",
            "BATCH_ASKED_TWICE",
            "Give a day or a moment before which they are due, not both.",
        )
    described: dict[str, object] = {
        "products": products,
        "materials": materials,
        "due_before": due,
        "due_day": due_day,
    }
    for field in (name for name, asked in described.items() if work_orders and asked):
        raise InvalidArgument.field(
            field,
            "BATCH_ASKED_TWICE",
            "Name work orders, or say of which products, materials and dates to take them; not both.",
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
            f"None of the sheets is for the product or the material of the work order {work.barcode}. Add one, or "
            "leave it out.",
        )
        for place, work in enumerate(works)
        if not any(sheet.takes(work) for sheet in sheets)
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


def _first_of(violations: Sequence[Violation], untold: int = 0) -> str:
    """Return the first sentence, and how many more there are."""
    rest = len(violations) - 1 + untold
    more = f" So it is with {rest} more of its work orders." if rest else ""
    return violations[0].sentence + more
