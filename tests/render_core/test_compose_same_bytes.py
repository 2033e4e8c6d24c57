"""The same design gives the same layout: in every process, locale, time zone and on every CPU."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.golden.layout.designs import digests

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "layout" / "layouts.json"

ENVIRONMENTS = {
    "another seed, language and zone": {
        "PYTHONHASHSEED": "4242",
        "LANG": "tr_TR.UTF-8",
        "LC_ALL": "C",
        "TZ": "Pacific/Kiritimati",
    },
    "no vector instructions": {
        "PYTHONHASHSEED": "1",
        "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR",
        "OPENBLAS_CORETYPE": "Prescott",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-FMA,-AVX512F,-FMA4",
    },
}


def _golden() -> dict[str, str]:
    records = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return {name: record["digest"] for name, record in records.items()}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_layouts_do_not_depend_on_the_process_or_the_machine(name: str) -> None:
    environment = {**os.environ, **ENVIRONMENTS[name], "PYTHONWARNINGS": "ignore"}
    result = subprocess.run(
        [sys.executable, "-m", "tests.golden.layout.designs"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(result.stdout) == _golden()


def test_layouts_do_not_depend_on_what_was_composed_before_or_at_the_same_time() -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        runs = [pool.submit(digests) for _ in range(4)]
    assert all(run.result() == _golden() for run in runs)
