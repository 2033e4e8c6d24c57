"""docs/growing.md tells how the tables distribute; the catalogue says whether that is so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from migrations import allowlist

PAGE = Path(__file__).resolve().parents[2] / "docs/growing.md"
REFERENCE = {"users", "user_passwords"}
Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="module")
def catalogue(migrated_database: Callable[[], str]) -> Iterator[Connection]:
    url = migrated_database()
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def listed(after: str) -> set[str]:
    """Return the names in backquotes from these words to the end of their paragraph or cell."""
    text = PAGE.read_text(encoding="utf-8")
    assert text.count(after) == 1, after
    found = re.split(r"\n\n| \| ", text.partition(after)[2], maxsplit=1)[0]
    return set(re.findall(r"`(\w+)`", found))


def names(catalogue: Connection, query: str) -> set[str]:
    return {str(row[0]) for row in catalogue.execute(query.encode())}


def test_the_page_names_every_table_of_a_brand_and_how_the_others_are_kept(
    catalogue: Connection,
) -> None:
    tables = names(
        catalogue,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p')",
    )
    assert listed("Distributed by `brand_id`:") == tables - allowlist.GLOBAL_TABLES
    assert listed("Reference tables, a copy on every node:") == REFERENCE
    local = listed("Local to the coordinator:")
    assert local | REFERENCE == allowlist.GLOBAL_TABLES & tables


def test_no_foreign_key_leaves_its_brand_but_to_a_reference_table(catalogue: Connection) -> None:
    rows = catalogue.execute(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, "
        "(SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]), "
        "(SELECT attname FROM pg_attribute WHERE attrelid = confrelid AND attnum = confkey[1]) "
        "FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
    ).fetchall()
    leaving = {
        (table, other)
        for table, other, column, theirs in rows
        if (column, theirs) != ("brand_id", "brand_id")
    }
    assert leaving == {("memberships", "users"), ("user_passwords", "users")}


def test_the_page_names_every_table_with_a_trigger(catalogue: Connection) -> None:
    found = names(
        catalogue,
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger t "
        "JOIN pg_class c ON c.oid = tgrelid "
        "WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace",
    )
    assert listed("| triggers on") == found


def test_the_page_names_every_table_that_says_something_to_listeners(
    catalogue: Connection,
) -> None:
    found = names(
        catalogue,
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger t "
        "JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal AND prosrc LIKE '%pg_notify%'",
    )
    assert listed("| `NOTIFY` of") == found


def test_no_number_is_given_out_for_all_brands_together(catalogue: Connection) -> None:
    """A sequence would be a hot spot, and would tell one brand how busy the others are."""
    assert names(catalogue, "SELECT relname FROM pg_class WHERE relkind = 'S'") == set()


def test_files_that_the_page_names_exist() -> None:
    root, text = PAGE.parents[1], PAGE.read_text(encoding="utf-8")
    for path in re.findall(r"`((?:tests|services)/[\w/.]+)`", text):
        assert (root / path).exists(), path
    for path in re.findall(r"\]\(([\w/.]+)\)", text):
        assert (PAGE.parent / path).exists(), path
