"""What a change of an order does to its work orders, and the other way round, in one transaction.

Whoever changes either locks the order first, then its work orders.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from services.manufacturing.domain import barcodes
from services.manufacturing.domain import orders as order_rules
from services.manufacturing.domain import work_orders as rules
from services.manufacturing.domain.orders import Item, Order, OrderState
from services.manufacturing.domain.work_orders import Move, WorkOrder, WorkState
from services.manufacturing.store import orders as order_rows
from services.manufacturing.store import work_orders as rows
from services.runtime import names
from services.runtime.calls import Context
from services.runtime.clock import Clock


@dataclass(frozen=True, slots=True)
class Production:
    """Moves orders and work orders together."""

    orders: order_rows.Orders
    clock: Clock

    def move_order(
        self, tx: Connection, order: Order, state: OrderState, context: Context, reason: str = ""
    ) -> Order:
        """Move an order, which is locked; its work orders are begun when it is paid, and end with it."""
        now, by = self.clock.now(), context.caller.subject
        changed, event = order_rules.moved(order, state, by=by, at=now, reason=reason)
        if event is not None:
            order_rows.save_move(tx, changed, event)
        if changed.state is OrderState.PAID:
            self.begin(tx, changed, context)
        if event is not None and changed.state is OrderState.CANCELLED:
            self._cancel(tx, changed, context, reason)
        return changed

    def begin(self, tx: Connection, order: Order, context: Context) -> None:
        """Queue a work order for each item of an order that has none."""
        for item in order.items:
            rows.add(tx, self._queued(order, item, context), barcodes.new)

    def move_work(
        self,
        tx: Connection,
        order: Order,
        work: WorkOrder,
        state: WorkState,
        context: Context,
        reason: str = "",
    ) -> WorkOrder:
        """Move a work order of an order; both are locked. The order follows."""
        now, by = self.clock.now(), context.caller.subject
        changed, move = rules.moved(work, state, by=by, at=now, reason=reason)
        if move is not None:
            rows.save_move(tx, changed, move)
            self._follow(tx, order, context)
        return changed

    def remake(
        self,
        tx: Connection,
        order: Order,
        work: WorkOrder,
        quantity: int,
        context: Context,
        reason: str,
    ) -> WorkOrder:
        """Queue a work order in place of one of an order; both are locked. The order follows."""
        rules.check_remake(work, order, quantity)
        item = next(item for item in order.items if item.number == work.item_number)
        wanted = replace(
            self._queued(order, item, context, reason),
            quantity=quantity or work.quantity,
            due_at=work.due_at,
            remake_of=work.work_order,
        )
        made = rows.add(tx, wanted, barcodes.new)
        assert made is not None, "what stands to be remade was not remade before"
        self.move_work(tx, order, work, WorkState.REMADE, context, reason)
        return made

    def locked(self, tx: Connection, brand: str, found: WorkOrder) -> tuple[Order, WorkOrder]:
        """Return the order and the work order that was found, both locked."""
        order = self.orders.get(tx, brand, found.order, lock=True)
        return order, rows.get(tx, brand, found.work_order, lock=True)

    def _follow(self, tx: Connection, order: Order, context: Context) -> None:
        states = rows.states_of_order(tx, order.brand, order.order)
        self.move_order(tx, order, rules.order_follows(order.state, states), context)

    def _cancel(self, tx: Connection, order: Order, context: Context, reason: str) -> None:
        for work in rows.of_order(tx, order.brand, order.order, lock=True):
            if WorkState.CANCELLED in rules.NEXT[work.state]:
                now, by = self.clock.now(), context.caller.subject
                changed, move = rules.moved(work, WorkState.CANCELLED, by=by, at=now, reason=reason)
                if move is not None:
                    rows.save_move(tx, changed, move)

    def _queued(self, order: Order, item: Item, context: Context, reason: str = "") -> WorkOrder:
        now = self.clock.now()
        return WorkOrder(
            brand=order.brand,
            work_order=names.new_id(),
            order=order.order,
            item_number=item.number,
            snapshot=item.snapshot,
            product_revision=item.product_revision,
            quantity=item.quantity,
            state=WorkState.QUEUED,
            barcode="",
            assignee="",
            due_at=order.due_at,
            remake_of="",
            version=1,
            created_at=now,
            updated_at=now,
            erased_at=item.erased_at,
            material=item.material,
            history=(Move(None, WorkState.QUEUED, context.caller.subject, reason, now),),
        )
