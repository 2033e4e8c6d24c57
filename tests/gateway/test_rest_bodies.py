"""Bodies that are not JSON, and bodies that are compressed."""

from __future__ import annotations

import gzip

import brotli
import httpx
from google.api.httpbody_pb2 import HttpBody

from tests.gateway.messaging import Messaging, with_headers


def test_an_http_body_is_sent_as_it_is(client: httpx.Client) -> None:
    response = client.get("/v1/files/a/b.png")
    assert (response.content, response.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "sandbox" in response.headers["content-security-policy"]
    again = client.get("/v1/files/a/b.png", headers={"if-none-match": response.headers["etag"]})
    assert again.status_code == 304


def test_an_http_body_states_how_long_it_may_be_kept(
    client: httpx.Client, service: Messaging
) -> None:
    service.file = with_headers(
        HttpBody(content_type="application/zip", data=b"PK"),
        cache_control="public, max-age=31536000, immutable",
        etag="abc",
        content_disposition='attachment; filename="pack.zip"',
    )
    headers = client.get("/v1/files/a").headers
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["etag"] == '"abc"'
    assert headers["content-disposition"] == 'attachment; filename="pack.zip"'


def test_a_service_cannot_break_out_of_a_header(client: httpx.Client, service: Messaging) -> None:
    service.file = with_headers(
        HttpBody(content_type="text/html\r\nx-evil: 1", data=b"x"), cache_control="a\r\nx-evil: 1"
    )
    response = client.get("/v1/files/a")
    assert response.status_code == 200
    assert "x-evil" not in response.headers
    assert response.headers["content-type"] == "application/octet-stream"


def test_raw_bytes_reach_the_service(client: httpx.Client) -> None:
    data = bytes(range(256)) * 5000
    response = client.put(
        "/v1/pictures/1/sizes/2", content=data, headers={"content-type": "image/png"}
    )
    assert response.json() == {"text": "image/png 1280000"}
    raw = client.post("/v1/raw", content=b"\x00\xff", headers={"content-type": "x/y"})
    assert (raw.content, raw.headers["content-type"]) == (b"\x00\xff", "x/y")


def test_long_json_is_compressed_as_the_client_asks(
    client: httpx.Client, service: Messaging
) -> None:
    service.text = "hello " * 1000
    plain = client.get("/v1/messages/1", headers={"accept-encoding": "identity"})
    for coding, unpack in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        with client.stream(
            "GET", "/v1/messages/1", headers={"accept-encoding": coding}
        ) as response:
            packed = b"".join(response.iter_raw())
        assert response.headers["content-encoding"] == coding
        assert unpack(packed) == plain.content
        assert response.headers["etag"] == 'W/"v1"'
        assert "accept-encoding" in response.headers["vary"].lower()
        assert len(packed) < len(plain.content) / 10
    assert "content-encoding" not in plain.headers


def test_short_json_and_pictures_are_not_compressed(
    client: httpx.Client, service: Messaging
) -> None:
    service.file = HttpBody(content_type="image/png", data=b"\0" * 50_000)
    for path in ("/v1/messages/1", "/v1/files/a"):
        assert "content-encoding" not in client.get(path).headers
