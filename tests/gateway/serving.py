"""A gateway on a port of this machine, for the tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from gateway import serving
from gateway.app import GatewayApp


@contextmanager
def running(app: GatewayApp) -> Iterator[str]:
    """Serve the application on a free port until the context ends; yields its base address."""
    started = threading.Event()
    server = _Server(serving.config(app, "127.0.0.1", 0), started)
    thread = threading.Thread(target=server.run, name="gateway")
    thread.start()
    try:
        assert started.wait(20)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: threading.Event) -> None:
        super().__init__(config)
        self._told = started

    async def startup(self, sockets: list | None = None) -> None:
        await super().startup(sockets)
        self._told.set()
