"""A plain user's readers of hostile files are confined like root's.

Root becomes an ordinary user for it, by the means of the embedded servers' launcher.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.runtime.embedded import process

pytestmark = pytest.mark.slow

_AS_PLAIN_USER = """
import os, runpy, sys
launch = runpy.run_path(sys.argv[1])
try:
    launch["_enter_user_namespace"](0, os.getegid())
except OSError:
    launch["_become"](launch["NOBODY"])
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
_WHO = "import os; print(os.geteuid(), [l for l in open('/proc/self/status') if 'CapEff' in l])"


def as_plain_user(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _AS_PLAIN_USER, str(process.LAUNCHER), *arguments]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
    }
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_user_of_these_tests_is_an_ordinary_one() -> None:
    assert as_plain_user("-c", _WHO).stdout.split()[0] not in ("", "0")


def test_what_holds_for_root_s_readers_holds_for_a_plain_user_s(tmp_path: Path) -> None:
    tests = str(Path(__file__).with_name("test_confined.py"))
    options = ["-q", "-n", "0", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'plain'}"]
    done = as_plain_user("-m", "pytest", tests, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout
