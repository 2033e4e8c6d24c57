"""When a person is erased: what was bought and paid stays, who bought it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from grpc import StatusCode
from luneo.manufacturing.v1 import work_order_pb2

from services.runtime.calls import Role
from tests.flows.chores import tables_with
from tests.flows.house import Brand
from tests.flows.making import erase
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
