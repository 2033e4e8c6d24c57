"""A whole installation in this process, on real servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import migrations
from services import composition
from services.composition import Process
from services.runtime import installation_keys
from services.runtime.config import Settings
from services.runtime.confined import Confined
from tests.flows.house import Brand, working


@pytest.fixture(scope="module")
def house(
    migrated_database: Callable[[], str],
    redis_url: str,
    upload_reader: Confined,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Process]:
    """Every service, with a relay and a worker.

    For one module: threads that go on beside other tests would disturb those that watch the
    process, such as the property tests, which watch its random numbers.
    """
    data: Path = tmp_path_factory.mktemp("house")
    url = migrated_database()
    settings = Settings.from_environment(
        {}, data=data, database_url=url, redis_url=redis_url, log_level="error"
    )
    migrations.upgrade(url, keys=installation_keys.load(settings.keys_file))
    with (
        composition.process("tests", settings, reader=upload_reader) as process,
        working(process, redis_url),
    ):
        yield process


@pytest.fixture
def brand(house: Process) -> Brand:
    """A brand of its own for each test."""
    return Brand(house)


@pytest.fixture(scope="module")
def acme(house: Process) -> Brand:
    """A brand with a published plate, shared by tests that only add to it."""
    return Brand(house)


@pytest.fixture(scope="module")
def plate(acme: Brand) -> str:
    """The plate's published revision."""
    return acme.plate()
