"""A collector of traces: OTLP over HTTP, decoded with OpenTelemetry's own protos."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1 import trace_service_pb2
from opentelemetry.proto.trace.v1 import trace_pb2


@dataclass(frozen=True, slots=True)
class Span:
    """A span as it arrived; ids in hexadecimal, parent "" for the first of a trace."""

    service: str
    name: str
    kind: str
    trace: str
    id: str
    parent: str
    start_ns: int
    end_ns: int
    failed: bool
    description: str
    attributes: dict[str, Any]


@dataclass
class Collector:
    """What has arrived so far."""

    endpoint: str = ""
    spans: list[Span] = field(default_factory=list)
    requests: int = 0
    _open: threading.Event = field(default_factory=threading.Event)

    def of_trace(self, trace: str) -> list[Span]:
        """Return the spans of a trace in the order in which they began."""
        found = [span for span in tuple(self.spans) if span.trace == trace]
        return sorted(found, key=lambda span: (span.start_ns, -span.end_ns))

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Take requests in this block, and answer them after it."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    def take(self, body: bytes) -> None:
        """Keep the spans of one request."""
        request = trace_service_pb2.ExportTraceServiceRequest.FromString(body)
        self.requests += 1
        for resource in request.resource_spans:
            about = _plain(resource.resource.attributes)
            for scope in resource.scope_spans:
                self.spans += [_span(about["service.name"], one) for one in scope.spans]


def _span(service: str, one: trace_pb2.Span) -> Span:
    return Span(
        service=service,
        name=one.name,
        kind=trace_pb2.Span.SpanKind.Name(one.kind).removeprefix("SPAN_KIND_"),
        trace=one.trace_id.hex(),
        id=one.span_id.hex(),
        parent=one.parent_span_id.hex(),
        start_ns=one.start_time_unix_nano,
        end_ns=one.end_time_unix_nano,
        failed=one.status.code == trace_pb2.Status.STATUS_CODE_ERROR,
        description=one.status.message,
        attributes=_plain(one.attributes),
    )


def _plain(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}


@contextmanager
def collector() -> Iterator[Collector]:
    """Run a collector on a free port of this machine."""
    made = Collector()
    made._open.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self._body()
            assert (self.path, self.headers["content-type"]) == (
                "/v1/traces", "application/x-protobuf"
            )  # fmt: skip
            made._open.wait()
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            made.take(body)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def _body(self) -> bytes:
            if length := self.headers["content-length"]:
                return self.rfile.read(int(length))
            pieces = []
            while size := int(self.rfile.readline(), 16):  # chunks, as Envoy sends them
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)

        def log_message(self, *_: object) -> None:
            """Nothing is said."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        made._open.set()
        server.shutdown()
        thread.join()
        server.server_close()
