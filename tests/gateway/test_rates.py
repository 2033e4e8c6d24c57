"""Who is counted for a call, and what answers say of the limits."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest
from google.protobuf import descriptor_pool

from gateway.app import create_app
from gateway.edge.rates import Rates, UnknownRoute, brand_in
from gateway.exchange import Request, Response
from gateway.refusals import Refusal
from gateway.settings import GatewaySettings, route_rates
from services.runtime.inprocess import Invoker
from tests.gateway import serving
from tests.gateway.answers import error_of, reason_of
from tests.gateway.messaging import Messaging
from tests.gateway.schema import MESSAGING
from tests.runtime import echo

WIDE = GatewaySettings(
    rate_per_s=0.001,
    burst=1000,
    address_rate_per_s=0.001,
    address_burst=1000,
    key_rate_per_s=0.001,
    key_burst=1000,
    brand_rate_per_s=0.001,
    brand_burst=1000,
)
RPC = "luneo.gatewaytest.v1.Messaging/GetMessage"
GOOD = Response(200, origin_passed=True)


async def nothing() -> dict[str, str]:
    return {"type": "http.disconnect"}


def request(address: str = "192.0.2.1", key: str = "", brand: str = "") -> Request:
    headers = {"x-api-key": key} if key else {}
    made = Request("GET", "/", b"", headers, address, "c" * 8, nothing)  # type: ignore[arg-type]
    made.rpc, made.brand = RPC, brand
    return made


def admitted(rates: Rates, *asked: Request) -> list[bool]:
    """Whether each of some calls passes; those that do succeed."""

    async def run() -> list[bool]:
        found = []
        for one in asked:
            try:
                await rates.admit(one, time.monotonic())
                rates.note(one, GOOD)
                found.append(True)
            except Refusal:
                found.append(False)
        return found

    return asyncio.run(run())


def test_an_address_is_one_whatever_it_shows() -> None:
    rates = Rates(replace(WIDE, address_burst=3), [])
    assert admitted(rates, *(request(key=f"k{n}") for n in range(4))) == [True] * 3 + [False]
    assert admitted(rates, request("192.0.2.2")) == [True]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("not an address", "not an address", True),
        ("", "", True),
    ],
)
def test_a_line_of_ipv6_is_one_address(one: str, other: str, same: bool) -> None:
    rates = Rates(replace(WIDE, address_burst=1), [])
    assert admitted(rates, request(one), request(other)) == [True, not same]


def test_a_key_is_counted_over_all_addresses() -> None:
    rates = Rates(replace(WIDE, key_burst=3), [])
    calls = [request(f"192.0.2.{n}", "k") for n in range(4)]
    assert admitted(rates, *calls) == [True] * 3 + [False]
    assert admitted(rates, request(key="other"), request()) == [True, True]


def test_a_brand_is_counted_over_all_its_keys() -> None:
    rates = Rates(replace(WIDE, brand_burst=3), [])
    keys = [request(key=f"k{n}", brand="acme") for n in range(4)]
    assert admitted(rates, *keys, *keys) == [True] * 4 + [True] * 3 + [False]
    assert admitted(rates, request(key="k0", brand="other")) == [True]


@pytest.mark.parametrize(
    "answer",
    [Response(404, origin_passed=True), Response(200, origin_passed=False), Response(200)],
    ids=["refused by the service", "refused for its origin", "not judged"],
)
def test_nobody_uses_up_the_calls_of_a_brand_by_naming_it(answer: Response) -> None:
    rates = Rates(replace(WIDE, brand_burst=1), [])
    stranger = request(key="stranger", brand="acme")
    for _ in range(5):
        asyncio.run(rates.admit(stranger, time.monotonic()))
        rates.note(stranger, answer)
    assert admitted(rates, *[request(key="own", brand="acme")] * 3) == [True, True, False]


def test_a_route_has_a_limit_of_its_own() -> None:
    rates = Rates(replace(WIDE, route_rates={RPC: (0.001, 2)}), [RPC])
    other = request()
    other.rpc = "luneo.gatewaytest.v1.Messaging/GetNamed"
    assert admitted(rates, *[request()] * 3, other) == [True, True, False, True]
    assert admitted(rates, request(key="another client")) == [True]


def test_a_limit_for_an_rpc_that_is_not_there_is_refused_at_the_start() -> None:
    with pytest.raises(UnknownRoute, match=r"there is no rpc a\.B/C"):
        create_app(Messaging(), [MESSAGING], replace(WIDE, route_rates={"a.B/C": (1.0, 1)}))


@pytest.mark.parametrize(
    ("captures", "brand"),
    [
        ({("parent",): "brands/acme"}, "acme"),
        ({("note", "name"): "brands/acme/notes/n1"}, "acme"),
        ({("name",): "users/u1"}, ""),
        ({}, ""),
    ],
)
def test_the_brand_is_read_off_the_path(captures: dict[tuple[str, ...], str], brand: str) -> None:
    assert brand_in(captures) == brand


def test_limits_of_routes_are_written_as_calls_a_second_and_burst() -> None:
    assert route_rates("") == {}
    assert route_rates("a.v1.B/C=0.5/10,a.v1.B/D=20/40") == {
        "a.v1.B/C": (0.5, 10),
        "a.v1.B/D": (20.0, 40),
    }


class TestOverHttp:
    @pytest.fixture
    def settings(self) -> GatewaySettings:
        return replace(WIDE, burst=4, route_rates={RPC: (0.001, 3)})

    def test_every_answer_says_what_is_left_of_the_quota_that_ends_first(
        self, client: httpx.Client
    ) -> None:
        first = client.get("/v1/messages/1")
        assert first.headers["ratelimit-policy"] == (
            '"address";q=1000;w=1000000, "client";q=4;w=4000, "route";q=3;w=3000'
        )
        assert re.fullmatch(r'"route";r=2;t=\d+', first.headers["ratelimit"])
        client.get("/v1/messages/1")
        client.get("/v1/messages/1")
        refused = client.get("/v1/messages/1")
        assert (refused.status_code, reason_of(refused)) == (429, "RATE_LIMITED")
        wait_s = refused.headers["retry-after"]
        assert refused.headers["ratelimit"] == f'"route";r=0;t={wait_s}'
        assert error_of(refused)["details"][0]["metadata"] == {"policies": "route"}
        both = client.get("/v1/messages/1")
        assert error_of(both)["details"][0]["metadata"] == {"policies": "client,route"}

    def test_a_problem_names_the_quotas_that_were_exceeded(self, client: httpx.Client) -> None:
        asked = {"accept": "application/problem+json"}
        for _ in range(5):
            problem = client.get("/v1/messages/1", headers=asked)
        assert problem.json()["violated-policies"] == ["client", "route"]
        assert problem.json()["type"].endswith("/http-problem-types#quota-exceeded")
        assert problem.json()["details"][0]["retryDelay"].endswith("s")

    def test_an_answer_that_no_rpc_gives_is_not_counted(self, client: httpx.Client) -> None:
        assert "ratelimit" not in client.get("/v1/nothing").headers
        assert "ratelimit" not in client.get("/healthz").headers


class TestUncounted:
    @pytest.fixture
    def settings(self) -> GatewaySettings:
        return replace(WIDE, burst=1, route_rates={RPC: (0.001, 1)}, count_calls=False)

    def test_a_gateway_that_counts_nothing_refuses_nothing_and_promises_nothing(
        self, client: httpx.Client
    ) -> None:
        # HEAD is never answered without a task.
        answers = [client.request(way, "/v1/messages/1") for way in ("GET", "GET", "HEAD", "HEAD")]
        assert [answer.status_code for answer in answers] == [200] * 4
        assert not any("ratelimit" in answer.headers for answer in answers)


@contextmanager
def over_the_pipeline(world: echo.World, settings: GatewaySettings) -> Iterator[str]:
    invoker = Invoker(world.pipeline, threads=4)
    services = [descriptor_pool.Default().FindServiceByName(echo.SERVICE)]
    with serving.running(create_app(invoker, services, settings)) as base:
        yield base
    invoker.close()


def test_keys_of_a_brand_share_its_limit_and_another_brand_goes_on(world: echo.World) -> None:
    settings = replace(WIDE, brand_burst=4)
    with over_the_pipeline(world, settings) as base, httpx.Client(base_url=base) as client:

        def note(key: str) -> int:
            path, shown = "/v1/brands/acme/notes", {"x-api-key": key}
            return client.post(path, json={"text": "x"}, headers=shown).status_code

        keys = (world.keys.server, world.keys.widget)
        assert [note(key) for key in keys] == [200, 200]
        assert [note(keys[n % 2]) for n in range(5)] == [200] * 4 + [429]
        assert client.get("/v1/ping").status_code == 200
