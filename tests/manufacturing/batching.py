"""Machines, paid work and batches, in few words."""

from __future__ import annotations

from typing import Any

from google.longrunning.operations_pb2 import Operation
from luneo.manufacturing.v1 import batch_pb2, batch_service_pb2, machine_profile_service_pb2
from luneo.manufacturing.v1.work_order_pb2 import WorkOrder
from luneo.operations.v1 import operation_service_pb2

from services.runtime import names
from tests.manufacturing.ordering import Ordering

OPERATIONS = "luneo.operations.v1.OperationService"
BATCHES = "luneo.manufacturing.v1.BatchService"
SHEET = batch_pb2.BatchSheetSize(id="steel", width_um=330_000, height_um=220_000, margin_um=5_000)


class Workshop:
    """A shop with a laser."""

    def __init__(self, shop: Ordering, library: str = "co2-laser-cutter") -> None:
        self.shop = shop
        self.brand = shop.brand
        request = machine_profile_service_pb2.CreateMachineProfileRequest(
            parent=shop.name, machine_profile_id=f"m{names.new_id()}", library_machine=library
        )
        self.machine = self.brand.rpc(
            "luneo.manufacturing.v1.MachineProfileService/CreateMachineProfile", request
        )

    def work(self, *texts: str, quantity: int = 1) -> list[WorkOrder]:
        """Paid work orders, one order for each text."""
        return [
            work
            for text in texts
            for work in self.shop.works(
                self.shop.paid(self.shop.item(self.shop.design(text).name, quantity))
            )
        ]

    def start(self, works: list[WorkOrder] | None = None, **fields: Any) -> Operation:
        asked = {
            name: fields.pop(name)
            for name in ("due_before", "due_day", "products", "materials")
            if name in fields
        }
        values = {
            "machine_profile": self.machine.name,
            "sheet_sizes": [SHEET],
            "spacing_um": 2_000,
            "search_seconds": 1,
            **fields,
        }
        batch = batch_pb2.Batch(work_orders=[work.name for work in works or ()], **values)
        request = batch_service_pb2.CreateBatchRequest(parent=self.brand.name, batch=batch, **asked)
        started: Operation = self.brand.rpc(f"{BATCHES}/CreateBatch", request)
        return started

    def make(
        self, works: list[WorkOrder] | None = None, *, patience: int = 1, **fields: Any
    ) -> batch_pb2.Batch:
        """Make a batch and return it as it is then. patience: how often it is waited for."""
        started = self.start(works, **fields)
        request = operation_service_pb2.WaitOperationRequest(name=started.name, timeout_ms=25_000)
        for _ in range(patience):
            done = self.brand.rpc(f"{OPERATIONS}/WaitOperation", request)
            if done.done:
                break
        made = batch_pb2.Batch()
        assert done.response.Unpack(made), done
        return self.get(made.name)

    def get(self, name: str) -> batch_pb2.Batch:
        request = batch_service_pb2.GetBatchRequest(name=name)
        found: batch_pb2.Batch = self.brand.rpc(f"{BATCHES}/GetBatch", request)
        return found

    def listed(self) -> list[batch_pb2.Batch]:
        request = batch_service_pb2.ListBatchesRequest(parent=self.brand.name)
        return list(self.brand.rpc(f"{BATCHES}/ListBatches", request).batches)

    def cancel(self, name: str) -> batch_pb2.Batch:
        request = batch_service_pb2.CancelBatchRequest(name=name)
        cancelled: batch_pb2.Batch = self.brand.rpc(f"{BATCHES}/CancelBatch", request)
        return cancelled

    def file(self, batch: batch_pb2.Batch, path: str) -> bytes:
        (sha256,) = [file.sha256 for file in batch.result.files if file.path == path]
        return self.brand.process.runtime.objects.get(self.brand.brand, sha256)
