"""Every kind of output, in every format, is the same in any process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from render_core.output_keys import OutputKind

ROOT = Path(__file__).parents[2]


def made_in_a_process(**environment: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.render_core.every_kind"],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, check=True, text=True,
    )  # fmt: skip
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_every_kind_in_every_format_is_the_same_in_two_processes() -> None:
    one = made_in_a_process(PYTHONHASHSEED="1", VIPS_CONCURRENCY="1", TZ="Asia/Kathmandu")
    other = made_in_a_process(PYTHONHASHSEED="2", VIPS_CONCURRENCY="4", LC_ALL="C")
    assert one == other
    assert {name.split()[0] for name in one} == {kind.value for kind in OutputKind}
