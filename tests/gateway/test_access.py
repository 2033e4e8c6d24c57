"""What is logged and counted of each request, and the headers that every answer carries."""

from __future__ import annotations

import io
import json
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from google.protobuf import descriptor_pool

from gateway.app import create_app
from gateway.edge import headers
from gateway.settings import GatewaySettings
from services.runtime import telemetry
from services.runtime.errors import NotFound
from services.runtime.inprocess import Invoker
from tests.gateway import serving
from tests.gateway.messaging import Messaging
from tests.gateway.schema import MESSAGING
from tests.runtime import echo
from tests.runtime.logging_to import logging_to

RPC = "luneo.gatewaytest.v1.Messaging/GetMessage"
Lines = Callable[[int], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Returns the access lines once there are so many: a line comes after its answer."""
    stream = io.StringIO()

    def read(number: int) -> list[dict[str, Any]]:
        end_s = time.monotonic() + 10
        while True:
            found = [json.loads(line) for line in stream.getvalue().splitlines()]
            requests = [one for one in found if one["event"] == "request"]
            if len(requests) >= number:
                return requests
            assert time.monotonic() < end_s, found
            time.sleep(0.01)

    with logging_to(stream):
        yield read


@pytest.fixture
def settings() -> GatewaySettings:
    """As a gateway has it whose services run elsewhere."""
    return GatewaySettings(log_requests=True)


def counted(rpc: str, status: str) -> float:
    return (
        telemetry.REGISTRY.get_sample_value("luneo_requests_total", {"rpc": rpc, "status": status})
        or 0.0
    )


def test_a_request_leaves_one_line_with_its_rpc_and_status(
    lines: Lines, client: httpx.Client, service: Messaging
) -> None:
    before = counted(RPC, "200"), counted(RPC, "404")
    found = client.get("/v1/messages/jane-doe", headers={"x-correlation-id": "abcdefgh2"})
    service.error = NotFound()
    client.get("/v1/messages/jane-doe")
    good, bad = lines(2)
    assert (good["rpc"], good["http_method"], good["status"]) == (RPC, "GET", 200)
    assert (good["correlation_id"], good["bytes"]) == ("abcdefgh2", len(found.content))
    assert (bad["status"], bad["reason"]) == (404, NotFound.reason)
    assert good["duration_ms"] > 0
    for private in ("jane-doe", "127.0.0.1"):
        assert private not in json.dumps([good, bad])
    assert (counted(RPC, "200"), counted(RPC, "404")) == (before[0] + 1, before[1] + 1)


def test_what_the_gateway_refuses_is_counted_and_names_its_reason(
    lines: Lines, client: httpx.Client
) -> None:
    before = counted("", "404")
    client.get("/v1/nothing")
    client.get("/v1/messages/1?zzz=1")
    nowhere, unknown = lines(2)
    assert (nowhere["rpc"], nowhere["status"], nowhere["reason"]) == ("", 404, "NO_SUCH_PATH")
    assert (unknown["rpc"], unknown["status"]) == (RPC, 400)
    assert counted("", "404") == before + 1


def test_probes_leave_no_lines(lines: Lines, client: httpx.Client) -> None:
    for path in ("/healthz", "/readyz", "/openapi.json"):
        client.get(path)
    client.get("/v1/messages/1")
    assert [one["rpc"] for one in lines(1)] == [RPC]


def test_a_stream_is_logged_at_its_end_with_what_was_sent(
    lines: Lines, client: httpx.Client
) -> None:
    found = client.get("/v1/named/three:watch")
    (line,) = lines(1)
    assert (line["status"], line["bytes"]) == (200, len(found.content))


@pytest.mark.parametrize("log_requests", [True, False])
def test_a_line_names_the_brand_and_is_left_to_the_pipeline_beside_it(
    lines: Lines, world: echo.World, log_requests: bool
) -> None:
    invoker = Invoker(world.pipeline, threads=2)
    services = [descriptor_pool.Default().FindServiceByName(echo.SERVICE)]
    settings = GatewaySettings(log_requests=log_requests)
    with serving.running(create_app(invoker, services, settings)) as base:
        shown = {"x-api-key": world.keys.server}
        made = httpx.post(f"{base}/v1/brands/acme/notes", json={"text": "x"}, headers=shown)
        httpx.post(f"{base}/v1/brands/acme/notes", content=b"{", headers=shown)
    invoker.close()
    *logged, refused = lines(2 if log_requests else 1)
    assert (refused["brand"], refused["status"]) == ("acme", 415)
    assert len(logged) == log_requests
    for line in logged:
        assert (line["brand"], line["rpc"]) == ("acme", f"{echo.SERVICE}/CreateNote")
        assert line["correlation_id"] == made.headers["x-correlation-id"]
        assert world.keys.server not in json.dumps(line)


def test_the_figures_hold_requests_by_rpc() -> None:
    app = create_app(Messaging(), [MESSAGING], metrics=telemetry.exposition)
    with serving.running(app) as base:
        httpx.get(f"{base}/v1/messages/1")
        figures = httpx.get(f"{base}/metrics").text
    assert f'luneo_requests_total{{rpc="{RPC}",status="200"}}' in figures
    assert f'luneo_request_seconds_count{{rpc="{RPC}"}}' in figures


ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": headers.API_POLICY,
}


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "/v1/messages/1", {}, 200),
        ("HEAD", "/v1/messages/1", {}, 200),
        ("GET", "/v1/messages/1", {"if-none-match": '"v1"'}, 304),
        ("GET", "/v1/files/1", {}, 200),
        ("GET", "/v1/named/three:watch", {"accept": "text/event-stream"}, 200),
        ("OPTIONS", "/v1/messages/1", {}, 204),
        (
            "OPTIONS",
            "/v1/messages/1",
            {"origin": "https://a.example", "access-control-request-method": "GET"},
            204,
        ),
        ("POST", "/v1/nothing", {}, 404),
        ("GET", "/v1/nothing", {"accept": "application/problem+json"}, 404),
        ("DELETE", "/healthz", {}, 405),
        ("GET", "/healthz", {}, 200),
        ("GET", "/openapi.json", {}, 200),
    ],
)
def test_every_answer_carries_the_headers_that_keep_browsers_from_harm(
    client: httpx.Client, method: str, path: str, sent: dict[str, str], status: int
) -> None:
    found = client.request(method, path, headers=sent)
    assert found.status_code == status
    assert {name: found.headers[name] for name in ALWAYS} == ALWAYS
    assert "cache-control" in found.headers
    assert "cross-origin-resource-policy" in found.headers
    assert found.headers["x-correlation-id"]
    assert "server" not in found.headers


def test_what_is_not_http_is_answered_with_them_too(address: str) -> None:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(b"HELLO\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
    head, _, body = answer.partition("\r\n\r\n")
    sent = dict(line.split(": ", 1) for line in head.splitlines()[1:])
    assert {name: sent[name] for name in ALWAYS} == ALWAYS
    assert json.loads(body)["error"]["details"][-1]["requestId"] == sent["x-correlation-id"]


def test_browsers_are_kept_on_tls_where_there_is_tls() -> None:
    for https in (True, False):
        app = create_app(Messaging(), [MESSAGING], GatewaySettings(https=https))
        with serving.running(app) as base:
            found = httpx.get(f"{base}/v1/messages/1")
        assert ("strict-transport-security" in found.headers) is https
