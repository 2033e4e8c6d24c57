"""What the objects of fonts and pictures are kept for.

An object stays while a font or picture on a list, a revision or a spec refers to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert

from services.spec.tables import ASSETS, FONTS, PINS

_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


def lock(tx: Connection, brand: str, sha256: str) -> None:
    """Let nobody else store or release this content until the transaction ends."""
    tx.execute(_LOCK, {"key": f"content:{brand}:{sha256}"})


def pin(tx: Connection, brand: str, holder: str, sha256s: Iterable[str]) -> None:
    """Keep objects for a holder ("revision:plaque/r3", "spec:…")."""
    rows = [{"brand_id": brand, "sha256": sha256, "holder": holder} for sha256 in sorted(sha256s)]
    if rows:
        tx.execute(insert(PINS).on_conflict_do_nothing(), rows)


def pinned_by(tx: Connection, brand: str, holders: Collection[str]) -> frozenset[str]:
    """Return the SHA-256 of what holders keep."""
    query = select(PINS.c.sha256).where(PINS.c.brand_id == brand, PINS.c.holder.in_(holders))
    return frozenset(row[0] for row in tx.execute(query))


def is_wanted(tx: Connection, brand: str, sha256: str, *, but_for: Collection[str] = ()) -> bool:
    """Return whether anything refers to an object, but for some holders. Hold its `lock`."""
    for table in (FONTS, ASSETS):
        listed = select(table.c.sha256).where(
            table.c.brand_id == brand, table.c.sha256 == sha256, table.c.deleted_at.is_(None)
        )
        if tx.execute(listed.limit(1)).first():
            return True
    pinned = select(PINS.c.sha256).where(
        PINS.c.brand_id == brand, PINS.c.sha256 == sha256, PINS.c.holder.not_in(but_for)
    )
    return tx.execute(pinned.limit(1)).first() is not None
