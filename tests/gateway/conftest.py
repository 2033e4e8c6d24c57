"""A gateway on a real port, over a service without business and over the real pipeline."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from gateway.app import GatewayApp, create_app
from gateway.settings import GatewaySettings
from tests.gateway import serving
from tests.gateway.messaging import Messaging
from tests.gateway.schema import MESSAGING

QUICK = GatewaySettings(
    heartbeat_s=0.2, streams=4, streams_per_client=3, rate_per_s=10_000, burst=10_000
)


@pytest.fixture
def service() -> Messaging:
    return Messaging()


@pytest.fixture
def settings() -> GatewaySettings:
    return QUICK


@pytest.fixture
def app(service: Messaging, settings: GatewaySettings) -> GatewayApp:
    return create_app(service, [MESSAGING], settings)


@pytest.fixture
def address(app: GatewayApp) -> Iterator[str]:
    with serving.running(app) as base:
        yield base


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=20) as made:
        yield made
