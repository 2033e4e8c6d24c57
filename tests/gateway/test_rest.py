"""Calls over real HTTP: what a client sends, what a service is asked, what comes back."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.gateway.answers import error_of, reason_of
from tests.gateway.messaging import Messaging


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
    for sent in ("2.5", "9999", "", "0.30000000000000004", "99999999999"):
        client.get("/v1/messages/1", headers={"x-timeout": sent})
    assert [round(seconds or 0, 1) for seconds in service.timeouts] == [2.5, 60.0, 15.0, 0.3, 60.0]
    for wrong in ("-1", "soon", "1e3", "0", "0.000", "inf"):
        response = client.get("/v1/messages/1", headers={"x-timeout": wrong})
        assert (response.status_code, reason_of(response)) == (400, "INVALID_TIMEOUT")


def test_the_deadline_of_grpc_is_one_too(client: httpx.Client, service: Messaging) -> None:
    for sent in ("2S", "2500m", "90000000n", "1H", "3M"):
        client.get("/v1/messages/1", headers={"grpc-timeout": sent})
    client.get("/v1/messages/1", headers={"grpc-timeout": "2S", "x-timeout": "5"})
    found = [round(seconds or 0, 2) for seconds in service.timeouts]
    assert found == [2.0, 2.5, 0.09, 60.0, 60.0, 5.0]
    for wrong in ("2", "2s", "123456789S", "-1S", "0m"):
        response = client.get("/v1/messages/1", headers={"grpc-timeout": wrong})
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


def test_what_was_written_reads_back(client: httpx.Client) -> None:
    body = {"int64Value": str(2**60), "doubleValue": 0.1, "labels": {"é": "ü"}, "words": ["a", "b"]}
    assert client.post("/v1/echo", json=body).json() == body
