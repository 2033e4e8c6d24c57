"""One `luneo demo` for all test processes: the first that needs it starts it, the last one stops it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import psutil

from tests.platform.installation import LUNEO, START_LIMIT_S, environment, free_port

END_LIMIT_S = 60.0

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def shared_demo(folder: Path) -> Iterator[Path]:
    """Yield the data folder of a demo that runs. folder: the same for all processes of a test run."""
    folder.mkdir(exist_ok=True)
    with (folder / "users").open("w") as users:
        with _alone(folder):
            # Held until this process ends, however it ends, so nobody is counted who is gone.
            fcntl.flock(users, fcntl.LOCK_SH)
            if not _runs(folder):
                _start(folder)
        try:
            yield folder / "data"
        finally:
            with _alone(folder):
                fcntl.flock(users, fcntl.LOCK_UN)
                if _is_last(users):
                    _stop(folder)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "mutex").open("w") as mutex:
        fcntl.flock(mutex, fcntl.LOCK_EX)
        yield


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _runs(folder: Path) -> bool:
    with contextlib.suppress(FileNotFoundError, ValueError, psutil.Error):
        process = psutil.Process(int((folder / "pid").read_text()))
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def build_page() -> None:
    """Build what the gateway serves, unless it is built."""
    subprocess.run(
        [sys.executable, ROOT / ".ci" / "page.py"], check=True, stderr=subprocess.DEVNULL
    )


def _start(folder: Path) -> None:
    build_page()
    data = folder / "data"
    command = [*LUNEO, "demo", "--data", str(data), "--port", str(free_port())]
    log = folder / "log"
    create = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    # No child of a Popen: the process that starts it may be gone before the one that stops it.
    pid = os.posix_spawn(
        command[0],
        command,
        environment(),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), create, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
    )
    (folder / "pid").write_text(str(pid))
    end = time.monotonic() + START_LIMIT_S
    while not (data / "samples.json").exists():
        if not _runs(folder) or time.monotonic() > end:
            raise AssertionError(log.read_text())
        time.sleep(0.05)


def _stop(folder: Path) -> None:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, psutil.NoSuchProcess):
        pid = int((folder / "pid").read_text())
        process = psutil.Process(pid)
        os.kill(pid, signal.SIGTERM)
        # Who started it may be another process of the run: then it ends as a zombie.
        end = time.monotonic() + END_LIMIT_S
        while process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < end:
            time.sleep(0.05)
        (folder / "pid").unlink()


def record_of(data: Path) -> dict[str, Any]:
    """What the demo says about itself: its page, brands, products and keys."""
    record: dict[str, Any] = json.loads((data / "demo.json").read_text())
    return record
