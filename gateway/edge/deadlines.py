"""How long a call may take: `X-Timeout` in seconds or gRPC's own `grpc-timeout`, within bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from gateway.refusals import invalid

HEADER: Final = "x-timeout"
_SECONDS = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,20})?")  # as programs print what is left of a time
_LEAST_S: Final = 0.001
# gRPC over HTTP/2, "Timeout": at most eight digits and a unit.
_GRPC_HEADER: Final = "grpc-timeout"
_GRPC = re.compile(r"([0-9]{1,8})([HMSmun])")
_UNITS_S: Final = {"H": 3600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}


def timeout_s(headers: Mapping[str, str], default_s: float, most_s: float) -> float:
    """Return the time for a call; longer than `most_s` is cut to it. Raises Refusal (400).

    What is left of a time may be next to nothing: the call is then over as soon as it begins. Where
    both headers are sent, the one in seconds holds.
    """
    if sent := headers.get(HEADER, ""):
        wanted_s = float(sent) if _SECONDS.fullmatch(sent) else 0.0
    elif sent := headers.get(_GRPC_HEADER, ""):
        found = _GRPC.fullmatch(sent)
        wanted_s = int(found[1]) * _UNITS_S[found[2]] if found else 0.0
    else:
        return default_s
    if not wanted_s:
        said = "X-Timeout is a number of seconds above 0, such as 2.5, and grpc-timeout like 2500m."
        raise invalid("INVALID_TIMEOUT", said)
    return min(max(wanted_s, _LEAST_S), most_s)
