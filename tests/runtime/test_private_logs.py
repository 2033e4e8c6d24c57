"""What people typed is in no log, whatever PostgreSQL has to say about it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
import sqlalchemy.exc
import structlog
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text

import migrations
from migrations import rls
from services.runtime import error_texts, names, tracing
from services.runtime.calls import Context, Deadline
from services.runtime.clients import Clients
from services.runtime.clock import Clock
from services.runtime.credentials import Credentials
from services.runtime.database import Database
from services.runtime.directory import Directory
from services.runtime.embedded.postgres import Postgres
from services.runtime.jobs import Actor, Runner
from services.runtime.keyring import Keyring
from services.runtime.outbox import Outbox, message_id
from services.runtime.pipeline import CallFailed, Incoming, Pipeline
from services.runtime.requests import Requests
from services.runtime.service import Service
from services.runtime.tokens import Tokens
from tests.protos import echo_pb2
from tests.runtime import echo
from tests.runtime.logging_to import logging_to
from tests.runtime.workshop import QUEUE

SECRET = "Zoë.Müller@secret.example"
TABLES = (
    """
CREATE TABLE people (
    brand_id text, name text CHECK (name <> 'Zoë.Müller@secret.example!'), friend text, age integer,
    short varchar(4),
    PRIMARY KEY (brand_id, name),
    CONSTRAINT people_friend FOREIGN KEY (brand_id, friend) REFERENCES people (brand_id, name)
)""",
    """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'not for %', NEW.name USING DETAIL = NEW.name, HINT = NEW.name; END $$""",
    "CREATE TABLE refused (brand_id text PRIMARY KEY, name text)",
    "CREATE TRIGGER refuse BEFORE INSERT ON refused FOR EACH ROW EXECUTE FUNCTION refuse()",
)


@dataclass(frozen=True)
class Wrong:
    """A statement that PostgreSQL refuses, and what may be told about that."""

    statement: LiteralString
    told: str


WRONG = {
    "unique": Wrong(
        "INSERT INTO people VALUES ('acme', %(secret)s), ('acme', %(secret)s)",
        "SQLSTATE 23505 (UniqueViolation), constraint people_pkey, table people",
    ),
    "check": Wrong(
        "INSERT INTO people VALUES ('acme', %(secret)s || '!')",
        "SQLSTATE 23514 (CheckViolation), constraint people_name_check, table people",
    ),
    "foreign key": Wrong(
        "INSERT INTO people VALUES ('acme', 'somebody', %(secret)s)",
        "SQLSTATE 23503 (ForeignKeyViolation), constraint people_friend, table people",
    ),
    "not null": Wrong(
        "INSERT INTO people VALUES ('acme', NULL, %(secret)s)",
        "SQLSTATE 23502 (NotNullViolation), table people, column name",
    ),
    "row level security": Wrong(
        "INSERT INTO people VALUES ('rival', %(secret)s)",
        "SQLSTATE 42501 (InsufficientPrivilege)",
    ),
    "type": Wrong(
        "INSERT INTO people VALUES ('acme', 'x', NULL, CAST(%(secret)s AS integer))",
        "SQLSTATE 22P02 (InvalidTextRepresentation)",
    ),
    "length": Wrong(
        "INSERT INTO people VALUES ('acme', 'x', NULL, NULL, %(secret)s)",
        "SQLSTATE 22001 (StringDataRightTruncation)",
    ),
    "encoding": Wrong(
        "SELECT convert_from(CAST(%(secret)s AS bytea) || '\\xff', 'UTF8')",
        "SQLSTATE 22021 (CharacterNotInRepertoire)",
    ),
    "other encoding": Wrong(
        "SELECT convert(CAST(%(secret)s || '字' AS bytea), 'UTF8', 'LATIN1')",
        "SQLSTATE 22P05 (UntranslatableCharacter)",
    ),
    "trigger": Wrong(
        "INSERT INTO refused VALUES ('acme', %(secret)s)",
        "SQLSTATE P0001 (RaiseException)",
    ),
    "unknown column": Wrong(
        "SELECT nothing FROM people WHERE name = %(secret)s",
        "SQLSTATE 42703 (UndefinedColumn)",
    ),
    "too slow": Wrong(
        "SELECT pg_sleep(20), CAST(%(secret)s AS text)",
        "SQLSTATE 57014 (QueryCanceled), canceling statement due to statement timeout",
    ),
}


class Statements(echo.EchoServicer):
    """`Ping` runs the statement of that name: in a transaction, or with `number` in one trip."""

    def __init__(self, database: Database, clients: Clients) -> None:
        super().__init__(database, clients)
        self._people = database

    def Ping(self, request: echo_pb2.PingRequest, context: Context) -> echo_pb2.PingResponse:
        run = in_one_trip if request.number else in_a_transaction
        run(self._people, WRONG[request.text])
        raise AssertionError("the statement was not refused")


def in_one_trip(database: Database, wrong: Wrong) -> None:
    database.read_one("acme", wrong.statement, {"secret": SECRET})


def in_a_transaction(database: Database, wrong: Wrong) -> None:
    with database.brand("acme") as tx:
        tx.execute(text(wrong.statement.replace("%(secret)s", ":secret")), {"secret": SECRET})


@dataclass
class Server:
    """A PostgreSQL of these tests alone, whose log can be read, and calls to it."""

    postgres: Postgres
    database: Database
    pipeline: Pipeline

    def log(self) -> str:
        return self.postgres.log.read_text("utf-8")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> Iterator[Server]:
    postgres = Postgres(tmp_path_factory.mktemp("private"), durable=False)
    postgres.start()
    try:
        migrations.upgrade(postgres.url)
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            for statement in TABLES:
                connection.execute(statement)
            rls.protect(connection, "people")  # type: ignore[arg-type]
            rls.protect(connection, "refused")  # type: ignore[arg-type]
        database, clock = Database(postgres.url), Clock()
        tokens = Tokens(keyring, clock, issuer="http://luneo.test", audience="luneo")
        servicer = Statements(database, Clients(tokens))
        pipeline = Pipeline(
            [Service("echo", [(echo.SERVICE, servicer)])],
            Credentials(Directory(database), tokens, keyring, clock),
            Requests(database),
        )
        yield Server(postgres, database, pipeline)
        database.close()
    finally:
        postgres.stop()


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    with logging_to(stream):
        yield stream


def assert_told(written: io.StringIO, expected: str) -> None:
    """The log tells this about the error."""
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert any(expected in str(line.get("exception", "")) for line in lines), lines


def assert_silent(written: io.StringIO, server: Server) -> None:
    """Neither our log nor the server's holds the secret."""
    assert "secret.example" not in written.getvalue()
    assert "secret.example" not in server.log()


@pytest.mark.parametrize("trip", [0, 1], ids=["transaction", "one trip"])
@pytest.mark.parametrize("name", WRONG)
def test_the_line_of_a_failed_call_holds_nothing_that_was_typed(
    server: Server, written: io.StringIO, name: str, trip: int
) -> None:
    request = echo_pb2.PingRequest(text=name, number=trip)
    time_limit_s = 0.5 if name == "too slow" else 30.0
    incoming = Incoming(f"/{echo.SERVICE}/Ping", request, {}, Deadline.after(time_limit_s))
    with pytest.raises(CallFailed) as failed:
        server.pipeline.unary(incoming)
    assert "secret.example" not in str(failed.value.status)
    if failed.value.error.report:
        assert_told(written, WRONG[name].told)
    assert_silent(written, server)


@pytest.mark.parametrize("run", [in_one_trip, in_a_transaction])
def test_the_line_of_a_failed_job_holds_nothing_that_was_typed(
    server: Server, written: io.StringIO, run: Callable[[Database, Wrong], None]
) -> None:
    brand = f"b-{names.new_id()}"
    with server.database.brand(brand) as tx:
        Outbox().send(tx, brand=brand, queue=QUEUE, actor="test.work", args={}, cause="cause")
    actor = Actor("test.work", QUEUE, lambda _: run(server.database, WRONG["unique"]))
    Runner(server.database, {actor.name: actor}, "worker").run(brand, message_id(brand, "cause"))
    assert_told(written, WRONG["unique"].told)
    assert_silent(written, server)


def test_a_library_s_line_about_an_error_holds_nothing_that_was_typed(
    server: Server, written: io.StringIO
) -> None:
    with pytest.raises(psycopg.Error) as failed:
        in_one_trip(server.database, WRONG["unique"])
    logging.getLogger("some.library").warning("ignored %s: %r", "this", failed.value)
    logging.getLogger("some.library").error(failed.value)
    structlog.get_logger().warning("lost", error=failed.value, errors=[failed.value])
    assert written.getvalue().count("SQLSTATE 23505") == 4
    assert_silent(written, server)


def test_a_span_that_ends_in_an_error_holds_nothing_that_was_typed(
    server: Server, spans: InMemorySpanExporter
) -> None:
    with pytest.raises(psycopg.Error), tracing.span("work"):
        in_one_trip(server.database, WRONG["unique"])
    (span,) = spans.get_finished_spans()
    assert WRONG["unique"].told in str(span.status.description)
    assert "secret.example" not in span.to_json()


def test_what_the_driver_refuses_is_told_without_it(server: Server) -> None:
    statement = "SELECT %(secret)s"
    with pytest.raises(psycopg.Error) as failed:
        server.database.read_one("acme", statement, {"secret": f"{SECRET}\0"})
    assert error_texts.told(failed.value) == "the driver refused a value or a statement"


def test_what_sqlalchemy_refuses_is_told_without_it(server: Server) -> None:
    with pytest.raises(sqlalchemy.exc.SQLAlchemyError) as failed, server.database.brand("a") as tx:
        tx.execute(text("SELECT :other"), {"secret": SECRET})
    assert "secret.example" not in error_texts.told(failed.value)


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(psycopg.Error) as failed:
        psycopg.connect(f"postgresql://luneo:hunter22@/luneo?host={tmp_path}")
    assert str(tmp_path) in error_texts.told(failed.value)
    assert "hunter22" not in error_texts.told(failed.value)


def test_the_servers_own_affairs_are_still_in_its_log(server: Server) -> None:
    assert "database system is ready to accept connections" in server.log()
