"""How a call that fails is answered over HTTP."""

from __future__ import annotations

import httpx
import pytest

from services.runtime.errors import (
    Conflict,
    Internal,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
)
from tests.gateway.answers import error_of, reason_of
from tests.gateway.messaging import Messaging


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
