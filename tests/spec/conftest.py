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
from tests.spec.shop import Shop

SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" width="10mm" height="10mm" viewBox="0 0 10 10">'
MARK = SQUARE + b'<path d="M1 1H9V9H1Z" fill="#b00020"/></svg>'
OTHER_MARK = SQUARE + b'<circle cx="5" cy="5" r="4"/></svg>'


@pytest.fixture(scope="session")
def process(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    data: Path = tmp_path_factory.mktemp("spec")
    url = new_database()
    settings = Settings.from_environment({}, data=data, database_url=url, log_level="error")
    migrations.upgrade(url, keys=installation_keys.load(settings.keys_file))
    with composition.process("tests", settings, ("spec",)) as made:
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
