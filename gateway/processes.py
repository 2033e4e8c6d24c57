"""One gateway in several processes: an interpreter uses one core, a proxy shall use them all.

They share a listening socket (`sharing`) that the parent, which answers nothing, keeps: connections
that come while a process is being started again are taken by the others.
"""

from __future__ import annotations

import os
import select
import socket
import subprocess
from collections.abc import Callable, Sequence
from typing import Final

from gateway.sharing import Place, shared_memory
from services.runtime.end_signals import EndSignals
from services.runtime.parent import PARENT_VARIABLE

BACKLOG: Final = 1024
_LOOK_EVERY_S: Final = 0.2
_AGAIN_AFTER_S: Final = 1.0
_END_LIMIT_S: Final = 30.0

Command = Callable[[Place], Sequence[str]]


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. port: 0 takes a free one. Raises OSError."""
    (family, *_), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


class Processes:
    """Keeps as many processes running on a listening socket. Used on the main thread.

    command: of the process for a place, that prints a line when it answers, and ends by SIGTERM. It
    is to call `die_with_parent` and to answer by a `SharingServer`.
    """

    def __init__(self, command: Command, listening: socket.socket, count: int) -> None:
        self._command = command
        self._listening = listening
        self._memory, self._counts = shared_memory(count)
        fds = listening.fileno(), self._memory.fileno()
        self._places = [Place(*fds, slot, count) for slot in range(count)]
        self._ending = EndSignals()
        self._running: list[subprocess.Popen[str]] = []

    def run(self, ready: Callable[[str], None]) -> int:
        """Run until the process is told to end; return 0, or how a process ended that never answered.

        ready: gets the line of the first process once all of them answer.
        """
        with self._ending:
            try:
                self._running = [self._start(place) for place in self._places]
                lines = [self._line(process) for process in self._running]
                if self._ending.wait(0.0):
                    return 0
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

    def _start(self, place: Place) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - our own program with the arguments of this one
            self._command(place),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=(place.listening, place.counts),
            env={**os.environ, PARENT_VARIABLE: str(os.getpid())},
        )

    def _line(self, process: subprocess.Popen[str]) -> str:
        """Return the first line that a process prints, "" if it or this one is to end before."""
        assert process.stdout
        while not select.select([process.stdout], [], [], _LOOK_EVERY_S)[0]:
            if self._ending.wait(0.0):
                return ""
        return process.stdout.readline().rstrip("\n")

    def _look(self) -> None:
        """Start again what has ended."""
        for at, process in enumerate(self._running):
            if process.poll() is None:
                continue
            self._counts.takes_none(at)
            if not self._ending.wait(_AGAIN_AFTER_S):
                _close(process)
                self._running[at] = self._start(self._places[at])

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


def _close(process: subprocess.Popen[str]) -> None:
    if process.stdout:
        process.stdout.close()
