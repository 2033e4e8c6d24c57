"""Content-addressed objects of a brand: bytes in, SHA-256 out, and addresses that expire.

An object's key is `brands/<brand>/<first two hex digits>/<sha256>`; the same bytes of two brands
are two objects. Every read proves that the bytes still have their hash.

A ticket is what the public address of an object carries: brand, hash, media type, file name and
expiry, sealed with AES-256-GCM. It is sealed rather than signed because a hash of a short text can
be guessed, and no content hash may stand in a public address. For the same reason a bucket's own
presigned addresses are not handed out: the object's key stands in them.

NotFound
└── ObjectNotFound   the brand has no such object
ServiceError
├── ObjectCorrupt    the stored bytes no longer have their hash
└── TicketInvalid    an address that is forged, damaged or expired
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from grpc import StatusCode

from services.runtime import names
from services.runtime.errors import NotFound, ServiceError
from services.runtime.object_stores import Store

OBJECTS_PATH: Final = "/v1/objects/"
MAX_TTL: Final = timedelta(days=7)

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_ANY: Final = "0" * 64
_PAGE: Final = 500
_NONCE_BYTES: Final = 12
_TICKET_VERSION: Final = b"luneo object ticket 1"


class ObjectNotFound(NotFound):
    """The brand has no object of this hash."""

    reason = "OBJECT_NOT_FOUND"


class ObjectCorrupt(ServiceError):
    """The stored bytes do not have the hash that names them."""

    code = StatusCode.DATA_LOSS
    reason = "OBJECT_CORRUPT"
    message = "This file is damaged in storage. It has to be made again or restored from a backup."
    report = True


class TicketInvalid(ServiceError):
    """The address was not made here, was changed, has expired, or what it names is gone."""

    code = StatusCode.NOT_FOUND
    reason = "TICKET_INVALID"
    message = "This download address is not valid, or has expired. Ask for a new one."


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a download address grants. expires_s: seconds since 1970-01-01 UTC."""

    brand: str
    sha256: str
    media_type: str
    filename: str
    expires_s: int


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as a listing shows it. modified_at: when it was last written, in UTC."""

    sha256: str
    modified_at: datetime


class Tickets:
    """Seals and opens tickets. key: 32 bytes. now_s: seconds since 1970-01-01 UTC."""

    def __init__(self, key: bytes, now_s: Callable[[], float]) -> None:
        self._cipher = AESGCM(key)
        self._now_s = now_s

    def seal(self, brand: str, sha256: str, media_type: str, filename: str, ttl: timedelta) -> str:
        expires_s = int(self._now_s() + ttl.total_seconds())
        plain = orjson.dumps([brand, sha256, media_type, filename, expires_s])
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, plain, _TICKET_VERSION)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, text: str) -> Ticket:
        """Return what the ticket grants. Raises TicketInvalid; it does not say why."""
        try:
            sealed = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            ticket = Ticket(*orjson.loads(self._cipher.decrypt(nonce, body, _TICKET_VERSION)))
        except (ValueError, InvalidTag):
            raise TicketInvalid from None
        if ticket.expires_s <= self._now_s():
            raise TicketInvalid
        return ticket


class Objects:
    """The objects of all brands, each read and written under its brand only.

    public_url: where browsers reach the gateway, without a trailing slash.
    """

    def __init__(self, store: Store, tickets: Tickets, public_url: str) -> None:
        self._store = store
        self._tickets = tickets
        self._public_url = public_url.rstrip("/")

    def put(self, brand: str, data: bytes, *, media_type: str = "") -> str:
        """Keep the bytes and return their SHA-256 (64 hex digits). Safe to repeat.

        Raises StorageFull or StorageUnavailable; then nothing was kept.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        self._store.put(object_key(brand, sha256), data, media_type=media_type)
        return sha256

    def get(self, brand: str, sha256: str) -> bytes:
        """Return the bytes, proven. Raises ObjectNotFound or ObjectCorrupt."""
        data = self._store.get(object_key(brand, sha256))
        if data is None:
            raise ObjectNotFound
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ObjectCorrupt
        return data

    def size(self, brand: str, sha256: str) -> int | None:
        """Return the size in bytes, None for an unknown object."""
        return self._store.size(object_key(brand, sha256))

    def exists(self, brand: str, sha256: str) -> bool:
        return self.size(brand, sha256) is not None

    def modified_at(self, brand: str, sha256: str) -> datetime | None:
        """Return when the object was last written, None for an unknown one."""
        return self._store.modified_at(object_key(brand, sha256))

    def listed(self, brand: str, *, after: str = "") -> Iterator[Sequence[StoredObject]]:
        """Yield the brand's objects in the order of their SHA-256, those after `after`, by pages.

        What lies below the brand's folder and is no object of ours is passed over.
        """
        folder = object_key(brand, _ANY)[: -len(f"/{_ANY[:2]}/{_ANY}")]
        page: list[StoredObject] = []
        for entries in self._store.pages(folder, after=object_key(brand, after) if after else ""):
            for entry in entries:
                sha256 = entry.key.rpartition("/")[2]
                if _SHA256.fullmatch(sha256) and entry.key == object_key(brand, sha256):
                    page.append(StoredObject(sha256, entry.modified_at))
            if len(page) >= _PAGE:
                yield page
                page = []
        if page:
            yield page

    def delete(self, brand: str, sha256: str) -> None:
        """Remove the object; removing an unknown one is no error."""
        self._store.delete(object_key(brand, sha256))

    def signed_url(
        self,
        brand: str,
        sha256: str,
        *,
        media_type: str,
        filename: str = "",
        ttl: timedelta = timedelta(minutes=15),
    ) -> str:
        """Return an address that gives these bytes to whoever holds it, until `ttl` is over.

        media_type, filename: what a browser is told. Raises ValueError if ttl is not positive or
        above MAX_TTL.
        """
        if not timedelta(0) < ttl <= MAX_TTL:
            raise ValueError(f"An address is valid for at most {MAX_TTL.days} days.")
        ticket = self._tickets.seal(brand, sha256, media_type, filename, ttl)
        return f"{self._public_url}{OBJECTS_PATH}{ticket}"

    def redeem(self, ticket: str) -> tuple[Ticket, bytes]:
        """Return what the ticket grants and the bytes. Raises TicketInvalid, ObjectCorrupt."""
        granted = self._tickets.open(ticket)
        try:
            return granted, self.get(granted.brand, granted.sha256)
        except ObjectNotFound:
            raise TicketInvalid from None


def object_key(brand: str, sha256: str) -> str:
    """Return the key of an object. Raises ValueError for what could leave the brand's prefix."""
    if not names.is_id(brand):
        raise ValueError("This is not the id of a brand.")
    if not _SHA256.fullmatch(sha256):
        raise ValueError("This is not a SHA-256 in lower-case hex digits.")
    return f"brands/{brand}/{sha256[:2]}/{sha256}"


def disposition(filename: str) -> str:
    """Return the Content-Disposition of a download under this name (RFC 6266, RFC 8187).

    "" for no name: the browser then shows what it can show.
    """
    if not filename:
        return ""
    plain = re.sub(r'[^ -~]|["\\%;/]', "_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
