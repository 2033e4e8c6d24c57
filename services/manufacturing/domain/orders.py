"""The rules of orders: what may be asked for, what it costs, where it may go from where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.manufacturing.domain.states import StateRefused
from services.runtime.errors import AlreadyExists, FailedPrecondition, InvalidArgument, Violation

MAX_CENTS: Final = 10**15  # of one order; far below what 64 bits hold


class OrderState(StrEnum):
    """Where an order stands."""

    PENDING = "pending"
    PAID = "paid"
    IN_PRODUCTION = "in_production"
    MADE = "made"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


NEXT: Final[Mapping[OrderState, tuple[OrderState, ...]]] = {
    OrderState.PENDING: (OrderState.PAID, OrderState.CANCELLED),
    OrderState.PAID: (OrderState.IN_PRODUCTION, OrderState.CANCELLED),
    OrderState.IN_PRODUCTION: (OrderState.MADE, OrderState.CANCELLED),
    OrderState.MADE: (OrderState.SHIPPED, OrderState.IN_PRODUCTION, OrderState.CANCELLED),
    OrderState.SHIPPED: (),
    OrderState.CANCELLED: (),
}


_INSTEAD: Final[Mapping[OrderState, str]] = {
    OrderState.SHIPPED: "It left the house: have made again what is not right.",
    OrderState.CANCELLED: "Take a new order, if it is wanted after all.",
}


class OrderStateRefused(StateRefused):
    """The order cannot go there from where it stands. Metadata: state, wanted, allowed."""

    reason = "ORDER_STATE_REFUSED"
    what = "order"

    def __init__(self, state: OrderState, wanted: OrderState) -> None:
        super().__init__(state, wanted, NEXT[state], instead=_INSTEAD.get(state, ""))


class ExternalReferenceTaken(AlreadyExists):
    """Another order has this reference of the shop."""

    reason = "EXTERNAL_REFERENCE_TAKEN"
    message = "Another order has this external reference, with other content. Look it up, or send another."

    def __init__(self, order: str) -> None:
        super().__init__(order=order)


class OrderRefused(InvalidArgument):
    """What the order says does not fit its designs; one violation for each amount."""

    reason = "ORDER_REFUSED"

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(violations[0].sentence, violations=violations)


class DesignErased(FailedPrecondition):
    """A design of the order was erased on behalf of its owner. Metadata: item."""

    reason = "SNAPSHOT_ERASED"

    def __init__(self, place: int) -> None:
        super().__init__(
            f"The design of item {place + 1} was erased and cannot be made. Leave the item out.",
            item=place + 1,
        )


class DesignSuperseded(FailedPrecondition):
    """A design of the order was edited since. Metadata: item, superseded_by."""

    reason = "SNAPSHOT_SUPERSEDED"

    def __init__(self, place: int, newer: str) -> None:
        super().__init__(
            f"The design of item {place + 1} was edited since. Order the newer one.",
            item=place + 1,
            superseded_by=newer,
        )


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a snapshot says about its price. snapshot: id."""

    snapshot: str
    product_revision: str
    currency_code: str
    unit_cents: int
    material: str = ""


@dataclass(frozen=True, slots=True)
class WantedItem:
    """An item as it was asked for; amounts that were left out are None."""

    quantity: int
    unit_cents: int | None
    total_cents: int | None
    external_reference: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item of an order. number: from 1. snapshot: id. erased_at: of its design."""

    number: int
    snapshot: str
    product_revision: str
    quantity: int
    unit_cents: int
    external_reference: str
    erased_at: datetime | None = None
    material: str = ""

    @property
    def total_cents(self) -> int:
        return self.quantity * self.unit_cents


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an order."""

    state: OrderState
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """An order. customer: in clear, "" for nobody. content_digest: of what was asked for."""

    brand: str
    order: str
    external_reference: str
    content_digest: str
    customer: str
    currency_code: str
    items: tuple[Item, ...]
    shipping_cents: int
    tax_cents: int
    tax_included: bool
    discount_cents: int
    state: OrderState
    due_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    history: tuple[Event, ...] = ()

    @property
    def items_cents(self) -> int:
        return sum(item.total_cents for item in self.items)

    @property
    def total_cents(self) -> int:
        taxes = 0 if self.tax_included else self.tax_cents
        return self.items_cents - self.discount_cents + self.shipping_cents + taxes


def items_of(wanted: Sequence[WantedItem], frozen: Sequence[Frozen]) -> tuple[Item, ...]:
    """Return the items of an order at the prices of their designs."""
    return tuple(
        Item(
            number,
            design.snapshot,
            design.product_revision,
            one.quantity,
            design.unit_cents,
            one.external_reference,
            material=design.material,
        )
        for number, (one, design) in enumerate(zip(wanted, frozen, strict=True), 1)
    )


def check(
    order: Order,
    wanted: Sequence[WantedItem],
    frozen: Sequence[Frozen],
    total_cents: int | None,
) -> None:
    """Raise OrderRefused unless every amount that was given is what the designs cost."""
    found = [*_of_items(order.currency_code, wanted, frozen), *_of_sums(order, total_cents)]
    if found:
        raise OrderRefused(found)


def moved(
    order: Order, state: OrderState, *, by: str, at: datetime, reason: str = ""
) -> tuple[Order, Event | None]:
    """Return the order in another state with what happened; what is there already stays as it is.

    Raises OrderStateRefused.
    """
    if order.state is state:
        return order, None
    if state not in NEXT[order.state]:
        raise OrderStateRefused(order.state, state)
    event = Event(state, by, reason, at)
    changed = replace(
        order,
        state=state,
        version=order.version + 1,
        updated_at=at,
        history=(*order.history, event),
    )
    return changed, event


def _of_items(
    currency: str, wanted: Sequence[WantedItem], frozen: Sequence[Frozen]
) -> Iterator[Violation]:
    for place, (one, design) in enumerate(zip(wanted, frozen, strict=True)):
        field = f"order.items[{place}]"
        if design.currency_code != currency:
            yield Violation(
                "order.currency_code",
                "CURRENCY_MISMATCH",
                f"The design of item {place + 1} is priced in {design.currency_code}, not {currency}. "
                f"Order it in {design.currency_code}.",
            )
        elif one.unit_cents not in (None, design.unit_cents):
            yield Violation(
                f"{field}.unit_cents",
                "PRICE_MISMATCH",
                f"This design costs {design.unit_cents} cents, not {one.unit_cents}. "
                "Send that price, or leave it out.",
            )
        elif one.total_cents not in (None, one.quantity * design.unit_cents):
            yield Violation(
                f"{field}.total_cents",
                "TOTAL_MISMATCH",
                f"{one.quantity} of {design.unit_cents} cents are "
                f"{one.quantity * design.unit_cents}, not {one.total_cents}. "
                "Send that sum, or leave it out.",
            )


def _of_sums(order: Order, total_cents: int | None) -> Iterator[Violation]:
    if order.items_cents > MAX_CENTS:
        yield Violation(
            "order.items",
            "ORDER_TOO_LARGE",
            f"An order costs at most {MAX_CENTS} cents. Split it.",
        )
    if order.discount_cents > order.items_cents:
        yield Violation(
            "order.discount_cents",
            "DISCOUNT_TOO_LARGE",
            f"The items cost {order.items_cents} cents; take off no more than that.",
        )
    elif total_cents not in (None, order.total_cents):
        yield Violation(
            "order.total_cents",
            "TOTAL_MISMATCH",
            f"The order comes to {order.total_cents} cents, not {total_cents}. "
            "Send that sum, or leave it out.",
        )
