"""The SQL of orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select, text, update
from sqlalchemy.dialects.postgresql import insert

from services.manufacturing.domain.orders import Event, Item, Order, OrderState
from services.manufacturing.tables import ORDER_EVENTS, ORDER_ITEMS, ORDERS
from services.runtime.database import Database
from services.runtime.errors import NotFound
from services.runtime.keyring import Keyring
from services.runtime.paging import Position, newest_first

_CUSTOMER: Final = "order-customer"
_BY_REFERENCE: Final = (
    "SELECT order_id FROM orders WHERE brand_id = %(brand)s "
    "AND external_reference = %(reference)s AND external_reference <> ''"
)
_FORGET_PERSON: Final = text("SELECT luneo_forget_in_orders(:subject)")
_FORGET_WORDS: Final = text("SELECT luneo_forget_words(:orders)")


class Orders:
    """Stores orders; who bought is sealed with a key of the brand."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def add(self, tx: Connection, order: Order) -> bool:
        """Store an order with its items and history; False if its external reference is taken."""
        digest = self.customer_digest(order.brand, order.customer)
        values = {
            **{column.name: getattr(order, column.name, None) for column in ORDERS.columns},
            "brand_id": order.brand,
            "order_id": order.order,
            "customer": self._sealed(order.brand, digest, order.customer),
            "customer_digest": digest,
        }
        added = insert(ORDERS).values(values).on_conflict_do_nothing().returning(ORDERS.c.order_id)
        if tx.execute(added).first() is None:
            return False
        tx.execute(insert(ORDER_ITEMS), [_item_row(order, item) for item in order.items])
        tx.execute(
            insert(ORDER_EVENTS),
            [_event_row(order, n, event) for n, event in enumerate(order.history, 1)],
        )
        return True

    def get(self, tx: Connection, brand: str, order: str, *, lock: bool = False) -> Order:
        """Return an order; NotFound if there is none. lock: until the transaction ends."""
        query = select(ORDERS).where(ORDERS.c.brand_id == brand, ORDERS.c.order_id == order)
        row = tx.execute(query.with_for_update() if lock else query).mappings().first()
        if row is None:
            raise NotFound
        return self._orders(tx, brand, [row])[0]

    def newest(
        self,
        tx: Connection,
        brand: str,
        *,
        state: OrderState | None,
        external_reference: str,
        customer: str,
        before: Position,
        limit: int,
    ) -> list[Order]:
        """Return orders, newest first, those older than `before`; "" and None do not limit."""
        query = select(ORDERS).where(ORDERS.c.brand_id == brand)
        if state is not None:
            query = query.where(ORDERS.c.state == state)
        if external_reference:
            query = query.where(ORDERS.c.external_reference == external_reference)
        if customer:
            digest = self.customer_digest(brand, customer)
            query = query.where(ORDERS.c.customer_digest == digest)
        query = newest_first(query, ORDERS.c.created_at, ORDERS.c.order_id, before, limit)
        return self._orders(tx, brand, list(tx.execute(query).mappings()))

    def customer_digest(self, brand: str, customer: str) -> str:
        """Return by what a customer's orders are found: not to be guessed, "" for nobody."""
        return self._keyring.public_id(brand, _CUSTOMER, customer) if customer else ""

    def forget_person(self, tx: Connection, brand: str, subject: str) -> None:
        """Remove from orders and their history who the person is; what was bought stays."""
        digest = self.customer_digest(brand, subject)
        bought = tx.execute(
            update(ORDERS)
            .where(ORDERS.c.brand_id == brand, ORDERS.c.customer_digest == digest)
            .values(customer=b"", customer_digest="", content_digest="")
            .returning(ORDERS.c.order_id)
        )
        tx.execute(_FORGET_WORDS, {"orders": list(bought.scalars())})
        tx.execute(_FORGET_PERSON, {"subject": subject})

    def _sealed(self, brand: str, digest: str, customer: str) -> bytes:
        if not customer:
            return b""
        return self._keyring.seal(brand, _CUSTOMER, digest, customer.encode())

    def _opened(self, row: RowMapping) -> str:
        sealed = bytes(row["customer"])
        if not sealed:
            return ""
        brand, digest = row["brand_id"], row["customer_digest"]
        return self._keyring.unseal(brand, _CUSTOMER, digest, sealed).decode()

    def _orders(self, tx: Connection, brand: str, rows: Sequence[RowMapping]) -> list[Order]:
        ids = [row["order_id"] for row in rows]
        items = _items(tx, brand, ids)
        events = _events(tx, brand, ids)
        return [
            Order(
                **_plain(row),
                brand=brand,
                order=row["order_id"],
                customer=self._opened(row),
                state=OrderState(row["state"]),
                items=tuple(items[row["order_id"]]),
                history=tuple(events[row["order_id"]]),
            )
            for row in rows
        ]


def read_by_reference(database: Database, brand: str, reference: str) -> str | None:
    """Return the id of the order with a reference of the shop; None if there is none."""
    if not reference:
        return None
    row = database.read_one(brand, _BY_REFERENCE, {"brand": brand, "reference": reference})
    return None if row is None else str(row["order_id"])


def save_move(tx: Connection, order: Order, event: Event) -> None:
    """Store the state that an order was moved to, with what happened: the last of its history."""
    tx.execute(
        update(ORDERS)
        .where(ORDERS.c.brand_id == order.brand, ORDERS.c.order_id == order.order)
        .values(state=order.state, version=order.version, updated_at=order.updated_at)
    )
    tx.execute(insert(ORDER_EVENTS).values(_event_row(order, len(order.history), event)))


def mark_erased(tx: Connection, brand: str, snapshots: Sequence[str], at: datetime) -> None:
    """Record that the designs of items were erased."""
    tx.execute(
        update(ORDER_ITEMS)
        .where(
            ORDER_ITEMS.c.brand_id == brand,
            ORDER_ITEMS.c.snapshot_id.in_(snapshots),
            ORDER_ITEMS.c.erased_at.is_(None),
        )
        .values(erased_at=at)
    )


def _item_row(order: Order, item: Item) -> dict[str, Any]:
    return {
        "brand_id": order.brand,
        "order_id": order.order,
        "number": item.number,
        "snapshot_id": item.snapshot,
        "product_revision": item.product_revision,
        "quantity": item.quantity,
        "unit_cents": item.unit_cents,
        "external_reference": item.external_reference,
        "erased_at": item.erased_at,
        "material": item.material,
    }


def _event_row(order: Order, number: int, event: Event) -> dict[str, Any]:
    return {
        "brand_id": order.brand,
        "order_id": order.order,
        "number": number,
        "state": event.state,
        "by_subject": event.by,
        "reason": event.reason,
        "at": event.at,
    }


_PLAIN: Final = (
    "external_reference",
    "content_digest",
    "currency_code",
    "shipping_cents",
    "tax_cents",
    "tax_included",
    "discount_cents",
    "due_at",
    "version",
    "created_at",
    "updated_at",
)


def _plain(row: RowMapping) -> dict[str, Any]:
    return {name: row[name] for name in _PLAIN}


def _items(tx: Connection, brand: str, ids: Sequence[str]) -> Mapping[str, list[Item]]:
    found: dict[str, list[Item]] = {order: [] for order in ids}
    query = select(ORDER_ITEMS).where(
        ORDER_ITEMS.c.brand_id == brand, ORDER_ITEMS.c.order_id.in_(ids)
    )
    query = query.order_by(ORDER_ITEMS.c.order_id, ORDER_ITEMS.c.number)
    for row in tx.execute(query).mappings():
        item = Item(
            number=row["number"],
            snapshot=row["snapshot_id"],
            product_revision=row["product_revision"],
            quantity=row["quantity"],
            unit_cents=row["unit_cents"],
            external_reference=row["external_reference"],
            erased_at=row["erased_at"],
            material=row["material"],
        )
        found[row["order_id"]].append(item)
    return found


def _events(tx: Connection, brand: str, ids: Sequence[str]) -> Mapping[str, list[Event]]:
    found: dict[str, list[Event]] = {order: [] for order in ids}
    query = select(ORDER_EVENTS).where(
        ORDER_EVENTS.c.brand_id == brand, ORDER_EVENTS.c.order_id.in_(ids)
    )
    query = query.order_by(ORDER_EVENTS.c.order_id, ORDER_EVENTS.c.number)
    for row in tx.execute(query).mappings():
        event = Event(OrderState(row["state"]), row["by_subject"], row["reason"], row["at"])
        found[row["order_id"]].append(event)
    return found
