"""Requests that come whole are answered without a task; nobody can tell but by the time it takes."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from google.protobuf import descriptor_pool

from gateway.app import GatewayApp, create_app
from gateway.edge import protocol
from gateway.settings import GatewaySettings
from services.runtime.inprocess import Invoker
from tests.gateway import serving
from tests.runtime import echo

NOTES = "/v1/brands/acme/notes"
OF_ONE_REQUEST = ("x-correlation-id", "date", "ratelimit")


@contextmanager
def over(world: echo.World, settings: GatewaySettings) -> Iterator[str]:
    invoker = Invoker(world.pipeline, threads=4)
    services = [descriptor_pool.Default().FindServiceByName(echo.SERVICE)]
    with serving.running(create_app(invoker, services, settings)) as base:
        yield base
    invoker.close()


@pytest.fixture(scope="module")
def address(world: echo.World) -> Iterator[str]:
    with over(world, GatewaySettings(calls_at_once=3, rate_per_s=10_000, burst=10_000)) as base:
        yield base


@contextmanager
def connected(address: str) -> Iterator[socket.socket]:
    parts = urlsplit(address)
    with socket.create_connection((str(parts.hostname), parts.port), 20) as connection:
        yield connection


def ping(text: str, *, last: bool = False) -> bytes:
    close = "connection: close\r\n" if last else ""
    return f"GET /v1/ping?text={text} HTTP/1.1\r\nhost: x\r\n{close}\r\n".encode()


def note(world: echo.World, text: str) -> tuple[bytes, bytes]:
    """Return head and body of a request that makes a note."""
    body = json.dumps({"text": text}).encode()
    head = (
        f"POST {NOTES} HTTP/1.1\r\nhost: x\r\nx-api-key: {world.keys.server}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode(), body


def received(connection: socket.socket) -> bytes:
    pieces = []
    while piece := connection.recv(65_536):
        pieces.append(piece)
    return b"".join(pieces)


def bodies(answers: bytes) -> list[dict[str, Any]]:
    parts = [part.partition(b"\r\n\r\n")[2] for part in answers.split(b"HTTP/1.1 200 OK\r\n")[1:]]
    return [json.loads(part) for part in parts]


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths of requests for which a task of ASGI was made."""
    made: list[str] = []
    usual = GatewayApp.__call__

    async def noted(app: GatewayApp, scope: Any, *asgi: Any) -> None:
        made.append(scope["path"])
        await usual(app, scope, *asgi)

    monkeypatch.setattr(GatewayApp, "__call__", noted)
    return made


def test_no_task_is_made_for_a_call_whose_body_comes_at_once_or_at_once_behind(
    address: str, world: echo.World, tasks: list[str]
) -> None:
    for apart in (False, True):
        head, body = note(world, "whole")
        with connected(address) as connection:
            connection.sendall(head if apart else head + body)
            if apart:
                connection.sendall(body)
            answer = b""
            while not answer.endswith(b"}"):
                answer += connection.recv(65_536)
            assert bodies(answer)[0]["text"] == "whole"
    assert tasks == []


def test_a_task_waits_for_a_body_that_does_not_come(
    address: str, world: echo.World, tasks: list[str]
) -> None:
    head, body = note(world, "late")
    with connected(address) as connection:
        connection.sendall(head + body[:3])
        while not tasks:
            time.sleep(0.01)
        connection.sendall(body[3:] + ping("next", last=True))
        assert bodies(received(connection))[0]["text"] == "late"
    assert tasks[0] == NOTES


@pytest.mark.parametrize(
    ("method", "path", "headers", "body"),
    [
        ("POST", NOTES, {}, b'{"text": "a"}'),
        ("POST", NOTES, {"origin": "https://shop.example"}, b'{"text": "a"}'),
        ("POST", NOTES, {"x-api-key": "lsk_" + "b" * 52}, b'{"text": "a"}'),
        ("POST", NOTES, {"content-type": "text/plain"}, b'{"text": "a"}'),
        ("POST", NOTES, {"x-timeout": "soon"}, b'{"text": "a"}'),
        ("POST", NOTES, {"accept": "application/problem+json"}, b'{"text": 1}'),
        ("POST", NOTES, {"accept-encoding": "gzip"}, b'{"text": "' + b"long " * 400 + b'"}'),
        ("POST", NOTES, {}, b'{"text": "' + b"x" * 20_000 + b'"}'),
        ("POST", NOTES, {}, b"{"),
        ("GET", NOTES + "/none", {}, b""),
        ("GET", "/v1/nothing", {}, b""),
        ("HEAD", "/v1/ping", {}, b""),
        ("DELETE", "/v1/ping", {}, b""),
    ],
)
def test_the_answer_is_the_same_with_a_task(
    address: str, world: echo.World, monkeypatch: pytest.MonkeyPatch,
    method: str, path: str, headers: dict[str, str], body: bytes,
) -> None:  # fmt: skip
    sent = {"x-api-key": world.keys.server, "content-type": "application/json", **headers}
    answers = []
    for directly in (True, False):
        if not directly:
            monkeypatch.setattr(GatewayApp, "begin", lambda *_: False)
        answer = httpx.request(method, address + path, headers=sent, content=body)
        kept = [pair for pair in answer.headers.multi_items() if pair[0] not in OF_ONE_REQUEST]
        answers.append((answer.status_code, sorted(kept), _without_ids(answer)))
    assert answers[0] == answers[1]


def _without_ids(answer: httpx.Response) -> str:
    if not answer.content:
        return ""
    told = answer.json()
    for own in ("name", "noteId", "createTime", "correlationId", "etag", "uid"):
        told.pop(own, None)
    return json.dumps(told).replace(answer.headers["x-correlation-id"], "")


def test_requests_sent_one_behind_the_other_are_answered_in_their_order(address: str) -> None:
    with connected(address) as connection:
        connection.sendall(b"".join([ping("one"), ping("two"), ping("three", last=True)]))
        told = bodies(received(connection))
    assert [one["text"] for one in told] == ["one", "two", "three"]


def test_a_request_that_comes_in_pieces_is_answered_before_the_next(
    address: str, world: echo.World
) -> None:
    whole = b"".join(note(world, "in pieces"))
    with connected(address) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in (whole[:30], whole[30:-10], whole[-10:]):
            connection.sendall(piece)
        connection.sendall(ping("next", last=True))
        told = bodies(received(connection))
    assert [one["text"] for one in told] == ["in pieces", "next"]


def test_an_idle_connection_is_kept_longer_than_a_head_may_take(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_TIMEOUT_S", 0.2)
    with connected(address) as connection:
        connection.sendall(ping("one"))
        connection.recv(65_536)
        connection.settimeout(0.6)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(20)
        connection.sendall(ping("two", last=True))
        assert bodies(received(connection))[0]["text"] == "two"


def test_a_call_that_finds_no_place_in_time_is_told_so_and_the_place_is_not_lost(
    world: echo.World,
) -> None:
    settings = GatewaySettings(calls_at_once=1, rate_per_s=10_000, burst=10_000)
    headers = {"x-api-key": world.keys.server}
    world.servicer.hold = held = threading.Event()
    try:
        with over(world, settings) as base, ThreadPoolExecutor(1) as pool:
            first = pool.submit(
                httpx.post, base + NOTES, json={"text": "a"}, headers=headers, timeout=20
            )
            assert world.servicer.entered.acquire(timeout=20)
            late = httpx.post(
                base + NOTES, json={"text": "b"}, headers={**headers, "x-timeout": "0.2"}
            )
            assert late.status_code == 504
            held.set()
            assert first.result(20).status_code == 200
            assert httpx.get(f"{base}/v1/ping", headers=headers).status_code == 200
    finally:
        held.set()
        world.servicer.hold = None
