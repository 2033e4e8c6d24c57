"""A server and callers that show each other certificates."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from services.runtime.calls import Caller, CallerKind, Context
from services.runtime.clients import Clients
from services.runtime.errors import ServiceError
from services.runtime.grpc_server import GrpcServer
from services.runtime.mesh.authority import Subject
from services.runtime.mesh.identities import Identity, Role
from services.runtime.mesh.security import Security
from services.runtime.mesh.tls_files import TlsFiles
from tests.protos import echo_pb2, echo_pb2_grpc
from tests.runtime import echo

SERVER = Subject(Identity(Role.SERVICE, "test"), ("test",))
CALLER = Subject(Identity(Role.SERVICE, "caller"), ("caller",))
_STUB: Any = echo_pb2_grpc.EchoServiceStub


class Seeing(Security):
    """Remembers the certificates that peers showed."""

    def __init__(self, files: TlsFiles) -> None:
        super().__init__(files)
        self.seen: set[bytes] = set()

    def admit(self, context: grpc.ServicerContext, metadata: Mapping[str, str]) -> None:
        auth: Any = context.auth_context()
        self.seen.update(auth["x509_pem_cert"])
        super().admit(context, metadata)


def files(folder: Path) -> TlsFiles:
    """The files of a process that looks at them at every call."""
    clock_s = itertools.count(0, 2)
    return TlsFiles(folder, now_s=lambda: next(clock_s))


@contextmanager
def serving(world: echo.World, seeing: Seeing) -> Iterator[str]:
    """Run a server; yield its address."""
    server = GrpcServer(world.pipeline, "127.0.0.1:0", threads=4, security=seeing)
    server.start()
    yield f"127.0.0.1:{server.port}"
    server.stop(grace_s=1)


@contextmanager
def calling(
    world: echo.World, address: str, security: Security, package: str = "luneo.test.v1"
) -> Iterator[Callable[[], Any]]:
    """Yield a call as another service makes it."""
    clients = Clients(world.tokens, {package: address}, security)
    context = Context(
        Caller(CallerKind.SERVICE, "service:luneo", brand="acme"),
        brand="acme",
        correlation_id="c-1234567",
    )

    def ping() -> Any:
        stub: Any = _STUB(clients.channel(context))
        return stub.Ping(echo_pb2.PingRequest(text="hi"), timeout=10)

    try:
        yield ping
    finally:
        clients.close()


def refusal(world: echo.World, address: str, security: Security) -> str:
    """Return how a call is refused."""
    with calling(world, address, security) as ping, pytest.raises(ServiceError) as refused:
        ping()
    return f"{refused.value.code.name} {refused.value.public_reason}"
