"""Between the values of orders and their messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from luneo.manufacturing.v1 import order_pb2
from luneo.snapshot.v1 import snapshot_pb2

from services.manufacturing.convert.resource_names import SNAPSHOT
from services.manufacturing.domain.orders import Event, Frozen, Item, Order, OrderState, WantedItem
from services.runtime import etags, moments, names

ORDER = names.of(order_pb2.Order)
_PREFIX = "ORDER_STATE_"


def name_of(brand: str, order: str) -> str:
    return ORDER.format(brand=brand, order=order)


def etag_of(order: Order) -> str:
    return etags.of_version(name_of(order.brand, order.order), order.version)


def state_of(state: order_pb2.OrderState) -> OrderState | None:
    """Return the state that a message names; None for none."""
    if state == order_pb2.ORDER_STATE_UNSPECIFIED:
        return None
    return OrderState(order_pb2.OrderState.Name(state).removeprefix(_PREFIX).lower())


def wanted_items(order: order_pb2.Order) -> tuple[WantedItem, ...]:
    return tuple(
        WantedItem(
            quantity=item.quantity,
            unit_cents=item.unit_cents if item.HasField("unit_cents") else None,
            total_cents=item.total_cents if item.HasField("total_cents") else None,
            external_reference=item.external_reference,
        )
        for item in order.items
    )


def wanted_total(order: order_pb2.Order) -> int | None:
    return order.total_cents if order.HasField("total_cents") else None


def due_at(order: order_pb2.Order) -> datetime | None:
    return moments.from_message(order.due_time) if order.HasField("due_time") else None


def frozen_of(brand: str, snapshot: snapshot_pb2.Snapshot) -> Frozen:
    total = snapshot.price.total
    return Frozen(
        snapshot=SNAPSHOT.parse_last(snapshot.name, brand=brand),
        product_revision=snapshot.product_revision,
        currency_code=total.currency_code,
        unit_cents=total.amount_cents,
        material=snapshot.material,
    )


def content_of(order: order_pb2.Order) -> bytes:
    """Return what an order asks for, the same bytes for the same."""
    asked = order_pb2.Order()
    asked.CopyFrom(order)
    for field in ("name", "state", "history", "create_time", "update_time", "etag"):
        asked.ClearField(field)
    for item in asked.items:
        for field in ("number", "product_revision", "erase_time"):
            item.ClearField(field)
    return asked.SerializeToString(deterministic=True)


def to_proto(order: Order) -> order_pb2.Order:
    """Return the message of an order."""
    return order_pb2.Order(
        name=name_of(order.brand, order.order),
        external_reference=order.external_reference,
        customer=order.customer,
        currency_code=order.currency_code,
        items=[_item(order.brand, item) for item in order.items],
        shipping_cents=order.shipping_cents,
        tax_cents=order.tax_cents,
        tax_included=order.tax_included,
        discount_cents=order.discount_cents,
        total_cents=order.total_cents,
        due_time=moments.to_message(order.due_at),
        state=_state(order.state),
        history=_history(order.history),
        create_time=moments.to_message(order.created_at),
        update_time=moments.to_message(order.updated_at),
        etag=etag_of(order),
    )


def _item(brand: str, item: Item) -> order_pb2.OrderItem:
    return order_pb2.OrderItem(
        number=item.number,
        snapshot=SNAPSHOT.format(brand=brand, snapshot=item.snapshot),
        product_revision=item.product_revision,
        quantity=item.quantity,
        unit_cents=item.unit_cents,
        total_cents=item.total_cents,
        external_reference=item.external_reference,
        erase_time=moments.to_message(item.erased_at),
    )


def _history(events: Sequence[Event]) -> list[order_pb2.OrderEvent]:
    return [
        order_pb2.OrderEvent(
            state=_state(event.state),
            by=event.by,
            reason=event.reason,
            time=moments.to_message(event.at),
        )
        for event in events
    ]


def _state(state: OrderState) -> str:
    return _PREFIX + state.upper()
