"""What the API document says of errors, headers and streams is what is answered."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from gateway import openapi, openapi_parts
from services.runtime.errors import InvalidArgument, ServiceError, Unavailable, Violation
from services.runtime.validation import RequestTooLarge
from tests.gateway.messaging import Messaging
from tests.gateway.schema import MESSAGING

DOCUMENT = openapi.document([MESSAGING])
ERRORS: list[ServiceError] = [
    Unavailable(retry_after_s=2.5),
    InvalidArgument("Wrong.", violations=[Violation("text", "TOO_LONG", "Too long.")]),
    RequestTooLarge(),
]
REFUSED = [
    ("GET", "/v1/messages/%zz"),
    ("GET", "/v1/nowhere"),
    ("PATCH", "/v1/named/1"),
    ("GET", "/v1/messages/1?nobody=1"),
]


def check(value: Any, schema: dict[str, Any]) -> None:
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(value)


def check_error(answer: httpx.Response) -> None:
    schema = "Problem" if "problem" in answer.headers["content-type"] else "Error"
    value = answer.json()
    check(value, {"$ref": f"#/components/schemas/{schema}"})
    if schema == "Problem":
        assert set(value) <= set(openapi_parts.SCHEMAS["Problem"]["properties"])
    else:
        for detail in value["error"]["details"]:
            kinds = openapi_parts.SCHEMAS["ErrorDetail"]["anyOf"][:-1]
            stated = {kind["properties"]["@type"]["const"]: kind for kind in kinds}
            check(detail, stated[detail["@type"]])
            assert set(detail) <= set(stated[detail["@type"]]["properties"])


@pytest.mark.parametrize("accept", ["application/json", "application/problem+json"])
@pytest.mark.parametrize("error", ERRORS, ids=lambda one: type(one).__name__)
def test_what_a_service_refuses_is_an_error_of_the_document(
    client: httpx.Client, service: Messaging, error: ServiceError, accept: str
) -> None:
    service.error = error
    answer = client.get("/v1/messages/1", headers={"accept": accept})
    assert answer.headers["content-type"] == accept
    check_error(answer)
    if answer.status_code == 503:
        check(int(answer.headers["retry-after"]), openapi_parts.HEADERS["Retry-After"]["schema"])


@pytest.mark.parametrize("accept", ["application/json", "application/problem+json"])
@pytest.mark.parametrize(("method", "path"), REFUSED)
def test_what_the_gateway_refuses_is_one_too(
    client: httpx.Client, method: str, path: str, accept: str
) -> None:
    answer = client.request(method, path, headers={"accept": accept})
    assert answer.status_code >= 400
    check_error(answer)


def test_every_answer_has_the_headers_that_the_document_promises(client: httpx.Client) -> None:
    answer = client.get("/v1/messages/1")
    stated = DOCUMENT["paths"]["/v1/messages/{message_id}"]["get"]["responses"]["200"]["headers"]
    assert {"ETag", "RateLimit", "RateLimit-Policy", "X-Correlation-Id"} == set(stated)
    assert all(name in answer.headers for name in stated)
    kept = client.get("/v1/messages/1", headers={"if-none-match": answer.headers["etag"]})
    assert (
        str(kept.status_code) in DOCUMENT["paths"]["/v1/messages/{message_id}"]["get"]["responses"]
    )


def test_the_lines_of_a_stream_are_those_of_the_document(
    client: httpx.Client, service: Messaging
) -> None:
    (stream,) = [
        operation["responses"]["200"]["content"]
        for item in DOCUMENT["paths"].values()
        for operation in item.values()
        if operation["operationId"] == "Messaging_WatchMessages"
    ]
    for accept, schema in ((name, stream[name]["x-itemSchema"]) for name in stream):
        answer = client.get("/v1/named/three:watch", headers={"accept": accept})
        assert answer.headers["content-type"].startswith(accept)
        lines = [line.removeprefix("data: ") for line in answer.text.splitlines()]
        found = [json.loads(line) for line in lines if line.startswith("{") and line != "{}"]
        assert len(found) == 3
        for one in found:
            check(one, schema)
