"""A port on which one process tells Prometheus its figures; for processes without REST.

Meant for the network inside of a fleet: whoever reaches the port may read. It answers GET /metrics,
and GET /healthz as long as the process lives.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from prometheus_client.registry import Collector

from services.runtime import telemetry
from services.runtime.config import Settings, SettingsError

_SLOWEST_CLIENT_S: Final = 10


@contextmanager
def open_port(settings: Settings, *collectors: Collector) -> Iterator[int]:
    """Answer scrapes in this block, on a thread; yield the port, 0 if the settings name none.

    collectors: what is looked up at the time of the scrape. Raises SettingsError if it is taken.
    """
    if not settings.metrics_port:
        yield 0
        return

    class Handler(BaseHTTPRequestHandler):
        timeout = _SLOWEST_CLIENT_S

        def do_GET(self) -> None:
            if self.path == "/healthz":
                self._answer(b"ok\n", "text/plain")
            elif self.path == "/metrics":
                self._answer(*telemetry.exposition(*collectors))
            else:
                self.send_error(404)

        def _answer(self, body: bytes, content_type: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """A scrape leaves no line."""

    address = (settings.host, settings.metrics_port)
    try:
        server = ThreadingHTTPServer(address, Handler)
    except OSError as error:
        raise SettingsError(
            "LUNEO_METRICS_PORT", f"{address[0]}:{address[1]} cannot be used ({error.strerror})."
        ) from None
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
