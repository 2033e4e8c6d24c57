"""The relay and its sweeper: every committed message reaches Redis, in fair order, again if lost."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, LiteralString

import psycopg
import pytest
import redis
from sqlalchemy import text

from services.runtime import relay as relay_module
from services.runtime.database import in_one_trip
from services.runtime.queue import NAMESPACE, SILENT_MS, QueueBroker
from services.runtime.queue_policy import QUEUES
from services.runtime.relay import PREPARE, TAKE, Relay
from services.runtime.sweeper import Sweeper
from tests.runtime import workshop as workshop_module
from tests.runtime.workshop import QUEUE, Workshop

WINDOW = QUEUES[QUEUE].window


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as made:
        yield made


@pytest.fixture
def relay(shop: Workshop) -> Relay:
    return Relay(shop.database, shop.redis_url)


def queued(client: redis.Redis, queue: str = QUEUE) -> int:
    return int(client.llen(f"{NAMESPACE}:{queue}"))  # type: ignore[arg-type]


def states(shop: Workshop, brand: str) -> list[str]:
    return [row["state"] for row in shop.rows(brand, "SELECT state FROM outbox ORDER BY cause")]


def eventually(condition: Callable[[], bool], timeout_s: float = 20.0) -> bool:
    """Whether the condition comes true in time; asks a few times a second."""
    end = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            return False
        threading.Event().wait(0.02)
    return True


def test_a_committed_message_is_sent_once(
    shop: Workshop, relay: Relay, client: redis.Redis
) -> None:
    brand = shop.brand()
    sent = shop.send(brand)
    relay.relay_once()
    relay.relay_once()
    assert queued(client) == 1
    row = shop.message(brand, sent)
    assert (row["state"], row["deliveries"]) == ("sent", 1)


def test_a_message_says_only_where_to_look(
    shop: Workshop, relay: Relay, client: redis.Redis
) -> None:
    brand = shop.brand()
    sent = shop.send(brand, args={"text": "Emma"})
    relay.relay_once()
    (body,) = client.hvals(f"{NAMESPACE}:{QUEUE}.msgs")  # type: ignore[misc]
    assert b"Emma" not in body
    assert brand.encode() in body
    assert sent.encode() in body


def test_a_delayed_message_is_not_sent_early(
    shop: Workshop, relay: Relay, client: redis.Redis
) -> None:
    brand = shop.brand()
    sent = shop.send(brand)
    shop.change(brand, sent, "available_time = now() + interval '1 hour'")
    assert relay.relay_once() == set()
    assert queued(client) == 0


def test_two_relays_at_once_send_each_message_once(shop: Workshop, client: redis.Redis) -> None:
    for number in range(40):
        shop.send(f"b-{number}", "cause")
    relays = [Relay(shop.database, shop.redis_url) for _ in range(2)]
    threads = [threading.Thread(target=relay.relay_once) for relay in relays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert queued(client) == 40


def test_a_flood_of_one_brand_leaves_room_for_another(
    shop: Workshop, relay: Relay, client: redis.Redis
) -> None:
    for number in range(WINDOW * 5):
        shop.send("b-flood", f"cause-{number}")
    assert relay.relay_once() == {f"{QUEUE}/b-flood"}
    assert queued(client) == WINDOW
    shop.send("b-small", "cause")
    relay.relay_once()
    assert queued(client) == WINDOW + 1
    assert states(shop, "b-small") == ["sent"]


def test_the_window_moves_on_as_messages_are_taken(
    shop: Workshop, relay: Relay, client: redis.Redis
) -> None:
    ids = [shop.send("b-flood", f"cause-{number}") for number in range(WINDOW + 1)]
    relay.relay_once()
    shop.runner(shop.finish).run("b-flood", ids[0])
    assert relay.relay_once() == set()
    assert queued(client) == WINDOW + 1


def test_messages_of_a_brand_are_sent_in_their_order(
    shop: Workshop, relay: Relay, client: redis.Redis
) -> None:
    ids = [shop.send("b-one", f"cause-{number}") for number in range(WINDOW)]
    relay.relay_once()
    bodies = [
        client.hget(f"{NAMESPACE}:{QUEUE}.msgs", key)  # type: ignore[arg-type]
        for key in client.lrange(f"{NAMESPACE}:{QUEUE}", 0, -1)  # type: ignore[union-attr]
    ]
    assert all(sent.encode() in body for sent, body in zip(ids, bodies, strict=True))  # type: ignore[operator]


def test_nothing_is_marked_as_sent_while_redis_is_gone(shop: Workshop) -> None:
    brand = shop.brand()
    shop.send(brand)
    nowhere = Relay(shop.database, "unix:///nonexistent/redis.sock")
    with pytest.raises(redis.ConnectionError):
        nowhere.relay_once()
    assert states(shop, brand) == ["waiting"]


def test_a_running_relay_is_woken_by_the_commit(
    shop: Workshop, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "LOOK_S", 3600.0)  # it looks once, as it begins
    with shop.relaying():
        shop.send("b-0")
        assert eventually(lambda: queued(client) == 1)
        for number in range(1, 5):
            shop.send(f"b-{number}")
            assert eventually(lambda number=number: queued(client) == number + 1)  # type: ignore[misc]


def test_a_brand_that_waits_for_its_window_does_not_wake_the_relay_and_another_does(
    shop: Workshop, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "LOOK_S", 3600.0)
    monkeypatch.setattr(relay_module, "BACKLOG_S", 3600.0)
    looks: list[set[str]] = []

    class Noted(Relay):
        def relay_once(self, queues: Iterable[str] = tuple(QUEUES)) -> set[str]:
            looks.append(set(queues))
            return super().relay_once(queues)

    for number in range(WINDOW + 1):
        shop.send("b-flood", f"cause-{number}")
    monkeypatch.setattr(workshop_module, "Relay", Noted)
    with shop.relaying():
        assert eventually(lambda: queued(client) == WINDOW)
        for number in range(WINDOW + 1, WINDOW + 10):
            shop.send("b-flood", f"cause-{number}")
        shop.send("b-small")
        assert eventually(lambda: queued(client) == WINDOW + 1)
    assert looks == [set(QUEUES), {QUEUE}]


def test_a_running_relay_survives_the_loss_of_its_connections(
    shop: Workshop, client: redis.Redis, postgres_superuser_url: str
) -> None:
    brand = shop.brand()
    with shop.relaying():
        shop.send(brand, "before")
        assert eventually(lambda: queued(client) == 1)
        with psycopg.connect(postgres_superuser_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE usename = 'luneo_relay' AND datname = %s",
                (shop.database.url("luneo_relay").partition("?")[0].rpartition("/")[2],),
            )
        shop.send(brand, "after")
        assert eventually(lambda: queued(client) == 2)


@pytest.fixture
def sweeper(shop: Workshop) -> Sweeper:
    made = Sweeper(shop.database, QueueBroker(shop.redis_url, maintains=True))
    made.sweep()  # sets its mark
    return made


def test_a_message_that_nobody_took_is_sent_again(
    shop: Workshop, relay: Relay, sweeper: Sweeper
) -> None:
    brand = shop.brand()
    sent = shop.send(brand)
    relay.relay_once()
    assert sweeper.sweep() == 0
    shop.change(brand, sent, "lease_until = now() - interval '1 second'")
    assert sweeper.sweep() == 1
    relay.relay_once()
    row = shop.message(brand, sent)
    assert (row["state"], row["deliveries"], row["losses"]) == ("sent", 2, 0)


def test_each_sending_allows_more_time_than_the_one_before(
    shop: Workshop, relay: Relay, sweeper: Sweeper
) -> None:
    brand = shop.brand()
    sent = shop.send(brand)
    allowed = []
    for _ in range(4):
        relay.relay_once()
        row = shop.message(brand, sent)
        allowed.append(row["lease_until"] - row["update_time"])
        shop.change(brand, sent, "lease_until = now() - interval '1 second'")
        sweeper.sweep()
    assert all(more > less * 1.9 for less, more in itertools.pairwise(allowed))


def test_the_job_of_a_dead_worker_is_sent_again(
    shop: Workshop, relay: Relay, sweeper: Sweeper
) -> None:
    brand = shop.brand()
    sent = shop.send(brand)
    shop.change(
        brand, sent, "state = 'running', attempts = 1, lease_until = now() - interval '1 second'"
    )
    assert sweeper.sweep() == 1
    assert shop.message(brand, sent)["losses"] == 1
    shop.deliver(brand, sent, shop.finish)
    assert states(shop, brand) == ["done"]


def test_what_a_silent_worker_held_goes_back_into_its_queue(
    shop: Workshop, relay: Relay, sweeper: Sweeper, client: redis.Redis
) -> None:
    shop.send(shop.brand())
    relay.relay_once()
    dead = QueueBroker(shop.redis_url)
    dead.beat()
    assert len(dead.do_fetch(QUEUE, 1)) == 1
    sweeper.sweep()
    assert queued(client) == 0
    client.zadd(f"{NAMESPACE}:__heartbeats__", {dead.broker_id: time.time() * 1000 - SILENT_MS - 1})
    sweeper.sweep()
    assert queued(client) == 1


def test_everything_is_sent_again_when_redis_was_emptied(
    shop: Workshop, relay: Relay, sweeper: Sweeper, client: redis.Redis
) -> None:
    brand = shop.brand()
    for number in range(WINDOW):
        shop.send(brand, f"cause-{number}")
    relay.relay_once()
    client.flushdb()
    assert sweeper.sweep() == WINDOW
    relay.relay_once()
    assert queued(client) == WINDOW
    assert sweeper.sweep() == 0


def test_more_workers_have_more_of_one_brand_at_hand(
    shop: Workshop, relay: Relay, client: redis.Redis
) -> None:
    for number in range(WINDOW * 5):
        shop.send("b-flood", f"cause-{number}")
    relay.relay_once()
    assert queued(client) == WINDOW
    for _ in range(3):
        QueueBroker(shop.redis_url).beat()
    relay.relay_once()
    assert queued(client) == WINDOW * 3


def test_what_ended_long_ago_is_cleared_and_nothing_else(shop: Workshop, sweeper: Sweeper) -> None:
    brand = shop.brand()
    old = "update_time = now() - interval '30 days'"
    for number, state in enumerate(["waiting", "sent", "running", "done", "dead", "cancelled"]):
        sent = shop.send(brand, f"cause-{number}")
        shop.change(brand, sent, f"state = '{state}', {old}")
    shop.change(brand, shop.send(brand, "fresh"), "state = 'done'")
    assert sweeper.clear() == 2
    left = shop.rows(brand, "SELECT state FROM outbox ORDER BY cause")
    assert [row["state"] for row in left] == ["waiting", "sent", "running", "dead", "done"]


def test_a_retry_becomes_due_while_another_queue_is_busy(
    shop: Workshop, client: redis.Redis
) -> None:
    brand = shop.brand()
    later = shop.send(brand, "later", queue="asset-convert")
    shop.change(brand, later, "available_time = now() + interval '300 milliseconds'")
    stopped = threading.Event()

    def keep_busy() -> None:
        for number in itertools.count():
            if stopped.wait(0.02):
                return
            shop.send(f"b-{number}", "cause")

    busy = threading.Thread(target=keep_busy)
    busy.start()
    try:
        with shop.relaying():
            assert eventually(lambda: queued(client, "asset-convert") == 1, 10)
    finally:
        stopped.set()
        busy.join()


def test_a_deep_backlog_is_not_read_to_take_a_few_of_it(shop: Workshop) -> None:
    with shop.database.brand("b-deep") as tx:
        tx.execute(
            text(
                "INSERT INTO outbox (brand_id, message_id, cause, queue, actor) "
                "SELECT 'b-deep', 'm' || n, 'c' || n, 'render-preview', 'test.work' "
                "FROM generate_series(1, 20000) n"
            )
        )
    with psycopg.connect(shop.url, autocommit=True) as connection:
        connection.execute("ANALYZE outbox")
    values = {
        "queue": QUEUE,
        "window": WINDOW,
        "bulk_window": 6,
        "burst": 12,
        "lease_s": 10,
        "lease_limit_s": 300,
    }
    explain: LiteralString = f"{PREPARE} EXPLAIN (ANALYZE, FORMAT JSON) {TAKE}"
    with shop.database.relay() as tx:
        (explained,) = in_one_trip(tx, explain, values)
    assert _rows_read(explained["QUERY PLAN"][0]["Plan"]) < 100


def _rows_read(node: dict[str, Any]) -> int:
    read = sum(_rows_read(child) for child in node.get("Plans", []))
    if "Relation Name" in node and node["Node Type"] != "ModifyTable":
        rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        read += int(rows * node["Actual Loops"])
    return read
