"""What a caller is told, and what becomes of exceptions that nobody expected."""

from __future__ import annotations

import asyncio
import errno
import socket
from pathlib import Path

import psycopg
import pytest
import redis
import sqlalchemy.exc
from grpc import StatusCode

from services.runtime import errors, outages
from services.runtime.calls import Context, working_on
from services.runtime.database import Database
from services.runtime.errors import (
    Conflict,
    InvalidArgument,
    NotFound,
    ServiceError,
    Unavailable,
    Violation,
    from_status,
    to_status,
)


def every_kind() -> list[type[ServiceError]]:
    found, left = [], [ServiceError]
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        found.append(kind)
    return [kind for kind in found if kind.__module__ == "services.runtime.errors"]


@pytest.mark.parametrize("kind", every_kind())
def test_every_error_has_a_reason_and_a_sentence(kind: type[ServiceError]) -> None:
    assert kind.reason == kind.reason.upper()
    assert kind.message.endswith(".")


def test_an_error_survives_the_way_to_the_caller_and_back() -> None:
    violations = [Violation("a.b[2]", "TOO_LONG", "Too long."), Violation("", "ODD", "Odd.")]
    sent = InvalidArgument("Two things are wrong.", violations=violations, limit=3)
    got = from_status(to_status(sent, "c-1"))
    assert type(got) is InvalidArgument
    assert got.violations == sent.violations
    assert (got.public_message, got.metadata) == ("Two things are wrong.", {"limit": "3"})


def test_the_seconds_to_wait_survive_too() -> None:
    got = from_status(to_status(Unavailable(retry_after_s=2.25)))
    assert got.retry_after_s == 2.25


def test_not_found_says_the_same_whatever_was_not_found() -> None:
    class SpecNotFound(NotFound):
        reason = "SPEC_NOT_FOUND"
        message = "That spec is unknown."

    plain = to_status(NotFound(), "c").SerializeToString()
    assert to_status(SpecNotFound("brands/x/specs/y", spec="y"), "c").SerializeToString() == plain


def test_a_conflict_names_the_current_etag() -> None:
    got = from_status(to_status(Conflict("now")))
    assert (got.code, got.metadata) == (StatusCode.ABORTED, {"etag": "now"})


def test_a_status_of_nobody_s_is_internal() -> None:
    assert from_status(errors.status_pb2.Status(code=2)).code is StatusCode.INTERNAL


def test_the_text_of_an_unexpected_exception_stays_inside() -> None:
    seen = outages.service_error(ValueError("password=hunter2"))
    assert seen.code is StatusCode.INTERNAL
    assert "hunter2" not in str(to_status(seen, "c"))


def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    gone = Database(f"postgresql://luneo_owner@/none?host={tmp_path}")
    with pytest.raises(sqlalchemy.exc.OperationalError) as block, gone.brand("a"):
        pass
    with pytest.raises(sqlalchemy.exc.OperationalError) as trip:
        gone.read_all("a", "SELECT 1")
    for caught in (block.value, trip.value):
        seen = outages.service_error(caught)
        assert (seen.code, seen.public_reason) == (StatusCode.UNAVAILABLE, "DATABASE_UNAVAILABLE")
        assert seen.retry_after_s


def test_a_pool_that_is_used_up_is_unavailable(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.runtime.database.POOL_WAIT_S", 0.05)
    small = Database(migrated_url, pool_size=1)
    with small.brand("a"), pytest.raises(sqlalchemy.exc.TimeoutError) as caught, small.brand("a"):
        pass
    assert outages.service_error(caught.value).code is StatusCode.UNAVAILABLE
    small.close()


def test_a_statement_that_took_too_long_is_the_deadline(migrated_url: str) -> None:
    database = Database(migrated_url, pool_size=1)
    with working_on(Context.for_service("t", "a", timeout_s=0.1)):
        with pytest.raises(psycopg.errors.QueryCanceled) as caught:
            database.read_all("a", "SELECT pg_sleep(5)")
    assert outages.service_error(caught.value).code is StatusCode.DEADLINE_EXCEEDED
    database.close()


def test_a_redis_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(redis.ConnectionError) as caught:
            redis.Redis(port=taken.getsockname()[1]).ping()
    seen = outages.service_error(caught.value)
    assert (seen.code, seen.public_reason) == (StatusCode.UNAVAILABLE, "QUEUE_UNAVAILABLE")


@pytest.mark.parametrize(
    ("error", "code", "retried"),
    [
        (psycopg.errors.SerializationFailure(), StatusCode.ABORTED, True),
        (psycopg.errors.DeadlockDetected(), StatusCode.ABORTED, True),
        (psycopg.errors.LockNotAvailable(), StatusCode.ABORTED, True),
        (psycopg.errors.DiskFull(), StatusCode.UNAVAILABLE, True),
        (psycopg.errors.TooManyConnections(), StatusCode.UNAVAILABLE, True),
        (psycopg.errors.AdminShutdown(), StatusCode.UNAVAILABLE, True),
        (psycopg.errors.ReadOnlySqlTransaction(), StatusCode.UNAVAILABLE, True),
        (psycopg.errors.UniqueViolation(), StatusCode.INTERNAL, False),
        (psycopg.errors.UndefinedTable(), StatusCode.INTERNAL, False),
        (OSError(errno.ENOSPC, "full"), StatusCode.UNAVAILABLE, True),
        (OSError(errno.EACCES, "no"), StatusCode.INTERNAL, False),
        (TimeoutError(), StatusCode.DEADLINE_EXCEEDED, False),
        (asyncio.CancelledError(), StatusCode.CANCELLED, False),
    ],
)
def test_every_outage_says_whether_to_try_again(
    error: BaseException, code: StatusCode, retried: bool
) -> None:
    seen = outages.service_error(error)
    assert seen.code is code
    assert (seen.retry_after_s is not None) is retried
    wrapped = (
        sqlalchemy.exc.DBAPIError("SELECT 1", {}, error)
        if isinstance(error, psycopg.Error)
        else error
    )
    assert outages.service_error(wrapped).code is code
