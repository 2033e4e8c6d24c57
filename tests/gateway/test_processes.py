"""One gateway in several processes on one port."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import httpx
import psutil
import pytest

from tests.gateway.conformance.conftest import ROOT, environment
from tests.gateway.conformance.schema import descriptor_set
from tests.platform.installation import luneo

LIMIT_S = 60.0


@pytest.fixture(scope="module")
def descriptors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("descriptors") / "set.pb"
    file.write_bytes(descriptor_set(Path(__file__).parent / "conformance/conformance.proto"))
    return file


@contextmanager
def gateway(
    *arguments: str, errors: IO[str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Yield a gateway of two processes, and its address; nothing answers behind it.

    errors: gets what it writes to standard error.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", "--target", "127.0.0.1:1", "--port", "0",
         "--processes", "2", *arguments],
        stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT, env=environment(),
    )  # fmt: skip
    assert process.stdout
    try:
        yield process, process.stdout.readline().removeprefix("Listening on ").strip()
    finally:
        process.terminate()
        process.wait(LIMIT_S)
        process.stdout.close()


def until(holds: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    end_s = time.monotonic() + LIMIT_S
    while not holds():
        assert time.monotonic() < end_s
        time.sleep(0.05)


def test_both_answer_on_one_port_and_one_that_is_killed_comes_back(descriptors: Path) -> None:
    with gateway("--descriptors", str(descriptors)) as (process, base):
        first = {child.pid for child in psutil.Process(process.pid).children()}
        assert len(first) == 2
        assert {httpx.get(f"{base}/healthz").status_code for _ in range(20)} == {200}
        os.kill(min(first), signal.SIGKILL)
        until(lambda: len(_others(process.pid) - first) == 1)
        assert {httpx.get(f"{base}/healthz", timeout=LIMIT_S).status_code for _ in range(20)} == {
            200
        }
        process.terminate()
        assert process.wait(LIMIT_S) == 0


def test_each_has_its_part_of_the_connections(descriptors: Path) -> None:
    with gateway("--descriptors", str(descriptors)) as (process, base), ExitStack() as stack:
        assert httpx.get(f"{base}/healthz").status_code == 200
        pids = _others(process.pid)
        for count in range(1, 9):
            one = stack.enter_context(httpx.Client())
            assert one.get(f"{base}/healthz").status_code == 200
            until(lambda count=count: sum(_connections(pid) for pid in pids) == count)
        assert [_connections(pid) for pid in pids] == [4, 4]


def test_one_that_hangs_holds_up_nobody(descriptors: Path) -> None:
    with gateway("--descriptors", str(descriptors)) as (process, base), ExitStack() as stack:
        assert httpx.get(f"{base}/healthz").status_code == 200
        hangs, works = sorted(_others(process.pid))
        os.kill(hangs, signal.SIGSTOP)
        try:
            for _ in range(6):
                one = stack.enter_context(httpx.Client(timeout=LIMIT_S))
                assert one.get(f"{base}/healthz").status_code == 200
            assert _connections(works) == 6
        finally:
            os.kill(hangs, signal.SIGCONT)


def test_they_end_in_order_while_clients_keep_connections_open(
    descriptors: Path, tmp_path: Path
) -> None:
    written = tmp_path / "errors"
    with (
        written.open("w") as errors,
        gateway("--descriptors", str(descriptors), errors=errors) as (process, base),
        ExitStack() as stack,
    ):
        for _ in range(4):
            one = stack.enter_context(httpx.Client())
            assert one.get(f"{base}/healthz").status_code == 200
        process.terminate()
        assert process.wait(LIMIT_S) == 0
    assert "Traceback" not in written.read_text()


@pytest.mark.parametrize("processes", ["1", "2"])
def test_nobody_waits_for_clients_that_do_not_say_farewell(
    descriptors: Path, tmp_path: Path, processes: str
) -> None:
    assert luneo("certs", str(tmp_path)).returncode == 0
    shown = ["--tls-cert", str(tmp_path / "server/tls.crt")]
    shown += ["--tls-key", str(tmp_path / "server/tls.key")]
    options = ["--descriptors", str(descriptors), "--processes", processes, *shown]
    trusting = ssl.create_default_context(cafile=tmp_path / "server/ca.crt")
    written = tmp_path / "errors"
    with (
        written.open("w") as errors,
        gateway(*options, errors=errors) as (process, base),
        httpx.Client(verify=trusting) as client,
    ):
        assert client.get(f"{base}/healthz").status_code == 200
        process.terminate()
        process.wait(LIMIT_S)
    assert "timeout" not in written.read_text()


def test_none_is_left_when_the_first_of_them_is_killed(descriptors: Path) -> None:
    with gateway("--descriptors", str(descriptors)) as (process, base):
        assert httpx.get(f"{base}/healthz").status_code == 200
        left = psutil.Process(process.pid).children()
        process.kill()
        _, alive = psutil.wait_procs(left, timeout=LIMIT_S)
        assert alive == []


def test_it_ends_when_told_before_any_of_them_answers() -> None:
    program = """
from gateway.processes import Processes, listen
raise SystemExit(Processes(lambda place: ["sleep", "600"], listen("127.0.0.1", 0), 2).run(print))
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment()) as process:
        until(lambda: len(psutil.Process(process.pid).children()) == 2)
        begun = psutil.Process(process.pid).children()
        process.terminate()
        assert process.wait(LIMIT_S) == 0
        assert not any(child.is_running() for child in begun)


def test_what_none_of_them_can_serve_ends_it(tmp_path: Path) -> None:
    file = tmp_path / "wrong.pb"
    file.write_bytes(b"\xff")
    with gateway("--descriptors", str(file)) as (process, line):
        assert line == ""
        assert process.wait(LIMIT_S) == 2


def test_a_port_that_is_taken_is_said(descriptors: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, (tmp_path / "err").open("w+") as errors:
        port = taken.getsockname()[1]
        arguments = ("--descriptors", str(descriptors), "--port", str(port))
        with gateway(*arguments, errors=errors) as (process, line):
            assert line == ""
            assert process.wait(LIMIT_S) == 1
        errors.seek(0)
        assert errors.read() == f"127.0.0.1:{port}: Address already in use\n"


def _connections(pid: int) -> int:
    found = psutil.Process(pid).net_connections("tcp")
    return sum(one.status == psutil.CONN_ESTABLISHED for one in found)


def _others(pid: int) -> set[int]:
    return {
        child.pid
        for child in psutil.Process(pid).children()
        if child.status() != psutil.STATUS_ZOMBIE
    }
