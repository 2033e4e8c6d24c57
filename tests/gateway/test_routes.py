"""The routing table: what a method and a path mean."""

from __future__ import annotations

import itertools

import pytest
from google.api import annotations_pb2
from google.protobuf import descriptor_pb2, descriptor_pool

from gateway.httprule import RuleError
from gateway.refusals import Refusal
from gateway.routes import RouteTable
from tests.gateway.schema import MESSAGING

TABLE = RouteTable([MESSAGING])


@pytest.mark.parametrize(
    ("method", "path", "rpc", "captures"),
    [
        ("GET", "/v1/named/1", "GetNamed", {"name": "named/1"}),
        ("GET", "/v1/messages/123456", "GetMessage", {"message_id": "123456"}),
        (
            "GET",
            "/v1/users/me/messages/1",
            "GetMessage",
            {"user_id": "me", "message_id": "1"},
        ),
        ("GET", "/v1/messages/1/foo", "GetMessage", {"message_id": "1", "sub.subfield": "foo"}),
        ("HEAD", "/v1/messages/1", "GetMessage", {"message_id": "1"}),
        ("PATCH", "/v1/messages/1", "UpdateMessage", {"message_id": "1"}),
        ("PUT", "/v1/messages/1", "ReplaceMessage", {"message_id": "1"}),
        ("DELETE", "/v1/messages/1", "DeleteMessage", {"message_id": "1"}),
        ("POST", "/v1/messages/1:publish", "PublishMessage", {"message_id": "1"}),
        ("POST", "/v1/messages/a:b:publish", "PublishMessage", {"message_id": "a:b"}),
        ("GET", "/v1/messages/1:unknown", "GetMessage", {"message_id": "1:unknown"}),
        ("GET", "/v1/messages/1%3Apublish", "GetMessage", {"message_id": "1:publish"}),
        ("GET", "/v1/files/a/b/c", "GetFile", {"name": "a/b/c"}),
        ("GET", "/v1/files", "GetFile", {"name": ""}),
        ("GET", "/v1/files/a/b:history", "GetFileHistory", {"name": "a/b"}),
        ("GET", "/v1/%6Eamed/1", "GetNamed", {"name": "named/1"}),
        ("REPORT", "/v1/special/x", "Special", {"name": "x"}),
        ("PUT", "/v1/any/x", "Special", {"name": "x"}),
        ("PROPFIND", "/v1/any/x", "Special", {"name": "x"}),
    ],
)
def test_a_request_finds_its_rpc(
    method: str, path: str, rpc: str, captures: dict[str, str]
) -> None:
    match = TABLE.match(method, path)
    assert match.binding.rpc.name == rpc
    assert {".".join(names): value for names, value in match.captures.items()} == captures


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "v1/messages/1",
        "/v1",
        "/v1/messages",
        "/v1/messages/",
        "/v1//messages/1",
        "//v1/messages/1",
        "/v1/messages/1/2/3",
        "/V1/messages/1",
        "/v1/named",
        "/v1/lists/1/",
        "/v1/files//",
        "/v1/messages%2F1",
        "/" + "a/" * 5000,
    ],
)
def test_an_unknown_path_is_404(path: str) -> None:
    with pytest.raises(Refusal) as refused:
        TABLE.match("GET", path)
    assert refused.value.http_status == 404


@pytest.mark.parametrize(
    "path",
    ["/v1/messages/..", "/v1/files/../x", "/v1/files/%2e%2E", "/v1/./named/1", "/v1/files/a/."],
)
def test_a_path_that_climbs_is_refused(path: str) -> None:
    with pytest.raises(Refusal) as refused:
        TABLE.match("GET", path)
    assert (refused.value.http_status, refused.value.reason) == (400, "MALFORMED_PATH")


def test_another_method_is_405_and_says_which_are_taken() -> None:
    with pytest.raises(Refusal) as refused:
        TABLE.match("POST", "/v1/messages/1")
    assert refused.value.http_status == 405
    assert dict(refused.value.headers)["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"


def test_head_needs_a_binding_of_get() -> None:
    with pytest.raises(Refusal) as refused:
        TABLE.match("HEAD", "/v1/echo")
    assert dict(refused.value.headers)["allow"] == "OPTIONS, POST"


def test_a_known_verb_is_never_part_of_a_name() -> None:
    with pytest.raises(Refusal) as refused:
        TABLE.match("GET", "/v1/messages/1:publish")
    assert refused.value.http_status == 405


# Rules that cannot be served

_numbers = itertools.count()


def table_of(*rules: str, streaming: bool = False) -> RouteTable:
    """Build a table of one rpc a rule; each rule is "METHOD path [body]"."""
    number = next(_numbers)
    file = descriptor_pb2.FileDescriptorProto(
        name=f"luneo/gatewaytest/v1/rules_{number}.proto",
        package=f"luneo.gatewaytest.v1.r{number}",
        syntax="proto3",
        dependency=["google/api/annotations.proto", "rules.proto"],
    )
    service = file.service.add(name="Rules")
    for index, text in enumerate(rules):
        method, path, *body = text.split(" ")
        rpc = service.method.add(
            name=f"Call{index}",
            input_type=".luneo.gatewaytest.v1.GetMessageRequest",
            output_type=".luneo.gatewaytest.v1.Message",
            client_streaming=streaming,
        )
        rule = rpc.options.Extensions[annotations_pb2.http]
        setattr(rule, method, path)
        rule.body = body[0] if body else ""
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    return RouteTable([pool.FindServiceByName(f"{file.package}.Rules")])


@pytest.mark.parametrize(
    "rules",
    [
        ("get /v1/{user_id}", "get /v1/{message_id}"),
        ("get /v1/a/*", "get /v1/a/{message_id}"),
        ("post /v1/{message_id=a/*}:go", "post /v1/a/{user_id}:go"),
    ],
)
def test_two_rules_for_the_same_paths_are_refused(rules: tuple[str, ...]) -> None:
    with pytest.raises(RuleError, match="are both bound to"):
        table_of(*rules)


def test_the_more_specific_rule_wins_whatever_their_order() -> None:
    rules = ["get /v1/**", "get /v1/{user_id}/b", "get /v1/a/{user_id}", "get /v1/a/b"]
    for order in itertools.permutations(rules):
        table = table_of(*order)
        found = {
            path: table.match("GET", path).binding.template.text
            for path in ("/v1/a/b", "/v1/a/c", "/v1/c/b", "/v1/c/d", "/v1")
        }
        assert [f"get {text}" for text in found.values()] == [rules[i] for i in (3, 2, 1, 0, 0)]


def test_a_rule_of_another_method_does_not_hide_a_wider_one() -> None:
    table = table_of("get /v1/a/b", "post /v1/{user_id}/b")
    assert table.match("POST", "/v1/a/b").binding.template.text == "/v1/{user_id}/b"
    assert table.methods("/v1/a/b") == {"GET", "POST"}


def test_a_body_of_get_is_refused() -> None:
    with pytest.raises(RuleError, match="GET has no body"):
        table_of("get /v1/a *")


def test_a_stream_of_requests_is_refused() -> None:
    with pytest.raises(RuleError, match="stream of requests"):
        table_of("get /v1/a", streaming=True)
