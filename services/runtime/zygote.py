"""The process from which the readers of files are forked, seen from the service that uses it.

    zygote = Zygote(functions=…, preload=…, …)
    reader = zygote.reader()      # a process of its own, confined, with three pipes

What it does itself is `confined_child`. It ends by itself when nobody wants a reader for a while,
and with the process that started it; its readers end with it.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from services.runtime.confined_child import BEGUN, ENDED, START

_FLAGS: Final = ("-I", "-B", "-c")  # isolated, without writing bytecode
_PROJECT: Final = Path(__file__).resolve().parents[2]
_IDLE_S: Final = 300
_START_S: Final = 60.0  # imports on a machine that has much to do
_LAST_WORDS_S: Final = 1.0
_KILLED_S: Final = 30.0
MAX_COMPLAINT: Final = 8192  # bytes that are kept of what a process says that fails
_ENVIRONMENT: Final = {
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "VIPS_CONCURRENCY": "1",
}


class NotBegun(Exception):
    """The zygote ended, or could not fork, before there was a reader."""


class Vanished(Exception):
    """The zygote ended, and the reader with it; nothing is known of the file."""


class Zygote:
    """Used by any number of threads."""

    def __init__(self, **configuration: Any) -> None:
        """configuration: what `confined_child` takes. Raises OSError."""
        project = os.fspath(_PROJECT)
        configuration |= {"paths": [project], "idle_s": _IDLE_S}
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        try:
            with theirs:
                self._process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [sys.executable, *_FLAGS, START, project, json.dumps(configuration)],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    cwd="/",
                    env=_ENVIRONMENT,
                    start_new_session=True,
                )
        except BaseException:  # nobody else would close it
            self._line.close()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    def reader(self) -> Reader:
        """Return a new process that waits for a file. Raises NotBegun."""
        ours: list[int] = []
        theirs: list[int] = []
        told, telling = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            for backwards in (True, False, False):
                pair = os.pipe()
                theirs.append(pair[0 if backwards else 1])
                ours.append(pair[1 if backwards else 0])
            for end in ours:
                os.set_blocking(end, False)
            told.settimeout(_START_S)
            socket.send_fds(self._line, [b"read"], [*theirs, telling.fileno()])
            telling.close()
            if told.recv(len(BEGUN)) == BEGUN:
                return Reader(ours, told)
        except OSError as error:
            _close(ours)
            told.close()
            raise NotBegun from error
        finally:
            telling.close()
            _close(theirs)
        _close(ours)
        told.close()
        raise NotBegun

    def epitaph(self) -> tuple[int | None, str]:
        """Return the exit code of one that has ended, or is about to, and what it said of it."""
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(_LAST_WORDS_S)
            with self._lock:
                stderr = self._process.stderr
                said = b"" if stderr is None or stderr.closed else stderr.read(MAX_COMPLAINT)
            return code, said.decode(errors="replace")
        return None, ""

    def close(self) -> None:
        """End it, and its readers. Closing twice is the same as once."""
        with self._lock:
            self._line.close()
            self._process.kill()
            self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()


class Reader:
    """One child. stdin, stdout, stderr: our ends of its pipes, which do not block."""

    def __init__(self, ends: list[int], told: socket.socket) -> None:
        self.stdin, self.stdout, self.stderr = ends
        self._told = told

    def close_stdin(self) -> None:
        """Tell it that this was the whole file."""
        if self.stdin >= 0:
            os.close(self.stdin)
            self.stdin = -1

    def wait(self, limit_s: float) -> int | None:
        """Return its exit code, below 0 for a signal; None if it runs on. Raises Vanished."""
        self._told.settimeout(limit_s)
        try:
            said = self._told.recv(ENDED.size)
        except TimeoutError:
            return None
        except OSError as error:
            raise Vanished from error
        if not said:
            raise Vanished
        return int(ENDED.unpack(said)[0])

    def killed(self) -> int:
        """Have it ended; return its exit code. Raises Vanished."""
        with suppress(OSError):
            self._told.shutdown(socket.SHUT_WR)
        code = self.wait(_KILLED_S)
        if code is None:
            raise Vanished
        return code

    def close(self) -> None:
        """Give the ends back; it is killed if it still runs."""
        self.close_stdin()
        _close([self.stdout, self.stderr])
        self._told.close()


def _close(ends: list[int]) -> None:
    for end in ends:
        os.close(end)
