"""What a server says of itself to those who balance over it: the gRPC health service.

Clients hold a `Watch` each, so that one which stops is left alone before it refuses a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

SERVICE_NAME: str = health.SERVICE_NAME


class Health(health.HealthServicer):
    """The package's servicer, whose watchers may go while it tells the others.

    It takes note of a watcher that went on the server's one serving thread, and waits there for a
    lock which is held, during an announcement, until that thread has sent it: both for ever. So the
    note is taken on a thread of its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self._notes = ThreadPoolExecutor(1, thread_name_prefix="health")

    def add_to(self, server: grpc.Server) -> None:
        health_pb2_grpc.add_HealthServicer_to_server(self, server)

    def serve(self, names: Iterable[str]) -> None:
        """Say that the server and these services serve."""
        for name in ("", *names):
            self.set(name, health_pb2.HealthCheckResponse.SERVING)

    def close(self) -> None:
        """End, once the server has stopped."""
        self._notes.shutdown()

    def _on_close_callback(self, send: Any, service: str) -> Callable[[], object]:
        note = super()._on_close_callback(send, service)
        return lambda: self._notes.submit(note)
