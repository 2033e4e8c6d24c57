"""The process that answers calls: gRPC, and REST over the same pipeline."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final

import redis
import uvicorn
from google.protobuf import descriptor_pool
from sqlalchemy import text

from gateway import serving
from gateway.app import GatewayApp, create_app
from gateway.probes import Check
from gateway.settings import GatewaySettings
from services import composition
from services.composition import Process
from services.runtime import telemetry
from services.runtime.config import Settings
from services.runtime.grpc_server import GrpcServer
from services.runtime.inprocess import Invoker

PAGE: Final = Path(__file__).resolve().parents[1] / "build" / "page"
SAMPLES: Final = "samples.json"  # which products the sample shop shows; `luneo demo` writes it
GRACE_S: Final = 20
_REDIS_LIMIT_S: Final = 2.0


def serve(settings: Settings, *, names: Sequence[str], rest: bool, grpc: bool) -> None:
    """Answer calls until SIGTERM or SIGINT, then let running ones end.

    names: of the services; none for all.
    """
    chosen = tuple(names) or composition.NAMES
    with composition.process("server", settings, chosen) as process, ExitStack() as stack:
        if grpc:
            stack.enter_context(_grpc(settings, process))
        if rest:
            _serve_rest(settings, process)
        else:
            _wait_for_end()


def rest_app(settings: Settings, process: Process) -> GatewayApp:
    """Return the gateway over the services of this process."""
    pool = descriptor_pool.Default()
    return create_app(
        Invoker(process.pipeline, threads=settings.call_threads),
        [pool.FindServiceByName(name) for name in process.pipeline.service_names],
        GatewaySettings(
            calls_per_rpc=max(1, settings.call_threads * 3 // 4),
            https=settings.public_url.startswith("https://"),
        ),
        static_dir=PAGE if PAGE.is_dir() else None,
        live_files={"/samples.json": settings.data / SAMPLES},
        checks=_checks(settings, process),
        metrics=partial(telemetry.exposition, telemetry.Backlog(process.runtime.database)),
    )


class _RestServer(uvicorn.Server):
    """Ends the open streams when it is told to end, so that it need not wait for them."""

    def __init__(self, config: uvicorn.Config, app: GatewayApp) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.stop_streams()
        super().handle_exit(sig, frame)


def _serve_rest(settings: Settings, process: Process) -> None:
    app = rest_app(settings, process)
    # uvicorn raises the signal again when it has ended; what else runs is then closed by us.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    _RestServer(serving.config(app, settings.host, settings.port), app).run()


@contextmanager
def _grpc(settings: Settings, process: Process) -> Iterator[None]:
    server = GrpcServer(
        process.pipeline, f"{settings.host}:{settings.grpc_port}", threads=settings.call_threads
    )
    server.start()
    try:
        yield
    finally:
        server.stop(GRACE_S)


def _checks(settings: Settings, process: Process) -> Mapping[str, Check]:
    """What /readyz asks."""
    queue = redis.Redis.from_url(
        settings.redis_url, socket_timeout=_REDIS_LIMIT_S, socket_connect_timeout=_REDIS_LIMIT_S
    )

    def database() -> None:
        with process.runtime.database.directory() as tx:
            tx.execute(text("SELECT 1"))

    return {"database": database, "queue": queue.ping}


def _wait_for_end() -> None:
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
