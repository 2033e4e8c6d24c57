"""Headers that every answer carries, so that no browser does with it what was not meant."""

from __future__ import annotations

import re
from typing import Final

from gateway.exchange import Response

API_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
_TRANSPORT: Final = "max-age=31536000; includeSubDomains"
_UNSAFE = re.compile(r"[^\x20-\x7e\x80-\xff\t]")


def secure(response: Response, *, https: bool) -> None:
    """Add what is not there yet: no sniffing, no framing, no referrer, no caching by default."""
    present = {name for name, _ in response.headers}
    wanted = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("content-security-policy", API_POLICY),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ]
    if https:
        wanted.append(("strict-transport-security", _TRANSPORT))
    response.headers += [pair for pair in wanted if pair[0] not in present]


def is_safe(value: str) -> bool:
    """Whether a value from a service can be a header: no control characters, Latin-1 only."""
    return not _UNSAFE.search(value)
