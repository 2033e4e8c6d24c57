"""The rules of work orders: where each may go from where it stands, and how its order follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.manufacturing.domain.orders import Order, OrderState, OrderStateRefused
from services.manufacturing.domain.states import StateRefused, said
from services.runtime.errors import FailedPrecondition, InvalidArgument


class WorkState(StrEnum):
    """Where a work order stands."""

    QUEUED = "queued"
    IN_PRODUCTION = "in_production"
    QUALITY_CHECK = "quality_check"
    DONE = "done"
    REJECTED = "rejected"
    REMADE = "remade"
    CANCELLED = "cancelled"


NEXT: Final[Mapping[WorkState, tuple[WorkState, ...]]] = {
    WorkState.QUEUED: (WorkState.IN_PRODUCTION, WorkState.CANCELLED),
    WorkState.IN_PRODUCTION: (
        WorkState.QUALITY_CHECK,
        WorkState.REJECTED,
        WorkState.QUEUED,
        WorkState.CANCELLED,
    ),
    WorkState.QUALITY_CHECK: (
        WorkState.DONE,
        WorkState.REJECTED,
        WorkState.IN_PRODUCTION,
        WorkState.CANCELLED,
    ),
    WorkState.DONE: (WorkState.REMADE, WorkState.CANCELLED),
    WorkState.REJECTED: (WorkState.REMADE, WorkState.CANCELLED),
    WorkState.REMADE: (),
    WorkState.CANCELLED: (),
}
# What a scan does.
ONWARD: Final[Mapping[WorkState, WorkState]] = {
    WorkState.QUEUED: WorkState.IN_PRODUCTION,
    WorkState.IN_PRODUCTION: WorkState.QUALITY_CHECK,
    WorkState.QUALITY_CHECK: WorkState.DONE,
}


_INSTEAD: Final[Mapping[WorkState, str]] = {
    WorkState.REMADE: "Go on with the one that is made in its place.",
    WorkState.CANCELLED: "Its order was cancelled: put the part aside.",
}
# A part may go to and fro on a bench; beyond so many steps it only goes on, which has an end.
MAX_STEPS_BACK: Final = 200
MAX_NOTES: Final = 100


class WorkOrderStateRefused(StateRefused):
    """The work order cannot go there from where it stands. Metadata: state, wanted, allowed."""

    reason = "WORK_ORDER_STATE_REFUSED"
    what = "work order"

    def __init__(self, state: WorkState, wanted: str, why: str = "") -> None:
        # Only the order is cancelled, and its work orders with it.
        allowed = [one for one in NEXT[state] if one is not WorkState.CANCELLED]
        super().__init__(state, wanted, allowed, instead=_INSTEAD.get(state, ""), why=why)


class MovedTooOften(FailedPrecondition):
    """Its history is as long as one may become by going to and fro."""

    reason = "MOVED_TOO_OFTEN"
    message = (
        f"This work order was moved {MAX_STEPS_BACK} times and goes back no more. "
        "Move it on, or reject it and have it made again."
    )


class NotesFull(FailedPrecondition):
    """It has as many notes as one may have."""

    reason = "NOTES_FULL"
    message = (
        f"This work order has {MAX_NOTES} notes and keeps no more. Write further ones where the shop "
        "keeps its orders."
    )


class DesignErased(FailedPrecondition):
    """The design was erased on behalf of its owner: there is nothing to make it from."""

    reason = "SNAPSHOT_ERASED"
    message = "The design of this work order was erased and cannot be made. Cancel its order."


@dataclass(frozen=True, slots=True)
class Move:
    """A step of a work order. before: None for its beginning."""

    before: WorkState | None
    after: WorkState
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """What an operator wrote."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """A work order. remake_of, remade_as: ids of others, batch: of one, "" for none. erased_at: of its design.

    material: of its product, "" where that says none.
    """

    brand: str
    work_order: str
    order: str
    item_number: int
    snapshot: str
    product_revision: str
    quantity: int
    state: WorkState
    barcode: str
    assignee: str
    due_at: datetime | None
    remake_of: str
    version: int
    created_at: datetime
    updated_at: datetime
    erased_at: datetime | None = None
    remade_as: str = ""
    batch: str = ""
    material: str = ""
    history: tuple[Move, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def product(self) -> str:
        """The name of the product that it is a revision of."""
        return self.product_revision.partition("/revisions/")[0]

    @property
    def of_material(self) -> str:
        """The material that it is of; of a product that says none, its id."""
        return self.material or self.product.rpartition("/")[2]


def moved(
    work: WorkOrder, state: WorkState, *, by: str, at: datetime, reason: str = ""
) -> tuple[WorkOrder, Move | None]:
    """Return the work order in another state with the step; one that stands there stays as it is.

    Raises WorkOrderStateRefused; DesignErased where work would begin on nothing; InvalidArgument for a
    rejection without a reason; MovedTooOften.
    """
    if work.state is state:
        return work, None
    if state not in NEXT[work.state]:
        raise WorkOrderStateRefused(work.state, state)
    if len(work.history) >= MAX_STEPS_BACK and _is_back(work.state, state):
        raise MovedTooOften
    if state is WorkState.REJECTED and not reason:
        raise InvalidArgument.field(
            "reason", "REASON_REQUIRED", "Say why it is rejected, so that it is made better."
        )
    if work.erased_at and state is WorkState.IN_PRODUCTION:
        raise DesignErased
    move = Move(work.state, state, by, reason, at)
    changed = replace(
        work,
        state=state,
        version=work.version + 1,
        updated_at=at,
        history=(*work.history, move),
    )
    return changed, move


def onward(work: WorkOrder, expected: WorkState | None) -> WorkState:
    """Return where a scan moves a work order. expected: where the scanner believes that it stands.

    Raises WorkOrderStateRefused.
    """
    following = ONWARD.get(work.state)
    if following is None:
        why = f"is {said(work.state)}: a scan moves it no further."
        raise WorkOrderStateRefused(work.state, "", why)
    if expected not in (None, work.state):
        why = f"is {said(work.state)}, not {said(expected)}: it was not moved. Scan it once more to move it."
        raise WorkOrderStateRefused(work.state, following, why)
    return following


def noted(work: WorkOrder, note: Note) -> WorkOrder:
    """Return the work order with one more note. Raises NotesFull."""
    if len(work.notes) >= MAX_NOTES:
        raise NotesFull
    return replace(work, notes=(*work.notes, note))


def check_remake(work: WorkOrder, order: Order, quantity: int) -> None:
    """Raise unless so many of a work order may be made again; 0 is all of them."""
    if WorkState.REMADE not in NEXT[work.state]:
        raise WorkOrderStateRefused(work.state, WorkState.REMADE)
    if order.state is OrderState.CANCELLED:
        raise OrderStateRefused(order.state, OrderState.IN_PRODUCTION)
    if work.erased_at:
        raise DesignErased
    if quantity > work.quantity:
        raise InvalidArgument.field(
            "quantity",
            "QUANTITY_TOO_LARGE",
            f"This work order is for {work.quantity}. Have at most as many made again.",
        )


def order_follows(order: OrderState, works: Iterable[WorkState]) -> OrderState:
    """Return where an order stands whose work orders stand here; what is over stays over."""
    live = [state for state in works if state not in (WorkState.REMADE, WorkState.CANCELLED)]
    if order not in (OrderState.PAID, OrderState.IN_PRODUCTION, OrderState.MADE):
        return order
    if live and all(state is WorkState.DONE for state in live):
        return OrderState.MADE
    untouched = all(state is WorkState.QUEUED for state in live)
    return OrderState.PAID if order is OrderState.PAID and untouched else OrderState.IN_PRODUCTION


def _is_back(before: WorkState, after: WorkState) -> bool:
    return ONWARD.get(after) is before
