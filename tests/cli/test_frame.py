"""What holds for every command: help, errors, exit codes, settings."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import pytest
import typer

from services.cli.app import application
from services.cli.exits import Exit
from services.runtime.config import VARIABLES
from tests.cli.conftest import Command
from tests.platform.installation import free_port

GROUPS = typer.main.get_command(application()).commands  # type: ignore[attr-defined]
COMMANDS = [
    *([name] for name, one in GROUPS.items() if not hasattr(one, "commands")),
    *([name, sub] for name, one in GROUPS.items() for sub in getattr(one, "commands", ())),
]


def test_the_list_of_commands_is_readable(luneo: Command) -> None:
    done = luneo("--help", COLUMNS="80")
    assert done.returncode == Exit.OK
    for name in GROUPS:
        assert re.search(rf"^  {name} +[A-Z].*\.$", done.stdout, re.MULTILINE), name
    assert "..." not in done.stdout.replace("[ARGS]...", "")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_and_every_option(luneo: Command, command: list[str]) -> None:
    for flag in ("--help", "-h"):
        assert luneo(*command, flag).returncode == Exit.OK
    found = GROUPS[command[0]]
    for name in command[1:]:
        found = found.commands[name]
    assert found.help
    for parameter in found.params:
        assert getattr(parameter, "help", ""), parameter.name


@pytest.mark.parametrize(
    "arguments",
    [["frobnicate"], ["up", "--frobnicate"], ["render"], ["key"], ["up", "--port", "x"]],
)
def test_a_wrong_command_line_is_a_usage_error(luneo: Command, arguments: list[str]) -> None:
    done = luneo(*arguments)
    assert done.returncode == Exit.USAGE
    assert "Traceback" not in done.stderr + done.stdout


def test_config_documents_every_variable(luneo: Command, tmp_path: Path) -> None:
    done = luneo("config", "--json", "--data", str(tmp_path))
    rows = json.loads(done.stdout)
    assert [row["name"] for row in rows] == [variable.name for variable in VARIABLES]
    assert all(row["meaning"].endswith(".") and row["default"] for row in rows)
    shown = luneo("config", "--data", str(tmp_path)).stdout
    assert all(f"{row['name']} = " in shown and row["meaning"] in shown for row in rows)


def test_config_hides_every_secret(luneo: Command, tmp_path: Path) -> None:
    secrets = {
        "AWS_ACCESS_KEY_ID": "hunter2id",
        "AWS_SECRET_ACCESS_KEY": "hunter2",
        "DATABASE_URL": "postgresql://shop:hunter2@db.example:5432/luneo",
        "REDIS_URL": "rediss://user:hunter2@queue.example:6379/0",
    }
    for flags in ([], ["--json"]):
        done = luneo("config", *flags, "--data", str(tmp_path), **secrets)
        assert done.returncode == Exit.OK
        assert "hunter2" not in done.stdout + done.stderr
        assert "db.example:5432" in done.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LUNEO_PORT", "eighty"),
        ("LUNEO_WORKERS", "-1"),
        ("LUNEO_TRACE_SAMPLE", "2"),
        ("LUNEO_LOG_LEVEL", "loud"),
        ("REDIS_URL", "http://redis"),
        ("DATABASE_URL", "mysql://root:hunter2@db/luneo"),
        ("LUNEO_PUBLIC_URL", "shop.example"),
        ("LUNEO_SERVICE_ADDRESSES", "spec"),
    ],
)
def test_a_bad_setting_is_named_without_its_secrets(luneo: Command, name: str, value: str) -> None:
    done = luneo("config", **{name: value})
    assert done.returncode == Exit.BAD_SETTING
    assert done.stderr.startswith(f"luneo: {name}: ")
    assert "hunter2" not in done.stderr


def test_a_service_with_an_address_must_exist(luneo: Command, tmp_path: Path) -> None:
    done = luneo(
        "gateway", "--data", str(tmp_path), LUNEO_SERVICE_ADDRESSES="blueprint=127.0.0.1:1"
    )
    assert done.returncode == Exit.BAD_SETTING
    assert "blueprint is unknown" in done.stderr
    assert "spec" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["status", "--json"],
        ["brand", "create", "acme"],
        ["key", "create", "acme"],
    ],
    ids=" ".join,
)
def test_where_nothing_runs_it_is_said_how_to_start(
    luneo: Command, tmp_path: Path, arguments: list[str]
) -> None:
    done = luneo(*arguments, "--data", str(tmp_path / "empty"))
    assert done.returncode == Exit.NOT_RUNNING
    assert "luneo up" in done.stderr
    assert not done.stdout
    assert not (tmp_path / "empty").exists()


@pytest.mark.parametrize("command", ["serve", "relay", "work", "migrate", "gateway"])
def test_a_process_without_a_database_says_what_to_set(
    luneo: Command, tmp_path: Path, command: str
) -> None:
    done = luneo(command, "--data", str(tmp_path))
    assert done.returncode == Exit.UNAVAILABLE
    assert "DATABASE_URL" in done.stderr


def test_a_database_that_does_not_answer_is_a_sentence(luneo: Command, tmp_path: Path) -> None:
    done = luneo(
        "migrate", "--data", str(tmp_path), DATABASE_URL="postgresql://x:hunter2@127.0.0.1:1/none"
    )
    assert done.returncode == Exit.UNAVAILABLE
    assert "Check DATABASE_URL" in done.stderr
    assert "hunter2" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("flag", ["--port", "--grpc-port"])
@pytest.mark.parametrize("command", ["up", "demo"])
def test_a_taken_port_is_named_with_a_way_out(
    luneo: Command, tmp_path: Path, command: str, flag: str
) -> None:
    other = "--grpc-port" if flag == "--port" else "--port"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = str(listener.getsockname()[1])
        done = luneo(command, "--data", str(tmp_path), flag, taken, other, str(free_port()))
    assert done.returncode == Exit.IN_USE
    assert f"Port {taken}" in done.stderr
    assert re.search(rf"{flag} \d+", done.stderr)


def test_nothing_is_drawn_where_there_is_no_terminal(luneo: Command, tmp_path: Path) -> None:
    design = Path(__file__).resolve().parents[2] / "examples" / "designs" / "tag-emma.json"
    done = luneo("render", str(design), str(tmp_path / "emma.svg"))
    assert done.stderr.count("\n") == 1
    assert "\x1b" not in done.stderr
    assert "\r" not in done.stderr
