"""Errors as problem details (RFC 9457), for those who ask for them."""

from __future__ import annotations

import httpx
import pytest

from gateway.edge import problems
from services.runtime.errors import Conflict, InvalidArgument, NotFound, Unauthenticated
from tests.gateway.answers import error_of
from tests.gateway.messaging import Messaging

PROBLEMS = {"accept": "application/problem+json, application/json", "x-correlation-id": "abcdefgh1"}


def test_an_error_is_a_problem_for_those_who_ask_and_says_the_same(
    client: httpx.Client, service: Messaging
) -> None:
    service.error = InvalidArgument.field("message.message_id", "TOO_LONG", "Too long.")
    plain = client.patch("/v1/nested/1", json={}, headers={"x-correlation-id": "abcdefgh1"})
    problem = client.patch("/v1/nested/1", json={}, headers=PROBLEMS)
    usual = error_of(plain)
    info, bad = usual["details"][:2]
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json() == {
        "type": f"urn:luneo:problem:{info['reason']}",
        "title": "Invalid argument",
        "status": plain.status_code,
        "detail": usual["message"],
        "reason": info["reason"],
        "code": usual["status"],
        "correlationId": "abcdefgh1",
        "violations": bad["fieldViolations"],
    }
    assert bad["fieldViolations"][0]["field"] == "message.messageId"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/nothing", 404),
        ("/v1/messages/1?zzz=1", 400),
        ("/metrics", 404),
        ("/v1/messages/%2e%2e", 400),
    ],
)
def test_what_the_gateway_refuses_is_a_problem_too(
    client: httpx.Client, path: str, status: int
) -> None:
    found = client.get(path, headers=PROBLEMS)
    plain = client.get(path)
    assert found.status_code == plain.status_code == status
    problem = found.json()
    assert problem["reason"] == error_of(plain)["details"][0]["reason"]
    assert (problem["status"], problem["correlationId"]) == (status, "abcdefgh1")
    assert problem.get("violations", []) == [
        violation
        for detail in error_of(plain)["details"]
        for violation in detail.get("fieldViolations", [])
    ]


def test_a_problem_keeps_the_headers_of_the_error(client: httpx.Client, service: Messaging) -> None:
    service.error = Unauthenticated()
    found = client.get("/v1/messages/1", headers=PROBLEMS)
    assert found.headers["www-authenticate"].startswith("Bearer")
    assert found.headers["vary"] == "Accept"
    service.error = Conflict("v2")
    assert client.get("/v1/messages/1", headers=PROBLEMS).status_code == 409


def test_an_answer_that_is_no_error_is_never_a_problem(client: httpx.Client) -> None:
    found = client.get("/v1/messages/1", headers={"accept": "application/problem+json"})
    assert found.headers["content-type"] == "application/json"
    assert "vary" not in found.headers or "Accept" not in found.headers["vary"].split(", ")


def test_a_head_of_a_problem_has_no_body(client: httpx.Client, service: Messaging) -> None:
    service.error = NotFound()
    found = client.head("/v1/messages/1", headers=PROBLEMS)
    assert (found.status_code, found.content) == (404, b"")
    assert found.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("application/*", False),
        ("application/problem+json", True),
        ("application/json, application/problem+json", True),
        ("APPLICATION/PROBLEM+JSON", True),
        ("application/problem+json;q=0", False),
        ("application/json, application/problem+json;q=0.5", False),
        ("application/json;q=0.4, application/problem+json;q=0.5", True),
        ("text/event-stream, application/problem+json", True),
        ("application/problem+json-but-not", False),
    ],
)
def test_a_problem_is_sent_where_it_is_named_and_liked_as_much(accept: str, wanted: bool) -> None:
    assert problems.is_wanted(accept) is wanted
