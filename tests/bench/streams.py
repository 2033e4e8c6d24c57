"""A thousand shoppers who wait for something: what their open streams of events cost a server.

There is no worker, so what they wait for never happens. The clients are bare sockets of this
process, at addresses of their own, since a client may hold only so many streams.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx
import psutil

from gateway.settings import GatewaySettings
from tests.bench.crowd import Brand
from tests.bench.table import Measure, percentile
from tests.platform.installation import Installation, installation

STREAMS: Final = 1_000
WARM: Final = 50
OPENED_AT_ONCE: Final = 20
IDLE_S: Final = GatewaySettings().heartbeat_s  # each says once that it lives
COMPOSES: Final = 120
_PER_ADDRESS: Final = GatewaySettings().streams_per_client // 2
_SETTLED_S: Final = 2.0


def measures() -> Iterator[Measure]:
    """Yield what the streams cost in memory and time, and what they cost those who type."""
    with (
        tempfile.TemporaryDirectory(prefix="luneo-bench-") as folder,
        installation(Path(folder) / "data", settings={"LUNEO_WORKERS": "0"}) as made,
    ):
        made.start(subcommand="demo")
        yield from asyncio.run(_measures(made, Brand(made, "hearth-oak")))


async def _measures(made: Installation, brand: Brand) -> list[Measure]:
    server = next(one for one in made.family() if one.cmdline()[-1:] == ["serve"])
    async with brand.client(brand.secret) as client:
        operation = await _pending(brand, client)
        await _composes(brand, client, "Warm")
        async with _watching(brand, operation, WARM):
            await asyncio.sleep(_SETTLED_S)
        quiet_ms = await _composes(brand, client, "Quiet")
        before = server.memory_info().rss
        _, at_rest = await _busy(server, made)
        async with _watching(brand, operation, STREAMS):
            await asyncio.sleep(_SETTLED_S)
            held = server.memory_info().rss - before
            own, family = await _busy(server, made)
            beside_ms = await _composes(brand, client, "Beside")
    return [
        Measure(f"{STREAMS} idle streams, memory", held / 1e6, "MB", goal=60.0),
        Measure(f"{STREAMS} idle streams, of a core in the server", own * 100, "%"),
        Measure("… in all processes, beyond what they take at rest", (family - at_rest) * 100, "%", goal=10.0),
        Measure(
            "compose beside them, p95", percentile(beside_ms, 0.95), "ms",
            "p95 without", percentile(quiet_ms, 0.95), 1.5, True,
        ),
    ]  # fmt: skip


async def _pending(brand: Brand, client: httpx.AsyncClient) -> str:
    """Return the name of an operation that stays pending."""
    asked = await client.post(f"/v1/{brand.name}/previews", json=brand.design("Waits"))
    operation: str = asked.raise_for_status().json()["operation"]
    return operation


async def _composes(brand: Brand, client: httpx.AsyncClient, what: str) -> list[float]:
    """Return the time of each in milliseconds, one after the other."""
    times = []
    for number in range(COMPOSES):
        body = brand.design(f"{what} {number}")
        began = time.perf_counter()
        answer = await client.post(f"/v1/{brand.name}/designs:compose", json=body)
        times.append((time.perf_counter() - began) * 1e3)
        assert answer.raise_for_status().json()["valid"], answer.text
    return times


async def _busy(server: psutil.Process, made: Installation) -> tuple[float, float]:
    """Return the share of a core that the server took for a while, and that all processes took."""
    family = made.family()
    own, together = _cpu_s(server), sum(map(_cpu_s, family))
    await asyncio.sleep(IDLE_S)
    return (_cpu_s(server) - own) / IDLE_S, (sum(map(_cpu_s, family)) - together) / IDLE_S


def _cpu_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


@asynccontextmanager
async def _watching(brand: Brand, operation: str, count: int) -> AsyncIterator[None]:
    """Hold so many streams, each of which has told the state of the operation."""
    room = asyncio.Semaphore(OPENED_AT_ONCE)

    async def opened(number: int) -> tuple[asyncio.Task[int], asyncio.StreamWriter]:
        async with room:
            reader, writer = await _open(brand, operation, f"127.0.0.{2 + number // _PER_ADDRESS}")
        return asyncio.create_task(_swallow(reader)), writer

    held = await asyncio.gather(*(opened(number) for number in range(count)))
    try:
        yield
        assert not any(task.done() for task, _ in held), "a stream ended"
    finally:
        for task, writer in held:
            writer.close()
            task.cancel()
        await asyncio.gather(*(task for task, _ in held), return_exceptions=True)


async def _open(
    brand: Brand, operation: str, address: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    url = httpx.URL(brand.rest)
    reader, writer = await asyncio.open_connection(
        url.host, url.port, local_addr=(address, 0), limit=1 << 12
    )
    lines = (
        f"GET /v1/{operation}:watch HTTP/1.1", f"Host: {url.host}",
        "Accept: text/event-stream", f"X-Api-Key: {brand.secret}",
    )  # fmt: skip
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    status = await reader.readline()
    assert b" 200 " in status, status + await reader.read(2000)
    await reader.readuntil(b"data: ")
    await reader.readline()
    return reader, writer


async def _swallow(reader: asyncio.StreamReader) -> int:
    taken = 0
    while chunk := await reader.read(1 << 12):
        taken += len(chunk)
    return taken
