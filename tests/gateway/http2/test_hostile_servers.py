"""Servers that break the rules, or hold to them in odd ways: each call ends, once and in time."""

from __future__ import annotations

import asyncio

import grpc
import hpack
import pytest

from gateway.http2 import frames
from gateway.http2.frames import Error, Kind, Setting
from tests.gateway.http2 import script
from tests.gateway.http2.script import (
    BEGUN,
    DONE,
    SETTINGS,
    Client,
    against,
    data,
    first_headers,
    headers,
    message,
    raw,
)

STATUS = grpc.StatusCode


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
    "a status without end": (
        headers([*script.HEADERS, ("grpc-status", "0" * 5_000)], last=True),
        STATUS.UNKNOWN,
    ),
    "a message before the headers": (data(message(b"a")) + DONE, STATUS.INTERNAL),
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


@pytest.mark.parametrize(
    "asks",
    [frames.frame(Kind.PING, 0, 0, b"answer m"), SETTINGS],
    ids=["pings", "settings"],
)
def test_a_server_that_wants_answers_and_reads_none_is_left(asks: bytes) -> None:
    left = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # of a socket
        writer.write(SETTINGS)
        try:
            for _ in range(2_000):  # some 30 MB
                writer.write(asks * 1_000)
                await writer.drain()
            await asyncio.sleep(script.LIMIT_S)
        finally:
            left.set()
            writer.transport.abort()

    async def test(client: Client) -> None:
        kept = await client.call()
        assert kept.how
        assert kept.how.code is STATUS.UNAVAILABLE
        async with asyncio.timeout(script.LIMIT_S / 2):
            await left.wait()

    against(serve, test)


def test_a_reset_is_not_answered_by_one() -> None:
    came: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(frames.PREFACE))
        writer.write(frames.settings({Setting.INITIAL_WINDOW_SIZE: 10}))
        await first_headers(reader)
        writer.write(frames.reset(1, Error.CANCEL) + frames.frame(Kind.PING, 0, 0, b"answer m"))
        while Kind.PING not in came:
            head = await reader.readexactly(frames.HEAD_BYTES)
            await reader.readexactly(int.from_bytes(head[:3]))
            came.append(head[3])

    async def test(client: Client) -> None:
        kept = await client.call(b"x" * 1_000)
        assert kept.how
        assert kept.how.code is STATUS.CANCELLED
        async with asyncio.timeout(script.LIMIT_S):
            while Kind.PING not in came:
                await asyncio.sleep(0.01)
        assert Kind.RST_STREAM not in came

    against(serve, test)


def test_a_header_block_may_end_with_nothing() -> None:
    block = hpack.Encoder().encode(script.HEADERS)
    begun = frames.frame(Kind.HEADERS, 0, 1, block) + frames.frame(
        Kind.CONTINUATION, frames.END_HEADERS, 1
    )

    async def test(client: Client) -> None:
        assert (await client.call()).messages == [b"a"]

    against(raw(begun + data(message(b"a")) + DONE), test)


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
