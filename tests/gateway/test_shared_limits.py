"""Limits of several gateways over one Redis, and what they do when it is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest
import redis

from gateway.app import create_app
from gateway.edge import shared_limits
from gateway.edge.limits import Charge, Quota, Standing
from gateway.edge.shared_limits import SharedLimits
from gateway.settings import GatewaySettings
from services.runtime import embedded
from tests.gateway import serving
from tests.gateway.messaging import Messaging
from tests.gateway.schema import MESSAGING

SLOW = 0.001  # tokens a second: none comes while a test runs


@pytest.fixture
def counts(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
        client.config_resetstat()
        yield client


@pytest.fixture
def own(tmp_path: Path) -> Iterator[embedded.Redis]:
    """A Redis that a test may stop."""
    server = embedded.Redis(tmp_path)
    server.start()
    yield server
    server.stop()


@asynccontextmanager
async def gateways(url: str, number: int) -> AsyncIterator[list[SharedLimits]]:
    async with AsyncExitStack() as stack:
        made = [SharedLimits(url) for _ in range(number)]
        for one in made:
            stack.push_async_callback(one.close)
        yield made


def charge(rate_per_s: float, burst: int, who: str = "a") -> Charge:
    return Charge(Quota("client", rate_per_s, burst), f"client:{who}".encode())


async def taken(limits: SharedLimits, one: Charge, now_s: float | None = None) -> Standing:
    found = await limits.take([one], time.monotonic() if now_s is None else now_s)
    return found[0]


def asked(client: redis.Redis) -> int:
    """How often the script ran."""
    return int(client.info("commandstats").get("cmdstat_evalsha", {"calls": 0})["calls"])


def test_several_gateways_admit_together_what_one_would(
    counts: redis.Redis, redis_url: str
) -> None:
    async def run() -> list[Standing]:
        async with gateways(redis_url, 3) as three:
            every = [taken(three[n % 3], charge(SLOW, 50)) for n in range(200)]
            return await asyncio.gather(*every)

    standings = asyncio.run(run())
    admitted = sum(not standing.wait_s for standing in standings)
    assert shared_limits.share_of(charge(SLOW, 50).quota) == 1
    assert admitted == 50


@pytest.mark.parametrize("burst", [8, 100, 1000])
def test_shares_never_admit_more_than_the_bucket_holds(
    counts: redis.Redis, redis_url: str, burst: int
) -> None:
    one = charge(40.0, burst)

    async def run() -> tuple[int, float]:
        async with gateways(redis_url, 2) as two:
            begun_s = time.monotonic()
            admitted = 0
            for number in range(3 * burst):
                admitted += not (await taken(two[number % 2], one)).wait_s
            return admitted, time.monotonic() - begun_s

    admitted, passed_s = asyncio.run(run())
    share = shared_limits.share_of(one.quota)
    assert burst - 2 * share <= admitted <= burst + passed_s * 40.0 + 1


def test_a_busy_client_seldom_asks_redis(counts: redis.Redis, redis_url: str) -> None:
    one = charge(1000.0, 8000)
    assert shared_limits.share_of(one.quota) == 100

    async def run() -> None:
        now_s = time.monotonic()
        async with gateways(redis_url, 1) as (limits,):
            for _ in range(1000):
                assert not (await taken(limits, one, now_s)).wait_s

    asyncio.run(run())
    assert asked(counts) <= 10


def test_calls_that_come_together_ask_together(counts: redis.Redis, redis_url: str) -> None:
    async def run() -> list[Standing]:
        async with gateways(redis_url, 1) as (limits,):
            await taken(limits, charge(SLOW, 9, "first"))
            every = [taken(limits, charge(SLOW, 9, str(number))) for number in range(100)]
            return await asyncio.gather(*every)

    assert [standing.wait_s for standing in asyncio.run(run())] == [0.0] * 100
    assert asked(counts) <= 3


def test_a_client_that_was_refused_is_refused_without_asking(
    counts: redis.Redis, redis_url: str
) -> None:
    one = charge(SLOW, 1)

    async def run() -> None:
        now_s = time.monotonic()
        async with gateways(redis_url, 1) as (limits,):
            assert not (await taken(limits, one, now_s)).wait_s
            for _ in range(100):
                assert (await taken(limits, one, now_s)).wait_s > 900

    asyncio.run(run())
    assert asked(counts) <= 3


def test_a_bucket_fills_again_by_the_clock_of_redis(counts: redis.Redis, redis_url: str) -> None:
    one = charge(20.0, 1)

    async def run() -> None:
        async with gateways(redis_url, 2) as two:
            assert not (await taken(two[0], one)).wait_s
            refused = await taken(two[1], one)
            assert 0 < refused.wait_s <= 0.051
            await asyncio.sleep(refused.wait_s + 0.002)
            assert not (await taken(two[1], one)).wait_s

    asyncio.run(run())


def test_what_redis_keeps_expires_and_names_nobody(counts: redis.Redis, redis_url: str) -> None:
    async def run() -> None:
        async with gateways(redis_url, 1) as (limits,):
            await taken(limits, charge(0.5, 4, "203.0.113.77"))

    asyncio.run(run())
    (key,) = counts.keys("*")
    assert key.startswith(shared_limits.PREFIX.encode())
    assert b"203.0.113.77" not in key
    assert 0 < counts.pttl(key) <= 2_001


def test_a_count_from_a_clock_that_ran_ahead_blocks_for_no_longer_than_a_full_bucket(
    counts: redis.Redis, redis_url: str
) -> None:
    one = charge(1.0, 2)

    async def run() -> Standing:
        async with gateways(redis_url, 2) as two:
            await taken(two[0], one)
            (key,) = counts.keys("*")
            counts.set(key, 10**17)
            return await taken(two[1], one)

    assert 0 < asyncio.run(run()).wait_s <= 1.0


def test_without_redis_each_gateway_counts_by_itself_and_later_together_again(
    own: embedded.Redis,
) -> None:
    one = charge(SLOW, 10)

    async def run() -> None:
        async with gateways(own.url, 2) as two:
            assert not (await taken(two[0], one)).wait_s
            await asyncio.to_thread(own.stop)
            for limits in two:
                admitted = [not (await taken(limits, one)).wait_s for _ in range(30)]
                assert admitted == [True] * 10 + [False] * 20
                assert limits.alone
            await asyncio.to_thread(own.start)
            async with asyncio.timeout(20):
                while two[0].alone or two[1].alone:
                    await asyncio.gather(*(taken(limits, one) for limits in two))
                    await asyncio.sleep(0.05)
            other = charge(SLOW, 10, "b")
            admitted = [not (await taken(two[n % 2], other)).wait_s for n in range(30)]
            assert sum(admitted) == 10

    asyncio.run(run())


def test_a_redis_that_does_not_answer_holds_nobody_up(own: embedded.Redis) -> None:
    one = charge(SLOW, 10)
    assert own.pid is not None
    pid = own.pid

    async def run() -> None:
        async with gateways(own.url, 1) as (limits,):
            await taken(limits, one)
            os.kill(pid, signal.SIGSTOP)
            try:
                async with asyncio.timeout(5):
                    every = [taken(limits, one) for _ in range(30)]
                    standings = await asyncio.gather(*every)
            finally:
                os.kill(pid, signal.SIGCONT)
            assert sum(not standing.wait_s for standing in standings) == 10
            assert limits.alone

    asyncio.run(run())


def test_two_gateways_refuse_a_client_together(counts: redis.Redis, redis_url: str) -> None:
    settings = GatewaySettings(rate_per_s=SLOW, burst=10, limits_redis_url=redis_url)
    apps = [create_app(Messaging(), [MESSAGING], settings) for _ in range(2)]
    with (
        serving.running(apps[0]) as first,
        serving.running(apps[1]) as second,
        httpx.Client(timeout=20) as client,
    ):
        bases = [first, second] * 10
        codes = [client.get(f"{base}/v1/messages/1").status_code for base in bases]
        refused = client.get(f"{first}/v1/messages/1")
    assert codes == [200] * 10 + [429] * 10
    assert int(refused.headers["retry-after"]) > 900
    assert refused.headers["ratelimit"] == f'"client";r=0;t={refused.headers["retry-after"]}'
