from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from services.runtime import embedded

_PARENT = """
import sys, time
from pathlib import Path
from services.runtime import embedded
with embedded.servers(Path(sys.argv[1]), durable=False) as running:
    print(running.postgres.pid, running.redis.pid, flush=True)
    sys.stdin.read()
"""


def _start_parent(
    data: Path, python: str = sys.executable
) -> tuple[subprocess.Popen[str], list[int]]:
    parent = subprocess.Popen(
        [python, "-c", _PARENT, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    assert parent.stdout is not None
    return parent, [int(pid) for pid in parent.stdout.readline().split()]


def _kill(parent: subprocess.Popen[str]) -> None:
    parent.kill()
    parent.communicate()


def _count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def test_data_is_there_after_a_stop_and_a_start(tmp_path: Path) -> None:
    with embedded.servers(tmp_path) as first:
        with psycopg.connect(first.database_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
        with redis.Redis.from_url(first.redis_url) as client:
            client.set("kept", "1")
    with embedded.servers(tmp_path) as second:
        assert _count(second.database_url) == 1
        with redis.Redis.from_url(second.redis_url) as client:
            assert client.get("kept") == b"1"


def test_servers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    parent, pids = _start_parent(tmp_path)
    children = [psutil.Process(pid) for pid in pids]
    _kill(parent)
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive


def test_a_start_right_after_a_kill_takes_over_the_data(tmp_path: Path) -> None:
    with (
        embedded.servers(tmp_path, durable=False) as first,
        psycopg.connect(first.database_url) as connection,
    ):
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    for _ in range(3):
        parent, _pids = _start_parent(tmp_path)
        _kill(parent)
        with embedded.servers(tmp_path, durable=False) as again:
            assert _count(again.database_url) == 1


def test_a_server_left_running_is_found_and_replaced(tmp_path: Path) -> None:
    with embedded.servers(tmp_path, durable=False) as running:
        commands = [psutil.Process(s.pid).cmdline() for s in (running.postgres, running.redis)]
    launch = [sys.executable, "-I", "-S", embedded.process.LAUNCHER, str(os.getpid()), "0"]
    orphans = []
    for folder, command in zip(("postgres", "redis"), commands, strict=True):
        arguments = [*launch, tmp_path / folder, tmp_path / "run", "--", *command]
        with (tmp_path / "log" / "orphan.log").open("ab") as log:
            orphans.append(subprocess.Popen(arguments, stdout=log, stderr=log))
    (tmp_path / "redis" / "redis.pid").write_text(f"{orphans[1].pid}\n")
    while not (tmp_path / "postgres" / "postmaster.pid").exists():
        assert orphans[0].poll() is None
    with embedded.servers(tmp_path, durable=False) as running:
        assert [orphan.wait(0) is not None for orphan in orphans] == [True, True]
        assert running.postgres.pid not in [orphan.pid for orphan in orphans]


def test_two_parents_cannot_run_servers_in_one_folder(tmp_path: Path) -> None:
    with (
        embedded.servers(tmp_path, durable=False),
        pytest.raises(embedded.EmbeddedError, match="another process"),
    ):
        embedded.Postgres(tmp_path).start()


def test_a_crashed_server_can_be_started_again_by_its_parent(tmp_path: Path) -> None:
    with embedded.servers(tmp_path, durable=False) as running:
        for server in (running.postgres, running.redis):
            assert server.pid is not None
            process = psutil.Process(server.pid)
            process.send_signal(signal.SIGKILL)
            process.wait(20)
            assert server.pid is None
            server.start()
            assert server.pid is not None


def test_a_pid_file_of_another_program_does_not_stop_the_start(tmp_path: Path) -> None:
    with embedded.servers(tmp_path, durable=False) as running:
        pid_file = running.postgres.pid_file
        lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with embedded.servers(tmp_path, durable=False) as running:
        assert running.postgres.pid != os.getpid()


def test_an_interrupted_initialisation_is_begun_again(tmp_path: Path) -> None:
    draft = tmp_path / "postgres.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    with embedded.servers(tmp_path, durable=False) as running:
        assert running.postgres.pid is not None
    assert not draft.exists()


@pytest.mark.parametrize("name", ["a folder with spaces, 'quotes' and ü", "deep/" * 40])
def test_any_data_folder_works(tmp_path: Path, name: str) -> None:
    data = tmp_path / name
    with embedded.servers(data, durable=False) as running:
        with psycopg.connect(running.database_url) as connection:
            connection.execute("SELECT 1")
        with redis.Redis.from_url(running.redis_url) as client:
            assert client.ping()
        assert running.postgres.sockets.stat().st_mode & 0o777 == 0o700


def test_no_port_is_open_and_folders_are_closed_to_others(tmp_path: Path) -> None:
    with embedded.servers(tmp_path / "data", durable=False) as running:
        for server in (running.postgres, running.redis):
            assert server.pid is not None
            process = psutil.Process(server.pid)
            family = [process, *process.children(recursive=True)]
            assert not [c for p in family for c in p.net_connections(kind="inet")]
        for folder in (tmp_path / "data", running.postgres.folder, running.redis.folder):
            assert folder.stat().st_mode & 0o777 == 0o700


def test_the_owner_of_the_schema_is_no_superuser(tmp_path: Path) -> None:
    with (
        embedded.servers(tmp_path, durable=False) as running,
        psycopg.connect(running.database_url) as connection,
    ):
        row = connection.execute(
            "SELECT current_user, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == ("luneo_owner", False, True)


def test_data_of_another_major_version_is_refused_in_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("16\n")
    with pytest.raises(embedded.EmbeddedError, match=r"made by PostgreSQL 16.*Restore"):
        embedded.Postgres(tmp_path).start()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    with embedded.servers(tmp_path, durable=False):
        pass
    with (tmp_path / "postgres" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(embedded.EmbeddedError, match="no_such_setting"):
        embedded.Postgres(tmp_path).start()
