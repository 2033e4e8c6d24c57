"""Requests made to break things, byte for byte over a socket where a client would not send them."""

from __future__ import annotations

import json
import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest

from gateway.edge import protocol
from gateway.settings import GatewaySettings
from tests.gateway.messaging import Messaging

JSON = {"content-type": "application/json"}


def send(address: str, *pieces: bytes, pause_s: float = 0.0) -> bytes:
    """Send bytes and return everything that comes back until the connection is closed."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(pause_s)
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = b""
        try:
            while chunk := connection.recv(65536):
                answer += chunk
        except ConnectionResetError:
            pass
        return answer


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def body_of(answer: bytes) -> dict:
    return json.loads(answer.split(b"\r\n\r\n", 1)[1])["error"]


def get(path: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join(
        [b"GET " + path + b" HTTP/1.1", b"host: x", b"connection: close", *headers, b"", b""]
    )


def test_the_server_lives_on_after_all_of_it(address: str, client: httpx.Client) -> None:
    for attack in (
        b"\0" * 100,
        b"GET",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"\r\n" * 500,
    ):
        parts = urlsplit(address)
        with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
            connection.sendall(attack)
    assert client.get("/healthz").status_code == 200


# Bodies


def test_a_body_over_the_limit_is_413_before_it_is_read(address: str, service: Messaging) -> None:
    head = b"PUT /v1/messages/1 HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    answer = send(address, head + b"content-length: 99999999999\r\n\r\n")
    assert status_of(answer) == 413
    error = body_of(answer)
    assert "1,000,000 bytes" in error["message"]
    assert error["details"][0]["reason"] == "BODY_TOO_LARGE"
    assert b"connection: close" in answer.lower()
    assert service.asked == []


def test_an_endless_chunked_body_is_413(address: str, service: Messaging) -> None:
    head = b"PUT /v1/messages/1 HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    answer = send(address, head + b"transfer-encoding: chunked\r\n\r\n", *[chunk] * 40)
    assert status_of(answer) == 413
    assert service.asked == []


def test_the_connection_outlives_a_body_that_is_somewhat_too_large(client: httpx.Client) -> None:
    for _ in range(3):
        refused = client.post("/v1/echo", content=b" " * 20_000_000, headers=JSON)
        assert refused.status_code == 413
        assert "connection" not in refused.headers
        assert client.get("/v1/messages/1").status_code == 200


def test_a_body_at_the_limit_is_read(client: httpx.Client) -> None:
    room = 1_000_000 - len('{"stringValue":""}')
    body = b'{"stringValue":"' + b"x" * room + b'"}'
    assert client.post("/v1/echo", content=body, headers=JSON).status_code == 200
    assert client.post("/v1/echo", content=body + b" ", headers=JSON).status_code == 413


def test_a_compressed_body_is_refused(client: httpx.Client) -> None:
    response = client.post("/v1/echo", content=b"x", headers=JSON | {"content-encoding": "gzip"})
    assert (response.status_code, response.headers["accept"]) == (415, "identity")


class TestWithLittleMemory:
    @pytest.fixture
    def settings(self) -> GatewaySettings:
        return GatewaySettings(body_memory=300_000)

    def test_bodies_share_a_bounded_memory(self, client: httpx.Client) -> None:
        for _ in range(3):
            small = client.post("/v1/raw", content=b"x" * 250_000)
            assert small.status_code == 200
        large = client.post("/v1/raw", content=b"x" * 400_000)
        assert (large.status_code, large.headers["retry-after"]) == (503, "1")
        assert client.post("/v1/raw", content=b"x" * 250_000).status_code == 200


class TestWithLittlePatience:
    @pytest.fixture
    def settings(self) -> GatewaySettings:
        return GatewaySettings(body_timeout_s=0.3)

    def test_a_body_that_does_not_come_is_408(self, address: str) -> None:
        head = b"POST /v1/raw HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc"
        answer = send(address, head)
        assert (status_of(answer), body_of(answer)["details"][0]["reason"]) == (
            408,
            "BODY_TOO_SLOW",
        )


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 500_000,
        b'{"inner":' * 100_000,
        b'{"structure":{"a":' + b"[" * 1000 + b"]" * 1000 + b"}}",
        b'{"doubleValue":' + b"9" * 100_000 + b"}",
        b'{"int64Value":' + b"1" * 5000 + b"}",
        b'{"stringValue":"\xff\xfe"}',
        b'{"stringValue":"\\udfff"}',
        b'{"stringValue":"' + b"\\" * 99_999,
        b"{" + b'"a":1,' * 100_000 + b'"a":1}',
        b"\x00",
        b"nul",
        b"{}{}",
    ],
)
def test_json_made_to_hurt_is_a_quick_400(client: httpx.Client, body: bytes) -> None:
    began_s = time.monotonic()
    response = client.post("/v1/echo", content=body, headers=JSON)
    assert response.status_code == 400
    assert response.json()["error"]["details"][0]["reason"] in ("MALFORMED_JSON", "INVALID_JSON")
    assert len(response.content) < 20_000
    assert time.monotonic() - began_s < 20


# Paths


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (
            b"/v1/messages/..%2f..%2fetc%2fpasswd",
            200,
        ),  # one segment, one id: the service's to judge
        (b"/v1/messages/../named/1", 400),
        (b"/v1/messages/%2e%2e", 400),
        (b"/v1/files/a/%2E./b", 400),
        (b"/v1/./messages/1", 400),
        (b"//v1/messages/1", 404),
        (b"/v1/messages//1", 404),
        (b"/v1\\messages\\1", 404),
        (b"/v1/messages/%", 400),
        (b"/v1/messages/%zz", 400),
        (b"/v1/messages/%ff", 400),
        (b"/v1/messages/%c0%ae%c0%ae", 400),
        (b"/v1%2Fmessages%2F1", 404),
        (b"/v1/messages/1;x=y", 200),
        (b"/assets/../../pyproject.toml", 400),
        (b"/assets/%2e%2e/pyproject.toml", 400),
        (b"/%2e%2e/%2e%2e/etc/passwd", 400),
        (b"/v1/" + b"a/" * 3000, 404),
        (b"*", 404),
        (b"http://elsewhere.example/v1/messages/1", 200),
    ],
)
def test_tricks_with_paths_lead_nowhere(address: str, path: bytes, status: int) -> None:
    answer = send(address, get(path))
    assert status_of(answer) == status
    assert b"root:" not in answer
    assert b"build-backend" not in answer


def test_an_escaped_slash_never_changes_the_route(address: str, service: Messaging) -> None:
    send(address, get(b"/v1/messages/a%2Fb"))
    assert service.asked[0].message_id == "a/b"
    send(address, get(b"/v1/files/a%2Fb/c"))
    assert service.asked[1].name == "a%2Fb/c"


def test_a_nul_in_a_path_is_an_ordinary_character(address: str, service: Messaging) -> None:
    assert status_of(send(address, get(b"/v1/messages/a%00b"))) == 200
    assert service.asked[0].message_id == "a\0b"


# Heads


@pytest.mark.parametrize(
    "request_bytes",
    [
        get(b"/healthz", *[b"x-%d: y" % i for i in range(200)]),
        get(b"/healthz", b"x: " + b"y" * 40_000),
        get(b"/" + b"a" * 40_000),
        get(b"/healthz", *[b"x-%d: " % i + b"y" * 1000 for i in range(60)]),
    ],
)
def test_a_head_that_is_too_large_is_431(address: str, request_bytes: bytes) -> None:
    answer = send(address, request_bytes)
    assert status_of(answer) == 431
    assert body_of(answer)["details"][0]["reason"] == "HEAD_TOO_LARGE"


def test_a_header_that_never_ends_is_cut_off(address: str) -> None:
    pieces = [b"x" * 8192 for _ in range(200)]
    answer = send(address, b"GET / HTTP/1.1\r\nhost: x\r\ny: ", *pieces)
    assert not answer or status_of(answer) == 431


def test_a_head_that_does_not_come_is_given_up(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_TIMEOUT_S", 0.2)
    slow = send(address, b"GET / HTTP/1.1\r\nhost:")
    assert (status_of(slow), body_of(slow)["details"][0]["reason"]) == (408, "HEAD_TOO_SLOW")
    assert send(address, b"") == b""


def test_several_requests_on_one_connection_each_have_their_own_limit(address: str) -> None:
    one = b"GET /healthz HTTP/1.1\r\nhost: x\r\nx: " + b"y" * 20_000 + b"\r\n\r\n"
    last = get(b"/healthz", b"x: " + b"y" * 20_000)
    assert send(address, one, one, last, pause_s=0.05).count(b"HTTP/1.1 200") == 3
    assert send(address, one + one + last).count(b"HTTP/1.1 200") == 3


@pytest.mark.parametrize(
    "name", [b"authorization", b"x-api-key", b"origin", b"content-type", b"if-match"]
)
def test_a_header_sent_twice_is_refused(address: str, name: bytes) -> None:
    answer = send(address, get(b"/v1/messages/1", name + b": a", name + b": b"))
    assert (status_of(answer), body_of(answer)["details"][0]["reason"]) == (400, "REPEATED_HEADER")


def test_lists_may_be_sent_in_several_headers(address: str) -> None:
    answer = send(address, get(b"/v1/messages/1", b'if-none-match: "a"', b'if-none-match: "v1"'))
    assert status_of(answer) == 304


def test_a_trailer_is_not_a_header(address: str, service: Messaging) -> None:
    answer = send(
        address,
        b"POST /v1/raw HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n"
        b"trailer: x-api-key\r\n\r\n1\r\na\r\n0\r\nx-api-key: forged\r\n\r\n",
    )
    assert status_of(answer) == 200
    assert "x-api-key" not in service.metadata[0]


def test_endless_trailers_are_cut_off(address: str) -> None:
    head = b"POST /v1/raw HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n"
    answer = send(address, head, *[b"x-%d: y\r\n" % i for i in range(5000)])
    assert not answer or b"HTTP/1.1 4" in answer or answer.count(b"HTTP/1.1") <= 1


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: x\r\nx y: z\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: x\r\n folded: z\r\n\r\n",
        b"G\xffT /healthz HTTP/1.1\r\n\r\n",
        b"hello\r\n\r\n",
    ],
)
def test_what_two_servers_could_read_differently_is_refused(
    address: str, request_bytes: bytes
) -> None:
    answer = send(address, request_bytes)
    assert status_of(answer) == 400
    assert body_of(answer)["details"][0]["reason"] == "MALFORMED_REQUEST"


class TestBehindAProxy:
    @pytest.fixture
    def settings(self) -> GatewaySettings:
        return GatewaySettings(trusted_hops=1)

    def test_only_the_last_hop_is_believed(self, client: httpx.Client, service: Messaging) -> None:
        for sent, seen in (("10.0.0.1, 203.0.113.9", "203.0.113.9"), ("", "127.0.0.1")):
            client.get("/v1/messages/1", headers={"x-forwarded-for": sent})
            assert service.addresses[-1] == seen
