"""The OpenAPI document: whole, consistent, and true of what the gateway does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from google.longrunning import operations_proto_pb2 as operations_pb2
from google.protobuf.descriptor import ServiceDescriptor
from jsonschema import Draft202012Validator
from luneo.comments import COMMENTS
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway import api_examples, openapi, openapi_security
from gateway.clients.catalogue import services as luneo_services
from gateway.routes import RouteTable
from gateway.transcode import Transcoder
from tests.gateway.schema import MESSAGING

SCHEMA_TYPES = {"string", "integer", "number", "boolean", "object", "array", "null"}


def every_service() -> list[ServiceDescriptor]:
    return list(luneo_services())


@pytest.fixture(scope="module", params=["rules", "luneo"])
def services(request: pytest.FixtureRequest) -> list[ServiceDescriptor]:
    return [MESSAGING] if request.param == "rules" else every_service()


@pytest.fixture(scope="module")
def document(services: list[ServiceDescriptor]) -> dict[str, Any]:
    return openapi.document(services, comments=COMMENTS)


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    return openapi.document(every_service(), comments=COMMENTS)


def walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from walk(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from walk(inner)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_every_rule_of_every_service_can_be_served(services: list[ServiceDescriptor]) -> None:
    table = RouteTable(services)
    assert table.bindings
    for binding in table.bindings:
        Transcoder(binding)


def test_every_binding_is_described(
    services: list[ServiceDescriptor], document: dict[str, Any]
) -> None:
    described = {operation["operationId"] for _, _, operation in operations(document)}
    expected = {
        f"{binding.rpc.containing_service.name}_{binding.rpc.name}"
        for binding in RouteTable(services).bindings
        if binding.http_method in ("GET", "PUT", "POST", "DELETE", "PATCH", "*")
    }
    assert expected <= described
    assert len(described) == sum(1 for _ in operations(document))


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for node in walk(document):
        if "$ref" in node:
            root, components, kind, name = node["$ref"].split("/")
            assert (root, components) == ("#", "components")
            assert name in document["components"][kind]
    names = document["components"]["schemas"]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in names)


def test_every_path_parameter_is_in_the_path_once(document: dict[str, Any]) -> None:
    for path, _, operation in operations(document):
        named = re.findall(r"\{([^}]+)\}", path)
        stated = [p["name"] for p in operation["parameters"] if p.get("in") == "path"]
        assert sorted(named) == sorted(stated)
        assert len(set(named)) == len(named)
        queries = [p["name"] for p in operation["parameters"] if p.get("in") == "query"]
        assert len(set(queries)) == len(queries)


def test_every_schema_is_a_schema(document: dict[str, Any]) -> None:
    for schema in document["components"]["schemas"].values():
        for node in walk(schema):
            kind = node.get("type")
            if isinstance(kind, str):
                assert kind in SCHEMA_TYPES
            if kind == "array":
                assert node.get("minItems", 0) <= node.get("maxItems", 10**9)
            if "pattern" in node and isinstance(node["pattern"], str):
                re.compile(node["pattern"])


def test_limits_of_the_proto_are_in_the_document() -> None:
    schemas = openapi.document(every_service())["components"]["schemas"]
    product = schemas["luneo.spec.v1.Product"]
    assert product["properties"]["displayName"]["maxLength"] == 120
    assert "price" in product["required"]
    request = schemas["luneo.spec.v1.CreateAssetRequest.Body"]
    assert request["properties"]["data"]["contentEncoding"] == "base64"
    assert "bytes." in request["properties"]["data"]["description"]
    zones = schemas["luneo.design.v1.Design"]["properties"]["zones"]
    assert zones["maxProperties"] > 0


def test_a_public_call_needs_no_key_in_the_document() -> None:
    paths = openapi.document(every_service())["paths"]
    assert paths["/.well-known/jwks.json"]["get"]["security"] == []
    assert paths["/v1/brands/{brand}/products/{product}"]["get"]["security"]


def test_paths_are_as_clients_write_them() -> None:
    paths = openapi.document(every_service())["paths"]
    assert set(paths["/v1/brands/{brand}/products/{product}"]) >= {"get", "patch", "delete"}
    assert "post" in paths["/v1/brands/{brand}/products/{product}:publish"]
    messaging = openapi.document([MESSAGING])["paths"]
    assert "get" in messaging["/v1/files/{name}"]
    assert "get" in messaging["/v1/messages/{message_id}/{subfield}"]


def test_comments_of_the_protos_become_descriptions() -> None:
    comments = {
        "luneo.gatewaytest.v1.Messaging.GetNamed": "Returns what has a name.\n\nOr fails.",
        "luneo.gatewaytest.v1.Message.text": "What it says.",
    }
    made = openapi.document([MESSAGING], comments=comments)
    assert made["paths"]["/v1/named/{named}"]["get"]["summary"] == "Returns what has a name."
    message = made["components"]["schemas"]["luneo.gatewaytest.v1.Message"]
    assert message["properties"]["text"]["description"] == "What it says."


def test_the_document_is_one_of_openapi(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()


def test_who_may_call_is_said_as_the_proto_says_it(ours: dict[str, Any]) -> None:
    snapshots = ours["paths"]["/v1/brands/{brand}/snapshots"]
    scopes = ["snapshots.create"]
    assert snapshots["post"]["security"] == [
        {"publishableKey": scopes},
        {"publishableKey": scopes, "guestSession": []},
        {"secretKey": scopes},
        {"person": ["operator"]},
    ]
    assert ours["paths"]["/v1/brands"]["post"]["security"] == [{"platform": []}]
    assert ours["paths"]["/v1/brands/{brand}/snapshots:filterSpecsInUse"]["post"]["x-internal"]


def test_services_of_others_are_not_said_to_have_our_conventions(ours: dict[str, Any]) -> None:
    theirs = openapi.document([operations_pb2.DESCRIPTOR.services_by_name["Operations"]])
    assert theirs["paths"]
    assert "description" not in theirs["info"]
    assert "securitySchemes" not in theirs["components"]
    assert all("security" not in operation for _, _, operation in operations(theirs))
    assert "X-Api-Key" in ours["info"]["description"]


def test_what_the_path_says_is_not_asked_for_again(ours: dict[str, Any]) -> None:
    schemas = ours["components"]["schemas"]
    compose = schemas["luneo.spec.v1.ComposeDesignRequest.Body"]
    assert "parent" not in compose["properties"]
    assert compose["required"] == ["design"]
    patch = schemas["luneo.spec.v1.Product.Patch"]
    assert "required" not in patch
    assert "name" not in patch["properties"]


def test_headers_that_mean_something_are_said_where_they_do(ours: dict[str, Any]) -> None:
    def named(path: str, method: str) -> set[str]:
        parameters = ours["paths"][path][method]["parameters"]
        return {one["$ref"].rpartition("/")[2] for one in parameters if "$ref" in one}

    product = "/v1/brands/{brand}/products/{product}"
    assert named("/v1/brands/{brand}/products", "post") >= {"IdempotencyKey", "Timeout"}
    assert "IfMatch" in named(product, "patch")
    assert "IfMatch" in named(product, "delete")
    assert "IfNoneMatch" in named(product, "get")
    assert "412" in ours["paths"][product]["patch"]["responses"]
    assert "304" in ours["paths"][product]["get"]["responses"]
    assert not named("/v1/brands/{brand}/guestSessions", "post") & {"IdempotencyKey", "IfMatch"}
    answer = ours["paths"][product]["get"]["responses"]["200"]
    assert {"ETag", "RateLimit", "RateLimit-Policy", "X-Correlation-Id"} <= set(answer["headers"])


def test_errors_have_both_forms(ours: dict[str, Any]) -> None:
    for response in ours["components"]["responses"].values():
        assert set(response["content"]) == {"application/json", "application/problem+json"}
    assert "Retry-After" in ours["components"]["responses"]["TooMany"]["headers"]


def test_one_member_of_a_oneof_is_allowed() -> None:
    document = openapi.document(every_service())
    value = {"$ref": "#/components/schemas/luneo.design.v1.ZoneValue", **document}
    valid = Draft202012Validator(value).is_valid
    assert valid({"text": {"text": "Emma"}})
    assert not valid({})
    assert not valid({"text": {"text": "Emma"}, "colour": {}})


def test_a_zero_that_is_ignored_is_allowed_beside_the_limits() -> None:
    made = openapi.document(every_service())["components"]["schemas"]
    empty = ({"const": 0}, {"const": ""})
    loose = [node for node in walk(made) if any(one in empty for one in node.get("anyOf", ()))]
    assert loose
    for node in loose:
        assert Draft202012Validator(node).is_valid(node["anyOf"][0]["const"])
        assert not Draft202012Validator(node).is_valid(-(2**31) - 1)


def test_every_rpc_has_an_example_that_is_what_the_document_says(ours: dict[str, Any]) -> None:
    checked = 0
    for path, method, operation in operations(ours):
        if operation.get("x-internal"):
            continue
        assert "x-codeSamples" in operation, (path, method)
        for holder in (operation.get("requestBody", {}), operation["responses"]["200"]):
            for media_type, content in holder.get("content", {}).items():
                if media_type != "application/json":
                    continue
                assert "example" in content, (path, method)
                schema = {**content["schema"], "components": ours["components"]}
                Draft202012Validator(schema).validate(content["example"])
                checked += 1
        for parameter in operation["parameters"]:
            if parameter.get("in") == "path":
                assert parameter["example"], (path, method)
    assert checked > 70


def test_the_examples_are_those_of_the_rpcs_that_there_are() -> None:
    rpcs = {
        binding.rpc.full_name
        for binding in RouteTable(every_service()).bindings
        if not openapi_security.is_internal(binding.rpc)
    }
    assert set(api_examples.recorded()) == rpcs


def test_the_document_is_served_to_anyone(client: httpx.Client) -> None:
    response = client.get("/openapi.json")
    assert response.json()["openapi"] == "3.1.0"
    assert response.headers["access-control-allow-origin"] == "*"


def test_the_document_is_compressed_once_and_kept_by_its_etag(client: httpx.Client) -> None:
    response = client.get("/openapi.json", headers={"accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    again = client.get("/openapi.json", headers={"if-none-match": response.headers["etag"]})
    assert again.status_code == 304
    plain = client.get("/openapi.json", headers={"accept-encoding": "identity"})
    assert plain.json() == response.json()
