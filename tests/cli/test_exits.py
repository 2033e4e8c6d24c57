"""The exit code tells the kind of an error, and the error is a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
import redis

from services.cli import installation
from services.cli.exits import CommandError, Exit
from services.runtime.config import SettingsError
from services.runtime.embedded import EmbeddedError
from services.runtime.ports import PortTaken
from services.runtime.supervisor import AlreadyRunning, SupervisorError
from tests.cli.conftest import Command

PERSON = "zoe@example.org"
README = Path(__file__).resolve().parents[2] / "services" / "cli" / "README.md"


def raising(error: BaseException) -> Callable[..., NoReturn]:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail


@pytest.fixture
def ended_by(
    luneo: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, str]]:
    """Let a command end by an error; return its exit code and what it says."""

    def end(error: BaseException, **environment: str) -> tuple[int, str]:
        monkeypatch.setattr(installation.State, "read", raising(error))
        done = luneo("status", "--data", str(tmp_path), **environment)
        assert not done.stdout
        return done.returncode, done.stderr

    return end


def test_every_exit_code_is_documented() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \| \S", README.read_text("utf-8"), re.MULTILINE)
    documented = [int(code) for row in rows for code in row.split(", ")]
    assert documented == sorted(Exit)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CommandError("It cannot be.", Exit.CANNOT_WRITE), Exit.CANNOT_WRITE),
        (SettingsError("LUNEO_PORT", "Name a number."), Exit.BAD_SETTING),
        (AlreadyRunning("It runs."), Exit.IN_USE),
        (PortTaken("Port 1 is taken."), Exit.IN_USE),
        (SupervisorError("It does not start."), Exit.UNAVAILABLE),
        (EmbeddedError("There is no server."), Exit.UNAVAILABLE),
        (psycopg.OperationalError("connection refused"), Exit.UNAVAILABLE),
        (redis.ConnectionError("connection refused"), Exit.UNAVAILABLE),
        (ZeroDivisionError("division by zero"), Exit.DEFECT),
        (KeyboardInterrupt(), Exit.INTERRUPTED),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, BaseException) else "",
)
def test_an_error_ends_with_the_code_of_its_kind(
    ended_by: Callable[..., tuple[int, str]], error: BaseException, code: Exit
) -> None:
    found, said = ended_by(error)
    assert found == code
    assert "Traceback" not in said
    if said:
        assert said.startswith("luneo: ")
        assert said.endswith(".\n")


def test_a_defect_asks_for_a_report_and_shows_itself_when_asked(
    ended_by: Callable[..., tuple[int, str]],
) -> None:
    defect = ZeroDivisionError("division by zero")
    _, said = ended_by(defect)
    assert "LUNEO_LOG_LEVEL=debug shows where" in said
    _, said = ended_by(defect, LUNEO_LOG_LEVEL="debug")
    assert "Traceback (most recent call last)" in said


@pytest.mark.parametrize("level", ["info", "debug"])
def test_a_database_s_error_says_nothing_of_a_row(
    ended_by: Callable[..., tuple[int, str]], postgres_url: str, level: str
) -> None:
    with psycopg.connect(postgres_url) as connection, pytest.raises(psycopg.Error) as failed:
        connection.execute("SELECT CAST(%s AS integer)", (PERSON,))
    code, said = ended_by(failed.value, LUNEO_LOG_LEVEL=level)
    assert code == Exit.DEFECT
    assert "SQLSTATE 22P02" in said
    assert PERSON not in said
