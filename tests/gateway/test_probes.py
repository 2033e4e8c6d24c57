"""Probes: alive, ready, and the figures."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from gateway.app import create_app
from gateway.settings import GatewaySettings
from tests.gateway import serving
from tests.gateway.messaging import Messaging
from tests.gateway.schema import MESSAGING


class Parts:
    """Two parts, of which one can be broken."""

    broken = False

    def database(self) -> None:
        if self.broken:
            raise ConnectionError("password=secret")

    def queue(self) -> None:
        return None


@pytest.fixture
def parts() -> Parts:
    return Parts()


@pytest.fixture
def client(parts: Parts) -> Iterator[httpx.Client]:
    app = create_app(
        Messaging(),
        [MESSAGING],
        GatewaySettings(trusted_hops=1),
        checks={"database": parts.database, "queue": parts.queue},
        metrics=lambda: (b"luneo_calls_total 1\n", "text/plain; version=0.0.4"),
    )
    with serving.running(app) as base, httpx.Client(base_url=base) as made:
        yield made


def test_a_process_that_answers_is_alive(client: httpx.Client, parts: Parts) -> None:
    parts.broken = True
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_a_process_whose_parts_answer_is_ready(client: httpx.Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "checks": {"database": "ok", "queue": "ok"}}


def test_a_part_that_fails_is_named_without_saying_how(client: httpx.Client, parts: Parts) -> None:
    parts.broken = True
    response = client.get("/readyz")
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["checks"] == {"database": "not available", "queue": "ok"}
    assert "secret" not in response.text


def test_metrics_are_for_this_machine(client: httpx.Client) -> None:
    assert client.get("/metrics").text == "luneo_calls_total 1\n"
    for through in ({"x-forwarded-for": "203.0.113.9"}, {"x-forwarded-for": "127.0.0.1"}):
        assert client.get("/metrics", headers=through).status_code == 404
    assert client.get("/metrics", headers={"forwarded": "for=203.0.113.9"}).status_code == 404
