"""Traces for OpenTelemetry: one for each request, from the browser to the worker.

    gateway ── client ── server ── outbox ··· relay ── queue ── job

A call carries the `traceparent` of W3C Trace Context in its metadata, a message in its row and then
in Redis, so each process goes on with the trace of the one before. Without a collector nothing is
recorded, and what a caller sent is passed on as it came.

Spans are sent in batches by a thread of their own. No call ever waits for the collector: what does
not fit the queue is dropped, what cannot be sent is lost and counted. A span names rpcs, queues,
actors, reasons and ids; never what somebody typed, a path, an address or a credential.
"""

from __future__ import annotations

import atexit
import os
import re
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Final, Self

import structlog
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags

from services.runtime import error_texts, telemetry
from services.runtime.errors import ServiceError

SEND_LIMIT_S: Final = 3.0  # for one batch, its repetitions included
END_LIMIT_S: Final = 2.0  # for what is left when the process ends, before it is given up
BATCH_EVERY_MS: Final = 1000

Attributes = Mapping[str, str | int | float | bool]

# W3C Trace Context, 3.2: version 00, and later ones that may hold more. Ids of zeros are none.
_TRACEPARENT: Final = re.compile(
    r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?"
)
_tracer: trace.Tracer | None = None
_log = structlog.get_logger(__name__)


def configure(process: str, endpoint: str, sample: float) -> None:
    """Send traces of this process to a collector; do nothing without an endpoint.

    process: "spec", "worker" or the like. endpoint: base URL of OTLP over HTTP. sample: share of
    the traces, 0 to 1. A sender who asks for a trace to be recorded has it recorded; one who does
    not (browsers) leaves it to the share, which looks at the trace's id: all processes agree.
    """
    global _tracer  # noqa: PLW0603 - one for the process, as its logs are
    if not endpoint:
        return
    exporter = collector_exporter(endpoint)
    made = provider(process, exporter, sample)
    atexit.register(_end, made, exporter)
    _tracer = made.get_tracer("luneo")


def collector_exporter(endpoint: str) -> PatientExporter:
    """Return what sends spans to the collector at a base URL, by OTLP over HTTP."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    url = f"{endpoint.rstrip('/')}/v1/traces"
    return PatientExporter(OTLPSpanExporter(endpoint=url, timeout=SEND_LIMIT_S))


def provider(process: str, exporter: SpanExporter, sample: float) -> TracerProvider:
    """Return a provider that sends in batches. The caller shuts it down."""
    share = TraceIdRatioBased(sample)
    made = TracerProvider(
        sampler=ParentBased(share, remote_parent_not_sampled=share),
        resource=Resource.create(
            {
                "service.name": f"luneo-{process}",
                "service.namespace": "luneo",
                "service.instance.id": f"{socket.gethostname()}-{os.getpid()}",
            }
        ),
        shutdown_on_exit=False,
    )
    made.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=BATCH_EVERY_MS))
    return made


class PatientExporter(SpanExporter):
    """Passes spans on to another exporter; says once that they are lost, and once that they are not.

    After `shutdown` it drops what comes, so that a process can end without its collector.
    """

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner
        self._lost = False
        self._closed = threading.Lock()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send a batch; a batch that fails is lost."""
        if self._closed.locked():
            return SpanExportResult.FAILURE
        result = self._inner.export(spans)
        lost = result is not SpanExportResult.SUCCESS
        telemetry.SPANS.labels("lost" if lost else "sent").inc(len(spans))
        if lost is not self._lost:
            self._lost = lost
            (_log.warning if lost else _log.info)("traces_are_lost" if lost else "traces_are_sent")
        return result

    def shutdown(self) -> None:
        """Give up what is being sent; once is enough."""
        if self._closed.acquire(blocking=False):
            self._inner.shutdown()


def _end(made: TracerProvider, exporter: SpanExporter) -> None:
    """Send what is left, for no longer than the limit and one attempt that hangs."""
    limit = threading.Timer(END_LIMIT_S, exporter.shutdown)
    limit.daemon = True
    limit.start()
    made.shutdown()
    limit.cancel()


def current_traceparent() -> str:
    """Return the W3C traceparent of the running span, "" outside of traces."""
    return _traceparent_of(trace.get_current_span())


def current_ids() -> tuple[str, str]:
    """Return the ids of the running trace and span in hexadecimal, "" outside of traces."""
    running = trace.get_current_span().get_span_context()
    if not running.is_valid:
        return "", ""
    return format(running.trace_id, "032x"), format(running.span_id, "016x")


def is_on() -> bool:
    """Whether spans of this process are sent somewhere."""
    return _tracer is not None


def in_span() -> bool:
    """Whether a span runs on this thread or task."""
    return trace.get_current_span().get_span_context().is_valid


class span:  # noqa: N801 - used as a block: with span("…")
    """Run the block as a span, below the sender's where `traceparent` names one.

    The block gets the OpenTelemetry span, which may not be recorded. Of an exception that leaves it
    the span says its reason, or what `error_texts` tells.
    """

    __slots__ = ("_arguments", "_running", "_token")

    def __init__(
        self,
        name: str,
        traceparent: str = "",
        attributes: Attributes | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
    ) -> None:
        self._arguments = (name, traceparent, attributes, kind)
        self._running: Span = trace.INVALID_SPAN
        self._token: object = None

    def __enter__(self) -> Span:
        name, traceparent, attributes, kind = self._arguments
        self._running = _started(name, traceparent, attributes, kind)
        if self._running is not trace.INVALID_SPAN:
            self._token = otel_context.attach(trace.set_span_in_context(self._running))
        return self._running

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            failed(self._running, _told(error))
        self.close()

    def open(self) -> Self:
        """Begin, for those who cannot use a block; `close` on the same thread."""
        self.__enter__()
        return self

    @property
    def running(self) -> Span:
        """The OpenTelemetry span."""
        return self._running

    def close(self) -> None:
        """End the span."""
        if self._token is not None:
            otel_context.detach(self._token)  # type: ignore[arg-type]  # what attach returned
            self._token = None
            self._running.end()


def past(name: str, traceparent: str, began_s: float, attributes: Attributes) -> str:
    """Record what began at `began_s` (Unix time) and ends now; return its traceparent.

    It lies below the sender's span; without one nothing is recorded.
    """
    parent = _parent(traceparent)
    if _tracer is None or parent is None:
        return traceparent
    began = _tracer.start_span(
        name,
        context=parent,
        kind=SpanKind.CONSUMER,
        attributes=attributes,
        start_time=int(min(began_s, time.time()) * 1e9),
    )
    began.end()
    return _traceparent_of(began)


def failed(which: Span, reason: str) -> None:
    """Mark a span as failed. reason: such as SPEC_INVALID; never what somebody typed."""
    if which.is_recording():
        which.set_attribute("error.type", reason.partition(":")[0])
        which.set_status(trace.StatusCode.ERROR, reason)


def note(reason: str = "", **attributes: str | int) -> None:
    """Add to the running span; with a reason it has failed."""
    running = trace.get_current_span()
    if running.is_recording():
        for name, value in attributes.items():
            running.set_attribute(f"luneo.{name}", value)
        if reason:
            failed(running, reason)


def _started(name: str, traceparent: str, attributes: Attributes | None, kind: SpanKind) -> Span:
    parent = _parent(traceparent)
    if _tracer is not None:
        return _tracer.start_span(
            name, context=parent, kind=kind, attributes=attributes, record_exception=False
        )
    if parent is None:
        return trace.INVALID_SPAN
    return trace.get_current_span(parent)


def _parent(traceparent: str) -> otel_context.Context | None:
    """Return the context of a sender's span, None where `traceparent` names none."""
    found = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    if found is None or (found[1] == "00" and found[5]):
        return None
    sender = SpanContext(
        int(found[2], 16),
        int(found[3], 16),
        is_remote=True,
        trace_flags=TraceFlags(int(found[4], 16) & 1),
    )
    return trace.set_span_in_context(NonRecordingSpan(sender), otel_context.Context())


def _traceparent_of(which: Span) -> str:
    about = which.get_span_context()
    if not about.is_valid:
        return ""
    return f"00-{about.trace_id:032x}-{about.span_id:016x}-{about.trace_flags:02x}"


def _told(error: Exception) -> str:
    error = getattr(error, "error", error)  # a call of a client's that failed holds it
    if isinstance(error, ServiceError):
        return error.public_reason
    return f"{type(error).__name__}: {error_texts.told(error)}"
