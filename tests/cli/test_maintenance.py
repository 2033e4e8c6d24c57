"""Maintenance is switched on and off by the command line, for every gateway."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from services.cli.exits import Exit
from tests.cli.conftest import Command


@pytest.fixture
def switch(luneo: Command, redis_url: str) -> Iterator[Command]:
    environment = {"REDIS_URL": redis_url, "DATABASE_URL": "postgresql://127.0.0.1:1/none"}

    def run(*arguments: str) -> object:
        done = luneo("maintenance", *arguments, **environment)
        assert done.returncode == Exit.OK, done.stderr
        return done.stdout

    yield run  # type: ignore[misc]
    run("off")


def test_maintenance_goes_on_until_it_is_switched_off(switch: Command) -> None:
    assert json.loads(switch("status", "--json")) == {"on": False, "reads": False, "until": None}
    assert "refused at every gateway" in switch("on", "--reads", "--minutes", "10")
    found = json.loads(switch("status", "--json"))
    assert (found["on"], found["reads"]) == (True, True)
    left = datetime.fromisoformat(found["until"]) - datetime.now(UTC)
    assert timedelta(minutes=5) < left <= timedelta(minutes=10)
    assert "calls that change nothing go on" in switch("status")
    assert "answered again" in switch("off")
    assert "no maintenance" in switch("off")
    assert "Calls are answered." in switch("status")


def test_without_a_queue_the_command_says_what_is_missing(luneo: Command) -> None:
    done = luneo(
        "maintenance",
        "on",
        REDIS_URL="redis://127.0.0.1:1",
        DATABASE_URL="postgresql://127.0.0.1:1/n",
    )
    assert done.returncode == Exit.UNAVAILABLE
    assert "REDIS_URL" in done.stderr
