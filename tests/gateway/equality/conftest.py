"""A demo for those who compare what its transports answer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.gateway.equality.demo import Demo
from tests.page.shared_demo import shared_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for all processes of a test run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with shared_demo(shared / "api") as data, closing(Demo(data)) as opened:
        yield opened
