"""Requests into messages and messages into bodies, by the rule in google/api/http.proto."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.api.httpbody_pb2 import HttpBody

from gateway.httprule import RuleError
from gateway.refusals import Refusal
from gateway.routes import RouteTable
from gateway.transcode import Body, Transcoder
from tests.gateway.schema import MESSAGING, Everything, Message, message_class
from tests.gateway.test_routes import table_of

TABLE = RouteTable([MESSAGING])
Envelope = message_class("Envelope")


def transcode(method: str, target: str, body: Any = None, content_type: str | None = None) -> Any:
    path, _, query = target.partition("?")
    match = TABLE.match(method, path)
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    sent = content_type if content_type is not None else "application/json" if data else ""
    return Transcoder(match.binding).request(match.captures, query.encode(), Body(sent, data))


def refused(*args: Any, **kwargs: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        transcode(*args, **kwargs)
    return caught.value


def faults(refusal: Refusal) -> list[tuple[str, str]]:
    return [(violation.field, violation.reason) for violation in refusal.violations]


# The examples in the comment of HttpRule


def test_path_variables_fill_fields() -> None:
    assert transcode("GET", "/v1/named/123456").name == "named/123456"


def test_fields_outside_of_the_path_are_query_parameters() -> None:
    request = transcode("GET", "/v1/messages/123456?revision=2&sub.subfield=foo")
    assert (request.message_id, request.revision, request.sub.subfield) == ("123456", 2, "foo")


def test_the_body_fills_the_field_that_the_rule_names() -> None:
    request = transcode("PATCH", "/v1/messages/123456", {"text": "Hi!"})
    assert (request.message_id, request.message.text) == ("123456", "Hi!")


def test_the_body_fills_the_whole_message() -> None:
    request = transcode("PUT", "/v1/messages/123456", {"text": "Hi!"})
    assert (request.message_id, request.text) == ("123456", "Hi!")


def test_additional_bindings_call_the_same_rpc() -> None:
    request = transcode("GET", "/v1/users/me/messages/123456")
    assert (request.user_id, request.message_id) == ("me", "123456")


def test_a_path_variable_may_be_inside_of_a_message() -> None:
    request = transcode("GET", "/v1/messages/1/foo?sub.depth=3")
    assert (request.message_id, request.sub.subfield, request.sub.depth) == ("1", "foo", 3)


# Path variables


def test_path_variables_have_the_type_of_their_field() -> None:
    request = transcode("GET", "/v1/typed/-12/true/COLOUR_RED/-_8")
    assert (request.number, request.flag, request.colour) == (-12, True, 1)
    assert request.digest == b"\xfb\xff"


@pytest.mark.parametrize("path", ["x/true/0/aa", "1/yes/0/aa", "1/true/PINK/aa", "1/true/0/*"])
def test_a_path_variable_of_the_wrong_type_is_refused(path: str) -> None:
    assert refused("GET", f"/v1/typed/{path}").reason == "INVALID_PATH"


def test_a_body_that_contradicts_the_path_is_refused() -> None:
    assert transcode("PUT", "/v1/messages/1", {"messageId": "1"}).message_id == "1"
    refusal = refused("PUT", "/v1/messages/1", {"messageId": "2"})
    assert (refusal.http_status, faults(refusal)) == (400, [("messageId", "CONTRADICTS_PATH")])
    nested = refused("PATCH", "/v1/nested/1", {"messageId": "2"})
    assert faults(nested) == [("message.messageId", "CONTRADICTS_PATH")]


def test_a_query_that_contradicts_the_path_is_refused() -> None:
    assert transcode("GET", "/v1/messages/1?message_id=1").message_id == "1"
    refusal = refused("GET", "/v1/messages/1?message_id=2")
    assert faults(refusal) == [("messageId", "CONTRADICTS_PATH")]


def test_a_query_cannot_unset_what_the_path_chose() -> None:
    assert transcode("GET", "/v1/either/x").a == "x"
    assert refused("GET", "/v1/either/x?b=y").http_status == 400


# Query parameters


def test_query_parameters_are_named_as_in_json_or_as_in_the_proto() -> None:
    for name in ("pageSize", "page_size"):
        assert transcode("GET", f"/v1/search?{name}=7").page_size == 7


def test_a_repeated_parameter_fills_a_repeated_field() -> None:
    assert list(transcode("GET", "/v1/messages/1?tag=a&tag=b&tag=").tag) == ["a", "b", ""]


def test_every_type_that_text_can_express_can_be_a_parameter() -> None:
    request = transcode(
        "GET",
        "/v1/search?filter.colour=COLOUR_BLUE&filter.at=2026-01-31T12:00:00Z&filter.lasting=1.5s"
        "&filter.mask=a,bC&filter.boolWrapper=false&filter.int64Wrapper=5&filter.bytesValue=-_8"
        "&filter.inner.inner.words=a+b%26c&filter.numbers=1&filter.numbers=2&filter.maybe=",
    ).filter
    assert (request.colour, request.at.seconds, request.lasting.nanos) == (2, 1769860800, 500000000)
    assert list(request.mask.paths) == ["a", "b_c"]
    assert request.HasField("bool_wrapper")
    assert request.int64_wrapper.value == 5
    assert request.bytes_value == b"\xfb\xff"
    assert list(request.inner.inner.words) == ["a b&c"]
    assert list(request.numbers) == [1, 2]
    assert request.HasField("maybe")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("nonsense=1", "UNKNOWN_PARAMETER"),
        ("=1", "UNKNOWN_PARAMETER"),
        ("filter.nonsense=1", "UNKNOWN_PARAMETER"),
        ("pageSize.x=1", "UNKNOWN_PARAMETER"),
        ("filter.at.seconds=1", "UNKNOWN_PARAMETER"),
        ("filter" + ".inner" * 50 + ".colour=1", "UNKNOWN_PARAMETER"),
        ("filter=1", "WRONG_TYPE"),
        ("filter.many=1", "WRONG_TYPE"),
        ("filter.labels=1", "WRONG_TYPE"),
        ("filter.structure=1", "WRONG_TYPE"),
        ("pageSize=x", "WRONG_TYPE"),
        ("pageSize=", "WRONG_TYPE"),
        ("pageSize=1&pageSize=1", "DUPLICATE_PARAMETER"),
        ("pageSize=1&page_size=1", "DUPLICATE_PARAMETER"),
        ("filter.doubleValue=NaN", "WRONG_TYPE"),
        ("filter.boolValue=1", "WRONG_TYPE"),
        ("day=x&year=1", "WRONG_TYPE"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(query: str, reason: str) -> None:
    refusal = refused("GET", f"/v1/search?{query}")
    name = query.rsplit("&", maxsplit=1)[-1].split("=", maxsplit=1)[0][:80]
    assert (refusal.http_status, faults(refusal)) == (400, [(name, reason)])


def test_all_wrong_parameters_are_named_at_once() -> None:
    assert len(refused("GET", "/v1/search?a=1&b=2&pageSize=x").violations) == 3


@pytest.mark.parametrize("query", ["a=%zz", "a=%ff", "%=1", "&".join(["tag=x"] * 501)])
def test_a_malformed_query_is_refused(query: str) -> None:
    assert refused("GET", f"/v1/messages/1?{query}").reason == "MALFORMED_QUERY"


def test_there_are_no_parameters_beside_a_body_of_the_whole_message() -> None:
    assert faults(refused("PUT", "/v1/messages/1?text=x", {})) == [("text", "UNKNOWN_PARAMETER")]


def test_a_field_of_the_body_is_no_parameter() -> None:
    refusal = refused("PATCH", "/v1/messages/1?message.text=x", {})
    assert faults(refusal) == [("message.text", "FIELD_OF_BODY")]


# Bodies


def test_a_body_field_may_be_a_list() -> None:
    request = transcode("PUT", "/v1/lists/7", [{"text": "a"}, {"text": "b"}])
    assert [message.text for message in request.messages] == ["a", "b"]
    assert faults(refused("PUT", "/v1/lists/7", [{}, {"text": 1}])) == [
        ("messages[1].text", "WRONG_TYPE")
    ]


def test_violations_begin_with_the_field_that_is_the_body() -> None:
    refusal = refused("PATCH", "/v1/messages/1", {"tags": [1]})
    assert faults(refusal) == [("message.tags[0]", "WRONG_TYPE")]


def test_an_empty_body_is_an_empty_message() -> None:
    assert transcode("PUT", "/v1/messages/1").message_id == "1"
    assert not transcode("PATCH", "/v1/messages/1").HasField("message")


def test_a_body_where_none_belongs_is_refused() -> None:
    assert refused("DELETE", "/v1/messages/1", {}).reason == "UNEXPECTED_BODY"
    assert refused("GET", "/v1/messages/1", b"x").reason == "UNEXPECTED_BODY"


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=utf-8", 'application/json;charset="UTF-8"'],
)
def test_json_is_recognised_by_its_content_type(content_type: str) -> None:
    assert transcode("PUT", "/v1/messages/1", {"text": "é"}, content_type).text == "é"


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"],
)
def test_another_content_type_is_415(content_type: str) -> None:
    refusal = refused("PUT", "/v1/messages/1", {"text": "x"}, content_type)
    assert (refusal.http_status, dict(refusal.headers)["accept"]) == (415, "application/json")


def test_raw_bytes_fill_an_http_body() -> None:
    request = transcode("PUT", "/v1/pictures/1/sizes/2?title=x", b"\x89PNG\x00", "image/png")
    assert (request.name, request.title) == ("pictures/1/sizes/2", "x")
    assert (request.picture.content_type, request.picture.data) == ("image/png", b"\x89PNG\x00")
    whole = transcode("POST", "/v1/raw", b"\xff", "")
    assert whole == HttpBody(content_type="application/octet-stream", data=b"\xff")


# Update masks


def test_a_patch_without_a_mask_changes_what_its_body_names() -> None:
    request = transcode("PATCH", "/v1/messages/1", {"text": "", "tags": None})
    assert list(request.update_mask.paths) == ["text", "tags"]


def test_what_the_path_names_and_the_etag_are_not_changed() -> None:
    request = transcode("PATCH", "/v1/nested/1", {"messageId": "1", "text": "x", "etag": "y"})
    assert list(request.update_mask.paths) == ["text"]


def test_a_stated_mask_is_kept() -> None:
    request = transcode("PATCH", "/v1/nested/1?updateMask=tags", {"text": "x"})
    assert list(request.update_mask.paths) == ["tags"]


# Responses


def body_of(path: str, message: Any) -> Any:
    payload = Transcoder(TABLE.match("GET", path).binding).response(message)
    return payload.data if payload.raw else json.loads(payload.data)


def test_the_response_is_the_message_or_the_field_that_the_rule_names() -> None:
    envelope = Envelope(
        message=Message(text="a"),
        messages=[Message(text="b"), Message()],
        counts={"x": 1},
        total=5,
        file=HttpBody(content_type="image/png", data=b"\x89"),
    )
    assert body_of("/v1/envelopes/1", envelope) == {"text": "a"}
    assert body_of("/v1/envelopes/1/messages", envelope) == [{"text": "b"}, {}]
    assert body_of("/v1/envelopes/1/counts", envelope) == {"x": 1}
    assert body_of("/v1/envelopes/1/total", envelope) == "5"
    assert body_of("/v1/envelopes/1/file", envelope) == b"\x89"
    assert body_of("/v1/envelopes/1", Envelope()) is None
    assert body_of("/v1/envelopes/1/total", Envelope()) == "0"


def test_an_http_body_is_given_as_it_is() -> None:
    transcoder = Transcoder(TABLE.match("GET", "/v1/files/a").binding)
    payload = transcoder.response(HttpBody(content_type="image/webp", data=b"RIFF"))
    assert (payload.content_type, payload.data, payload.raw) == ("image/webp", b"RIFF", True)
    assert transcoder.response(HttpBody()).content_type == "application/octet-stream"


def test_json_of_a_response_leaves_out_defaults() -> None:
    transcoder = Transcoder(TABLE.match("POST", "/v1/echo").binding)
    payload = transcoder.response(Everything(int64_value=5))
    assert (payload.content_type, payload.data) == ("application/json", b'{"int64Value":"5"}')


# Rules that cannot be served


@pytest.mark.parametrize(
    "rule",
    [
        "get /v1/{nonsense}",
        "get /v1/{sub}",
        "get /v1/{tag}",
        "get /v1/{message_id.x}",
        "post /v1/a nonsense",
    ],
)
def test_a_rule_that_names_what_cannot_be_bound_is_refused(rule: str) -> None:
    with pytest.raises(RuleError):
        Transcoder(table_of(rule).bindings[0])
