"""From what a client shows to who it is.

Metadata (headers) that count, in this order:

    luneo-service    the token of one of our services
    x-api-key        lpk_… (publishable), lsk_… (secret) or lop_… (the operator of the installation)
    authorization    "Bearer " and an access token, or one of the keys above
    luneo-session    beside a publishable key: the token of a guest session
    origin           beside a publishable key: must be one of the key's origins, if it is sent

A key is looked up by its peppered hash and remembered for a few seconds, so a revoked one stops
working within `KEPT_S`.
"""

from __future__ import annotations

import hmac
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.runtime import names
from services.runtime.calls import ANONYMOUS, PLATFORM, Caller, CallerKind
from services.runtime.clock import Clock
from services.runtime.directory import NOTED_EVERY, Directory, KeyRecord
from services.runtime.errors import PermissionDenied, Unauthenticated
from services.runtime.keyring import Keyring
from services.runtime.tokens import TokenRefused, Tokens

Metadata = Mapping[str, str]

KEPT_S: Final = 3.0
KEPT_KEYS: Final = 4096
SECRET_BYTES: Final = 32
PREFIXES: Final = {"publishable": "lpk_", "secret": "lsk_"}
_SHOWN_CHARACTERS: Final = 10
_KEY: Final = re.compile(r"l[ps]k_[a-z2-7]{52}")

_log = structlog.get_logger(__name__)


class KeyRefused(Unauthenticated):
    """The API key is unknown, revoked or expired: which of them is nobody's business."""

    reason = "KEY_INVALID"
    message = "This API key is not valid. Check it, or have a new one made."


class OriginRefused(PermissionDenied):
    """A publishable key was sent from a page that it is not for."""

    reason = "ORIGIN_NOT_ALLOWED"
    message = "This key does not work from this web page. Add the page's origin to the key."


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made. secret: shown once. prefix: to recognise it by. hash: what is stored."""

    secret: str
    prefix: str
    hash: bytes


def new_api_key(kind: str, keyring: Keyring) -> NewKey:
    """Make a key with 256 random bits. kind: "publishable" or "secret"."""
    secret = PREFIXES[kind] + names.base32_lower(secrets.token_bytes(SECRET_BYTES))
    return NewKey(secret, secret[:_SHOWN_CHARACTERS], keyring.hash_of_api_key(secret))


class Credentials:
    """Finds out who calls; raises Unauthenticated where a credential does not verify."""

    def __init__(
        self,
        directory: Directory,
        tokens: Tokens,
        keyring: Keyring,
        clock: Clock,
        *,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._directory = directory
        self._tokens = tokens
        self._keyring = keyring
        self._platform_key = keyring.platform_key().encode()
        self._clock = clock
        self._keys = _Kept(now_s)

    def caller_of(self, metadata: Metadata) -> Caller:
        """Return who shows these metadata; ANONYMOUS if they hold no credential."""
        service = metadata.get("luneo-service")
        if service:
            return self._tokens.service_of(service)
        shown = metadata.get("x-api-key") or _bearer(metadata.get("authorization", ""))
        if not shown:
            return ANONYMOUS
        if shown.startswith("lop_"):
            return self._operator(shown)
        if shown.startswith(tuple(PREFIXES.values())):
            return self._holder_of(shown, metadata)
        return self._person(shown)

    def in_brand(self, caller: Caller, brand: str) -> Caller:
        """Return the caller with its role in a brand, for a user; others are what they are."""
        if caller.kind is not CallerKind.USER:
            return caller
        role = self._directory.role(caller.subject.removeprefix("user:"), brand)
        return replace(caller, role=role, brand=brand if role else None)

    def _operator(self, shown: str) -> Caller:
        if not hmac.compare_digest(shown.encode(), self._platform_key):
            raise KeyRefused
        return PLATFORM

    def _person(self, token: str) -> Caller:
        identity = self._tokens.identity_of(token)
        user = identity.user or self._directory.user_of(identity, self._clock.now())
        return Caller(CallerKind.USER, f"user:{user}")

    def _holder_of(self, secret: str, metadata: Metadata) -> Caller:
        record = self._record(secret)
        if record.publishable:
            _check_origin(record, metadata.get("origin", ""))
        session = metadata.get("luneo-session", "")
        if session and not record.publishable:
            raise TokenRefused("A session goes with a publishable key only.")
        return Caller(
            kind=CallerKind.WIDGET_KEY if record.publishable else CallerKind.SERVER_KEY,
            subject=self._tokens.guest_of(session, brand=record.brand)
            if session
            else f"key:{record.key}",
            brand=record.brand,
            scopes=record.scopes,
            key=record.key,
        )

    def _record(self, secret: str) -> KeyRecord:
        if not _KEY.fullmatch(secret):
            raise KeyRefused
        shown = sha256(secret.encode()).digest()
        found, record = self._keys.get(shown)
        if not found:
            record = self._directory.key(self._keyring.hash_of_api_key(secret))
            self._keys.put(shown, record)
            if record is not None:
                self._note_use(record)
        now = self._clock.now()
        if record is None or record.revoked_at is not None:
            raise KeyRefused
        if record.expires_at is not None and record.expires_at <= now:
            raise KeyRefused
        return record

    def _note_use(self, record: KeyRecord) -> None:
        now = self._clock.now()
        if record.last_used_at is not None and now - record.last_used_at < NOTED_EVERY:
            return
        try:
            self._directory.note_use(record, now)
        except SQLAlchemyError as error:
            # When a key was used last is worth less than the call it is used for.
            _log.warning("key_use_not_noted", key=record.key, error=error)


class _Kept:
    """The last looked-up keys, known and unknown, for `KEPT_S` seconds; by a hash, not by the secret."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._records: OrderedDict[bytes, tuple[float, KeyRecord | None]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, shown: bytes) -> tuple[bool, KeyRecord | None]:
        """Return whether the key was looked up lately, and what was found."""
        with self._lock:
            until_s, record = self._records.get(shown, (0.0, None))
            return (True, record) if until_s > self._now_s() else (False, None)

    def put(self, shown: bytes, record: KeyRecord | None) -> None:
        with self._lock:
            self._records[shown] = (self._now_s() + KEPT_S, record)
            self._records.move_to_end(shown)
            while len(self._records) > KEPT_KEYS:
                self._records.popitem(last=False)


def _bearer(authorization: str) -> str:
    """Return the credential after "Bearer"; an Authorization of another scheme is refused."""
    scheme, _, credential = authorization.strip().partition(" ")
    if not scheme:
        return ""
    if scheme.lower() != "bearer" or not credential.strip():
        raise Unauthenticated("Use the Authorization scheme Bearer, or the header x-api-key.")
    return credential.strip()


def _check_origin(record: KeyRecord, origin: str) -> None:
    if origin and origin.lower() not in {allowed.lower() for allowed in record.allowed_origins}:
        raise OriginRefused
