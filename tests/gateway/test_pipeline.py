"""The gateway over the real pipeline: keys, brands, rights, limits, request ids, streams."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from google.protobuf import descriptor_pool

from gateway.app import create_app
from gateway.settings import GatewaySettings
from services.runtime.inprocess import Invoker
from tests.gateway import serving
from tests.runtime import echo

SHOP = "https://shop.example"


@pytest.fixture(scope="module")
def address(world: echo.World) -> Iterator[str]:
    invoker = Invoker(world.pipeline, threads=4)
    services = [descriptor_pool.Default().FindServiceByName(echo.SERVICE)]
    settings = GatewaySettings(calls_at_once=3, rate_per_s=10_000, burst=10_000)
    with serving.running(create_app(invoker, services, settings)) as base:
        yield base
    invoker.close()


@pytest.fixture
def shop(address: str, world: echo.World) -> Iterator[httpx.Client]:
    headers = {"x-api-key": world.keys.widget, "origin": SHOP}
    with httpx.Client(base_url=address, headers=headers, timeout=20) as made:
        yield made


@pytest.fixture
def server(address: str, world: echo.World) -> Iterator[httpx.Client]:
    headers = {"x-api-key": world.keys.server}
    with httpx.Client(base_url=address, headers=headers, timeout=20) as made:
        yield made


def reason_of(response: httpx.Response) -> str:
    return response.json()["error"]["details"][0]["reason"]


def test_a_public_call_needs_no_key_and_any_page_may_read_it(address: str) -> None:
    response = httpx.get(f"{address}/v1/ping?text=hi", headers={"origin": "https://any.example"})
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "*"
    answer = response.json()
    assert (answer["text"], answer["kind"], answer["address"]) == ("hi", "anonymous", "127.0.0.1")
    assert answer["correlationId"] == response.headers["x-correlation-id"]


def test_a_resource_is_made_read_and_changed(server: httpx.Client) -> None:
    made = server.post("/v1/brands/acme/notes", json={"text": "über uns"})
    assert made.status_code == 200
    name = made.json()["name"]
    assert server.get(f"/v1/{name}").json()["text"] == "über uns"
    changed = server.patch(f"/v1/{name}", json={"text": "neu"})
    assert changed.json() == {"name": name, "text": "neu"}
    assert server.get(f"/v1/{name}:fetch").json()["text"] == "neu"


def test_a_key_works_from_the_pages_that_it_is_for(shop: httpx.Client) -> None:
    made = shop.post("/v1/brands/acme/notes", json={"text": "x"})
    assert (made.status_code, made.headers["access-control-allow-origin"]) == (200, SHOP)
    elsewhere = shop.post(
        "/v1/brands/acme/notes", json={"text": "x"}, headers={"origin": "https://evil.example"}
    )
    assert (elsewhere.status_code, reason_of(elsewhere)) == (403, "ORIGIN_NOT_ALLOWED")
    assert "access-control-allow-origin" not in elsewhere.headers


def test_a_wrong_key_is_401_and_says_how_to_sign_in(address: str) -> None:
    response = httpx.get(f"{address}/v1/brands/acme/notes/n1", headers={"x-api-key": "lpk_wrong"})
    assert (response.status_code, reason_of(response)) == (401, "KEY_INVALID")
    assert response.headers["www-authenticate"] == 'Bearer realm="luneo"'
    without = httpx.get(f"{address}/v1/brands/acme/notes/n1")
    assert without.status_code == 401


def test_another_brands_note_is_answered_like_an_unknown_one(
    server: httpx.Client, address: str, world: echo.World
) -> None:
    name = server.post("/v1/brands/acme/notes", json={"text": "x"}).json()["name"]
    ids = {"x-correlation-id": "same-for-both"}
    rival = {"x-api-key": world.keys.other_server} | ids
    foreign = httpx.get(f"{address}/v1/{name}", headers=rival)
    unknown = server.get("/v1/brands/acme/notes/nothing-here", headers=ids)
    assert (foreign.status_code, foreign.json()) == (404, unknown.json())


def test_limits_of_the_proto_name_the_field_as_in_json(server: httpx.Client) -> None:
    response = server.post("/v1/brands/acme/notes", json={"text": ""})
    assert response.status_code == 400
    violations = response.json()["error"]["details"][1]["fieldViolations"]
    assert [violation["field"] for violation in violations] == ["note.text"]


def test_an_idempotency_key_makes_a_repeated_create_one(
    server: httpx.Client, world: echo.World
) -> None:
    headers = {"idempotency-key": "attempt-0001"}
    before = world.servicer.created
    first = server.post("/v1/brands/acme/notes", json={"text": "once"}, headers=headers)
    second = server.post("/v1/brands/acme/notes", json={"text": "once"}, headers=headers)
    assert first.json()["name"] == second.json()["name"]
    assert world.servicer.created == before + 1
    other = server.post("/v1/brands/acme/notes", json={"text": "other"}, headers=headers)
    assert other.status_code in (400, 409)


def test_a_fault_of_a_handler_tells_nothing(address: str, world: echo.World) -> None:
    response = httpx.post(
        f"{address}/v1/fail",
        json={"kind": "crash"},
        headers={"x-api-key": world.keyring.platform_key()},
    )
    assert (response.status_code, reason_of(response)) == (500, "INTERNAL")
    assert "secret-of-the-handler" not in response.text


def test_a_stream_is_counted_out(shop: httpx.Client) -> None:
    response = shop.get("/v1/brands/acme/count?to=3", headers={"accept": "text/event-stream"})
    assert response.headers["access-control-allow-origin"] == SHOP
    data = [line[6:] for line in response.text.splitlines() if line.startswith("data: ")]
    assert [json.loads(line).get("number") for line in data] == [1, 2, 3, None]
    assert "event: end" in response.text


def test_a_stream_that_fails_says_so(shop: httpx.Client) -> None:
    text = shop.get("/v1/brands/acme/count?to=1&fail=true").text
    lines = [line for line in text.splitlines() if line]
    assert json.loads(lines[0])["result"]["number"] == 1
    assert json.loads(lines[1])["error"]["details"][0]["reason"] == "NOTE_EMPTY"


def test_a_stream_without_the_right_is_refused_at_once(address: str) -> None:
    response = httpx.get(f"{address}/v1/brands/acme/count?to=3")
    assert response.status_code == 401


def test_a_stream_ends_at_its_deadline(shop: httpx.Client) -> None:
    response = shop.get(
        "/v1/brands/acme/count?to=100&pauseMs=50",
        headers={"x-timeout": "0.2", "accept": "text/event-stream"},
    )
    assert "event: error" in response.text
    assert "DEADLINE_EXCEEDED" in response.text
