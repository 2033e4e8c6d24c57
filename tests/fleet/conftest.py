"""Servers that an operator would bring, and a fleet on them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.runtime.embedded.postgres import binaries_folder
from tests.fleet import own_servers
from tests.fleet.own_servers import Postgres


def required(found: Path | None, package: str) -> Path:
    """Return a program of the system; without it the test is skipped here and fails on CI."""
    if found is None:
        missing = f"needs the Debian package {package}"
        assert not os.environ.get("CI"), missing
        pytest.skip(missing)
    return found


@pytest.fixture(scope="module")
def debian() -> Iterator[Postgres]:
    """Debian's PostgreSQL."""
    with own_servers.postgres(required(own_servers.debian_postgres(), "postgresql")) as running:
        yield running


@pytest.fixture(scope="module", params=["debian", "newest"])
def cluster(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """Debian's PostgreSQL and the one that we embed, each over TCP with passwords."""
    binaries = (
        required(own_servers.debian_postgres(), "postgresql")
        if request.param == "debian"
        else binaries_folder()
    )
    with own_servers.postgres(binaries) as running:
        yield running


@pytest.fixture(scope="module")
def own_redis() -> Iterator[str]:
    """Debian's Redis."""
    with own_servers.redis_server(required(own_servers.debian_redis(), "redis-server")) as url:
        yield url
