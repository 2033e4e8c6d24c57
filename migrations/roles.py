"""The four roles of the database. They belong to the cluster, so they are ensured before every run
of the migrations and never dropped by one: another database of the cluster may use them too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from psycopg import sql
from psycopg.errors import DuplicateObject, UniqueViolation
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from services.runtime.database import DIRECTORY, OWNER, RELAY, SERVICE
from services.runtime.installation_keys import InstallationKeys

LOGINS: Final = (SERVICE, RELAY, DIRECTORY)
_ATTRIBUTES: Final = "NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
_TRIES: Final = 20


def ensure(connection: Connection, keys: InstallationKeys | None) -> None:
    """Create what is missing, let this login act as the owner, set the passwords.

    Several databases of one cluster may do so at the same moment.
    """
    for role in (OWNER, *LOGINS):
        login = "LOGIN" if role in LOGINS else "NOLOGIN"
        if not _exists(connection, role):
            _patiently(connection, f"CREATE ROLE {role} {login} {_ATTRIBUTES}")
    if not _may_act_as_owner(connection):
        _patiently(connection, f"GRANT {OWNER} TO CURRENT_USER")
    _patiently(connection, f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}")
    _patiently(connection, f"GRANT USAGE ON SCHEMA public TO {', '.join(LOGINS)}")
    if keys is not None:
        for role in LOGINS:
            _patiently(connection, _password_statement(connection, role, keys.role_password(role)))


def _exists(connection: Connection, role: str) -> bool:
    found = connection.execute(
        text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}
    ).first()
    return found is not None


def _may_act_as_owner(connection: Connection) -> bool:
    member = connection.execute(
        text("SELECT pg_has_role(CURRENT_USER, :role, 'MEMBER')"), {"role": OWNER}
    )
    return bool(member.scalar_one())


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
