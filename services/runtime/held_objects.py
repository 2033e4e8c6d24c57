"""Objects and the rows that refer to them: who holds what, and how neither is lost to the other.

An object is written before its row commits, so there is a moment in which nothing refers to it.
Whoever writes does so under the lock of the content; whoever deletes what nobody holds does so
under the same lock, and only what was last written more than a day ago (see `orphans`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, text

if TYPE_CHECKING:
    from services.runtime.database import Database
    from services.runtime.objects import Objects

# In a brand's transaction: of some SHA-256 (hex), those that the brand's rows refer to.
Holds = Callable[[Connection, Sequence[str]], set[str]]

_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


def lock(tx: Connection, brand: str, sha256: str) -> None:
    """Let nobody else write or delete this content until the transaction ends."""
    tx.execute(_LOCK, {"key": f"content:{brand}:{sha256}"})


def put(
    database: Database,
    objects: Objects,
    brand: str,
    data: bytes,
    *,
    media_type: str = "",
) -> str:
    """Keep the bytes as `Objects.put` does, with a day's time to store the row that holds them."""
    with database.brand(brand) as tx:
        return put_within(tx, objects, brand, data, media_type=media_type)


def put_within(
    tx: Connection, objects: Objects, brand: str, data: bytes, *, media_type: str = ""
) -> str:
    """Keep the bytes in the transaction that stores the row which holds them.

    For what may be erased while it is made: the transaction first locks the row that asked for it.
    """
    lock(tx, brand, hashlib.sha256(data).hexdigest())
    return objects.put(brand, data, media_type=media_type)


def nothing(tx: Connection, sha256s: Sequence[str]) -> set[str]:
    """What a service without objects holds."""
    return set()


def unheld(tx: Connection, sha256s: Iterable[str], holders: Iterable[Holds]) -> set[str]:
    """Return those that none of the holders refers to."""
    left = set(sha256s)
    for holds in holders:
        if left:
            left -= holds(tx, sorted(left))
    return left
