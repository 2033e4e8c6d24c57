"""What every test can ask for."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.servers"]

# A law that holds slowly on a busy machine still holds; a red build means that something changed.
settings.register_profile(
    "luneo", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("luneo")

# What is about root means nothing to anybody else.
collect_ignore = (
    [] if os.geteuid() == 0 else ["runtime/test_embedded_root.py", "runtime/test_confined_root.py"]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--golden",
        action="store_true",
        help="rewrite the golden files with what is made now; look at the difference before you commit it",
    )


@pytest.fixture(scope="session")
def rewrite_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten instead of compared."""
    return bool(request.config.getoption("--golden"))
