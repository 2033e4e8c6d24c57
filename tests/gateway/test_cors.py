"""Cross-origin calls: preflights know nothing, answers name only origins that passed."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from gateway.app import create_app
from gateway.settings import GatewaySettings
from services.runtime.credentials import KeyRefused, OriginRefused
from services.runtime.errors import NotFound, Unauthenticated
from tests.gateway import serving
from tests.gateway.messaging import Messaging
from tests.gateway.schema import MESSAGING

SHOP = "https://shop.example"


@pytest.fixture
def settings() -> GatewaySettings:
    """A gateway that has seen no origin yet."""
    return GatewaySettings()


def ask(client: httpx.Client, origin: str = SHOP, **headers: str) -> httpx.Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/v1/messages/1", headers={"origin": origin, "x-api-key": "k", **sent})


def allowed(response: httpx.Response) -> str | None:
    return response.headers.get("access-control-allow-origin")


def test_a_preflight_is_answered_without_a_credential(
    client: httpx.Client, service: Messaging
) -> None:
    response = client.options(
        "/v1/messages/1",
        headers={
            "origin": SHOP,
            "access-control-request-method": "PATCH",
            "access-control-request-headers": "content-type,x-api-key",
        },
    )
    assert (response.status_code, allowed(response)) == (204, SHOP)
    assert "PATCH" in response.headers["access-control-allow-methods"]
    asked = response.headers["access-control-allow-headers"].split(", ")
    assert {"X-Api-Key", "Luneo-Session", "Last-Event-ID"} <= set(asked)
    assert int(response.headers["access-control-max-age"]) > 600
    assert "access-control-allow-credentials" not in response.headers
    assert service.asked == []


def test_a_preflight_for_an_unknown_path_is_404(client: httpx.Client) -> None:
    headers = {"origin": SHOP, "access-control-request-method": "GET"}
    assert client.options("/v1/nothing", headers=headers).status_code == 404


def test_an_origin_that_passed_may_read_the_answer(client: httpx.Client) -> None:
    response = ask(client)
    assert allowed(response) == SHOP
    assert "ETag" in response.headers["access-control-expose-headers"]
    assert "origin" in response.headers["vary"].lower()


def test_an_error_of_a_service_is_readable_too(client: httpx.Client, service: Messaging) -> None:
    service.error = NotFound()
    assert (ask(client).status_code, allowed(ask(client))) == (404, SHOP)


@pytest.mark.parametrize("refusal", [OriginRefused(), KeyRefused()])
def test_an_origin_that_did_not_pass_reads_nothing(
    client: httpx.Client, service: Messaging, refusal: Exception
) -> None:
    service.error = refusal  # type: ignore[assignment]
    response = ask(client)
    assert response.status_code in (401, 403)
    assert allowed(response) is None


def test_an_expired_session_beside_a_good_key_is_readable(
    client: httpx.Client, service: Messaging
) -> None:
    service.error = Unauthenticated("The session is over.", reason="SESSION_EXPIRED")
    assert (ask(client).status_code, allowed(ask(client))) == (401, SHOP)


def test_a_call_without_an_origin_gets_no_cors_headers(client: httpx.Client) -> None:
    response = client.get("/v1/messages/1", headers={"x-api-key": "k"})
    assert allowed(response) is None
    assert "access-control-expose-headers" not in response.headers


def test_what_the_gateway_refuses_is_readable_once_the_origin_has_passed(
    client: httpx.Client, service: Messaging
) -> None:
    wrong = {"x_timeout": "soon"}
    assert allowed(ask(client, **wrong)) is None
    ask(client)
    assert (ask(client, **wrong).status_code, allowed(ask(client, **wrong))) == (400, SHOP)
    assert allowed(ask(client, x_api_key="other", **wrong)) is None
    assert allowed(ask(client, origin="https://evil.example", **wrong)) is None
    service.error = OriginRefused()
    ask(client)
    assert allowed(ask(client, **wrong)) is None


class TestFewCalls:
    @pytest.fixture
    def client(self, service: Messaging) -> Iterator[httpx.Client]:
        settings = GatewaySettings(rate_per_s=0.1, burst=1)
        with (
            serving.running(create_app(service, [MESSAGING], settings)) as base,
            httpx.Client(base_url=base) as made,
        ):
            yield made

    def test_a_shop_can_read_that_it_asks_too_often(self, client: httpx.Client) -> None:
        ask(client)
        response = ask(client)
        assert (response.status_code, allowed(response)) == (429, SHOP)
        assert "Retry-After" in response.headers["access-control-expose-headers"]
