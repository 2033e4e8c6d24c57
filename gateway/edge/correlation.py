"""The correlation id: taken from the client if it is harmless, else made; always sent back."""

from __future__ import annotations

import re
from typing import Final

from services.runtime.calls import new_correlation_id

HEADER: Final = "x-correlation-id"
_HARMLESS = re.compile(r"[A-Za-z0-9._-]{8,64}")


def accept(sent: str) -> str:
    """Return the id of a request: the one that was sent, or a new one."""
    return sent if sent and _HARMLESS.fullmatch(sent) else new_correlation_id()
