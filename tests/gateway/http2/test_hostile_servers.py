"""Servers that break the rules, or hold to them in odd ways: each call ends, once and in time."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import h2.errors
import h2.events
import h2.settings
import hpack
import pytest

from gateway.http2 import connection, frames
from gateway.http2.frames import Error, Kind, Setting
from tests.gateway.http2 import script
from tests.gateway.http2.script import Client, Kept, Speaker, against, raw, spoken

STATUS = grpc.StatusCode


def headers(fields: list[tuple[str, str]], *, last: bool = False, stream: int = 1) -> bytes:
    block = hpack.Encoder().encode(fields)
    flags = frames.END_HEADERS | (frames.END_STREAM if last else 0)
    return frames.frame(Kind.HEADERS, flags, stream, block)


def data(payload: bytes, *, last: bool = False, stream: int = 1) -> bytes:
    return frames.frame(Kind.DATA, frames.END_STREAM if last else 0, stream, payload)


def message(text: bytes) -> bytes:
    return b"\0" + len(text).to_bytes(4) + text


BEGUN = headers(script.HEADERS)
DONE = headers(script.TRAILERS, last=True)
ENDLESS = frames.frame(Kind.HEADERS, 0, 1, b"\0") + 5 * frames.frame(
    Kind.CONTINUATION, 0, 1, b"\0" * 60_000
)

BROKEN = {
    "noise": b"\xff" * 100,
    "a frame too large": frames.frame(Kind.DATA, 0, 1, b"\0" * 70_000),
    "data of no stream": frames.frame(Kind.DATA, 0, 0, b"\0"),
    "a stream that nobody opened": data(b"", stream=99),
    "a stream of the server": headers(script.HEADERS, stream=2),
    "a push": frames.frame(Kind.PUSH_PROMISE, frames.END_HEADERS, 1, b"\0\0\0\2"),
    "a header block without end": ENDLESS,
    "an empty continuation": frames.frame(Kind.HEADERS, 0, 1, b"\0")
    + frames.frame(Kind.CONTINUATION, 0, 1),
    "a header block that is interrupted": frames.frame(Kind.HEADERS, 0, 1, b"\0") + data(b"x"),
    "a continuation of nothing": frames.frame(Kind.CONTINUATION, frames.END_HEADERS, 1, b""),
    "a header block that is none": frames.frame(Kind.HEADERS, frames.END_HEADERS, 1, b"\xff" * 9),
    "more padding than bytes": BEGUN + frames.frame(Kind.DATA, frames.PADDED, 1, b"\x09abc"),
    "padding of nothing": BEGUN + frames.frame(Kind.DATA, frames.PADDED, 1, b""),
    "no room for a priority": frames.frame(
        Kind.HEADERS, frames.END_HEADERS | frames.PRIORITISED, 1, b"\0\0"
    ),
    "a reset that is too short": frames.frame(Kind.RST_STREAM, 0, 1, b"\0"),
    "settings of a stream": frames.frame(Kind.SETTINGS, 0, 1),
    "settings that end in the middle": frames.frame(Kind.SETTINGS, 0, 0, b"\0" * 5),
    "frames of no size": frames.settings({Setting.MAX_FRAME_SIZE: 1}),
    "a window too large": frames.settings({Setting.INITIAL_WINDOW_SIZE: 2**31}),
    "a window that grows by nothing": frames.window_update(0, 0),
    "a window that overflows": frames.window_update(0, frames.MOST_WINDOW),
    "a call's window that overflows": frames.window_update(1, frames.MOST_WINDOW),
    "a ping too short": frames.frame(Kind.PING, 0, 0, b"\0"),
    "a ping of a stream": frames.frame(Kind.PING, 0, 1, b"\0" * 8),
    "a farewell too short": frames.frame(Kind.GOAWAY, 0, 0, b"\0"),
    "a farewell of a stream": frames.frame(Kind.GOAWAY, 0, 1, b"\0" * 8),
}

ANSWERS = {
    "another status": (headers([(":status", "502")], last=True), STATUS.UNAVAILABLE),
    "a page": (headers([(":status", "404"), ("content-type", "text/html")]), STATUS.UNIMPLEMENTED),
    "another type": (
        headers([(":status", "200"), ("content-type", "text/html")]),
        STATUS.UNKNOWN,
    ),
    "no trailers": (BEGUN + data(message(b"a"), last=True), STATUS.INTERNAL),
    "trailers twice": (BEGUN + BEGUN, STATUS.INTERNAL),
    "half a message": (BEGUN + data(message(b"abc")[:6]) + DONE, STATUS.INTERNAL),
    "a message too large": (BEGUN + data(b"\0\xff\xff\xff\xff"), STATUS.RESOURCE_EXHAUSTED),
    "a compressed message": (BEGUN + data(b"\1\0\0\0\1a"), STATUS.INTERNAL),
    "a status of letters": (
        headers([*script.HEADERS, ("grpc-status", "ok")], last=True),
        STATUS.UNKNOWN,
    ),
    "no status": (headers(script.HEADERS, last=True), STATUS.UNKNOWN),
    "a status that nobody knows": (
        headers([*script.HEADERS, ("grpc-status", "99")], last=True),
        STATUS.UNKNOWN,
    ),
    "a reset": (frames.reset(1, Error.CANCEL), STATUS.CANCELLED),
    "a reset for calm": (frames.reset(1, Error.ENHANCE_YOUR_CALM), STATUS.RESOURCE_EXHAUSTED),
    "a reset of no known code": (
        frames.frame(Kind.RST_STREAM, 0, 1, b"\0\0\xff\xff"),
        STATUS.INTERNAL,
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_server_that_breaks_the_rules_is_left(name: str) -> None:
    async def test(client: Client) -> None:
        kept = await client.call()
        assert kept.how
        assert (kept.how.code, kept.how.ours) == (STATUS.UNAVAILABLE, True)

    against(raw(BROKEN[name]), test)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_odd_answer_is_an_error(name: str) -> None:
    answer, code = ANSWERS[name]

    async def test(client: Client) -> None:
        kept = await client.call()
        assert kept.how
        assert kept.how.code is code, kept.how
        assert kept.how.message or name == "a status of letters" or "status" in name

    against(raw(answer), test)


def test_a_server_may_send_what_needs_no_heed() -> None:
    odd = (
        headers([(":status", "103")])
        + frames.frame(Kind.PRIORITY, 0, 1, b"\0" * 5)
        + frames.frame(Kind(9) + 20, 0, 0, b"new")
        + frames.frame(Kind.HEADERS, frames.END_HEADERS | frames.PRIORITISED | frames.PADDED, 1,
                       b"\2" + b"\0" * 5 + hpack.Encoder().encode(script.HEADERS) + b"\0\0")
        + frames.frame(Kind.DATA, frames.PADDED, 1, b"\3" + message(b"a")[:4] + b"\0\0\0")
        + data(message(b"a")[4:] + message(b"b"))
        + DONE
    )  # fmt: skip

    async def test(client: Client) -> None:
        kept = await client.call()
        assert kept.how
        assert kept.how.code is STATUS.OK
        assert kept.messages == [b"a", b"b"]

    against(raw(odd), test)


@pytest.mark.parametrize("greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-x\r\n", b""])
def test_what_does_not_speak_http2_is_no_server(greeting: bytes) -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting + b"\0" * 20 * bool(greeting))
        await writer.drain()

    async def test(client: Client) -> None:
        for _ in range(2):
            kept = await client.call()
            assert kept.how
            assert kept.how.code is STATUS.UNAVAILABLE

    against(serve, test)


def test_nobody_listens_and_then_somebody_does() -> None:
    async def test(client: Client) -> None:
        nobody = Client(1)
        kept = await nobody.call()
        assert kept.how
        assert kept.how.code is STATUS.UNAVAILABLE
        assert (await client.call()).messages == [b"a"]

    against(spoken(_answering), test)


def _answering(speaker: Speaker, event: Any) -> None:
    if isinstance(event, h2.events.StreamEnded):
        speaker.answer(event.stream_id or 0, b"a")


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
        _answering(speaker, event)

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
    monkeypatch.setattr(connection, "_ALIVE_WITHIN_S", 0.1)
    connections: list[object] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        if len(connections) == 1:
            writer.write(script.SETTINGS)
            await reader.read(-1)  # as behind a cable that was pulled
        else:
            await spoken(_answering)(reader, writer)

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
