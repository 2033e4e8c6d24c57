"""What may be written about an exception, in a log or to a caller's terminal.

PostgreSQL quotes what people typed: names and e-mail addresses in DETAIL and CONTEXT, values in the
message itself ("invalid input syntax …"), whole statements beside them. Of its errors only the
kind, the SQLSTATE and the names of constraint, table and column are told. Other exceptions say what
their authors wrote.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Final

import psycopg
import sqlalchemy.exc

_CAUSE: Final = "The above exception was the direct cause of the following exception:"
_CONTEXT: Final = "During handling of the above exception, another exception occurred:"
# Classes of SQLSTATE whose messages speak of the server alone: connections, logins, races,
# resources, states, an administrator's hand, the system (PostgreSQL, appendix A).
_OF_THE_SERVER: Final = ("08", "28", "3D", "40", "53", "55", "57", "58")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def told(error: BaseException) -> str:
    """Return one line about an error, without anything that a statement or a row held."""
    if isinstance(error, sqlalchemy.exc.StatementError):
        return _of_statement(error)
    if isinstance(error, psycopg.Error):
        return _of_database(error)
    return str(error)


def traced(exc_info: ExcInfo) -> str:
    """Return the traceback of an error and of those that it came from, each as `told` says it."""
    return "\n".join(_chain(exc_info[1], exc_info[2], set()))


def _of_statement(error: sqlalchemy.exc.StatementError) -> str:
    """SQLAlchemy's text would hold the statement, and the driver's own text."""
    origin = error.orig
    if isinstance(origin, psycopg.Error):
        return _of_database(origin)
    return f"a statement could not be sent: {type(origin).__name__}"


def _of_database(error: psycopg.Error) -> str:
    if error.sqlstate is None:
        return _of_driver(error)
    diagnosis = error.diag
    places = {
        "constraint": diagnosis.constraint_name,
        "table": diagnosis.table_name,
        "column": diagnosis.column_name,
    }
    parts = [
        f"SQLSTATE {error.sqlstate} ({type(error).__name__})",
        *(f"{place} {name}" for place, name in places.items() if name),
    ]
    if error.sqlstate[:2] in _OF_THE_SERVER and diagnosis.message_primary:
        parts.append(diagnosis.message_primary)
    return ", ".join(parts)


def _of_driver(error: psycopg.Error) -> str:
    """The driver speaks of connections, or of values; the server has said nothing."""
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return str(error).strip().split("\n", 1)[0]
    return "the driver refused a value or a statement"


def _chain(error: BaseException, trace: TracebackType | None, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before, words = error.__cause__, _CAUSE
    if before is None and not error.__suppress_context__:
        before, words = error.__context__, _CONTEXT
    if before is not None and id(before) not in seen:
        yield from _chain(before, before.__traceback__, seen)
        yield f"\n{words}\n"
    if trace is not None:
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(trace)).rstrip()
    said = told(error)
    yield f"{_kind(error)}: {said}" if said else _kind(error)
    if isinstance(error, BaseExceptionGroup):
        for number, part in enumerate(error.exceptions, 1):
            if id(part) not in seen:
                yield f"\n{number} of {len(error.exceptions)} in this group:\n"
                yield from _chain(part, part.__traceback__, seen)


def _kind(error: BaseException) -> str:
    kind = type(error)
    if kind.__module__ == "builtins":
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"
