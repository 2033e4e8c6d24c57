"""A gRPC server by its address: connected when first called, and again when the connection ends."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from typing import Final
from weakref import WeakSet

import grpc

from gateway.http2 import fields
from gateway.http2.call import Call, Sink, enclosed
from gateway.http2.connection import Connection
from gateway.http2.fields import Field

_CONNECTED_WITHIN_S: Final = 20.0
_PROTOCOL: Final = "h2"


class Channel:
    """Calls to one server; used by one event loop. address: "host:port". tls: None for plain text.

    most_bytes: of a message, either way.
    """

    def __init__(self, address: str, *, tls: ssl.SSLContext | None, most_bytes: int) -> None:
        host, _, port = address.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        self._address = address
        self._tls = tls
        self._most = most_bytes
        self._first: dict[str, bytes] = {}
        self._connection: Connection | None = None
        self._alive: WeakSet[Connection] = WeakSet()
        self._is_closed = False
        self._waiting: list[Call] = []
        self._connecting: asyncio.Task[None] | None = None
        if tls is not None:
            tls.set_alpn_protocols([_PROTOCOL])

    def call(
        self,
        path: str,
        message: bytes,
        metadata: Iterable[Field],
        timeout_s: float | None,
        sink: Sink,
    ) -> Call:
        """Begin a call. metadata: names in lower case; values as `fields.field` takes them."""
        first = self._first.get(path)
        if first is None:
            secure = self._tls is not None
            first = self._first[path] = fields.first_fields(path, self._address, secure=secure)
        parts = [first]
        if timeout_s is not None:
            parts.append(fields.timeout(timeout_s))
        parts += [fields.field(name, value) for name, value in metadata]
        body = enclosed(message)
        call = Call(b"".join(parts), body, sink, most_bytes=self._most, timeout_s=timeout_s)
        if len(message) > self._most:
            text = f"The request has {len(message)} bytes, more than {self._most}."
            call.refuse(grpc.StatusCode.RESOURCE_EXHAUSTED, text)
        else:
            self._begin(call)
        return call

    async def close(self) -> None:
        """End connections; calls in work are told."""
        self._is_closed = True
        if self._connecting is not None:
            self._connecting.cancel()
        for connection in tuple(self._alive):
            connection.close()
        self._fail("The gateway ends.")

    def _begin(self, call: Call) -> None:
        if self._connection is not None:
            self._connection.begin(call)
        elif self._is_closed:
            call.on_lost("The gateway ends.")
        else:
            self._waiting.append(call)
            if self._connecting is None:
                self._connecting = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        """Connect, and begin what waits, or tell it that there is nobody."""
        connection, wrong = None, ""
        try:
            connection = await self._connected()
        except (OSError, ValueError, OverflowError) as error:  # also of TLS, of names, of ports
            wrong = f"Cannot connect: {error}"
        finally:
            self._connecting = None  # before anybody is told, who may call again
        if connection is None:
            self._fail(wrong)
            return
        self._connection = connection
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            if not call.is_over:
                self._begin(call)

    async def _connected(self) -> Connection:
        """Return a connection to a server that speaks HTTP/2. Raises OSError."""
        loop = asyncio.get_running_loop()
        connection = Connection(self._closing)
        self._alive.add(connection)
        try:
            async with asyncio.timeout(_CONNECTED_WITHIN_S):
                transport, _ = await loop.create_connection(
                    lambda: connection, self._host, self._port, ssl=self._tls
                )
                if self._tls is not None:
                    _check_protocol(transport)
                await connection.ready
            if not connection.is_open:
                raise ConnectionResetError("the server wants no calls")
        except BaseException:  # whatever ends it, cancelling too: the connection is closed
            connection.close()
            raise
        return connection

    def _closing(self, connection: Connection, left: list[Call]) -> None:
        """Begin anew what a connection left; once for each call."""
        if self._connection is connection:
            self._connection = None
        for call in left:
            if call.is_over:
                continue
            if call.again:
                call.on_lost("The connection was closed.")
            else:
                call.again = True
                self._begin(call)

    def _fail(self, message: str) -> None:
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call.on_lost(message)


def _check_protocol(transport: asyncio.BaseTransport) -> None:
    """Raise OSError if the server chose another protocol in the handshake."""
    chosen = transport.get_extra_info("ssl_object").selected_alpn_protocol()
    if chosen != _PROTOCOL:
        raise ConnectionError(f"the server chose {chosen or 'no protocol'}, not {_PROTOCOL}")
