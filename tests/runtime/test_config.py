from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

from services.runtime import installation_keys
from services.runtime.config import (
    VARIABLES,
    Settings,
    SettingsError,
    with_user,
    without_password,
)


def test_an_empty_environment_gives_the_embedded_default(tmp_path: Path) -> None:
    settings = Settings.from_environment({"LUNEO_DATA": str(tmp_path)})
    assert settings.embedded_postgres
    assert settings.embedded_redis
    assert settings.objects_url == (tmp_path / "objects").as_uri()
    assert settings.keys_file == tmp_path / "keys" / "installation.json"
    assert settings.grpc_port == settings.port + 1


def test_a_relative_data_folder_is_made_absolute() -> None:
    assert Settings.from_environment({}).data == Path.cwd() / ".luneo"


def test_what_the_command_line_gives_wins_over_the_environment() -> None:
    settings = Settings.from_environment({"LUNEO_PORT": "9000"}, port=9100, workers=None)
    assert (settings.port, settings.grpc_port, settings.workers) == (9100, 9101, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LUNEO_PORT", "0"),
        ("LUNEO_PORT", "80 80"),
        ("LUNEO_PORT", "٨٠٨٠"),
        ("LUNEO_WORKERS", "-1"),
        ("LUNEO_TRACE_SAMPLE", "nan"),
        ("LUNEO_LOG_LEVEL", "loud"),
        ("DATABASE_URL", "mysql://u:hunter2@h/d"),
        ("DATABASE_URL", "postgresql://u:hunter2@h:99999999/d"),
        ("REDIS_URL", "localhost:6379"),
        ("LUNEO_OBJECTS_URL", "/a/folder"),
        ("LUNEO_PUBLIC_URL", "ftp://x"),
        ("LUNEO_SERVICE_ADDRESSES", "spec"),
        ("LUNEO_SERVICE_ADDRESSES", "spec=host"),
        ("LUNEO_SERVICE_ADDRESSES", "spec=host:1,"),
        ("LUNEO_ROUTE_RATES", "luneo.spec.v1.DesignService=1/2"),
        ("LUNEO_ROUTE_RATES", "a.B/C=0.0/2"),
        ("LUNEO_ROUTE_RATES", "a.B/C=1/0"),
        ("LUNEO_ROUTE_RATES", "a.B/C=1/1,"),
    ],
)
def test_a_bad_value_is_refused_with_the_variable_and_what_to_do(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: value})
    assert caught.value.variable == name
    assert "hunter2" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_every_variable_is_documented_and_no_secret_is_shown() -> None:
    settings = Settings.from_environment(
        {
            "DATABASE_URL": "postgres://owner:hunter2@db:5432/luneo",
            "REDIS_URL": "redis://:hunter2@queue:6379/0",
            "AWS_SECRET_ACCESS_KEY": "hunter2",
            "AWS_ACCESS_KEY_ID": "hunter2",
        }
    )
    shown = settings.described()
    assert [variable for variable, _ in shown] == list(VARIABLES)
    assert all(variable.sentence.endswith(".") for variable in VARIABLES)
    assert "hunter2" not in " ".join(value for _, value in shown)
    assert settings.database_url.startswith("postgresql://")


def test_every_setting_has_one_variable() -> None:
    assert sorted(one.field for one in VARIABLES) == sorted(one.name for one in fields(Settings))


def test_a_child_process_reads_the_same_settings(tmp_path: Path) -> None:
    settings = Settings.from_environment({"LUNEO_DATA": str(tmp_path / "a b"), "REDIS_URL": ""})
    assert Settings.from_environment(settings.environment()) == settings


def test_other_processes_services_are_listed_by_name() -> None:
    settings = Settings.from_environment({"LUNEO_SERVICE_ADDRESSES": "spec=a.b:1, render=c:2"})
    assert settings.addresses() == {"spec": "a.b:1", "render": "c:2"}
    assert Settings.from_environment({}).addresses() == {}


def test_a_role_url_keeps_place_and_database() -> None:
    url = "postgresql://owner:pw@/luneo?host=%2Ftmp%2Fa%20b"
    assert with_user(url, "luneo_service") == (
        "postgresql://luneo_service@/luneo?host=%2Ftmp%2Fa%20b"
    )
    assert with_user("postgresql:///luneo?host=%2Ft", "r") == "postgresql://r@/luneo?host=%2Ft"
    assert with_user("postgresql://o@h:1/d", "r", "p:/@") == "postgresql://r:p%3A%2F%40@h:1/d"


def test_a_password_is_masked_in_any_url() -> None:
    assert without_password("redis://:s3cret@h:1/0") == "redis://:***@h:1/0"
    assert without_password("postgresql://u:s@h/d?x=1") == "postgresql://u:***@h/d?x=1"
    assert without_password("plain") == "plain"


def test_keys_are_made_once_and_only_their_user_may_read_them(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "installation.json"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: installation_keys.load(path), range(8)))
    assert len({keys.pepper for keys in made}) == 1
    assert installation_keys.load(path) == made[0]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == [path.name]
    assert made[0].token_signing_key.startswith("-----BEGIN PRIVATE KEY-----")
    assert made[0].token_signing_key not in repr(made[0])


def test_keys_of_different_purposes_differ(tmp_path: Path) -> None:
    keys = installation_keys.load(tmp_path / "k.json")
    assert len({keys.derive("a"), keys.derive("b"), keys.pepper, keys.master_key}) == 4
    assert keys.role_password("a") != keys.role_password("b")


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "k.json"
    installation_keys.load(path)
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        installation_keys.load(path)


@pytest.mark.parametrize("damage", ["", "{}", "[1]", '{"version": 1, "pepper": "!"}'])
def test_a_damaged_key_file_is_never_replaced(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "k.json"
    path.write_text(damage)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="backup"):
        installation_keys.load(path)
    assert path.read_text() == damage
