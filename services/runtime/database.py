"""Transactions of one brand in PostgreSQL, as a role that cannot see another brand's rows.

Every transaction begins with one round trip that opens it, sets `app.brand_id` for its length and
limits its statements to the time the caller has left. That trip also finds a connection that died
in the pool (a restarted server), so there is no ping before it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, LiteralString, TypeVar, cast

import psycopg
from psycopg import ClientCursor
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from sqlalchemy import Connection, Engine, create_engine, make_url

from services.runtime import calls, unit_of_work
from services.runtime.config import Settings, with_user
from services.runtime.errors import DeadlineExceeded
from services.runtime.installation_keys import InstallationKeys
from services.runtime.unit_of_work import UnitOfWork

OWNER: Final = "luneo_owner"
SERVICE: Final = "luneo_service"
RELAY: Final = "luneo_relay"
DIRECTORY: Final = "luneo_directory"

STATEMENT_LIMIT_S: Final = 30.0
POOL_WAIT_S: Final = 5.0
CONNECT_LIMIT_S: Final = 5

_BEGIN: Final = "BEGIN; SELECT set_config('statement_timeout', %(limit_ms)s, true)"
_BEGIN_BRAND: Final = (
    "BEGIN; SELECT set_config('statement_timeout', %(limit_ms)s, true), "
    "set_config('app.brand_id', %(brand)s, true)"
)
# Several statements in one message of the simple protocol are a transaction of their own: it needs
# no COMMIT, and an error in any of them rolls back all.
_READ: Final = (
    "SELECT set_config('statement_timeout', %(luneo_limit_ms)s, true), "
    "set_config('app.brand_id', %(luneo_brand)s, true); "
)

_LIMIT: Final = "SELECT set_config('statement_timeout', %(luneo_limit_ms)s, true); "
_SOUND: Final = (
    TransactionStatus.IDLE,
    TransactionStatus.INTRANS,
    TransactionStatus.INERROR,
)

_in_transaction: ContextVar[bool] = ContextVar("luneo_in_transaction", default=False)
_Result = TypeVar("_Result")


class StatementFailed(RuntimeError):
    """A database error was swallowed inside a transaction, which PostgreSQL would now roll back."""


def in_transaction() -> bool:
    """Whether the running code stands inside a transaction block of a `Database`."""
    return _in_transaction.get()


class Database:
    """Pools of connections, one per role; nothing connects before the first use.

    A call made by a service within a call takes its connections from a pool of its own, so that
    calls which hold one cannot wait for each other.
    """

    def __init__(
        self, url: str, keys: InstallationKeys | None = None, *, pool_size: int = 16
    ) -> None:
        """url: of the owner's login. keys: derive the passwords of the services' roles."""
        self._url = url
        self._keys = keys
        self._pool_size = pool_size
        self._engines: dict[tuple[str, int], Engine] = {}
        self._lock = threading.Lock()

    @classmethod
    def from_settings(cls, settings: Settings, keys: InstallationKeys) -> Database:
        return cls(settings.database_url, keys, pool_size=settings.database_pool)

    def url(self, role: str) -> str:
        """Return the URL by which `role` logs in to this database."""
        password = self._keys.role_password(role) if self._keys else ""
        return with_user(self._url, role, password)

    def connect(self, role: str) -> psycopg.Connection[tuple[Any, ...]]:
        """Return a connection outside the pools, in autocommit, for LISTEN. The caller closes it."""
        return psycopg.connect(
            self.url(role), autocommit=True, connect_timeout=CONNECT_LIMIT_S, application_name=role
        )

    @contextmanager
    def brand(self, brand: str) -> Iterator[Connection]:
        """Yield one transaction that sees this brand's rows only; commit, or roll back on error.

        Inside a `unit_of_work` of the same call the block is a savepoint of its transaction.
        """
        unit = unit_of_work.of_this_call()
        block = unit.join(_checked(brand)) if unit else self._transaction(SERVICE, brand)
        with _marked(), block as connection:
            yield connection

    @contextmanager
    def relay(self) -> Iterator[Connection]:
        """Yield one transaction of the role that sees ids and states of every brand's jobs."""
        with _marked(), self._transaction(RELAY) as connection:
            yield connection

    @contextmanager
    def directory(self) -> Iterator[Connection]:
        """Yield one transaction of the role that answers "whose is this?"."""
        with _marked(), self._transaction(DIRECTORY) as connection:
            yield connection

    def unit_of_work(self, brand: str, first: Callable[[Connection], None]) -> UnitOfWork:
        """Return the transaction that all `brand()` blocks of the current call are to join."""
        return UnitOfWork(_checked(brand), lambda: self._transaction(SERVICE, brand), first)

    def read_all(
        self, brand: str, sql: LiteralString, params: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """Return the rows of one statement under a brand, in a single round trip.

        sql: one statement with psycopg's named placeholders (`%(id)s`). For hot paths.
        """
        values = dict(params or {})
        unit = unit_of_work.of_this_call()
        if unit is not None and unit.has_begun:
            with unit.join(_checked(brand)) as connection:
                return _rows(_driver(connection), sql, values)
        values |= {"luneo_brand": _checked(brand), "luneo_limit_ms": _statement_limit_ms()}
        connection, rows = self._first_trip(SERVICE, lambda d: _rows(d, _READ + sql, values))
        connection.close()
        return rows

    def read_one(
        self, brand: str, sql: LiteralString, params: Mapping[str, Any] | None = None
    ) -> dict[str, Any] | None:
        """Return the first row as in `read_all`, or None."""
        rows = self.read_all(brand, sql, params)
        return rows[0] if rows else None

    def directory_all(
        self, sql: LiteralString, params: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """Return the rows of one statement of the directory's role, in a single round trip."""
        values = {**(params or {}), "luneo_limit_ms": _statement_limit_ms()}
        connection, rows = self._first_trip(DIRECTORY, lambda d: _rows(d, _LIMIT + sql, values))
        connection.close()
        return rows

    def close(self) -> None:
        """Close every pooled connection that is not in use."""
        with self._lock:
            for engine in self._engines.values():
                engine.dispose()
            self._engines.clear()

    @contextmanager
    def _transaction(self, role: str, brand: str | None = None) -> Iterator[Connection]:
        values: dict[str, Any] = {"limit_ms": _statement_limit_ms()}
        statement = _BEGIN
        if brand is not None:
            statement, values["brand"] = _BEGIN_BRAND, _checked(brand)
        connection, _ = self._first_trip(role, lambda d: ClientCursor(d).execute(statement, values))
        try:
            with connection.begin():
                yield connection
                if _driver(connection).info.transaction_status is TransactionStatus.INERROR:
                    raise StatementFailed("an error inside a transaction was not passed on")
        finally:
            connection.close()

    def _first_trip(
        self, role: str, trip: Callable[[psycopg.Connection[Any]], _Result]
    ) -> tuple[Connection, _Result]:
        """Return a pooled connection and what the first trip over it gave.

        A connection that turns out to have died in the pool is replaced, once: nothing was done.
        """
        engine = self._engine(role)
        for last_try in (False, True):
            connection = engine.connect()
            driver = _driver(connection)
            try:
                return connection, trip(driver)
            except BaseException as error:
                died = isinstance(error, psycopg.OperationalError) and driver.closed
                if driver.info.transaction_status not in _SOUND:
                    connection.invalidate()
                connection.close()
                if last_try or not died:
                    raise
                engine.dispose()
        raise AssertionError("the last try returns or raises")

    def _engine(self, role: str) -> Engine:
        call = calls.current()
        place = (role, call.depth if call else 0)
        engine = self._engines.get(place)
        if engine is None:
            with self._lock:
                engine = self._engines.get(place) or self._new_engine(role)
                self._engines[place] = engine
        return engine

    def _new_engine(self, role: str) -> Engine:
        return create_engine(
            make_url(self.url(role)).set(drivername="postgresql+psycopg"),
            pool_size=self._pool_size,
            max_overflow=0,
            pool_timeout=POOL_WAIT_S,
            pool_recycle=1800,
            pool_use_lifo=True,
            hide_parameters=True,  # an error must not carry what people typed into the log
            connect_args={
                "autocommit": True,  # `_BEGIN` opens transactions; the driver must not.
                "application_name": role,
                "connect_timeout": CONNECT_LIMIT_S,
                "keepalives_idle": 30,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": 30_000,  # a server that is gone without a word, in ms
            },
        )


def in_one_trip(
    tx: Connection, statements: LiteralString, params: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the rows of the last of some statements of a transaction, sent in one message."""
    return _rows(_driver(tx), statements, dict(params))


def _checked(brand: str) -> str:
    if not brand:
        raise ValueError("a transaction needs a brand")
    return brand


@contextmanager
def _marked() -> Iterator[None]:
    token = _in_transaction.set(True)
    try:
        yield
    finally:
        _in_transaction.reset(token)


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


def _rows(
    driver: psycopg.Connection[Any], statement: LiteralString, values: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the rows of the last of the statements."""
    cursor = ClientCursor(driver, row_factory=dict_row)
    cursor.execute(statement, values)
    while cursor.nextset():
        pass
    return cursor.fetchall()


def _statement_limit_ms() -> str:
    """Return the time that the current call has left, at most the limit of a statement."""
    call = calls.current()
    left_s = (
        STATEMENT_LIMIT_S if call is None else min(call.deadline.remaining_s(), STATEMENT_LIMIT_S)
    )
    if left_s <= 0:
        raise DeadlineExceeded
    return str(max(1, int(left_s * 1000)))
