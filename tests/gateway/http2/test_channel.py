"""Calls to servers that keep the rules: what they refuse, when they go, how much they take."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import h2.errors
import h2.events
import h2.settings
import pytest

from gateway.http2 import alive, connection, frames
from gateway.http2.frames import Error, Kind, Setting
from tests.gateway.http2 import script
from tests.gateway.http2.script import (
    BEGUN,
    DONE,
    Client,
    Kept,
    Speaker,
    against,
    answering,
    data,
    headers,
    message,
    raw,
    spoken,
)

STATUS = grpc.StatusCode


def test_nobody_listens_and_then_somebody_does() -> None:
    async def test(client: Client) -> None:
        nobody = Client(1)
        kept = await nobody.call()
        assert kept.how
        assert kept.how.code is STATUS.UNAVAILABLE
        assert (await client.call()).messages == [b"a"]

    against(spoken(answering), test)


def test_a_call_that_was_refused_begins_again_once() -> None:
    refused: list[int] = []

    def serve(speaker: Speaker, event: Any) -> None:
        if isinstance(event, h2.events.StreamEnded) and event.stream_id:
            refused.append(event.stream_id)
            if len(refused) in (1, 3, 4):
                speaker.h2.reset_stream(event.stream_id, h2.errors.ErrorCodes.REFUSED_STREAM)
            else:
                speaker.answer(event.stream_id, b"a")

    async def test(client: Client) -> None:
        assert (await client.call()).messages == [b"a"]
        kept = await client.call()
        assert kept.how
        assert kept.how.code is STATUS.UNAVAILABLE
        assert len(refused) == 4

    against(spoken(serve), test)


def test_calls_that_a_farewell_leaves_out_begin_again_elsewhere() -> None:
    connections: list[Speaker] = []

    def serve(speaker: Speaker, event: Any) -> None:
        if speaker not in connections:
            connections.append(speaker)
        if not isinstance(event, h2.events.StreamEnded) or not event.stream_id:
            return
        if speaker is not connections[0]:
            speaker.answer(event.stream_id, b"second")
        elif event.stream_id == 3:  # the first call is worked on, the second is not
            speaker.h2.close_connection(last_stream_id=1)
            speaker.flush()
            speaker._writer.write(headers(script.HEADERS) + data(message(b"first")) + DONE)

    async def test(client: Client) -> None:
        one, other = await asyncio.gather(client.call(), client.call())
        assert [one.messages, other.messages] == [[b"first"], [b"second"]]

    against(spoken(serve), test)


def test_calls_wait_for_the_streams_that_a_server_allows() -> None:
    open_now: set[int] = set()
    most: list[int] = []

    def serve(speaker: Speaker, event: Any) -> None:
        if isinstance(event, h2.events.RequestReceived):
            if not most:
                speaker.h2.update_settings({h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: 3})
            open_now.add(event.stream_id or 0)
            most.append(len(open_now))
        elif isinstance(event, h2.events.StreamEnded):
            asyncio.get_running_loop().call_later(0.01, _later, speaker, event.stream_id)

    def _later(speaker: Speaker, stream: int) -> None:
        open_now.discard(stream)
        speaker.answer(stream, b"a")

    async def test(client: Client) -> None:
        await client.call()
        most.clear()
        most.append(0)
        found = await asyncio.gather(*(client.call() for _ in range(20)))
        assert [one.messages for one in found] == [[b"a"]] * 20
        assert max(most) == 3

    against(spoken(serve), test)


def test_a_large_message_waits_for_the_windows() -> None:
    came: list[int] = []

    def serve(speaker: Speaker, event: Any) -> None:
        if isinstance(event, h2.events.DataReceived):
            came.append(len(event.data or b""))
        answering(speaker, event)

    async def test(client: Client) -> None:
        for size in (65_530, 65_531, 900_000):
            came.clear()
            assert (await client.call(b"x" * size)).messages == [b"a"]
            assert sum(came) == size + 5
            assert max(came) <= 16_384
        kept = await client.call(b"x" * (script.MOST_BYTES + 1))
        assert kept.how
        assert kept.how.code is STATUS.RESOURCE_EXHAUSTED

    against(spoken(serve), test)


def test_a_window_that_changes_counts_for_calls_under_way() -> None:
    came: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(frames.settings({Setting.INITIAL_WINDOW_SIZE: 10}))
        await reader.readexactly(len(frames.PREFACE))
        for size, more in ((10, 25), (15, 2_000), (None, None)):
            while (found := await _data(reader)) is None:
                pass
            came.append(found)
            assert size in (found, None)
            if more:
                writer.write(frames.settings({Setting.INITIAL_WINDOW_SIZE: more}))
        writer.write(BEGUN + data(message(b"a")) + DONE)
        await reader.read(-1)

    async def test(client: Client) -> None:
        assert (await client.call(b"x" * 1_000)).messages == [b"a"]
        assert came == [10, 15, 980]

    against(serve, test)


async def _data(reader: asyncio.StreamReader) -> int | None:
    """Read a frame; return the size of its data, None if it is another one."""
    head = await reader.readexactly(frames.HEAD_BYTES)
    payload = await reader.readexactly(int.from_bytes(head[:3]))
    return len(payload) if head[3] == Kind.DATA else None


def test_nobody_sends_more_than_a_slow_reader_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    piece = message(b"x" * 10_000)
    more_than_a_window = 2_000

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        speaker = Speaker(writer)
        left = more_than_a_window
        begun = False
        while chunk := await reader.read(65_536):
            for event in speaker.h2.receive_data(chunk):
                if isinstance(event, h2.events.StreamEnded):
                    speaker.h2.send_headers(1, script.HEADERS)
                    begun = True
            while begun and left and speaker.h2.local_flow_control_window(1) >= len(piece):
                speaker.h2.send_data(1, piece)
                left -= 1
                sent.append(len(piece))
            if begun and not left:
                speaker.h2.send_headers(1, script.TRAILERS, end_stream=True)
                begun = False
            speaker.flush()

    async def test(client: Client) -> None:
        call, kept = client.begin(room=1)
        while not sent:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        assert sum(sent) <= connection._STREAM_WINDOW
        assert len(kept.messages) < more_than_a_window
        async with asyncio.timeout(script.LIMIT_S):
            while not kept.over.is_set():
                call.more()
                await asyncio.sleep(0.001)
        assert len(kept.messages) == more_than_a_window

    against(serve, test)


def test_a_server_that_ignores_the_window_is_left() -> None:
    flood = BEGUN + 300 * data(message(b"x" * 16_000))

    async def test(client: Client) -> None:
        _, kept = client.begin(room=1)
        async with asyncio.timeout(script.LIMIT_S):
            await kept.over.wait()
        assert kept.how
        assert kept.how.code is STATUS.UNAVAILABLE

    against(raw(flood), test)


def test_a_call_ends_in_time_and_the_server_is_told() -> None:
    told: list[int] = []

    def serve(_: Speaker, event: Any) -> None:
        if isinstance(event, h2.events.StreamReset):
            told.append(event.error_code or 0)

    async def test(client: Client) -> None:
        kept = await client.call(timeout_s=0.05)
        assert kept.how
        assert kept.how.code is STATUS.DEADLINE_EXCEEDED
        call, given_up = client.begin()
        await asyncio.sleep(0.05)
        call.cancel()
        async with asyncio.timeout(script.LIMIT_S):
            while len(told) < 2:
                await asyncio.sleep(0.01)
        assert told == [Error.CANCEL] * 2
        assert given_up.how is None

    against(spoken(serve), test)


def test_a_connection_that_answers_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alive, "_WITHIN_S", 0.1)
    connections: list[object] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        if len(connections) == 1:
            writer.write(script.SETTINGS)
            await reader.read(-1)  # as behind a cable that was pulled
        else:
            await spoken(answering)(reader, writer)

    async def test(client: Client) -> None:
        kept = await client.call(timeout_s=0.05)
        assert kept.how
        assert kept.how.code is STATUS.DEADLINE_EXCEEDED
        other: Kept = await client.call()  # begun on the dead one, lost with it
        assert other.how
        assert other.how.code is STATUS.UNAVAILABLE
        assert (await client.call()).messages == [b"a"]

    against(serve, test)


def test_what_is_begun_after_the_end_is_refused() -> None:
    async def test(client: Client) -> None:
        _, kept = client.begin()
        await client.channel.close()
        assert kept.how
        assert kept.how.code is STATUS.UNAVAILABLE
        after = await client.call()
        assert after.how
        assert after.how.code is STATUS.UNAVAILABLE

    against(spoken(lambda *_: None), test)
