from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from services.cli.exits import Exit
from services.runtime.config import VARIABLES
from tests.platform.installation import free_port, luneo

ROOT = Path(__file__).resolve().parents[2]


def test_config_explains_every_variable_and_hides_secrets(tmp_path: Path) -> None:
    answer = luneo("config", "--json", AWS_SECRET_ACCESS_KEY="hunter2", LUNEO_DATA=str(tmp_path))
    assert answer.returncode == Exit.OK
    assert [row["name"] for row in json.loads(answer.stdout)] == [v.name for v in VARIABLES]
    assert "hunter2" not in answer.stdout


def test_a_bad_setting_is_a_sentence_and_its_own_exit_code() -> None:
    answer = luneo("config", LUNEO_PORT="eighty")
    assert answer.returncode == Exit.BAD_SETTING
    assert answer.stderr.startswith("luneo: LUNEO_PORT: 'eighty' is not a whole number")
    assert "Traceback" not in answer.stderr


def test_a_command_that_does_not_exist_is_a_usage_error() -> None:
    assert luneo("frobnicate").returncode == Exit.USAGE
    assert luneo("up", "--frobnicate").returncode == Exit.USAGE


def test_status_of_a_folder_where_nothing_runs_says_how_to_start(tmp_path: Path) -> None:
    answer = luneo("status", "--json", "--data", str(tmp_path))
    assert answer.returncode == Exit.NOT_RUNNING
    assert "luneo up" in answer.stderr
    assert not answer.stdout


@pytest.mark.parametrize("flag", ["--port", "--grpc-port"])
def test_a_taken_port_is_named_with_a_way_out(tmp_path: Path, flag: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = str(listener.getsockname()[1])
        other = {
            "--port": ["--grpc-port", str(free_port())],
            "--grpc-port": ["--port", str(free_port())],
        }
        answer = luneo("up", "--data", str(tmp_path), flag, taken, *other[flag])
    assert answer.returncode == Exit.IN_USE
    assert f"Port {taken}" in answer.stderr
    assert f"{flag} " in answer.stderr
    assert "pid" in answer.stderr


def test_a_worker_without_a_database_says_what_to_set(tmp_path: Path) -> None:
    answer = luneo("work", "--data", str(tmp_path))
    assert answer.returncode == Exit.UNAVAILABLE
    assert "DATABASE_URL" in answer.stderr


@pytest.mark.parametrize("chosen", [("tenant", "nothing"), ("--services", "tenant,nothing")])
def test_a_service_that_does_not_exist_is_named_with_those_that_do(
    tmp_path: Path, chosen: tuple[str, str]
) -> None:
    answer = luneo(
        "serve", *chosen, "--data", str(tmp_path),
        DATABASE_URL="postgresql://nobody@localhost/none", REDIS_URL="redis://localhost",
    )  # fmt: skip
    assert answer.returncode == Exit.BAD_SETTING
    assert "nothing is unknown" in answer.stderr


def test_doctor_examines_a_folder_where_nothing_runs(tmp_path: Path) -> None:
    answer = luneo("doctor", "--json", "--data", str(tmp_path), "--port", str(free_port()))
    found = {finding["part"]: finding["state"] for finding in json.loads(answer.stdout)}
    assert found["postgresql"] == found["redis"] == found["packages"] == "well"
    assert found["running"] == "note"


def test_doctor_finds_a_database_that_does_not_answer(tmp_path: Path) -> None:
    answer = luneo(
        "doctor", "--json", "--data", str(tmp_path), DATABASE_URL="postgresql://x@127.0.0.1:1/none"
    )
    assert answer.returncode == Exit.FAILED_CHECK
    ill = {f["part"]: f["sentence"] for f in json.loads(answer.stdout) if f["state"] == "ill"}
    assert "DATABASE_URL" in ill["postgresql"]
