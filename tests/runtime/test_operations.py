"""Operations: started once for the same content, followed by many, ended once."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2
from luneo.operations.v1 import operation_pb2

from services.runtime import operation_watch
from services.runtime.database import SERVICE as SERVICE_ROLE
from services.runtime.database import Database
from services.runtime.errors import FailedPrecondition, NotFound
from services.runtime.jobs import Job, JobSuperseded
from services.runtime.operation_messages import to_proto
from services.runtime.operations import OperationRow, OperationState
from tests.runtime.workshop import Workshop

SERVICE = "/luneo.operations.v1.OperationService/"


def refuse(job: Job) -> None:
    raise FailedPrecondition(reason="FONT_GONE")


def test_the_same_content_asked_for_twice_is_one_operation(shop: Workshop) -> None:
    brand = shop.brand()
    first, second = shop.start(brand), shop.start(brand)
    assert first.operation_id == second.operation_id
    assert len(shop.rows(brand, "SELECT * FROM outbox")) == 1


def test_two_brands_never_share_an_operation(shop: Workshop) -> None:
    assert shop.start(shop.brand()).operation_id != shop.start(shop.brand()).operation_id


def test_the_same_content_asked_for_by_many_at_once_is_one_operation(shop: Workshop) -> None:
    brand = shop.brand()
    barrier = threading.Barrier(12)

    def ask(number: int) -> str:
        barrier.wait()
        return shop.start(brand, requested_by=f"guest:{number}").operation_id

    with ThreadPoolExecutor(12) as pool:
        answers = set(pool.map(ask, range(12)))
    assert len(answers) == 1
    assert len(shop.rows(brand, "SELECT * FROM outbox")) == 1
    assert len(shop.rows(brand, "SELECT * FROM operation_requesters")) == 12


def test_a_succeeded_operation_is_not_run_again(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    shop.deliver(brand, shop.message_of(operation), shop.succeed)
    again = shop.start(brand)
    assert (again.operation_id, again.state) == (operation.operation_id, "succeeded")
    assert len(shop.rows(brand, "SELECT * FROM outbox")) == 1


def test_a_failed_operation_is_started_anew(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    shop.deliver(brand, shop.message_of(operation), refuse)
    again = shop.start(brand)
    assert (again.operation_id, again.run, again.state) == (operation.operation_id, 2, "pending")
    assert (again.error_reason, again.attempt) == ("", 0)
    shop.deliver(brand, shop.message_of(operation), shop.succeed)
    assert shop.operations.get(brand, operation.operation_id).state == "succeeded"


def test_a_message_of_an_earlier_run_has_no_effect(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    shop.start(brand)
    early = shop.message_of(operation)
    with shop.database.brand(brand) as tx:
        shop.operations.cancel(tx, brand=brand, operation=operation.operation_id)
    shop.start(brand)
    shop.change(brand, early, "state = 'sent'")
    shop.runner(shop.succeed).run(brand, early)
    assert shop.operations.get(brand, operation.operation_id).state == "pending"


def test_progress_is_seen_while_the_job_runs(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    seen: list[OperationRow] = []

    def run(job: Job) -> None:
        shop.operations.progress(job, 40, "Drawing outlines")
        seen.append(shop.operations.get(brand, operation.operation_id))
        shop.succeed(job)

    shop.deliver(brand, shop.message_of(operation), run)
    assert (seen[0].state, seen[0].progress_percent) == ("processing", 40)
    assert seen[0].step == "Drawing outlines"


def test_a_cancelled_operation_stops_its_job_and_has_no_effect(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    reached: list[str] = []

    def run(job: Job) -> None:
        with shop.database.brand(brand) as tx:
            shop.operations.cancel(tx, brand=brand, operation=operation.operation_id)
        with pytest.raises(JobSuperseded), shop.database.brand(brand) as tx:
            shop.operations.hold(tx, job)
        with pytest.raises(JobSuperseded), shop.database.brand(brand) as tx:
            shop.operations.succeed(tx, job)
        shop.operations.progress(job, 50)
        reached.append("after progress")

    shop.deliver(brand, shop.message_of(operation), run)
    assert reached == []
    assert shop.operations.get(brand, operation.operation_id).state == "cancelled"
    assert shop.message(brand, shop.message_of(operation))["state"] == "cancelled"


def test_a_cancelled_operation_is_not_begun(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    with shop.database.brand(brand) as tx:
        shop.operations.cancel(tx, brand=brand, operation=operation.operation_id)
    runs: list[int] = []
    shop.deliver(brand, shop.message_of(operation), lambda job: runs.append(1))
    assert runs == []


def test_cancelling_what_is_done_changes_nothing(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    shop.deliver(brand, shop.message_of(operation), shop.succeed)
    with shop.database.brand(brand) as tx:
        shop.operations.cancel(tx, brand=brand, operation=operation.operation_id)
    assert shop.operations.get(brand, operation.operation_id).state == "succeeded"


def test_an_operation_of_another_brand_is_unknown(shop: Workshop) -> None:
    operation = shop.start(shop.brand())
    with pytest.raises(NotFound):
        shop.operations.get(shop.brand(), operation.operation_id)


def test_a_shopper_sees_what_it_asked_for_and_nothing_else(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand, requested_by="guest:one")
    shop.start(brand, requested_by="guest:two")
    for owner in ("guest:one", "guest:two", None):
        assert shop.operations.get(brand, operation.operation_id, owner).name == operation.name
    with pytest.raises(NotFound):
        shop.operations.get(brand, operation.operation_id, "guest:three")


def test_one_who_waits_is_told(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    never_look(monkeypatch)  # who is not told does not see it
    brand = shop.brand()
    operation = shop.start(brand)
    message = shop.message_of(operation)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(shop.operations.wait, brand, operation.operation_id, 60)
        shop.operations.wait(brand, operation.operation_id, 0.3)  # the first one waits by now
        shop.deliver(brand, message, shop.succeed)
        assert waiting.result().state is OperationState.SUCCEEDED


def never_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operation_watch, "_LOOK_S", 3600.0)
    monkeypatch.setattr(operation_watch, "_LOOK_DEAF_S", 3600.0)


def test_a_change_is_seen_that_came_while_the_listener_had_no_connection(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    never_look(monkeypatch)
    monkeypatch.setattr(operation_watch, "_RECONNECT_S", 1.5)
    brand = shop.brand()
    operation = shop.start(brand)
    message = shop.message_of(operation)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(shop.operations.wait, brand, operation.operation_id, 60)
        shop.operations.wait(brand, operation.operation_id, 0.3)
        watcher = shop.operations._watcher
        _end_listeners(shop)
        while watcher._hears:
            threading.Event().wait(0.01)
        shop.deliver(brand, message, shop.succeed)
        assert not watcher._hears
        assert waiting.result().state is OperationState.SUCCEEDED


def _end_listeners(shop: Workshop) -> None:
    with shop.database.connect(SERVICE_ROLE) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
            " current_database() AND query LIKE %s",
            [f"LISTEN {operation_watch.CHANNEL}%"],
        )
        assert ended.fetchall()


def test_without_a_connection_of_the_listener_a_watcher_looks_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    never_look(monkeypatch)
    monkeypatch.setattr(operation_watch, "_LOOK_DEAF_S", 0.01)
    watcher = operation_watch.Watcher(Database("postgresql://nobody@127.0.0.1:1/nothing"))

    async def looks() -> int:
        with watcher.each_change("oak", "one", 60) as changes:
            return [await changes.wait() for _ in range(3)].count(True)

    assert asyncio.run(looks()) == 3
    watcher.close()


def test_with_a_connection_of_the_listener_a_watcher_hardly_looks(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operation_watch, "_LOOK_DEAF_S", 0.01)
    shop.operations.wait("oak", shop.start("oak").operation_id, 0.3)  # the listener is there now

    async def looks() -> list[bool]:
        with shop.operations._watcher.each_change("oak", "one", 0.5) as changes:
            return [await changes.wait(), await changes.wait()]

    assert asyncio.run(looks()) == [True, False]  # once, when the time is over


def test_waiting_ends_with_its_time(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    assert shop.operations.wait(brand, operation.operation_id, 0.05).state == "pending"


def test_a_watcher_sees_every_state_in_order(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    message = shop.message_of(operation)

    async def watch() -> list[OperationState]:
        seen = []
        async for row in shop.operations.watch(brand, operation.operation_id, 20):
            if not seen:
                deliver = asyncio.to_thread(shop.deliver, brand, message, run)
                running = asyncio.create_task(deliver)
            seen.append(row.state)
            if row.state is OperationState.PROCESSING:
                noticed.set()
        await running
        return seen

    def run(job: Job) -> None:
        noticed.wait(20)
        shop.succeed(job)

    noticed = threading.Event()
    assert asyncio.run(watch()) == ["pending", "processing", "succeeded"]


def test_watching_ends_with_its_time(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)

    async def watch() -> int:
        return len([row async for row in shop.operations.watch(brand, operation.operation_id, 0.1)])

    assert asyncio.run(watch()) == 1


def test_nobody_is_left_subscribed(shop: Workshop) -> None:
    brand = shop.brand()
    shop.operations.wait(brand, shop.start(brand).operation_id, 0.01)
    assert not shop.operations._watcher._waiters


def test_a_message_of_a_succeeded_operation_holds_its_response(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)

    def run(job: Job) -> None:
        with shop.database.brand(brand) as tx:
            shop.operations.succeed(tx, job, Duration(seconds=7))

    shop.deliver(brand, shop.message_of(operation), run)
    shown = to_proto(shop.operations.get(brand, operation.operation_id))
    made, metadata = Duration(), operation_pb2.OperationMetadata()
    assert shown.done
    assert shown.response.Unpack(made)
    assert made.seconds == 7
    assert shown.metadata.Unpack(metadata)
    assert metadata.state == operation_pb2.OPERATION_STATE_SUCCEEDED
    assert metadata.target == f"brands/{brand}/things/one"


def test_an_empty_response_is_kept_as_one(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)

    def run(job: Job) -> None:
        with shop.database.brand(brand) as tx:
            shop.operations.succeed(tx, job, Duration())

    shop.deliver(brand, shop.message_of(operation), run)
    shown = to_proto(shop.operations.get(brand, operation.operation_id))
    assert shown.response.Is(Duration.DESCRIPTOR)


def test_a_message_of_a_failed_operation_says_why(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    shop.deliver(brand, shop.message_of(operation), refuse)
    shown = to_proto(shop.operations.get(brand, operation.operation_id))
    detail = error_details_pb2.ErrorInfo()
    assert shown.done
    assert shown.error.code == 9
    assert shown.error.details[0].Unpack(detail)
    assert detail.reason == "FONT_GONE"
