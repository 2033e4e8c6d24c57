"""Pages of a list: a token is bound to its rpc, its brand, its caller and its query.

page = self._pages.read(request, context)
rows = store.newest(tx, before=page.moment_and_id(), limit=page.limit)  # `newest_first`
shown = page.cut(rows, lambda row: (row.created_at.isoformat(), row.id))
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from google.protobuf.message import Message
from sqlalchemy import Column, Select, tuple_

from services.runtime.calls import Context
from services.runtime.errors import InvalidArgument
from services.runtime.keyring import Keyring

DEFAULT_SIZE: Final = 50
MAX_SIZE: Final = 200
_TAG_BYTES: Final = 16

Item = TypeVar("Item")
# Where a list in order of time and id goes on: behind this moment and id; None for its beginning.
Position = tuple[datetime, str] | None


@dataclass(frozen=True, slots=True)
class Shown(Generic[Item]):
    """The items of one page, and the token of the next ("" on the last)."""

    items: list[Item]
    next_page_token: str


@dataclass(frozen=True, slots=True)
class Page:
    """What to fetch for one page.

    position: what the page before ended with, as `cut` was told; () for the first page.
    size: how many items are shown. limit: how many to fetch, one more, to see if there is a next.
    """

    position: tuple[str, ...]
    size: int
    _sealed: Callable[[tuple[str, ...]], str]

    @property
    def limit(self) -> int:
        return self.size + 1

    def moment_and_id(self) -> Position:
        """Return the position of a list in order of time and id; None for the first page."""
        if not self.position:
            return None
        moment, item = self.position
        return datetime.fromisoformat(moment), item

    def cut(
        self, fetched: Sequence[Item], position_of: Callable[[Item], tuple[str, ...]]
    ) -> Shown[Item]:
        """Return what is shown of up to `limit` fetched items, and the token that goes on."""
        items = list(fetched[: self.size])
        more = len(fetched) > self.size
        return Shown(items, self._sealed(position_of(items[-1])) if more else "")


class Pages:
    """Reads and writes page tokens."""

    def __init__(self, keyring: Keyring) -> None:
        self._key = keyring.of_purpose("page-token")

    def read(self, request: Any, context: Context) -> Page:
        """Return the page that a List request asks for.

        request: a message with page_size and page_token; all its other fields are the query.
        Raises InvalidArgument for a token that was not issued for this query.
        """
        bound = _query(request, context)
        size = min(request.page_size or DEFAULT_SIZE, MAX_SIZE)
        position = self._open(request.page_token, bound) if request.page_token else ()
        return Page(position, size, lambda at: self._seal(at, bound))

    def _seal(self, position: tuple[str, ...], bound: bytes) -> str:
        body = json.dumps(position, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._tag(body, bound) + body).decode().rstrip("=")

    def _open(self, token: str, bound: bytes) -> tuple[str, ...]:
        try:
            data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (ValueError, binascii.Error):
            data = b""
        tag, body = data[:_TAG_BYTES], data[_TAG_BYTES:]
        if not hmac.compare_digest(tag, self._tag(body, bound)):
            raise InvalidArgument.field(
                "page_token",
                "PAGE_TOKEN_INVALID",
                "This token is not of this query. Leave it empty to begin with the first page.",
            )
        return tuple(json.loads(body))

    def _tag(self, body: bytes, bound: bytes) -> bytes:
        framed = len(bound).to_bytes(4, "big") + bound + body
        return hmac.digest(self._key, framed, "sha256")[:_TAG_BYTES]


def newest_first(
    query: Select[Any], created_at: Column[Any], key: Column[Any], before: Position, limit: int
) -> Select[Any]:
    """Return a query for the `limit` rows that come after the position `before`."""
    if before is not None:
        query = query.where(tuple_(created_at, key) < tuple_(*before))
    return query.order_by(created_at.desc(), key.desc()).limit(limit)


def _query(request: Message, context: Context) -> bytes:
    query = type(request)()
    query.CopyFrom(request)
    query.ClearField("page_token")
    query.ClearField("page_size")
    head = "\n".join(
        (request.DESCRIPTOR.full_name, context.brand, context.caller.subject, context.owner or "")
    )
    return head.encode() + b"\0" + query.SerializeToString(deterministic=True)
