"""The same view and design give the same pixels, whatever the process and the processor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.render_core.test_same_bytes_outputs import ENVIRONMENTS

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "mockup" / "digests.json"


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_neither_process_nor_processor_changes_a_pixel(name: str, rewrite_golden: bool) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tests.render_core.mockup.digests"],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENTS[name]},
        capture_output=True,
        check=True,
        text=True,
    )
    if rewrite_golden:
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(result.stdout + "\n")
    assert json.loads(result.stdout) == json.loads(GOLDEN.read_text())
