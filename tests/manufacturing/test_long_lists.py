"""A list of few among many reads few: whatever a workshop asks for, not its whole history."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, text

import migrations
from services.manufacturing.domain.orders import OrderState
from services.manufacturing.domain.work_orders import WorkState
from services.manufacturing.store import batches, work_orders
from services.manufacturing.store.orders import Orders
from services.runtime.database import Database
from services.runtime.keyring import Keyring

MANY, FEW = 4_000, 3
# The oldest few wait; all that came after is over.
ROWS = (
    "INSERT INTO orders SELECT 'one', 'o' || n, '', '', '', '', 'EUR', 0, 0, true, 0, "
    f"CASE WHEN n <= {FEW} THEN 'pending' ELSE 'shipped' END, NULL, 1, "
    "'2026-01-01'::timestamptz + n * interval '1 min', '2026-01-01' FROM generate_series(1, %s) n",
    "INSERT INTO order_items SELECT 'one', 'o' || n, 1, 's', 'r', 1, 100, '', NULL "
    "FROM generate_series(1, %s) n",
    "INSERT INTO work_orders SELECT 'one', 'w' || n, 'o' || n, 1, 's', 'r', 1, "
    f"CASE WHEN n <= {FEW} THEN 'queued' ELSE 'done' END, 'b' || n, "
    f"CASE WHEN n <= {FEW} THEN 'user:her' ELSE 'user:him' END, NULL, NULL, NULL, 1, "
    "'2026-01-01'::timestamptz + n * interval '1 min', '2026-01-01' FROM generate_series(1, %s) n",
    "INSERT INTO machine_profiles VALUES ('one', 'm', 1, now())",
    "INSERT INTO machine_profile_revisions VALUES ('one', 'm', 1, repeat('0', 64), '{}', now())",
    # Too large for their rows, so they lie apart and it can be told who reads them.
    "INSERT INTO batches (brand_id, batch_id, machine_id, machine_revision, wanted, operation_id, "
    "solution, created_at) SELECT 'one', 'b' || n, 'm', 1, '"
    '{"sheets": [], "spacing_um": 0, "edge_um": 0, "surface": "", "cut_blanks": false, '
    """"label": "usual", "search_s": 20}', 'o', """
    "(SELECT string_agg(md5((n * i)::text), '') FROM generate_series(1, 1000) i), now() "
    "FROM generate_series(1, 20) n",
    "ANALYZE",
)
READ = text(
    "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables "
    "WHERE relname IN ('orders', 'work_orders')"
)

READ_APART = text(
    "SELECT sum(idx_scan + seq_scan) FROM pg_stat_xact_all_tables "
    "WHERE relid = (SELECT reltoastrelid FROM pg_class WHERE oid = 'batches'::regclass)"
)


@pytest.fixture(scope="module")
def full(new_database: Callable[[], str]) -> Iterator[Database]:
    url = new_database()
    migrations.upgrade(url)
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in ROWS:
            connection.execute(statement, (MANY,) if "%s" in statement else None)
    database = Database(url)
    yield database
    database.close()


def orders(tx: Connection, **asked: Any) -> list[Any]:
    wanted = {"state": None, "external_reference": "", "customer": "", **asked}
    return Orders(Keyring({})).newest(tx, "one", before=None, limit=50, **wanted)


def works(tx: Connection, **asked: Any) -> list[Any]:
    wanted = {"order": None, "state": None, "assignee": "", "due_before": None, **asked}
    return work_orders.newest(tx, "one", before=None, limit=50, **wanted)


@pytest.mark.parametrize(
    ("lists", "asked"),
    [
        (orders, {"state": OrderState.PENDING}),
        (works, {"state": WorkState.QUEUED}),
        (works, {"assignee": "user:her"}),
        (works, {"assignee": "user:her", "state": WorkState.QUEUED}),
    ],
)
def test_a_few_old_ones_among_many_are_found_without_reading_all(
    full: Database, lists: Callable[..., list[Any]], asked: dict[str, Any]
) -> None:
    with full.brand("one") as tx:
        assert len(lists(tx, **asked)) == FEW
        assert tx.execute(READ).scalar_one() < 20 * FEW


def test_a_list_of_batches_reads_no_solution(full: Database) -> None:
    with full.brand("one") as tx:
        found = batches.newest(tx, "one", before=None, limit=50)
        batches.get(tx, "one", found[0].batch)
        assert tx.execute(READ_APART).scalar_one() == 0
        solution = batches.solution(tx, found[0])
        assert tx.execute(READ_APART).scalar_one() > 0
    assert len(found) == 20
    assert found[0].solution_sha256 == hashlib.sha256(solution.encode()).hexdigest()
