"""A gateway on a real port, over a service without business and over the real pipeline."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from gateway.app import create_app
from gateway.settings import GatewaySettings
from tests.gateway import serving
from tests.gateway.messaging import Messaging
from tests.gateway.schema import MESSAGING
from tests.runtime.conftest import installation_keys, keyring, world

__all__ = ["installation_keys", "keyring", "world"]

QUICK = GatewaySettings(
    heartbeat_s=0.2, streams=4, streams_per_client=3, rate_per_s=10_000, burst=10_000
)


@pytest.fixture(scope="session")
def shared() -> Iterator[tuple[Messaging, str]]:
    """One gateway for the tests that leave nothing behind in it."""
    service = Messaging()
    with serving.running(create_app(service, [MESSAGING], QUICK)) as base:
        yield service, base


@pytest.fixture
def settings() -> GatewaySettings:
    """Tests that want other settings, or a gateway of their own, give others."""
    return QUICK


@pytest.fixture
def service(shared: tuple[Messaging, str], settings: GatewaySettings) -> Messaging:
    if settings is not QUICK:
        return Messaging()
    shared[0].reset()
    return shared[0]


@pytest.fixture
def address(
    shared: tuple[Messaging, str], service: Messaging, settings: GatewaySettings
) -> Iterator[str]:
    if settings is QUICK:
        yield shared[1]
        return
    with serving.running(create_app(service, [MESSAGING], settings)) as base:
        yield base


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=20) as made:
        yield made
