"""Server streams: events and lines, heartbeats, errors, clients that leave, and how many."""

from __future__ import annotations

import json
import resource
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import httpx
import pytest

from gateway.app import GatewayApp, create_app
from gateway.serving import config
from gateway.settings import GatewaySettings
from services.runtime.errors import NotFound
from tests.gateway import serving
from tests.gateway.conftest import QUICK
from tests.gateway.messaging import Messaging
from tests.gateway.schema import MESSAGING

SSE = {"accept": "text/event-stream"}


@pytest.fixture
def settings() -> GatewaySettings:
    """A gateway of one's own: streams end a little after their test."""
    return replace(QUICK)


def events(text: str) -> list[tuple[str, dict]]:
    """Return the events of a stream; comments are left out."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
        if fields:
            found.append((fields.get("event", "message"), json.loads(fields["data"])))
    return found


def test_a_stream_becomes_events_and_an_end(client: httpx.Client) -> None:
    response = client.get("/v1/named/three:watch", headers=SSE)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream"
    assert response.headers["cache-control"] == "no-store"
    assert events(response.text) == [
        ("message", {"messageId": "1", "text": "hello"}),
        ("message", {"messageId": "2", "text": "hello"}),
        ("message", {"messageId": "3", "text": "hello"}),
        ("end", {}),
    ]


def test_a_stream_becomes_lines_of_json(client: httpx.Client) -> None:
    response = client.get("/v1/named/three:watch")
    assert response.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in response.text.splitlines() if line]
    assert [line["result"]["messageId"] for line in lines] == ["1", "2", "3"]


def test_text_with_line_breaks_stays_in_one_event(client: httpx.Client, service: Messaging) -> None:
    service.text = "a\n\nevent: end\r\ndata: {}\n\n"
    found = events(client.get("/v1/named/three:watch", headers=SSE).text)
    assert [data.get("text") for _, data in found] == [service.text] * 3 + [None]


def test_an_error_before_the_first_message_has_its_own_status(
    client: httpx.Client, service: Messaging
) -> None:
    service.error = NotFound()
    response = client.get("/v1/named/three:watch", headers=SSE)
    assert (response.status_code, response.json()["error"]["status"]) == (404, "NOT_FOUND")
    assert service.streams_open == 0


def test_an_error_later_on_is_an_event(client: httpx.Client, service: Messaging) -> None:
    for accept, read in ((SSE, _last_event), ({}, _last_line)):
        service.error = None
        with client.stream("GET", "/v1/named/endless:watch", headers=accept) as response:
            lines = response.iter_lines()
            service.next_message.release()
            _read_until(lines, '"messageId":"1"')
            service.error = NotFound()
            service.next_message.release()
            assert read(lines)["error"]["status"] == "NOT_FOUND"


def _read_until(lines: Iterator[str], wanted: str) -> None:
    assert any(wanted in line for line in lines)


def _last_event(lines: Iterator[str]) -> dict:
    rest = list(lines)
    assert rest[rest.index("event: error") + 1].startswith("data: ")
    return json.loads(rest[rest.index("event: error") + 1].removeprefix("data: "))


def _last_line(lines: Iterator[str]) -> dict:
    return json.loads([line for line in lines if line][-1])


def test_an_idle_stream_says_that_it_lives(client: httpx.Client) -> None:
    with client.stream("GET", "/v1/named/endless:watch", headers=SSE) as response:
        lines = response.iter_lines()
        comments = [line for line, _ in zip(lines, range(6), strict=False) if line]
    assert comments == [": still here"] * 3


def test_a_client_that_leaves_ends_the_call(client: httpx.Client, service: Messaging) -> None:
    with client.stream("GET", "/v1/named/endless:watch", headers=SSE) as response:
        assert response.status_code == 200
        assert service.streams_open == 1
    assert service.stream_ended.wait(10)
    assert service.streams_open == 0


def test_head_of_a_stream_opens_nothing_for_long(client: httpx.Client, service: Messaging) -> None:
    assert client.head("/v1/named/endless:watch").status_code == 200
    assert service.stream_ended.wait(10)


def test_the_number_of_open_streams_is_bounded(client: httpx.Client, service: Messaging) -> None:
    with ExitStack() as open_streams:
        for _ in range(3):
            opened = client.stream("GET", "/v1/named/endless:watch", headers=SSE)
            assert open_streams.enter_context(opened).status_code == 200
        mine = client.get("/v1/named/three:watch", headers=SSE)
        assert (mine.status_code, mine.json()["error"]["status"]) == (429, "RESOURCE_EXHAUSTED")
        assert mine.headers["retry-after"] == "5"
        other = client.stream("GET", "/v1/named/endless:watch", headers=SSE | {"x-api-key": "b"})
        assert open_streams.enter_context(other).status_code == 200
        full = client.get("/v1/named/three:watch", headers=SSE | {"x-api-key": "c"})
        assert (full.status_code, full.json()["error"]["status"]) == (503, "UNAVAILABLE")
        assert full.headers["retry-after"] == "5"
    assert service.stream_ended.wait(10)
    for _ in range(50):
        if client.get("/v1/named/three:watch", headers=SSE).status_code == 200:
            return
    pytest.fail("the places were not given back")


def test_the_call_is_told_how_long_a_stream_may_last(
    client: httpx.Client, service: Messaging
) -> None:
    client.get("/v1/named/three:watch")
    client.get("/v1/named/three:watch", headers={"x-timeout": "5"})
    assert service.timeouts == [600.0, 5.0]


def test_a_process_that_stops_ends_its_streams(
    service: Messaging, settings: GatewaySettings
) -> None:
    app: GatewayApp = create_app(service, [MESSAGING], settings)
    opened, text = threading.Event(), []

    def watch(base: str) -> None:
        with httpx.stream("GET", base + "/v1/named/endless:watch", headers=SSE) as response:
            for line in response.iter_lines():
                opened.set()
                text.append(line)

    with serving.running(app) as base:
        watcher = threading.Thread(target=watch, args=(base,))
        watcher.start()
        assert opened.wait(10)
    watcher.join(10)
    assert not watcher.is_alive()
    at = text.index("event: error")
    assert "SERVER_STOPPING" in text[at + 2]
    assert 500 <= int(text[at + 1].removeprefix("retry: ")) <= 3000


def test_as_many_files_may_be_open_as_there_may_be_streams() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, before[1]))
    try:
        app = create_app(Messaging(), [MESSAGING], replace(QUICK, streams=100))
        config(app, "127.0.0.1", 0)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(100 + 2_048, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
