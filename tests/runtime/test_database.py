"""Brand transactions on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import sqlalchemy.exc
from sqlalchemy import text

from services.runtime import calls
from services.runtime.calls import Context
from services.runtime.database import DIRECTORY, RELAY, SERVICE, Database, StatementFailed
from services.runtime.errors import DeadlineExceeded
from tests.runtime import echo

INSERT = text("INSERT INTO notes (brand_id, note_id, words) VALUES (:brand, :note, :words)")


@pytest.fixture(scope="module")
def url(migrated_database: Callable[[], str]) -> str:
    made = migrated_database()
    echo.create_table(made)
    return made


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    """A database with one pooled connection for each role, and no notes."""
    made = Database(url, pool_size=1)
    with psycopg.connect(url) as connection:
        connection.execute("TRUNCATE notes")
    yield made
    made.close()


def add(db: Database, brand: str, note: str, words: str = "") -> None:
    with db.brand(brand) as tx:
        tx.execute(INSERT, {"brand": brand, "note": note, "words": words})


def notes(db: Database, brand: str) -> list[str]:
    return [row["note_id"] for row in db.read_all(brand, "SELECT note_id FROM notes ORDER BY 1")]


def test_a_brand_sees_its_own_rows_only(db: Database) -> None:
    add(db, "a", "1")
    add(db, "b", "2")
    assert (notes(db, "a"), notes(db, "b"), notes(db, "c")) == (["1"], ["2"], [])


def test_a_row_of_another_brand_cannot_be_written(db: Database) -> None:
    with pytest.raises(sqlalchemy.exc.ProgrammingError, match="row-level security"):
        with db.brand("a") as tx:
            tx.execute(INSERT, {"brand": "b", "note": "1", "words": ""})


def test_a_row_cannot_be_moved_to_another_brand(db: Database) -> None:
    add(db, "a", "1")
    with pytest.raises(sqlalchemy.exc.ProgrammingError, match="row-level security"):
        with db.brand("a") as tx:
            tx.execute(text("UPDATE notes SET brand_id = 'b'"))


def test_a_forgotten_brand_is_loud_also_on_a_connection_that_had_one(db: Database) -> None:
    add(db, "a", "1")
    connection = db._engine(SERVICE).connect()
    with connection, pytest.raises(sqlalchemy.exc.DBAPIError, match="brand_id is not set"):
        connection.execute(text("SELECT * FROM notes"))


def test_a_forgotten_brand_is_loud_on_a_fresh_connection_and_an_empty_table(db: Database) -> None:
    with db.connect(SERVICE) as connection, pytest.raises(psycopg.Error, match="is not set"):
        connection.execute("SELECT * FROM notes")


def test_an_empty_brand_is_refused_before_anything_is_sent(db: Database) -> None:
    with pytest.raises(ValueError, match="needs a brand"), db.brand(""):
        pass
    with pytest.raises(ValueError, match="needs a brand"):
        db.read_all("", "SELECT 1")


def test_the_services_role_has_no_power_beyond_its_grants(db: Database) -> None:
    with db.connect(SERVICE) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb "
            "FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert row == (False, False, False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SET ROLE luneo_owner")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (x int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("ALTER TABLE notes DISABLE ROW LEVEL SECURITY")


def test_an_error_does_not_tell_what_was_written(db: Database) -> None:
    with pytest.raises(sqlalchemy.exc.DBAPIError) as failed, db.brand("a") as tx:
        tx.execute(INSERT, {"brand": "b", "note": "1", "words": "Erika"})
    assert "Erika" not in str(failed.value)


def test_an_error_rolls_everything_back(db: Database) -> None:
    with pytest.raises(KeyError), db.brand("a") as tx:
        tx.execute(INSERT, {"brand": "a", "note": "1", "words": ""})
        raise KeyError
    assert notes(db, "a") == []


def test_a_swallowed_database_error_does_not_pass_for_a_commit(db: Database) -> None:
    with pytest.raises(StatementFailed), db.brand("a") as tx:
        tx.execute(INSERT, {"brand": "a", "note": "1", "words": ""})
        with pytest.raises(sqlalchemy.exc.DBAPIError):
            tx.execute(text("SELECT 1 / 0"))
    assert notes(db, "a") == []


def test_the_one_trip_helper_rolls_back_on_error(db: Database) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        db.read_all(
            "a",
            "WITH made AS (INSERT INTO notes (brand_id, note_id) VALUES ('a', '1') RETURNING 1) "
            "SELECT 1 / (SELECT 0 FROM made)",
        )
    assert notes(db, "a") == []


def test_the_one_trip_helper_leaves_no_brand_behind(db: Database) -> None:
    db.read_all("a", "SELECT 1 AS one")
    with db._engine(SERVICE).connect() as connection:
        left = connection.execute(text("SELECT current_setting('app.brand_id', true)")).scalar()
    assert not left


def test_values_are_bound_not_pasted(db: Database) -> None:
    words = "'; DROP TABLE notes; -- %(brand)s"
    add(db, "a", "1", words)
    found = db.read_one("a", "SELECT words FROM notes WHERE words = %(words)s", {"words": words})
    assert found == {"words": words}


def test_types_come_back_as_they_went_in(db: Database) -> None:
    row = db.read_one(
        "a",
        "SELECT %(data)s::bytea AS data, ARRAY['x', NULL] AS list, 1.5::float8 AS number, "
        "'{\"a\": 1}'::jsonb AS document",
        {"data": b"\x00\xff"},
    )
    assert row == {
        "data": b"\x00\xff",
        "list": ["x", None],
        "number": 1.5,
        "document": {"a": 1},
    }


@pytest.mark.parametrize("work", ["block", "one trip"])
def test_a_connection_that_died_in_the_pool_is_replaced_unseen(
    db: Database, url: str, postgres_superuser_url: str, work: str
) -> None:
    add(db, "a", "1")
    echo.cut_connections(postgres_superuser_url, url)
    if work == "block":
        with db.brand("a") as tx:
            assert tx.execute(text("SELECT count(*) FROM notes")).scalar() == 1
    else:
        assert notes(db, "a") == ["1"]


def test_statements_end_with_the_deadline_of_the_call(db: Database) -> None:
    with calls.working_on(Context.for_service("test", "a", timeout_s=0.1)):
        with pytest.raises(sqlalchemy.exc.OperationalError, match="statement timeout"):
            with db.brand("a") as tx:
                tx.execute(text("SELECT pg_sleep(5)"))
        with pytest.raises(DeadlineExceeded):
            db.read_all("a", "SELECT 1")


def test_a_call_within_a_call_has_a_pool_of_its_own(db: Database) -> None:
    outer = Context.for_service("test", "a")
    with calls.working_on(outer), db.brand("a"):
        inner = Context(caller=outer.caller, brand="a", depth=1)
        with calls.working_on(inner), db.brand("a") as tx:
            assert tx.execute(text("SELECT 1")).scalar() == 1


def test_blocks_of_many_threads_share_the_pool(url: str) -> None:
    shared = Database(url, pool_size=2)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: add(shared, "many", str(n)), range(60)))
    assert len(notes(shared, "many")) == 60
    shared.close()


def test_a_unit_of_work_commits_all_blocks_together(db: Database) -> None:
    begun: list[str] = []
    with calls.working_on(Context.for_service("test", "a")):
        with db.unit_of_work("q", lambda tx: begun.append("claimed")) as unit:
            assert begun == []
            add(db, "a", "1")
            add(db, "b", "2")
            assert begun == ["claimed"]
            assert notes(db, "a") == ["1"]
            assert unit.has_begun
    assert (notes(db, "a"), notes(db, "b")) == (["1"], ["2"])


def test_a_block_that_failed_in_a_unit_of_work_leaves_the_others(db: Database) -> None:
    with calls.working_on(Context.for_service("test", "a")):
        with db.unit_of_work("q", lambda tx: None):
            add(db, "a", "1")
            with pytest.raises(sqlalchemy.exc.IntegrityError):
                add(db, "a", "1")
            add(db, "a", "2")
    assert notes(db, "a") == ["1", "2"]


def test_a_unit_of_work_that_fails_leaves_nothing(db: Database) -> None:
    with calls.working_on(Context.for_service("test", "a")), pytest.raises(KeyError):
        with db.unit_of_work("q", lambda tx: None):
            add(db, "a", "1")
            raise KeyError
    assert notes(db, "a") == []


def test_another_call_does_not_join_a_unit_of_work(url: str) -> None:
    apart = Database(url, pool_size=2)
    outer = Context.for_service("test", "x")
    with calls.working_on(outer), pytest.raises(KeyError):
        with apart.unit_of_work("q", lambda tx: None):
            add(apart, "apart", "joined")
            with calls.working_on(Context.for_service("other", "x")):
                add(apart, "apart", "alone")
            raise KeyError
    assert notes(apart, "apart") == ["alone"]
    apart.close()


@pytest.mark.parametrize("role", [SERVICE, RELAY, DIRECTORY])
def test_every_role_logs_in_as_itself(db: Database, role: str) -> None:
    with db.connect(role) as connection:
        assert connection.execute("SELECT session_user, current_user").fetchone() == (role, role)


@pytest.mark.parametrize("role", ["relay", "directory"])
def test_the_roles_that_see_every_brand_cannot_read_a_brand_s_rows(db: Database, role: str) -> None:
    add(db, "a", "1")
    with pytest.raises(sqlalchemy.exc.ProgrammingError, match="permission denied"):
        with getattr(db, role)() as tx:
            tx.execute(text("SELECT * FROM notes"))
