"""A fleet over mutual TLS with one service in two processes: under load certificates change, and
one of the two is killed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.fleet.brand import OverGrpc
from tests.fleet.conftest import StartFleet
from tests.fleet.fleet import Fleet
from tests.fleet.load import CLIENTS_OF_A_KIND, GIVE_UP_S, Load, calls_of
from tests.platform.installation import luneo

pytestmark = [pytest.mark.slow, pytest.mark.outside]

RETRYABLE = 503


@pytest.fixture(scope="module")
def running(start_fleet: StartFleet, certs: Path) -> Iterator[Fleet]:
    with start_fleet("mesh", twice=("spec",), certs=certs) as made:
        yield made


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
