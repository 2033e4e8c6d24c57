"""The SQL of receipts. They outlive their packs; what an erasure takes is the salt."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from render_core.export.receipt import SALT_BYTES
from services.manufacturing.tables import PACKS, RECEIPTS
from services.runtime.errors import NotFound


class StoredReceipt(NamedTuple):
    """document: the receipt without its salt, canonical JSON."""

    pack: str
    document: str
    created_at: datetime


def salt(tx: Connection, brand: str, pack: str, at: datetime) -> bytes:
    """Return the salt of a pack, made when it is first asked for. The pack's row must be held."""
    made = {"brand_id": brand, "pack_id": pack, "receipt": "", "created_at": at}
    added = insert(RECEIPTS).values(**made, salt=secrets.token_bytes(SALT_BYTES))
    # A receipt whose salt is gone belonged to a pack that was erased and asked for anew.
    again = {"salt": added.excluded.salt, "receipt": "", "created_at": added.excluded.created_at}
    tx.execute(
        added.on_conflict_do_update(
            index_elements=["brand_id", "pack_id"], set_=again, where=RECEIPTS.c.salt.is_(None)
        )
    )
    own = RECEIPTS.c.brand_id == brand, RECEIPTS.c.pack_id == pack
    return bytes(tx.execute(select(RECEIPTS.c.salt).where(*own)).scalar_one())


def put(tx: Connection, brand: str, pack: str, document: str) -> None:
    """Store what was issued; the first receipt of a pack counts."""
    own = RECEIPTS.c.brand_id == brand, RECEIPTS.c.pack_id == pack, RECEIPTS.c.receipt == ""
    tx.execute(update(RECEIPTS).where(*own).values(receipt=document))


def get(tx: Connection, brand: str, pack: str) -> StoredReceipt:
    """Return the receipt of a pack, whether or not the pack is there still; NotFound if none."""
    own = RECEIPTS.c.brand_id == brand, RECEIPTS.c.pack_id == pack, RECEIPTS.c.receipt != ""
    row = tx.execute(select(RECEIPTS).where(*own)).mappings().first()
    if row is None:
        raise NotFound
    return StoredReceipt(row["pack_id"], row["receipt"], row["created_at"])


def forget(tx: Connection, brand: str, snapshots: Sequence[str]) -> None:
    """Take the salts of all packs of some snapshots. To be called while the packs' rows are there."""
    packs = select(PACKS.c.pack_id).where(
        PACKS.c.brand_id == brand, PACKS.c.snapshot_id.in_(snapshots)
    )
    own = RECEIPTS.c.brand_id == brand, RECEIPTS.c.pack_id.in_(packs)
    tx.execute(update(RECEIPTS).where(*own).values(salt=None))
