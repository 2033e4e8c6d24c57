"""`make demo` as a new user would: a fresh clone, a plain user, a folder with a space, nothing installed.

Run by root it works as `nobody`, and also shows root and that user sharing one data folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from services.cli.exits import Exit
from tests.platform.installation import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
FIRST_START_S = 900.0
NAMELESS = 54321
IS_ROOT = os.geteuid() == 0
_AWAY = (
    "LUNEO_",
    "DATABASE_URL",
    "REDIS_URL",
    "PYTHON",
    "VIRTUAL_ENV",
    "PYTEST_",
    "COV_",
    "XDG_",
    "MAKE",
    "MFLAGS",
)


class Bare:
    """A clone below a folder of its own, and the user who made it."""

    def __init__(self, folder: Path) -> None:
        self.user = pwd.getpwnam("nobody").pw_uid if IS_ROOT else os.geteuid()
        self.home = folder / "home"
        self.code = folder / "a new user's folder" / "luneo"
        self.data = folder / "data"
        self.port = free_port()
        self.home.mkdir()
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, self.code], check=True)
        if IS_ROOT:
            subprocess.run(["chown", "-R", str(self.user), folder], check=True)

    def environment(self) -> dict[str, str]:
        """That of the machine, with the system's own commands only.

        Models are not prepared for 3D, which takes minutes: idle memory is that of idle processes.
        """
        kept = {k: v for k, v in os.environ.items() if not k.startswith(_AWAY)}
        own = {"HOME": str(self.home), "PATH": "/usr/bin:/bin", "LUNEO_PREPARE_3D": "off"}
        return {**kept, **own}

    def start(self, *command: str, user: int | None = None) -> subprocess.Popen[str]:
        """Start a command in the clone, in a session of its own, as a terminal does."""
        user = self.user if user is None else user
        return subprocess.Popen(
            command, cwd=self.code, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True, env=self.environment(),
            user=user if IS_ROOT else None, group=user if IS_ROOT else None,
            extra_groups=[] if IS_ROOT else None,
        )  # fmt: skip

    def run(self, *command: str, user: int | None = None) -> tuple[int, str]:
        with self.start(*command, user=user) as process:
            output, _ = process.communicate(timeout=FIRST_START_S)
        return process.returncode, output

    def demo(self) -> subprocess.Popen[str]:
        return self.start("make", "demo", f"ARGS=--port {self.port} --data {self.data}")

    def status(self) -> dict[str, Any]:
        code, output = self.run(".venv/bin/luneo", "status", "--json", "--data", str(self.data))
        assert code == Exit.OK, output
        found: dict[str, Any] = json.loads(output)
        return found


def _wait_healthy(process: subprocess.Popen[str], port: int, limit_s: float) -> float:
    """Return the seconds until the health check answers."""
    began = time.monotonic()
    while time.monotonic() - began < limit_s:
        if process.poll() is not None:
            raise AssertionError(process.communicate()[0])
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5),
        ):
            return time.monotonic() - began
        time.sleep(0.1)
    raise AssertionError(f"no answer within {limit_s:.0f} s")


def _wait_for_samples(bare: Bare) -> dict[str, Any]:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        demo = bare.status()["demo"]
        if demo:
            return demo  # type: ignore[no-any-return]
        time.sleep(0.2)
    raise AssertionError("the samples did not appear")


def _interrupt(process: subprocess.Popen[str]) -> None:
    """Ctrl-C: SIGINT for everything in the terminal's foreground."""
    family = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert not psutil.wait_procs(family, timeout=30)[1]


@pytest.fixture(scope="module")
def bare() -> Iterator[Bare]:
    folder = Path(tempfile.mkdtemp(prefix="luneo-bare-"))
    folder.chmod(0o755)
    yield Bare(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _say(capfd: pytest.CaptureFixture[str], sentence: str) -> None:
    with capfd.disabled():
        print(f"\n{sentence}")  # noqa: T201  a measure that CI's log is to show


@pytest.fixture(scope="module")
def first_start_s(bare: Bare) -> float:
    """Return the seconds from a fresh clone to healthy, after which it has ended."""
    process = bare.demo()
    try:
        seconds = _wait_healthy(process, bare.port, FIRST_START_S)
        demo = _wait_for_samples(bare)
        assert len(demo["brands"]) == 2
        with urllib.request.urlopen(f"http://127.0.0.1:{bare.port}/", timeout=5) as page:
            assert b"<html" in page.read()
    finally:
        _interrupt(process)
    return seconds


def test_make_demo_from_a_fresh_clone(
    first_start_s: float, capfd: pytest.CaptureFixture[str]
) -> None:
    _say(capfd, f"fresh clone to healthy: {first_start_s:.0f} s")
    assert first_start_s < FIRST_START_S


def test_a_second_start_is_quick_and_keeps_the_samples(
    bare: Bare, first_start_s: float, capfd: pytest.CaptureFixture[str]
) -> None:
    process = bare.demo()
    try:
        seconds = _wait_healthy(process, bare.port, FIRST_START_S)
        before = _wait_for_samples(bare)
        memory_mb = sum(bare.status()["memory_bytes"].values()) / 1e6
        _say(
            capfd, f"second start: {seconds:.1f} s; idle memory with one worker: {memory_mb:.0f} MB"
        )
        assert seconds < first_start_s / 3  # its seconds are a measure of tests/bench
        assert memory_mb < 600
    finally:
        supervisor = psutil.Process(bare.status()["processes"]["supervisor"][0])
        below = supervisor.children(recursive=True)
        supervisor.kill()
        process.communicate(timeout=60)
    assert not psutil.wait_procs(below, timeout=30)[1]
    again = bare.demo()
    try:
        _wait_healthy(again, bare.port, FIRST_START_S)
        assert _wait_for_samples(bare) == before
    finally:
        _interrupt(again)


def test_a_command_is_there_after_any_target(bare: Bare) -> None:
    code, output = bare.run(".venv/bin/luneo", "config")
    assert code == Exit.OK
    assert "LUNEO_DATA" in output


def test_a_moved_folder_and_an_interrupted_installation_are_made_anew(bare: Bare) -> None:
    moved = bare.code.with_name("moved")
    bare.code.rename(moved)
    bare.code = moved
    interrupted = bare.start("make", "install")
    assert interrupted.stdout is not None
    for line in interrupted.stdout:
        if "requirements.lock" in line:
            os.killpg(interrupted.pid, signal.SIGKILL)
    interrupted.communicate()
    code, output = bare.run("make", "install")
    assert code == 0, output
    assert "Making .venv" in output
    assert bare.run(".venv/bin/luneo", "config")[0] == Exit.OK


if IS_ROOT:

    def test_root_works_for_the_owner_of_the_data(bare: Bare) -> None:
        up = (".venv/bin/luneo", "up", "--data", str(bare.data), "--port", str(bare.port))
        process = bare.start(*up, user=0)
        try:
            _wait_healthy(process, bare.port, 60)
            pids = [pid for pids in bare.status()["processes"].values() for pid in pids]
            assert {psutil.Process(pid).uids().effective for pid in pids} == {bare.user}
        finally:
            _interrupt(process)
        process = bare.start(*up)
        try:
            _wait_healthy(process, bare.port, 60)
        finally:
            _interrupt(process)

    def test_a_plain_user_is_told_whose_data_it_is(bare: Bare) -> None:
        data = bare.home.parent / "roots"
        data.mkdir(mode=0o755)
        code, output = bare.run(
            ".venv/bin/luneo", "up", "--data", str(data), "--port", str(bare.port)
        )
        assert code == Exit.UNAVAILABLE
        assert "belongs to root" in output
        assert "Traceback" not in output

    def test_a_user_without_a_name_can_run_it(bare: Bare) -> None:
        data = bare.home.parent / "nameless"
        data.mkdir()
        os.chown(data, NAMELESS, NAMELESS)
        up = (".venv/bin/luneo", "up", "--data", str(data), "--port", str(bare.port))
        process = bare.start(*up, user=NAMELESS)
        try:
            _wait_healthy(process, bare.port, 60)
        finally:
            _interrupt(process)
