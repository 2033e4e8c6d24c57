"""The disk of the data folder is full: everything waits for room and goes on by itself.

Needs the right to mount a small disk.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.visits import compose, eventually, fill, picture, pids, preview, ready
from tests.hostile.live import Live, refusal
from tests.platform.installation import installation
from tests.system import needed

ROOM = "size=280m,mode=0700"
AWAY_S = 15.0  # of no room: every part comes round to writing several times
PAUSE_S = 0.2  # between two visits of a shopper


pytestmark = [pytest.mark.slow, pytest.mark.outside]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    command = ["mount", "-t", "tmpfs", "-o", ROOM, "tmpfs", str(tmp_path)]
    mounted = os.geteuid() == 0 and subprocess.run(command, check=False).returncode == 0
    needed(mounted or None, "the right to mount a disk")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


@pytest.fixture
def live(disk: Path) -> Iterator[Live]:
    with installation(disk / "data") as made:
        made.start(subcommand="demo")
        with closing(Live(made)) as running:
            yield running


def test_nothing_is_lost_and_nothing_dies_on_a_full_disk(live: Live, disk: Path) -> None:
    assert picture(live, preview(live).json()["uri"]).status_code == 200
    processes = {role: pids(live, role) for role in ("supervisor", "server", "relay", "worker")}
    ballast = disk / "ballast"
    fill(ballast)
    accepted: list[str] = []
    end = time.monotonic() + AWAY_S
    while time.monotonic() < end:
        answer = preview(live)
        if answer.status_code == 200:
            accepted.append(answer.json()["uri"])
        else:
            refused = refusal(answer)
            assert refused.status == 503
            assert refused.reason in ("DISK_FULL", "DATABASE_UNAVAILABLE")
        assert compose(live).status_code in (200, 503)
        time.sleep(PAUSE_S)
    ballast.unlink()
    eventually(lambda: ready(live), "readiness")
    for address in accepted:
        assert picture(live, address).status_code == 200
    assert {role: pids(live, role) for role in processes} == processes
