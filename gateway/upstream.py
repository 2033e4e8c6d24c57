"""Calls to a gRPC server elsewhere, of which nothing is known but its descriptors.

What comes back is told apart from how it came: metadata that the server sends with an answer (before
it or behind it, as trailers) become headers if they are on the allow-list.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
import ssl
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from typing import Final

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2

from gateway.edge import headers
from gateway.http2.call import Call, Ended
from gateway.http2.channel import Channel
from gateway.http2.fields import Field
from gateway.invoker import Begin, Done, Header
from gateway.refusals import invalid
from services.runtime.errors import from_status
from services.runtime.pipeline import CallFailed

_DETAILS: Final = "grpc-status-details-bin"
_BINARY: Final = "-bin"
_MESSAGE_BYTES: Final = 64_000_000
# The client's browser is nothing that gRPC's own header could say.
_RENAMED: Final = {"user-agent": "x-user-agent"}
# What a server says of its own connections names addresses that are nobody's business.
_OF_THE_CONNECTION = re.compile(r"ipv[46]:|unix:|dns|connect|[Ss]ocket|reset|GOAWAY", re.IGNORECASE)

Parse = Callable[[bytes], Message]
Headered = tuple[Message, list[Header]]


class UpstreamFailed(CallFailed):
    """A call that the server elsewhere refused or that did not reach it. headers: allowed trailers."""

    def __init__(
        self, status: status_pb2.Status, correlation_id: str, headers: list[Header]
    ) -> None:
        super().__init__(from_status(status), status, correlation_id)
        self.headers = headers


class Upstream:
    """The rpcs of some services behind one address ("host:port").

    tls: None for plain text. answer_metadata: names of metadata that become headers of the answer;
    a value that a header cannot carry is left out.
    """

    def __init__(
        self,
        address: str,
        services: Iterable[ServiceDescriptor],
        *,
        tls: ssl.SSLContext | None = None,
        answer_metadata: Collection[str] = (),
    ) -> None:
        self._channel = Channel(address, tls=tls, most_bytes=_MESSAGE_BYTES)
        self._allowed = frozenset(name.lower() for name in answer_metadata)
        rpcs: dict[str, MethodDescriptor] = {
            f"/{service.full_name}/{rpc.name}": rpc
            for service in services
            for rpc in service.methods
        }
        self._parsers: dict[str, Parse] = {
            path: GetMessageClass(rpc.output_type).FromString for path, rpc in rpcs.items()
        }

    async def unary(
        self,
        path: str,
        request: Message,
        metadata: Mapping[str, str],
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> Message:
        """Return the answer. Raises UpstreamFailed, Refusal (400)."""
        answer, _ = await self.unary_with_headers(
            path, request, metadata, timeout_s, address=address
        )
        return answer

    async def unary_with_headers(
        self,
        path: str,
        request: Message,
        metadata: Mapping[str, str],
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> Headered:
        """Return the answer and the headers that came with it. Raises UpstreamFailed, Refusal (400)."""
        answered: asyncio.Future[Headered] = asyncio.get_running_loop().create_future()

        def ended(message: Message | None, how: Ended) -> None:
            if answered.done():
                return
            if message is None:
                answered.set_exception(self.failed(how, metadata))
            else:
                answered.set_result((message, self.allowed((*how.initial, *how.trailing))))

        call = self._call(
            path, request, metadata, timeout_s, address, _Answer(self._parsers[path], ended)
        )
        try:
            return await answered
        finally:
            if not call.is_over:
                call.cancel()

    def begins(self, _: str) -> Begin | None:
        """Return what begins calls; None if headers come with answers, which have to be awaited."""
        return None if self._allowed else self._begin

    def _begin(
        self,
        path: str,
        request: Message,
        metadata: Mapping[str, str],
        timeout_s: float | None,
        done: Done,
        *,
        address: str = "",
    ) -> None:
        """Begin a call as `unary` makes it. Raises Refusal (400)."""

        def ended(message: Message | None, how: Ended) -> None:
            done(self.failed(how, metadata) if message is None else message)

        self._call(path, request, metadata, timeout_s, address, _Answer(self._parsers[path], ended))

    def stream(
        self,
        path: str,
        request: Message,
        metadata: Mapping[str, str],
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> UpstreamStream:
        """Return the answers as they come. Raises Refusal (400)."""
        stream = UpstreamStream(self, self._parsers[path], metadata)
        stream.call = self._call(path, request, metadata, timeout_s, address, stream)
        return stream

    def _call(
        self,
        path: str,
        request: Message,
        metadata: Mapping[str, str],
        timeout_s: float | None,
        address: str,
        sink: _Answer | UpstreamStream,
    ) -> Call:
        sent = _sent(metadata, address)
        return self._channel.call(path, request.SerializeToString(), sent, timeout_s, sink)

    async def close(self) -> None:
        """Close the connection; calls in work fail."""
        await self._channel.close()

    def allowed(self, metadata: Iterable[Field]) -> list[Header]:
        """Return the headers that metadata of an answer become."""
        if not self._allowed:
            return []
        found = [
            (name, base64.b64encode(value).decode() if isinstance(value, bytes) else value)
            for name, value in metadata
            if name in self._allowed
        ]
        return [(name, value) for name, value in found if headers.is_safe(value)]

    def failed(self, how: Ended, metadata: Mapping[str, str]) -> UpstreamFailed:
        """Return what a call that failed raises."""
        came = self.allowed((*how.initial, *how.trailing))
        return UpstreamFailed(_status(how), metadata["x-correlation-id"], came)


class _Answer:
    """Takes the one message of a unary call. done: gets it, or None and how it ended."""

    __slots__ = ("_data", "_done", "_parse")

    def __init__(self, parse: Parse, done: Callable[[Message | None, Ended], None]) -> None:
        self._parse = parse
        self._done = done
        self._data: list[bytes] = []

    def message(self, data: bytes) -> bool:
        """Take it."""
        if len(self._data) < 2:
            self._data.append(data)
        return True

    def ended(self, how: Ended) -> None:
        """Hand it over."""
        if how.code is not grpc.StatusCode.OK:
            self._done(None, how)
        elif len(self._data) != 1:
            self._done(None, _broken("The server did not send one answer."))
        else:
            try:
                message = self._parse(self._data[0])
            except DecodeError:
                self._done(None, _broken("The answer of the server cannot be read."))
            else:
                self._done(message, how)


class UpstreamStream(AsyncIterator[Message]):
    """The answers of one streaming call. headers: what came before them. trailers: behind them."""

    def __init__(self, upstream: Upstream, parse: Parse, metadata: Mapping[str, str]) -> None:
        self._upstream = upstream
        self._parse = parse
        self._metadata = metadata
        self.call: Call | None = None
        self.headers: list[Header] = []
        self.trailers: list[Header] = []
        self._begun = False
        self._came: deque[bytes] = deque()
        self._how: Ended | None = None
        self._waiter: asyncio.Future[None] | None = None

    def message(self, data: bytes) -> bool:
        """Keep an answer until it is asked for."""
        self._came.append(data)
        self._wake()
        return False

    def ended(self, how: Ended) -> None:
        """Keep how it ended."""
        self._how = how
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def __anext__(self) -> Message:
        if not self._came and self._how is None:
            if self.call is not None:
                self.call.more()
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        if not self._came:
            assert self._how is not None
            self._end(self._how)
        try:
            message = self._parse(self._came.popleft())
        except DecodeError:
            await self.aclose()
            broken = _broken("The answer of the server cannot be read.")
            raise self._upstream.failed(broken, self._metadata) from None
        if not self._begun:
            self._begun = True
            assert self.call is not None
            self.headers = self._upstream.allowed(self.call.initial)
        return message

    def _end(self, how: Ended) -> None:
        self.trailers = self._upstream.allowed(how.trailing)
        if how.code is not grpc.StatusCode.OK:
            raise self._upstream.failed(how, self._metadata)
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """End the call if it still runs."""
        if self.call is not None and not self.call.is_over:
            self.call.cancel()


def _broken(message: str) -> Ended:
    return Ended(grpc.StatusCode.INTERNAL, message, ours=True)


def _status(how: Ended) -> status_pb2.Status:
    """Return the rich status of the trailers, or what the plain code and message say."""
    code = how.code.value[0]
    for name, value in how.trailing:
        if name == _DETAILS and isinstance(value, bytes):
            status = status_pb2.Status()
            try:
                status.ParseFromString(value)
            except DecodeError:
                break
            if status.code == code:
                return status
    message = how.message
    lost = how.code is grpc.StatusCode.UNAVAILABLE
    if lost and (how.ours or _OF_THE_CONNECTION.search(message)):
        message = "The service cannot be reached. Try again shortly."
    return status_pb2.Status(code=code, message=message)


def _sent(metadata: Mapping[str, str], address: str) -> list[Field]:
    """Return what goes to the server. Raises Refusal (400) for what gRPC cannot carry."""
    sent: list[Field] = []
    for name, value in metadata.items():
        if name.endswith(_BINARY):
            sent.append((name, _bytes(name, value)))
        elif value.isascii() and value.isprintable():
            sent.append((_RENAMED.get(name, name), value))
        else:
            raise invalid("INVALID_HEADER", f"The header {name[:40]} is not printable ASCII.")
    if address:
        sent.append(("x-forwarded-for", address))
    return sent


def _bytes(name: str, value: str) -> bytes:
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise invalid("INVALID_HEADER", f"The header {name[:40]} is not base64.") from None
