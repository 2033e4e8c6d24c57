"""Calls to a gRPC server elsewhere, of which nothing is known but its descriptors.

What comes back is told apart from how it came: metadata that the server sends with an answer (before
it or behind it, as trailers) become headers if they are on the allow-list.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from typing import Any, Final

import grpc
import grpc.aio
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2
from grpc.aio import EOF  # type: ignore[attr-defined]  # missing in its types

from gateway.edge import headers
from gateway.invoker import Begin, Done, Header
from gateway.refusals import invalid
from services.runtime.errors import from_status
from services.runtime.pipeline import CallFailed

_DETAILS: Final = "grpc-status-details-bin"
_BINARY: Final = "-bin"
_MESSAGE_BYTES: Final = 64_000_000
# The client's browser is nothing that gRPC's own header could say.
_RENAMED: Final = {"user-agent": "x-user-agent"}


# What gRPC itself says of a connection names addresses that are nobody's business.
_OF_THE_CONNECTION = re.compile(r"ipv[46]:|unix:|dns|connect|[Ss]ocket|reset|GOAWAY", re.IGNORECASE)


class UpstreamFailed(CallFailed):
    """A call that the server elsewhere refused or that did not reach it. headers: allowed trailers."""

    def __init__(
        self, status: status_pb2.Status, correlation_id: str, headers: list[Header]
    ) -> None:
        super().__init__(from_status(status), status, correlation_id)
        self.headers = headers


class Upstream:
    """The rpcs of some services behind one address.

    credentials: for TLS, None for plain text. answer_metadata: names of metadata that become
    headers of the answer; a value that a header cannot carry is left out.
    """

    def __init__(
        self,
        address: str,
        services: Iterable[ServiceDescriptor],
        *,
        credentials: grpc.ChannelCredentials | None = None,
        answer_metadata: Collection[str] = (),
    ) -> None:
        self._address = address
        self._credentials = credentials
        self._allowed = frozenset(name.lower() for name in answer_metadata)
        self._rpcs: dict[str, MethodDescriptor] = {
            f"/{service.full_name}/{rpc.name}": rpc
            for service in services
            for rpc in service.methods
        }
        self._calls: dict[str, Any] = {}
        self._channel: grpc.aio.Channel | None = None

    async def unary(
        self,
        path: str,
        request: Message,
        metadata: Mapping[str, str],
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> Message:
        """Return the answer. Raises UpstreamFailed."""
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
    ) -> tuple[Message, list[Header]]:
        """Return the answer and the headers that came with it. Raises UpstreamFailed."""
        call = self._call(path)(request, timeout=timeout_s, metadata=_sent(metadata, address))
        try:
            answer: Message = await call
        except grpc.aio.AioRpcError as error:
            raise self.failed(error, metadata) from None
        if not self._allowed:
            return answer, []
        found = [*await call.initial_metadata(), *await call.trailing_metadata()]
        return answer, self.allowed(found)

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
        call = self._call(path)(request, timeout=timeout_s, metadata=_sent(metadata, address))

        def ended(outcome: Any) -> None:
            if isinstance(outcome, grpc.aio.AioRpcError):
                outcome = self.failed(outcome, metadata)
            done(outcome)

        _follow(call, ended)

    def stream(
        self,
        path: str,
        request: Message,
        metadata: Mapping[str, str],
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> UpstreamStream:
        """Return the answers as they come."""
        call = self._call(path)(request, timeout=timeout_s, metadata=_sent(metadata, address))
        return UpstreamStream(self, call, metadata)

    def _call(self, path: str) -> Any:
        """Return what calls an rpc; the channel is made on the loop that makes the first call."""
        call = self._calls.get(path)
        if call is None:
            rpc = self._rpcs[path]
            channel = self._connected()
            kind = channel.unary_stream if rpc.server_streaming else channel.unary_unary
            call = self._calls[path] = kind(
                path,
                request_serializer=GetMessageClass(rpc.input_type).SerializeToString,
                response_deserializer=GetMessageClass(rpc.output_type).FromString,
            )
        return call

    def _connected(self) -> grpc.aio.Channel:
        if self._channel is None:
            options = [
                ("grpc.max_receive_message_length", _MESSAGE_BYTES),
                ("grpc.max_send_message_length", _MESSAGE_BYTES),
            ]
            self._channel = (
                grpc.aio.secure_channel(self._address, self._credentials, options)
                if self._credentials
                else grpc.aio.insecure_channel(self._address, options)
            )
        return self._channel

    async def close(self) -> None:
        """Close the connection; calls in work fail."""
        if self._channel is not None:
            await self._channel.close(None)

    def allowed(self, metadata: Iterable[tuple[str, str | bytes]]) -> list[Header]:
        """Return the headers that metadata of an answer become."""
        found = [
            (name, base64.b64encode(value).decode() if isinstance(value, bytes) else value)
            for name, value in metadata
            if name in self._allowed
        ]
        return [(name, value) for name, value in found if headers.is_safe(value)]

    def failed(self, error: grpc.aio.AioRpcError, metadata: Mapping[str, str]) -> UpstreamFailed:
        """Return what a call that failed raises."""
        trailers: list[Any] = list(error.trailing_metadata() or ())
        came = self.allowed([*(error.initial_metadata() or ()), *trailers])
        return UpstreamFailed(_status(error, trailers), metadata["x-correlation-id"], came)


class UpstreamStream(AsyncIterator[Message]):
    """The answers of one streaming call. headers: what came before them. trailers: behind them."""

    def __init__(self, upstream: Upstream, call: Any, metadata: Mapping[str, str]) -> None:
        self._upstream = upstream
        self._call = call
        self._metadata = metadata
        self.headers: list[Header] = []
        self.trailers: list[Header] = []
        self._begun = False

    async def __anext__(self) -> Message:
        try:
            answer = await self._call.read()
        except grpc.aio.AioRpcError as error:
            behind: list[Any] = list(error.trailing_metadata() or ())
            self.trailers = self._upstream.allowed(behind)
            raise self._upstream.failed(error, self._metadata) from None
        if answer is EOF:
            self.trailers = self._upstream.allowed(await self._call.trailing_metadata() or ())
            raise StopAsyncIteration
        if not self._begun:
            self._begun = True
            self.headers = self._upstream.allowed(await self._call.initial_metadata())
        message: Message = answer
        return message

    async def aclose(self) -> None:
        """End the call if it still runs."""
        self._call.cancel()


def _follow(call: Awaitable[Any], done: Callable[[Any], None]) -> None:
    """Wait for a call without a task, as a task would: `done` gets its result, or what it raises."""
    steps = call.__await__()

    def step(_: object = None) -> None:
        try:
            waits_for: Any = steps.send(None)
        except StopIteration as end:
            done(end.value)
        except (Exception, asyncio.CancelledError) as error:
            done(error)
        else:
            waits_for._asyncio_future_blocking = False  # the answer to what `await` asks of a task
            waits_for.add_done_callback(step)

    step()


def _status(
    error: grpc.aio.AioRpcError, trailers: Iterable[tuple[str, str | bytes]]
) -> status_pb2.Status:
    """Return the rich status of the trailers, or what the plain code and message say."""
    code = error.code().value[0]
    for name, value in trailers:
        if name == _DETAILS and isinstance(value, bytes):
            status = status_pb2.Status()
            try:
                status.ParseFromString(value)
            except DecodeError:
                break
            if status.code == code:
                return status
    message = error.details() or ""
    if error.code() is grpc.StatusCode.UNAVAILABLE and _OF_THE_CONNECTION.search(message):
        message = "The service cannot be reached. Try again shortly."
    return status_pb2.Status(code=code, message=message)


def _sent(metadata: Mapping[str, str], address: str) -> grpc.aio.Metadata:
    """Return what goes to the server. Raises Refusal (400) for what gRPC cannot carry."""
    sent = grpc.aio.Metadata()
    for name, value in metadata.items():
        if name.endswith(_BINARY):
            sent.add(name, _bytes(name, value))
        elif value.isascii():
            sent.add(_RENAMED.get(name, name), value)
        else:
            raise invalid("INVALID_HEADER", f"The header {name[:40]} is not ASCII.")
    if address:
        sent.add("x-forwarded-for", address)
    return sent


def _bytes(name: str, value: str) -> bytes:
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise invalid("INVALID_HEADER", f"The header {name[:40]} is not base64.") from None
