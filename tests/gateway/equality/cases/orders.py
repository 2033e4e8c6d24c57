"""Cases of orders and work orders."""

from __future__ import annotations

from typing import Any

from luneo.manufacturing.v1 import order_pb2, work_order_pb2
from luneo.manufacturing.v1 import order_service_pb2 as orders
from luneo.manufacturing.v1 import work_order_service_pb2 as works

from tests.gateway.equality.cases.registry import call, case
from tests.gateway.equality.cases.snapshots import snapshot_of
from tests.gateway.equality.demo import BRAND, Demo


def order_of(demo: Demo, *, paid: bool = False) -> orders.CreateOrderRequest:
    snapshot = snapshot_of(demo, "Zoë S")  # not the one of others: what is ordered is locked
    item = order_pb2.OrderItem(
        snapshot=snapshot.name, quantity=2, unit_cents=snapshot.price.total.amount_cents
    )
    order = order_pb2.Order(
        external_reference=demo.fresh("#1001"),
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


def _works(order: Any) -> works.ListWorkOrdersRequest:
    return works.ListWorkOrdersRequest(parent=BRAND, order=order.name)


def work_of(demo: Demo, scans: int = 0) -> Any:
    """A work order of an order of its own, moved on so often."""
    (work,) = call(demo, "ListWorkOrders", _works(ordered(demo, paid=True))).work_orders
    for _ in range(scans):
        request = works.ScanWorkOrderRequest(parent=BRAND, barcode=work.barcode)
        work = call(demo, "ScanWorkOrder", request)
    return work


@case("ShipOrder")
def _(demo: Demo) -> orders.ShipOrderRequest:
    return orders.ShipOrderRequest(name=work_of(demo, scans=3).order)


@case("GetWorkOrder")
def _(demo: Demo) -> works.GetWorkOrderRequest:
    return works.GetWorkOrderRequest(name=work_of(demo).name)


@case("ListWorkOrders")
def _(demo: Demo) -> works.ListWorkOrdersRequest:
    return _works(ordered(demo, paid=True))


@case("UpdateWorkOrder")
def _(demo: Demo) -> works.UpdateWorkOrderRequest:
    work = work_of(demo)
    changed = work_order_pb2.WorkOrder(name=work.name, assignee="user:u7", etag=work.etag)
    return works.UpdateWorkOrderRequest(work_order=changed)


@case("MoveWorkOrder")
def _(demo: Demo) -> works.MoveWorkOrderRequest:
    state = work_order_pb2.WORK_ORDER_STATE_REJECTED
    return works.MoveWorkOrderRequest(name=work_of(demo, 1).name, state=state, reason="Scratched")


@case("ScanWorkOrder")
def _(demo: Demo) -> works.ScanWorkOrderRequest:
    return works.ScanWorkOrderRequest(parent=BRAND, barcode=work_of(demo).barcode)


@case("RemakeWorkOrder")
def _(demo: Demo) -> works.RemakeWorkOrderRequest:
    return works.RemakeWorkOrderRequest(name=work_of(demo, 3).name, reason="Lost")


@case("AddWorkOrderNote")
def _(demo: Demo) -> works.AddWorkOrderNoteRequest:
    return works.AddWorkOrderNoteRequest(name=work_of(demo).name, text="Use the small jig")
