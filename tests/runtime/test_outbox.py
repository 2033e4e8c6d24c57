"""The outbox: what is sent, once, and only with the transaction that asked for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.runtime import calls
from services.runtime.errors import FailedPrecondition, NotFound
from services.runtime.jobs import Job
from services.runtime.outbox import message_id
from tests.runtime.workshop import QUEUE, Workshop


def refuse(job: Job) -> None:
    raise FailedPrecondition


def nothing(job: Job) -> None:
    """Does nothing."""


def test_a_message_waits_after_its_transaction_has_committed(shop: Workshop) -> None:
    brand = shop.brand()
    sent = shop.send(brand, args={"render": "r1"})
    row = shop.message(brand, sent)
    assert (row["state"], row["args"], row["attempts"]) == ("waiting", {"render": "r1"}, 0)


def test_nothing_is_sent_by_a_transaction_that_rolls_back(shop: Workshop) -> None:
    brand = shop.brand()

    def send_and_fail() -> None:
        with shop.database.brand(brand) as tx:
            shop.outbox.send(tx, brand=brand, queue=QUEUE, actor="a", args={}, cause="cause")
            raise FailedPrecondition

    with pytest.raises(FailedPrecondition):
        send_and_fail()
    assert shop.rows(brand, "SELECT * FROM outbox") == []


def test_the_same_cause_sends_once(shop: Workshop) -> None:
    brand = shop.brand()
    with shop.database.brand(brand) as tx:
        answers = [
            shop.outbox.send(tx, brand=brand, queue=QUEUE, actor="a", args={}, cause="hold:1")
            for _ in range(3)
        ]
    assert answers == [True, False, False]
    assert len(shop.rows(brand, "SELECT * FROM outbox")) == 1


def test_the_same_cause_in_two_brands_is_two_messages(shop: Workshop) -> None:
    first, second = shop.brand(), shop.brand()
    assert shop.send(first, "hold:1") != shop.send(second, "hold:1")


def test_the_id_of_a_message_follows_from_brand_and_cause() -> None:
    assert message_id("acme", "hold:1") == message_id("acme", "hold:1")
    assert message_id("acme", "hold:1") != message_id("acme", "hold:2")
    assert len(message_id("acme", "hold:1")) == 26


def test_a_queue_that_nobody_works_is_refused(shop: Workshop) -> None:
    with pytest.raises(ValueError, match="no queue 'render'"):
        shop.send(shop.brand(), queue="render")


def test_data_in_place_of_ids_is_refused(shop: Workshop) -> None:
    with pytest.raises(ValueError, match="holds ids"):
        shop.send(shop.brand(), args={"png": "x" * 20_000})


def test_a_delayed_message_is_not_run_early(shop: Workshop) -> None:
    brand = shop.brand()
    sent = shop.send(brand, delay=timedelta(minutes=5))
    shop.runner(nothing).run(brand, sent)
    assert shop.message(brand, sent)["attempts"] == 0


def test_the_correlation_id_of_the_call_goes_with_the_message(shop: Workshop) -> None:
    brand = shop.brand()
    seen: list[str] = []
    context = calls.Context.for_service("test", brand, correlation_id="corr-1234")
    with calls.working_on(context):
        sent = shop.send(brand)
    shop.deliver(brand, sent, lambda job: seen.append(job.context.correlation_id))
    assert seen == ["corr-1234"]


def test_one_brand_does_not_see_the_messages_of_another(shop: Workshop) -> None:
    mine, other = shop.brand(), shop.brand()
    shop.send(other)
    assert shop.rows(mine, "SELECT * FROM outbox") == []


@pytest.mark.parametrize("column", ["args", "cause", "error_message", "operation_id"])
def test_the_relay_cannot_read_what_a_message_says(shop: Workshop, column: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), shop.database.relay() as tx:
        tx.execute(text(f"SELECT {column} FROM outbox"))


@pytest.mark.parametrize("table", ["operations", "operation_requesters"])
def test_the_relay_cannot_read_operations(shop: Workshop, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), shop.database.relay() as tx:
        tx.execute(text(f"SELECT count(*) FROM {table}"))


def test_the_relay_cannot_remove_what_is_not_done(shop: Workshop) -> None:
    brand = shop.brand()
    sent = shop.send(brand)
    with shop.database.relay() as tx:
        tx.execute(text("DELETE FROM outbox WHERE brand_id = :brand"), {"brand": brand})
    assert shop.message(brand, sent)["state"] == "waiting"


def test_a_dead_letter_is_kept_with_its_reason(shop: Workshop) -> None:
    brand = shop.brand()
    sent = shop.send(brand)
    shop.deliver(brand, sent, refuse)
    with shop.database.brand(brand) as tx:
        (letter,) = shop.outbox.dead_letters(tx, brand=brand)
    assert (letter.message_id, letter.failures) == (sent, 1)
    assert letter.error_reason == "FAILED_PRECONDITION"


def test_a_replayed_letter_is_run_again(shop: Workshop) -> None:
    brand = shop.brand()
    sent = shop.send(brand)
    shop.deliver(brand, sent, refuse)
    with shop.database.brand(brand) as tx:
        shop.outbox.replay(tx, brand=brand, message_id=sent)
    shop.deliver(brand, sent, shop.finish)
    assert shop.message(brand, sent)["state"] == "done"


def test_the_operation_of_a_replayed_letter_waits_again(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    sent = shop.message_of(operation)
    shop.deliver(brand, sent, refuse)
    assert shop.operations.get(brand, operation.operation_id).state == "failed"
    with shop.database.brand(brand) as tx:
        shop.outbox.replay(tx, brand=brand, message_id=sent)
    assert shop.operations.get(brand, operation.operation_id).state == "pending"
    shop.deliver(brand, sent, shop.succeed)
    assert shop.operations.get(brand, operation.operation_id).state == "succeeded"


def test_a_letter_whose_operation_was_started_anew_is_not_replayed(shop: Workshop) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    sent = shop.message_of(operation)
    shop.deliver(brand, sent, refuse)
    shop.start(brand)
    with pytest.raises(NotFound), shop.database.brand(brand) as tx:
        shop.outbox.replay(tx, brand=brand, message_id=sent)


def test_only_a_dead_letter_of_the_own_brand_is_replayed(shop: Workshop) -> None:
    brand, other = shop.brand(), shop.brand()
    sent = shop.send(brand)
    for asked_by in (brand, other):
        with pytest.raises(NotFound), shop.database.brand(asked_by) as tx:
            shop.outbox.replay(tx, brand=asked_by, message_id=sent)
