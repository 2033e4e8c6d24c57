"""One gateway in several processes: an interpreter uses one core, a proxy shall use them all.

Each process has a listening socket of its own on the same port, and the kernel spreads connections
over them. The parent, which answers nothing, keeps the sockets: connections that come while a
process is being started again wait for it.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable, Sequence
from typing import Final

from services.runtime.end_signals import EndSignals
from services.runtime.parent import PARENT_VARIABLE

BACKLOG: Final = 1024
_LOOK_EVERY_S: Final = 0.2
_AGAIN_AFTER_S: Final = 1.0
_END_LIMIT_S: Final = 30.0

Command = Callable[[int], Sequence[str]]


def listen(host: str, port: int, count: int) -> list[socket.socket]:
    """Return listening sockets on one address. port: 0 takes a free one. Raises OSError."""
    (family, *_), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    sockets: list[socket.socket] = []
    for _ in range(count):
        if sockets:
            port = sockets[0].getsockname()[1]
        sockets.append(
            socket.create_server((host, port), family=family, backlog=BACKLOG, reuse_port=True)
        )
    return sockets


class Processes:
    """Keeps a process running for each socket. Used on the main thread.

    command: of the process for a socket, by its file descriptor; it prints a line when it answers,
    and ends by SIGTERM. It is to call `die_with_parent`.
    """

    def __init__(self, command: Command, sockets: Sequence[socket.socket]) -> None:
        self._command = command
        self._sockets = sockets
        self._ending = EndSignals()
        self._running: list[subprocess.Popen[str]] = []

    def run(self, ready: Callable[[str], None]) -> int:
        """Run until the process is told to end; return 0, or how a process ended that never answered.

        ready: gets the line of the first process once all of them answer.
        """
        with self._ending:
            try:
                self._running = [self._start(one) for one in self._sockets]
                lines = [_line(process) for process in self._running]
                if not all(lines):
                    return self._running[lines.index("")].wait()
                ready(lines[0])
                while not self._ending.wait(_LOOK_EVERY_S):
                    self._look()
                return 0
            finally:
                self._stop()

    def end(self) -> None:
        """Let `run` end; from any thread."""
        self._ending.tell()

    def _start(self, one: socket.socket) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - our own program with the arguments of this one
            self._command(one.fileno()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=(one.fileno(),),
            env={**os.environ, PARENT_VARIABLE: str(os.getpid())},
        )

    def _look(self) -> None:
        """Start again what has ended."""
        for at, process in enumerate(self._running):
            if process.poll() is None or self._ending.wait(_AGAIN_AFTER_S):
                continue
            _close(process)
            self._running[at] = self._start(self._sockets[at])

    def _stop(self) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(_END_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _close(process)


def _line(process: subprocess.Popen[str]) -> str:
    """Return the first line that a process prints, "" if it ends before."""
    return process.stdout.readline().rstrip("\n") if process.stdout else ""


def _close(process: subprocess.Popen[str]) -> None:
    if process.stdout:
        process.stdout.close()
