"""Calls of a service to another, in its own process and in another one."""

from __future__ import annotations

from typing import Any

import pytest

from services.runtime.calls import Caller, CallerKind, Context
from services.runtime.clients import CalledInTransaction, Clients
from services.runtime.errors import NotFound, Unimplemented
from services.runtime.grpc_server import GrpcServer
from tests.protos import echo_pb2, echo_pb2_grpc
from tests.runtime import echo


@pytest.fixture
def context() -> Context:
    caller = Caller(CallerKind.WIDGET_KEY, "guest:g", brand="acme")
    return Context(caller, brand="acme", correlation_id="c-1234567")


def remote(world: echo.World, server: GrpcServer) -> Clients:
    """Return clients that reach the test service over the network."""
    return Clients(world.tokens, {"luneo.test.v1": f"127.0.0.1:{server.port}"})


@pytest.mark.parametrize("place", ["here", "elsewhere"])
def test_a_service_calls_as_itself_wherever_the_other_is(
    world: echo.World, grpc_server: GrpcServer, context: Context, place: str
) -> None:
    clients = world.clients if place == "here" else remote(world, grpc_server)
    stub: Any = echo_pb2_grpc.EchoServiceStub(clients.channel(context))
    answer = stub.Ping(echo_pb2.PingRequest(text="hi"), timeout=2)
    assert (answer.kind, answer.caller) == ("service", "service:luneo")
    assert answer.correlation_id == "c-1234567"
    assert answer.remaining_ms <= 2100
    with pytest.raises(NotFound):
        stub.GetNote(echo_pb2.GetNoteRequest(name="brands/acme/notes/unknown"))
    with pytest.raises(NotFound):
        stub.GetNote(echo_pb2.GetNoteRequest(name="brands/rival/notes/unknown"))
    if place == "elsewhere":
        clients.close()


def test_a_service_that_is_nowhere_is_unimplemented(world: echo.World, context: Context) -> None:
    stub: Any = echo_pb2_grpc.EchoServiceStub(Clients(world.tokens).channel(context))
    with pytest.raises(Unimplemented):
        stub.Ping(echo_pb2.PingRequest())


def test_a_call_inside_a_transaction_is_refused(world: echo.World, context: Context) -> None:
    stub: Any = echo_pb2_grpc.EchoServiceStub(world.clients.channel(context))
    with world.database.brand("acme"), pytest.raises(CalledInTransaction):
        stub.Ping(echo_pb2.PingRequest())


def test_services_do_not_follow_streams(world: echo.World, context: Context) -> None:
    stub: Any = echo_pb2_grpc.EchoServiceStub(world.clients.channel(context))
    with pytest.raises(TypeError):
        stub.Count(echo_pb2.CountRequest(parent="brands/acme", to=1))


def test_a_request_is_not_shared_between_two_services(world: echo.World, context: Context) -> None:
    request = echo_pb2.PingRequest.FromString(b"\x0a\x02hi" + b"\xfa\x3e\x03new")
    before = request.SerializeToString()
    stub: Any = echo_pb2_grpc.EchoServiceStub(world.clients.channel(context))
    stub.Ping(request)
    assert request.SerializeToString() == before
