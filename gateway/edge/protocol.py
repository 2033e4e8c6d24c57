"""The HTTP/1.1 protocol of uvicorn with limits that it leaves to others.

httptools takes a head of any length and waits for it for ever. Here a head is limited in bytes and
in fields (431) and must arrive in time (408), so that endless or slow heads hold neither memory nor
a connection. A client that does not take its answer is cut off: it would hold it in memory, and the
connection would not even close while there is something to send. What is not HTTP is answered in the
same form as every other error.

A request that comes whole is offered to the application at once (`GatewayApp.begin`), and its answer
leaves in one piece; every other one becomes a task of ASGI, as uvicorn makes it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from functools import partial
from typing import Final

import httptools
import structlog
from google.rpc import code_pb2
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from gateway import answers
from gateway.edge import correlation, headers
from gateway.exchange import Response
from gateway.heavy import LIGHT_BYTES
from gateway.refusals import Refusal
from gateway.status import unexpected
from services.runtime.calls import new_correlation_id

MAX_HEAD_BYTES: Final = 32_768
MAX_FIELDS: Final = 100
HEAD_TIMEOUT_S: Final = 10.0
READ_CHECK_S: Final = 20.0
REST_S: Final = 0.05  # many clients send head and body apart, one at once behind the other
LEAST_READ_PER_S: Final = 1_000
_log = structlog.get_logger(__name__)
_BODILESS: Final = (204, 304)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_CODING: Final = b"transfer-encoding"
_HOST: Final = re.compile(rb"[^\s,/@?#\\]*")


class _HeadTooLarge(Exception):
    """Raised inside of the parser, which reports it as a malformed request."""


class _UnknownCoding(Exception):
    """Raised inside of the parser: a transfer coding beside `chunked` (RFC 9112, 6.1)."""


class _WrongHost(Exception):
    """Raised inside of the parser: no host, more than one, or one that is none (RFC 9112, 3.2)."""


class _DirectCycle:
    """What uvicorn's protocol knows of a request that is answered without ASGI."""

    __slots__ = ("disconnected", "keep_alive", "message_event", "response_complete")

    def __init__(self) -> None:
        self.response_complete = False
        self.disconnected = False
        self.keep_alive = True
        self.message_event = _NOBODY_WAITS


class _NobodyWaits:
    def set(self) -> None:
        """Wake nobody."""


_NOBODY_WAITS: Final = _NobodyWaits()


class BoundedProtocol(HttpToolsProtocol):
    """One connection.

    _in_head: the head of a request is being read. _completed: the last packet completed a head or a
    body. _raw_bytes: what came of a head in packets that completed nothing. _parsed_bytes, _fields:
    what the parser reported of it, trailers included. _hosts: of its `Host` fields. _unread: bytes that waited to be sent when it
    was looked last, while more wait than are let through at once. _offered: the application is to be
    asked whether it answers without ASGI, once the body is here. _data: of the body, for the rest of which it is waited a moment.
    """

    _in_head = True
    _completed = False
    _raw_bytes = 0
    _parsed_bytes = 0
    _fields = 0
    _hosts = 0
    _timer: asyncio.TimerHandle | None = None
    _read_timer: asyncio.TimerHandle | None = None
    _unread = 0
    _too_large = False
    _offered = False
    _data = b""
    _rest_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        self._stop_rest_timer()
        self._stop_read_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._completed = False
        super().data_received(data)
        if self._offered and self._rest_timer is None:
            self._rest_timer = self.loop.call_later(REST_S, self._stop_offering)
        if self._in_head and not self._completed:
            if self._timer is None:
                self._start_timer()
            self._raw_bytes += len(data)
            if self._raw_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
                self._too_large = True
                self.send_400_response("")

    def on_message_begin(self) -> None:
        self._in_head = True
        self._raw_bytes = self._parsed_bytes = self._fields = self._hosts = 0
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields += 1
        self._count(len(name) + len(value))
        name = name.lower()
        if name == _CODING:
            _check_coding(value)
        if not self._in_head:  # what comes after the body (a trailer) is not a header
            return
        if name == b"host":
            self._hosts += 1
            if not _HOST.fullmatch(value):
                raise _WrongHost
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        if self._hosts != 1 and (self._hosts or self.parser.get_http_version() != "1.0"):
            raise _WrongHost
        self._in_head = False
        self._completed = True
        self._stop_timer()
        if self._may_be_direct():
            url = httptools.parse_url(self.url)  # raises what makes the request malformed
            self._offered = url.path is not None
            self._target = url.path, url.query or b""
            self._data = b""
        if not self._offered:
            self._open_cycle()

    def on_body(self, body: bytes) -> None:
        if not self._offered:
            super().on_body(body)
            return
        self._data += body
        if len(self._data) > LIGHT_BYTES:
            self._stop_offering()

    def on_message_complete(self) -> None:
        self._in_head = True
        self._completed = True
        self._raw_bytes = 0
        if self._offered:
            self._offered = False
            if self._begin():
                self._stop_rest_timer()
                return
            self._stop_offering()
        super().on_message_complete()

    def _stop_offering(self) -> None:
        """Leave the request whose head is read, and what is here of its body, to ASGI."""
        self._stop_rest_timer()
        self._offered = False
        if not self.transport.is_closing():
            self._open_cycle()
            super().on_body(self._data)

    def _stop_rest_timer(self) -> None:
        if self._rest_timer is not None:
            self._rest_timer.cancel()
            self._rest_timer = None

    def _may_be_direct(self) -> bool:
        """Whether the request may be answered without a cycle of ASGI, if its body comes with it."""
        parser = self.parser
        return (
            (self.cycle is None or self.cycle.response_complete)
            and not self.pipeline
            and not self.expect_100_continue
            and not self.flow.write_paused
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and parser.get_http_version() == "1.1"
            and self.url.isascii()
        )

    def _begin(self) -> bool:
        """Offer the request to the application; return whether it answers it without ASGI."""
        cycle = _DirectCycle()
        before, self.cycle = self.cycle, cycle  # type: ignore[assignment]  # has what uvicorn asks of one
        begun: bool = self.config.loaded_app.begin(
            self.parser.get_method().decode("ascii"),
            *self._target,
            self.headers,
            self.client[0] if self.client else "",
            self._data,
            partial(self._answer, cycle),
        )
        if not begun:
            self.cycle = before
        return begun

    def _answer(self, cycle: _DirectCycle, response: Response) -> None:
        """Send an answer in one piece; the next request may have begun its own cycle already."""
        cycle.response_complete = True
        if response.close:
            cycle.keep_alive = False
        if not cycle.disconnected and not self.transport.is_closing():
            self._write(response, last=not cycle.keep_alive)
        self.on_response_complete()

    def _write(self, response: Response, *, last: bool) -> None:
        try:
            head = _head(response, self.server_state.default_headers, last=last)
        except ValueError:
            _log.exception("gateway_failed")
            self._send(unexpected())
            return
        self.transport.write(head + response.body)
        if last:
            self.transport.close()

    def _open_cycle(self) -> None:
        """Make a task of ASGI for the request whose head is read."""
        url, fields, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(fields)
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """Begin to look whether the client takes what waits for it."""
        super().pause_writing()
        self._stop_read_timer()
        self._unread = self.transport.get_write_buffer_size()
        self._read_timer = self.loop.call_later(READ_CHECK_S, self._check_reading)

    def resume_writing(self) -> None:
        """Look no more: the client keeps up."""
        self._stop_read_timer()
        super().resume_writing()

    def shutdown(self) -> None:
        """End streams, so that the process does not wait for clients that never leave."""
        if self._offered:
            self._stop_offering()
        stop_streams = getattr(self.config.loaded_app, "stop_streams", None)
        if stop_streams is not None:
            stop_streams()
        super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Answer what could not be parsed, and close."""
        if self._too_large:
            self._send(_too_large())
        else:
            self._send(_malformed())

    def _count(self, size: int) -> None:
        self._parsed_bytes += size
        if self._parsed_bytes > MAX_HEAD_BYTES or self._fields > MAX_FIELDS:
            self._too_large = True
            raise _HeadTooLarge

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(HEAD_TIMEOUT_S, self._too_slow)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _stop_read_timer(self) -> None:
        if self._read_timer is not None:
            self._read_timer.cancel()
            self._read_timer = None

    def _check_reading(self) -> None:
        unread = self.transport.get_write_buffer_size()
        if unread > self._unread - LEAST_READ_PER_S * READ_CHECK_S:
            self.transport.abort()
            return
        self._unread = unread
        self._read_timer = self.loop.call_later(READ_CHECK_S, self._check_reading)

    def _too_slow(self) -> None:
        self._timer = None
        if self.transport.is_closing():
            return
        if self._raw_bytes:
            self._send(_slow())
        else:
            self.transport.close()

    def _send(self, refusal: Refusal) -> None:
        correlation_id = new_correlation_id()
        response = answers.of_refusal(refusal, correlation_id)
        response.headers.append((correlation.HEADER, correlation_id))
        headers.secure(response, https=False)
        head = [STATUS_LINE[response.status]]
        for name, value in (
            *response.headers,
            ("content-length", str(len(response.body))),
            ("connection", "close"),
        ):
            head.append(f"{name}: {value}\r\n".encode("latin-1"))
        self.transport.write(b"".join([*head, b"\r\n", response.body]))
        self.transport.close()


def _head(response: Response, more: Sequence[tuple[bytes, bytes]], *, last: bool) -> bytes:
    """Return the head of an answer. Raises ValueError for a value that would not be one header.

    more: the server's own headers. last: the connection ends with it.
    """
    pairs = response.headers
    if _CONTROLS.search("".join([value for _, value in pairs])):
        raise ValueError("an answer's header holds a control character")
    lines = [f"{name}: {value}\r\n" for name, value in pairs]
    if response.status not in _BODILESS:
        lines.append(f"content-length: {len(response.body)}\r\n")
    if last and not response.close:
        lines.append("connection: close\r\n")
    own = [b"%b: %b\r\n" % pair for pair in more]
    return b"".join([STATUS_LINE[response.status], *own, "".join(lines).encode("latin-1"), b"\r\n"])


def _check_coding(value: bytes) -> None:
    """Take chunks alone: the parser takes any list that ends with them, and leaves the rest undone."""
    if value.strip().lower() != b"chunked":
        raise _UnknownCoding


def _too_large() -> Refusal:
    return Refusal(
        431,
        code_pb2.INVALID_ARGUMENT,
        "HEAD_TOO_LARGE",
        f"The address and headers are larger than {MAX_HEAD_BYTES:,} bytes or {MAX_FIELDS} fields.",
    )


def _malformed() -> Refusal:
    return Refusal(
        400, code_pb2.INVALID_ARGUMENT, "MALFORMED_REQUEST", "This is not an HTTP/1.1 request."
    )


def _slow() -> Refusal:
    return Refusal(
        408, code_pb2.DEADLINE_EXCEEDED, "HEAD_TOO_SLOW", "The headers did not arrive in time."
    )
