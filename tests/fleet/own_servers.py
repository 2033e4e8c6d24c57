"""PostgreSQL and Redis as an operator runs them: TCP, passwords, a user without rights.

Started from binaries in folders of their own; no service manager, no configuration of the system.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg import sql

from tests.platform.installation import free_port

START_LIMIT_S = 300.0
_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Postgres:
    """A cluster over TCP that asks everybody for a password (SCRAM).

    url: of its superuser, in the database `postgres`.
    """

    url: str

    def make_owner(self, name: str, attributes: str = "CREATEROLE") -> str:
        """Make a login and a database that it owns; return its URL there."""
        password = secrets.token_urlsafe(12)
        make_role = sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}").format(
            sql.Identifier(name),
            sql.SQL(attributes),  # type: ignore[arg-type]  # of the test's own
            sql.Literal(password),
        )
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(make_role)
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(name)
                )
            )
        return self.url_of(name, password, name)

    def url_of(self, user: str, password: str, database: str) -> str:
        """Return the URL of a login in a database."""
        place = urlsplit(self.url).netloc.rpartition("@")[2]
        return urlunsplit(("postgresql", f"{user}:{password}@{place}", f"/{database}", "", ""))

    def forget_roles(self, *names: str) -> None:
        """Drop these databases and logins, and the roles that migrations made."""
        made = ("luneo_service", "luneo_relay", "luneo_directory", "luneo_owner")
        with psycopg.connect(self.url, autocommit=True) as connection:
            for name in names:
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                connection.execute(drop.format(sql.Identifier(name)))
            for role in (*made, *names):
                if connection.execute(
                    "SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)
                ).rowcount:
                    named = sql.Identifier(role)
                    connection.execute(sql.SQL("DROP OWNED BY {}").format(named))
                    connection.execute(sql.SQL("DROP ROLE {}").format(named))


def debian_postgres() -> Path | None:
    """Return the folder of the newest PostgreSQL that the system has."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


def debian_redis() -> Path | None:
    """Return the system's Redis."""
    found = shutil.which("redis-server")
    return Path(found) if found else None


@contextmanager
def postgres(
    binaries: Path,
    *,
    authentication: str = "scram-sha-256",
    superuser: str = "admin",
    flags: Sequence[str] = (),
) -> Iterator[Postgres]:
    """A new cluster, gone at the end.

    binaries: the folder of `initdb` and `postgres`. flags: of the server, besides our own.
    """
    password = secrets.token_urlsafe(12)
    port = free_port()
    with _folder() as folder, ExitStack() as stack:
        (folder / "password").write_text(password)
        _give(folder / "password")
        _run(
            [binaries / "initdb", f"--pgdata={folder / 'data'}", f"--username={superuser}", "--no-sync",
             f"--auth={authentication}", f"--pwfile={folder / 'password'}", "--encoding=UTF8",
             "--locale=C"],
            folder,
        )  # fmt: skip
        options = {
            "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "",
            "max_connections": 300, "fsync": "off", "full_page_writes": "off",
        }  # fmt: skip
        command = [binaries / "postgres", "-D", folder / "data"]
        command += [*flags, *(f"--{name}={value}" for name, value in options.items())]
        child = stack.enter_context(_child(command, folder, signal.SIGINT))
        made = Postgres(f"postgresql://{superuser}:{password}@127.0.0.1:{port}/postgres")
        _until(lambda: psycopg.connect(made.url, connect_timeout=5).close(), psycopg.Error, child)
        yield made


@contextmanager
def redis_server(binary: Path) -> Iterator[str]:
    """A new Redis with a password; yield its URL."""
    password = secrets.token_urlsafe(12)
    port = free_port()
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    options = {
        "bind": "127.0.0.1", "port": port, "requirepass": password, "save": "",
        "maxmemory-policy": "noeviction",
    }  # fmt: skip
    with _folder() as folder:
        command: list[object] = [binary]
        for name, value in {**options, "dir": folder}.items():
            command += [f"--{name}", value]
        with _child(command, folder, signal.SIGTERM) as child:
            _until(lambda: _ping(url), redis.RedisError, child)
            yield url


def _ping(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        client.ping()


def _identity() -> dict[str, object]:
    """Who runs the servers: we, but never root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _give(path: Path) -> None:
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that the servers' user can reach, which pytest's own may not be."""
    with tempfile.TemporaryDirectory(prefix="luneo-own-", ignore_cleanup_errors=True) as name:
        _give(Path(name))
        yield Path(name)


def _run(command: Sequence[object], folder: Path) -> None:
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True,
        check=False, **_identity(),
    )  # type: ignore[call-overload]  # fmt: skip
    assert done.returncode == 0, done.stderr


@contextmanager
def _child(
    command: Sequence[object], folder: Path, stop: signal.Signals
) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(
            [str(part) for part in command], cwd=folder, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, **_identity(),
        )  # type: ignore[call-overload]  # fmt: skip
    try:
        yield child
    finally:
        child.send_signal(stop)
        with suppress(subprocess.TimeoutExpired):
            child.wait(20)
        if child.poll() is None:
            child.kill()
            child.wait()


def _until(
    works: Callable[[], None], error: type[Exception], child: subprocess.Popen[bytes]
) -> None:
    """Return once the server answers; it sends nobody a word when it does."""
    end = time.monotonic() + START_LIMIT_S
    while True:
        try:
            return works()
        except error:
            assert child.poll() is None, "the server ended while starting"
            assert time.monotonic() < end, "the server does not answer"
            time.sleep(_LOOK_S)
