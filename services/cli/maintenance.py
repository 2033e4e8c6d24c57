"""Commands that take an installation out of service for a while, and back."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.console import answers, write_plain
from services.cli.options import AsJson, Data
from services.runtime.config import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from redis import Redis


def register(app: typer.Typer) -> None:
    maintenance = typer.Typer(no_args_is_help=True, help="Refusing calls while work is done.")
    maintenance.command("on")(switch_on)
    maintenance.command("off")(switch_off)
    maintenance.command("status")(status)
    app.add_typer(maintenance, name="maintenance")


def switch_on(
    reads: Annotated[
        bool, typer.Option("--reads", help="Let calls that change nothing go on.")
    ] = False,
    minutes: Annotated[
        float | None, typer.Option(min=1, help="After which clients should come back.")
    ] = None,
    data: Data = None,
) -> None:
    """Have every gateway answer calls with 503, within a second. It does not end by itself."""
    from gateway.edge.maintenance import KEY, Maintenance

    until_s = None if minutes is None else time.time() + 60 * minutes
    with _queue(data) as redis:
        redis.set(KEY, Maintenance(reads, until_s).to_json())
    what = "Calls that change something are" if reads else "Calls are"
    answers.print(f"{what} refused at every gateway. `luneo maintenance off` ends it.")


def switch_off(data: Data = None) -> None:
    """Have every gateway answer again, within a second."""
    from gateway.edge.maintenance import KEY

    with _queue(data) as redis:
        was_on = bool(redis.delete(KEY))
    answers.print("Calls are answered again." if was_on else "There was no maintenance.")


def status(as_json: AsJson = False, data: Data = None) -> None:
    """Say whether calls are refused."""
    from gateway.edge.maintenance import KEY, from_json

    with _queue(data) as redis:
        found = from_json(redis.get(KEY))
    until = found and found.until_s and datetime.fromtimestamp(found.until_s, UTC).isoformat()
    if as_json:
        shown = {"on": found is not None, "reads": bool(found and found.reads), "until": until}
        write_plain(json.dumps(shown) + "\n")
        return
    if found is None:
        answers.print("Calls are answered.")
        return
    kept = "; calls that change nothing go on" if found.reads else ""
    answers.print(f"Maintenance{kept}. To be over: {until or 'not said'}.")


@contextmanager
def _queue(data: Path | None) -> Iterator[Redis]:
    import redis

    from services.cli.processes import connected

    settings = connected(Settings.from_environment(data=data))
    with redis.Redis.from_url(settings.redis_url, socket_timeout=5) as client:
        yield client
