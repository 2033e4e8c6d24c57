"""What a channel does when one of several equal servers breaks, over real servers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from luneo.snapshot.v1 import snapshot_service_pb2

from services.runtime.config import Settings, SettingsError
from services.runtime.mesh.channels import ATTEMPTS, for_threads, may_be_retried
from services.runtime.mesh.security import Security
from tests.protos import echo_pb2

GIVE_UP_S = 60.0
READ = "/luneo.test.v1.EchoService/Ping"


@dataclass
class Backend:
    """A server of one method that answers as it is told. code: OK, or what it fails with."""

    code: grpc.StatusCode = grpc.StatusCode.OK
    calls: int = 0
    remaining_s: float | None = None
    health: health.HealthServicer = field(default_factory=health.HealthServicer)
    server: Any = None
    address: str = ""

    def answer(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        self.calls += 1
        self.remaining_s = context.time_remaining()
        if self.code is not grpc.StatusCode.OK:
            context.abort(self.code, "as told")
        return request

    def says(self, serving: bool) -> None:
        states = health_pb2.HealthCheckResponse
        self.health.set("", states.SERVING if serving else states.NOT_SERVING)

    def start(self) -> None:
        self.server = grpc.server(ThreadPoolExecutor(4))
        handler = grpc.unary_unary_rpc_method_handler(self.answer)
        service, _, method = READ[1:].partition("/")
        self.server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(service, {method: handler}),)
        )
        health_pb2_grpc.add_HealthServicer_to_server(self.health, self.server)
        self.says(serving=True)
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()


@pytest.fixture
def backends() -> Iterator[list[Backend]]:
    """Two equal servers."""
    made = [Backend(), Backend()]
    for one in made:
        one.start()
    yield made
    for one in made:
        one.server.stop(0).wait()


@contextmanager
def calling(*backends: Backend, retried: bool) -> Iterator[Callable[[], bytes]]:
    addresses = ",".join(one.address for one in backends)
    channels = for_threads("test", addresses, Security())

    def call() -> bytes:
        with channels.lease(retried=retried) as channel:
            answer: bytes = channel.unary_unary(READ, None, None)(b"x", timeout=20)
            return answer

    try:
        yield call
    finally:
        channels.close()


def fails(call: Callable[[], bytes]) -> bool:
    try:
        call()
    except grpc.RpcError:
        return True
    return False


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + GIVE_UP_S
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.001)  # threads that call want the interpreter, too


def in_turns(call: Callable[[], bytes], backends: list[Backend]) -> None:
    """Return when both servers are connected and called in turns."""

    def one_each() -> bool:
        before = [one.calls for one in backends]
        call(), call()
        return [one.calls for one in backends] == [count + 1 for count in before]

    until(one_each, "the servers are not called in turns")


def test_equal_servers_are_called_in_turns(backends: list[Backend]) -> None:
    with calling(*backends, retried=False) as call:
        in_turns(call, backends)
        before = [one.calls for one in backends]
        for _ in range(20):
            call()
        assert [one.calls for one in backends] == [count + 10 for count in before]


def test_a_server_that_does_not_say_that_it_serves_is_not_called(backends: list[Backend]) -> None:
    draining, other = backends
    with calling(*backends, retried=False) as call:
        in_turns(call, backends)
        draining.says(serving=False)

        def left_alone() -> bool:
            before = draining.calls
            return [call() for _ in range(8)] == [b"x"] * 8 and draining.calls == before

        until(left_alone, "it is still called")
        draining.says(serving=True)
        in_turns(call, backends)
    assert other.calls > draining.calls


def test_a_server_that_ends_costs_no_call(backends: list[Backend]) -> None:
    ended = threading.Event()

    def load(call: Callable[[], bytes]) -> int:
        made = 0
        while not ended.is_set():
            assert call() == b"x"
            made += 1
        return made

    with calling(*backends, retried=False) as call, ThreadPoolExecutor(3) as threads:
        in_turns(call, backends)
        running = [threads.submit(load, call) for _ in range(3)]
        backends[0].health.enter_graceful_shutdown()
        backends[0].server.stop(grace=10).wait()
        before = backends[1].calls
        until(lambda: backends[1].calls > before + 50, "the other is not called")
        ended.set()
        assert all(one.result() for one in running)


def test_a_call_that_may_be_repeated_is_made_elsewhere(backends: list[Backend]) -> None:
    backends[0].code = grpc.StatusCode.UNAVAILABLE
    with calling(*backends, retried=True) as call:
        assert not any(fails(call) for _ in range(6))
    assert backends[0].calls > 0


def test_a_write_is_not_made_again(backends: list[Backend]) -> None:
    for one in backends:
        one.code = grpc.StatusCode.UNAVAILABLE
    with calling(*backends, retried=False) as call:
        assert fails(call)
    assert sum(one.calls for one in backends) == 1


@pytest.mark.parametrize(
    "code", [grpc.StatusCode.ABORTED, grpc.StatusCode.INTERNAL, grpc.StatusCode.RESOURCE_EXHAUSTED]
)
def test_only_a_server_that_is_unavailable_is_asked_again(
    backends: list[Backend], code: grpc.StatusCode
) -> None:
    for one in backends:
        one.code = code
    with calling(*backends, retried=True) as call:
        assert fails(call)
    assert sum(one.calls for one in backends) == 1


def test_retries_end_where_everything_fails(backends: list[Backend]) -> None:
    """A budget: of a hundred calls to a service that is down, few are made three times."""
    for one in backends:
        one.code = grpc.StatusCode.UNAVAILABLE
    with calling(*backends, retried=True) as call:
        assert fails(call)
        assert sum(one.calls for one in backends) == ATTEMPTS
        assert all(fails(call) for _ in range(99))
    assert sum(one.calls for one in backends) <= 100 + 10


def test_a_server_of_which_every_call_fails_is_left_out_and_comes_back(
    backends: list[Backend],
) -> None:
    sick = backends[0]
    with calling(*backends, retried=False) as call:
        in_turns(call, backends)
        sick.code = grpc.StatusCode.INTERNAL

        def left_out() -> bool:
            time.sleep(0.02)
            return not any(fails(call) for _ in range(6))

        until(left_out, "it is still called")
        sick.code = grpc.StatusCode.OK
        before = sick.calls

        def called_again() -> bool:
            time.sleep(0.02)
            assert not fails(call)
            return sick.calls > before

        until(called_again, "it is never called again")


def test_a_server_that_refuses_many_calls_with_reason_stays(backends: list[Backend]) -> None:
    """Both answer strangers with NOT_FOUND: no more than one is left out, the other goes on."""
    for one in backends:
        one.code = grpc.StatusCode.NOT_FOUND
    with calling(*backends, retried=False) as call:
        end = time.monotonic() + 8
        while time.monotonic() < end:
            with pytest.raises(grpc.RpcError) as refused:
                call()
            assert refused.value.code() is grpc.StatusCode.NOT_FOUND
            time.sleep(0.05)
        for one in backends:
            one.code = grpc.StatusCode.OK
        assert call() == b"x"


def test_the_deadline_reaches_the_server(backends: list[Backend]) -> None:
    with calling(backends[0], retried=True) as call:
        call()
    assert backends[0].remaining_s is not None
    assert 0 < backends[0].remaining_s <= 20


def test_a_server_that_is_gone_and_comes_back_is_called_again() -> None:
    backend = Backend()
    backend.start()
    with calling(backend, retried=False) as call:
        call()
        backend.server.stop(0).wait()
        assert fails(call)
        again = grpc.server(ThreadPoolExecutor(4))
        handler = grpc.unary_unary_rpc_method_handler(lambda request, _: request)
        service, _, method = READ[1:].partition("/")
        again.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(service, {method: handler}),)
        )
        assert again.add_insecure_port(backend.address)
        again.start()
        until(lambda: not fails(call), "it is not found again")
        again.stop(0).wait()


def test_what_may_be_made_twice_is_read_from_the_proto_and_the_request() -> None:
    note = echo_pb2.CreateNoteRequest(request_id="0b0f7b8e-7f2e-4a51-9a44-3d4f5b6a7c8d")
    create = "/luneo.test.v1.EchoService/CreateNote"
    keep = "/luneo.snapshot.v1.SnapshotService/CreateSnapshot"
    get = "/luneo.snapshot.v1.SnapshotService/GetSnapshot"
    assert may_be_retried(READ, echo_pb2.PingRequest())
    assert may_be_retried(get, snapshot_service_pb2.GetSnapshotRequest())
    assert may_be_retried(create, note)
    assert not may_be_retried(create, echo_pb2.CreateNoteRequest())
    assert not may_be_retried(keep, snapshot_service_pb2.CreateSnapshotRequest())
    assert not may_be_retried("/luneo.test.v1.EchoService/Unknown", note)
    assert not may_be_retried("/luneo.test.v1.EchoService/Fail", echo_pb2.FailRequest())


def test_a_name_given_twice_has_two_addresses() -> None:
    given = {"LUNEO_SERVICE_ADDRESSES": "spec=10.0.0.2:1,render=a.b:2,spec=10.0.0.3:1"}
    assert Settings.from_environment(given).addresses() == {
        "spec": "10.0.0.2:1,10.0.0.3:1", "render": "a.b:2"
    }  # fmt: skip
    with pytest.raises(SettingsError, match="DNS"):
        Settings.from_environment({"LUNEO_SERVICE_ADDRESSES": "spec=a:1,spec=b:1"})
