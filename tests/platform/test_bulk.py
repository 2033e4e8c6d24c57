"""The process that works what goes beyond a brand's allowance."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil

from services.runtime.priority import AFTER_ANSWERS, BEHIND_OTHERS
from services.runtime.queue_policy import QUEUES
from tests.platform.installation import Installation, installation

PATIENCE_S = 120.0
FLOOD = QUEUES["render-preview"].burst * 4


def until(condition: Callable[[], Any], what: str) -> Any:
    """Return what the condition gives once it holds."""
    end = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < end, what
        time.sleep(0.02)
    return found


def bulk_of(made: Installation) -> list[psutil.Process]:
    found = []
    for process in made.family():
        try:
            if process.cmdline()[-3:-1] == ["work", "--bulk"] and process.cmdline()[-1] == "only":
                found.append(process)
        except psutil.Error:
            continue
    return found


def flood(made: Installation, brand: dict[str, Any], round_: int) -> list[str]:
    """Ask for thumbnails that nobody has seen; return the addresses of the operations."""
    key = {"x-api-key": brand["keys"]["secret"]}
    with httpx.Client(base_url=made.status()["rest"], headers=key, timeout=60) as client:
        product = f"{brand['name']}/products/mug"
        published = client.get(f"/v1/{product}:published").raise_for_status().json()
        zone = next(zone["id"] for zone in published["template"]["zones"] if "text" in zone)
        for number in range(FLOOD):
            design = {
                "productRevision": published["name"],
                "zones": {zone: {"text": {"text": f"{round_} {number}"}}},
            }
            answer = client.post(f"/v1/{brand['name']}/previews", json={"design": design})
            answer.raise_for_status()
        listed = client.get(f"/v1/{brand['name']}/operations", params={"pageSize": FLOOD})
        return [one["name"] for one in listed.raise_for_status().json()["operations"]]


def all_done(made: Installation, brand: dict[str, Any], operations: list[str]) -> bool:
    key = {"x-api-key": brand["keys"]["secret"]}
    with httpx.Client(base_url=made.status()["rest"], headers=key, timeout=60) as client:
        answers = [client.get(f"/v1/{name}").raise_for_status().json() for name in operations]
    return all(one.get("done") and "error" not in one for one in answers)


def test_bulk_has_a_process_behind_all_others_and_loses_nothing_with_it(tmp_path: Path) -> None:
    with installation(tmp_path / "data") as made:
        made.start(subcommand="demo")
        brand = next(one for one in made.seeded()["brands"] if one["brand"] == "mugworks")
        assert bulk_of(made) == []
        operations = flood(made, brand, 1)
        (process,) = until(lambda: bulk_of(made), "no process for bulk")
        until(lambda: process.nice() == BEHIND_OTHERS, "it is as urgent as the others")
        autogroup = Path(f"/proc/{process.pid}/autogroup")
        if autogroup.exists() and autogroup.read_text().strip():
            assert autogroup.read_text().split()[-1] == str(BEHIND_OTHERS)
        found = {os.getpriority(os.PRIO_PROCESS, one.pid) for one in made.family()}
        readers = {AFTER_ANSWERS, BEHIND_OTHERS + AFTER_ANSWERS}  # of files, where there are some
        assert found - readers == {0, BEHIND_OTHERS}
        process.kill()
        until(lambda: all_done(made, brand, operations), "work was lost with its process")
        (after,) = until(lambda: bulk_of(made), "no process came after it")
        assert after.pid != process.pid
    assert not psutil.pid_exists(after.pid)
