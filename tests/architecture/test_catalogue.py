"""What the database says about itself: tables that a later migration adds fall under these tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from migrations import allowlist

PUBLIC = "c.relnamespace = 'public'::regnamespace"


@pytest.fixture(scope="module")
def catalogue(
    migrated_database: Callable[[], str],
) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    url = migrated_database()
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def brand_tables(catalogue: psycopg.Connection[tuple[Any, ...]]) -> set[str]:
    rows = catalogue.execute(
        f"SELECT c.relname FROM pg_class c WHERE {PUBLIC} AND c.relkind IN ('r', 'p')"
    )
    tables = {row[0] for row in rows} - allowlist.GLOBAL_TABLES
    assert "request_ids" in tables
    return tables


def test_every_table_outside_the_list_has_a_brand(
    catalogue: psycopg.Connection[tuple[Any, ...]], brand_tables: set[str]
) -> None:
    rows = catalogue.execute(
        "SELECT a.attrelid::regclass::text FROM pg_attribute a "
        "WHERE a.attname = 'brand_id' AND a.attnotnull AND a.atttypid = 'text'::regtype"
    )
    assert brand_tables - {row[0] for row in rows} == set()


def test_every_brand_table_forces_row_level_security(
    catalogue: psycopg.Connection[tuple[Any, ...]], brand_tables: set[str]
) -> None:
    rows = catalogue.execute(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
    )
    assert brand_tables - {row[0] for row in rows} == set()


def test_the_services_see_every_brand_table_through_the_one_policy(
    catalogue: psycopg.Connection[tuple[Any, ...]], brand_tables: set[str]
) -> None:
    rows = catalogue.execute(
        "SELECT tablename, policyname, qual, with_check, cmd FROM pg_policies "
        "WHERE roles && ARRAY['luneo_service', 'public']::name[]"
    )
    found = defaultdict(list)
    for table, *policy in rows:
        found[table].append(tuple(policy))
    check = "(brand_id = luneo_brand())"
    assert dict(found) == {table: [("brand", check, check, "ALL")] for table in brand_tables}


def test_keys_of_brand_tables_begin_with_the_brand(
    catalogue: psycopg.Connection[tuple[Any, ...]], brand_tables: set[str]
) -> None:
    rows = catalogue.execute(
        "SELECT c.relname, i.indexrelid::regclass::text, a.attname FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indrelid "
        "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
        f"WHERE {PUBLIC} AND (i.indisunique OR i.indisexclusion)"
    ).fetchall()
    keyed = {row[0] for row in rows}
    wrong = [row for row in rows if row[0] in brand_tables and row[2] != "brand_id"]
    assert wrong == []
    assert brand_tables - keyed == set()


def test_foreign_keys_between_brand_tables_carry_the_brand(
    catalogue: psycopg.Connection[tuple[Any, ...]], brand_tables: set[str]
) -> None:
    rows = catalogue.execute(
        "SELECT f.conname, f.conrelid::regclass::text, f.confrelid::regclass::text, "
        "(SELECT array_agg(a.attname::text) FROM pg_attribute a "
        " WHERE a.attrelid = f.conrelid AND a.attnum = ANY (f.conkey)), "
        "(SELECT array_agg(a.attname::text) FROM pg_attribute a "
        " WHERE a.attrelid = f.confrelid AND a.attnum = ANY (f.confkey)) "
        "FROM pg_constraint f WHERE f.contype = 'f'"
    )
    wrong = [
        name
        for name, table, target, columns, targets in rows
        if {table, target} <= brand_tables and not ("brand_id" in columns and "brand_id" in targets)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("luneo_directory", allowlist.DIRECTORY), ("luneo_relay", allowlist.RELAY)],
)
def test_roles_that_see_every_brand_touch_what_is_listed_and_no_more(
    catalogue: psycopg.Connection[tuple[Any, ...]], role: str, allowed: allowlist.Rights
) -> None:
    columns = catalogue.execute(
        "SELECT table_name, privilege_type, column_name FROM information_schema.column_privileges "
        "WHERE grantee = %s AND table_schema = 'public'",
        (role,),
    ).fetchall()
    whole = catalogue.execute(
        "SELECT table_name, privilege_type FROM information_schema.table_privileges "
        "WHERE grantee = %s AND table_schema = 'public'",
        (role,),
    ).fetchall()
    granted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table, verb, column in columns:
        granted[table, verb].add(column)
    for table, verb in whole:
        granted.setdefault((table, verb), set())
    listed = {
        (table, verb): set(names)
        for table, verbs in allowed.items()
        for verb, names in verbs.items()
    }
    assert dict(granted) == listed


def test_the_services_role_has_no_grant_on_tables_of_no_brand(
    catalogue: psycopg.Connection[tuple[Any, ...]],
) -> None:
    rows = catalogue.execute(
        "SELECT table_name FROM information_schema.column_privileges "
        "WHERE grantee IN ('luneo_service', 'luneo_relay', 'PUBLIC') AND table_schema = 'public'"
    )
    assert {row[0] for row in rows} & allowlist.GLOBAL_TABLES == set()


def test_nobody_may_truncate_or_refer_to_a_table(
    catalogue: psycopg.Connection[tuple[Any, ...]],
) -> None:
    rows = catalogue.execute(
        "SELECT grantee, table_name, privilege_type FROM information_schema.table_privileges "
        "WHERE table_schema = 'public' AND grantee <> 'luneo_owner' "
        "AND privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')"
    )
    assert rows.fetchall() == []


def test_every_table_and_function_belongs_to_the_owner(
    catalogue: psycopg.Connection[tuple[Any, ...]],
) -> None:
    rows = catalogue.execute(
        f"SELECT c.relname FROM pg_class c WHERE {PUBLIC} "
        "AND c.relowner <> 'luneo_owner'::regrole UNION ALL SELECT proname FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace AND proowner <> 'luneo_owner'::regrole"
    )
    assert rows.fetchall() == []


def test_there_are_no_views_that_could_see_past_a_policy(
    catalogue: psycopg.Connection[tuple[Any, ...]],
) -> None:
    rows = catalogue.execute(
        f"SELECT c.relname FROM pg_class c WHERE {PUBLIC} AND c.relkind IN ('v', 'm')"
    )
    assert rows.fetchall() == []


def test_functions_that_act_as_the_owner_have_a_fixed_search_path(
    catalogue: psycopg.Connection[tuple[Any, ...]],
) -> None:
    # Where pg_temp is not named it comes first, and anybody may make tables there.
    rows = catalogue.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef "
        "AND NOT coalesce(proconfig::text, '') LIKE '%search_path=pg_catalog, public, pg_temp\"%'"
    )
    assert rows.fetchall() == []


def test_functions_that_act_as_the_owner_are_for_named_roles_only(
    catalogue: psycopg.Connection[tuple[Any, ...]],
) -> None:
    rows = catalogue.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef "
        "AND (proacl IS NULL OR proacl::text ~ '[{,]=X')"
    )
    assert rows.fetchall() == []
