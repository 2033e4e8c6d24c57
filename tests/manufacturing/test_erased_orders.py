"""When a person is erased: what was bought and paid stays, who bought it does not."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from grpc import StatusCode
from luneo.manufacturing.v1 import work_order_pb2
from sqlalchemy import text

from services.manufacturing.servicer.orders import OrderServicer
from services.runtime.calls import Role
from tests.flows.chores import tables_with
from tests.flows.house import Brand
from tests.flows.making import erase
from tests.flows.test_erasure_under_way import Hold, settled
from tests.manufacturing.ordering import UNIT_CENTS, Ordering
from tests.spec.shop import Refused

MARIA = "customer:maria"


@pytest.fixture
def maria(brand: Brand) -> Ordering:
    return Ordering(brand, brand.plate())


def test_an_order_keeps_what_was_paid_and_forgets_who(maria: Ordering) -> None:
    snapshot = maria.design("Maria", MARIA)
    order = maria.create(maria.order(maria.item(snapshot.name, 2), customer=MARIA))
    erase(maria.brand, MARIA)
    kept = maria.call("GetOrder", order.name)
    assert kept.customer == ""
    assert kept.items[0].HasField("erase_time")
    assert (kept.items[0].quantity, kept.total_cents) == (2, 2 * UNIT_CENTS)
    assert maria.listed(customer=MARIA) == []
    assert tables_with(maria.brand, [MARIA, "Maria"]) == set()


def test_an_erased_design_cannot_be_ordered(maria: Ordering) -> None:
    snapshot = maria.design("Maria", MARIA)
    erase(maria.brand, MARIA)
    with pytest.raises(Refused) as refused:
        maria.create(maria.order(maria.item(snapshot.name)))
    assert refused.value.error.code is StatusCode.FAILED_PRECONDITION
    assert refused.value.reason == "SNAPSHOT_ERASED"


def test_who_worked_on_an_order_is_forgotten_with_the_person(maria: Ordering) -> None:
    worker = maria.brand.person(Role.OPERATOR)
    order = maria.create(caller=worker)
    maria.call("PayOrder", order.name, worker)
    assert "order_events" in tables_with(maria.brand, [worker.subject])
    erase(maria.brand, worker.subject)
    assert "order_events" not in tables_with(maria.brand, [worker.subject])
    assert {event.by for event in maria.call("GetOrder", order.name).history} == {"erased"}


def test_work_on_an_erased_design_cannot_begin_and_what_was_noted_goes(maria: Ordering) -> None:
    snapshot = maria.design("Maria", MARIA)
    first, second = maria.works(maria.paid(maria.item(snapshot.name), maria.item(snapshot.name)))
    maria.scan(second)
    maria.note(first, "Maria calls back")
    erase(maria.brand, MARIA)
    assert tables_with(maria.brand, [MARIA, "Maria"]) == set()
    kept = maria.work("Get", name=first.name)
    assert kept.HasField("erase_time")
    assert [note.text for note in kept.notes] == [""]
    attempts: list[Callable[[], Any]] = [
        lambda: maria.scan(first),
        lambda: maria.move(first, "IN_PRODUCTION"),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.reason == "SNAPSHOT_ERASED"
    assert maria.scan(second, 2).state == work_order_pb2.WORK_ORDER_STATE_DONE


def test_an_order_paid_after_the_erasure_has_work_that_cannot_begin(maria: Ordering) -> None:
    order = maria.create(maria.order(maria.item(maria.design("Maria", MARIA).name)))
    erase(maria.brand, MARIA)
    maria.call("PayOrder", order.name)
    (work,) = maria.works(order)
    with pytest.raises(Refused) as refused:
        maria.scan(work)
    assert refused.value.reason == "SNAPSHOT_ERASED"


def test_who_works_on_something_is_forgotten_with_the_person(maria: Ordering) -> None:
    worker = maria.brand.person(Role.OPERATOR)
    (work,) = maria.works(maria.paid())
    maria.work("Scan", worker, parent=maria.name, barcode=work.barcode)
    plan = work_order_pb2.WorkOrder(name=work.name, assignee=worker.subject)
    maria.work("Update", work_order=plan)
    tables = {"work_orders", "work_order_moves"}
    assert tables <= tables_with(maria.brand, [worker.subject])
    erase(maria.brand, worker.subject)
    assert not tables & tables_with(maria.brand, [worker.subject])


@pytest.mark.parametrize("owner", [MARIA, ""])
def test_what_was_said_of_her_order_goes_with_the_person_also_of_a_design_that_stays(
    maria: Ordering, owner: str
) -> None:
    """Owner: of the design; "" for the shop's own, which is not erased."""
    snapshot = maria.design("A text", owner)
    order = maria.paid(maria.item(snapshot.name), customer=MARIA)
    (work,) = maria.works(order)
    maria.note(work, "Maria calls back")
    maria.move(work, "IN_PRODUCTION", "REJECTED", reason="Maria wants it bluer")
    made = maria.work("Remake", name=work.name, reason="as Maria said")
    maria.call("CancelOrder", order.name, reason="Maria has moved")
    other = maria.paid(maria.item(maria.design("Another").name), customer="customer:max")
    maria.call("CancelOrder", other.name, reason="Not wanted")
    erase(maria.brand, MARIA)
    assert tables_with(maria.brand, ["Maria", MARIA]) == set()
    assert {len(one.history) for one in maria.works(order)} == {4, 2}
    assert maria.work("Get", name=made.name).HasField("erase_time") == bool(owner)
    assert maria.got(other).history[-1].reason == "Not wanted"


def test_what_was_said_of_an_erased_design_goes_whoever_bought_it(maria: Ordering) -> None:
    hers, his = maria.design("Maria", MARIA), maria.design("Max", "customer:max")
    order = maria.paid(maria.item(hers.name), maria.item(his.name), customer="customer:max")
    works = maria.works(order)
    for work, why in zip(works, ("Maria, smaller", "too dark"), strict=True):
        maria.move(work, "IN_PRODUCTION", "REJECTED", reason=why)
    maria.call("CancelOrder", order.name, reason="Maria's is too late")
    erase(maria.brand, MARIA)
    assert tables_with(maria.brand, ["Maria"]) == set()
    his_work = maria.work("Get", name=works[1].name)
    assert his_work.history[2].reason == "too dark"


def test_an_order_that_is_stored_behind_the_erasure_of_its_design_learns_of_it(
    maria: Ordering, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot, hold = maria.design("Maria", MARIA), Hold()
    held = hold.after(OrderServicer._lock_designs)
    monkeypatch.setattr(OrderServicer, "_lock_designs", held)
    with ThreadPoolExecutor(1) as pool:
        ordered = pool.submit(maria.paid, maria.item(snapshot.name))
        hold.wait()
        erase(maria.brand, MARIA)
        hold.let_go()
        order = ordered.result(timeout=30)
    (work,) = maria.works(order)
    assert not work.HasField("erase_time")
    with maria.brand.process.runtime.database.brand(maria.brand.brand) as tx:
        later = "available_time BETWEEN now() + interval '60 s' AND now() + interval '10 min'"
        tx.execute(text(f"UPDATE outbox SET available_time = now() WHERE {later}"))
    settled(maria.brand)
    assert maria.works(order)[0].HasField("erase_time")
    assert maria.got(order).items[0].HasField("erase_time")
