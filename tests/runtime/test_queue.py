"""Worker and relay together over a real Redis: latency by waking, limits, draining, losses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import structlog

from services.runtime import embedded
from services.runtime.jobs import Actor, Job
from services.runtime.queue import WorkerProcess
from services.runtime.queue_policy import QUEUES
from tests.runtime.workshop import QUEUE, Workshop


def test_a_started_operation_is_worked_and_its_caller_told(shop: Workshop) -> None:
    brand = shop.brand()
    with shop.relaying(), shop.working(Actor("test.work", QUEUE, shop.succeed)):
        operation = shop.start(brand)
        assert shop.operations.wait(brand, operation.operation_id, 20).state == "succeeded"


def test_a_failed_attempt_is_repeated_by_itself(shop: Workshop) -> None:
    brand = shop.brand()

    def fail_once(job: Job) -> None:
        if job.attempt == 1:
            raise ConnectionError
        shop.succeed(job)

    with shop.relaying(), shop.working(Actor("test.work", QUEUE, fail_once)):
        operation = shop.start(brand)
        done = shop.operations.wait(brand, operation.operation_id, 30)
    assert (done.state, done.attempt) == ("succeeded", 2)


def test_an_attempt_that_takes_too_long_is_stopped_and_says_so(shop: Workshop) -> None:
    brand = shop.brand()

    def loop(job: Job) -> None:
        while True:
            threading.Event().wait(0.01)

    actor = Actor("test.work", QUEUE, loop, time_limit_s=0.5)
    with shop.relaying(), shop.working(actor):
        operation = shop.start(brand)
        reasons = shop.operations
        for _ in range(600):
            seen = reasons.wait(brand, operation.operation_id, 0.1)
            if seen.error_reason:
                break
    assert seen.error_reason == "JOB_TIMED_OUT"


def test_work_goes_on_after_redis_was_emptied(shop: Workshop) -> None:
    brand = shop.brand()
    with redis.Redis.from_url(shop.redis_url) as client, shop.relaying():
        operations = [shop.start(brand, f"content-{number}") for number in range(3)]
        client.flushdb()
        with shop.working(Actor("test.work", QUEUE, shop.succeed)):
            ends = [shop.operations.wait(brand, one.operation_id, 30).state for one in operations]
    assert ends == ["succeeded"] * 3


def test_a_queue_has_no_more_jobs_at_once_than_its_concurrency(shop: Workshop) -> None:
    brand = shop.brand()
    running, most, lock = 0, 0, threading.Lock()

    def run(job: Job) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.05)
        with lock:
            running -= 1
        shop.succeed(job)

    assert QUEUES["render-final"].concurrency == 1
    with shop.relaying(), shop.working(Actor("test.work", "render-final", run), threads=3):
        made = [shop.start(brand, f"content-{n}", queue="render-final") for n in range(5)]
        for one in made:
            assert shop.operations.wait(brand, one.operation_id, 20).state == "succeeded"
    assert most == 1


def test_the_message_binds_brand_and_correlation_id_to_the_log(shop: Workshop) -> None:
    brand = shop.brand()
    seen: list[dict[str, object]] = []

    def run(job: Job) -> None:
        seen.append(structlog.contextvars.get_contextvars())
        shop.succeed(job)

    with shop.relaying(), shop.working(Actor("test.work", QUEUE, run)):
        operation = shop.start(brand)
        shop.operations.wait(brand, operation.operation_id, 20)
    row = shop.message(brand, shop.message_of(operation))
    assert seen[0]["brand"] == brand
    assert seen[0]["correlation_id"] == row["correlation_id"]
    assert seen[0]["message_id"] == row["message_id"]


def test_a_worker_stops_after_the_job_it_holds(shop: Workshop) -> None:
    brand = shop.brand()
    begun, release = threading.Event(), threading.Event()

    def run(job: Job) -> None:
        begun.set()
        release.wait(20)
        shop.succeed(job)

    with shop.relaying():
        worker = WorkerProcess(
            shop.database, shop.redis_url, [Actor("test.work", QUEUE, run)], threads=1
        )
        worker.start()
        first = shop.start(brand, "first")
        assert begun.wait(20)
        second = shop.start(brand, "second")
        stopping = threading.Thread(target=worker.stop)
        stopping.start()
        release.set()
        stopping.join()
    assert shop.operations.get(brand, first.operation_id).state == "succeeded"
    assert shop.operations.get(brand, second.operation_id).state == "pending"


def test_a_worker_begins_before_redis_is_there_and_says_nothing_is_wrong_with_it(
    shop: Workshop,
) -> None:
    worker = WorkerProcess(
        shop.database, "unix:///nonexistent/redis.sock", [Actor("a", QUEUE, shop.finish)]
    )
    worker.start()
    worker.stop(drain_s=10)


@pytest.fixture
def quiet_redis(tmp_path: Path) -> Iterator[str]:
    """A Redis that nobody else speaks to."""
    server = embedded.Redis(tmp_path)
    server.start()
    yield server.url
    server.stop()


def test_an_idle_worker_leaves_redis_alone(shop: Workshop, quiet_redis: str) -> None:
    actors = [Actor(f"test.{queue}", queue, shop.finish) for queue in QUEUES]
    worker = WorkerProcess(shop.database, quiet_redis, actors)
    with redis.Redis.from_url(quiet_redis) as client:
        worker.start()
        threading.Event().wait(0.5)
        before = int(client.info("stats")["total_commands_processed"])  # type: ignore[index]
        threading.Event().wait(2.0)
        after = int(client.info("stats")["total_commands_processed"])  # type: ignore[index]
        worker.stop(drain_s=20)
    # Each of the five queues asks once a second; a script counts for the commands in it as well.
    assert 5 < after - before < 100


def test_an_unknown_queue_is_refused(shop: Workshop) -> None:
    with pytest.raises(ValueError, match="no queue 'render'"):
        WorkerProcess(shop.database, shop.redis_url, [Actor("a", "render", shop.finish)])


WORKER = """
import sys
from services.runtime.database import Database
from services.runtime.jobs import Actor
from services.runtime.queue import run_worker

def work(job):
    print("begun", flush=True)
    sys.stdin.readline()
    with database.brand(job.brand) as tx:
        job.finish(tx)

database = Database(sys.argv[1])
run_worker(database, sys.argv[2], [Actor("test.work", "render-preview", work)], threads=1,
           on_ready=lambda: print("ready", flush=True))
print("drained", flush=True)
"""


def test_sigterm_lets_a_worker_process_finish_its_job(shop: Workshop) -> None:
    brand = shop.brand()
    worker = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WORKER), shop.url, shop.redis_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    try:
        assert worker.stdout.readline() == "ready\n"
        with shop.relaying():
            sent = shop.send(brand)
            assert worker.stdout.readline() == "begun\n"
        worker.send_signal(signal.SIGTERM)
        worker.stdin.write("\n")
        worker.stdin.flush()
        assert worker.stdout.readline() == "drained\n"
        assert worker.wait(20) == 0
    finally:
        worker.kill()
        worker.wait()
        worker.stdin.close()
        worker.stdout.close()
    assert shop.message(brand, sent)["state"] == "done"
