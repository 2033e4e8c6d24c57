"""Dead letters are listed with their reasons and sent again by the command line."""

from __future__ import annotations

import json

import psycopg
import pytest

from services.cli.exits import Exit
from services.runtime import names
from services.runtime.outbox import Outbox
from tests.cli.conftest import Command
from tests.cli.serving import Server


@pytest.fixture
def letter(server: Server) -> tuple[str, str]:
    """A brand and the id of its dead letter."""
    brand = f"b{names.new_id()}"
    database = server.process.runtime.database
    with database.brand(brand) as tx:
        Outbox().send(tx, brand=brand, queue="cleanup", actor="a.b", args={}, cause="test:letter")
    with psycopg.connect(database.url("luneo_owner")) as connection:
        connection.execute("SELECT set_config('app.brand_id', %s, false)", (brand,))
        row = connection.execute(
            "UPDATE outbox SET state = 'dead', error_reason = 'BROKEN', "
            "error_message = 'It broke.' WHERE brand_id = %s RETURNING message_id",
            (brand,),
        ).fetchone()
        assert row is not None
        return brand, str(row[0])


def test_a_dead_letter_is_listed_with_its_reason(
    luneo: Command, server: Server, letter: tuple[str, str]
) -> None:
    brand, message = letter
    done = luneo("letters", "list", brand, "--json", **server.environment)
    assert done.returncode == Exit.OK, done.stderr
    (found,) = json.loads(done.stdout)
    assert (found["id"], found["actor"]) == (message, "a.b")
    assert (found["reason"], found["message"]) == ("BROKEN", "It broke.")
    assert message in luneo("letters", "list", brand, **server.environment).stdout


def test_a_replayed_letter_waits_again_and_is_dead_no_more(
    luneo: Command, server: Server, letter: tuple[str, str]
) -> None:
    brand, message = letter
    done = luneo("letters", "replay", brand, message, **server.environment)
    assert done.returncode == Exit.OK, done.stderr
    assert "No work" in luneo("letters", "list", brand, **server.environment).stdout
    again = luneo("letters", "replay", brand, message, **server.environment)
    assert again.returncode == Exit.NO_INPUT
    assert "luneo letters list" in again.stderr


def test_another_brands_letter_cannot_be_sent_again(
    luneo: Command, server: Server, letter: tuple[str, str]
) -> None:
    done = luneo("letters", "replay", f"b{names.new_id()}", letter[1], **server.environment)
    assert done.returncode == Exit.NO_INPUT
