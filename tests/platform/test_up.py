"""A whole installation: started, stopped, killed, started again, its data kept."""

from __future__ import annotations

import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import psutil
import psycopg
import pytest
import redis
from grpc_health.v1 import health_pb2, health_pb2_grpc

from services.cli.exits import Exit
from tests.platform.installation import Installation, installation, luneo

PATIENCE_S = 90.0


def _eventually(true: Callable[[], Any], what: str) -> Any:
    """Return the first truthy answer; what is awaited has no event to wait for."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        answer = true()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {PATIENCE_S:.0f} s")


def _code(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _keep_something(database_url: str, redis_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    with redis.Redis.from_url(redis_url) as client:
        client.set("kept", "1")


def _is_kept(database_url: str, redis_url: str) -> bool:
    with psycopg.connect(database_url) as connection, redis.Redis.from_url(redis_url) as client:
        return bool(connection.execute("SELECT n FROM kept").fetchone()) and bool(
            client.get("kept")
        )


def _urls(running: Installation) -> tuple[str, str]:
    state = running.state()
    return state["database_url"], state["redis_url"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("one") / "a data folder") as made:
        made.start("--workers", "2")
        yield made


def test_status_names_addresses_processes_and_memory(running: Installation) -> None:
    status = running.status()
    assert status["rest"] == f"http://127.0.0.1:{running.port}"
    assert status["grpc"] == f"127.0.0.1:{running.port + 1}"
    counts = {role: len(pids) for role, pids in status["processes"].items()}
    assert counts == {
        "supervisor": 1, "postgres": 1, "redis": 1, "server": 1, "relay": 1, "worker": 2
    }  # fmt: skip
    assert all(status["memory_bytes"][role] > 0 for role in counts)


def test_rest_and_grpc_answer(running: Installation) -> None:
    status = running.status()
    assert _code(f"{status['rest']}/healthz") == _code(f"{status['rest']}/readyz") == 200
    with grpc.insecure_channel(status["grpc"]) as channel:
        answer = health_pb2_grpc.HealthStub(channel).Check(
            health_pb2.HealthCheckRequest(), timeout=10
        )
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_a_doctor_finds_nothing_ill(running: Installation) -> None:
    answer = luneo("doctor", "--data", str(running.data))
    assert answer.returncode == Exit.OK, answer.stdout


def test_a_second_one_in_the_same_folder_is_refused(running: Installation) -> None:
    answer = luneo("up", "--data", str(running.data), "--port", str(running.port + 20))
    assert answer.returncode == Exit.IN_USE
    assert "already runs" in answer.stderr
    assert str(running.port) in answer.stderr


def test_another_one_runs_beside_it(running: Installation, tmp_path: Path) -> None:
    with installation(tmp_path) as other:
        status = other.start()
        assert _code(f"{status['rest']}/healthz") == 200
        assert _code(f"{running.status()['rest']}/healthz") == 200


@pytest.mark.parametrize("role", ["worker", "relay", "server", "redis", "postgres"])
def test_what_is_killed_comes_back(running: Installation, role: str) -> None:
    before = running.status()
    killed = before["processes"][role]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)

    def back() -> bool:
        now = running.status()["processes"][role]
        return len(now) == len(killed) and not set(now) & set(killed)

    _eventually(back, f"a new {role}")
    _eventually(lambda: _code(f"{before['rest']}/readyz") == 200, "readiness")


def test_a_stop_ends_every_process_and_the_data_is_kept(tmp_path: Path) -> None:
    with installation(tmp_path) as one:
        one.start()
        _keep_something(*_urls(one))
        family = one.family()
        assert one.stop() == Exit.OK
        assert not psutil.wait_procs(family, timeout=0)[1]
        assert luneo("status", "--data", str(tmp_path)).returncode == Exit.NOT_RUNNING
        one.start()
        assert _is_kept(*_urls(one))


def test_nothing_outlives_a_killed_supervisor_and_the_data_is_kept(tmp_path: Path) -> None:
    with installation(tmp_path) as one:
        one.start()
        _keep_something(*_urls(one))
        orphans = one.kill()
        _, alive = psutil.wait_procs(orphans, timeout=PATIENCE_S)
        assert not alive
        one.start()
        assert _is_kept(*_urls(one))


def test_a_start_right_after_a_kill_works(tmp_path: Path) -> None:
    with installation(tmp_path) as one:
        for _ in range(2):
            one.start()
            one.kill()
        assert _code(f"{one.start()['rest']}/readyz") == 200


def test_ones_own_servers_are_used_where_they_are_named(
    tmp_path: Path, new_database: Callable[[], str], redis_url: str
) -> None:
    url = new_database()
    with installation(tmp_path, settings={"DATABASE_URL": url, "REDIS_URL": redis_url}) as one:
        status = one.start()
        assert set(status["processes"]) == {"supervisor", "server", "relay", "worker"}
        assert _code(f"{status['rest']}/readyz") == 200
        assert not (tmp_path / "postgres").exists()


def test_a_server_that_cannot_start_is_tried_until_it_can(running: Installation) -> None:
    status = running.status()
    settings = running.data / "postgres" / "postgresql.conf"
    aside = settings.with_suffix(".aside")
    settings.rename(aside)
    os.kill(status["processes"]["postgres"][0], signal.SIGKILL)
    _eventually(lambda: _code(f"{status['rest']}/readyz") == 503, "a refusal")
    assert _code(f"{status['rest']}/healthz") == 200
    aside.rename(settings)
    _eventually(lambda: _code(f"{status['rest']}/readyz") == 200, "readiness")


@pytest.mark.slow
def test_a_server_that_hangs_is_ended_and_started_again(running: Installation) -> None:
    status = running.status()
    (hanging,) = status["processes"]["server"]
    os.kill(hanging, signal.SIGSTOP)
    _eventually(
        lambda: running.status()["processes"]["server"] not in ([hanging], []), "a new server"
    )
    _eventually(lambda: _code(f"{status['rest']}/readyz") == 200, "readiness")
