"""Stale etags and keys of attempts that come again, with the same request or with another."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from services.runtime import names
from tests.hostile.live import ERROR_INFO, Live, refusal

MINE = "brands/hearth-oak"


@pytest.fixture
def product(live: Live) -> dict[str, Any]:
    """A product of this test alone."""
    found = live.server.get(f"/v1/{MINE}/products/steel-tag").raise_for_status().json()
    wanted = {name: found[name] for name in ("displayName", "price", "template")}
    made: dict[str, Any] = live.server.post(f"/v1/{MINE}/products", json=wanted).json()
    return made


def change(live: Live, product: dict[str, Any], name: str, **headers: str) -> httpx.Response:
    body: dict[str, Any] = {"displayName": name}
    if not headers:
        body["etag"] = product["etag"]
    return live.server.patch(f"/v1/{product['name']}", json=body, headers=headers)


def test_a_stale_etag_is_refused_with_the_one_that_holds(
    live: Live, product: dict[str, Any]
) -> None:
    newer = change(live, product, "First").raise_for_status().json()
    rows = live.rows()
    by_body = change(live, product, "Second")
    by_header = change(live, product, "Second", **{"if-match": f'"{product["etag"]}"'})
    refused = refusal(by_body)
    assert (refused.status, refused.code, refused.reason) == (409, "ABORTED", "ETAG_MISMATCH")
    assert "Load it again" in refused.message
    assert refusal(by_header).status == 412
    (info,) = (one for one in by_body.json()["error"]["details"] if one["@type"] == ERROR_INFO)
    assert info["metadata"]["etag"] == newer["etag"]
    assert live.server.get(f"/v1/{product['name']}").json() == newer
    assert live.rows() == rows


def test_an_etag_that_is_none_is_refused(live: Live, product: dict[str, Any]) -> None:
    for etag in ('"a", "b"', "a b", '"', "Ω", "x" * 300):
        answer = live.server.patch(
            f"/v1/{product['name']}",
            json={"displayName": "New"},
            headers={b"if-match": etag.encode()},
        )
        assert refusal(answer).status in (400, 412)
    assert live.server.get(f"/v1/{product['name']}").json() == product


def test_one_of_many_changes_at_once_wins(live: Live, product: dict[str, Any]) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: change(live, product, f"Name {n}"), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]


class TestAKeyOfAnAttempt:
    def post(self, live: Live, key: str, name: str, **headers: str) -> httpx.Response:
        found = live.server.get(f"/v1/{MINE}/products/steel-tag").json()
        body = {"displayName": name, "price": found["price"], "template": found["template"]}
        return live.server.post(
            f"/v1/{MINE}/products", json=body, headers={"idempotency-key": key, **headers}
        )

    def test_gives_the_same_answer_again(self, live: Live) -> None:
        key = names.new_id()
        first = self.post(live, key, "Once").raise_for_status()
        before = live.contents()
        assert self.post(live, key, "Once").json() == first.json()
        assert live.contents() == before

    def test_does_not_fit_another_request(self, live: Live) -> None:
        key = names.new_id()
        self.post(live, key, "Once").raise_for_status()
        before = live.contents()
        refused = refusal(self.post(live, key, "Other"))
        assert (refused.status, refused.reason) == (400, "REQUEST_ID_REUSED")
        assert refused.fields == {"requestId": "REQUEST_ID_REUSED"}
        assert "Make a new one" in refused.message
        assert live.contents() == before

    def test_makes_one_thing_however_often_it_comes_at_once(self, live: Live) -> None:
        key, before = names.new_id(), live.rows()["products"]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: self.post(live, key, "Race"), range(8)))
        made = {answer.text for answer in answers if answer.status_code == 200}
        assert len(made) == 1
        assert {answer.status_code for answer in answers} <= {200, 409}
        assert live.rows()["products"] == before + 1

    def test_is_left_free_by_a_refusal(self, live: Live) -> None:
        key = names.new_id()
        assert refusal(self.post(live, key, "")).fields.keys() == {"product.displayName"}
        assert self.post(live, key, "Now with a name").status_code == 200

    def test_that_is_none_is_refused(self, live: Live) -> None:
        for key in ("x" * 101, "a b", "a\tb"):
            assert refusal(self.post(live, key, "Name")).reason == "INVALID_IDEMPOTENCY_KEY"

    def test_of_a_new_key_gives_the_secret_once(self, live: Live) -> None:
        operator = live.client(live.platform_key())
        wanted = {"displayName": "k", "kind": "API_KEY_KIND_SECRET", "scopes": ["products.read"]}
        attempt = {"idempotency-key": names.new_id()}
        first, again = (
            operator.post(f"/v1/{MINE}/apiKeys", json=wanted, headers=attempt).json()
            for _ in range(2)
        )
        assert first.pop("secret").startswith("lsk_")
        assert again == first
        assert "lsk_" not in json.dumps(again).replace(again["prefix"], "")
