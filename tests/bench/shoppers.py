"""Shoppers at a real installation: typing, new previews, previews seen before, all over REST."""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench import plain
from tests.bench.page_client import PageClient
from tests.bench.table import Measure, median_ms, percentile
from tests.platform.installation import Installation, installation

TYPISTS = 20
KEYSTROKES = 15
PAUSE_S = 0.25  # between two keystrokes of one shopper
DESIGNERS = 10
NEW_A_SECOND = 5
PREVIEWS = 60


def measures() -> Iterator[Measure]:
    with (
        tempfile.TemporaryDirectory(prefix="luneo-bench-") as folder,
        installation(Path(folder) / "data") as made,
    ):
        begun = time.perf_counter()
        made.start(subcommand="demo")
        made.seeded()
        yield Measure("first start, samples in place", time.perf_counter() - begun, "s")
        made.stop()
        begun = time.perf_counter()
        made.start(subcommand="demo")
        second = time.perf_counter() - begun
        yield Measure("second start", second, "s", goal=10.0)
        shop = Shop(made)
        yield from asyncio.run(shop.measures())
        memory = sum(made.status()["memory_bytes"].values()) / 1e6
        yield Measure("memory of all processes, one worker", memory, "MB", goal=600.0)


class Shop:
    """The walnut plaque of the demo, and shoppers with its publishable key."""

    def __init__(self, made: Installation) -> None:
        status = made.status()
        self._base = status["rest"]
        brand = next(one for one in made.seeded()["brands"] if one["brand"] == "hearth-oak")
        self._brand = brand["name"]
        self._key = brand["keys"]["publishable"]
        self._product = f"{self._brand}/products/walnut-plaque"
        self._revision = ""
        self._zone = ""

    async def measures(self) -> list[Measure]:
        pages = [PageClient(self._base, {"x-api-key": self._key}) for _ in range(TYPISTS)]
        await self._look(pages[0])
        await asyncio.gather(*(self._compose(page, f"Warm {n}") for n, page in enumerate(pages)))
        await self._new_preview(pages[0], "Warm")
        found = [*await self._typing(pages), *await self._previews(pages[:DESIGNERS])]
        for page in pages:
            await page.close()
        return found

    async def _look(self, page: PageClient) -> None:
        published = json.loads(await page.get(f"/v1/{self._product}:published"))
        self._revision = published["name"]
        self._zone = next(z["id"] for z in published["template"]["zones"] if "text" in z)

    async def _typing(self, pages: Sequence[PageClient]) -> list[Measure]:
        alone = [await self._compose(pages[0], f"Alone\nsince {n}") for n in range(20)]

        async def shopper(number: int, page: PageClient) -> list[float]:
            await asyncio.sleep(number * PAUSE_S / TYPISTS)
            times = []
            for typed in range(KEYSTROKES):
                took = await self._compose(page, f"Shopper {number}\nhas typed {typed}")
                times.append(took)
                await asyncio.sleep(max(0.0, PAUSE_S - took / 1e3))
            return times

        found = await asyncio.gather(*(shopper(n, page) for n, page in enumerate(pages)))
        together = [took for times in found for took in times]
        median = statistics.median(alone)
        return [
            Measure("compose over REST, one shopper, p50", median, "ms"),
            Measure(
                f"compose over REST, {TYPISTS} typing, p95",
                percentile(together, 0.95), "ms", "one shopper, p50", median, 40.0,
            ),
        ]  # fmt: skip

    async def _previews(self, pages: Sequence[PageClient]) -> list[Measure]:
        times: list[float] = []
        addresses: list[str] = []
        begun = time.perf_counter()

        async def designer(number: int, page: PageClient) -> None:
            for made in range(PREVIEWS // DESIGNERS):
                turn = made * DESIGNERS + number
                await asyncio.sleep(max(0.0, begun + turn / NEW_A_SECOND - time.perf_counter()))
                took, address = await self._new_preview(page, f"Designer {number}\nno. {made}")
                times.append(took)
                addresses.append(address)

        await asyncio.gather(*(designer(n, page) for n, page in enumerate(pages)))
        seen = [await self._seen(pages[0], address) for address in addresses]
        peer = median_ms(lambda: plain.mockup("Designer 1\nno. 1"), runs=8)
        name = "Pillow in a plain loop"
        p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
        return [
            Measure("new preview, whole way, p50", p50, "ms", name, peer, 1.2, True),
            Measure("new preview, p50 on a quiet machine", p50, "ms", goal=120.0),
            Measure("new preview, p95 on a quiet machine", p95, "ms", goal=200.0),
            Measure("preview seen before, p95", percentile(seen, 0.95), "ms", name, peer, 15.0),
        ]

    async def _compose(self, page: PageClient, text: str) -> float:
        begun = time.perf_counter()
        answer = await page.post(f"/v1/{self._brand}/designs:compose", self._design(text))
        took = (time.perf_counter() - begun) * 1e3
        assert answer["valid"], answer
        return took

    async def _new_preview(self, page: PageClient, text: str) -> tuple[float, str]:
        """Return the time from asking for a preview to having its picture, and its address."""
        begun = time.perf_counter()
        made = await page.post(f"/v1/{self._brand}/previews", self._design(text))
        address: str = made["uri"]
        picture = await page.get(address)
        took = (time.perf_counter() - begun) * 1e3
        assert picture.startswith(b"RIFF")
        return took, address

    async def _seen(self, page: PageClient, address: str) -> float:
        begun = time.perf_counter()
        picture = await page.get(address)
        took = (time.perf_counter() - begun) * 1e3
        assert picture.startswith(b"RIFF")
        return took

    def _design(self, text: str) -> dict[str, Any]:
        zones = {self._zone: {"text": {"text": text}}}
        return {"design": {"productRevision": self._revision, "zones": zones}}
