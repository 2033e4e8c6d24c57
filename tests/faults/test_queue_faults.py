"""No job is lost and none has its effect twice, whatever is killed. Real processes, real servers.

The seed of a run is printed; LUNEO_FAULT_SEED repeats it.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

import migrations
from services.runtime import embedded
from services.runtime.database import Database
from services.runtime.errors import ServiceError
from services.runtime.operations import Operations
from services.runtime.outages import service_error
from services.runtime.outbox import Outbox
from tests.faults.processes import FAILS_ONCE_IN, PAINT, QUEUE, create_tables

pytestmark = pytest.mark.slow

JOBS = 2000
BRANDS = 20
KILL_EVERY_S = 0.5
END_S = 400.0


@dataclass
class Crew:
    """The processes of one test, started by a process that has everything imported."""

    zygote: subprocess.Popen[str]
    pids: dict[str, list[int]] = field(default_factory=lambda: {"worker": [], "relay": []})
    kills: int = 0

    def start(self, role: str) -> None:
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        self.zygote.stdin.write(f"{role}\n")
        self.zygote.stdin.flush()
        self.pids[role].append(int(self.zygote.stdout.readline()))

    def replace(self, role: str) -> None:
        """Kill the oldest of a role, start another."""
        with suppress(ProcessLookupError):
            os.kill(self.pids[role].pop(0), signal.SIGKILL)
        self.kills += 1
        self.start(role)

    def close(self) -> None:
        for pid in (*self.pids["worker"], *self.pids["relay"]):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.zygote.kill()
        self.zygote.wait()
        for stream in (self.zygote.stdin, self.zygote.stdout):
            if stream is not None:
                stream.close()


@contextmanager
def crew(database_url: str, redis_url: str) -> Iterator[Crew]:
    made = Crew(
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.processes", database_url, redis_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # tracebacks of jobs that fail on purpose
            text=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    )
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[embedded.Servers]:
    """Servers of this test alone, for it kills one and empties the other."""
    with embedded.servers(tmp_path, durable=True) as running:
        migrations.upgrade(running.database_url)
        create_tables(running.database_url)
        yield running


@pytest.fixture
def seed() -> int:
    chosen = int(os.environ.get("LUNEO_FAULT_SEED", "0")) or random.randrange(1, 1 << 30)
    print(f"LUNEO_FAULT_SEED={chosen}")  # noqa: T201 - shown when the test fails
    return chosen


@dataclass
class Producer:
    """Asks for paintings, again where the database was away: the content key makes that safe."""

    database: Database
    operations: Operations
    asked: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, brand: str, item: str, args: dict[str, Any]) -> str:
        while True:
            try:
                with self.database.brand(brand) as tx:
                    return self.operations.start(
                        tx,
                        brand=brand,
                        kind="test.paint",
                        target=f"brands/{brand}/paintings/{item}",
                        content_key=item,
                        queue=QUEUE,
                        actor=PAINT,
                        actor_args={"item": item, **args},
                        requested_by="guest:one",
                    ).operation_id
            except Exception as error:
                if not _is_passing(error):
                    raise
                threading.Event().wait(0.05)

    def ask_for_all(self, numbers: random.Random) -> None:
        for number in range(JOBS):
            brand, item = f"b-{number % BRANDS}", f"item-{number}"
            work_s = numbers.uniform(0.0, 0.03)
            fails = numbers.randrange(FAILS_ONCE_IN) == 0
            self.ask(brand, item, {"work_s": work_s, "fails": fails})
            self.asked.append((brand, item))


def _is_passing(error: Exception) -> bool:
    found: ServiceError = service_error(error)
    return found.public_reason in ("DATABASE_UNAVAILABLE", "ABORTED")


def effects(url: str, table: str) -> Counter[tuple[str, str]]:
    with psycopg.connect(url) as connection:
        return Counter(connection.execute(f"SELECT brand_id, item FROM {table}").fetchall())  # type: ignore[arg-type]


def unfinished(url: str) -> dict[str, int]:
    """Return the number of messages by state, without those that are done."""
    with psycopg.connect(url) as connection:
        connection.execute("SET row_security = on")
        rows = connection.execute(
            "SELECT state, count(*) FROM outbox WHERE state <> 'done' GROUP BY state"
        )
        return dict(rows.fetchall())  # type: ignore[arg-type]


def test_no_job_is_lost_and_none_counts_twice_whatever_is_killed(
    servers: embedded.Servers, seed: int
) -> None:
    numbers = random.Random(seed)
    database = Database(servers.database_url)
    producer = Producer(database, Operations(database, Outbox()))
    url = servers.database_url
    with crew(url, servers.redis_url) as workforce, ThreadPoolExecutor(1) as pool:
        for role in ("worker", "worker", "worker", "relay", "relay"):
            workforce.start(role)
        asking = pool.submit(producer.ask_for_all, random.Random(seed))
        disasters: list[Callable[[], None]] = [
            lambda: _empty(servers.redis_url),
            lambda: _crash(servers.postgres),
        ]
        numbers.shuffle(disasters)
        began, disaster_at = time.monotonic(), 4.0
        while not asking.done() or _is_anything_left(url):
            threading.Event().wait(KILL_EVERY_S)
            workforce.replace("worker")
            workforce.replace("relay")
            if disasters and time.monotonic() - began > disaster_at:
                disasters.pop()()
                disaster_at += 4.0
            assert time.monotonic() - began < END_S, unfinished(url)
        asking.result()
        kills = workforce.kills
    database.close()
    once = dict.fromkeys(producer.asked, 1)
    assert not disasters
    assert len(once) == JOBS
    assert unfinished(url) == {}
    assert effects(url, "painted") == once
    assert effects(url, "charged") == once
    runs = effects(url, "runs").total()
    took_s = time.monotonic() - began
    print(f"{JOBS} jobs, {kills} kills, {runs} attempts, {took_s:.0f} s")  # noqa: T201


def _empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()


def _crash(postgres: embedded.Postgres) -> None:
    """End the server without a checkpoint: the next start recovers from its log."""
    assert postgres.pid is not None
    os.kill(postgres.pid, signal.SIGQUIT)
    postgres.stop()
    postgres.start()


def _is_anything_left(url: str) -> bool:
    return bool(unfinished(url))


def test_two_hundred_equal_requests_at_once_are_one_run(servers: embedded.Servers) -> None:
    database = Database(servers.database_url, pool_size=20)
    operations = Operations(database, Outbox())
    producer = Producer(database, operations)
    barrier = threading.Barrier(200)

    def ask(_: int) -> str:
        barrier.wait()
        operation = producer.ask("b-one", "item", {"work_s": 0.05, "fails": False})
        return str(operations.wait("b-one", operation, 60).state)

    with crew(servers.database_url, servers.redis_url) as workforce:
        for role in ("worker", "worker", "relay"):
            workforce.start(role)
        with ThreadPoolExecutor(200) as pool:
            answers = Counter(pool.map(ask, range(200)))
    operations.close()
    database.close()
    assert answers == {"succeeded": 200}
    assert effects(servers.database_url, "runs") == {("b-one", "item"): 1}
    assert effects(servers.database_url, "painted") == {("b-one", "item"): 1}
