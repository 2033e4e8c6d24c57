"""Designs, orders and what is done about them, in few words."""

from __future__ import annotations

from typing import Any

from luneo.manufacturing.v1 import (
    order_pb2,
    order_service_pb2,
    work_order_pb2,
    work_order_service_pb2,
)
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2

from services.runtime import names
from services.runtime.calls import Caller
from tests.flows.house import Brand, named

ORDERS = "luneo.manufacturing.v1.OrderService"
WORK_ORDERS = "luneo.manufacturing.v1.WorkOrderService"
UNIT_CENTS = 1900


class Ordering:
    """A brand that sells a plate. plate: name of its revision."""

    def __init__(self, brand: Brand, plate: str) -> None:
        self.brand = brand
        self.plate = plate

    @property
    def name(self) -> str:
        return self.brand.name

    def design(self, text: str = "Emma", owner: str = "") -> snapshot_pb2.Snapshot:
        return self.brand.keep(named(self.plate, text), owner=owner)

    def item(self, snapshot: str = "", quantity: int = 1, **fields: Any) -> order_pb2.OrderItem:
        snapshot = snapshot or self.design().name
        return order_pb2.OrderItem(snapshot=snapshot, quantity=quantity, **fields)

    def order(self, *items: order_pb2.OrderItem, **fields: Any) -> order_pb2.Order:
        values = {"currency_code": "EUR", "external_reference": names.new_id(), **fields}
        return order_pb2.Order(items=items or [self.item()], **values)

    def create(
        self,
        order: order_pb2.Order | None = None,
        *,
        caller: Caller | None = None,
        **fields: Any,
    ) -> order_pb2.Order:
        order = order if order is not None else self.order()
        request = order_service_pb2.CreateOrderRequest(parent=self.name, order=order, **fields)
        created: order_pb2.Order = self.brand.rpc(f"{ORDERS}/CreateOrder", request, caller)
        return created

    def call(self, rpc: str, name: str, caller: Caller | None = None, **fields: Any) -> Any:
        """Make a call about one order. rpc: "PayOrder"."""
        request = getattr(order_service_pb2, f"{rpc}Request")(name=name, **fields)
        return self.brand.rpc(f"{ORDERS}/{rpc}", request, caller)

    def listed(self, **fields: Any) -> list[order_pb2.Order]:
        request = order_service_pb2.ListOrdersRequest(parent=self.name, **fields)
        return list(self.brand.rpc(f"{ORDERS}/ListOrders", request).orders)

    def paid(self, *items: order_pb2.OrderItem, **fields: Any) -> order_pb2.Order:
        return self.create(self.order(*items, **fields), paid=True)

    def got(self, order: order_pb2.Order) -> order_pb2.Order:
        found: order_pb2.Order = self.call("GetOrder", order.name)
        return found

    def works(
        self, order: order_pb2.Order | None = None, **fields: Any
    ) -> list[work_order_pb2.WorkOrder]:
        """Work orders, those of an order in the order of its items."""
        request = work_order_service_pb2.ListWorkOrdersRequest(
            parent=self.name, order=order.name if order else "", **fields
        )
        found = self.brand.rpc(f"{WORK_ORDERS}/ListWorkOrders", request).work_orders
        return sorted(found, key=lambda work: work.item_number) if order else list(found)

    def work(self, rpc: str, caller: Caller | None = None, **fields: Any) -> Any:
        """Make a call about a work order. rpc: "Move" for MoveWorkOrder."""
        request = getattr(work_order_service_pb2, f"{rpc}WorkOrderRequest")(**fields)
        return self.brand.rpc(f"{WORK_ORDERS}/{rpc}WorkOrder", request, caller)

    def move(self, work: work_order_pb2.WorkOrder, *states: str, reason: str = "") -> Any:
        """Move a work order through states, by the ends of their names."""
        for state in states:
            work = self.work(
                "Move", name=work.name, state=f"WORK_ORDER_STATE_{state}", reason=reason
            )
        return work

    def note(self, work: work_order_pb2.WorkOrder, text: str) -> Any:
        request = work_order_service_pb2.AddWorkOrderNoteRequest(name=work.name, text=text)
        return self.brand.rpc(f"{WORK_ORDERS}/AddWorkOrderNote", request)

    def scan(self, work: work_order_pb2.WorkOrder, times: int = 1, **fields: Any) -> Any:
        for _ in range(times):
            work = self.work("Scan", parent=self.name, barcode=work.barcode, **fields)
        return work

    def snapshot(self, name: str) -> snapshot_pb2.Snapshot:
        request = snapshot_service_pb2.GetSnapshotRequest(name=name)
        found: snapshot_pb2.Snapshot = self.brand.rpc(
            "luneo.snapshot.v1.SnapshotService/GetSnapshot", request
        )
        return found
