"""Calls that end, begin or wait at a bad moment, and servers that are slow or full."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import h2.events
import pytest

from gateway.http2 import frames
from gateway.http2.call import Ended
from gateway.http2.channel import Channel
from gateway.http2.frames import Error, Kind, Setting
from tests.gateway.http2 import script
from tests.gateway.http2.script import Client, Kept, Speaker, against, answering, spoken

STATUS = grpc.StatusCode


def test_a_call_that_is_refused_after_a_farewell_begins_again_elsewhere() -> None:
    connections: list[Speaker] = []

    def serve(speaker: Speaker, event: Any) -> None:
        if speaker not in connections:
            connections.append(speaker)
        if not isinstance(event, h2.events.StreamEnded) or not event.stream_id:
            return
        if speaker is connections[0]:
            farewell = frames.frame(Kind.GOAWAY, 0, 0, frames.MOST_STREAM.to_bytes(4) + bytes(4))
            speaker._writer.write(farewell + frames.reset(1, Error.REFUSED_STREAM))
        else:
            speaker.answer(event.stream_id, b"second")

    async def test(client: Client) -> None:
        assert (await client.call()).messages == [b"second"]

    against(spoken(serve), test)


class _Again(Kept):
    """Begins another call as soon as the first has ended."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self.second = Kept()

    def ended(self, how: Ended) -> None:
        super().ended(how)
        self._client.channel.call("/a.B/C", b"", (), None, self.second)


def test_a_call_may_begin_when_another_found_nobody() -> None:
    async def test(_: Client) -> None:
        nobody = Client(1)
        first = _Again(nobody)
        nobody.channel.call("/a.B/C", b"", (), None, first)
        async with asyncio.timeout(script.LIMIT_S):
            await first.second.over.wait()
        assert first.second.how
        assert first.second.how.code is STATUS.UNAVAILABLE

    against(spoken(answering), test)


@pytest.mark.parametrize("address", ["127.0.0.1:99999", f"{'a' * 70}.example:1", "a..b:1"])
def test_an_address_that_cannot_be_one_is_unavailable(address: str) -> None:
    async def test(client: Client) -> None:
        client.channel = Channel(address, tls=None, most_bytes=script.MOST_BYTES)
        kept = await client.call()
        assert kept.how
        assert kept.how.code is STATUS.UNAVAILABLE

    against(spoken(answering), test)


def test_a_slow_server_is_asked_no_oftener_than_servers_stand() -> None:
    came: list[bytes] = []

    def serve(speaker: Speaker, event: Any) -> None:
        if isinstance(event, h2.events.PingReceived):
            came.append(event.ping_data or b"")
        elif isinstance(event, h2.events.StreamReset) and event.stream_id == 11:
            speaker.h2.ping(b"the last")
        elif isinstance(event, h2.events.StreamEnded) and event.stream_id == 13:
            speaker.answer(13, b"a")

    async def test(client: Client) -> None:
        for _ in range(6):
            await client.call(timeout_s=0.05)
        assert (await client.call()).messages == [b"a"]
        assert len(came) == 2
        await client.call(timeout_s=0.05)  # something was said: it may be asked again
        async with asyncio.timeout(script.LIMIT_S):
            while len(came) < 3:
                await asyncio.sleep(0.01)

    against(spoken(serve), test)


def test_nothing_is_kept_of_a_large_call_that_was_given_up() -> None:
    async def test(client: Client) -> None:
        await client.call(timeout_s=0.05)
        for _ in range(10):
            await client.call(b"x" * 900_000, timeout_s=0.01)
        (open_now,) = client.channel._alive
        assert not open_now._unsent
        assert not open_now._calls

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(script.SETTINGS)
        while await reader.read(65_536):
            pass

    against(serve, test)


def test_calls_wait_while_a_server_reads_nothing() -> None:
    reads = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # of a socket
        writer.write(frames.settings({Setting.INITIAL_WINDOW_SIZE: frames.MOST_WINDOW}))
        writer.write(frames.window_update(0, frames.MOST_WINDOW - frames.FIRST_WINDOW))
        await reads.wait()
        writer.transport.resume_reading()  # type: ignore[attr-defined]
        await reader.readexactly(len(frames.PREFACE))
        while True:
            head = await reader.readexactly(frames.HEAD_BYTES)
            await reader.readexactly(int.from_bytes(head[:3]))
            stream = int.from_bytes(head[5:])
            if head[3] == Kind.DATA and head[4] & frames.END_STREAM:
                writer.write(script.headers(script.HEADERS, stream=stream))
                writer.write(script.data(script.message(b"a"), stream=stream))
                writer.write(script.headers(script.TRAILERS, stream=stream, last=True))

    async def test(client: Client) -> None:
        begun = [client.begin(b"x" * 900_000) for _ in range(40)]
        async with asyncio.timeout(script.LIMIT_S):
            while not client.channel._connection or not client.channel._connection._waiting:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            transport = client.channel._connection._transport
            assert transport
            assert transport.get_write_buffer_size() < 2_000_000
            reads.set()
            for _, kept in begun:
                await kept.over.wait()
        assert [kept.messages for _, kept in begun] == [[b"a"]] * 40

    against(serve, test)
