"""PostgreSQL and Redis of one's own: over TCP, with passwords, with no more rights than needed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from services.cli.exits import Exit
from services.runtime import installation_keys
from services.runtime.config import with_user
from tests.fleet.own_servers import Postgres
from tests.platform.installation import free_port, installation, luneo

pytestmark = pytest.mark.outside

SERVICES_ROLES = ("luneo_service", "luneo_relay", "luneo_directory")


@pytest.fixture
def owner(cluster: Postgres) -> Iterator[str]:
    """A login that owns a database and may create roles, and is no superuser."""
    name = f"shop_{secrets.token_hex(4)}"
    yield cluster.make_owner(name)
    cluster.forget_roles(name)


def migrate(data: Path, url: str) -> tuple[int, str]:
    """Return the exit code and what was said."""
    done = luneo("migrate", "--data", str(data), DATABASE_URL=url)
    return done.returncode, done.stdout + done.stderr


def test_an_owner_without_superuser_rights_migrates(
    cluster: Postgres, owner: str, tmp_path: Path
) -> None:
    code, said = migrate(tmp_path, owner)
    assert code == Exit.OK, said
    assert said.startswith("Ran 0001, ")
    with psycopg.connect(cluster.url) as connection:
        roles = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'luneo%' AND "
            "(rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"
        ).fetchall()
    assert not roles


def test_migrating_again_changes_nothing(owner: str, tmp_path: Path) -> None:
    assert migrate(tmp_path, owner)[0] == Exit.OK
    assert migrate(tmp_path, owner) == (Exit.OK, "The database is up to date.\n")


def test_going_back_is_confirmed_and_going_forward_again_works(owner: str, tmp_path: Path) -> None:
    assert migrate(tmp_path, owner)[0] == Exit.OK
    back = ("migrate", "--to", "base", "--data", str(tmp_path))
    refused = luneo(*back, DATABASE_URL=owner)
    assert refused.returncode == Exit.USAGE
    assert "--yes" in refused.stderr
    assert luneo(*back, "--yes", DATABASE_URL=owner).returncode == Exit.OK
    assert migrate(tmp_path, owner)[0] == Exit.OK


def test_a_revision_that_is_not_there_is_a_sentence(owner: str, tmp_path: Path) -> None:
    answer = luneo("migrate", "--to", "9999", "--yes", "--data", str(tmp_path), DATABASE_URL=owner)
    assert answer.returncode == Exit.BAD_INPUT
    assert "9999" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_services_roles_log_in_with_derived_passwords_over_scram(
    cluster: Postgres, owner: str, tmp_path: Path
) -> None:
    assert migrate(tmp_path, owner)[0] == Exit.OK
    keys = installation_keys.load(tmp_path / "keys" / "installation.json")
    for role in SERVICES_ROLES:
        url = with_user(owner, role, keys.role_password(role))
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (role,)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(with_user(owner, role, "guess"))
    with psycopg.connect(cluster.url) as connection:
        stored = connection.execute(
            "SELECT rolpassword FROM pg_authid WHERE rolname = ANY(%s)", (list(SERVICES_ROLES),)
        ).fetchall()
    assert len(stored) == 3
    assert all(password.startswith("SCRAM-SHA-256$") for (password,) in stored)


def test_a_login_that_may_not_create_roles_is_told_what_to_run(
    cluster: Postgres, tmp_path: Path
) -> None:
    url = cluster.make_owner("modest", "")
    try:
        code, said = migrate(tmp_path, url)
        assert code == Exit.NOT_ALLOWED
        assert "ALTER ROLE modest CREATEROLE" in said
        assert "Traceback" not in said
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute("ALTER ROLE modest CREATEROLE")
        assert migrate(tmp_path, url)[0] == Exit.OK
    finally:
        cluster.forget_roles("modest")


def test_a_login_that_does_not_own_the_database_is_told_what_to_run(
    cluster: Postgres, owner: str, tmp_path: Path
) -> None:
    stranger = cluster.make_owner("stranger")
    try:
        url = urlsplit(stranger)._replace(path=urlsplit(owner).path).geturl()
        code, said = migrate(tmp_path, url)
        assert code == Exit.NOT_ALLOWED
        assert f"ALTER DATABASE {urlsplit(owner).path[1:]} OWNER TO stranger" in said
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {urlsplit(owner).path[1:]} OWNER TO stranger")  # type: ignore[arg-type]
        assert migrate(tmp_path, url)[0] == Exit.OK
    finally:
        cluster.forget_roles(urlsplit(owner).path[1:], "stranger")


def test_a_wrong_password_is_a_sentence_without_the_password(owner: str, tmp_path: Path) -> None:
    wrong = urlsplit(owner)
    url = with_user(owner, str(wrong.username), "hunter2")
    code, said = migrate(tmp_path, url)
    assert code == Exit.UNAVAILABLE
    assert "password authentication failed" in said
    assert "DATABASE_URL" in said
    assert "hunter2" not in said


def test_a_database_that_is_not_there_is_a_sentence(owner: str, tmp_path: Path) -> None:
    url = urlsplit(owner)._replace(path="/nowhere").geturl()
    code, said = migrate(tmp_path, url)
    assert code == Exit.UNAVAILABLE
    assert 'database "nowhere" does not exist' in said


@pytest.mark.slow
def test_up_demo_and_doctor_work_on_them(owner: str, own_redis: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": owner, "REDIS_URL": own_redis}
    with installation(tmp_path, settings=settings) as one:
        one.start(subcommand="demo")
        one.seeded()
        status = one.status()
        assert set(status["processes"]) == {"supervisor", "server", "relay", "worker"}
        assert not (tmp_path / "postgres").exists()
        assert not (tmp_path / "redis").exists()
        answer = luneo("doctor", "--json", "--data", str(tmp_path), **settings)
        ill = [finding for finding in json.loads(answer.stdout) if finding["state"] == "ill"]
        assert not ill
        assert answer.returncode == Exit.OK
    with redis.Redis.from_url(own_redis) as client:
        client.flushall()


def test_a_redis_that_wants_a_password_is_a_sentence(
    owner: str, own_redis: str, tmp_path: Path
) -> None:
    place = urlsplit(own_redis).netloc.rpartition("@")[2]
    answer = luneo(
        "doctor", "--json", "--data", str(tmp_path), "--port", str(free_port()),
        DATABASE_URL=owner, REDIS_URL=f"redis://:hunter2@{place}/0",
    )  # fmt: skip
    ill = {f["part"]: f["sentence"] for f in json.loads(answer.stdout) if f["state"] == "ill"}
    assert "REDIS_URL" in ill["redis"]
    assert answer.returncode == Exit.FAILED_CHECK
    assert "hunter2" not in answer.stdout
