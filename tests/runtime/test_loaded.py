"""What a process has loaded is not looked through again."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import gc
from services import server
from services.runtime import loaded
before = len(gc.get_objects())
loaded.settle()
print(before, len(gc.get_objects()))
"""


def test_later_collections_leave_what_is_loaded_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True, timeout=120
    )
    before, after = map(int, done.stdout.split())
    assert before > 50_000
    assert after < before / 100
