"""What is known of each request when it has ended: metrics by rpc, and one log line.

The pipeline writes a line for every call that reaches it, with rpc, brand, code and the correlation
id; here is the line for every request that did not. A gateway whose services run elsewhere writes
one for each request (`GatewaySettings.log_requests`), for their lines are in other logs. A line says
which rpc and brand, never the path or the address: names of people may be in the one, the other is a
person's. Probes and the page leave lines only where they fail.
"""

from __future__ import annotations

import time
from typing import Final

import structlog

from gateway import status
from gateway.exchange import Request, Response
from services.runtime import logs, telemetry

CLIENT_GONE: Final = 499
_NAME: Final = "luneo.requests"
_log = structlog.get_logger(_NAME)


def note(
    request: Request, response: Response | None, began_s: float, *, log_all: bool = False
) -> None:
    """Count a request, and log it if no pipeline did.

    response: None if the client left. began_s: of `perf_counter`. log_all: log it anyway.
    """
    duration_s = time.perf_counter() - began_s
    code = CLIENT_GONE if response is None else response.status
    if not request.rpc and code < 400:
        return
    streams = response is not None and response.stream is not None
    telemetry.observe_request(request.rpc, code, None if streams else duration_s)
    if response is not None and response.origin_passed is not None and not log_all:
        return
    error = None if response is None else response.error
    fields: dict[str, str | float] = {
        "rpc": request.rpc,
        "http_method": request.method[:20],
        "status": code,
        "reason": "" if error is None else status.error_reason(error),
        "brand": request.brand,
        "bytes": 0 if response is None else response.sent or len(response.body),
        "duration_ms": round(duration_s * 1000, 2),
        "correlation_id": request.correlation_id,
    }
    if request.trace_id:
        fields["trace_id"] = request.trace_id
    logs.call_line(_log, _NAME, fields, event="request")
