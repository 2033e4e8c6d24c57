"""Parts of a running installation go away: what callers are told, and that it heals by itself.

Real processes, killed and starved; nothing of ours is restarted by hand.
"""

from __future__ import annotations

import base64
import io
import os
import random
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from PIL import Image
from psycopg.rows import dict_row

from services.runtime.config import with_user
from tests.faults.visits import (
    BRAND,
    PATIENCE_S,
    compose,
    design,
    eventually,
    fill,
    picture,
    pids,
    preview,
    ready,
)
from tests.hostile.live import Live, refusal
from tests.platform.installation import installation

pytestmark = pytest.mark.slow

QUICK_S = 15.0  # far below what waiting in vain would take


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the object store: a small disk of its own where this user may mount one."""
    folder = tmp_path_factory.mktemp("store")
    command = ["mount", "-t", "tmpfs", "-o", "size=64m,mode=0700", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(command, check=False).returncode == 0
    yield folder
    if mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, store: Path) -> Iterator[Live]:
    settings = {"LUNEO_OBJECTS_URL": f"file://{store}"}
    data = tmp_path_factory.mktemp("outages") / "data"
    with installation(data, settings=settings) as made:
        made.start(subcommand="demo")
        with closing(Live(made)) as running:
            yield running


@pytest.fixture(autouse=True)
def healed(live: Live) -> Iterator[None]:
    """Each test finds and leaves an installation that works."""
    eventually(lambda: ready(live), "readiness")
    yield
    eventually(lambda: ready(live), "readiness")
    assert picture(live, preview(live).json()["uri"]).status_code == 200


def operation(live: Live, name: str) -> dict[str, Any]:
    found: dict[str, Any] = live.server.get(f"/v1/{name}").raise_for_status().json()
    return found


def message_of(live: Live, operation: str) -> dict[str, Any]:
    """The row of an operation's message."""
    with superuser(live) as connection:
        return outbox_row(connection, operation)


@contextmanager
def superuser(live: Live) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    url = with_user(live.made.state()["database_url"], "postgres")
    with psycopg.connect(url, row_factory=dict_row, autocommit=True) as connection:
        yield connection


def outbox_row(connection: psycopg.Connection[dict[str, Any]], operation: str) -> dict[str, Any]:
    row = connection.execute(
        "SELECT * FROM outbox WHERE operation_id = %s", (operation.rpartition("/")[2],)
    ).fetchone()
    assert row is not None
    return row


def taken_up(connection: psycopg.Connection[dict[str, Any]], operation: str) -> None:
    """Return as soon as a worker has taken up the work."""
    end = time.monotonic() + PATIENCE_S
    while (state := outbox_row(connection, operation)["state"]) in ("waiting", "sent"):
        assert time.monotonic() < end, "no worker took it up"
    assert state == "running"


# A full disk


@contextmanager
def full(store: Path, worker: int) -> Iterator[None]:
    """No room for a picture: the disk is filled, or the worker may write no file of that size."""
    if store.is_mount():
        ballast = store / "ballast"
        try:
            fill(ballast)
            yield
        finally:
            ballast.unlink()
        return
    process = psutil.Process(worker)
    before = process.rlimit(psutil.RLIMIT_FSIZE)
    process.rlimit(psutil.RLIMIT_FSIZE, (2_000, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        process.rlimit(psutil.RLIMIT_FSIZE, before)


def files(store: Path) -> set[str]:
    return {str(path) for path in store.rglob("*") if path.is_file() and path.name != "ballast"}


def test_a_render_waits_for_room_on_a_full_disk_and_says_so(live: Live, store: Path) -> None:
    (worker,) = pids(live, "worker")
    before = files(store)
    with full(store, worker):
        asked = preview(live).raise_for_status().json()
        waiting = eventually(
            lambda: "object store is full" in str(operation(live, asked["operation"])),
            "the reason of the delay",
        )
        assert waiting
        row = message_of(live, asked["operation"])
        assert (row["state"], row["error_reason"]) == ("waiting", "STORAGE_FULL")
        unready = picture(live, asked["uri"], wait_s=1)
        assert refusal(unready).reason == "PREVIEW_NOT_READY"
        assert int(unready.headers["retry-after"]) >= 1
        assert files(store) == before
        assert compose(live).status_code == 200
    assert eventually(lambda: picture(live, asked["uri"]).status_code == 200, "the picture")
    assert operation(live, asked["operation"])["done"]
    assert len(files(store)) == len(before) + 1


def test_an_upload_to_a_full_disk_is_refused_whole(live: Live, store: Path) -> None:
    (server,) = pids(live, "server")
    before, rows = files(store), live.rows()
    with full(store, server):
        body = {"asset": {"displayName": "x"}, "data": noise()}
        answer = live.server.post(f"/v1/{BRAND}/assets", json=body)
        refused = refusal(answer)
        assert (refused.status, refused.reason) == (503, "STORAGE_FULL")
        assert int(answer.headers["retry-after"]) >= 1
        assert files(store) == before
        assert live.rows() == rows
    assert live.server.post(f"/v1/{BRAND}/assets", json=body).status_code == 200


def noise() -> str:
    """A picture that takes some room, as an upload holds it."""
    image = Image.frombytes("RGB", (128, 128), random.Random(1).randbytes(128 * 128 * 3))
    out = io.BytesIO()
    image.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


# Servers that go away


def kill(live: Live, role: str) -> list[int]:
    killed = pids(live, role)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    return killed


def test_without_postgresql_callers_are_told_to_come_back(live: Live) -> None:
    """The server's configuration is put aside, so that it stays away until it is back."""
    settings = live.made.data / "postgres" / "postgresql.conf"
    aside = settings.with_suffix(".aside")
    servers = pids(live, "server") + pids(live, "worker") + pids(live, "relay")
    kept = preview(live).raise_for_status().json()
    settings.rename(aside)
    try:
        kill(live, "postgres")
        eventually(lambda: live.server.get("/readyz").status_code == 503, "a refusal")
        unready = live.server.get("/readyz")
        assert unready.json()["checks"]["database"] == "not available"
        assert "retry-after" in unready.headers
        for answer in (
            preview(live),
            live.server.get(f"/v1/{BRAND}/products"),
            live.client(live.key("secret", 1)).get("/v1/brands/mugworks"),
            live.client("lsk_" + "a" * 52).get(f"/v1/{BRAND}"),
        ):
            refused = refusal(answer)
            assert (refused.status, refused.reason) == (503, "DATABASE_UNAVAILABLE")
            assert "Try again" in refused.message
            assert int(answer.headers["retry-after"]) >= 1
        assert live.server.get("/healthz").status_code == 200
    finally:
        aside.rename(settings)
    eventually(lambda: ready(live), "readiness")
    assert pids(live, "server") + pids(live, "worker") + pids(live, "relay") == servers
    assert picture(live, kept["uri"]).status_code == 200


def test_a_crash_of_postgresql_is_over_within_seconds(live: Live) -> None:
    kill(live, "postgres")
    eventually(lambda: compose(live).status_code == 200, "an answer")
    eventually(lambda: preview(live).status_code == 200, "a preview")


def test_without_redis_work_is_accepted_and_done_later(live: Live) -> None:
    aside = live.made.data / "redis" / "aside"
    log = aside.with_name("appendonly.aof")
    log.rename(aside)
    log.mkdir()  # so that no successor can start
    try:
        kill(live, "redis")
        began = time.monotonic()
        asked = preview(live).raise_for_status().json()
        assert compose(live).status_code == 200
        assert time.monotonic() - began < QUICK_S
        checks = eventually(
            lambda: live.server.get("/readyz").json()["checks"]["queue"] != "ok", "a word of it"
        )
        assert checks
        late = picture(live, asked["uri"], wait_s=1)
        assert refusal(late).reason == "PREVIEW_NOT_READY"
    finally:
        log.rmdir()
        aside.rename(log)
    assert eventually(lambda: picture(live, asked["uri"]).status_code == 200, "the picture")
    assert message_of(live, asked["operation"])["failures"] == 0


# Our own processes


def test_a_worker_killed_in_mid_render_is_followed_by_one_that_finishes_it_once(
    live: Live,
) -> None:
    name, (worker,) = made_snapshot(live), pids(live, "worker")
    before = live.rows()["render_results"]
    final = {"kind": "RENDER_KIND_FINAL", "snapshot": name, "dpi": 1200}
    with superuser(live) as watching:
        started = live.server.post(f"/v1/{BRAND}/renders", json=final).raise_for_status().json()
        taken_up(watching, started["name"])
        os.kill(worker, signal.SIGKILL)
    done = eventually(lambda: finished(live, started["name"]), "the end of the work")
    assert "response" in done, done
    row = message_of(live, started["name"])
    assert (row["state"], row["attempts"], row["losses"], row["failures"]) == ("done", 2, 1, 0)
    assert live.rows()["render_results"] == before + 1
    kept = live.server.get(f"/v1/{name}").json()
    assert len(kept["assets"]) == 1


def made_snapshot(live: Live) -> str:
    kept = live.server.post(
        f"/v1/{BRAND}/snapshots", json={**design(live), "owner": "customer:outages"}
    )
    name: str = kept.raise_for_status().json()["name"]
    return name


def finished(live: Live, name: str) -> dict[str, Any]:
    found = operation(live, name)
    return found if found.get("done") else {}


def test_a_database_that_does_not_answer_costs_a_caller_no_more_than_its_deadline(
    live: Live,
) -> None:
    postmaster = psutil.Process(pids(live, "postgres")[0])
    frozen = [postmaster, *postmaster.children(recursive=True)]
    for process in frozen:
        process.suspend()
    try:
        began = time.monotonic()
        answer = live.server.get(f"/v1/{BRAND}/products", headers={"x-timeout": "1"})
        assert refusal(answer).status == 504
        assert time.monotonic() - began < QUICK_S
        assert live.server.get("/readyz").json()["checks"]["database"] == "no answer in time"
    finally:
        for process in frozen:
            process.resume()
    eventually(lambda: compose(live).status_code == 200, "an answer")


def test_a_killed_server_comes_back(live: Live) -> None:
    asked = preview(live).raise_for_status().json()
    (before,) = kill(live, "server")
    eventually(lambda: ready(live), "readiness")
    assert pids(live, "server") != [before]
    assert picture(live, asked["uri"]).status_code == 200
