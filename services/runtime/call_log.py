"""Observers of calls: one log line each, the metrics and the spans."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import structlog

from services.runtime import telemetry
from services.runtime.pipeline import Record

_log = structlog.get_logger("luneo.calls")


class CallLog:
    """Writes one line for each call that ended."""

    def begin(self, record: Record) -> None:
        """Nothing is known yet."""

    def end(self, begun: Any, record: Record) -> None:
        _log.info(
            "call",
            method=record.method,
            code=record.code,
            reason=record.reason,
            duration_ms=round(record.duration_s * 1000, 2),
            caller=record.caller.subject,
            brand=record.brand,
            correlation_id=record.correlation_id,
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

    def begin(self, record: Record) -> ExitStack:
        stack = ExitStack()
        traceparent = record.metadata.get("traceparent", "")
        attributes = {"correlation_id": record.correlation_id}
        if not record.streams:
            stack.enter_context(telemetry.span(record.method, traceparent, attributes))
        return stack

    def end(self, begun: ExitStack, record: Record) -> None:
        begun.close()
