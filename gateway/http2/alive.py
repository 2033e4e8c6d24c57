"""Whether the server is there at all: asked by PING (RFC 9113, section 6.7)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from gateway.http2 import frames
from gateway.http2.frames import Kind

_WITHIN_S: Final = 5.0
# Servers of gRPC end a connection with more pings than two, and one in five minutes, while they say
# nothing: https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md.
_MOST: Final = 2
_EVERY_S: Final = 300.0
_PING: Final = frames.frame(Kind.PING, 0, 0, b"gateway?")


class Alive:
    """Asks, and tells if nothing comes. asked: since the server last said something of a call."""

    __slots__ = ("_asked_s", "_dead", "_timer", "_write", "asked")

    def __init__(self, write: Callable[[bytes], None], dead: Callable[[], None]) -> None:
        self._write = write
        self._dead = dead
        self._timer: asyncio.TimerHandle | None = None
        self._asked_s = 0.0
        self.asked = 0

    def ask(self) -> None:
        """Ask, unless it is asked already or the server would take it amiss."""
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            return
        if self.asked < _MOST or loop.time() - self._asked_s >= _EVERY_S:
            self.asked += 1
            self._asked_s = loop.time()
            self._timer = loop.call_later(_WITHIN_S, self._dead)
            self._write(_PING)

    def heard(self) -> None:
        """Take that something came, or that nobody waits for it."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
