"""Path templates: the grammar and the decoding rules in google/api/http.proto."""

from __future__ import annotations

import pytest

from gateway.httprule import RuleError, Wild, parse
from gateway.refusals import Refusal


def capture(template: str, path: str) -> dict[str, str]:
    found = parse(template).capture(path[1:].split("/"))
    return {".".join(names): value for names, value in found.items()}


@pytest.mark.parametrize(
    ("template", "segments", "verb"),
    [
        ("/v1/brands", ("v1", "brands"), ""),
        ("/v1/*", ("v1", Wild.ONE), ""),
        ("/v1/**", ("v1", Wild.REST), ""),
        ("/v1/{name=brands/*/products/*}", ("v1", "brands", Wild.ONE, "products", Wild.ONE), ""),
        ("/v1/{name=brands/*}:publish", ("v1", "brands", Wild.ONE), "publish"),
        ("/v1/{name=**}:history", ("v1", Wild.REST), "history"),
        ("/v1/{a}/{b.c}", ("v1", Wild.ONE, Wild.ONE), ""),
        ("/.well-known/jwks.json", (".well-known", "jwks.json"), ""),
        ("/v1/designs:compose", ("v1", "designs"), "compose"),
        ("/v1/caf%C3%A9", ("v1", "café"), ""),
    ],
)
def test_a_template_of_the_grammar_is_read(template: str, segments: tuple, verb: str) -> None:
    parsed = parse(template)
    assert (parsed.segments, parsed.verb) == (segments, verb)


@pytest.mark.parametrize(
    "template",
    [
        "",
        "/",
        "v1",
        "/v1/",
        "//v1",
        "/v1/{}",
        "/v1/{a",
        "/v1/a}",
        "/v1/{a=}",
        "/v1/{a.}",
        "/v1/{1a}",
        "/v1/{a={b}}",
        "/v1/{a}/{a}",
        "/v1/**/b",
        "/v1/{a=**}/b",
        "/v1/{a=b/**/c}",
        "/v1/a:",
        "/v1/a:b/c",
        "/v1/***",
        "/v1/a*",
        "/v1/a b",
        "/v1/a?b",
        "/v1/%zz",
        "/v1/%ff",
    ],
)
def test_a_template_outside_of_the_grammar_is_refused(template: str) -> None:
    with pytest.raises(RuleError):
        parse(template)


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("/v1/{name=messages/*}", "/v1/messages/123456", {"name": "messages/123456"}),
        ("/v1/messages/{message_id}", "/v1/messages/123456", {"message_id": "123456"}),
        (
            "/v1/users/{user_id}/messages/{message_id}",
            "/v1/users/me/messages/123456",
            {"user_id": "me", "message_id": "123456"},
        ),
        ("/v1/{a.b=x/*/y}/{c}", "/v1/x/1/y/2", {"a.b": "x/1/y", "c": "2"}),
        ("/v1/{name=**}", "/v1/a/b/c", {"name": "a/b/c"}),
        ("/v1/{name=a/**}", "/v1/a", {"name": "a"}),
    ],
)
def test_variables_take_their_part_of_the_path(
    template: str, path: str, expected: dict[str, str]
) -> None:
    assert capture(template, path) == expected


def test_a_variable_of_one_segment_is_decoded_entirely() -> None:
    assert capture("/v1/{a}", "/v1/x%2Fy%20z%3A%C3%A9") == {"a": "x/y z:é"}


def test_a_variable_of_several_segments_keeps_escaped_slashes() -> None:
    assert capture("/v1/{a=b/*}", "/v1/b/x%2Fy%2fz%20") == {"a": "b/x%2Fy%2fz "}
    assert capture("/v1/{a=**}", "/v1/x%2Fy") == {"a": "x%2Fy"}


@pytest.mark.parametrize("segment", ["%", "%4", "%zz", "a%2", "%ff", "%C3", "%C3%2F%A9"])
@pytest.mark.parametrize("template", ["/v1/{a}", "/v1/{a=**}"])
def test_a_broken_escape_is_refused(template: str, segment: str) -> None:
    with pytest.raises(Refusal) as refused:
        capture(template, f"/v1/{segment}")
    assert (refused.value.http_status, refused.value.reason) == (400, "MALFORMED_PATH")
