"""Mutual TLS between real servers and channels: who gets in, and certificates that change."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from services.runtime.clients import Clients
from services.runtime.config import Settings, SettingsError
from services.runtime.grpc_server import GrpcServer
from services.runtime.mesh.authority import Authority, Subject
from services.runtime.mesh.identities import Identity, Role
from services.runtime.mesh.security import Security, channel_credentials
from services.runtime.pipeline import CallFailed
from services.runtime.remote import Remote
from tests.protos import echo_pb2
from tests.runtime import echo
from tests.runtime.mutual_tls import CALLER, SERVER, Seeing, calling, files, refusal, serving

GATEWAY = Subject(Identity(Role.GATEWAY, "gateway"))
PING = f"/{echo.SERVICE}/Ping"


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "certs", datetime.now(UTC))


@pytest.fixture
def seeing(ca: Authority) -> Seeing:
    return Seeing(files(ca.issue(SERVER).folder))


@pytest.fixture
def address(world: echo.World, seeing: Seeing) -> Iterator[str]:
    with serving(world, seeing) as at:
        yield at


def test_a_service_calls_another_over_mutual_tls(
    world: echo.World, address: str, ca: Authority
) -> None:
    with calling(world, address, Security(files(ca.issue(CALLER).folder))) as ping:
        assert ping().kind == "service"


def test_plaintext_is_not_answered(world: echo.World, address: str) -> None:
    assert refusal(world, address, Security()).startswith("UNAVAILABLE")


def test_a_certificate_of_another_authority_is_refused_on_both_ends(
    world: echo.World, address: str, tmp_path: Path, ca: Authority
) -> None:
    foreign = Authority(tmp_path / "foreign", datetime.now(UTC)).issue(CALLER).folder
    assert refusal(world, address, Security(files(foreign))).startswith("UNAVAILABLE")
    ours = (ca.issue(CALLER).folder / "ca.crt").read_bytes()
    (foreign / "ca.crt").write_bytes(ours)  # it trusts the server, which does not trust it
    assert refusal(world, address, Security(files(foreign))).startswith("UNAVAILABLE")


def test_an_expired_certificate_is_refused(
    world: echo.World, address: str, tmp_path: Path, ca: Authority
) -> None:
    earlier = Authority(tmp_path / "certs", datetime.now(UTC) - timedelta(days=10))
    folder = earlier.issue(CALLER, life=timedelta(days=1)).folder
    assert refusal(world, address, Security(files(folder))).startswith("UNAVAILABLE")
    ca.issue(CALLER)
    with calling(world, address, Security(files(folder))) as ping:
        assert ping().text == "hi"


def test_a_server_whose_certificate_has_expired_is_not_called(
    world: echo.World, tmp_path: Path, ca: Authority
) -> None:
    earlier = Authority(tmp_path / "certs", datetime.now(UTC) - timedelta(days=10))
    expired = Security(files(earlier.issue(SERVER, life=timedelta(days=1)).folder))
    server = GrpcServer(world.pipeline, "127.0.0.1:0", threads=2, security=expired)
    server.start()
    caller = Security(files(ca.issue(CALLER).folder))
    try:
        assert refusal(world, f"127.0.0.1:{server.port}", caller).startswith("UNAVAILABLE")
    finally:
        server.stop(grace_s=1)


def test_a_server_of_another_service_is_not_called(
    world: echo.World, ca: Authority, tmp_path: Path
) -> None:
    other = Security(files(ca.issue(CALLER).folder))  # answers for "caller", not for "test"
    server = GrpcServer(world.pipeline, "127.0.0.1:0", threads=2, security=other)
    server.start()
    try:
        assert refusal(world, f"127.0.0.1:{server.port}", other).startswith("UNAVAILABLE")
    finally:
        server.stop(grace_s=1)


@pytest.mark.parametrize("kind", ["gateway", "client"])
def test_who_is_no_service_may_not_call_as_one(
    world: echo.World, address: str, ca: Authority, kind: str
) -> None:
    subject = Subject(Identity(Role(kind), "someone"))
    security = Security(files(ca.issue(subject).folder))
    assert refusal(world, address, security) == "PERMISSION_DENIED PEER_REFUSED"


def test_a_certificate_without_an_id_of_ours_may_not_call(
    world: echo.World, address: str, ca: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Identity, "uri", "spiffe://luneo.internal/printer/p1")
    security = Security(files(ca.issue(CALLER).folder))
    monkeypatch.undo()
    assert refusal(world, address, security) == "PERMISSION_DENIED PEER_REFUSED"


def test_a_gateway_passes_on_what_its_clients_show(
    world: echo.World, address: str, ca: Authority
) -> None:
    security = Security(files(ca.issue(GATEWAY).folder))

    async def answers() -> tuple[Any, str]:
        remote = Remote({echo.SERVICE: address}, security)
        request = echo_pb2.PingRequest(text="hi")
        answer = await remote.unary(PING, request, {"x-api-key": world.keys.server})
        with pytest.raises(CallFailed) as refused:
            await remote.unary(PING, request, {"luneo-service": "forged"})
        await asyncio.to_thread(remote.require_serving, address)
        return answer, refused.value.error.public_reason

    answer, reason = asyncio.run(answers())
    assert (answer.text, answer.kind) == ("hi", "server_key")
    assert reason == "PEER_REFUSED"


def test_certificates_rotate_under_load_and_no_call_fails(
    world: echo.World, address: str, ca: Authority, seeing: Seeing
) -> None:
    caller = Security(files(ca.issue(CALLER).folder))
    ended = threading.Event()
    made = itertools.count()

    def load(ping: Callable[[], Any]) -> int:
        for number in itertools.count():
            if ended.is_set():
                return number
            assert ping().text == "hi"
            next(made)
        raise AssertionError

    with calling(world, address, caller) as ping, ThreadPoolExecutor(4) as threads:
        running = [threads.submit(load, ping) for _ in range(4)]
        try:
            for _ in range(5):
                ca.issue(SERVER, renew=True)
                folder = ca.issue(CALLER, renew=True).folder
                shown = (folder / "tls.crt").read_bytes()
                while shown not in seeing.seen:
                    assert not any(one.done() for one in running)
                    ping()
        finally:
            ended.set()
        assert sum(one.result() for one in running) > 20
    assert len(seeing.seen) >= 5


def test_a_server_shows_its_new_certificate_to_the_next_connection(
    world: echo.World, address: str, ca: Authority
) -> None:
    folder = ca.issue(CALLER).folder
    caller = Security(files(folder))
    with calling(world, address, caller) as ping:
        ping()
    # The next server's certificate is of another authority that a new client trusts alone.
    other = Authority(folder.parent.parent / "other", datetime.now(UTC))
    trusted = (other.issue(SERVER).folder / "ca.crt").read_bytes()
    server = folder.parent / "test"
    both = trusted + (server / "ca.crt").read_bytes()
    for name in ("tls.key", "tls.crt"):
        (server / name).write_bytes((other.issue(SERVER).folder / name).read_bytes())
    (server / "ca.crt").write_bytes(both)
    (folder / "ca.crt").write_bytes(trusted)
    with calling(world, address, Security(files(folder))) as ping:
        assert ping().text == "hi"


def test_a_stream_outlives_the_channel_s_replacement(
    world: echo.World, address: str, ca: Authority
) -> None:
    folder = ca.issue(GATEWAY).folder

    async def numbers() -> list[int]:
        remote = Remote({echo.SERVICE: address}, Security(files(folder)))
        stream = remote.stream(
            f"/{echo.SERVICE}/Count",
            echo_pb2.CountRequest(parent="brands/acme", to=4, pause_ms=20),
            {"x-api-key": world.keys.server},
        )
        counted = [(await anext(stream)).number]  # type: ignore[attr-defined]
        ca.issue(GATEWAY, renew=True)
        await remote.unary(PING, echo_pb2.PingRequest(), {})
        counted += [one.number async for one in stream]  # type: ignore[attr-defined]
        return counted

    assert asyncio.run(numbers()) == [1, 2, 3, 4]


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.4", "spec", "[::]"])
def test_plaintext_stays_on_this_machine_unless_it_is_allowed(world: echo.World, host: str) -> None:
    with pytest.raises(SettingsError, match="LUNEO_PLAINTEXT"):
        GrpcServer(world.pipeline, f"{host}:0", threads=2)
    with pytest.raises(SettingsError, match="LUNEO_PLAINTEXT"):
        Clients(world.tokens, {"luneo.test.v1": f"127.0.0.1:1,{host}:1"})
    Clients(world.tokens, {"luneo.test.v1": f"{host}:1"}, Security(plaintext_anywhere=True)).close()


def test_settings_name_the_certificate(tmp_path: Path, ca: Authority) -> None:
    folder = ca.issue(SERVER).folder
    assert Security.of(Settings.from_environment({"LUNEO_TLS_DIR": str(folder)})).material()
    assert Security.of(Settings.from_environment({})).material() is None
    with pytest.raises(SettingsError, match="luneo certs"):
        Security.of(Settings.from_environment({"LUNEO_TLS_DIR": str(tmp_path)}))


def test_health_is_answered_to_any_process_of_the_authority(address: str, ca: Authority) -> None:
    material = files(ca.issue(GATEWAY).folder).current()
    options = [("grpc.ssl_target_name_override", "localhost")]
    with ExitStack() as stack:
        channel = stack.enter_context(
            grpc.secure_channel(address, channel_credentials(material), options)
        )
        answer = health_pb2_grpc.HealthStub(channel).Check(
            health_pb2.HealthCheckRequest(), timeout=10
        )
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_a_server_stops_while_those_who_watch_its_health_go(world: echo.World) -> None:
    """Each once held what the other waited for, and the process never ended."""
    for _ in range(12):
        server = GrpcServer(world.pipeline, "127.0.0.1:0", threads=2)
        server.start()
        watching = _watchers(server.port, 16)
        gone = threading.Thread(target=_close, args=(watching,))
        stopped = threading.Thread(target=server.stop, args=(5.0,), daemon=True)
        gone.start()
        stopped.start()
        stopped.join(30)
        gone.join()
        assert not stopped.is_alive(), "the server never stops"


def _watchers(port: int, count: int) -> list[grpc.Channel]:
    """Return channels over each of which the server's health is watched."""
    channels = []
    for number in range(count):
        options = [("luneo.test", number), ("grpc.use_local_subchannel_pool", 1)]
        channel = grpc.insecure_channel(f"127.0.0.1:{port}", options)
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        channels.append(channel)
    return channels


def _close(channels: list[grpc.Channel]) -> None:
    for channel in channels:
        channel.close()
