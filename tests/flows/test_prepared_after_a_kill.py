"""A whole installation prepares a published mug: its process killed, its queue emptied, nothing lost."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psycopg
import pytest
import redis

from tests.flows.test_whole_installation_in_3d import BRAND, Caller, designed, published
from tests.platform.installation import Installation, installation

pytestmark = pytest.mark.slow

PATIENCE_S = 240.0


def kept(running: Installation) -> int:
    with psycopg.connect(running.state()["database_url"]) as connection:
        (count,) = connection.execute("SELECT count(*) FROM gbuffers").fetchone() or (0,)
    return int(count)


def until_more_than(running: Installation, count: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while kept(running) <= count:
        assert time.monotonic() < end
        time.sleep(0.05)


def bulk_of(running: Installation) -> int:
    """The process that prepares."""
    (found,) = [one.pid for one in running.family() if one.cmdline()[-2:] == ["--bulk", "only"]]
    return int(found)


def test_a_killed_process_and_an_emptied_queue_lose_no_side(tmp_path: Path) -> None:
    settings = {"LUNEO_PREPARE_3D": "off"}
    with installation(tmp_path / "data", settings=settings) as running:
        running.start(subcommand="demo")
        (keys,) = [one["keys"] for one in running.seeded()["brands"] if one["brand"] == BRAND]
        running.stop()
    settings["LUNEO_PREPARE_3D"] = "at-once"
    with installation(tmp_path / "data", settings=settings) as running:
        running.start(subcommand="demo")
        assert not kept(running)
        staff = Caller(f"http://127.0.0.1:{running.port}", keys["secret"])
        revision = published(staff)
        until_more_than(running, 0)
        os.kill(bulk_of(running), signal.SIGKILL)
        until_more_than(running, 3)
        with redis.Redis.from_url(running.state()["redis_url"]) as queue:
            queue.flushall()
        operations = staff.call("GET", f"brands/{BRAND}/operations")["operations"]
        (name,) = [one["name"] for one in operations if one["metadata"]["target"] == revision]
        end = time.monotonic() + PATIENCE_S
        while not (found := staff.call("GET", f"{name}:wait")).get("done"):
            assert time.monotonic() < end
        assert "error" not in found
        before = kept(running)
        assert before == 12 + 2 * 3 - 1  # around the first camera, and each camera in two sizes
        design = designed(staff, revision)
        for width in (640, 1024):
            body = {"design": design, "kind": "RENDER_KIND_PREVIEW_3D", "widthPx": width}
            preview = staff.call("POST", f"brands/{BRAND}/previews", body)
            staff.until_done(preview["operation"])
        assert kept(running) == before
