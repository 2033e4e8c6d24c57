"""Runs the migrations: `luneo migrate`, `luneo up` and the tests come through here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from migrations import roles
from services.runtime.database import OWNER
from services.runtime.installation_keys import InstallationKeys

_FOLDER: Final = Path(__file__).parent
_LOCK: Final = 0x6C756E656F  # "luneo"
LOCK_TIMEOUT_MS: Final = 5_000
STATEMENT_TIMEOUT_MS: Final = 60_000
# Alembic keeps the run that it is in, where `op` finds it, for the whole process.
_one_at_a_time = threading.Lock()


def run(
    direction: Literal["upgrade", "downgrade"],
    url: str,
    revision: str = "head",
    keys: InstallationKeys | None = None,
) -> None:
    """Bring the database at `url` to a revision ("head", "base" or a number).

    url: of a login that owns the database, or may create roles. keys: give the services' roles
    their passwords; without them the roles log in only where the server asks for none.
    Two runs at once wait for each other.
    """
    with _connected(url) as connection:
        roles.ensure(connection, keys)
        connection.execute(text(f"SET ROLE {OWNER}"))
        connection.commit()
        config = _config()
        config.attributes["connection"] = connection
        with _one_at_a_time:
            (command.upgrade if direction == "upgrade" else command.downgrade)(config, revision)


def upgrade(url: str, revision: str = "head", keys: InstallationKeys | None = None) -> None:
    """Run every migration up to `revision`."""
    run("upgrade", url, revision, keys)


def downgrade(url: str, revision: str = "base", keys: InstallationKeys | None = None) -> None:
    """Undo every migration after `revision`. The roles stay: they belong to the cluster."""
    run("downgrade", url, revision, keys)


def pending(url: str) -> list[str]:
    """Return the numbers of the migrations that the database at `url` has not run, oldest first."""
    script = ScriptDirectory.from_config(_config())
    with _connected(url) as connection:
        current = MigrationContext.configure(connection).get_current_revision() or "base"
    newer = script.iterate_revisions("head", current)
    return [revision.revision for revision in newer][::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """Yield a connection that holds the lock of migrations until it is closed."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        connect_args={"application_name": "luneo_migrations", "connect_timeout": 10},
    )
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.execute(text(f"SET lock_timeout = {LOCK_TIMEOUT_MS}"))
        connection.execute(text(f"SET statement_timeout = {STATEMENT_TIMEOUT_MS}"))
        connection.commit()
        yield connection
    engine.dispose()
