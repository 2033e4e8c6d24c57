"""One transaction that every `Database.brand` block of a call joins.

It is how an answer kept for replay commits together with the effect it answers for: the handler
opens and closes its blocks as ever, the pipeline adds the answer and commits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection, text

from services.runtime import calls

_SET_BRAND: Final = text("SELECT set_config('app.brand_id', :brand, true)")


class UnitOfWork:
    """The transaction of one call; not for use from several threads.

    Nothing is open until the first block. `first(connection)` then runs under `brand`, ahead of
    it; each block is a savepoint, so that a block whose error the handler survives leaves no rows.
    """

    def __init__(
        self,
        brand: str,
        begin: Callable[[], AbstractContextManager[Connection]],
        first: Callable[[Connection], None],
    ) -> None:
        self._call = calls.current()
        self._brand = brand
        self._begin = begin
        self._first = first
        self._open = ExitStack()
        self._connection: Connection | None = None
        self._set_to = brand

    def __enter__(self) -> Self:
        self._token = _unit.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _unit.reset(self._token)
        self._open.__exit__(kind, error, trace)

    @property
    def has_begun(self) -> bool:
        """Whether a transaction is open."""
        return self._connection is not None

    @contextmanager
    def join(self, brand: str) -> Iterator[Connection]:
        """Yield the call's transaction, seeing the rows of `brand`; undone alone on error."""
        connection = self._begun()
        outer = self._set_to
        with connection.begin_nested():
            self._set_brand(connection, brand)
            try:
                yield connection
            except BaseException:
                # Rolling back to the savepoint puts the setting back as well.
                self._set_to = outer
                raise
            self._set_brand(connection, outer)

    def _begun(self) -> Connection:
        if self._connection is None:
            self._connection = self._open.enter_context(self._begin())
            self._first(self._connection)
        return self._connection

    def _set_brand(self, connection: Connection, brand: str) -> None:
        if brand != self._set_to:
            connection.execute(_SET_BRAND, {"brand": brand})
            self._set_to = brand

    def belongs_to(self, call: calls.Context | None) -> bool:
        """Whether `call` is the one this was opened for: a call made within it is another."""
        return self._call is call


_unit: ContextVar[UnitOfWork | None] = ContextVar("luneo_unit_of_work", default=None)


def of_this_call() -> UnitOfWork | None:
    """Return the unit of work that the current call stands in, None where there is none."""
    unit = _unit.get()
    return unit if unit is not None and unit.belongs_to(calls.current()) else None
