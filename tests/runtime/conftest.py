"""The test service on a database of its own, and three ways to call it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import grpc
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from google.protobuf.message import Message
from google.rpc import status_pb2
from grpc_status import rpc_status
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.runtime import errors, tracing
from services.runtime.calls import Deadline
from services.runtime.clock import Clock
from services.runtime.errors import ServiceError
from services.runtime.grpc_server import GrpcServer
from services.runtime.inprocess import Invoker
from services.runtime.installation_keys import InstallationKeys
from services.runtime.keyring import Keyring
from services.runtime.pipeline import CallFailed, Incoming
from services.runtime.remote import Remote
from tests.runtime import echo
from tests.runtime.workshop import Workshop, workshop


class Failed(Exception):
    """How a call ended, whichever way it was made."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(status.message)
        self.status = status
        self.error: ServiceError = errors.from_status(status)


class Call(Protocol):
    """Makes one call of the test service."""

    def __call__(
        self, rpc: str, request: Message, timeout_s: float = 10.0, **metadata: str
    ) -> Any: ...


@pytest.fixture(scope="session")
def installation_keys() -> InstallationKeys:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return InstallationKeys(b"p" * 32, b"m" * 32, pem.decode())


@pytest.fixture(scope="session")
def keyring(installation_keys: InstallationKeys) -> Keyring:
    return Keyring(installation_keys)


@pytest.fixture(scope="session")
def migrated_url(migrated_database: Callable[[], str]) -> str:
    """A database at the newest migration, for the session."""
    return migrated_database()


@pytest.fixture(scope="session")
def world(migrated_database: Callable[[], str], keyring: Keyring) -> Iterator[echo.World]:
    """The test service with its keys, on a database of its own."""
    url = migrated_database()
    echo.create_table(url)
    made = echo.build(url, keyring, Clock(), [])
    yield made
    made.database.close()


@pytest.fixture(scope="session")
def grpc_server(world: echo.World) -> Iterator[GrpcServer]:
    server = GrpcServer(world.pipeline, "127.0.0.1:0", threads=4, streams=2)
    server.start()
    yield server
    server.stop(grace_s=1)


@pytest.fixture(scope="session")
def grpc_channel(grpc_server: GrpcServer) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(f"127.0.0.1:{grpc_server.port}") as channel:
        yield channel


@pytest.fixture(params=["thread", "invoker", "grpc", "remote"])
def call(request: pytest.FixtureRequest, world: echo.World) -> Iterator[Call]:
    """Make a call straight on the pipeline, through the event loop, through a gRPC server, or as a
    gateway calls a service of another process."""
    if request.param == "thread":
        yield _on_this_thread(world)
    elif request.param == "invoker":
        invoker = Invoker(world.pipeline, threads=4)
        yield _through(invoker)
        invoker.close()
    elif request.param == "grpc":
        yield _over(request.getfixturevalue("grpc_channel"), world)
    else:
        yield _elsewhere(f"127.0.0.1:{request.getfixturevalue('grpc_server').port}")


def _path(rpc: str) -> str:
    return f"/{echo.SERVICE}/{rpc}"


def _metadata(given: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in given.items()}


def _on_this_thread(world: echo.World) -> Call:
    def call(rpc: str, request: Message, timeout_s: float = 10.0, **metadata: str) -> Any:
        deadline = Deadline.after(timeout_s)
        incoming = Incoming(_path(rpc), request, _metadata(metadata), deadline, "192.0.2.1")
        try:
            return world.pipeline.unary(incoming)
        except CallFailed as failed:
            raise Failed(failed.status) from failed

    return call


def _through(invoker: Invoker) -> Call:
    def call(rpc: str, request: Message, timeout_s: float = 10.0, **metadata: str) -> Any:
        work = invoker.unary(_path(rpc), request, _metadata(metadata), timeout_s)
        try:
            return asyncio.run(work)
        except CallFailed as failed:
            raise Failed(failed.status) from failed

    return call


def _elsewhere(address: str) -> Call:
    def call(rpc: str, request: Message, timeout_s: float = 10.0, **metadata: str) -> Any:
        remote = Remote({echo.SERVICE: address})
        work = remote.unary(_path(rpc), request, _metadata(metadata), timeout_s)
        try:
            return asyncio.run(work)
        except CallFailed as failed:
            raise Failed(failed.status) from failed

    return call


def _over(channel: grpc.Channel, world: echo.World) -> Call:
    def call(rpc: str, request: Message, timeout_s: float = 10.0, **metadata: str) -> Any:
        method = world.pipeline.methods.get(_path(rpc))
        answer = method.response_class.FromString if method else bytes
        stub = channel.unary_unary(_path(rpc), lambda message: message.SerializeToString(), answer)
        try:
            return stub(request, timeout=timeout_s, metadata=tuple(_metadata(metadata).items()))
        except grpc.RpcError as error:
            raise Failed(rpc_status.from_call(error) or _plain(error)) from error

    return call


def _plain(error: Any) -> status_pb2.Status:
    return status_pb2.Status(code=error.code().value[0], message=error.details())


@pytest.fixture(scope="module")
def one_shop(migrated_database: Callable[[], str], redis_url: str) -> Iterator[Workshop]:
    with workshop(migrated_database(), redis_url) as made:
        yield made


@pytest.fixture
def shop(one_shop: Workshop) -> Workshop:
    """A workshop with nothing to do: relays see the messages of every brand."""
    one_shop.empty()
    return one_shop


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """What this process traces, every trace of it."""
    exporter = InMemorySpanExporter()
    provider = tracing.provider("test", InMemorySpanExporter(), sample=1.0)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()
