"""Server streams over HTTP: server-sent events, or JSON lines.

Server-sent events (text/event-stream, if the client accepts it): each message is a `data:` line; at
the end comes an event `end`, or an event `error` with the error as JSON; a comment goes out when
nothing else did for a while. JSON lines (application/x-ndjson): `{"result": …}` for each message,
`{"error": …}` if it failed. Metadata that came behind the messages, as far as it is on the allow-list,
stand as `trailers` in the event `end`, in a last line of their own, or beside the error.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from typing import Any, Final, Protocol

import structlog
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status

from gateway import resume, status
from gateway.exchange import Request
from gateway.invoker import Header
from gateway.transcode import BINARY, JSON, Payload
from services.runtime.accept import liked
from services.runtime.errors import Internal, Unavailable, to_status
from services.runtime.pipeline import CallFailed

EVENTS: Final = "text/event-stream"
LINES: Final = "application/x-ndjson"

# A stream is ended by its deadline; this is only to wake up.
_LONGEST_WAIT_S: Final = 3600.0
# Streams that end together come back one by one.
_COME_BACK_S: Final = (0.5, 3.0)

_log = structlog.get_logger(__name__)


class Framing(Protocol):
    """How messages are put on the wire."""

    content_type: str

    def message(self, payload: Payload, message: Message) -> bytes: ...
    def error(self, found: Status, trailers: Sequence[Header] = ()) -> bytes: ...
    def end(self, trailers: Sequence[Header]) -> bytes: ...
    def idle(self) -> bytes: ...


class ServerSentEvents:
    """https://html.spec.whatwg.org/multipage/server-sent-events.html"""

    content_type = EVENTS

    def __init__(self, *, resumable: bool) -> None:
        self._resumable = resumable

    def message(self, payload: Payload, message: Message) -> bytes:
        token = resume.event_id(message) if self._resumable else ""
        named = f"id: {token}\n".encode() if token else b""
        return named + b"data: " + payload.data + b"\n\n"

    def error(self, found: Status, trailers: Sequence[Header] = ()) -> bytes:
        """An event; `retry` tells the browser when to connect again, where that is known."""
        wait_s = status.retry_after_s(found)
        retry = b"" if wait_s is None else b"retry: %d\n" % math.ceil(wait_s * 1000)
        return b"event: error\n" + retry + b"data: " + _error(found, trailers) + b"\n\n"

    def end(self, trailers: Sequence[Header]) -> bytes:
        return b"event: end\ndata: " + (_behind(trailers) or b"{}") + b"\n\n"

    def idle(self) -> bytes:
        return b": still here\n\n"


class JsonLines:
    """One JSON object a line."""

    content_type = LINES

    def message(self, payload: Payload, message: Message) -> bytes:
        return b'{"result":' + payload.data + b"}\n"

    def error(self, found: Status, trailers: Sequence[Header] = ()) -> bytes:
        return _error(found, trailers) + b"\n"

    def end(self, trailers: Sequence[Header]) -> bytes:
        return _behind(trailers) + b"\n" if trailers else b""

    def idle(self) -> bytes:
        return b"\n"


def _error(found: Status, trailers: Sequence[Header]) -> bytes:
    told = status.body(found, status.http_status(found))
    return told[:-1] + b"," + _behind(trailers)[1:] if trailers else told


def _behind(trailers: Sequence[Header]) -> bytes:
    """Return `{"trailers": …}`, b"" for none; what comes more than once is joined as headers are."""
    if not trailers:
        return b""
    named: dict[str, str] = {}
    for name, value in trailers:
        named[name] = f"{named[name]}, {value}" if name in named else value
    return json.dumps({"trailers": named}, separators=(",", ":")).encode()


def framing(request: Request, *, resumable: bool = False) -> Framing:
    """Return the framing that a client asks for. resumable: events carry the token of a message."""
    if _wants_events(request.headers.get("accept", "")):
        return ServerSentEvents(resumable=resumable)
    return JsonLines()


def _wants_events(accept: str) -> bool:
    """Whether events are named, and none of the others is liked more (RFC 9110, 12.5.1)."""
    quality = liked(accept)
    events = quality.get(EVENTS, 0.0)
    return events > 0 and events >= max(quality.get(LINES, 0.0), quality.get(JSON, 0.0))


class _Stopping(Unavailable):
    """The process ends; another takes the stream up when the client comes back."""

    reason = "SERVER_STOPPING"
    message = "This server is restarting. Connect again."
    report = False


class MessageStream:
    """The messages of one call, with time limits on waiting for the next.

    stopping: set when the process ends. release: called once the call is over.
    """

    def __init__(
        self,
        source: AsyncIterator[Message],
        stopping: asyncio.Event,
        release: Callable[[], None],
    ) -> None:
        self._source = source
        self._release: Callable[[], None] | None = release
        self._stopping = asyncio.ensure_future(stopping.wait())
        self._next: asyncio.Future[Any] = asyncio.ensure_future(anext(source))

    async def ready(self, timeout_s: float) -> bool:
        """Wait until the next message, the end or an error is there, at most `timeout_s`."""
        waiting = {self._next, self._stopping}
        done, _ = await asyncio.wait(
            waiting, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED
        )
        return bool(done)

    @property
    def trailers(self) -> Sequence[Header]:
        """What came behind the messages and may be told, once they have ended."""
        found: Sequence[Header] = getattr(self._source, "trailers", ())
        return found

    def take(self) -> Message:
        """Return the message that is ready. Raises StopAsyncIteration, CallFailed, _Stopping."""
        if not self._next.done():
            wait_s = random.uniform(*_COME_BACK_S)  # noqa: S311 - spreads load, hides nothing
            raise _Stopping(retry_after_s=wait_s)
        message: Message = self._next.result()
        self._next = asyncio.ensure_future(anext(self._source))
        return message

    def fail_early(self) -> None:
        """Raise the error with which the call ended before its first message, if it did."""
        if self._next.done() and isinstance(self._next.exception(), CallFailed):
            self._next.result()

    async def close(self) -> None:
        """Cancel the call if it still runs. Closing twice is the same as once."""
        if self._release is None:
            return
        self._release()
        self._release = None
        for task in (self._next, self._stopping):
            task.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration, CallFailed):
                await task
        closing = getattr(self._source, "aclose", None)
        if closing is not None:
            await closing()


async def chunks(
    stream: MessageStream,
    framed: Framing,
    write: Callable[[Message], Payload],
    correlation_id: str,
    heartbeat_s: float,
) -> AsyncIterator[bytes]:
    """Yield what goes on the wire, up to the end of the call or the error that ended it."""
    try:
        yield framed.idle()
        while True:
            if not await stream.ready(heartbeat_s):
                yield framed.idle()
                continue
            message = stream.take()
            yield framed.message(write(message), message)
    except StopAsyncIteration:
        yield framed.end(stream.trailers)
    except CallFailed as failed:
        yield framed.error(failed.status, stream.trailers)
    except _Stopping as stopping:
        yield framed.error(to_status(stopping, correlation_id))
    except Exception:  # the answer has begun: all that is left is an error in its framing
        _log.exception("stream_failed", correlation_id=correlation_id)
        yield framed.error(to_status(Internal(), correlation_id))


def pieces(
    stream: MessageStream, write: Callable[[Message], Payload]
) -> tuple[str, AsyncIterator[bytes]]:
    """Return the content type of a stream of HttpBody and its bytes; the first is ready.

    The type is that of the first message. A call that fails later ends the connection before the
    end of the body, which is all that a client of bytes can be told.
    """
    try:
        first = write(stream.take())
    except StopAsyncIteration:
        return BINARY, _nothing()
    return first.content_type, _rest(first.data, stream, write)


async def _nothing() -> AsyncIterator[bytes]:
    yield b""


async def _rest(
    data: bytes, stream: MessageStream, write: Callable[[Message], Payload]
) -> AsyncIterator[bytes]:
    yield data
    try:
        while True:
            await stream.ready(_LONGEST_WAIT_S)
            yield write(stream.take()).data
    except StopAsyncIteration:
        return
