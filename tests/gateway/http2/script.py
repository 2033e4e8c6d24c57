"""Servers of HTTP/2 that do what a test says, and calls to them, on one loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import h2.config
import h2.connection
import h2.events
import hpack

from gateway.http2 import frames
from gateway.http2.call import Call, Ended
from gateway.http2.channel import Channel
from gateway.http2.frames import Kind

LIMIT_S = 120.0
MOST_BYTES = 1_000_000
HEADERS = [(":status", "200"), ("content-type", "application/grpc")]
TRAILERS = [("grpc-status", "0")]
SETTINGS = frames.settings({})

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Kept:
    """Keeps what comes of a call. room: messages that it takes before it wants to be asked."""

    def __init__(self, room: int = 1_000_000) -> None:
        self.messages: list[bytes] = []
        self.how: Ended | None = None
        self.over = asyncio.Event()
        self._room = room

    def message(self, data: bytes) -> bool:
        assert self.how is None
        self.messages.append(data)
        return len(self.messages) < self._room

    def ended(self, how: Ended) -> None:
        assert self.how is None
        self.how = how
        self.over.set()


class Client:
    """A channel, with calls that are waited for."""

    def __init__(self, port: int) -> None:
        self.channel = Channel(f"127.0.0.1:{port}", tls=None, most_bytes=MOST_BYTES)

    def begin(
        self, message: bytes = b"hello", timeout_s: float | None = LIMIT_S, path: str = "/a.B/C",
        metadata: Sequence[tuple[str, str | bytes]] = (), room: int = 1_000_000,
    ) -> tuple[Call, Kept]:  # fmt: skip
        kept = Kept(room)
        return self.channel.call(path, message, metadata, timeout_s, kept), kept

    async def call(self, *arguments: Any, **named: Any) -> Kept:
        _, kept = self.begin(*arguments, **named)
        async with asyncio.timeout(LIMIT_S):
            await kept.over.wait()
        return kept


def against(serve: Serve, test: Callable[[Client], Awaitable[None]]) -> None:
    """Run a test with a client of a server that does `serve` with each connection."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client had enough
        finally:
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        client = Client(server.sockets[0].getsockname()[1])
        try:
            await test(client)
        finally:
            await client.channel.close()
            server.close()

    asyncio.run(main())


def raw(data: bytes) -> Serve:
    """Return a server that sends bytes behind its settings, whatever it is asked, and then waits."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(SETTINGS)
        await reader.readexactly(len(frames.PREFACE))
        await first_headers(reader)
        writer.write(data)
        await reader.read(-1)

    return serve


async def first_headers(reader: asyncio.StreamReader) -> None:
    """Read until a call has begun."""
    while True:
        head = await reader.readexactly(frames.HEAD_BYTES)
        await reader.readexactly(int.from_bytes(head[:3]))
        if head[3] == frames.Kind.HEADERS:
            return


class Speaker:
    """A server's side as `h2` has it, which keeps the rules."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        config = h2.config.H2Configuration(client_side=False, header_encoding="utf-8")
        self.h2 = h2.connection.H2Connection(config)
        self._writer = writer
        self.h2.initiate_connection()
        self.flush()

    def flush(self) -> None:
        self._writer.write(self.h2.data_to_send())

    def answer(self, stream: int, *messages: bytes) -> None:
        """Answer a call as gRPC does."""
        self.h2.send_headers(stream, HEADERS)
        for message in messages:
            self.h2.send_data(stream, b"\0" + len(message).to_bytes(4) + message)
        self.h2.send_headers(stream, TRAILERS, end_stream=True)
        self.flush()


def answering(speaker: Speaker, event: Any) -> None:
    """Answer each call with one message, "a"."""
    if isinstance(event, h2.events.StreamEnded):
        speaker.answer(event.stream_id or 0, b"a")


def spoken(on_event: Callable[[Speaker, Any], None]) -> Serve:
    """Return a server that keeps the rules and does `on_event` with each event."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        speaker = Speaker(writer)
        while data := await reader.read(65_536):
            for event in speaker.h2.receive_data(data):
                if isinstance(event, h2.events.DataReceived):
                    size = event.flow_controlled_length or 0
                    speaker.h2.acknowledge_received_data(size, event.stream_id or 0)
                on_event(speaker, event)
            speaker.flush()

    return serve


def headers(fields: list[tuple[str, str]], *, last: bool = False, stream: int = 1) -> bytes:
    block = hpack.Encoder().encode(fields)
    flags = frames.END_HEADERS | (frames.END_STREAM if last else 0)
    return frames.frame(Kind.HEADERS, flags, stream, block)


def data(payload: bytes, *, last: bool = False, stream: int = 1) -> bytes:
    return frames.frame(Kind.DATA, frames.END_STREAM if last else 0, stream, payload)


def message(text: bytes) -> bytes:
    return b"\0" + len(text).to_bytes(4) + text


BEGUN = headers(HEADERS)
DONE = headers(TRAILERS, last=True)
