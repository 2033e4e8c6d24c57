"""Etags of rows that carry a version counter, and the check of the one a caller has read."""

from __future__ import annotations

import base64
import hashlib

from services.runtime.errors import Conflict


def of_version(name: str, version: int) -> str:
    """Return the etag of a resource at a version: opaque, and different for every resource."""
    digest = hashlib.sha256(f"{name}\n{version}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:12]).decode("ascii")


def check(given: str, current: str) -> None:
    """Raise Conflict if the caller read another state than the current; "" skips the check.

    Quotes and the weak mark of RFC 9110, 8.8.3 are accepted around it.
    """
    if given and given.removeprefix("W/").strip('"') != current:
        raise Conflict(current)
