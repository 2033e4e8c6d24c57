"""Puts the manufacturing service together."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from services.manufacturing.actors import batches, order_packs, orders, packs, remakes
from services.manufacturing.servicer.batches import BatchServicer
from services.manufacturing.servicer.machines import MachineProfileServicer
from services.manufacturing.servicer.orders import OrderServicer
from services.manufacturing.servicer.packs import ExportPackServicer
from services.manufacturing.servicer.receipts import PackReceiptServicer
from services.manufacturing.servicer.work_orders import WorkOrderServicer
from services.manufacturing.store import batches as batches_store
from services.manufacturing.store import packs as packs_store
from services.runtime.service import Runtime, Service


def held(tx: Connection, sha256s: Sequence[str]) -> set[str]:
    """Return those that are packs or files of batches."""
    return packs_store.held(tx, sha256s) | batches_store.held(tx, sha256s)


def build(runtime: Runtime) -> Service:
    """Return the manufacturing service."""
    return Service(
        name="manufacturing",
        servicers=(
            ("luneo.manufacturing.v1.BatchService", BatchServicer(runtime)),
            ("luneo.manufacturing.v1.ExportPackService", ExportPackServicer(runtime)),
            ("luneo.manufacturing.v1.MachineProfileService", MachineProfileServicer(runtime)),
            ("luneo.manufacturing.v1.OrderService", OrderServicer(runtime)),
            ("luneo.manufacturing.v1.WorkOrderService", WorkOrderServicer(runtime)),
            ("luneo.manufacturing.v1.PackReceiptService", PackReceiptServicer(runtime)),
        ),
        actors=(
            *packs.actors(runtime),
            *order_packs.actors(runtime),
            *remakes.actors(runtime),
            *orders.actors(runtime),
            *batches.actors(runtime),
        ),
        holds=held,
    )
