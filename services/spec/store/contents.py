"""What the objects of fonts and pictures are kept for.

An object stays while a font or picture on a list, a revision or a spec refers to it; the copy of a
picture for screens stays as long as the picture.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, Select, exists, or_, select, union
from sqlalchemy.dialects.postgresql import insert

from services.spec.tables import ASSETS, COPIES, FONTS, PINS


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
    """Return whether anything refers to an object, but for some holders. Hold its `held_objects.lock`."""
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


def held(tx: Connection, sha256s: Sequence[str]) -> set[str]:
    """Return those that a font or picture on a list, a revision or a spec refers to."""
    listed = (
        select(table.c.sha256).where(table.c.sha256.in_(sha256s), table.c.deleted_at.is_(None))
        for table in (FONTS, ASSETS)
    )
    pinned = select(PINS.c.sha256).where(PINS.c.sha256.in_(sha256s))
    return set(tx.execute(union(*listed, pinned, _copies(sha256s))).scalars())


def _copies(sha256s: Sequence[str]) -> Select[tuple[str]]:
    """Select those that are copies of pictures which something refers to."""
    same = COPIES.c.brand_id, COPIES.c.sha256
    listed = exists().where(
        ASSETS.c.brand_id == same[0], ASSETS.c.sha256 == same[1], ASSETS.c.deleted_at.is_(None)
    )
    pinned = exists().where(PINS.c.brand_id == same[0], PINS.c.sha256 == same[1])
    copies = select(COPIES.c.copy_sha256).where(COPIES.c.copy_sha256.in_(sha256s))
    return copies.where(or_(listed, pinned))
