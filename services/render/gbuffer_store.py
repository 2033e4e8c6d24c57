"""The SQL of G-buffers: which are kept, and who prepares those that are not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.render.domain import KeptGBuffer
from services.render.tables import GBUFFER_MAKERS, GBUFFERS
from services.runtime.database import Database

_READ: Final = (
    "SELECT sha256, created_at FROM gbuffers WHERE brand_id = %(brand)s AND name = %(name)s"
)
# A row is written at most once a day for being looked at.
_LOOKED_AT_AGAIN: Final = timedelta(days=1)


def read(database: Database, brand: str, name: str, now: datetime) -> str | None:
    """Return the SHA-256 of a G-buffer, in one round trip; None if none is kept.

    What is looked at stays young.
    """
    row = database.read_one(brand, _READ, {"brand": brand, "name": name})
    if row is None:
        return None
    if now - row["created_at"] > _LOOKED_AT_AGAIN:
        with database.brand(brand) as tx:
            which = (GBUFFERS.c.brand_id == brand, GBUFFERS.c.name == name)
            tx.execute(update(GBUFFERS).where(*which).values(created_at=now))
    return str(row["sha256"])


def put(tx: Connection, brand: str, made: KeptGBuffer) -> None:
    """Store a G-buffer in place of one of this name. Nobody prepares it any more."""
    values = asdict(made)
    known = insert(GBUFFERS).values(brand_id=brand, **values)
    tx.execute(known.on_conflict_do_update(index_elements=["brand_id", "name"], set_=values))
    tx.execute(
        delete(GBUFFER_MAKERS).where(
            GBUFFER_MAKERS.c.brand_id == brand, GBUFFER_MAKERS.c.name == made.name
        )
    )


def claim(
    tx: Connection, brand: str, name: str, maker: str, now: datetime, lives: Callable[[str], bool]
) -> bool:
    """Whether this maker is to prepare a G-buffer; False while another does that lives.

    maker: id of the message that asks for it. lives: tells whether a worker has another in hand.
    """
    key = {"brand_id": brand, "name": name}
    claimed = insert(GBUFFER_MAKERS).values(**key, message_id=maker, created_at=now)
    if tx.execute(claimed.on_conflict_do_nothing()).rowcount == 1:
        return True
    which = (GBUFFER_MAKERS.c.brand_id == brand, GBUFFER_MAKERS.c.name == name)
    other = tx.execute(
        select(GBUFFER_MAKERS.c.message_id).where(*which).with_for_update()
    ).scalar_one_or_none()
    if other is None or (other != maker and lives(other)):
        return False
    tx.execute(update(GBUFFER_MAKERS).where(*which).values(message_id=maker, created_at=now))
    return True


def kept_bytes(tx: Connection, brand: str) -> int:
    """Return how many bytes a brand's G-buffers have together."""
    size = func.coalesce(func.sum(GBUFFERS.c.size_bytes), 0)
    return int(tx.execute(select(size).where(GBUFFERS.c.brand_id == brand)).scalar_one())


def crowd_out(tx: Connection, brand: str, *, most_bytes: int) -> list[str]:
    """Delete the oldest G-buffers, but for those that have so many bytes; return their hashes."""
    newest = (GBUFFERS.c.created_at.desc(), GBUFFERS.c.name)
    so_far = func.sum(GBUFFERS.c.size_bytes).over(order_by=newest).label("so_far")
    kept = select(GBUFFERS.c.name, so_far).where(GBUFFERS.c.brand_id == brand).subquery()
    names = select(kept.c.name).where(kept.c.so_far > most_bytes)
    which = delete(GBUFFERS).where(GBUFFERS.c.brand_id == brand, GBUFFERS.c.name.in_(names))
    return sorted(set(tx.execute(which.returning(GBUFFERS.c.sha256)).scalars()))


def forget(tx: Connection, brand: str, *, before: datetime) -> None:
    """Delete G-buffers that nobody has looked at since a moment, and claims from before it."""
    for table in (GBUFFERS, GBUFFER_MAKERS):
        tx.execute(delete(table).where(table.c.brand_id == brand, table.c.created_at < before))
