"""How long a call may take: `X-Timeout` in seconds, within bounds."""

from __future__ import annotations

import re
from typing import Final

from gateway.refusals import invalid

HEADER: Final = "x-timeout"
_SECONDS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")
_LEAST_S: Final = 0.001


def timeout_s(sent: str, default_s: float, most_s: float) -> float:
    """Return the time for a call; longer than `most_s` is cut to it. Raises Refusal (400)."""
    if not sent:
        return default_s
    if not _SECONDS.fullmatch(sent) or float(sent) < _LEAST_S:
        raise invalid("INVALID_TIMEOUT", "X-Timeout is a number of seconds, such as 2.5.")
    return min(float(sent), most_s)
