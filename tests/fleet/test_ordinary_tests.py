"""What the ordinary tests promise of database and queue holds on servers of one's own as well."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fleet import own_servers
from tests.platform.installation import environment
from tests.system import needed

ROOT = Path(__file__).resolve().parents[2]
CHOSEN = (
    # Of the flows those whose subject is rows, locks and queued work, none that is about a picture.
    *(
        f"tests/flows/test_{part}.py"
        for part in (
            "brands",
            "erased_person",
            "erasure_under_way",
            "failing_renders",
            "isolation",
            "keys",
            "main_job",
            "members",
            "old_pictures",
            "orphans",
            "recurring_work",
            "snapshots",
        )
    ),
    "tests/architecture/test_catalogue.py",
    "tests/architecture/test_migrations.py",
    *(
        f"tests/runtime/test_{part}.py"
        for part in ("database", "operations", "outbox", "queue", "queue_jobs", "relay", "requests")
    ),
)


@pytest.mark.slow
@pytest.mark.outside
def test_database_and_queue_of_the_system_pass_the_ordinary_tests(own_redis: str) -> None:
    binaries = needed(own_servers.debian_postgres(), "Debian's package postgresql")
    with own_servers.postgres(binaries, authentication="trust") as running:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-m", "not slow", "-p", "no:cacheprovider",
             "-n", str(min(2, os.cpu_count() or 1)), *CHOSEN],
            env=environment(DATABASE_URL=running.url, REDIS_URL=own_redis),
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:]
