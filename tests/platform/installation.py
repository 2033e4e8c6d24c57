"""A real `luneo up` as a child process, for tests that stop, kill and start it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

START_LIMIT_S = 300.0
_PORTS = range(15_000, 32_000, 2)  # below those that systems give to connections by themselves
LUNEO = [sys.executable, "-P", "-m", "services.cli"]


def free_port() -> int:
    """Return a port p such that p and p + 1, for gRPC, are free at this moment."""
    while True:
        port = secrets.choice(_PORTS)
        with socket.socket() as first, socket.socket() as second, contextlib.suppress(OSError):
            first.bind(("127.0.0.1", port))
            second.bind(("127.0.0.1", port + 1))
            return port


def environment(**changes: str) -> dict[str, str]:
    """This process' environment without settings of Luneo.

    Sides of models are prepared only where a test asks for it: it takes minutes of a processor.
    """
    away = ("LUNEO_", "DATABASE_URL", "REDIS_URL", "PROMETHEUS_MULTIPROC_DIR", "PYTEST_", "COV_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(away)}
    project = Path(__file__).resolve().parents[2]
    paths = f"{project}{os.pathsep}{project / 'protos' / 'gen' / 'python'}"
    return {**kept, "PYTHONPATH": paths, "LUNEO_PREPARE_3D": "off", **changes}


def luneo(
    *arguments: str, command: Sequence[str] = LUNEO, **changes: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*command, *arguments],
        capture_output=True,
        text=True,
        env=environment(**changes),
        timeout=START_LIMIT_S,
        check=False,
        stdin=subprocess.DEVNULL,
    )


class Installation:
    """One data folder, and the `luneo up` that runs in it."""

    def __init__(
        self,
        data: Path,
        *,
        user: int | None = None,
        command: Sequence[str] = LUNEO,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.data = data
        self.port = free_port()
        self._user = user
        self._command = command
        self._settings = dict(settings or {})
        self._process: subprocess.Popen[str] | None = None

    def start(self, *arguments: str, subcommand: str = "up") -> dict[str, Any]:
        """Return the status once everything is ready."""
        flags = ["--data", str(self.data), "--port", str(self.port), *arguments]
        self._process = subprocess.Popen(
            [*self._command, subcommand, *flags],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            user=self._user,
            group=self._user,
            extra_groups=None if self._user is None else [],
            env=environment(**self._settings),
        )
        end = time.monotonic() + START_LIMIT_S
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise AssertionError(self._process.communicate()[1])
            with contextlib.suppress(FileNotFoundError):
                if self.state()["pid"] == self._process.pid:
                    return self.status()
            time.sleep(0.05)
        raise AssertionError("luneo up did not become ready")

    def status(self) -> dict[str, Any]:
        answer = luneo("status", "--json", "--data", str(self.data), command=self._command)
        assert answer.returncode == 0, answer.stderr
        record: dict[str, Any] = json.loads(answer.stdout)
        return record

    def seeded(self) -> dict[str, Any]:
        """Return the demo's record once its samples are in place."""
        end = time.monotonic() + START_LIMIT_S
        while time.monotonic() < end:
            record: dict[str, Any] = self.status()["demo"]
            if record:
                return record
            time.sleep(0.1)
        raise AssertionError("the samples did not come")

    def family(self) -> list[psutil.Process]:
        """Every process of the installation, the supervisor first."""
        assert self._process is not None
        supervisor = psutil.Process(self._process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def kill(self) -> list[psutil.Process]:
        """kill -9 of the supervisor alone; return what was below it."""
        assert self._process is not None
        below = self.family()[1:]
        self._process.send_signal(signal.SIGKILL)
        self._process.communicate()
        return below

    def stop(self) -> int:
        """End it as a terminal or an init system does; return the exit code."""
        assert self._process is not None
        self._process.terminate()
        self._process.communicate(timeout=60)
        return self._process.returncode

    def end(self) -> None:
        """Stop it if it runs."""
        if self._process is not None and self._process.poll() is None:
            self.stop()

    def state(self) -> dict[str, Any]:
        """The state file as it is."""
        record: dict[str, Any] = json.loads((self.data / "run" / "state.json").read_text())
        return record


@contextlib.contextmanager
def installation(data: Path, **options: Any) -> Iterator[Installation]:
    """An installation that is not left running, whatever happens."""
    made = Installation(data, **options)
    try:
        yield made
    finally:
        made.end()
