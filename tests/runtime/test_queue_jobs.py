"""One attempt at one message: claims, ends, failures, lost workers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

from luneo.operations.v1 import operation_pb2

from services.runtime.errors import FailedPrecondition, Internal, Unavailable
from services.runtime.jobs import Job
from services.runtime.object_stores import StorageFull
from services.runtime.operation_messages import to_proto
from services.runtime.queue_policy import (
    BACKOFF_LIMIT_S,
    MAX_FAILURES,
    MAX_LOSSES,
    QUEUES,
    backoff_s,
)
from tests.runtime.workshop import Workshop


def raising(error: Exception) -> Callable[[Job], None]:
    def run(job: Job) -> None:
        raise error

    return run


def test_a_message_that_comes_twice_is_run_once(shop: Workshop) -> None:
    brand = shop.brand()
    sent = shop.send(brand)
    runs: list[int] = []
    runner = shop.runner(lambda job: runs.append(job.attempt))
    runner.run(brand, sent)
    runner.run(brand, sent)
    assert runs == [1]
    assert shop.message(brand, sent)["state"] == "done"


def test_a_message_that_comes_to_many_workers_at_once_is_run_once(shop: Workshop) -> None:
    brand = shop.brand()
    sent = shop.send(brand)
    runs: list[int] = []
    release = Event()

    def run(job: Job) -> None:
        runs.append(job.attempt)
        release.wait(20)

    with ThreadPoolExecutor(8) as pool:
        workers = [shop.runner(run, f"worker-{n}") for n in range(8)]
        ends = [pool.submit(worker.run, brand, sent) for worker in workers]
        while sum(end.done() for end in ends) < 7:
            release.wait(0.01)
        release.set()
    assert runs == [1]


def test_a_message_that_is_unknown_is_let_pass(shop: Workshop) -> None:
    brand = shop.brand()
    shop.runner(raising(AssertionError())).run(brand, "no-such-message")
    assert shop.rows(brand, "SELECT * FROM outbox") == []


def test_a_failed_attempt_waits_for_the_next_and_says_why(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    sent = shop.message_of(operation)
    shop.deliver(brand, sent, raising(StorageFull()))
    row, seen = shop.message(brand, sent), shop.operations.get(brand, operation.operation_id)
    assert (row["state"], row["failures"]) == ("waiting", 1)
    assert row["available_time"] >= row["update_time"] + timedelta(
        seconds=StorageFull().retry_after_s or 0
    )
    assert (seen.state, seen.attempt, seen.error_reason) == ("pending", 1, "STORAGE_FULL")
    assert "full" in seen.error_message


def test_three_failures_are_the_last(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    sent = shop.message_of(operation)
    states = []
    for _ in range(MAX_FAILURES):
        shop.deliver(brand, sent, raising(Internal()))
        states.append(shop.message(brand, sent)["state"])
    assert states == ["waiting", "waiting", "dead"]
    failed = shop.operations.get(brand, operation.operation_id)
    assert (failed.state, failed.error_reason, failed.attempt) == ("failed", "INTERNAL", 3)


def test_a_part_that_is_down_does_not_use_up_the_attempts(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    sent = shop.message_of(operation)
    for _ in range(MAX_FAILURES + 2):
        shop.deliver(brand, sent, raising(StorageFull()))
    waiting = to_proto(shop.operations.get(brand, operation.operation_id))
    metadata = operation_pb2.OperationMetadata()
    assert waiting.metadata.Unpack(metadata)
    assert (waiting.done, metadata.attempt) == (False, MAX_FAILURES + 2)
    assert metadata.step.startswith("Waiting to try again. The object store is full.")
    shop.deliver(brand, sent, shop.succeed)
    assert shop.operations.get(brand, operation.operation_id).state == "succeeded"


def test_an_error_in_the_code_is_tried_again_and_does_not_leak(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    shop.deliver(brand, shop.message_of(operation), raising(KeyError("secret")))
    seen = shop.operations.get(brand, operation.operation_id)
    assert (seen.state, seen.error_reason) == ("pending", "INTERNAL")
    assert "secret" not in seen.error_message


def test_an_error_that_would_come_again_is_the_last(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    sent = shop.message_of(operation)
    shop.deliver(brand, sent, raising(FailedPrecondition(reason="FONT_GONE")))
    assert shop.message(brand, sent)["state"] == "dead"
    assert shop.operations.get(brand, operation.operation_id).error_reason == "FONT_GONE"


def test_success_after_a_failure_leaves_no_error(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    sent = shop.message_of(operation)
    shop.deliver(brand, sent, raising(Unavailable()))
    shop.deliver(brand, sent, shop.succeed)
    seen = shop.operations.get(brand, operation.operation_id)
    assert (seen.state, seen.error_reason, seen.attempt) == ("succeeded", "", 2)
    assert seen.progress_percent == 100


def test_a_job_whose_transaction_rolls_back_has_not_ended(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    sent = shop.message_of(operation)

    def run(job: Job) -> None:
        with shop.database.brand(brand) as tx:
            shop.operations.succeed(tx, job)
            raise Unavailable

    shop.deliver(brand, sent, run)
    assert shop.message(brand, sent)["state"] == "waiting"
    assert shop.operations.get(brand, operation.operation_id).state == "pending"


def test_an_actor_that_forgets_its_operation_fails_loudly(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    shop.deliver(brand, shop.message_of(operation), lambda job: None)
    assert shop.operations.get(brand, operation.operation_id).error_reason == "RESULT_MISSING"


def test_the_job_of_a_dead_worker_is_taken_over_and_the_dead_one_has_no_effect(
    shop: Workshop,
) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    sent = shop.message_of(operation)
    effects: list[int] = []

    def second(job: Job) -> None:
        shop.succeed(job)
        effects.append(job.attempt)

    def first(job: Job) -> None:
        shop.change(brand, sent, "lease_until = now() - interval '1 second'")
        shop.runner(second, "worker-2").run(brand, sent)
        shop.succeed(job)
        effects.append(job.attempt)

    shop.deliver(brand, sent, first)
    assert effects == [2]
    row = shop.message(brand, sent)
    assert (row["state"], row["losses"], row["failures"]) == ("done", 1, 0)


def test_a_worker_that_was_given_up_cannot_fail_its_successor(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    sent = shop.message_of(operation)

    def second(job: Job) -> None:
        raise_late.set()
        first_has_failed.wait(20)
        shop.succeed(job)

    raise_late, first_has_failed = Event(), Event()

    def first(job: Job) -> None:
        shop.change(brand, sent, "lease_until = now() - interval '1 second'")
        pool.submit(shop.runner(second, "worker-2").run, brand, sent)
        raise_late.wait(20)
        raise Unavailable

    with ThreadPoolExecutor(1) as pool:
        shop.deliver(brand, sent, first)
        first_has_failed.set()
    seen = shop.operations.get(brand, operation.operation_id)
    assert (seen.state, seen.error_reason) == ("succeeded", "")


def test_a_job_that_kills_its_workers_is_given_up(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    sent = shop.message_of(operation)
    shop.change(brand, sent, f"losses = {MAX_LOSSES + 1}")
    shop.deliver(brand, sent, raising(AssertionError()))
    assert shop.message(brand, sent)["state"] == "dead"
    assert shop.operations.get(brand, operation.operation_id).error_reason == "WORKER_LOST"


def test_a_job_is_not_started_after_its_deadline(shop: Workshop) -> None:
    brand = shop.brand()
    sent = shop.send(brand, deadline=datetime.now(UTC) - timedelta(seconds=1))
    shop.deliver(brand, sent, raising(AssertionError()))
    row = shop.message(brand, sent)
    assert (row["state"], row["error_reason"]) == ("dead", "JOB_EXPIRED")


def test_the_lease_of_a_held_job_is_renewed(shop: Workshop) -> None:
    brand = shop.brand()
    sent = shop.send(brand)
    before_and_after: list[datetime] = []

    def run(job: Job) -> None:
        shop.change(brand, sent, "lease_until = now()")
        before_and_after.append(shop.message(brand, sent)["lease_until"])
        runner.renew()
        before_and_after.append(shop.message(brand, sent)["lease_until"])

    runner = shop.runner(run)
    runner.run(brand, sent)
    before, after = before_and_after
    assert after > before + timedelta(seconds=5)
    assert runner.overdue_s() == 0


def test_an_actor_has_the_time_of_its_queue(shop: Workshop) -> None:
    brand = shop.brand()
    left: list[float] = []
    shop.deliver(
        brand, shop.send(brand), lambda job: left.append(job.context.deadline.remaining_s())
    )
    assert 0 < left[0] <= QUEUES["render-preview"].time_limit_s


def test_pauses_grow_and_vary_and_end() -> None:
    pauses = [[backoff_s(failures) for _ in range(50)] for failures in (1, 2, 3, 50)]
    for shorter, longer in itertools.pairwise(pauses):
        assert sum(shorter) < sum(longer)
        assert len(set(shorter)) > 25
    assert max(pauses[-1]) <= BACKOFF_LIMIT_S * 1.5
    assert backoff_s(1, least_s=30) == 30
