"""Migrations run forward and back, twice at once, and stop rather than lock the site."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import sqlalchemy.exc

import migrations
from migrations import runner
from services.runtime.database import SERVICE, Database
from services.runtime.installation_keys import InstallationKeys

FILES = sorted((Path(migrations.__file__).parent / "versions").glob("[0-9]*.py"))
KEYS = {"both": "b" * 64, "old": "c" * 64, "new": "d" * 64}
NUMBERS = [path.name[:4] for path in FILES]


def schema(url: str) -> list[tuple[object, ...]]:
    """Return every column, constraint, policy, trigger and function of a database."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT 'column', attrelid::regclass::text, attname::text, atttypid::regtype::text "
            "FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid AND c.relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace WHERE attnum > 0 AND NOT attisdropped "
            "UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, "
            "pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace AND contype <> 'n' "
            "UNION ALL SELECT 'table', relname, relrowsecurity::text, relforcerowsecurity::text "
            "FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "UNION ALL SELECT 'policy', tablename, policyname, roles::text FROM pg_policies "
            "UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, "
            "pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
            "UNION ALL SELECT 'function', proname, '', prosrc FROM pg_proc "
            "WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2, 3, 4"
        ).fetchall()


def test_every_step_can_be_undone_and_done_again(new_database: Callable[[], str]) -> None:
    url = new_database()
    before: list[list[tuple[object, ...]]] = []
    for number in NUMBERS:
        before.append(schema(url))
        migrations.upgrade(url, number)
    whole = schema(url)
    for number, earlier in zip(reversed(["base", *NUMBERS[:-1]]), reversed(before), strict=True):
        migrations.downgrade(url, number)
        left = [row for row in schema(url) if row[1] != "alembic_version"]
        assert left == [row for row in earlier if row[1] != "alembic_version"], number
    migrations.upgrade(url)
    assert schema(url) == whole


def test_going_back_takes_the_profiles_of_every_brand(new_database: Callable[[], str]) -> None:
    url = new_database()
    migrations.upgrade(url)
    with psycopg.connect(url, autocommit=True) as superuser:
        for brand, kind in (("one", "profile"), ("two", "profile"), ("two", "raster")):
            superuser.execute(
                "INSERT INTO assets (brand_id, asset_id, owner, display_name, kind, sha256, "
                "size_bytes, width_px, height_px, width_um, height_um, created_at) "
                "VALUES (%s, %s, '', '', %s, %s, 1, 0, 0, 0, 0, now())",
                (brand, kind, kind, kind),
            )
        migrations.downgrade(url, "0080")
        left = superuser.execute("SELECT brand_id, kind FROM assets").fetchall()
    assert left == [("two", "raster")]


@pytest.mark.parametrize(
    ("number", "newer"),
    [
        ("0110", {"kind": "'glb'", "format": "'glb'"}),
        ("0130", {"proof": "'press'"}),
        ("0140", {"background": "'studio'"}),
        ("0190", {"distance_percent": "60"}),
    ],
)
def test_going_back_lets_go_of_what_newer_renders_made(
    new_database: Callable[[], str], number: str, newer: dict[str, str]
) -> None:
    url = new_database()
    migrations.upgrade(url)
    shared = {"kind": "'preview'", "format": "'webp'"}
    asked = (("old", "one", shared), ("new", "one", shared | newer), ("new", "two", shared | newer))
    with psycopg.connect(url, autocommit=True) as superuser:
        for key, brand, values in (
            *asked,
            ("both", "one", shared),
            ("both", "one", shared | newer),
        ):
            superuser.execute(
                f"INSERT INTO renders (brand_id, render_id, render_key, spec_id, snapshot_id, view, "
                f"surface, width_px, dpi, operation_id, created_at, {', '.join(values)}) VALUES "
                f"(%s, gen_random_uuid(), %s, '', '', '', '', 0, 0, '', now(), {', '.join(values.values())})",
                (brand, KEYS[key]),
            )
            superuser.execute(
                "INSERT INTO render_results (brand_id, render_key, sha256, size_bytes, media_type, "
                "width_px, height_px, renderer_version, created_at) "
                "VALUES (%s, %s, %s, 1, '', 0, 0, '', now()) ON CONFLICT DO NOTHING",
                (brand, KEYS[key], KEYS[key]),
            )
        migrations.downgrade(url, number)
        left = superuser.execute("SELECT render_key FROM render_results").fetchall()
    assert sorted(left) == [(KEYS["both"],), (KEYS["old"],)]


def test_pending_migrations_are_named_in_order(new_database: Callable[[], str]) -> None:
    url = new_database()
    assert migrations.pending(url) == NUMBERS
    migrations.upgrade(url, NUMBERS[0])
    assert migrations.pending(url) == NUMBERS[1:]
    migrations.upgrade(url)
    assert migrations.pending(url) == []


def test_two_runs_at_once_wait_for_each_other(new_database: Callable[[], str]) -> None:
    url = new_database()
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(migrations.upgrade, [url] * 3))
    assert migrations.pending(url) == []


def test_databases_of_one_cluster_are_migrated_at_once(new_database: Callable[[], str]) -> None:
    urls = [new_database() for _ in range(3)]
    keys = InstallationKeys(b"p" * 32, b"m" * 32, "")
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda url: migrations.upgrade(url, "0001", keys), urls))
    for url in urls:
        with Database(url, keys).connect(SERVICE) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (SERVICE,)


def test_a_migration_that_cannot_get_its_lock_gives_up_and_leaves_nothing(
    new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_database()
    migrations.upgrade(url, "0001")
    before = schema(url)
    monkeypatch.setattr(runner, "LOCK_TIMEOUT_MS", 100)
    with psycopg.connect(url) as busy:
        busy.execute("UPDATE alembic_version SET version_num = version_num")
        with pytest.raises(sqlalchemy.exc.OperationalError, match="lock timeout"):
            migrations.upgrade(url, "0002")
        busy.rollback()
    assert schema(url) == before


def test_migrations_are_one_line_of_numbers() -> None:
    revisions = [
        (
            re.search(r'^revision = "(\d{4})"', text, re.M),
            re.search(r'^down_revision = (?:"(\d{4})"|None)', text, re.M),
        )
        for text in (path.read_text("utf-8") for path in FILES)
    ]
    found = [(own[1], before[1]) for own, before in revisions if own and before]
    assert found == list(zip(NUMBERS, [None, *NUMBERS[:-1]], strict=True))


def test_each_migration_says_why_the_release_before_keeps_working() -> None:
    silent = [
        path.name for path in FILES if len(path.read_text("utf-8").split('"""')[1].split()) < 10
    ]
    assert silent == []
