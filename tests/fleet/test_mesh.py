"""A fleet over mutual TLS with one service in two processes: under load certificates change, and
one of the two is killed."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.json_format import MessageToDict
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.fleet.brand import OverGrpc
from tests.fleet.fleet import SERVICES, Fleet, fleet
from tests.fleet.own_servers import Postgres
from tests.platform.installation import luneo
from tests.spec.shop import product, text_zone

pytestmark = [pytest.mark.slow, pytest.mark.outside]

RETRYABLE = 503
CLIENTS_OF_A_KIND = 2
GIVE_UP_S = 60.0


@pytest.fixture(scope="module")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authority")
    done = luneo("certs", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def running(
    debian: Postgres, own_redis: str, certs: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fleet]:
    servers = {"DATABASE_URL": debian.make_owner("mesh"), "REDIS_URL": own_redis}
    data = tmp_path_factory.mktemp("mesh")
    with fleet(data, servers, twice=("spec",), certs=certs) as made:
        yield made


@pytest.fixture(scope="module")
def acme(running: Fleet) -> Iterator[OverGrpc]:
    """A brand that the operator made by the command line, with the operator's certificate."""

    def run(*arguments: str) -> str:
        done = luneo(*arguments, **running.settings)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("brand", "create", "acme", "--owner", "ann@acme.example")
    keys = {
        kind: json.loads(run("key", "create", "acme", f"--{kind}", "--json"))["secret"]
        for kind in ("publishable", "secret")
    }
    channels = {name: running.channel(name) for name in SERVICES}
    yield OverGrpc("acme", channels.__getitem__, **keys)
    for channel in channels.values():
        channel.close()


@pytest.fixture(scope="module")
def plate(acme: OverGrpc) -> str:
    return acme.plate()


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request through the gateway ended; the times are of one monotonic clock."""

    kind: str
    status: int
    began_s: float
    ended_s: float
    body: Any


@dataclass
class Load:
    """Shoppers and a brand's server at work: reads of the doubled service, writes to it, and
    writes of another service that reads from it."""

    running: Fleet
    acme: OverGrpc
    plate: str
    answers: list[Answer] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Work until the end of the block, in which every client has to go on answering."""
        session = self.acme.session()
        with ThreadPoolExecutor(3 * CLIENTS_OF_A_KIND) as threads:
            clients: list[Future[None]] = []
            for number in range(CLIENTS_OF_A_KIND):
                clients += [
                    threads.submit(self._client, "read", self._read),
                    threads.submit(self._client, "write", self._write),
                    threads.submit(self._client, "keep", partial(self._keep, session, number)),
                ]
            try:
                yield
            finally:
                self.ended.set()
            for one in clients:
                one.result()

    def await_more(self, count: int) -> None:
        """Return when each kind has had this many answers more."""
        wanted = {kind: self._count(kind) + count for kind in ("read", "write", "keep")}
        end = time.monotonic() + GIVE_UP_S
        while any(self._count(kind) < number for kind, number in wanted.items()):
            assert time.monotonic() < end, "requests are stuck"
            time.sleep(0.02)

    def _count(self, kind: str) -> int:
        return sum(answer.kind == kind for answer in self.answers)

    def _client(self, kind: str, request: Callable[[], tuple[int, Any]]) -> None:
        while not self.ended.is_set():
            began_s = time.monotonic()
            status, body = request()
            self.answers.append(Answer(kind, status, began_s, time.monotonic(), body))

    def _read(self) -> tuple[int, Any]:
        status, body = self.running.get(f"/v1/{self.plate}", x_api_key=self.acme.secret)
        return status, json.loads(body)

    def _write(self) -> tuple[int, Any]:
        body = MessageToDict(product(text_zone(f"{self.acme.name}/fonts/noto-sans")))
        return self.running.post(f"/v1/{self.acme.name}/products", body, x_api_key=self.acme.secret)

    _numbers = itertools.count()

    def _keep(self, session: str, client: int) -> tuple[int, Any]:
        text = f"K {client} {next(self._numbers)}"
        design = {"productRevision": self.plate, "zones": {"name": {"text": {"text": text}}}}
        return self.running.post(
            f"/v1/{self.acme.name}/snapshots", {"design": design},
            x_api_key=self.acme.publishable, luneo_session=session,
        )  # fmt: skip


def calls_of(running: Fleet, process: str) -> int:
    """Return how many calls a process has logged."""
    return sum(line["event"] == "call" for line in running.log(process))


def test_both_processes_of_a_service_are_called(running: Fleet, acme: OverGrpc, plate: str) -> None:
    load = Load(running, acme, plate)
    with load.on():
        load.await_more(5)
    assert {answer.status for answer in load.answers} == {200}, load.answers
    assert calls_of(running, "spec") > 0
    assert calls_of(running, "spec-2") > 0


def test_plaintext_and_foreign_certificates_reach_no_process(
    running: Fleet, tmp_path: Path
) -> None:
    assert luneo("certs", str(tmp_path)).returncode == 0
    settings = {**running.settings, "LUNEO_TLS_DIR": str(tmp_path / "operator")}
    for environment in (settings, {**settings, "LUNEO_TLS_DIR": ""}):
        assert luneo("brand", "create", "foreign", **environment).returncode != 0
    with grpc.insecure_channel(running.address("spec")) as channel:
        with pytest.raises(grpc.RpcError) as refused:
            health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=20)
        assert refused.value.code() is grpc.StatusCode.UNAVAILABLE


def test_certificates_of_all_processes_rotate_under_load_and_no_call_fails(
    running: Fleet, acme: OverGrpc, plate: str, certs: Path
) -> None:
    load = Load(running, acme, plate)
    with load.on():
        for _ in range(3):
            load.await_more(3)
            done = luneo("certs", str(certs), "--renew")
            assert done.returncode == 0, done.stderr
        _await_taken(running, ("gateway", "snapshot", "spec", "spec-2"))
        load.await_more(5)
    assert {answer.status for answer in load.answers} == {200}, load.answers


def _await_taken(running: Fleet, processes: tuple[str, ...]) -> None:
    """Return when these processes use certificates that were made while they ran."""
    end = time.monotonic() + GIVE_UP_S
    for name in processes:
        while not any(line["event"] == "certificate_taken" for line in running.log(name)):
            assert time.monotonic() < end, f"{name} goes on with its first certificate"
            time.sleep(0.1)


def test_kill_9_of_one_of_two_fails_only_what_was_in_flight_on_it(
    running: Fleet, acme: OverGrpc, plate: str
) -> None:
    load = Load(running, acme, plate)
    with load.on():
        load.await_more(5)
        killed_s = time.monotonic()
        running.kill("spec-2")
        load.await_more(10)
    failed = [answer for answer in load.answers if answer.status != 200]
    # Reads were made again by the other. A snapshot's own write to the killed process is CreateSpec.
    assert {answer.kind for answer in failed} <= {"write", "keep"}, failed
    assert len(failed) <= 2 * CLIENTS_OF_A_KIND  # each had one in flight at most
    assert {answer.status for answer in failed} <= {RETRYABLE}
    assert all(answer.ended_s > killed_s for answer in failed)
    for answer in failed:
        details = answer.body["error"]["details"]
        assert any("retryDelay" in detail for detail in details)
    _assert_nothing_is_stuck(running, acme, plate)


def _assert_nothing_is_stuck(running: Fleet, acme: OverGrpc, plate: str) -> None:
    """The remaining process answers everything, and the killed one is called when it is back."""
    assert running.get("/readyz")[0] == 200
    running.start_service("spec-2")
    running.await_serving("spec-2")
    before = calls_of(running, "spec-2")
    load = Load(running, acme, plate)
    with load.on():
        end = time.monotonic() + GIVE_UP_S
        while calls_of(running, "spec-2") < before + 5:
            assert time.monotonic() < end, "the process that is back is not called"
            time.sleep(0.05)
    assert {answer.status for answer in load.answers} == {200}
