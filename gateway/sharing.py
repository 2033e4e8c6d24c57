"""Several processes that take the connections of one port, each its part of them.

They listen on the same socket, and all are woken by a connection; whoever has fewest takes it. A
kernel that spreads connections by chance gives two of them to one process as often as not, while the
other one rests. Who has fewest but does not come is waited for a moment and no longer.
"""

from __future__ import annotations

import asyncio
import mmap
import socket
import ssl
import struct
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final

import structlog
import uvicorn

_COUNT: Final = struct.Struct("=i")
_TAKES_NONE: Final = 2**31 - 1
_COME_WITHIN_S: Final = 0.005
_NO_FILES_S: Final = 0.1
_FAREWELL_S: Final = 1.0

_log = structlog.get_logger(__name__)
_tasks: Final[set[asyncio.Task[object]]] = set()  # a loop alone does not keep them


class Counts:
    """How many connections each process has, in memory that all of them see. fd: names it."""

    def __init__(self, fd: int, processes: int) -> None:
        self._memory = mmap.mmap(fd, processes * _COUNT.size)
        self._all = struct.Struct(f"={processes}i")

    def others_least(self, slot: int) -> int:
        """Return the fewest that any process but that of the slot has."""
        found = self._all.unpack_from(self._memory)
        return min((*found[:slot], *found[slot + 1 :]), default=_TAKES_NONE)

    def tell(self, slot: int, count: int) -> None:
        """Tell how many a process has."""
        _COUNT.pack_into(self._memory, slot * _COUNT.size, count)

    def takes_none(self, slot: int) -> None:
        """Tell that it takes no connections."""
        self.tell(slot, _TAKES_NONE)


def shared_memory(processes: int) -> tuple[IO[bytes], Counts]:
    """Return new memory of which no process takes connections yet, and the file that it is."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as processes are started
    file.truncate(processes * _COUNT.size)
    counts = Counts(file.fileno(), processes)
    for slot in range(processes):
        counts.takes_none(slot)
    return file, counts


@dataclass(frozen=True, slots=True)
class Place:
    """One process's part in a port: file descriptors that it inherits, and which one it is."""

    listening: int
    counts: int
    slot: int
    processes: int

    def __str__(self) -> str:
        return f"{self.listening}:{self.counts}:{self.slot}:{self.processes}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """Return the place that `str` wrote."""
        return cls(*map(int, text.split(":")))


class _Connections(set[asyncio.Protocol]):
    """A server's connections; `changed` is called when one comes or goes."""

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__()
        self._changed = changed

    def add(self, one: asyncio.Protocol) -> None:
        super().add(one)
        self._changed()

    def discard(self, one: object) -> None:
        super().discard(one)
        self._changed()


class SharingServer(uvicorn.Server):
    """A server that has a part in a port; with no place, one that listens as its sockets say."""

    def __init__(self, config: uvicorn.Config, place: Place | None = None) -> None:
        super().__init__(config)
        self._place = place

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        if self._place is None:
            await super().startup(sockets)
            return
        await super().startup([])
        acceptor = _Acceptor(self._place, self._protocol, self.config.ssl)
        self.server_state.connections = _Connections(  # type: ignore[assignment]  # its protocols
            lambda: acceptor.tell(len(self.server_state.connections))
        )
        self.servers.append(acceptor)  # type: ignore[arg-type]  # it is told to close and waited for
        acceptor.open()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End in order. Clients that keep a TLS connection seldom answer its end while they rest."""
        asyncio.get_running_loop().call_later(_FAREWELL_S, self._let_go)
        await super().shutdown(sockets)

    def _let_go(self) -> None:
        """Wait no longer for the farewell of those who have their answers."""
        for connection in tuple(self.server_state.connections):
            transport = connection.transport
            if transport.is_closing() and not transport.get_write_buffer_size():
                transport.abort()

    def _protocol(self) -> asyncio.Protocol:
        kind: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        return kind(
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
            _loop=asyncio.get_running_loop(),
        )


class _Acceptor:
    """Takes connections from the socket that all share. sockets: that one."""

    def __init__(
        self, place: Place, protocol: Callable[[], asyncio.Protocol], tls: ssl.SSLContext | None
    ) -> None:
        self._slot = place.slot
        self._counts = Counts(place.counts, place.processes)
        self._protocol = protocol
        self._tls = tls
        self._socket = socket.socket(fileno=place.listening)
        self._socket.setblocking(False)
        self.sockets = (self._socket,)
        self._open = False
        self._have = self._coming = 0
        self._told = 0

    def open(self) -> None:
        """Begin to take them."""
        self._open = True
        self._tell()
        asyncio.get_running_loop().add_reader(self._socket, self._is_wanted)

    def close(self) -> None:
        """Take no more."""
        if self._open:
            self._open = False
            self._counts.takes_none(self._slot)
            asyncio.get_running_loop().remove_reader(self._socket)

    async def wait_closed(self) -> None:
        """Return at once: the socket is everybody's and stays open."""

    def tell(self, count: int) -> None:
        """Take note of how many are open."""
        self._have = count
        self._tell()

    def _tell(self) -> None:
        self._told = self._have + self._coming
        if self._open:
            self._counts.tell(self._slot, self._told)

    def _is_wanted(self) -> None:
        """Take a connection, or leave it for a moment to who has fewer."""
        if self._counts.others_least(self._slot) < self._told:
            self._rest(_COME_WITHIN_S)
        else:
            self._take()

    def _rest(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._socket)
        loop.call_later(seconds, self._insist)

    def _insist(self) -> None:
        if self._open:
            asyncio.get_running_loop().add_reader(self._socket, self._is_wanted)
            self._take()

    def _take(self) -> None:
        try:
            connection, _ = self._socket.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # another one has it, or it is gone
        except OSError as error:
            _log.error("connections have to wait", error=str(error))
            self._rest(_NO_FILES_S)
            return
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._coming += 1
        self._tell()
        task = asyncio.get_running_loop().create_task(self._begin(connection))
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)

    async def _begin(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(self._protocol, connection, ssl=self._tls)
        except OSError:  # a handshake that failed, ssl.SSLError too, is the client's loss
            connection.close()
        finally:
            self._coming -= 1
            self._tell()
