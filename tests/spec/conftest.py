"""The spec service of a real process: PostgreSQL, objects in a folder, the whole pipeline."""

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
from tests.servers import as_superuser
from tests.spec.shop import MARK, Shop


@pytest.fixture(scope="session")
def database_url(migrated_database: Callable[[], str]) -> str:
    return migrated_database()


@pytest.fixture(scope="session")
def postgres_superuser_of(database_url: str) -> str:
    """The same database for somebody whom no right is missing."""
    return as_superuser(database_url)


@pytest.fixture(scope="session")
def process(
    database_url: str, upload_reader: Confined, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    data: Path = tmp_path_factory.mktemp("spec")
    settings = Settings.from_environment(
        {}, data=data, database_url=database_url, log_level="error"
    )
    migrations.upgrade(database_url, keys=installation_keys.load(settings.keys_file))
    with composition.process("tests", settings, ("spec", "snapshot"), reader=upload_reader) as made:
        yield made


@pytest.fixture(scope="session")
def shop(process: Process) -> Shop:
    """A brand with one font, shared by the tests that add products of their own."""
    made = Shop(process)
    made.add_font("sans", "noto-sans")
    return made


@pytest.fixture(scope="session")
def font(shop: Shop) -> str:
    return f"{shop.name}/fonts/noto-sans"


@pytest.fixture(scope="session")
def logo(shop: Shop) -> str:
    """The name of vector artwork of the brand."""
    return shop.add_asset(MARK, "mark").name


@pytest.fixture
def other(process: Process) -> Shop:
    """Another brand, empty."""
    return Shop(process)
