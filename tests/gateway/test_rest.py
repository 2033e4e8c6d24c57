"""Calls over real HTTP: what a client sends, what a service is asked, what comes back."""

from __future__ import annotations

import gzip
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import brotli
import httpx
import pytest
from google.api.httpbody_pb2 import HttpBody

from gateway.settings import GatewaySettings
from services.runtime.errors import (
    Conflict,
    Internal,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
)
from tests.gateway.messaging import Messaging, with_headers


def error_of(response: httpx.Response) -> dict:
    assert response.headers["content-type"] == "application/json"
    return response.json()["error"]


def reason_of(response: httpx.Response) -> str:
    return error_of(response)["details"][0]["reason"]


def test_a_get_is_answered_with_json(client: httpx.Client) -> None:
    response = client.get("/v1/messages/42")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"messageId": "42", "text": "hello", "etag": "v1"}


def test_a_post_sends_its_body(client: httpx.Client, service: Messaging) -> None:
    response = client.post("/v1/messages/42:publish", json={"text": "héllo", "tags": ["a"]})
    assert response.json() == {"messageId": "42", "text": "héllo", "tags": ["a"]}
    assert service.asked[0].text == "héllo"


def test_an_empty_message_is_an_empty_object(client: httpx.Client) -> None:
    assert client.delete("/v1/messages/1").json() == {}


def test_head_is_get_without_the_body(client: httpx.Client) -> None:
    response = client.head("/v1/messages/42")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-length"] == str(len(client.get("/v1/messages/42").content))


def test_options_says_what_a_path_takes(client: httpx.Client) -> None:
    response = client.options("/v1/messages/1")
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"


def test_another_method_is_405(client: httpx.Client) -> None:
    response = client.post("/v1/messages/1")
    assert (response.status_code, reason_of(response)) == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in response.headers["allow"]


def test_an_unknown_path_is_404(client: httpx.Client) -> None:
    response = client.get("/v1/nothing")
    assert (response.status_code, error_of(response)["status"]) == (404, "NOT_FOUND")


def test_a_handler_never_runs_on_the_event_loop(client: httpx.Client, service: Messaging) -> None:
    client.get("/v1/messages/1")
    assert service.threads
    assert "gateway" not in service.threads


# What a service learns


def test_a_service_learns_only_what_it_may_trust(client: httpx.Client, service: Messaging) -> None:
    client.get(
        "/v1/messages/1",
        headers={
            "authorization": "Bearer t",
            "x-api-key": "lpk_1",
            "luneo-session": "s",
            "luneo-service": "forged",
            "cookie": "a=b",
            "origin": "https://shop.example",
            "x-forwarded-for": "203.0.113.9",
        },
    )
    seen = dict(service.metadata[0])
    assert len(seen.pop("x-correlation-id")) == 32
    assert seen.pop("user-agent").startswith("python-httpx")
    assert seen == {
        "authorization": "Bearer t",
        "x-api-key": "lpk_1",
        "luneo-session": "s",
        "origin": "https://shop.example",
    }
    assert service.addresses == ["127.0.0.1"]


def test_the_correlation_id_is_kept_or_made(client: httpx.Client, service: Messaging) -> None:
    kept = client.get("/v1/messages/1", headers={"x-correlation-id": "abc-12345"})
    assert kept.headers["x-correlation-id"] == "abc-12345"
    assert service.metadata[0]["x-correlation-id"] == "abc-12345"
    for unfit in ("short", "x" * 65, "with space", "new<line>"):
        made = client.get("/v1/messages/1", headers={"x-correlation-id": unfit})
        assert made.headers["x-correlation-id"] != unfit


def test_the_client_chooses_a_deadline_within_bounds(
    client: httpx.Client, service: Messaging
) -> None:
    for sent in ("2.5", "9999", ""):
        client.get("/v1/messages/1", headers={"x-timeout": sent})
    assert [round(seconds or 0, 1) for seconds in service.timeouts] == [2.5, 60.0, 15.0]
    for wrong in ("-1", "soon", "1e3", "0"):
        response = client.get("/v1/messages/1", headers={"x-timeout": wrong})
        assert (response.status_code, reason_of(response)) == (400, "INVALID_TIMEOUT")


def test_an_idempotency_key_becomes_the_request_id(
    client: httpx.Client, service: Messaging
) -> None:
    headers = {"idempotency-key": '"8e03978e"'}
    client.patch("/v1/nested/1", json={"text": "x"}, headers=headers)
    assert service.asked[0].request_id == "8e03978e"
    assert client.post("/v1/messages/1:publish", json={}, headers=headers).status_code == 200
    unfit = client.patch("/v1/nested/1", json={}, headers={"idempotency-key": "a b"})
    assert (unfit.status_code, reason_of(unfit)) == (400, "INVALID_IDEMPOTENCY_KEY")
    other = client.patch("/v1/nested/1?requestId=x", json={}, headers=headers)
    assert (other.status_code, reason_of(other)) == (400, "INVALID_IDEMPOTENCY_KEY")


# Errors


def test_an_error_says_code_reason_and_correlation_id(
    client: httpx.Client, service: Messaging
) -> None:
    service.error = NotFound()
    response = client.get("/v1/messages/1", headers={"x-correlation-id": "abc-12345"})
    assert response.status_code == 404
    assert response.json() == {
        "error": {
            "code": 404,
            "message": NotFound.message,
            "status": "NOT_FOUND",
            "details": [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "NOT_FOUND",
                    "domain": "luneo",
                },
                {"@type": "type.googleapis.com/google.rpc.RequestInfo", "requestId": "abc-12345"},
            ],
        }
    }


@pytest.mark.parametrize(
    ("error", "code", "header", "value"),
    [
        (Unauthenticated(), 401, "www-authenticate", 'Bearer realm="luneo"'),
        (ResourceExhausted(retry_after_s=2.2), 429, "retry-after", "3"),
        (Unavailable(), 503, "retry-after", "1"),
        (Internal(), 500, "cache-control", "no-store"),
        (Conflict("e2"), 409, "cache-control", "no-store"),
    ],
)
def test_an_error_brings_its_status_and_headers(
    client: httpx.Client, service: Messaging, error: Exception, code: int, header: str, value: str
) -> None:
    service.error = error  # type: ignore[assignment]
    response = client.get("/v1/messages/1")
    assert (response.status_code, response.headers[header]) == (code, value)


def test_violations_of_the_pipeline_are_named_as_in_json(
    client: httpx.Client, service: Messaging
) -> None:
    service.error = InvalidArgument.field("message.message_id", "TOO_LONG", "Too long.")
    found = error_of(client.patch("/v1/nested/1", json={}))["details"][1]["fieldViolations"]
    assert found == [
        {"field": "message.messageId", "description": "Too long.", "reason": "TOO_LONG"}
    ]


def test_violations_of_the_gateway_have_the_same_form(client: httpx.Client) -> None:
    response = client.patch("/v1/nested/1", json={"tags": ["a", 1], "zzz": 1})
    assert response.status_code == 400
    assert error_of(response)["details"][1] == {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [
            {
                "field": "message.tags[1]",
                "description": "Expected a string.",
                "reason": "WRONG_TYPE",
            },
            {
                "field": "message.zzz",
                "description": "There is no such field.",
                "reason": "UNKNOWN_FIELD",
            },
        ],
    }


def test_an_unexpected_fault_tells_nothing(
    client: httpx.Client, service: Messaging, caplog: pytest.LogCaptureFixture
) -> None:
    service.error = KeyError("secret")  # type: ignore[assignment]
    response = client.get("/v1/messages/1")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert reason_of(response) == "INTERNAL"


# Conditional requests


def test_a_resource_that_did_not_change_is_304(client: httpx.Client) -> None:
    first = client.get("/v1/messages/1")
    assert (first.headers["etag"], first.headers["cache-control"]) == ('"v1"', "private, no-cache")
    for sent in ('"v1"', 'W/"v1"', '"v0", "v1"', "*"):
        again = client.get("/v1/messages/1", headers={"if-none-match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", '"v1"')
    assert client.get("/v1/messages/1", headers={"if-none-match": '"v2"'}).status_code == 200


def test_if_match_becomes_the_etag_of_the_resource(
    client: httpx.Client, service: Messaging
) -> None:
    for sent in ('"v1"', 'W/"v1"', "v1"):
        client.patch("/v1/nested/1", json={"text": "x"}, headers={"if-match": sent})
        assert service.asked[-1].message.etag == "v1"
    client.patch("/v1/nested/1", json={"text": "x"}, headers={"if-match": "*"})
    assert service.asked[-1].message.etag == ""


@pytest.mark.parametrize("sent", ['"a", "b"', "a b", '""x', '"'])
def test_an_if_match_that_cannot_be_kept_is_refused(client: httpx.Client, sent: str) -> None:
    response = client.patch("/v1/nested/1", json={}, headers={"if-match": sent})
    assert (response.status_code, reason_of(response)) == (400, "INVALID_IF_MATCH")


def test_if_match_is_refused_where_it_would_be_ignored(client: httpx.Client) -> None:
    differs = client.patch("/v1/nested/1", json={"etag": "x"}, headers={"if-match": '"y"'})
    without = client.delete("/v1/messages/1", headers={"if-match": '"y"'})
    assert reason_of(differs) == reason_of(without) == "INVALID_IF_MATCH"


def test_a_stale_if_match_is_412_and_a_stale_body_409(
    client: httpx.Client, service: Messaging
) -> None:
    service.error = Conflict("v2")
    stale = client.patch("/v1/nested/1", json={}, headers={"if-match": '"v1"'})
    body = client.patch("/v1/nested/1", json={"etag": "v1"})
    assert (stale.status_code, body.status_code) == (412, 409)
    assert reason_of(stale) == "ETAG_MISMATCH"


# Raw bodies


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


# Compression


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


# Every answer


@pytest.mark.parametrize("path", ["/v1/messages/1", "/v1/nothing", "/v1/files/x", "/healthz"])
def test_every_answer_is_safe_to_show(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert len(headers["x-correlation-id"]) == 32
    assert "server" not in headers


def test_large_answers_come_whole(client: httpx.Client) -> None:
    text = json.dumps({"words": ["x" * 1000] * 500})
    response = client.post("/v1/echo", content=text, headers={"content-type": "application/json"})
    assert len(response.json()["words"]) == 500


# Limits


class TestWithLittleRoom:
    @pytest.fixture
    def settings(self) -> GatewaySettings:
        return GatewaySettings(
            calls_per_rpc=2, rate_per_s=5, burst=10, address_rate_per_s=5, address_burst=30
        )

    def test_a_client_that_asks_too_often_is_told_when_to_come_back(
        self, client: httpx.Client
    ) -> None:
        codes = [client.get("/v1/messages/1").status_code for _ in range(12)]
        assert codes[:10] == [200] * 10
        assert 429 in codes
        response = client.get("/v1/messages/1")
        assert (response.status_code, reason_of(response)) == (429, "RATE_LIMITED")
        assert int(response.headers["retry-after"]) >= 1
        other = client.get("/v1/messages/1", headers={"x-api-key": "another"})
        assert other.status_code == 200

    def test_another_credential_with_each_call_does_not_get_an_address_further(
        self, client: httpx.Client
    ) -> None:
        codes = [
            client.get("/v1/messages/1", headers={"x-api-key": f"key-{n}"}).status_code
            for n in range(40)
        ]
        assert codes[:20] == [200] * 20
        assert 429 in codes[30:]

    def test_slow_calls_of_one_rpc_leave_room_for_others(
        self, client: httpx.Client, service: Messaging
    ) -> None:
        service.hold = threading.Event()
        with ThreadPoolExecutor(5) as threads:
            slow = [
                threads.submit(client.get, "/v1/messages/1", headers={"x-api-key": str(i)})
                for i in range(4)
            ]
            _until(lambda: len(service.asked) == 2)
            other = threads.submit(client.get, "/v1/named/1", headers={"x-api-key": "b"})
            _until(lambda: len(service.asked) == 3)
            service.hold.set()
            assert [call.result().status_code for call in slow] == [200] * 4
            assert other.result().status_code == 200

    def test_a_call_that_gets_no_turn_in_time_is_504(
        self, client: httpx.Client, service: Messaging
    ) -> None:
        service.hold = threading.Event()
        with ThreadPoolExecutor(2) as threads:
            slow = [
                threads.submit(client.get, "/v1/messages/1", headers={"x-api-key": str(i)})
                for i in range(2)
            ]
            _until(lambda: len(service.asked) == 2)
            late = client.get("/v1/messages/1", headers={"x-timeout": "0.05", "x-api-key": "c"})
            assert (late.status_code, reason_of(late)) == (504, "DEADLINE_EXCEEDED")
            service.hold.set()
            assert [call.result().status_code for call in slow] == [200] * 2


def _until(condition: object) -> None:
    end_s = time.monotonic() + 10
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end_s
        time.sleep(0.005)


def test_what_was_written_reads_back(client: httpx.Client) -> None:
    body = {"int64Value": str(2**60), "doubleValue": 0.1, "labels": {"é": "ü"}, "words": ["a", "b"]}
    assert client.post("/v1/echo", json=body).json() == body
