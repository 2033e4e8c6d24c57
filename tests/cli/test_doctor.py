"""`luneo doctor` finds what is not well and says what to do about it."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
import redis

import migrations
from services.cli.exits import Exit
from services.runtime import doctor, embedded, installation_keys
from services.runtime.config import Settings
from services.runtime.embedded import Servers
from services.runtime.queue import NAMESPACE
from tests.cli.conftest import Command
from tests.platform.installation import free_port


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers of this module alone: what is made ill here belongs to the whole cluster."""
    with embedded.servers(tmp_path_factory.mktemp("servers"), durable=False) as running:
        yield running


@pytest.fixture(scope="module")
def data(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose keys the database was migrated with."""
    folder = tmp_path_factory.mktemp("data")
    folder.chmod(0o700)
    keys = installation_keys.load(Settings.from_environment({}, data=folder).keys_file)
    migrations.upgrade(servers.database_url, keys=keys)
    return folder


class Doctor:
    """Asks the doctor; the last answers are kept, as `state` and `sentences` by part."""

    def __init__(self, luneo: Command, servers: Servers, data: Path) -> None:
        self._luneo = luneo
        self.servers, self.data = servers, data
        self.code = -1
        self.answers: list[dict[str, str]] = []

    def ask(self, **environment: str) -> Doctor:
        given = {
            "DATABASE_URL": self.servers.database_url,
            "REDIS_URL": self.servers.redis_url,
            "LUNEO_DATA": str(self.data),
            **environment,
        }
        ports = ["--port", str(free_port()), "--grpc-port", str(free_port())]
        done = self._luneo("doctor", "--json", *ports, **given)
        self.code, self.answers = done.returncode, json.loads(done.stdout)
        return self

    def of(self, part: str, state: str) -> str:
        """What is said of a part that is in this state, "" if it is not."""
        return " ".join(
            one["sentence"] for one in self.answers if (one["part"], one["state"]) == (part, state)
        )

    def ill(self) -> set[str]:
        return {one["part"] for one in self.answers if one["state"] == "ill"}

    def superuser(self) -> psycopg.Connection[tuple[object, ...]]:
        url = self.servers.postgres.url_of("postgres", "luneo")
        return psycopg.connect(url, autocommit=True)


@pytest.fixture
def ask(luneo: Command, servers: Servers, data: Path) -> Doctor:
    with redis.Redis.from_url(servers.redis_url) as client:
        client.zadd(f"{NAMESPACE}:__heartbeats__", {"a worker": time.time() * 1000})
    return Doctor(luneo, servers, data)


def test_nothing_is_ill_where_nothing_is(ask: Doctor) -> None:
    ask.ask()
    assert (ask.code, ask.ill()) == (Exit.OK, set())
    for part in ("postgresql", "migrations", "roles", "redis", "workers", "keys", "clock"):
        assert ask.of(part, "well"), part
    assert not ask.of("postgresql", "note")


def test_every_answer_for_people_is_a_sentence(luneo: Command, ask: Doctor) -> None:
    done = luneo("doctor", LUNEO_DATA=str(ask.data), LUNEO_PORT=str(free_port()))
    lines = done.stdout.splitlines()
    assert all(line.split()[0] in ("well", "note", "ill") for line in lines)
    assert [line.split(": ")[0].split(maxsplit=1)[1] for line in lines if "python: " in line]


def test_a_server_that_logs_what_people_typed_is_noted(ask: Doctor) -> None:
    with ask.superuser() as admin:
        admin.execute("ALTER DATABASE luneo SET log_statement = 'all'")
        try:
            ask.ask()
        finally:
            admin.execute("ALTER DATABASE luneo RESET log_statement")
    assert "Set log_statement = none." in ask.of("postgresql", "note")
    assert ask.code == Exit.OK


def test_a_role_that_sees_every_brand_is_ill(ask: Doctor) -> None:
    with ask.superuser() as admin:
        admin.execute("ALTER ROLE luneo_relay BYPASSRLS")
        try:
            ask.ask()
        finally:
            admin.execute("ALTER ROLE luneo_relay NOBYPASSRLS")
    assert "ALTER ROLE luneo_relay NOSUPERUSER NOBYPASSRLS" in ask.of("roles", "ill")
    assert ask.code == Exit.FAILED_CHECK


def test_a_role_that_cannot_log_in_is_ill(ask: Doctor) -> None:
    with ask.superuser() as admin:
        admin.execute("ALTER ROLE luneo_directory NOLOGIN")
        try:
            ask.ask()
        finally:
            admin.execute("ALTER ROLE luneo_directory LOGIN")
    said = ask.of("roles", "ill")
    assert "luneo_directory cannot log in" in said
    assert "luneo migrate" in said


def test_migrations_that_did_not_run_are_named(ask: Doctor) -> None:
    with ask.superuser() as admin:
        admin.execute("CREATE DATABASE unmigrated OWNER luneo_owner")
    ask.ask(DATABASE_URL=ask.servers.postgres.url_of("luneo_owner", "unmigrated"))
    said = ask.of("migrations", "ill")
    assert "0001" in said
    assert "luneo migrate" in said


def test_a_queue_that_may_drop_jobs_is_ill(ask: Doctor) -> None:
    with redis.Redis.from_url(ask.servers.redis_url) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            ask.ask()
        finally:
            client.config_set("maxmemory-policy", "noeviction")
    assert "allkeys-lru" in ask.of("redis", "ill")
    assert "noeviction" in ask.of("redis", "ill")


def test_a_queue_that_does_not_answer_is_ill(ask: Doctor) -> None:
    ask.ask(REDIS_URL="redis://:hunter2@127.0.0.1:1/0")
    assert "Check REDIS_URL" in ask.of("redis", "ill")
    assert "hunter2" not in str(ask.answers)


def test_workers_that_give_no_sign_are_ill(ask: Doctor) -> None:
    with redis.Redis.from_url(ask.servers.redis_url) as client:
        client.flushdb()
    ask.ask()
    assert "luneo work" in ask.of("workers", "ill")


def test_clocks_that_differ_are_ill(ask: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "time", SimpleNamespace(time=lambda: time.time() - 3600))
    ask.ask()
    assert "+3600.0 s" in ask.of("clock", "ill")
    assert "NTP" in ask.of("clock", "ill")


@pytest.mark.parametrize(("free", "state"), [(10**8, "ill"), (10**9, "note"), (10**11, "well")])
def test_room_on_the_disk_is_judged(
    ask: Doctor, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert f"{free / 1e9:.1f} GB" in ask.ask().of("disk", state)


def test_a_folder_that_others_can_open_is_noted(ask: Doctor) -> None:
    ask.data.chmod(0o755)
    try:
        ask.ask()
    finally:
        ask.data.chmod(0o700)
    assert "chmod 700" in ask.of("data folder", "note")


def test_keys_that_are_damaged_are_ill_and_never_shown(ask: Doctor) -> None:
    keys = Settings.from_environment({}, data=ask.data).keys_file
    kept = keys.read_bytes()
    keys.write_bytes(kept.replace(b'"', b"'"))
    try:
        ask.ask()
    finally:
        keys.write_bytes(kept)
    assert str(keys) in ask.of("keys", "ill")
    assert kept.split(b'"')[3].decode() not in str(ask.answers)


def test_a_folder_without_fonts_is_ill(ask: Doctor, tmp_path: Path) -> None:
    ask.ask(LUNEO_FONTS=str(tmp_path))
    assert "LUNEO_FONTS" in ask.of("fonts", "ill")


def test_packages_that_are_missing_are_named(ask: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_RENDER_PACKAGES", ("numpy", "no_such_package"))
    assert "it lacks no_such_package" in ask.ask().of("packages", "ill")


def test_an_examination_that_fails_itself_is_a_finding(
    ask: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: 1 / 0)
    assert "ZeroDivisionError" in ask.ask().of("disk", "ill")
    assert ask.of("postgresql", "well")
