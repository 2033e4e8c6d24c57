"""The same layout gives the same bytes, whatever the process, the locale and the processor."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
import pyvips
from numpy._core._multiarray_umath import (  # The list that numpy's own mask is checked against.
    __cpu_dispatch__,
    __cpu_features__,
)

from tests import system
from tests.render_core.export.digests import digests

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "export" / "digests.json"

MASKABLE = " ".join(name for name in __cpu_dispatch__ if __cpu_features__.get(name))
ENVIRONMENTS = {
    "another hash seed, zone and language": {
        "PYTHONHASHSEED": "4711",
        "TZ": "Asia/Kathmandu",
        "LANG": "tr_TR.UTF-8",
        "LC_ALL": "C",
    },
    "an old processor": {
        "NPY_DISABLE_CPU_FEATURES": MASKABLE,
        "VIPS_NOVECTOR": "1",
        "OPENBLAS_CORETYPE": "Prescott",
        "PYTHONHASHSEED": "1",
    },
    "one thread and the Python twin of ezdxf": {
        "VIPS_CONCURRENCY": "1",
        "OMP_NUM_THREADS": "1",
        "EZDXF_DISABLE_C_EXT": "1",
    },
}


def digests_of_a_process(
    environment: dict[str, str], before: tuple[str, ...] = ()
) -> dict[str, str]:
    """Return the digests that a fresh process prints under some variables."""
    result = subprocess.run(
        [*before, sys.executable, "-m", "tests.render_core.export.digests"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        check=True,
        text=True,
    )
    found: dict[str, str] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_outputs_do_not_depend_on_the_machine(name: str) -> None:
    assert digests_of_a_process(ENVIRONMENTS[name]) == json.loads(GOLDEN.read_text())


def test_a_dxf_does_not_depend_on_the_hash_seed() -> None:
    """Sets of few names keep their order by luck: several seeds, or this proves nothing."""
    program = (
        "import hashlib; from render_core.export.dxf import dxf;"
        "from tests.render_core.export.samples import MemoryLibrary, full_layout;"
        "print(hashlib.sha256(dxf(full_layout(MemoryLibrary()).surfaces[0])).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(6)
    }
    assert len(seen) == 1


@pytest.mark.parametrize("threads", [1, 5])
def test_pictures_do_not_depend_on_the_threads_of_libvips(threads: int) -> None:
    before = pyvips.concurrency_get()
    pyvips.concurrency_set(threads)
    try:
        made = digests()
    finally:
        pyvips.concurrency_set(before)
    assert made == json.loads(GOLDEN.read_text())


@pytest.mark.slow
@pytest.mark.outside
@pytest.mark.skipif(platform.machine() != "x86_64", reason="the emulated processor is an x86-64")
def test_outputs_are_the_same_on_a_processor_of_2008() -> None:
    """All of it, libvips, WebP, zlib and the C library too, where no variable masks a feature."""
    system.program("qemu-user", "qemu-x86_64")
    emulator = ("qemu-x86_64", "-cpu", "Nehalem")
    assert digests_of_a_process({}, emulator) == json.loads(GOLDEN.read_text())


def test_there_is_something_to_mask() -> None:
    """Without vector features to switch off, the old processor would prove nothing."""
    assert MASKABLE
