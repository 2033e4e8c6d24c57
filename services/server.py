"""The process that answers calls: gRPC, and REST over the same pipeline."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
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
from gateway.edge.grpc_calls import GrpcEdge
from gateway.edge.rates import UnknownRoute
from gateway.probes import Check
from gateway.settings import CALLS_AT_ONCE, CALLS_THAT_WAIT, GatewaySettings, route_rates
from services import composition
from services.composition import Process
from services.runtime import loaded, metrics_port, telemetry
from services.runtime.config import Settings, SettingsError
from services.runtime.end_signals import EndSignals
from services.runtime.grpc_server import GrpcServer
from services.runtime.inprocess import Invoker
from services.runtime.mesh.security import Security
from services.runtime.remote import Remote, Router, services_of

PAGE: Final = Path(__file__).resolve().parents[1] / "build" / "page"
SAMPLES: Final = "samples.json"  # which products the sample shop shows; `luneo demo` writes it
GRACE_S: Final = 20
_REDIS_LIMIT_S: Final = 2.0
# A call that comes back from the database waits so long for the interpreter beside others that
# compute. At a tenth of Python's own value calls cost as much, and short ones take half as long.
_SWITCH_S: Final = 0.0005


def serve(settings: Settings, *, names: Sequence[str], rest: bool, grpc: bool) -> None:
    """Answer calls until SIGTERM or SIGINT, then let running ones end.

    names: of the services; none for all.
    """
    sys.setswitchinterval(_SWITCH_S)
    chosen = tuple(names) or composition.NAMES
    name = chosen[0] if len(chosen) == 1 else "server"
    with composition.process(name, settings, chosen) as process, ExitStack() as stack:
        if grpc:
            stack.enter_context(_grpc(settings, process))
        if rest:
            _serve_rest(settings, process)
        else:
            with EndSignals() as signals:
                loaded.settle()
                signals.wait()


def serve_gateway(settings: Settings) -> None:
    """Answer REST alone: services with an address are called there, the others run here."""
    away = composition.addresses(settings)
    here = [name for name in composition.NAMES if name not in away]
    own = [name for name in composition.OWN if name not in away]
    if here or own:
        with composition.process("gateway", settings, here, own) as process:
            _serve_rest(settings, process)
    else:
        composition.observe("gateway", settings)
        with metrics_port.open_port(settings):
            _serve_rest(settings, None)


def rest_app(settings: Settings, process: Process | None) -> GatewayApp:
    """Return the gateway over the services of this process and of those that have addresses.

    process: None where every service has one.
    """
    local = Invoker(process.pipeline, threads=settings.call_threads) if process else None
    here = process.pipeline.service_names if process else ()
    remote = Remote(
        {
            service: address
            for name, address in composition.addresses(settings).items()
            for service in services_of(composition.package_of(name))
            if service not in here
        },
        Security.of(settings),
    )
    pool = descriptor_pool.Default()
    backlog = [telemetry.Backlog(process.runtime.database)] if process else []
    at_once, that_wait = _places(
        settings.call_threads if process and not remote.service_names else 0
    )
    try:
        return create_app(
            Router(local, remote),
            [pool.FindServiceByName(name) for name in (*here, *remote.service_names)],
            GatewaySettings(
                calls_at_once=at_once,
                calls_that_wait=that_wait,
                trusted_hops=settings.trusted_hops,
                route_rates=route_rates(settings.route_rates),
                limits_redis_url=settings.limits_redis_url or settings.redis_url,
                maintenance=settings.maintenance,
                log_requests=process is None,
                maintenance_redis_url=settings.redis_url,
                https=settings.public_url.startswith("https://"),
            ),
            static_dir=PAGE if PAGE.is_dir() else None,
            live_files={"/samples.json": settings.data / SAMPLES},
            checks={**_local_checks(settings, process), **_remote_checks(remote)},
            metrics=partial(telemetry.exposition, *backlog),
        )
    except UnknownRoute as error:
        raise SettingsError("LUNEO_ROUTE_RATES", f"{error}.") from None


def _places(threads: int) -> tuple[int, int]:
    """Return how many calls are at work at a time that compute, and that wait.

    threads: of the pipeline where everything runs in this process, whose calls share one
    interpreter: more that compute at a time only make each other slower. 0: others do the work.
    """
    if not threads:
        return CALLS_AT_ONCE, CALLS_THAT_WAIT
    at_once = max(1, threads // 4)
    return at_once, max(1, threads - at_once)


class _RestServer(uvicorn.Server):
    """Ends the open streams when it is told to end, so that it need not wait for them."""

    def __init__(self, config: uvicorn.Config, app: GatewayApp) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.stop_streams()
        super().handle_exit(sig, frame)


def _serve_rest(settings: Settings, process: Process | None) -> None:
    app = rest_app(settings, process)
    # uvicorn raises the signal again when it has ended; what else runs is then closed by us.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    loaded.settle()
    _RestServer(serving.config(app, settings.host, settings.port), app).run()


@contextmanager
def _grpc(settings: Settings, process: Process) -> Iterator[None]:
    edge = grpc_edge(settings, process.pipeline.methods)
    server = GrpcServer(
        process.pipeline,
        f"{settings.host}:{settings.grpc_port}",
        threads=settings.call_threads,
        security=Security.of(settings),
        admission=edge,
    )
    edge.start()
    server.start()
    try:
        yield
    finally:
        server.stop(GRACE_S)
        edge.close()


def grpc_edge(settings: Settings, rpcs: Iterable[str]) -> GrpcEdge:
    """Return what limits clients at a gRPC port. rpcs: the paths that are served there."""
    served = {path[1:] for path in rpcs}
    rates = route_rates(settings.route_rates)
    return GrpcEdge(
        GatewaySettings(
            route_rates={rpc: rate for rpc, rate in rates.items() if rpc in served},
            limits_redis_url=settings.limits_redis_url or settings.redis_url,
            maintenance=settings.maintenance,
            maintenance_redis_url=settings.redis_url,
        ),
        [f"/{rpc}" for rpc in served],
    )


def _local_checks(settings: Settings, process: Process | None) -> dict[str, Check]:
    """What /readyz asks of this process."""
    if process is None:
        return {}
    database = process.runtime.database
    queue = redis.Redis.from_url(
        settings.redis_url, socket_timeout=_REDIS_LIMIT_S, socket_connect_timeout=_REDIS_LIMIT_S
    )

    def select() -> None:
        with database.directory() as tx:
            tx.execute(text("SELECT 1"))

    return {"database": select, "queue": queue.ping}


def _remote_checks(remote: Remote) -> dict[str, Check]:
    """What /readyz asks of other processes."""
    return {address: partial(remote.require_serving, address) for address in remote.addresses}
