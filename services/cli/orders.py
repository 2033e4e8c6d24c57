"""Commands about orders: what was bought, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from luneo.manufacturing.v1 import order_pb2, order_service_pb2, order_service_pb2_grpc

from services.cli import workshop
from services.cli.options import AsJson, Data, Key
from services.cli.remote import with_brand_key
from services.cli.workshop import Brand, Most
from services.runtime.config import Settings

_STUB: Final = order_service_pb2_grpc.OrderServiceStub
_PREFIX: Final = "ORDER_STATE_"
_CENTS: Final = 100

OrderId = Annotated[str, typer.Argument(metavar="ORDER", help="Id of the order, or its name.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="What was bought.")
    group.command("list")(list_orders)
    group.command("show")(show)
    group.command("pay")(pay)
    group.command("ship")(ship)
    group.command("cancel")(cancel)
    app.add_typer(group, name="orders")


def list_orders(
    brand: Brand,
    state: Annotated[str, typer.Option(help="Only those in this state, as paid.")] = "",
    reference: Annotated[str, typer.Option(help="Only the one of this id in the shop.")] = "",
    most: Most = 50,
    as_json: AsJson = False,
    key: Key = "",
    data: Data = None,
) -> None:
    """List orders, newest first."""
    request = order_service_pb2.ListOrdersRequest(
        parent=f"brands/{brand}",
        state=workshop.state_number(order_pb2.OrderState, _PREFIX, state),
        external_reference=reference,
    )
    with with_brand_key(Settings.from_environment(data=data), brand, key) as remote:
        found = workshop.listed(remote, _STUB, "ListOrders", request, most, "orders")
    workshop.write_all(found, as_json, _row, "There are no such orders.")


def show(
    brand: Brand, order: OrderId, as_json: AsJson = False, key: Key = "", data: Data = None
) -> None:
    """Show an order with its items and its history."""
    request = order_service_pb2.GetOrderRequest(name=_name(brand, order))
    _done("GetOrder", request, brand, as_json, key, data)


def pay(
    brand: Brand, order: OrderId, as_json: AsJson = False, key: Key = "", data: Data = None
) -> None:
    """Record that an order was paid: its work orders begin."""
    request = order_service_pb2.PayOrderRequest(name=_name(brand, order))
    _done("PayOrder", request, brand, as_json, key, data)


def ship(
    brand: Brand, order: OrderId, as_json: AsJson = False, key: Key = "", data: Data = None
) -> None:
    """Record that an order left the house."""
    request = order_service_pb2.ShipOrderRequest(name=_name(brand, order))
    _done("ShipOrder", request, brand, as_json, key, data)


def cancel(
    brand: Brand,
    order: OrderId,
    reason: Annotated[str, typer.Option(help="Why. No names of people.")] = "",
    as_json: AsJson = False,
    key: Key = "",
    data: Data = None,
) -> None:
    """Cancel an order that is not shipped, and its work orders."""
    request = order_service_pb2.CancelOrderRequest(name=_name(brand, order), reason=reason)
    _done("CancelOrder", request, brand, as_json, key, data)


def _done(
    method: str, request: Any, brand: str, as_json: bool, key: str, data: Path | None
) -> None:
    """Make a call that answers with an order, and show that."""
    with with_brand_key(Settings.from_environment(data=data), brand, key) as remote:
        order = remote.call(_STUB, method, request)
    workshop.write_one(order, as_json, _lines)


def _name(brand: str, given: str) -> str:
    return workshop.full_name(brand, "orders", given)


def _said(state: Any) -> str:
    return workshop.state_name(order_pb2.OrderState, _PREFIX, state)


def _money(cents: int, currency: str) -> str:
    return f"{cents / _CENTS:.2f} {currency}"


def _row(order: order_pb2.Order) -> tuple[str, ...]:
    due = workshop.time_of(order, "due_time")
    return (
        workshop.id_of(order.name),
        order.external_reference,
        _said(order.state),
        f"{sum(item.quantity for item in order.items)} ×",
        _money(order.total_cents, order.currency_code),
        f"due {due}" if due else "",
    )


def _lines(order: order_pb2.Order) -> Iterator[str]:
    yield "  ".join(one for one in _row(order) if one)
    for item in order.items:
        price = _money(item.total_cents, order.currency_code)
        erased = ", erased" if item.HasField("erase_time") else ""
        yield f"  {item.number}. {item.quantity} × {item.snapshot}, {price}{erased}"
    for event in order.history:
        why = f": {event.reason}" if event.reason else ""
        yield f"  {workshop.time_of(event, 'time')}  {_said(event.state)}, {event.by}{why}"
