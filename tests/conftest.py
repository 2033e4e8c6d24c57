"""What every test can ask for."""

from __future__ import annotations

import os
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.servers", "tests.sharing"]

# A law that holds slowly on a busy machine still holds; a red build means that something changed.
settings.register_profile(
    "luneo", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("luneo")

_configure = structlog.configure


def _configure_anew(**options: Any) -> None:
    """Configure logs so that they can be configured again: a process does it once, tests do it often,
    and a logger that keeps what it was first used with says nothing to the next."""
    _configure(**{**options, "cache_logger_on_first_use": False})


structlog.configure = _configure_anew  # type: ignore[assignment]

# What is about root means nothing to anybody else.
collect_ignore = (
    [] if os.geteuid() == 0 else ["runtime/test_embedded_root.py", "runtime/test_confined_root.py"]
)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One more than there are processors for the slow tests: much of them waits for processes."""
    return (os.cpu_count() or 1) + 1 if config.option.markexpr == "slow" else None


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
