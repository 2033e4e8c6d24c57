"""What the ways in add of their own: bounds, streams, health."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_status import rpc_status

from services.runtime import calls
from services.runtime.calls import Deadline
from services.runtime.errors import from_status
from services.runtime.grpc_server import GrpcServer
from services.runtime.grpc_streams import STREAMS
from services.runtime.inprocess import WAITING_PER_THREAD, Invoker
from services.runtime.pipeline import CallFailed, Incoming, Pipeline
from tests.protos import echo_pb2, echo_pb2_grpc
from tests.runtime import echo

COUNT = f"/{echo.SERVICE}/Count"
CREATE = f"/{echo.SERVICE}/CreateNote"
PING = f"/{echo.SERVICE}/Ping"


@pytest.fixture
def stub(grpc_channel: grpc.Channel) -> Any:
    return echo_pb2_grpc.EchoServiceStub(grpc_channel)


@pytest.fixture
def held(world: echo.World) -> Iterator[threading.Event]:
    """Handlers of CreateNote wait for this event."""
    world.servicer.hold = event = threading.Event()
    while world.servicer.entered.acquire(blocking=False):
        pass
    yield event
    event.set()
    world.servicer.hold = None


def count(to: int, pause_ms: int = 0, *, fail: bool = False) -> echo_pb2.CountRequest:
    return echo_pb2.CountRequest(parent="brands/acme", to=to, pause_ms=pause_ms, fail=fail)


def create() -> echo_pb2.CreateNoteRequest:
    return echo_pb2.CreateNoteRequest(parent="brands/acme", note=echo_pb2.Note(text="x"))


def shown(key: str) -> dict[str, str]:
    return {"x-api-key": key}


def wait_until(true: Callable[[], bool]) -> None:
    deadline = Deadline.after(60)
    while not true():
        assert not deadline.has_passed
        threading.Event().wait(0.01)


def run_stream(world: echo.World, request: echo_pb2.CountRequest, **options: Any) -> list[int]:
    """Return the numbers that an in-process stream yields. Raises CallFailed."""

    async def follow() -> list[int]:
        invoker = Invoker(world.pipeline, threads=2)
        metadata = shown(options.pop("key", world.keys.server))
        stream = invoker.stream(COUNT, request, metadata, **options)
        try:
            return [message.number async for message in stream]
        finally:
            invoker.close()

    return asyncio.run(follow())


def test_a_stream_yields_every_response_in_order(world: echo.World, stub: Any) -> None:
    metadata = tuple(shown(world.keys.server).items())
    over_grpc = [one.number for one in stub.Count(count(20), metadata=metadata)]
    assert run_stream(world, count(20)) == over_grpc == list(range(1, 21))


def test_a_stream_s_handler_finds_its_call(world: echo.World, stub: Any) -> None:
    metadata = tuple(shown(world.keys.widget).items())
    callers = {one.caller for one in stub.Count(count(3), metadata=metadata)}
    assert len(callers) == 1
    assert callers.pop().startswith("key:")
    assert calls.current() is None


def test_an_error_after_some_responses_arrives_whole(world: echo.World, stub: Any) -> None:
    with pytest.raises(CallFailed) as caught:
        run_stream(world, count(2, fail=True))
    metadata = tuple(shown(world.keys.server).items())
    got = []
    with pytest.raises(grpc.RpcError) as over_grpc:
        got.extend(one.number for one in stub.Count(count(2, fail=True), metadata=metadata))
    status = rpc_status.from_call(over_grpc.value)  # type: ignore[arg-type]
    assert caught.value.error.public_reason == "NOTE_EMPTY"
    assert status is not None
    assert from_status(status).public_reason == "NOTE_EMPTY"


def test_a_stream_is_judged_like_any_call(world: echo.World, stub: Any) -> None:
    with pytest.raises(CallFailed) as caught:
        run_stream(world, count(2), key=world.keys.other_server)
    assert caught.value.error.code is grpc.StatusCode.NOT_FOUND
    with pytest.raises(grpc.RpcError) as refused:
        list(stub.Count(count(5000), metadata=tuple(shown(world.keys.server).items())))
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT  # type: ignore[attr-defined]


def test_a_stream_ends_with_its_deadline(world: echo.World, stub: Any) -> None:
    with pytest.raises(CallFailed) as caught:
        run_stream(world, count(1000, pause_ms=50), timeout_s=0.2)
    assert caught.value.error.code is grpc.StatusCode.DEADLINE_EXCEEDED
    metadata = tuple(shown(world.keys.server).items())
    with pytest.raises(grpc.RpcError) as over_grpc:
        list(stub.Count(count(1000, pause_ms=50), timeout=0.2, metadata=metadata))
    assert over_grpc.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED  # type: ignore[attr-defined]


def test_streams_beyond_the_limit_are_refused_and_room_is_made_again(
    world: echo.World, stub: Any
) -> None:
    metadata = tuple(shown(world.keys.server).items())
    slow = count(1000, pause_ms=20)
    open_streams = [stub.Count(slow, metadata=metadata) for _ in range(2)]
    for stream in open_streams:
        next(stream)
    with pytest.raises(grpc.RpcError) as caught:
        next(stub.Count(slow, metadata=metadata))
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED  # type: ignore[attr-defined]
    assert stub.Ping(echo_pb2.PingRequest(text="calls still run")).text == "calls still run"
    for stream in open_streams:
        stream.cancel()
    assert eventually(lambda: list(stub.Count(count(1), metadata=metadata)))


def eventually(work: Callable[[], Any], within_s: float = 10.0) -> Any:
    """Return what `work` returns once it no longer raises RpcError."""
    deadline = Deadline.after(within_s)
    pause = threading.Event()
    while True:
        try:
            return work()
        except grpc.RpcError:
            if deadline.has_passed:
                raise
            pause.wait(0.05)


def test_a_call_that_fails_after_its_caller_gave_up_is_no_surprise(world: echo.World) -> None:
    unseen: list[dict[str, Any]] = []
    given_up = threading.Event()

    class Late(Pipeline):
        def unary(self, incoming: Incoming) -> Any:
            given_up.wait(10)
            return world.pipeline.unary(incoming)

    async def give_up() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, seen: unseen.append(seen))
        invoker = Invoker(Late.__new__(Late), threads=1)
        with pytest.raises(CallFailed) as failed:
            await invoker.unary(PING, echo_pb2.PingRequest(), {"x-api-key": "no"}, timeout_s=0.1)
        assert failed.value.error.public_reason == "DEADLINE_EXCEEDED"
        given_up.set()
        await asyncio.to_thread(invoker.close)

    asyncio.run(give_up())
    gc.collect()
    assert unseen == []


def test_a_stream_whose_reader_leaves_is_closed(world: echo.World) -> None:
    async def leave() -> int:
        invoker = Invoker(world.pipeline, threads=2)
        stream = invoker.stream(COUNT, count(1000, pause_ms=1), shown(world.keys.server))
        await anext(stream)
        await stream.aclose()
        left = invoker._streams
        invoker.close()
        return left

    world.servicer.closed.clear()
    assert asyncio.run(leave()) == 0
    assert world.servicer.closed.is_set()


def test_a_reader_that_is_cancelled_is_cancelled_as_ever(world: echo.World) -> None:
    async def give_up() -> None:
        invoker = Invoker(world.pipeline, threads=2)
        try:
            async with asyncio.timeout(0.3):
                async for _ in invoker.stream(COUNT, count(9, 10_000), shown(world.keys.server)):
                    pass
        finally:
            invoker.close()

    with pytest.raises(TimeoutError):
        asyncio.run(give_up())


def test_more_calls_than_can_wait_are_refused_at_once(
    world: echo.World, held: threading.Event
) -> None:
    async def flood() -> list[Any]:
        invoker = Invoker(world.pipeline, threads=1)
        many = [
            asyncio.ensure_future(invoker.unary(CREATE, create(), shown(world.keys.server)))
            for _ in range(1 + WAITING_PER_THREAD)
        ]
        await asyncio.sleep(0)
        with pytest.raises(CallFailed) as caught:
            await invoker.unary(CREATE, create(), shown(world.keys.server))
        held.set()
        await asyncio.gather(*many)
        invoker.close()
        return [caught.value.error.public_reason, caught.value.error.retry_after_s]

    assert asyncio.run(flood()) == ["OVERLOADED", 1.0]


def test_a_call_that_waits_too_long_for_a_thread_is_told_so(
    world: echo.World, held: threading.Event
) -> None:
    async def wait() -> str:
        invoker = Invoker(world.pipeline, threads=1)
        first = asyncio.ensure_future(invoker.unary(CREATE, create(), shown(world.keys.server)))
        await asyncio.sleep(0)
        with pytest.raises(CallFailed) as caught:
            await invoker.unary(PING, echo_pb2.PingRequest(), {}, 0.05)
        held.set()
        await first
        invoker.close()
        return caught.value.error.public_reason

    assert asyncio.run(wait()) == "DEADLINE_EXCEEDED"


def test_health_and_reflection_answer(grpc_channel: grpc.Channel) -> None:
    health = health_pb2_grpc.HealthStub(grpc_channel)
    for name in ("", echo.SERVICE):
        answer = health.Check(health_pb2.HealthCheckRequest(service=name))
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
    reflection = reflection_pb2_grpc.ServerReflectionStub(grpc_channel)
    asked = reflection_pb2.ServerReflectionRequest(file_containing_symbol=echo.SERVICE)
    (answer,) = reflection.ServerReflectionInfo(iter([asked]))
    file = descriptor_pb2.FileDescriptorProto.FromString(
        answer.file_descriptor_response.file_descriptor_proto[0]
    )
    assert file.package == "luneo.test.v1"


def test_the_address_of_a_client_reaches_the_handler(stub: Any) -> None:
    assert stub.Ping(echo_pb2.PingRequest()).address == "127.0.0.1"


def test_an_address_that_is_taken_is_an_error(world: echo.World) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="cannot be listened on"):
            GrpcServer(world.pipeline, f"127.0.0.1:{taken.getsockname()[1]}")


def test_open_streams_take_no_place_from_other_calls(world: echo.World) -> None:
    server = GrpcServer(world.pipeline, "127.0.0.1:0", threads=1, streams=3)
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        stub: Any = echo_pb2_grpc.EchoServiceStub(channel)
        metadata = tuple(shown(world.keys.server).items())
        streams = [stub.Count(count(2, 60_000), metadata=metadata) for _ in range(3)]
        wait_until(lambda: len(server._streams._running) == 3)
        assert stub.Ping(echo_pb2.PingRequest(), timeout=10).address == "127.0.0.1"
        for stream in streams:
            stream.cancel()
    server.stop()


def test_as_many_streams_as_may_be_open_hold_no_thread_and_one_more_is_refused(
    world: echo.World,
) -> None:
    server = GrpcServer(world.pipeline, "127.0.0.1:0", threads=2)
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        stub: Any = echo_pb2_grpc.EchoServiceStub(channel)
        metadata = tuple(shown(world.keys.server).items())
        streams = [stub.Count(count(2, 600_000), metadata=metadata) for _ in range(STREAMS)]
        wait_until(lambda: len(server._streams._running) == STREAMS)
        with pytest.raises(grpc.RpcError) as refused:
            next(stub.Count(count(1), metadata=metadata))
        status = rpc_status.from_call(refused.value)
        assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert status is not None
        assert from_status(status).public_reason == "TOO_MANY_STREAMS"
        assert status.message.startswith("Too many streams are open.")
        all_at_work = threading.Barrier(STREAMS + 1)
        free = [server._streams.threads.submit(all_at_work.wait, 20) for _ in range(STREAMS + 1)]
        assert {one.exception() for one in free} == {None}
        assert stub.Ping(echo_pb2.PingRequest(), timeout=20).address == "127.0.0.1"
        for stream in streams:
            stream.cancel()
        wait_until(lambda: not server._streams._running)
        assert [one.number for one in stub.Count(count(3), metadata=metadata)] == [1, 2, 3]
    server.stop()


def test_a_client_that_does_not_read_delays_no_other_stream(world: echo.World) -> None:
    server = GrpcServer(world.pipeline, "127.0.0.1:0", threads=1, streams=2)
    server.start()
    address = f"127.0.0.1:{server.port}"
    narrow = [("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 1024)]
    with grpc.insecure_channel(address, narrow) as left, grpc.insecure_channel(address) as channel:
        metadata = tuple(shown(world.keys.server).items())
        unread: Any = echo_pb2_grpc.EchoServiceStub(left)
        unread = unread.Count(count(1000), metadata=metadata)
        assert next(unread).number == 1
        stub: Any = echo_pb2_grpc.EchoServiceStub(channel)
        assert len(list(stub.Count(count(1000), metadata=metadata))) == 1000
        wait_until(lambda: len(server._streams._running) == 1)  # that which has no room to send
        unread.cancel()
    server.stop()


def test_a_server_that_stops_ends_the_streams_that_are_open(world: echo.World) -> None:
    server = GrpcServer(world.pipeline, "127.0.0.1:0", threads=2)
    server.start()
    world.servicer.closed.clear()
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        stub: Any = echo_pb2_grpc.EchoServiceStub(channel)
        metadata = tuple(shown(world.keys.server).items())
        stream = stub.Count(count(2, 600_000), metadata=metadata)
        wait_until(lambda: len(server._streams._running) == 1)
        server.stop(0.1)
        assert world.servicer.closed.is_set()  # the handler was told
        with pytest.raises(grpc.RpcError) as ended:
            next(stream)
    assert ended.value.code() in (grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE)


def test_a_server_that_stops_lets_running_calls_end(
    world: echo.World, held: threading.Event
) -> None:
    server = GrpcServer(world.pipeline, "127.0.0.1:0", threads=2, streams=1)
    server.start()
    with (
        grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel,
        ThreadPoolExecutor(1) as threads,
    ):
        metadata = tuple(shown(world.keys.server).items())
        running = echo_pb2_grpc.EchoServiceStub(channel).CreateNote.future(
            create(), metadata=metadata
        )
        assert world.servicer.entered.acquire(timeout=10)
        stopped = threads.submit(server.stop, 10)
        held.set()
        assert running.result().text == "x"
        stopped.result()
