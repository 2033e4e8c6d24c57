"""The span of a request: below the browser's where it sent a `traceparent`, else where a trace begins.

Named by method and path template, as OpenTelemetry's conventions for HTTP say; the path itself, the
query and the address are left out, for names of people may be in them. The span of a stream ends
where the stream begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from opentelemetry.trace import Span, SpanKind

from gateway import status
from gateway.exchange import ClientGone, Request, Response
from services.runtime import tracing

_METHODS: Final = frozenset(
    ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "QUERY")
)


_NONE: Final = tracing.span("HTTP")  # never begun


@contextmanager
def span_of(request: Request) -> Iterator[Span]:
    """Run the block as the request's span; log lines and calls of the block are of its trace."""
    with _span(request) as running:
        request.trace_id = tracing.current_ids()[0]
        try:
            yield running
        except ClientGone as gone:
            left = gone
        else:
            return
    raise left


def begun(request: Request) -> tracing.span:
    """Begin the request's span where a block cannot be used; close it in the same context."""
    if not tracing.is_on() and "traceparent" not in request.headers:
        return _NONE
    block = _span(request).open()
    request.trace_id = tracing.current_ids()[0]
    return block


def _span(request: Request) -> tracing.span:
    method = request.method if request.method in _METHODS else "_OTHER"
    about = {"http.request.method": method, "luneo.correlation_id": request.correlation_id}
    return tracing.span("HTTP", request.headers.get("traceparent", ""), about, SpanKind.SERVER)


def note(running: Span, request: Request, response: Response) -> None:
    """Name the span and say how the request ended."""
    if not running.is_recording():
        return
    method = request.method if request.method in _METHODS else "HTTP"
    running.update_name(f"{method} {request.route}" if request.route else method)
    running.set_attribute("http.response.status_code", response.status)
    if request.route:
        running.set_attribute("http.route", request.route)
    reason = status.error_reason(response.error) if response.error is not None else ""
    if response.status >= 500:
        tracing.failed(running, reason or str(response.status))
    elif reason:
        running.set_attribute("error.type", reason)
