"""Observers of calls: one log line each, the metrics and the spans."""

from __future__ import annotations

from typing import Any, Final

import structlog
from grpc import StatusCode
from opentelemetry.trace import SpanKind

from services.runtime import logs, telemetry, tracing
from services.runtime.pipeline import Record

_CORRELATION: Final = "luneo.correlation_id"
# For a server these are its own; others, such as NOT_FOUND, are the caller's (the conventions of
# OpenTelemetry for gRPC).
_FAULTS: Final = frozenset(
    ("UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS")
)

_NAME: Final = "luneo.calls"
_log = structlog.get_logger(_NAME)


class CallLog:
    """Writes one line for each call that ended."""

    def begin(self, record: Record) -> None:
        """Nothing is known yet."""

    def end(self, begun: Any, record: Record) -> None:
        logs.call_line(
            _log,
            _NAME,
            {
                "method": record.method,
                "code": record.code,
                "reason": record.reason,
                "duration_ms": round(record.duration_s * 1000, 2),
                "caller": record.caller.subject,
                "brand": record.brand,
                "correlation_id": record.correlation_id,
            },
        )


class CallMetrics:
    """Counts calls and their time; the method is one that exists, so labels stay few."""

    def begin(self, record: Record) -> None:
        """Nothing is known yet."""

    def end(self, begun: Any, record: Record) -> None:
        telemetry.observe_call(record.method, record.code, record.duration_s)


class CallSpans:
    """Runs each call as a span, below the client's where it sent a traceparent.

    Streams are left out: a span of minutes says nothing, and theirs would not end where it began.
    """

    def begin(self, record: Record) -> tracing.span | None:
        if record.streams:
            return None
        method = record.method[1:]
        return tracing.span(
            method,
            record.metadata.get("traceparent", ""),
            {"rpc.system": "grpc", "rpc.method": method, _CORRELATION: record.correlation_id},
            # A service's call within this process goes through no server.
            SpanKind.INTERNAL if tracing.in_span() else SpanKind.SERVER,
        ).open()

    def end(self, begun: tracing.span | None, record: Record) -> None:
        if begun is None:
            return
        running = begun.running
        if running.is_recording():
            running.set_attribute("rpc.grpc.status_code", StatusCode[record.code].value[0])
            running.set_attribute("luneo.brand", record.brand)
            if record.code in _FAULTS:
                tracing.failed(running, record.reason or record.code)
            elif record.reason:
                running.set_attribute("error.type", record.reason)
        begun.close()
