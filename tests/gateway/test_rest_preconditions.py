"""Etags over HTTP: what did not change, and what changed meanwhile."""

from __future__ import annotations

import httpx
import pytest

from services.runtime.errors import (
    Conflict,
)
from tests.gateway.answers import reason_of
from tests.gateway.messaging import Messaging


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
