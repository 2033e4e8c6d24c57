"""The public keys of an outside issuer, fetched from its JWKS address and kept for a while."""

from __future__ import annotations

import ipaddress
import json
import threading
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import jwt

from services.runtime import egress
from services.runtime.errors import Unauthenticated, Unavailable

KEPT_S: Final = 600.0
LEAST_BETWEEN_S: Final = 10.0


class KeyUnknown(Unauthenticated):
    """The token names a key that the issuer does not publish."""

    reason = "TOKEN_KEY_UNKNOWN"
    message = "The token was signed with a key that its issuer does not publish."


class IssuerUnreachable(Unavailable):
    """The issuer's keys cannot be fetched, and none are kept."""

    reason = "ISSUER_UNREACHABLE"
    message = "The identity provider cannot be reached at the moment."


class OutsideKeys:
    """The keys at one address, by key id.

    An unknown key id makes us look again, at most every ten seconds: that is how rotation is seen.
    While the address does not answer, the keys fetched last go on counting.
    """

    def __init__(
        self,
        url: str,
        *,
        fetch: Callable[[], bytes] | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch or (lambda: egress.fetch(url, allow_private=_is_written_out(url)))
        self._now_s = now_s
        self._keys: dict[str, Any] = {}
        self._fetched_s = float("-inf")
        self._tried_s = float("-inf")
        self._lock = threading.Lock()

    def key_of(self, key_id: str) -> Any:
        """Return the public key with this id; KeyUnknown, or IssuerUnreachable without any keys."""
        now_s = self._now_s()
        if key_id not in self._keys or now_s - self._fetched_s > KEPT_S:
            self._refresh(now_s)
        if not self._keys:
            raise IssuerUnreachable
        if key_id not in self._keys:
            raise KeyUnknown
        return self._keys[key_id]

    def _refresh(self, now_s: float) -> None:
        with self._lock:
            if now_s - self._tried_s < LEAST_BETWEEN_S:
                return
            self._tried_s = now_s
            try:
                self._keys = _parsed(self._fetch())
                self._fetched_s = now_s
            except (OSError, ValueError):
                return


def _parsed(body: bytes) -> dict[str, Any]:
    """Return the signing keys of a key set; keys of a kind we do not know are left out."""
    document = json.loads(body)
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("not a JSON Web Key Set")
    found = {}
    for entry in document["keys"]:
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
            continue
        if entry.get("kty") == "oct":
            continue  # a secret in public would let anybody sign
        try:
            found[str(entry.get("kid", ""))] = jwt.PyJWK.from_dict(entry)
        except jwt.PyJWTError:
            continue
    return found


def _is_written_out(url: str) -> bool:
    """Whether the operator wrote the address itself, so that no name can lead elsewhere."""
    host = urlsplit(url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True
