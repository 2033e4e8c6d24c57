"""`Idempotency-Key` over REST: one effect, one answer for a day, whichever gateway is asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import timedelta
from itertools import cycle
from typing import Any

import httpx
import psycopg
import pytest
from google.api import annotations_pb2
from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import MethodOptions

from gateway.app import create_app
from gateway.settings import GatewaySettings
from services import composition
from services.runtime import names
from services.runtime.inprocess import Invoker
from services.runtime.remote import services_of
from tests.gateway import serving
from tests.gateway.answers import error_of, reason_of
from tests.runtime import echo

PATH = "/v1/brands/acme/notes"
# They make tokens, which are not kept to be shown again; asking twice gives two.
MAKE_TOKENS = {"SignIn", "CreateGuestSession"}


@pytest.fixture(scope="module")
def gateways(world: echo.World) -> Iterator[list[str]]:
    """Two gateways, each with threads of its own."""
    services = [descriptor_pool.Default().FindServiceByName(echo.SERVICE)]
    invokers = [Invoker(world.pipeline, threads=4) for _ in range(2)]
    apps = [create_app(invoker, services, GatewaySettings()) for invoker in invokers]
    with serving.running(apps[0]) as first, serving.running(apps[1]) as second:
        yield [first, second]
    for invoker in invokers:
        invoker.close()


class Shop:
    """Creates notes, at each gateway in turn."""

    def __init__(self, client: httpx.Client, gateways: list[str], world: echo.World) -> None:
        self._client = client
        self._bases = cycle(gateways)
        self._world = world
        self.key = names.new_id()

    def create(self, words: str = "once", *, shown: str = "", **headers: str) -> httpx.Response:
        sent = {
            "x-api-key": shown or self._world.keys.server,
            "idempotency-key": self.key,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self._client.post(next(self._bases) + PATH, json={"text": words}, headers=sent)

    def notes(self, words: str) -> int:
        """How many notes have these words."""
        found = self._world.database.read_one(
            "acme", "SELECT count(*) AS n FROM notes WHERE words = %(words)s", {"words": words}
        )
        return int(found["n"]) if found else 0


@pytest.fixture
def shop(gateways: list[str], world: echo.World) -> Iterator[Shop]:
    with httpx.Client(timeout=30) as client:
        yield Shop(client, gateways, world)


@pytest.fixture
def held(world: echo.World) -> Iterator[threading.Event]:
    """Handlers wait for this event after they have inserted."""
    event = threading.Event()
    world.servicer.hold = event
    while world.servicer.entered.acquire(blocking=False):
        pass
    yield event
    event.set()
    world.servicer.hold = None


def without_secrets(answer: Any) -> Any:
    if isinstance(answer, list):
        return [without_secrets(one) for one in answer]
    if isinstance(answer, dict):
        return {name: without_secrets(one) for name, one in answer.items() if name != "secret"}
    return answer


def test_the_answer_is_the_first_one_at_every_gateway(shop: Shop) -> None:
    first = shop.create(shop.key)
    repeated = [shop.create(shop.key) for _ in range(3)]
    assert "secret" in first.json()
    for again in repeated:
        assert (again.status_code, again.json()) == (200, without_secrets(first.json()))
    assert shop.notes(shop.key) == 1


def test_another_body_is_refused_and_has_no_effect(shop: Shop) -> None:
    shop.create()
    other = shop.create(shop.key)
    assert (other.status_code, reason_of(other)) == (400, "REQUEST_ID_REUSED")
    violations = error_of(other)["details"][1]["fieldViolations"]
    assert [violation["field"] for violation in violations] == ["requestId"]
    assert shop.notes(shop.key) == 0


def test_equal_calls_at_once_wait_for_the_first_and_get_its_answer(
    shop: Shop, held: threading.Event, world: echo.World
) -> None:
    with ThreadPoolExecutor(6) as threads:
        answers = [threads.submit(shop.create, shop.key) for _ in range(6)]
        assert world.servicer.entered.acquire(timeout=10)
        held.set()
        found = [answer.result() for answer in answers]
    assert {answer.status_code for answer in found} == {200}
    assert len({answer.json()["name"] for answer in found}) == 1
    assert shop.notes(shop.key) == 1


def test_who_waits_too_long_is_told_when_to_repeat_it(
    shop: Shop, held: threading.Event, world: echo.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.runtime.requests.WAIT_MS", 50)
    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(shop.create, shop.key) for _ in range(2)]
        assert world.servicer.entered.acquire(timeout=10)
        early = next(one for one in _as_done(both))
        held.set()
        codes = sorted(one.result().status_code for one in both)
    assert codes == [200, 409]
    assert int(early.headers["retry-after"]) >= 1
    assert shop.create(shop.key).status_code == 200
    assert shop.notes(shop.key) == 1


def _as_done(calls: list[Any]) -> Iterator[httpx.Response]:
    for done in as_completed(calls, timeout=20):
        yield done.result()


def test_an_answer_is_kept_for_a_day(shop: Shop, world: echo.World) -> None:
    first = shop.create()
    with psycopg.connect(world.url) as connection:
        connection.execute("SELECT set_config('app.brand_id', 'acme', false)")
        row = connection.execute(
            "SELECT expires_at - now() FROM request_ids WHERE request_id = %s", (shop.key,)
        ).fetchone()
        assert row is not None
        assert timedelta(hours=23, minutes=55) < row[0] <= timedelta(hours=24)
        connection.execute(
            "UPDATE request_ids SET expires_at = now() - interval '1 s' WHERE request_id = %s",
            (shop.key,),
        )
    assert shop.create().json()["name"] != first.json()["name"]


def test_a_call_that_failed_is_made_again(shop: Shop, world: echo.World) -> None:
    world.servicer.crash_after_insert = True
    assert shop.create(shop.key).status_code == 500
    world.servicer.crash_after_insert = False
    assert shop.create(shop.key).status_code == 200
    assert shop.notes(shop.key) == 1


def test_keys_of_two_callers_are_apart(shop: Shop, world: echo.World) -> None:
    mine = shop.create().json()["name"]
    other = shop.create(shown=world.keys.widget, origin="https://shop.example")
    assert other.json()["name"] != mine


@pytest.mark.parametrize("key", ["", "a b", "x" * 101, '"'])
def test_a_key_that_is_none_is_refused(shop: Shop, key: str) -> None:
    shop.key = key
    found = shop.create()
    assert (found.status_code, reason_of(found)) == (400, "INVALID_IDEMPOTENCY_KEY")


def test_every_write_takes_a_key_or_is_the_same_when_it_is_repeated() -> None:
    pool = descriptor_pool.Default()
    writes = [
        method
        for name in (*composition.NAMES, *composition.OWN)
        for service in services_of(composition.package_of(name))
        for method in pool.FindServiceByName(service).methods
        if _is_write(method)
    ]
    assert len(writes) > 20
    unprotected = {
        method.name
        for method in writes
        if "request_id" not in method.input_type.fields_by_name
        and not method.GetOptions().idempotency_level
    }
    assert unprotected == MAKE_TOKENS


def _is_write(method: Any) -> bool:
    options = method.GetOptions()
    rule = options.Extensions[annotations_pb2.http].WhichOneof("pattern")
    return rule not in (None, "get") and options.idempotency_level != MethodOptions.NO_SIDE_EFFECTS
