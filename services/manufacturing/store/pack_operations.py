"""The SQL of operations about packs, beside the one that made each: of whole orders, of remakes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from services.manufacturing.domain.order_packs import OrderPack
from services.manufacturing.tables import PACK_OPERATIONS, PACKS

_TABLE = PACK_OPERATIONS.c


def put(tx: Connection, brand: str, operation: str, packs: Sequence[OrderPack]) -> None:
    """Store which packs an operation is about; what is stored stays."""
    rows = [
        {
            "brand_id": brand,
            "operation_id": operation,
            "number": number,
            "pack_id": one.pack,
            "item_number": one.item_number,
            "work_order_id": one.work_order,
        }
        for number, one in enumerate(packs)
    ]
    tx.execute(insert(PACK_OPERATIONS).values(rows).on_conflict_do_nothing())


def packs_of(tx: Connection, brand: str, operation: str) -> list[OrderPack]:
    """Return the packs that an operation is about, in their order."""
    query = select(_TABLE.item_number, _TABLE.work_order_id, _TABLE.pack_id)
    query = query.where(_TABLE.brand_id == brand, _TABLE.operation_id == operation)
    rows = tx.execute(query.order_by(_TABLE.number))
    return [OrderPack(row.item_number, row.work_order_id, row.pack_id) for row in rows]


def of_snapshots(tx: Connection, brand: str, snapshots: Sequence[str]) -> list[str]:
    """Return the operations about packs of snapshots."""
    packs = select(PACKS.c.pack_id).where(
        PACKS.c.brand_id == brand, PACKS.c.snapshot_id.in_(snapshots)
    )
    query = select(_TABLE.operation_id).where(_TABLE.brand_id == brand, _TABLE.pack_id.in_(packs))
    return list(tx.execute(query.distinct()).scalars())
