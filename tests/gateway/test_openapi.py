"""The OpenAPI document: whole, consistent, and true of what the gateway does."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import luneo
import pytest
from google.protobuf.descriptor import ServiceDescriptor

from gateway import openapi
from gateway.routes import RouteTable
from gateway.transcode import Transcoder
from tests.gateway.schema import MESSAGING

SCHEMA_TYPES = {"string", "integer", "number", "boolean", "object", "array", "null"}


def every_service() -> list[ServiceDescriptor]:
    """Return the services of all protos, from their generated modules."""
    root = Path(luneo.__file__).parent
    found = []
    for path in sorted(root.rglob("*_service_pb2.py")):
        name = ".".join(["luneo", *path.relative_to(root).with_suffix("").parts])
        module = importlib.import_module(name)
        found += module.DESCRIPTOR.services_by_name.values()
    return found


@pytest.fixture(scope="module", params=["rules", "luneo"])
def services(request: pytest.FixtureRequest) -> list[ServiceDescriptor]:
    return [MESSAGING] if request.param == "rules" else every_service()


@pytest.fixture(scope="module")
def document(services: list[ServiceDescriptor]) -> dict[str, Any]:
    return openapi.document(services)


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
            prefix, _, name = node["$ref"].rpartition("/")
            assert prefix == "#/components/schemas"
            assert name in document["components"]["schemas"]
    names = document["components"]["schemas"]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in names)


def test_every_path_parameter_is_in_the_path_once(document: dict[str, Any]) -> None:
    for path, _, operation in operations(document):
        named = re.findall(r"\{([^}]+)\}", path)
        stated = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
        assert sorted(named) == sorted(stated)
        assert len(set(named)) == len(named)
        queries = [p["name"] for p in operation["parameters"] if p["in"] == "query"]
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
    request = schemas["luneo.spec.v1.CreateAssetRequest"]
    assert request["properties"]["data"]["contentEncoding"] == "base64"


def test_a_public_call_needs_no_key_in_the_document() -> None:
    paths = openapi.document(every_service())["paths"]
    assert paths["/.well-known/jwks.json"]["get"]["security"] == []
    assert "security" not in paths["/v1/brands/{brand}/products/{product}"]["get"]


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


def test_the_document_is_served_to_anyone(client: httpx.Client) -> None:
    response = client.get("/openapi.json")
    assert response.json()["openapi"] == "3.1.0"
    assert response.headers["access-control-allow-origin"] == "*"
