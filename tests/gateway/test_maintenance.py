"""Maintenance: what is refused, what goes on, and how gateways learn of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import redis
from google.protobuf import descriptor_pool

from gateway.app import create_app
from gateway.edge import maintenance
from gateway.edge.maintenance import KEY, Maintenance
from gateway.endpoint import Endpoint
from gateway.heavy import HeavyWork
from gateway.routes import RouteTable
from gateway.settings import GatewaySettings
from gateway.turns import Turns
from services import composition
from services.runtime import embedded
from services.runtime.remote import services_of
from tests.gateway import serving
from tests.gateway.answers import reason_of
from tests.gateway.messaging import Messaging
from tests.gateway.schema import MESSAGING


@pytest.fixture
def switch(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as client:
        client.delete(KEY)
        yield client
        client.delete(KEY)


@contextmanager
def gateway(**settings: str) -> Iterator[httpx.Client]:
    app = create_app(Messaging(), [MESSAGING], GatewaySettings(**settings))  # type: ignore[arg-type]
    with serving.running(app) as base, httpx.Client(base_url=base, timeout=20) as client:
        yield client


def until(condition: Callable[[], bool]) -> None:
    end_s = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end_s
        time.sleep(0.02)


def reading(client: httpx.Client) -> int:
    return client.get("/v1/messages/1").status_code


def writing(client: httpx.Client) -> int:
    return client.patch("/v1/nested/1", json={}).status_code


def test_every_gateway_refuses_calls_and_answers_again(switch: redis.Redis, redis_url: str) -> None:
    with (
        gateway(maintenance_redis_url=redis_url) as one,
        gateway(maintenance_redis_url=redis_url) as other,
    ):
        assert reading(one) == reading(other) == 200
        switch.set(KEY, Maintenance().to_json())
        for client in (one, other):
            until(lambda client=client: reading(client) == 503)  # type: ignore[misc]
            assert writing(client) == 503
        switch.delete(KEY)
        for client in (one, other):
            until(lambda client=client: writing(client) == 200)  # type: ignore[misc]


def test_a_gateway_that_starts_during_maintenance_refuses_its_first_call(
    switch: redis.Redis, redis_url: str
) -> None:
    switch.set(KEY, Maintenance(until_s=time.time() + 600).to_json())
    with gateway(maintenance_redis_url=redis_url) as client:
        refused = client.get("/v1/messages/1")
    assert (refused.status_code, reason_of(refused)) == (503, "MAINTENANCE")
    assert 500 < int(refused.headers["retry-after"]) <= 600


def test_what_changes_nothing_goes_on_if_it_was_said_so(
    switch: redis.Redis, redis_url: str
) -> None:
    switch.set(KEY, Maintenance(reads=True).to_json())
    with gateway(maintenance_redis_url=redis_url) as client:
        assert (reading(client), client.head("/v1/messages/1").status_code) == (200, 200)
        refused = client.patch("/v1/nested/1", json={})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")


@pytest.mark.parametrize(
    ("setting", "codes"), [("off", (200, 200)), ("reads", (200, 503)), ("all", (503, 503))]
)
def test_a_setting_says_it_for_one_gateway(setting: str, codes: tuple[int, int]) -> None:
    with gateway(maintenance=setting) as client:
        assert (reading(client), writing(client)) == codes


def test_health_page_and_preflights_go_on() -> None:
    with gateway(maintenance="all") as client:
        asked = {"origin": "https://shop.example", "access-control-request-method": "GET"}
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 200
        assert client.get("/openapi.json").status_code == 200
        assert client.options("/v1/messages/1", headers=asked).status_code == 204
        assert client.get("/v1/nothing").status_code == 404


def test_what_was_seen_last_holds_while_redis_is_gone(tmp_path: Path) -> None:
    server = embedded.Redis(tmp_path)
    server.start()
    try:
        with redis.Redis.from_url(server.url) as client:
            client.set(KEY, Maintenance().to_json())
        with gateway(maintenance_redis_url=server.url) as client:
            assert reading(client) == 503
            server.stop()
            end_s = time.monotonic() + 2.5 * maintenance.LOOK_EVERY_S
            while time.monotonic() < end_s:
                assert reading(client) == 503
                time.sleep(0.1)
    finally:
        server.stop()


def test_a_gateway_starts_without_redis(tmp_path: Path) -> None:
    with gateway(maintenance_redis_url=f"unix://{tmp_path}/none.sock") as client:
        assert reading(client) == 200


@pytest.mark.parametrize("written", [b"", b"on", b"[]", b'{"until_s": "soon"}', b"\xff"])
def test_what_cannot_be_read_is_maintenance(written: bytes) -> None:
    assert maintenance.from_json(written) == Maintenance()


@pytest.mark.parametrize("said", [Maintenance(), Maintenance(reads=True, until_s=1.5)])
def test_what_is_written_is_what_is_read(said: Maintenance) -> None:
    assert maintenance.from_json(said.to_json()) == said


def test_composing_a_design_changes_nothing() -> None:
    """The widget goes on while people type: it posts, but the proto says NO_SIDE_EFFECTS."""
    names = services_of(composition.package_of("spec"))
    table = RouteTable([descriptor_pool.Default().FindServiceByName(name) for name in names])
    parts = (Messaging(), HeavyWork(), GatewaySettings())
    turns = Turns(1)
    reads = {
        binding.rpc.name
        for binding in table.bindings
        if Endpoint(binding, *parts, works=turns, waits=turns).reads
    }
    assert {"ComposeDesign", "GetProduct", "LookupSpec"} <= reads
    assert not reads & {"CreateSpec", "UpdateProduct", "DeleteFont", "PublishProduct"}
