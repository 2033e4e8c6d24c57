"""What tests of outages do with a running installation: visit it as shoppers, ask for its processes, fill its disk."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from services.runtime import names
from tests.hostile.live import Live

BRAND = "brands/hearth-oak"
PATIENCE_S = 90.0


def eventually(true: Callable[[], Any], what: str) -> Any:
    """Return the first truthy answer; what is awaited has no event to wait for."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError):
            if answer := true():
                return answer
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come within {PATIENCE_S:.0f} s")


def ready(live: Live) -> bool:
    return live.server.get("/readyz").status_code == 200


def design(live: Live, text: str = "") -> dict[str, Any]:
    revision = f"{BRAND}/products/steel-tag/revisions/r1"
    words = text or names.new_id()[:4]
    zones = {"name": {"text": {"text": words, "font": f"{BRAND}/fonts/noto-sans"}}}
    return {"design": {"productRevision": revision, "zones": zones}}


def compose(live: Live) -> httpx.Response:
    return live.server.post(f"/v1/{BRAND}/designs:compose", json=design(live))


def preview(live: Live) -> httpx.Response:
    """Ask for the preview of a design that nobody made before."""
    return live.server.post(f"/v1/{BRAND}/previews", json=design(live))


def picture(live: Live, uri: str, wait_s: float = 30.0) -> httpx.Response:
    return live.server.get(uri, headers={"x-timeout": str(wait_s)})


def pids(live: Live, role: str) -> list[int]:
    found: list[int] = live.made.status()["processes"][role]
    return found


def fill(ballast: Path) -> None:
    """Write until there is no room for one byte more."""
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(1 << 16)):
            pass
