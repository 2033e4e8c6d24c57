"""Servers that an operator would bring, a fleet on them, and a brand of it.

A module says which fleet it looks at by a fixture `running`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from services.runtime.embedded.postgres import binaries_folder
from tests.fleet import own_servers
from tests.fleet.brand import OverGrpc, brand_of
from tests.fleet.fleet import Fleet, fleet
from tests.fleet.own_servers import Postgres
from tests.platform.installation import luneo
from tests.system import needed

StartFleet = Callable[..., AbstractContextManager[Fleet]]


@pytest.fixture(scope="module")
def debian() -> Iterator[Postgres]:
    """Debian's PostgreSQL."""
    with own_servers.postgres(
        needed(own_servers.debian_postgres(), "Debian's package postgresql")
    ) as running:
        yield running


@pytest.fixture(scope="module", params=["debian", "newest"])
def cluster(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """Debian's PostgreSQL and the one that we embed, each over TCP with passwords."""
    binaries = (
        needed(own_servers.debian_postgres(), "Debian's package postgresql")
        if request.param == "debian"
        else binaries_folder()
    )
    with own_servers.postgres(binaries) as running:
        yield running


@pytest.fixture(scope="module")
def own_redis() -> Iterator[str]:
    """Debian's Redis."""
    with own_servers.redis_server(
        needed(own_servers.debian_redis(), "Debian's package redis-server")
    ) as url:
        yield url


@pytest.fixture(scope="module")
def start_fleet(
    debian: Postgres, own_redis: str, tmp_path_factory: pytest.TempPathFactory
) -> StartFleet:
    """A function that starts a fleet with a database and a data folder of a name."""

    def start(name: str, **options: Any) -> AbstractContextManager[Fleet]:
        servers = {"DATABASE_URL": debian.make_owner(name), "REDIS_URL": own_redis}
        return fleet(tmp_path_factory.mktemp(name), servers, **options)

    return start


@pytest.fixture(scope="module")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority and certificates of every process."""
    folder = tmp_path_factory.mktemp("authority")
    done = luneo("certs", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def acme(running: Fleet) -> Iterator[OverGrpc]:
    """A brand that the operator made."""
    with brand_of(running) as made:
        yield made


@pytest.fixture(scope="module")
def plate(acme: OverGrpc) -> str:
    """The name of a published revision with one text zone."""
    return acme.plate()
