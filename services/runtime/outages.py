"""What became of an exception that no handler expected: which of our parts failed, and how.

The caller learns whether and when to try again, never what the exception said.
"""

from __future__ import annotations

import asyncio
import errno
from typing import Final

import psycopg
import redis
import sqlalchemy.exc
from psycopg import errors as postgres

from services.runtime.errors import (
    Aborted,
    Cancelled,
    DeadlineExceeded,
    Internal,
    NotFound,
    ServiceError,
    Unavailable,
)


class DatabaseUnavailable(Unavailable):
    """PostgreSQL does not answer, is starting or has no connection left."""

    reason = "DATABASE_UNAVAILABLE"


class QueueUnavailable(Unavailable):
    """Redis does not answer or is loading."""

    reason = "QUEUE_UNAVAILABLE"


class DiskFull(Unavailable):
    """A disk of ours is full."""

    reason = "DISK_FULL"
    default_retry_after_s = 30.0


class RaceLost(Aborted):
    """The database chose another transaction over this one."""

    default_retry_after_s = 0.1


_LOST: Final = (
    psycopg.OperationalError,  # also: no connection, server starting, too many connections
    psycopg.InterfaceError,
    postgres.AdminShutdown,
    postgres.CrashShutdown,
    postgres.CannotConnectNow,
    postgres.ReadOnlySqlTransaction,
)


def service_error(error: BaseException) -> ServiceError:
    """Return the error that the caller sees for any exception."""
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, sqlalchemy.exc.TimeoutError):
        return DatabaseUnavailable()
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.orig is not None:
        return _of_database(error.orig)
    if isinstance(error, psycopg.Error):
        return _of_database(error)
    if isinstance(error, redis.ConnectionError | redis.TimeoutError):
        return QueueUnavailable()
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull()
    if isinstance(error, TimeoutError):
        return DeadlineExceeded()
    if isinstance(error, asyncio.CancelledError):
        return Cancelled()
    return Internal()


def _of_database(error: BaseException) -> ServiceError:
    if isinstance(error, postgres.QueryCanceled):
        return DeadlineExceeded()
    if isinstance(
        error, postgres.SerializationFailure | postgres.DeadlockDetected | postgres.LockNotAvailable
    ):
        return RaceLost()
    if isinstance(error, postgres.DiskFull):
        return DiskFull()
    if isinstance(error, postgres.ForeignKeyViolation) and _names_no_brand(error):
        return NotFound()
    return DatabaseUnavailable() if isinstance(error, _LOST) else Internal()


def _names_no_brand(error: postgres.ForeignKeyViolation) -> bool:
    """Whether a row was refused because its brand does not exist: the operator may name any."""
    return (error.diag.constraint_name or "").endswith("_brand_id_fkey")
