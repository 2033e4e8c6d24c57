"""What PostgreSQL and Redis have in common: a child process that belongs to a data folder."""

from __future__ import annotations

import contextlib
import os
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from services.runtime.embedded import process
from services.runtime.embedded.folders import hold, private_folder, socket_folder


class Server(ABC):
    """A server that lives as a child of this process.

    `start` it from a thread that lives as long as the server should: the kernel ends the child with
    the thread that made it.
    """

    title: ClassVar[str]
    program: ClassVar[str]  # its name in the system's list of processes
    stop_signals: ClassVar[Sequence[tuple[int, float]]]  # each with the seconds that it is given

    def __init__(self, data: Path) -> None:
        name = self.program.removesuffix("-server")
        self.data = data.absolute()
        self.folder = self.data / name
        self.log = self.data / "log" / f"{name}.log"
        self._lock_file = self.data / "run" / f"{name}.lock"
        self._lock: int | None = None
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id while the server runs."""
        return self._child.pid if self._child and self._child.poll() is None else None

    @cached_property
    def sockets(self) -> Path:
        """Folder of the unix socket."""
        return socket_folder(self.data)

    def start(self) -> None:
        """Return when the server answers. Raises EmbeddedError."""
        private_folder(self.data)
        private_folder(self._lock_file.parent)
        if self._lock is None:
            self._lock = hold(self._lock_file)
        process.stop_orphan(self.pid_file, os.fspath(self.folder), self.stop_signals)
        process.forget_stranger(self.pid_file, self.program)
        self.prepare()
        self._child = process.spawn(
            self.command(),
            folders=[self.folder, self.sockets],
            log=self.log,
            death_signal=self.stop_signals[0][0],
        )
        process.wait_until(self.is_ready, self._child, name=self.title, log=self.log)
        self.ready()

    def stop(self) -> None:
        """Shut down cleanly; nothing happens if it does not run."""
        if self._child is not None:
            process.stop(self._child, self.stop_signals)
            self._child = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        folder = self.__dict__.pop("sockets", None)
        if folder is not None and folder != self._lock_file.parent:
            with contextlib.suppress(OSError):  # the other server's socket may still be in it
                folder.rmdir()

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients connect."""

    @property
    @abstractmethod
    def pid_file(self) -> Path:
        """File whose first line is the running server's process id."""

    @abstractmethod
    def prepare(self) -> None:
        """Make what the server needs before it starts; its folder exists afterwards."""

    @abstractmethod
    def command(self) -> list[str]:
        """The program and its arguments, the data folder among them."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether this process' child answers."""

    @abstractmethod
    def ready(self) -> None:
        """Do what is left to do once it answers."""
