"""A demo of their own: what is made up and spoilt changes what others compare."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.gateway.equality.conftest import _one_at_a_time, demo

__all__ = ["_one_at_a_time", "demo"]


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a test run share."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return shared / "fuzz"
