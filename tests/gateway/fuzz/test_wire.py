"""Bytes on a connection that two servers could read differently, or that never end.

RFC 9112 6.3 and 11.2 (request smuggling), 2.2 and 5.2 (line ends, folding); RFC 9110 8.4 and 10.1.1.
Whatever is sent, nothing hidden in it reaches the service, and the server lives on.
"""

from __future__ import annotations

import gzip
import re
import socket
import zlib
from urllib.parse import urlsplit

import brotli
import httpx
import pytest

from tests.gateway.messaging import Messaging
from tests.gateway.test_hostile import body_of, get, send, status_of

HIDDEN = b"GET /v1/messages/hidden HTTP/1.1\r\nhost: x\r\n\r\n"
POST = b"POST /v1/raw HTTP/1.1\r\nhost: x\r\n"
ONE_CHUNK = b"1\r\na\r\n0\r\n\r\n"

# Which of two lengths holds, or whether one is a length at all.
FRAMING = {
    "a length and chunks": POST
    + b"content-length: 6\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
    + HIDDEN,
    "chunks and a length": POST
    + b"transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n"
    + ONE_CHUNK
    + HIDDEN,
    "two lengths": POST + b"content-length: 0\r\ncontent-length: 44\r\n\r\n" + HIDDEN,
    "two lengths in one header": POST + b"content-length: 0, 44\r\n\r\n" + HIDDEN,
    "a length with a sign": POST + b"content-length: +0\r\n\r\n" + HIDDEN,
    "a negative length": POST + b"content-length: -1\r\n\r\n" + HIDDEN,
    "a hexadecimal length": POST + b"content-length: 0x0\r\n\r\n" + HIDDEN,
    "a length of other digits": POST + "content-length: ٠\r\n\r\n".encode() + HIDDEN,
    "an empty length": POST + b"content-length: \r\n\r\n" + HIDDEN,
    "a length beyond all numbers": POST + b"content-length: 18446744073709551616\r\n\r\n" + HIDDEN,
    "a coding that only sounds like chunks": POST
    + b"transfer-encoding: xchunked\r\n\r\n"
    + ONE_CHUNK
    + HIDDEN,
    "chunks that are not the last coding": POST
    + b"transfer-encoding: chunked, identity\r\n\r\n"
    + ONE_CHUNK
    + HIDDEN,
    "a space before the colon": POST
    + b"transfer-encoding : chunked\r\ncontent-length: 0\r\n\r\n"
    + HIDDEN,
    "a folded header": POST
    + b"transfer-encoding:\r\n chunked\r\ncontent-length: 0\r\n\r\n"
    + HIDDEN,
    "a folded header in the middle": POST + b"x: a\r\n\tb\r\ncontent-length: 0\r\n\r\n" + HIDDEN,
    "a carriage return inside": POST + b"x: a\rtransfer-encoding: chunked\r\n\r\n" + HIDDEN,
    "a NUL in a value": POST + b"x: a\0b\r\ncontent-length: 0\r\n\r\n" + HIDDEN,
    "a NUL in a name": POST + b"x\0: a\r\ncontent-length: 0\r\n\r\n" + HIDDEN,
    "a chunk of a negative size": POST + b"transfer-encoding: chunked\r\n\r\n-1\r\na\r\n" + HIDDEN,
    "a chunk of a prefixed size": POST + b"transfer-encoding: chunked\r\n\r\n0x1\r\na\r\n" + HIDDEN,
    "a chunk beyond all sizes": POST
    + b"transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\na\r\n"
    + HIDDEN,
    "a chunk longer than it says": POST
    + b"transfer-encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n"
    + HIDDEN,
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + HIDDEN,
    "no host": b"POST /v1/raw HTTP/1.1\r\ncontent-length: 0\r\n\r\n" + HIDDEN,
    "two hosts": b"POST /v1/raw HTTP/1.1\r\nhost: x\r\nHost: y\r\ncontent-length: 0\r\n\r\n"
    + HIDDEN,
    "a host with a list in it": b"POST /v1/raw HTTP/1.1\r\nhost: x, y\r\ncontent-length: 0\r\n\r\n"
    + HIDDEN,
    "a host with a path": b"POST /v1/raw HTTP/1.1\r\nhost: x/y\r\ncontent-length: 0\r\n\r\n"
    + HIDDEN,
    "a host with a name before it": b"POST /v1/raw HTTP/1.1\r\nhost: a@x\r\ncontent-length: 0\r\n\r\n"
    + HIDDEN,
    "a target with spaces": b"GET /healthz /v1/messages/hidden HTTP/1.1\r\nhost: x\r\n\r\n",
    "a version that is none": b"GET /healthz HTTP/1.1.1\r\nhost: x\r\n\r\n" + HIDDEN,
}


def ids(service: Messaging) -> list[str]:
    return [getattr(one, "message_id", "") for one in service.asked]


@pytest.mark.parametrize("name", FRAMING)
def test_a_request_hidden_in_another_is_never_served(
    address: str, service: Messaging, name: str
) -> None:
    answer = send(address, FRAMING[name])
    assert "hidden" not in ids(service)
    assert len(re.findall(rb"HTTP/1\.1 \d{3} ", answer)) <= 1
    assert not answer or 400 <= status_of(answer) < 500


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "zstd", "gzip, gzip", "x-nobody"])
def test_a_bomb_of_any_coding_is_refused_unopened(
    client: httpx.Client, service: Messaging, coding: str
) -> None:
    zeros = b"0" * 20_000_000
    packed = {"gzip": gzip.compress(zeros), "br": brotli.compress(zeros, quality=1)}
    bomb = packed.get(coding, zlib.compress(zeros))
    headers = {"content-type": "application/json", "content-encoding": coding}
    answer = client.post("/v1/echo", content=bomb, headers=headers)
    assert (answer.status_code, answer.headers["accept"]) == (415, "identity")
    assert service.asked == []


@pytest.mark.parametrize("codings", [b"gzip, chunked", b"chunked, chunked", b"identity"])
def test_a_coding_of_the_connection_other_than_chunks_is_refused(
    address: str, service: Messaging, codings: bytes
) -> None:
    head = POST + b"connection: close\r\ntransfer-encoding: " + codings
    assert status_of(send(address, head + b"\r\n\r\n" + ONE_CHUNK)) == 400
    assert service.asked == []


def test_chunks_are_read_however_they_are_spelt(address: str, service: Messaging) -> None:
    head = POST + b"connection: close\r\nTransfer-Encoding:  Chunked "
    assert status_of(send(address, head + b"\r\n\r\n" + ONE_CHUNK)) == 200
    assert [one.data for one in service.asked] == [b"a"]


INJECTED = [
    "%0d%0aset-cookie:%20a=b",
    "%0aset-cookie:a=b",
    "%e5%98%8a%e5%98%8dset-cookie:a=b",
    "%00",
]


@pytest.mark.parametrize("tail", INJECTED)
@pytest.mark.parametrize(
    "place",
    ["/v1/messages/{}", "/v1/messages/1?fields={}", "/v1/messages/1?{}=1", "/{}", "/assets/{}"],
)
def test_nothing_of_an_address_becomes_a_header(
    client: httpx.Client, place: str, tail: str
) -> None:
    answer = client.get(place.format(tail))
    assert answer.status_code in (200, 400, 404)
    assert "set-cookie" not in answer.headers
    assert all(value.isprintable() for value in answer.headers.values())


@pytest.mark.parametrize(
    "name", ["x-correlation-id", "idempotency-key", "if-match", "origin", "accept"]
)
def test_nothing_of_a_header_becomes_another(address: str, name: str) -> None:
    shown = f"{name}: a%0d%0aset-cookie: b=c\x85\xa0".encode("latin-1")
    answer = send(address, get(b"/v1/messages/1", shown))
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"\r\nset-cookie" not in head
    assert status_of(answer) < 500


def half_closed(address: str, data: bytes) -> bytes:
    """Send, say that nothing more will come, and return the answer."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
        return answer


def test_a_body_that_breaks_off_reaches_no_service(address: str, service: Messaging) -> None:
    half_closed(address, POST + b"content-length: 100\r\n\r\nhalf")
    half_closed(address, POST + b"transfer-encoding: chunked\r\n\r\n64\r\nhalf")
    half_closed(address, POST + b"content-le")
    assert service.asked == []


def test_a_client_that_goes_amid_a_large_answer_leaves_the_others_alone(
    address: str, client: httpx.Client
) -> None:
    parts = urlsplit(address)
    for _ in range(20):
        with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
            connection.sendall(get(b"/openapi.json"))
            connection.recv(10)
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("wanted", [b"h2c", b"websocket", b"TLS/1.0"])
def test_another_protocol_is_not_changed_to(address: str, wanted: bytes) -> None:
    more = (
        b"connection: upgrade, http2-settings, close",
        b"http2-settings: AAMAAABkAAQCAAAAAAIAAAAA",
    )
    request = b"\r\n".join(
        [b"GET /v1/messages/1 HTTP/1.1", b"host: x", b"upgrade: " + wanted, *more, b"", b""]
    )
    answer = send(address, request)
    assert status_of(answer) != 101
    assert status_of(answer) < 500


def test_a_body_that_is_announced_and_too_large_is_not_asked_for(
    address: str, service: Messaging
) -> None:
    answer = send(address, POST + b"expect: 100-continue\r\ncontent-length: 99999999999\r\n\r\n")
    assert b"100 Continue" not in answer
    assert status_of(answer) == 413
    assert body_of(answer)["details"][0]["reason"] == "BODY_TOO_LARGE"
    assert service.asked == []


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "application/json; charset=utf-16", "application/json-patch+json", "text/json", "*/*",
        "application/grpc", "application/json, text/plain", ";", "application/json;charset=\"",
    ],
)  # fmt: skip
def test_a_body_of_another_type_reaches_no_service(
    client: httpx.Client, service: Messaging, content_type: str
) -> None:
    answer = client.post("/v1/echo", content=b"{}", headers={"content-type": content_type})
    assert (answer.status_code, answer.headers["accept"]) == (415, "application/json")
    assert service.asked == []
