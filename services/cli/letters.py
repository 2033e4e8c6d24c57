"""Commands about dead letters: queued work that was given up, kept until somebody sends it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from services.cli.console import answers, write_plain
from services.cli.exits import CommandError, Exit
from services.cli.options import AsJson, Data
from services.runtime.config import Settings
from services.runtime.database import Database
from services.runtime.errors import NotFound
from services.runtime.outbox import Outbox

Brand = Annotated[str, typer.Argument(help="Id of the brand.")]


def register(app: typer.Typer) -> None:
    letters = typer.Typer(no_args_is_help=True, help="Queued work that was given up.")
    letters.command("list")(list_letters)
    letters.command("replay")(replay)
    app.add_typer(letters, name="letters")


def list_letters(brand: Brand, as_json: AsJson = False, data: Data = None) -> None:
    """List a brand's dead letters, newest first: what was to be done, and why it was given up."""
    with _database(data) as database, database.brand(brand) as tx:
        found = Outbox().dead_letters(tx, brand=brand)
    if as_json:
        rows = [
            {
                "id": letter.message_id,
                "actor": letter.actor,
                "queue": letter.queue,
                "reason": letter.error_reason,
                "message": letter.error_message,
                "time": letter.update_time.isoformat(),
            }
            for letter in found
        ]
        write_plain(json.dumps(rows, indent=2) + "\n")
        return
    if not found:
        answers.print("No work of this brand was given up.")
        return
    for letter in found:
        when = letter.update_time.isoformat(timespec="seconds")
        answers.print(f"{letter.message_id}  {letter.actor}, given up {when}", markup=False)
        answers.print(f"    {letter.error_reason}: {letter.error_message}", markup=False)


def replay(
    brand: Brand,
    letter: Annotated[str, typer.Argument(help="Id of the letter, as `letters list` shows it.")],
    data: Data = None,
) -> None:
    """Send a dead letter again, with all its attempts."""
    with _database(data) as database:
        try:
            with database.brand(brand) as tx:
                Outbox().replay(tx, brand=brand, message_id=letter)
        except NotFound:
            raise CommandError(
                f"{brand} has no dead letter {letter}, or its work was started anew since. "
                f"See `luneo letters list {brand}`.",
                Exit.NO_INPUT,
            ) from None
    answers.print(f"{letter} is sent again.", markup=False)


@contextmanager
def _database(data: Path | None) -> Iterator[Database]:
    from services.cli.processes import connected
    from services.runtime import installation_keys

    settings = connected(Settings.from_environment(data=data), queue=False)
    database = Database.from_settings(settings, installation_keys.load(settings.keys_file))
    try:
        yield database
    finally:
        database.close()
