"""One brand's flood, from a process of its own: it delays no one whose waiting is measured.

    python -m tests.bench.flood JOBS < a pickled crowd.Brand

Prints how many calls were refused, and in how many seconds all were made.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
import time
from collections.abc import Iterator

import httpx

from tests.bench.crowd import SENDERS, Brand


async def _flood(brand: Brand, jobs: int) -> tuple[int, float]:
    numbers, began = iter(range(jobs)), time.perf_counter()
    async with brand.client(brand.secret) as client:
        refused = await asyncio.gather(*(_send(brand, client, numbers) for _ in range(SENDERS)))
    return sum(refused), time.perf_counter() - began


async def _send(brand: Brand, client: httpx.AsyncClient, numbers: Iterator[int]) -> int:
    """Ask for previews one after the other; a refused one is asked for again after its time."""
    refused = 0
    for number in numbers:
        while True:
            answer = await client.post(
                f"/v1/{brand.name}/previews", json=brand.design(f"Flood {number}")
            )
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                break
            await asyncio.sleep(float(answer.headers["retry-after"]))
        refused += answer.is_error
    return refused


if __name__ == "__main__":
    given: Brand = pickle.load(sys.stdin.buffer)
    print(*asyncio.run(_flood(given, int(sys.argv[1]))))
