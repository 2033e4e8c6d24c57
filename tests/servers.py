"""Real PostgreSQL and Redis for tests: DATABASE_URL and REDIS_URL where set, else embedded ones.

Servers of one's own must be otherwise unused, and DATABASE_URL name a superuser: some tests cut
connections or look behind row level security. The services' roles must need no password there: each
test installation has keys, so passwords, of its own, and a cluster's roles have only one.

One pair of servers serves the whole run. Every pytest-xdist worker gets a database and a Redis
database of its own, made at its first use and dropped at its end.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
import pytest
import redis
from psycopg import sql

from services.runtime import embedded
from services.runtime.config import with_user

if TYPE_CHECKING:
    from services.runtime.confined import Confined

_STARTED = pytest.StashKey[ExitStack]()
_URLS = pytest.StashKey[tuple[str, str]]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:  # type: ignore[no-untyped-def]  # xdist has no types
    """Runs in the controller, once for each xdist worker, before that worker starts."""
    node.workerinput["servers"] = _urls(node.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _STARTED in config.stash:
        config.stash[_STARTED].close()


def _urls(config: pytest.Config) -> tuple[str, str]:
    """URLs of both servers, started by the first who asks in this process."""
    if hasattr(config, "workerinput"):
        return config.workerinput["servers"]  # type: ignore[no-any-return]
    if _URLS not in config.stash:
        urls = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
        if not all(urls):
            config.stash[_STARTED] = stack = ExitStack()
            folder = Path(tempfile.mkdtemp(prefix="luneo-tests-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            own = stack.enter_context(embedded.servers(folder, durable=False))
            urls = urls[0] or own.database_url, urls[1] or own.redis_url
        config.stash[_URLS] = urls
    return config.stash[_URLS]


NewDatabase = Callable[..., str]


@pytest.fixture(scope="session")
def new_database(pytestconfig: pytest.Config, worker_id: str) -> Iterator[NewDatabase]:
    """A function that makes a database and returns its URL as the owner's role.

    It is empty, or a copy of the one whose URL is `template`, to which nobody may be connected.
    """
    server, _ = _urls(pytestconfig)
    number = itertools.count()
    made: list[str] = []

    def make(template: str = "") -> str:
        name = f"luneo_test_{os.getpid()}_{worker_id}_{next(number)}"
        made.append(name)
        create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            source = sql.Identifier(urlsplit(template).path[1:])
            create += sql.SQL(" TEMPLATE {}").format(source)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(create)
        return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))

    yield make
    # A superuser: the owner may not end a connection of the services' roles, or an autovacuum.
    with psycopg.connect(as_superuser(server), autocommit=True) as connection:
        for name in made:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def migrated_database(new_database: NewDatabase) -> Callable[[], str]:
    """A function that makes a database at the newest migration, copied from one that was migrated.

    What runs the migrations again finds none to run; it still sets the roles' passwords.
    """
    import migrations

    migrated: list[str] = []

    def make() -> str:
        if not migrated:
            url = new_database()
            migrations.upgrade(url)
            migrated.append(url)
        return new_database(template=migrated[0])

    return make


@pytest.fixture(scope="session")
def upload_reader() -> Iterator[Confined]:
    """One reader of uploads for all installations of this process: importing decoders takes a second."""
    from services import composition

    with closing(composition.reader_of_uploads()) as made:
        yield made


@pytest.fixture(scope="session")
def postgres_url(new_database: Callable[[], str]) -> str:
    """An empty database of this worker alone, as the owner's role; kept for the session."""
    return new_database()


@pytest.fixture(scope="session")
def postgres_superuser_url(postgres_url: str) -> str:
    """The same database as a superuser: to look behind row level security and triggers."""
    return as_superuser(postgres_url)


def as_superuser(url: str) -> str:
    """Return the URL of the same database for somebody whom no right is missing."""
    return url if os.environ.get("DATABASE_URL") else with_user(url, "postgres")


@pytest.fixture(scope="session")
def redis_url(pytestconfig: pytest.Config, worker_id: str) -> Iterator[str]:
    """A Redis database of this worker alone, empty at the start and at the end of the session."""
    _, server = _urls(pytestconfig)
    number = 1 + int(worker_id.removeprefix("gw") or 0) if worker_id.startswith("gw") else 0
    query = urlencode({**dict(parse_qsl(urlsplit(server).query)), "db": str(number)})
    url = f"{server.partition('?')[0]}?{query}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()
