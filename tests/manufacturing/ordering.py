"""Designs, orders and what is done about them, in few words."""

from __future__ import annotations

from typing import Any

from luneo.manufacturing.v1 import order_pb2, order_service_pb2
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2

from services.runtime import names
from services.runtime.calls import Caller
from tests.flows.house import Brand, named

ORDERS = "luneo.manufacturing.v1.OrderService"
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

    def snapshot(self, name: str) -> snapshot_pb2.Snapshot:
        request = snapshot_service_pb2.GetSnapshotRequest(name=name)
        found: snapshot_pb2.Snapshot = self.brand.rpc(
            "luneo.snapshot.v1.SnapshotService/GetSnapshot", request
        )
        return found
