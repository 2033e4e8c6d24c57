"""Cases of orders."""

from __future__ import annotations

from typing import Any

from luneo.manufacturing.v1 import order_pb2
from luneo.manufacturing.v1 import order_service_pb2 as orders

from tests.gateway.equality.cases.registry import call, case
from tests.gateway.equality.cases.snapshots import snapshot_of
from tests.gateway.equality.demo import BRAND, Demo


def order_of(demo: Demo, *, paid: bool = False) -> orders.CreateOrderRequest:
    snapshot = snapshot_of(demo)
    item = order_pb2.OrderItem(
        snapshot=snapshot.name, quantity=2, unit_cents=snapshot.price.total.amount_cents
    )
    order = order_pb2.Order(
        external_reference=demo.fresh("#1001-"),
        customer="customer:42",
        currency_code=snapshot.price.total.currency_code,
        items=[item],
        shipping_cents=490,
    )
    return orders.CreateOrderRequest(parent=BRAND, order=order, paid=paid)


def ordered(demo: Demo, *, paid: bool = False) -> Any:
    return call(demo, "CreateOrder", order_of(demo, paid=paid))


@case("CreateOrder")
def _(demo: Demo) -> orders.CreateOrderRequest:
    return order_of(demo)


@case("GetOrder")
def _(demo: Demo) -> orders.GetOrderRequest:
    return orders.GetOrderRequest(name=ordered(demo).name)


@case("ListOrders")
def _(demo: Demo) -> orders.ListOrdersRequest:
    reference = ordered(demo).external_reference
    return orders.ListOrdersRequest(parent=BRAND, external_reference=reference)


@case("PayOrder")
def _(demo: Demo) -> orders.PayOrderRequest:
    order = ordered(demo)
    return orders.PayOrderRequest(name=order.name, etag=order.etag)


@case("CancelOrder")
def _(demo: Demo) -> orders.CancelOrderRequest:
    return orders.CancelOrderRequest(name=ordered(demo).name, reason="Not wanted")
