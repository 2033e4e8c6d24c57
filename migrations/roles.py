"""The four roles of the database. They belong to the cluster, so they are ensured before every run
of the migrations and never dropped by one: another database of the cluster may use them too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from psycopg import sql
from psycopg.errors import DuplicateObject, InsufficientPrivilege, UniqueViolation
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from services.runtime.database import DIRECTORY, OWNER, RELAY, SERVICE
from services.runtime.installation_keys import InstallationKeys

LOGINS: Final = (SERVICE, RELAY, DIRECTORY)
_ATTRIBUTES: Final = "NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
_TRIES: Final = 20
_GRANT_ON_SCHEMA: Final = "grant rights on the schema public"
_SET_OPTION_SINCE: Final = 16  # before, whoever is a member may act as the role


class RightsMissing(Exception):
    """This login may not prepare the database; `str()` says what a superuser has to run."""


def ensure(connection: Connection, keys: InstallationKeys | None) -> None:
    """Create what is missing, let this login act as the owner, set the passwords.

    Several databases of one cluster may do so at the same moment. Raises RightsMissing.
    """
    login, database = _place(connection)
    for role in (OWNER, *LOGINS):
        if not _exists(connection, role):
            kind = "LOGIN" if role in LOGINS else "NOLOGIN"
            with _needs(f"create the role {role}", f"ALTER ROLE {login} CREATEROLE"):
                _patiently(connection, f"CREATE ROLE {role} {kind} {_ATTRIBUTES}")
    if not _may_act_as_owner(connection):
        with _needs(f"act as {OWNER}", f"GRANT {OWNER} TO {login}"):
            _patiently(connection, f"GRANT {OWNER} TO CURRENT_USER")
    with _needs(_GRANT_ON_SCHEMA, f"ALTER DATABASE {database} OWNER TO {login}"):
        _patiently(connection, f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}")
        _patiently(connection, f"GRANT USAGE ON SCHEMA public TO {', '.join(LOGINS)}")
    if not _owner_may_create(connection):  # the server only warns who has no right to grant
        raise _missing(_GRANT_ON_SCHEMA, f"ALTER DATABASE {database} OWNER TO {login}")
    if keys is None:
        return
    for role in LOGINS:
        with _needs(f"set the password of {role}", f"GRANT {role} TO {login} WITH ADMIN OPTION"):
            _patiently(connection, _password_statement(connection, role, keys.role_password(role)))


@contextmanager
def _needs(what: str, remedy: str) -> Iterator[None]:
    """Turn a refusal by the server into what has to be run about it."""
    try:
        yield
    except DBAPIError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        raise _missing(what, remedy) from error


def _missing(what: str, remedy: str) -> RightsMissing:
    return RightsMissing(f"The database login may not {what}. Run as a superuser: {remedy};")


def _owner_may_create(connection: Connection) -> bool:
    found = connection.execute(
        text("SELECT has_schema_privilege(:role, 'public', 'CREATE')"), {"role": OWNER}
    )
    return bool(found.scalar_one())


def _place(connection: Connection) -> tuple[str, str]:
    """Return the login and the database, quoted where SQL needs it."""
    found = connection.execute(
        text("SELECT quote_ident(current_user), quote_ident(current_database())")
    ).one()
    return found[0], found[1]


def _exists(connection: Connection, role: str) -> bool:
    found = connection.execute(
        text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}
    ).first()
    return found is not None


def _may_act_as_owner(connection: Connection) -> bool:
    """Whether SET ROLE will be allowed: who created a role need not be able to become it."""
    major = (connection.dialect.server_version_info or (0,))[0]
    right = "SET" if int(major) >= _SET_OPTION_SINCE else "MEMBER"
    found = connection.execute(
        text("SELECT pg_has_role(CURRENT_USER, :role, :right)"), {"role": OWNER, "right": right}
    )
    return bool(found.scalar_one())


def _password_statement(connection: Connection, role: str, password: str) -> str:
    statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(
        sql.Identifier(role), sql.Literal(password)
    )
    return statement.as_string(connection.connection.driver_connection)


def _patiently(connection: Connection, statement: str) -> None:
    """Run a statement on the cluster's catalogue, again if another database's run got between."""
    _again(connection, lambda: connection.exec_driver_sql(statement.replace("%", "%%")))


def _again(connection: Connection, work: Callable[[], object]) -> None:
    for attempt in range(_TRIES):
        try:
            work()
        except DBAPIError as error:
            connection.rollback()
            if isinstance(error.orig, DuplicateObject | UniqueViolation):
                return
            raced = "tuple concurrently" in str(error.orig)
            if not raced or attempt == _TRIES - 1:
                raise
            time.sleep(0.05)
        else:
            connection.commit()
            return
