"""What a client likes to be answered with: the header `Accept` (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re

_QUALITY = re.compile(r"\bq=([01](?:\.[0-9]{0,3})?)(?![0-9.])")


def liked(accept: str) -> dict[str, float]:
    """Return how much each media type is liked that the header names, from 0 to 1."""
    found: dict[str, float] = {}
    for part in accept.lower().split(","):
        media_type, _, parameters = part.partition(";")
        quality = _QUALITY.search(parameters)
        found[media_type.strip()] = float(quality[1]) if quality else 1.0
    return found
