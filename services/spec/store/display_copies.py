"""Copies of pictures for screens, by the SHA-256 of the picture."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from services.runtime.database import Database
from services.spec.domain.files import DisplayCopy
from services.spec.tables import COPIES

_READ: Final = """
SELECT sha256, copy_sha256, media_type FROM display_copies
WHERE brand_id = %(brand)s AND sha256 = ANY(%(sha256s)s)
"""


def add(tx: Connection, brand: str, sha256: str, copy: DisplayCopy, at: datetime) -> None:
    """Record the copy of a picture; the first one counts. Hold the `held_objects.lock` of both contents."""
    values = {
        "brand_id": brand,
        "sha256": sha256,
        "copy_sha256": copy.sha256,
        "media_type": copy.media_type,
        "size_bytes": len(copy.data),
        "width_px": copy.width_px,
        "height_px": copy.height_px,
        "created_at": at,
    }
    tx.execute(insert(COPIES).values(values).on_conflict_do_nothing())


def of(tx: Connection, brand: str, sha256: str) -> str | None:
    """Return the SHA-256 of a picture's copy, None if it has none."""
    query = select(COPIES.c.copy_sha256).where(
        COPIES.c.brand_id == brand, COPIES.c.sha256 == sha256
    )
    return tx.execute(query).scalar()


def forget(tx: Connection, brand: str, sha256: str) -> None:
    """Remove the copy's row of a picture."""
    tx.execute(delete(COPIES).where(COPIES.c.brand_id == brand, COPIES.c.sha256 == sha256))


def is_of_another(tx: Connection, brand: str, copy: str) -> bool:
    """Return whether a row refers to a copy: pictures that differ little may share theirs."""
    query = select(COPIES.c.sha256).where(COPIES.c.brand_id == brand, COPIES.c.copy_sha256 == copy)
    return tx.execute(query.limit(1)).first() is not None


class StoredCopy(NamedTuple):
    """A copy that is in the store of objects."""

    sha256: str
    media_type: str


def read(database: Database, brand: str, sha256s: Collection[str]) -> dict[str, StoredCopy]:
    """Return the copies there are, by the SHA-256 of their picture, in one trip."""
    rows = database.read_all(brand, _READ, {"brand": brand, "sha256s": sorted(sha256s)})
    return {row["sha256"]: StoredCopy(row["copy_sha256"], row["media_type"]) for row in rows}
