"""Limits and maintenance at the gRPC port: those of REST, in the same Redis."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
import redis
from google.protobuf import descriptor_pool
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from gateway.app import create_app
from gateway.edge.grpc_calls import GrpcEdge
from gateway.edge.maintenance import KEY, Maintenance
from gateway.settings import GatewaySettings
from services.runtime.calls import Caller, CallerKind, Context
from services.runtime.clients import Clients
from services.runtime.grpc_server import GrpcServer
from services.runtime.inprocess import Invoker
from services.runtime.mesh.authority import Authority, Subject
from services.runtime.mesh.identities import Identity, Role
from services.runtime.mesh.security import Security, channel_credentials
from services.runtime.mesh.tls_files import TlsFiles
from services.runtime.remote import Remote
from tests.gateway import serving
from tests.platform.installation import free_port
from tests.protos import echo_pb2, echo_pb2_grpc
from tests.runtime import echo

TIGHT = {"key_rate_per_s": 0.01, "key_burst": 4}
AWAY = f"redis://127.0.0.1:{free_port()}/0"
_STUB: Any = echo_pb2_grpc.EchoServiceStub
_PING: Any = echo_pb2.PingRequest(text="hi")


@pytest.fixture
def redis_at(redis_url: str) -> Iterator[str]:
    """A Redis in which nobody has called yet."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
        yield redis_url
        client.flushdb()


@contextmanager
def serving_grpc(
    world: echo.World, security: Security | None = None, **settings: Any
) -> Iterator[str]:
    edge = GrpcEdge(GatewaySettings(**settings), world.pipeline.methods)
    server = GrpcServer(world.pipeline, "127.0.0.1:0", threads=4, security=security, admission=edge)
    edge.start()
    server.start()
    try:
        yield f"127.0.0.1:{server.port}"
    finally:
        server.stop(grace_s=1)
        edge.close()


def ping(address: str, key: str, channel: grpc.Channel | None = None, **more: str) -> grpc.Call:
    """Make a call and return it, however it ended."""
    with ExitStack() as stack:
        used = channel or stack.enter_context(grpc.insecure_channel(address))
        shown = (("x-api-key", key), *((k.replace("_", "-"), v) for k, v in more.items()))
        try:
            _, call = _STUB(used).Ping.with_call(_PING, metadata=shown, timeout=20)
        except grpc.RpcError as error:
            call = error
        call.code()
        call.trailing_metadata()
        return call


def codes(address: str, key: str, times: int, **more: str) -> list[str]:
    with grpc.insecure_channel(address) as channel:
        return [ping(address, key, channel, **more).code().name for _ in range(times)]


def details(call: Any) -> tuple[str, float]:
    """Return the reason and the seconds to wait that a refused call was told."""
    status = rpc_status.from_call(call)
    assert status is not None
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(retry)
    return info.reason, retry.retry_delay.ToTimedelta().total_seconds()


def test_a_key_that_has_called_too_often_is_refused_with_a_time_to_wait(
    world: echo.World, redis_at: str
) -> None:
    with serving_grpc(world, limits_redis_url=redis_at, **TIGHT) as address:
        assert codes(address, world.keys.server, 4) == ["OK"] * 4
        refused = ping(address, world.keys.server, x_correlation_id="limit-12345")
        assert refused.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        reason, wait_s = details(refused)
        assert (reason, 90 <= wait_s <= 100) == ("RATE_LIMITED", True)
        assert codes(address, world.keys.other_server, 1) == ["OK"]


def test_what_was_called_by_rest_counts_for_grpc_and_the_other_way_round(
    world: echo.World, redis_at: str
) -> None:
    settings: Any = {"limits_redis_url": redis_at, **TIGHT}
    service = descriptor_pool.Default().FindServiceByName(echo.SERVICE)
    invoker = Invoker(world.pipeline, threads=2)
    shown = {"x-api-key": world.keys.server}
    with (
        serving_grpc(world, **settings) as address,
        serving.running(create_app(invoker, [service], GatewaySettings(**settings))) as base,
        httpx.Client(base_url=base, timeout=20, headers=shown) as rest,
    ):
        assert codes(address, world.keys.server, 2) == ["OK"] * 2
        answers = [rest.get("/v1/ping?text=hi").status_code for _ in range(3)]
        assert answers == [200, 200, 429]
        assert codes(address, world.keys.server, 1) == ["RESOURCE_EXHAUSTED"]
    invoker.close()


def test_a_client_is_told_what_is_left(world: echo.World, redis_at: str) -> None:
    with serving_grpc(world, limits_redis_url=redis_at, **TIGHT) as address:
        told = dict(ping(address, world.keys.server).trailing_metadata())
    assert '"key";q=4' in told["ratelimit-policy"]
    assert told["ratelimit"].startswith('"key";r=3')


def test_a_brand_is_counted_for_credentials_that_are_good_for_it(
    world: echo.World, redis_at: str
) -> None:
    limit = {"brand_rate_per_s": 0.01, "brand_burst": 3}
    request = echo_pb2.GetNoteRequest(name="brands/acme/notes/none")
    made = echo_pb2.CreateNoteRequest(parent="brands/acme", note=echo_pb2.Note(text="x"))

    def call(channel: grpc.Channel, rpc: str, message: Any, key: str) -> str:
        try:
            getattr(_STUB(channel), rpc)(message, metadata=(("x-api-key", key),), timeout=20)
        except grpc.RpcError as error:
            return str(error.code().name)  # type: ignore[attr-defined]
        return "OK"

    with (
        serving_grpc(world, limits_redis_url=redis_at, **limit) as address,
        grpc.insecure_channel(address) as channel,
    ):
        for _ in range(6):  # a stranger uses up nothing by naming the brand
            assert call(channel, "GetNote", request, world.keys.other_server) == "NOT_FOUND"
        found = [call(channel, "CreateNote", made, world.keys.server) for _ in range(6)]
    assert found[:3] == ["OK"] * 3
    assert found[-1] == "RESOURCE_EXHAUSTED"


@pytest.mark.parametrize("url", [AWAY, ""], ids=["away", "none"])
def test_without_redis_a_process_counts_by_itself(world: echo.World, url: str) -> None:
    with serving_grpc(world, limits_redis_url=url, **TIGHT) as address:
        found = codes(address, world.keys.server, 6)
    assert found == ["OK"] * 4 + ["RESOURCE_EXHAUSTED"] * 2


def test_what_services_ask_of_each_other_is_not_counted(world: echo.World, redis_at: str) -> None:
    with serving_grpc(world, limits_redis_url=redis_at, **TIGHT) as address:
        clients = Clients(world.tokens, {"luneo.test.v1": address})
        context = Context(
            Caller(CallerKind.SERVICE, "service:luneo", brand="acme"),
            brand="acme",
            correlation_id="c-1234567",
        )
        for _ in range(10):
            stub: Any = _STUB(clients.channel(context))
            assert stub.Ping(_PING, timeout=20).text == "hi"
        clients.close()


def test_what_a_gateway_passes_on_is_counted_once(world: echo.World, redis_at: str) -> None:
    settings: Any = {"limits_redis_url": redis_at, **TIGHT}
    service = descriptor_pool.Default().FindServiceByName(echo.SERVICE)
    with serving_grpc(world, **settings) as address:
        app = create_app(Remote({echo.SERVICE: address}), [service], GatewaySettings(**settings))
        with serving.running(app) as base, httpx.Client(base_url=base, timeout=20) as rest:
            shown = {"x-api-key": world.keys.server}
            answers = [rest.get("/v1/ping?text=hi", headers=shown).status_code for _ in range(5)]
    assert answers == [200] * 4 + [429]


def test_with_certificates_only_a_gateway_s_word_is_believed(
    world: echo.World, redis_at: str, tmp_path: Path
) -> None:
    authority = Authority(tmp_path, datetime.now(UTC))

    def folder(role: Role, *answers: str) -> Path:
        return authority.issue(Subject(Identity(role, str(role)), answers)).folder

    security = Security(TlsFiles(folder(Role.SERVICE, "test")))
    options = [("grpc.ssl_target_name_override", "localhost")]
    with serving_grpc(world, security, limits_redis_url=redis_at, **TIGHT) as address:
        for role, refused in ((Role.GATEWAY, False), (Role.CLIENT, True)):
            shown = channel_credentials(TlsFiles(folder(role)).current())
            with grpc.secure_channel(address, shown, options) as channel:
                found = {
                    ping(address, world.keys.server, channel, luneo_counted="1").code().name
                    for _ in range(8)
                }
            assert ("RESOURCE_EXHAUSTED" in found) is refused, role


def until(condition: Callable[[], bool]) -> None:
    end_s = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end_s
        time.sleep(0.02)


def test_maintenance_is_switched_on_for_grpc_as_for_rest(world: echo.World, redis_at: str) -> None:
    with (
        serving_grpc(world, maintenance_redis_url=redis_at) as address,
        redis.Redis.from_url(redis_at) as client,
        grpc.insecure_channel(address) as channel,
    ):
        assert ping(address, world.keys.server, channel).code().name == "OK"
        client.set(KEY, Maintenance(until_s=time.time() + 600).to_json())
        until(lambda: ping(address, world.keys.server, channel).code().name == "UNAVAILABLE")
        reason, wait_s = details(ping(address, world.keys.server, channel))
        assert (reason, 500 <= wait_s <= 600) == ("MAINTENANCE", True)
        assert ping(address, world.keys.server, channel, luneo_counted="1").code().name == "OK"
        client.delete(KEY)
        until(lambda: ping(address, world.keys.server, channel).code().name == "OK")


def test_reads_go_on_where_it_was_said_so(world: echo.World) -> None:
    request = echo_pb2.GetNoteRequest(name="brands/acme/notes/none")
    made = echo_pb2.CreateNoteRequest(parent="brands/acme", note=echo_pb2.Note(text="x"))
    shown = (("x-api-key", world.keys.server),)
    with (
        serving_grpc(world, maintenance="reads") as address,
        grpc.insecure_channel(address) as channel,
    ):
        stub = _STUB(channel)
        found = []
        for rpc, message in (("GetNote", request), ("CreateNote", made)):
            with pytest.raises(grpc.RpcError) as ended:
                getattr(stub, rpc)(message, metadata=shown, timeout=20)
            found.append(ended.value.code().name)  # type: ignore[attr-defined]
    assert found == ["NOT_FOUND", "UNAVAILABLE"]
