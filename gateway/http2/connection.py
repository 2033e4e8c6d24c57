"""One connection of HTTP/2: the client's side of https://www.rfc-editor.org/rfc/rfc9113 for gRPC."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from gateway.http2 import fields, frames
from gateway.http2.alive import Alive
from gateway.http2.call import Call
from gateway.http2.frames import Error, Kind, ProtocolError, Setting

# How much of one answer, and of all, may be on the way before it is taken.
_STREAM_WINDOW: Final = 4 * 2**20
_WHOLE_WINDOW: Final = 64 * 2**20
_FRAME_BYTES: Final = 64 * 1024
_MOST_ANSWERS: Final = 1_000  # to frames of a server that reads none of them
_OURS: Final = {
    Setting.ENABLE_PUSH: 0,
    Setting.INITIAL_WINDOW_SIZE: _STREAM_WINDOW,
    Setting.MAX_FRAME_SIZE: _FRAME_BYTES,
    Setting.MAX_HEADER_LIST_SIZE: fields.MOST_BYTES,
}

Gone = Callable[["Connection", list[Call]], None]


class Connection(asyncio.Protocol):
    """Calls on one connection. ready: done when the server speaks HTTP/2, or fails with OSError.

    closing: called when no more calls can begin on it, with those that the server has not worked on.
    """

    def __init__(self, closing: Gone) -> None:
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._closing = closing
        self.is_open = True
        self._transport: asyncio.Transport | None = None
        self._reader = fields.Reader()
        self._rest = b""
        self._calls: dict[int, Call] = {}
        self._waiting: deque[Call] = deque()  # for a stream
        self._unsent: deque[Call] = deque()  # for a window
        self._next = 1
        self._most_streams = frames.MOST_STREAM
        self._first_window = frames.FIRST_WINDOW
        self._frame_bytes = frames.LEAST_FRAME_BYTES
        self._window = frames.FIRST_WINDOW
        self._came = 0  # bytes of data, of which the server has not been told
        self._block: tuple[int, int, bytearray] | None = None  # a header block in pieces
        self._alive = Alive(self._write, self._is_dead)
        self._is_full = False  # the server reads nothing
        self._answers = 0  # that wait for it to read
        self._handlers: dict[int, Callable[[int, int, bytes], None]] = {
            Kind.DATA: self._on_data,
            Kind.HEADERS: self._on_headers,
            Kind.RST_STREAM: self._on_reset,
            Kind.SETTINGS: self._on_settings,
            Kind.PING: self._on_ping,
            Kind.GOAWAY: self._on_go_away,
            Kind.WINDOW_UPDATE: self._on_window,
            Kind.PUSH_PROMISE: self._on_unasked,
            Kind.CONTINUATION: self._on_unasked,
        }

    # What calls it.

    def begin(self, call: Call) -> None:
        """Carry a call; it is told if that fails."""
        call.carried_by(self)
        if self._is_full or len(self._calls) >= self._most_streams:
            self._waiting.append(call)
        else:
            self._start(call)

    def credit(self, call: Call, size: int) -> None:
        """Let as many more bytes of an answer come."""
        call.owed += size
        if call.owed >= _STREAM_WINDOW // 2:
            self._write(frames.window_update(call.id, call.owed))
            call.owed = 0

    def abandon(self, call: Call) -> None:
        """Tell the server that nobody waits for a call; ask whether it is there at all."""
        if self._calls.get(call.id) is call:
            self._remove(call)
            self._write(frames.reset(call.id, Error.CANCEL))
            if not call.is_served:
                self._alive.ask()
            self._next_waiting()
        else:
            with suppress(ValueError):
                self._waiting.remove(call)

    def close(self) -> None:
        """Close it; calls in work are told."""
        self._end(ProtocolError(Error.NO_ERROR, "the gateway ends"))

    # What the transport calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to speak."""
        self._transport = transport  # type: ignore[assignment]  # TCP has both directions
        more = _WHOLE_WINDOW - frames.FIRST_WINDOW
        self._write(frames.PREFACE + frames.settings(_OURS) + frames.window_update(0, more))

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        self._alive.heard()
        try:
            self._frames(self._rest + data if self._rest else data)
        except ProtocolError as error:
            self._end(error)

    def connection_lost(self, error: Exception | None) -> None:
        """Tell the calls."""
        self._lost(f"The connection was lost. {error}" if error else "The connection was closed.")

    def pause_writing(self) -> None:
        """Begin nothing while the server reads nothing."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Go on."""
        self._is_full = False
        self._answers = 0
        self._next_waiting()
        self._send_more()

    # Frames.

    def _frames(self, data: bytes) -> None:
        at, end = 0, len(data)
        while end - at >= frames.HEAD_BYTES:
            size = int.from_bytes(data[at : at + 3])
            if size > _FRAME_BYTES:
                raise ProtocolError(Error.FRAME_SIZE_ERROR, "a frame is too large")
            begin = at + frames.HEAD_BYTES
            if end - begin < size:
                break
            kind, flags = data[at + 3], data[at + 4]
            stream = int.from_bytes(data[at + 5 : begin]) & frames.MOST_STREAM
            at = begin + size
            payload = data[begin:at]
            if self._block is not None:
                self._on_continuation(kind, flags, stream, payload)
                continue
            if not self.ready.done() and kind != Kind.SETTINGS:
                raise ProtocolError(Error.PROTOCOL_ERROR, "the server does not speak HTTP/2")
            if handler := self._handlers.get(kind):
                handler(flags, stream, payload)
        self._rest = data[at:]

    def _on_data(self, flags: int, stream: int, payload: bytes) -> None:
        self._alive.asked = 0
        self._came += len(payload)
        if self._came > _WHOLE_WINDOW:
            raise ProtocolError(Error.FLOW_CONTROL_ERROR, "more came than was allowed")
        if self._came >= _WHOLE_WINDOW // 2:
            self._write(frames.window_update(0, self._came))
            self._came = 0
        call = self._call(stream)
        if call is None:
            return
        if call.owed + call.held + len(payload) > _STREAM_WINDOW:
            raise ProtocolError(Error.FLOW_CONTROL_ERROR, "more came than was allowed")
        data = frames.unpadded(flags, payload) if flags & frames.PADDED else payload
        call.owed += len(payload) - len(data)
        last = bool(flags & frames.END_STREAM)
        if last:
            self._finished(stream)
        call.on_data(data, last=last)

    def _on_headers(self, flags: int, stream: int, payload: bytes) -> None:
        block = frames.without_priority(flags, payload)
        if flags & frames.END_HEADERS:
            self._on_block(flags, stream, block)
        else:
            self._block = (flags, stream, bytearray(block))

    def _on_continuation(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        assert self._block is not None
        first_flags, first_stream, block = self._block
        if kind != Kind.CONTINUATION or stream != first_stream:
            raise ProtocolError(Error.PROTOCOL_ERROR, "a header block is interrupted")
        block += payload
        if len(block) > fields.MOST_BYTES or not (payload or flags & frames.END_HEADERS):
            raise ProtocolError(Error.ENHANCE_YOUR_CALM, "a header block has no end")
        if flags & frames.END_HEADERS:
            self._block = None
            self._on_block(first_flags, stream, bytes(block))

    def _on_block(self, flags: int, stream: int, block: bytes) -> None:
        self._alive.asked = 0
        found = self._reader.fields(block)  # also of a call that is over: it changes the table
        call = self._call(stream)
        if call is None:
            return
        last = bool(flags & frames.END_STREAM)
        if last:
            self._finished(stream)
        call.on_fields(found, last=last)

    def _on_reset(self, _: int, stream: int, payload: bytes) -> None:
        code = frames.number(payload)
        call = self._call(stream)
        if call is None:
            return
        self._remove(call)
        self._next_waiting()
        if code != Error.REFUSED_STREAM or call.again or call.is_served:
            call.on_reset(code)
        elif self.is_open:
            call.again = True
            self.begin(call)
        else:
            self._closing(self, [call])

    def _on_settings(self, flags: int, stream: int, payload: bytes) -> None:
        if stream:
            raise ProtocolError(Error.PROTOCOL_ERROR, "SETTINGS belong to no stream")
        if flags & frames.ACK:
            return
        for name, value in frames.settings_of(payload):
            self._set(name, value)
        self._answer(frames.frame(Kind.SETTINGS, frames.ACK, 0))
        if not self.ready.done():
            self.ready.set_result(None)
        self._next_waiting()
        self._send_more()

    def _set(self, name: int, value: int) -> None:
        if name == Setting.MAX_CONCURRENT_STREAMS:
            self._most_streams = value
        elif name == Setting.MAX_FRAME_SIZE:
            if not frames.LEAST_FRAME_BYTES <= value <= frames.MOST_FRAME_BYTES:
                raise ProtocolError(Error.PROTOCOL_ERROR, "no such size of frames")
            self._frame_bytes = value
        elif name == Setting.INITIAL_WINDOW_SIZE:
            if value > frames.MOST_WINDOW:
                raise ProtocolError(Error.FLOW_CONTROL_ERROR, "a window is too large")
            for call in self._calls.values():
                call.window += value - self._first_window
            self._first_window = value

    def _on_ping(self, flags: int, stream: int, payload: bytes) -> None:
        if stream:
            raise ProtocolError(Error.PROTOCOL_ERROR, "PING belongs to no stream")
        if len(payload) != frames.PING_BYTES:
            raise ProtocolError(Error.FRAME_SIZE_ERROR, "PING has eight bytes")
        if not flags & frames.ACK:
            self._answer(frames.frame(Kind.PING, frames.ACK, 0, payload))

    def _on_go_away(self, _: int, stream: int, payload: bytes) -> None:
        if stream:
            raise ProtocolError(Error.PROTOCOL_ERROR, "GOAWAY belongs to no stream")
        last = frames.last_stream(payload)
        left = [call for number, call in self._calls.items() if number > last]
        self._calls = {number: call for number, call in self._calls.items() if number <= last}
        left += self._waiting
        self._waiting.clear()
        self._unsent = deque(call for call in self._unsent if call.id in self._calls)
        self._stop(left)

    def _on_window(self, _: int, stream: int, payload: bytes) -> None:
        size = frames.number(payload) & frames.MOST_WINDOW
        if not size:
            raise ProtocolError(Error.PROTOCOL_ERROR, "a window grows by nothing")
        if not stream:
            self._window += size
            if self._window > frames.MOST_WINDOW:
                raise ProtocolError(Error.FLOW_CONTROL_ERROR, "a window is too large")
        elif call := self._call(stream):
            call.window += size
            if call.window > frames.MOST_WINDOW:
                raise ProtocolError(Error.FLOW_CONTROL_ERROR, "a window is too large")
        if self._unsent:
            self._send_more()

    def _on_unasked(self, *_: object) -> None:
        raise ProtocolError(Error.PROTOCOL_ERROR, "a frame comes that was not asked for")

    # Calls.

    def _call(self, stream: int) -> Call | None:
        """Return the call of a stream, None if it is over. Raises ProtocolError."""
        call = self._calls.get(stream)
        if call is None and (stream >= self._next or not stream & 1):
            raise ProtocolError(Error.PROTOCOL_ERROR, "a frame names a stream that nobody opened")
        return call

    def _start(self, call: Call) -> None:
        if self._next > frames.MOST_STREAM - 2:
            self._stop([call])
            return
        call.id = stream = self._next
        self._next += 2
        self._calls[stream] = call
        call.window = self._first_window
        head, body = call.head, call.body
        size = len(body)
        if len(head) <= self._frame_bytes >= size <= min(call.window, self._window):
            call.sent = size
            self._window -= size
            call.window -= size
            self._write(
                frames.frame(Kind.HEADERS, frames.END_HEADERS, stream, head)
                + frames.frame(Kind.DATA, frames.END_STREAM, stream, body)
            )
            return
        self._write(frames.header_block(stream, head, self._frame_bytes))
        self._unsent.append(call)
        self._send_more()

    def _send_more(self) -> None:
        """Send what windows allow, of each call in turn."""
        for _ in range(len(self._unsent)):
            call = self._unsent.popleft()
            while self._calls.get(call.id) is call and call.sent < len(call.body):
                size = min(self._frame_bytes, len(call.body) - call.sent, call.window, self._window)
                if size <= 0 or self._is_full:
                    self._unsent.append(call)
                    break
                piece = call.body[call.sent : call.sent + size]
                call.sent += size
                call.window -= size
                self._window -= size
                flags = frames.END_STREAM if call.sent == len(call.body) else 0
                self._write(frames.frame(Kind.DATA, flags, call.id, piece))

    def _finished(self, stream: int) -> None:
        call = self._calls[stream]
        self._remove(call)
        if call.sent < len(call.body):
            self._write(frames.reset(stream, Error.NO_ERROR))
        self._next_waiting()

    def _remove(self, call: Call) -> None:
        """Forget a call and what it has not sent."""
        del self._calls[call.id]
        if call.sent < len(call.body):
            with suppress(ValueError):
                self._unsent.remove(call)

    def _next_waiting(self) -> None:
        while self._waiting and not self._is_full and len(self._calls) < self._most_streams:
            self._start(self._waiting.popleft())
        self._close_if_done()

    # The end.

    def _stop(self, left: list[Call]) -> None:
        """Let nothing more begin; others carry what has not begun."""
        self.is_open = False
        self._closing(self, left)
        self._close_if_done()

    def _close_if_done(self) -> None:
        if not self.is_open and not self._calls and self._transport is not None:
            self._transport.close()

    def _is_dead(self) -> None:
        self._end(ProtocolError(Error.INTERNAL_ERROR, "The connection answers nothing."))

    def _end(self, error: ProtocolError) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._write(frames.go_away(error.code))
            if error.code is Error.NO_ERROR:
                self._transport.close()
            else:
                self._transport.abort()
        self._lost(f"The connection broke: {error}")

    def _lost(self, message: str) -> None:
        self._alive.heard()
        if not self.ready.done():
            self.ready.set_exception(ConnectionResetError(message))
            self.ready.exception()  # nobody may be waiting for it any more
        calls, waiting = list(self._calls.values()), list(self._waiting)
        self._calls.clear()
        self._waiting.clear()
        self._unsent.clear()
        self._stop(waiting)
        for call in calls:
            call.on_lost(message)

    def _answer(self, data: bytes) -> None:
        """Answer a frame. Raises ProtocolError if the server wants answers and reads none."""
        self._answers += self._is_full
        if self._answers > _MOST_ANSWERS:
            raise ProtocolError(Error.ENHANCE_YOUR_CALM, "the server reads nothing")
        self._write(data)

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)
