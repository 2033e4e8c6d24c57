"""How long a call may take: `X-Timeout` in seconds, within bounds."""

from __future__ import annotations

import re
from typing import Final

from gateway.refusals import invalid

HEADER: Final = "x-timeout"
_SECONDS = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,20})?")  # as programs print what is left of a time
_LEAST_S: Final = 0.001


def timeout_s(sent: str, default_s: float, most_s: float) -> float:
    """Return the time for a call; longer than `most_s` is cut to it. Raises Refusal (400).

    What is left of a time may be next to nothing: the call is then over as soon as it begins.
    """
    if not sent:
        return default_s
    if not _SECONDS.fullmatch(sent) or not (seconds := float(sent)):
        raise invalid("INVALID_TIMEOUT", "X-Timeout is a number of seconds above 0, such as 2.5.")
    return min(max(seconds, _LEAST_S), most_s)
