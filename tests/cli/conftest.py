"""The command line within this process, as fast as a function."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from services.cli import main
from tests.cli.serving import Server, serving


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, with the names that `subprocess` gives."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Ended]


@pytest.fixture
def luneo(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command to its end; keyword arguments are variables of the environment."""

    def run(*arguments: str, **environment: str) -> Ended:
        capfd.readouterr()
        with monkeypatch.context() as patch:
            for name in os.environ:
                if name.startswith("LUNEO_") or name in ("DATABASE_URL", "REDIS_URL"):
                    patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["luneo", *arguments])
            with pytest.raises(SystemExit) as ended:
                main()
        said = capfd.readouterr()
        return Ended(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture(scope="module")
def server(
    migrated_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server that commands find by its `environment`, for one module."""
    with serving(tmp_path_factory.mktemp("cli"), migrated_database(), redis_url) as made:
        yield made
