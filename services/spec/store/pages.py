"""Pages of a list, newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, tuple_

Position = tuple[datetime, str] | None


def newest_first(
    query: Select[Any], created_at: Column[Any], key: Column[Any], before: Position, limit: int
) -> Select[Any]:
    """Return a query for the `limit` rows that come after the position `before`."""
    if before is not None:
        query = query.where(tuple_(created_at, key) < tuple_(*before))
    return query.order_by(created_at.desc(), key.desc()).limit(limit)
