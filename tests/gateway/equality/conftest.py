"""A demo for those who compare what its transports answer."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.gateway.equality.demo import Demo
from tests.page.shared_demo import shared_demo


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a test run share."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return shared / "api"


@pytest.fixture(scope="session")
def demo(demo_folder: Path) -> Iterator[Demo]:
    """One demo for all processes of a test run."""
    with shared_demo(demo_folder) as data, closing(Demo(data)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _one_at_a_time(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let nobody else change the demo between two calls that are compared."""
    if "demo" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("demo")
    folder: Path = request.getfixturevalue("demo_folder")
    with (folder / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
