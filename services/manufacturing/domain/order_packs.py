"""Which packs an order needs: of the work that is to be done, or of its items before it is paid."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.manufacturing.domain.orders import DesignErased, Order, OrderState
from services.manufacturing.domain.packs import PackBlocked
from services.manufacturing.domain.work_orders import WorkOrder, WorkState
from services.runtime.errors import FailedPrecondition, Violation

# What is made again stands as a work order of its own.
_NOT_TO_BE_DONE: Final = (WorkState.CANCELLED, WorkState.REJECTED, WorkState.REMADE)


class OrderCancelled(FailedPrecondition):
    """Packs were asked for an order that is not to be made."""

    reason = "ORDER_CANCELLED"
    message = "This order was cancelled. Nothing is made for it."


class NothingToMake(FailedPrecondition):
    """An order has no work left that a pack could be for."""

    reason = "NOTHING_TO_MAKE"
    message = "All work of this order was rejected. Have it remade first."


@dataclass(frozen=True, slots=True)
class Wanting:
    """What a pack is needed for. snapshot: id. work: None before the order is paid."""

    item_number: int
    snapshot: str
    work: WorkOrder | None = None

    @property
    def work_order(self) -> str:
        return self.work.work_order if self.work else ""


@dataclass(frozen=True, slots=True)
class OrderPack:
    """A pack of an order. pack, work_order: ids, "" for no work order."""

    item_number: int
    work_order: str
    pack: str


def check_open(order: Order) -> None:
    """Raise OrderCancelled."""
    if order.state is OrderState.CANCELLED:
        raise OrderCancelled


def wantings(order: Order, works: Sequence[WorkOrder]) -> list[Wanting]:
    """Return what packs are needed for, by item. works: of the order, in any state.

    Raises OrderCancelled, DesignErased, NothingToMake.
    """
    check_open(order)
    if works:
        open_ones = [work for work in works if work.state not in _NOT_TO_BE_DONE]
        open_ones.sort(key=lambda work: (work.item_number, work.created_at, work.work_order))
        found = [Wanting(work.item_number, work.snapshot, work) for work in open_ones]
    else:
        found = [Wanting(item.number, item.snapshot) for item in order.items]
    if not found:
        raise NothingToMake
    gone = {item.number for item in order.items if item.erased_at is not None}
    for one in found:
        if one.item_number in gone or (one.work is not None and one.work.erased_at is not None):
            raise DesignErased(one.item_number - 1)
    return found


def order_key(order: str, packs: Sequence[OrderPack]) -> str:
    """Return what the packs of an order are unique by: what they are for, and which they are."""
    told = (f"{one.item_number}/{one.work_order}/{one.pack}" for one in packs)
    return hashlib.sha256("\n".join([order, *told]).encode()).hexdigest()


def of_item(item_number: int, error: PackBlocked) -> list[Violation]:
    """Return the problems of an item's design, with the item's number."""
    return [
        Violation(
            f"items[{item_number - 1}].{one.field}",
            one.reason,
            f"Item {item_number}: {one.sentence}",
        )
        for one in error.violations
    ]
