"""One embedded server as a child process: started, watched, stopped, found again.

The child dies with its parent (see launch.py). Where that failed, or is still going on, the next
start finds the process by its pid file and stops it before it starts its own.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import psutil

from services.runtime.embedded.errors import EmbeddedError

LAUNCHER: Final = Path(__file__).with_name("launch.py")
LOG_LIMIT_BYTES: Final = 16_000_000
START_LIMIT_S: Final = 60.0
_POLL_S: Final = 0.01


def spawn(
    command: Sequence[str | Path], *, folders: Sequence[Path], log: Path, death_signal: int
) -> subprocess.Popen[bytes]:
    """Start a server as a child; call from a thread that lives as long as the server should."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".1.log"))
    launcher = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(death_signal)]
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603  the path is the wheel's, the arguments are ours
            [*launcher, *folders, "--", *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the parent, which stops its servers in order
            cwd=folders[0],
        )


def wait_until(
    ready: Callable[[], bool], child: subprocess.Popen[bytes], *, name: str, log: Path
) -> None:
    """Return once `ready`; raise EmbeddedError with the log's end if the child dies or is too slow."""
    end = time.monotonic() + START_LIMIT_S
    while not ready():
        if child.poll() is not None:
            raise EmbeddedError(
                f"{name} stopped while starting (exit code {child.returncode}). "
                f"The end of {log}:\n{log_end(log)}"
            )
        if time.monotonic() > end:
            raise EmbeddedError(f"{name} did not answer within {START_LIMIT_S:.0f} s. See {log}.")
        time.sleep(_POLL_S)


def stop(child: subprocess.Popen[bytes], signals: Sequence[tuple[int, float]]) -> None:
    """Send each (signal, seconds to wait) in turn until the child is gone, SIGKILL at last."""
    for number, limit_s in (*signals, (signal.SIGKILL, 10.0)):
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(limit_s)
            return


def stop_orphan(pid_file: Path, mark: str, signals: Sequence[tuple[int, float]]) -> int | None:
    """Stop the server that an earlier parent left behind; return its pid, or None if there is none.

    mark: an argument of its command line that only this data folder's server has, so that a pid
    which meanwhile belongs to somebody else is left alone.
    """
    try:
        pid = int(pid_file.read_text("ascii", errors="replace").split("\n", 1)[0])
        process = psutil.Process(pid)
        if mark not in process.cmdline():
            return None
        for number, limit_s in (*signals, (signal.SIGKILL, 10.0)):
            process.send_signal(number)
            with contextlib.suppress(psutil.TimeoutExpired):
                process.wait(limit_s)
                return pid
    except (OSError, ValueError, psutil.Error):
        return None
    return None


def forget_stranger(pid_file: Path, program: str) -> None:
    """Remove a pid file whose number meanwhile belongs to another program, or to nobody.

    PostgreSQL would take the other program for itself and refuse to start.
    """
    try:
        pid = int(pid_file.read_text("ascii", errors="replace").split("\n", 1)[0])
        stranger = psutil.Process(pid).name() != program
    except psutil.NoSuchProcess:
        stranger = True
    except (OSError, ValueError, psutil.Error):
        return
    if stranger:
        pid_file.unlink(missing_ok=True)


def log_end(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log."""
    try:
        return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"
