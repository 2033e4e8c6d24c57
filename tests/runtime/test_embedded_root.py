"""Root runs the embedded servers, which refuse to be run by root."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from services.runtime import embedded
from services.runtime.embedded.launch import CLONE_NEWUSER, NOBODY
from tests.system import needed

# A root who may not make user namespaces, like that of most containers: a namespace with all of the
# machine's users in which no further one may be made.
_CONTAINER = """
import ctypes, os, sys
to_parent, to_child = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    assert ctypes.CDLL(None).unshare(int(sys.argv[1])) == 0
    os.write(to_parent[1], b".")
    os.read(to_child[0], 1)
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    with open("/proc/sys/user/max_user_namespaces", "w") as limit:
        limit.write("0")
    os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
os.read(to_parent[0], 1)
for kind in ("uid", "gid"):
    with open(f"/proc/{child}/{kind}_map", "w") as map:
        map.write("0 0 65536")
os.write(to_child[1], b".")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
_KEEP = """
import sys
from pathlib import Path
import psycopg
from services.runtime import embedded
with embedded.servers(Path(sys.argv[1]), durable=False) as running:
    with psycopg.connect(running.database_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS n")
"""


def _may_make_namespaces() -> bool:
    probe = "import ctypes,sys; sys.exit(ctypes.CDLL(None).unshare(int(sys.argv[1])) != 0)"
    return (
        subprocess.run([sys.executable, "-c", probe, str(CLONE_NEWUSER)], check=False).returncode
        == 0
    )


def _in_container(data: Path) -> None:
    arguments = [sys.executable, "-c", _CONTAINER, str(CLONE_NEWUSER), "-c", _KEEP, str(data)]
    subprocess.run(arguments, check=True, env={**os.environ, "PYTHONPATH": os.getcwd()})


def _owners(folder: Path) -> set[int]:
    return {path.lstat().st_uid for path in folder.rglob("*")}


@pytest.fixture(scope="module")
def namespaces() -> None:
    """The right to make user namespaces."""
    needed(_may_make_namespaces() or None, "the right to make user namespaces")


@pytest.mark.usefixtures("namespaces")
def test_where_namespaces_are_allowed_nothing_changes_its_owner(tmp_path: Path) -> None:
    with embedded.servers(tmp_path / "data", durable=False) as running:
        assert running.postgres.pid is not None
        capabilities = Path(f"/proc/{running.postgres.pid}/status").read_text()
        assert "CapEff:\t0000000000000000" in capabilities
        assert os.readlink(f"/proc/{running.postgres.pid}/ns/user") != os.readlink(
            "/proc/self/ns/user"
        )
    assert _owners(tmp_path / "data") == {0}


@pytest.mark.usefixtures("namespaces")
def test_where_namespaces_are_forbidden_the_servers_own_their_folders(tmp_path: Path) -> None:
    data = tmp_path / "data"
    _in_container(data)
    assert _owners(data / "postgres") == {NOBODY}
    assert (data / "redis" / "appendonly.aof").stat().st_uid == NOBODY
    with embedded.servers(data, durable=False) as running:
        assert running.postgres.pid is not None
        assert psutil.Process(running.postgres.pid).uids().effective == NOBODY
        with psycopg.connect(running.database_url) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (1,)


@pytest.mark.usefixtures("namespaces")
def test_data_made_with_namespaces_is_used_without_them(tmp_path: Path) -> None:
    with embedded.servers(tmp_path / "data", durable=False):
        pass
    _in_container(tmp_path / "data")
    assert _owners(tmp_path / "data" / "postgres") == {NOBODY}


def test_the_launcher_does_not_start_what_has_already_lost_its_parent(tmp_path: Path) -> None:
    launch = [sys.executable, "-I", "-S", embedded.process.LAUNCHER, "1", str(int(signal.SIGTERM))]
    started = subprocess.run([*launch, tmp_path, "--", "/bin/false"], check=False)
    assert started.returncode == 0
