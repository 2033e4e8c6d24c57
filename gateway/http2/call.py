"""One call of gRPC: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass
from typing import Final, Protocol

import grpc

from gateway.http2 import fields
from gateway.http2.fields import Field
from gateway.http2.frames import Error

_PREFIX: Final = struct.Struct(">BI")
_CODES: Final = {str(code.value[0]): code for code in grpc.StatusCode}
# https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
_OF_HTTP: Final = {
    "400": grpc.StatusCode.INTERNAL,
    "401": grpc.StatusCode.UNAUTHENTICATED,
    "403": grpc.StatusCode.PERMISSION_DENIED,
    "404": grpc.StatusCode.UNIMPLEMENTED,
    "429": grpc.StatusCode.UNAVAILABLE,
    "502": grpc.StatusCode.UNAVAILABLE,
    "503": grpc.StatusCode.UNAVAILABLE,
    "504": grpc.StatusCode.UNAVAILABLE,
}
_OF_RESET: Final = {
    Error.REFUSED_STREAM: grpc.StatusCode.UNAVAILABLE,
    Error.CANCEL: grpc.StatusCode.CANCELLED,
    Error.ENHANCE_YOUR_CALM: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Error.INADEQUATE_SECURITY: grpc.StatusCode.PERMISSION_DENIED,
}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended. message: of the server, or of what went wrong on the way.

    ours: whether the connection, not the server, says so. initial: metadata before the answer.
    trailing: behind it.
    """

    code: grpc.StatusCode
    message: str = ""
    ours: bool = False
    initial: tuple[Field, ...] = ()
    trailing: tuple[Field, ...] = ()


class Sink(Protocol):
    """Who gets what comes of a call. It must not raise."""

    def message(self, data: bytes) -> bool:
        """Take a message; return whether more may come now, else `Call.more` is to be called."""

    def ended(self, how: Ended) -> None:
        """Take how it ended: once, and nothing after it."""


class Stream(Protocol):
    """What carries a call."""

    def credit(self, call: Call, size: int) -> None:
        """Let as many more bytes come."""

    def abandon(self, call: Call) -> None:
        """Tell the server that nobody waits any more."""


def enclosed(data: bytes) -> bytes:
    """Return a message as it travels."""
    return _PREFIX.pack(0, len(data)) + data


class Call:
    """A call under way. head: its header block. body: its message as it travels.

    most_bytes: of one message of the answer. timeout_s: None waits for ever.
    """

    __slots__ = (
        "_answered", "_most", "_rest", "_sink", "_stream", "_timer", "again", "body",
        "head", "held", "id", "initial", "is_over", "is_served", "owed", "sent", "wants", "window",
    )  # fmt: skip

    def __init__(
        self, head: bytes, body: bytes, sink: Sink, *, most_bytes: int, timeout_s: float | None
    ) -> None:
        self.head, self.body = head, body
        self._sink = sink
        self._most = most_bytes
        self._rest = bytearray()  # of a message that is not whole
        self._answered = False
        self.initial: list[Field] = []  # metadata before the answer
        self._stream: Stream | None = None
        # What a connection keeps about it: stream, bytes sent of the body, bytes that may be sent;
        # bytes that came and were not let come again, and those of them for which there is no room.
        self.id = self.sent = self.window = self.owed = self.held = 0
        self.wants = True  # whether more may come
        self.again = False  # begun anew on another connection
        self.is_over = False
        self.is_served = False  # something came of it
        self._timer: asyncio.TimerHandle | None = None
        if timeout_s is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(timeout_s, 0.0), self._out_of_time)

    def carried_by(self, stream: Stream) -> None:
        """Begin on a connection."""
        self._stream = stream
        self.id = self.sent = self.owed = self.held = 0

    def cancel(self) -> None:
        """End it; nobody is told."""
        self._abandon()
        self._over()

    def more(self) -> None:
        """Let what was held back come."""
        self.wants = True
        held, self.held = self.held, 0
        if self._stream is not None and not self.is_over:
            self._stream.credit(self, held)

    def on_fields(self, found: list[Field], *, last: bool) -> None:
        """Take a header block. last: nothing comes behind it."""
        self.is_served = True
        if last:
            self._finish(found)
            return
        status = fields.first(found, ":status")
        if self._answered:
            self._break_off(grpc.StatusCode.INTERNAL, "The server sent trailers in the middle.")
        elif not status.startswith("1"):
            self._answered = True
            self.initial = found
            kind = fields.first(found, "content-type")
            if status != "200" or not kind.startswith("application/grpc"):
                self._break_off(
                    _OF_HTTP.get(status, grpc.StatusCode.UNKNOWN),
                    f"The server answered {status}, not as gRPC does.",
                )

    def on_data(self, data: bytes, *, last: bool) -> None:
        """Take bytes of the answer. last: nothing comes behind them."""
        self.is_served = True
        if not self._answered:
            self._break_off(grpc.StatusCode.INTERNAL, "The answer has no headers.")
            return
        self._messages(data)
        if self.is_over:
            return
        if last:
            self._end(Ended(grpc.StatusCode.INTERNAL, "The answer has no status.", ours=True))
        elif self._stream is not None:
            if self.wants:
                self._stream.credit(self, len(data))
            else:
                self.held += len(data)

    def on_reset(self, code: int) -> None:
        """Take that the server ended it."""
        known = code in Error.__members__.values()
        status = _OF_RESET.get(Error(code)) if known else None
        text = f"The server ended the call ({Error(code).name if known else code})."
        self._end(Ended(status or grpc.StatusCode.INTERNAL, text, ours=True))

    def refuse(self, code: grpc.StatusCode, message: str) -> None:
        """End it before it began."""
        self._end(Ended(code, message, ours=True))

    def on_lost(self, message: str) -> None:
        """Take that the connection is gone, or that there is none."""
        self._end(Ended(grpc.StatusCode.UNAVAILABLE, message, ours=True))

    def _messages(self, data: bytes) -> None:
        """Hand over the messages that are whole."""
        rest: bytes | bytearray = data
        if self._rest:
            self._rest += data
            rest = self._rest
        at = 0
        while len(rest) - at >= _PREFIX.size:
            packed, size = _PREFIX.unpack_from(rest, at)
            if packed:
                self._break_off(grpc.StatusCode.INTERNAL, "The answer is compressed, unasked.")
                return
            if size > self._most:
                text = f"The answer has {size} bytes, more than {self._most}."
                self._break_off(grpc.StatusCode.RESOURCE_EXHAUSTED, text)
                return
            begin = at + _PREFIX.size
            if len(rest) - begin < size:
                break
            at = begin + size
            self.wants = self._sink.message(bytes(rest[begin:at]))
            if self.is_over:
                return
        if rest is self._rest:
            del self._rest[:at]
        else:
            self._rest += rest[at:]

    def _finish(self, found: list[Field]) -> None:
        """End as the trailers say."""
        text = fields.first(found, "grpc-status")
        initial = self.initial if self._answered else ()
        status = fields.first(found, ":status")
        if text:
            code = _CODES.get(text, grpc.StatusCode.UNKNOWN)
            message, ours = fields.message(found), False
            if code is grpc.StatusCode.OK and self._rest:
                code, message = grpc.StatusCode.INTERNAL, "The answer ends in the middle."
        else:
            code = _OF_HTTP.get(status, grpc.StatusCode.UNKNOWN)
            message, ours = f"The server answered {status or 'without a status'}.", True
        self._end(Ended(code, message, ours, tuple(initial), tuple(found)))

    def _out_of_time(self) -> None:
        self._break_off(grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded")

    def _break_off(self, code: grpc.StatusCode, message: str) -> None:
        self._abandon()
        self._end(Ended(code, message, ours=True, initial=tuple(self.initial)))

    def _abandon(self) -> None:
        if self._stream is not None and not self.is_over:
            self._stream.abandon(self)

    def _end(self, how: Ended) -> None:
        if not self.is_over:
            self._over()
            self._sink.ended(how)

    def _over(self) -> None:
        self.is_over = True
        self._stream = None
        self.head = self.body = b""  # whoever still lists it keeps nothing large
        if self._timer is not None:
            self._timer.cancel()
