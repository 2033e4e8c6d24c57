"""Brands share the workers: a flood stays behind the others, comes to its end, and takes turns.

Judged by who runs beside whom and in which order, never by the clock.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis

from services.runtime.jobs import Actor, Job
from services.runtime.queue import NAMESPACE, WorkerProcess
from services.runtime.queue_policy import QUEUES, Lanes
from services.runtime.relay import Relay
from tests.runtime.workshop import QUEUE, Workshop

POLICY = QUEUES[QUEUE]
FLOOD = POLICY.burst + 20
PATIENCE_S = 30.0


class Held:
    """An actor whose jobs for one brand last until they are let go; it notes who began and ended."""

    def __init__(self, shop: Workshop, held: str = "") -> None:
        self._shop = shop
        self._held = held
        self._let_go = threading.Event()
        self._changed = threading.Condition()
        self.begun: list[str] = []
        self.ended: list[str] = []

    def __call__(self, job: Job) -> None:
        self._note(self.begun, job.brand)
        if job.brand == self._held:
            assert self._let_go.wait(PATIENCE_S)
        self._shop.finish(job)
        self._note(self.ended, job.brand)

    def let_go(self) -> None:
        self._let_go.set()

    def until(self, notes: list[str], brand: str, times: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: notes.count(brand) >= times, PATIENCE_S), notes

    def _note(self, notes: list[str], brand: str) -> None:
        with self._changed:
            notes.append(brand)
            self._changed.notify_all()


def flood(shop: Workshop, brand: str, jobs: int = FLOOD) -> None:
    for number in range(jobs):
        shop.send(brand, f"cause-{number}")


def lanes(shop: Workshop) -> tuple[int, int]:
    """How many messages wait in front, and in bulk."""
    with redis.Redis.from_url(shop.redis_url) as client:
        front, bulk = (client.llen(f"{NAMESPACE}:{lane}") for lane in (QUEUE, POLICY.bulk))
        return int(front), int(bulk)


@contextmanager
def working(shop: Workshop, actor: Held, lanes: Lanes, threads: int = 2) -> Iterator[None]:
    worker = WorkerProcess(
        shop.database,
        shop.redis_url,
        [Actor("test.work", QUEUE, actor)],
        lanes=lanes,
        threads=threads,
    )
    worker.start()
    try:
        yield
    finally:
        actor.let_go()
        worker.stop(drain_s=20)


def test_a_flood_is_bulk_and_another_brand_goes_in_front(shop: Workshop) -> None:
    relay = Relay(shop.database, shop.redis_url)
    flood(shop, "b-flood")
    relay.relay_once()
    assert lanes(shop) == (0, POLICY.bulk_window)
    shop.send("b-small")
    relay.relay_once()
    assert lanes(shop) == (1, POLICY.bulk_window)


def test_a_few_jobs_at_once_go_in_front(shop: Workshop) -> None:
    flood(shop, "b-small", 3)
    Relay(shop.database, shop.redis_url).relay_once()
    assert lanes(shop) == (POLICY.window, 0)


def test_another_brand_is_served_while_jobs_of_a_flood_hold_all_they_may(shop: Workshop) -> None:
    actor = Held(shop, held="b-flood")
    flood(shop, "b-flood")
    with shop.relaying(), working(shop, actor, Lanes.BOTH):
        actor.until(actor.begun, "b-flood", 2)
        for number in range(5):
            shop.send("b-small", f"cause-{number}")
            actor.until(actor.ended, "b-small", number + 1)
        assert actor.begun.count("b-flood") == 2  # as many as there are threads, and not one more
        actor.let_go()
        actor.until(actor.ended, "b-flood", FLOOD)


def test_a_flood_comes_to_its_end_while_others_go_on(shop: Workshop) -> None:
    actor = Held(shop)
    flood(shop, "b-flood")
    stopped = threading.Event()

    def go_on(brand: str) -> None:
        number = 0
        while not stopped.is_set():
            number += 1
            shop.send(brand, f"cause-{number}")
            actor.until(actor.ended, brand, number)

    others = [threading.Thread(target=go_on, args=(f"b-{number}",)) for number in range(3)]
    with shop.relaying(), working(shop, actor, Lanes.BOTH):
        for thread in others:
            thread.start()
        try:
            actor.until(actor.ended, "b-flood", FLOOD)
        finally:
            stopped.set()
            for thread in others:
                thread.join()
    assert all(actor.ended.count(f"b-{number}") > 1 for number in range(3))


def test_brands_that_flood_take_turns(shop: Workshop) -> None:
    brands = ("b-one", "b-two", "b-three")
    actor = Held(shop)
    for brand in brands:
        flood(shop, brand, 2 * FLOOD)
    with shop.relaying(), working(shop, actor, Lanes.BULK, threads=1):
        for brand in brands:
            actor.until(actor.begun, brand, FLOOD)
    served = Counter(actor.begun[: 3 * FLOOD])
    # One that waits in a thread while the relay looks misses a turn; served in the order of their coming, the last has none.
    assert min(served[brand] for brand in brands) >= FLOOD // 2, served


@pytest.mark.parametrize("worked", [Lanes.BULK, Lanes.BOTH])
def test_a_flood_alone_has_every_thread(shop: Workshop, worked: Lanes) -> None:
    actor = Held(shop, held="b-flood")
    flood(shop, "b-flood")
    with shop.relaying(), working(shop, actor, worked, threads=3):
        actor.until(actor.begun, "b-flood", 3)


def test_a_worker_of_bulk_leaves_the_front_to_others(shop: Workshop) -> None:
    bulk, front = Held(shop), Held(shop)
    flood(shop, "b-flood")
    shop.send("b-small")
    with shop.relaying(), working(shop, bulk, Lanes.BULK):
        bulk.until(bulk.ended, "b-flood", FLOOD - POLICY.burst)
        assert "b-small" not in bulk.begun
        with working(shop, front, Lanes.FRONT):
            front.until(front.ended, "b-small", 1)
