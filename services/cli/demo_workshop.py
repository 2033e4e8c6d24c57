"""What the workshops of the sample brands have to do: machines, and orders that are on their way.

Safe to stop at any moment and to run again: an order that is there already is not taken twice, and what
somebody has touched since stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format
from luneo.design.v1 import design_pb2
from luneo.manufacturing.v1 import (
    machine_profile_service_pb2,
    machine_profile_service_pb2_grpc,
    order_pb2,
    order_service_pb2,
    order_service_pb2_grpc,
    work_order_pb2,
    work_order_service_pb2,
    work_order_service_pb2_grpc,
)
from luneo.snapshot.v1 import snapshot_service_pb2, snapshot_service_pb2_grpc
from luneo.spec.v1 import product_service_pb2, product_service_pb2_grpc

from services.cli.remote import Remote, explained

_BEGUN = 1  # how many moves a work order has that nobody has touched
_ORDERS = order_service_pb2_grpc.OrderServiceStub
_WORK_ORDERS = work_order_service_pb2_grpc.WorkOrderServiceStub


class Workshop:
    """The machines and orders of one brand. server: the installation, called with the brand's secret key."""

    def __init__(self, server: Remote, brand: str) -> None:
        self._server = server
        self._parent = f"brands/{brand}"

    def fill(self, described: Mapping[str, Any], now: datetime) -> None:
        """Bring in what a file of `examples/orders` describes. now: from which its dates count."""
        for machine in described["machines"]:
            self._machine(machine)
        for order in described["orders"]:
            self._order(order, now)

    def _machine(self, library_machine: str) -> None:
        request = machine_profile_service_pb2.CreateMachineProfileRequest(
            parent=self._parent,
            machine_profile_id=library_machine,
            library_machine=library_machine,
        )
        stub = machine_profile_service_pb2_grpc.MachineProfileServiceStub
        try:
            self._server.attempt(stub, "CreateMachineProfile", request)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.ALREADY_EXISTS:
                raise explained(error) from error

    def _order(self, described: Mapping[str, Any], now: datetime) -> None:
        order = self._known(described["reference"]) or self._take(described, now)
        request = work_order_service_pb2.ListWorkOrdersRequest(
            parent=self._parent, order=order.name
        )
        works = self._server.call(_WORK_ORDERS, "ListWorkOrders", request).work_orders
        for work in works:
            if len(work.history) == _BEGUN and not work.notes:
                self._work(work, described["items"][work.item_number - 1])

    def _known(self, reference: str) -> order_pb2.Order | None:
        request = order_service_pb2.ListOrdersRequest(
            parent=self._parent, external_reference=reference
        )
        found = self._server.call(_ORDERS, "ListOrders", request).orders
        return found[0] if found else None

    def _take(self, described: Mapping[str, Any], now: datetime) -> order_pb2.Order:
        owner = described["customer"]
        order = order_pb2.Order(
            external_reference=described["reference"],
            customer=owner,
            currency_code="EUR",
            items=[
                order_pb2.OrderItem(snapshot=self._snapshot(item, owner), quantity=item["quantity"])
                for item in described["items"]
            ],
            shipping_cents=described["shipping_cents"],
        )
        order.due_time.FromDatetime(now + timedelta(hours=described["due_in_hours"]))
        request = order_service_pb2.CreateOrderRequest(parent=self._parent, order=order, paid=True)
        taken: order_pb2.Order = self._server.call(_ORDERS, "CreateOrder", request)
        return taken

    def _snapshot(self, item: Mapping[str, Any], owner: str) -> str:
        """Freeze a design as a shop's server does; return its name."""
        published = product_service_pb2.GetPublishedRevisionRequest(
            name=f"{self._parent}/products/{item['product']}"
        )
        products = product_service_pb2_grpc.ProductServiceStub
        revision = self._server.call(products, "GetPublishedRevision", published)
        design = design_pb2.Design(product_revision=revision.name)
        fields = {"zones": item["zones"], "options": item.get("options", {})}
        json_format.ParseDict(fields, design)
        for value in design.zones.values():
            if value.text.font:
                value.text.font = f"{self._parent}/fonts/{value.text.font}"
        request = snapshot_service_pb2.CreateSnapshotRequest(
            parent=self._parent, design=design, owner=owner
        )
        stub = snapshot_service_pb2_grpc.SnapshotServiceStub
        return str(self._server.call(stub, "CreateSnapshot", request).name)

    def _work(self, work: work_order_pb2.WorkOrder, item: Mapping[str, Any]) -> None:
        """Bring a work order as far as somebody has got with it, and write down what they found."""
        for text in item.get("notes", ()):
            note = work_order_service_pb2.AddWorkOrderNoteRequest(name=work.name, text=text)
            self._server.call(_WORK_ORDERS, "AddWorkOrderNote", note)
        for state in item.get("moves", ()):
            move = work_order_service_pb2.MoveWorkOrderRequest(
                name=work.name,
                state=f"WORK_ORDER_STATE_{state.upper()}",
                reason=item["reason"] if state == "rejected" else "",
            )
            self._server.call(_WORK_ORDERS, "MoveWorkOrder", move)


def fill(server: Remote, brand: str, file: Path) -> None:
    """Bring in what a file of `examples/orders` describes."""
    Workshop(server, brand).fill(json.loads(file.read_text("utf-8")), datetime.now(UTC))
