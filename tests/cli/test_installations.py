"""Whole installations: a demo that is stopped while it fills, and two beside each other."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from services.cli.exits import Exit
from tests.platform.installation import (
    LUNEO,
    START_LIMIT_S,
    environment,
    free_port,
    installation,
    luneo,
)

EMMA = Path(__file__).resolve().parents[2] / "examples" / "designs" / "tag-emma.json"


def keys_of(data: Path) -> dict[str, Any]:
    """The keys that a demo has kept so far."""
    try:
        found: dict[str, Any] = json.loads((data / "demo-keys.json").read_text())
    except FileNotFoundError:
        return {}
    return found


@contextmanager
def filling(data: Path) -> Iterator[subprocess.Popen[str]]:
    """A demo that has made its first key and not yet all of its samples."""
    process = subprocess.Popen(
        [*LUNEO, "demo", "--data", str(data), "--port", str(free_port())],
        env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        end = time.monotonic() + START_LIMIT_S
        while not keys_of(data):
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < end, "no key was made"
            time.sleep(0.02)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize(
    "by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name
)
def test_a_demo_that_is_stopped_while_it_fills_goes_on_next_time(
    tmp_path: Path, by: signal.Signals
) -> None:
    with filling(tmp_path) as process:
        below = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(by)
        said = process.communicate(timeout=60)[1]
        assert "Traceback" not in said
        if by is not signal.SIGKILL:
            assert process.returncode == Exit.INTERRUPTED
        assert not psutil.wait_procs(below, timeout=60)[1]
    assert not (tmp_path / "demo.json").exists()
    kept = keys_of(tmp_path)
    with installation(tmp_path) as again:
        again.start(subcommand="demo")
        brands = {brand["brand"]: brand for brand in again.seeded()["brands"]}
    assert len(brands) == 2
    for brand, keys in kept.items():
        assert {kind: brands[brand]["keys"][kind] for kind in keys} == {
            kind: key["secret"] for kind, key in keys.items()
        }


@pytest.mark.slow
def test_installations_beside_each_other_know_nothing_of_each_other(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    with installation(folders[0]) as one, installation(folders[1]) as two:
        assert one.start()["rest"] != two.start()["rest"]
        assert luneo("brand", "create", "acme", "--data", str(folders[0])).returncode == Exit.OK
        key = luneo("key", "create", "acme", "--data", str(folders[0]))
        assert key.stdout.startswith("lpk_")
        other = luneo("key", "create", "acme", "--data", str(folders[1]))
        assert other.returncode == Exit.NO_INPUT
        one.stop()
        assert luneo("status", "--data", str(folders[0])).returncode == Exit.NOT_RUNNING
        assert luneo("status", "--data", str(folders[1])).returncode == Exit.OK


def test_a_terminal_shows_that_something_is_at_work(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    out = tmp_path / "emma.zip"
    with subprocess.Popen(
        [*LUNEO, "render", str(EMMA), str(out)], env=environment(TERM="xterm-256color"),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = _everything(ours)
    assert process.returncode == Exit.OK
    assert "Making emma.zip" in shown
    assert "\x1b[" in shown
    assert f"{out.stat().st_size:,} bytes" in shown


def _everything(terminal: int) -> str:
    """Return what is written to a terminal until its other side is closed."""
    parts = []
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # how Linux tells that the other side is closed
            part = b""
        if not part:
            os.close(terminal)
            return b"".join(parts).decode()
        parts.append(part)
