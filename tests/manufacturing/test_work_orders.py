"""Work orders: what is to be made, moved on by hand or by a scan, made again where it went wrong."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp
from grpc import StatusCode
from luneo.manufacturing.v1 import order_pb2, work_order_pb2

from services.composition import Process
from services.manufacturing.domain.work_orders import MAX_NOTES, MAX_STEPS_BACK
from services.runtime import names
from services.runtime.calls import Role
from tests.flows.house import Brand
from tests.manufacturing.ordering import Ordering
from tests.spec.shop import Refused

ONWARD = ("IN_PRODUCTION", "QUALITY_CHECK", "DONE")


def states(shop: Ordering, order: order_pb2.Order) -> list[str]:
    return [
        work_order_pb2.WorkOrderState.Name(work.state).removeprefix("WORK_ORDER_STATE_")
        for work in shop.works(order)
    ]


def test_a_paid_order_has_a_work_order_for_each_item(shop: Ordering) -> None:
    snapshot = shop.design().name
    due = Timestamp(seconds=1_800_000_000)
    order = shop.create(shop.order(shop.item(snapshot, 3), shop.item(snapshot, 2), due_time=due))
    assert shop.works(order) == []
    shop.call("PayOrder", order.name)
    works = shop.works(order)
    assert [(work.item_number, work.quantity, work.snapshot) for work in works] == [
        (1, 3, snapshot),
        (2, 2, snapshot),
    ]
    assert states(shop, order) == ["QUEUED", "QUEUED"]
    assert {work.due_time.seconds for work in works} == {due.seconds}
    shop.call("PayOrder", order.name)
    assert shop.works(order) == works


def test_scans_move_it_on_and_its_order_follows(shop: Ordering) -> None:
    order = shop.paid(shop.item(), shop.item())
    first, second = shop.works(order)
    assert first.barcode != second.barcode
    begun = shop.scan(first)
    assert begun.state == work_order_pb2.WORK_ORDER_STATE_IN_PRODUCTION
    assert shop.got(order).state == order_pb2.ORDER_STATE_IN_PRODUCTION
    done = shop.scan(first, 2)
    assert done.state == work_order_pb2.WORK_ORDER_STATE_DONE
    assert shop.got(order).state == order_pb2.ORDER_STATE_IN_PRODUCTION
    shop.scan(second, 3)
    assert shop.got(order).state == order_pb2.ORDER_STATE_MADE
    assert shop.call("ShipOrder", order.name).state == order_pb2.ORDER_STATE_SHIPPED
    with pytest.raises(Refused) as refused:
        shop.scan(first)
    assert refused.value.reason == "WORK_ORDER_STATE_REFUSED"


def test_every_step_is_remembered_with_who_and_when(shop: Ordering) -> None:
    worker = shop.brand.person(Role.OPERATOR)
    (work,) = shop.works(shop.paid())
    shop.work("Scan", worker, parent=shop.name, barcode=work.barcode)
    work = shop.move(work, "REJECTED", reason="Scratched")
    told = [
        (move.from_state, move.to_state, move.by, move.reason, move.HasField("time"))
        for move in work.history
    ]
    staff = shop.brand.staff.subject
    assert told == [
        (0, work_order_pb2.WORK_ORDER_STATE_QUEUED, staff, "", True),
        (1, work_order_pb2.WORK_ORDER_STATE_IN_PRODUCTION, worker.subject, "", True),
        (2, work_order_pb2.WORK_ORDER_STATE_REJECTED, staff, "Scratched", True),
    ]


@pytest.mark.parametrize(
    ("before", "wanted", "allowed"),
    [
        ((), "DONE", "in_production"),
        (("IN_PRODUCTION",), "DONE", "quality_check, rejected, queued"),
        (ONWARD, "QUEUED", "remade"),
    ],
)
def test_a_move_that_is_not_possible_names_those_that_are(
    shop: Ordering, before: tuple[str, ...], wanted: str, allowed: str
) -> None:
    (work,) = shop.works(shop.paid())
    shop.move(work, *before)
    with pytest.raises(Refused) as refused:
        shop.move(work, wanted)
    assert refused.value.error.code is StatusCode.FAILED_PRECONDITION
    assert refused.value.reason == "WORK_ORDER_STATE_REFUSED"
    assert refused.value.error.metadata["allowed"] == allowed
    assert allowed.replace("_", " ") in str(refused.value)


def test_a_rejection_says_why(shop: Ordering) -> None:
    (work,) = shop.works(shop.paid())
    shop.move(work, "IN_PRODUCTION")
    with pytest.raises(Refused) as refused:
        shop.move(work, "REJECTED")
    assert refused.value.violations == {"reason": "REASON_REQUIRED"}


@pytest.mark.parametrize("state", ["REMADE", "CANCELLED", "UNSPECIFIED"])
def test_what_has_a_call_of_its_own_is_no_move(shop: Ordering, state: str) -> None:
    (work,) = shop.works(shop.paid())
    with pytest.raises(Refused) as refused:
        shop.move(work, state)
    assert list(refused.value.violations) == ["state"]


def test_a_move_made_twice_is_made_once(shop: Ordering) -> None:
    (work,) = shop.works(shop.paid())
    begun = shop.move(work, "IN_PRODUCTION")
    assert shop.move(work, "IN_PRODUCTION") == begun


def test_of_two_scanners_that_saw_the_same_one_moves_it(shop: Ordering) -> None:
    (work,) = shop.works(shop.paid())

    def scan(_: int) -> str:
        try:
            shop.scan(work, from_state=work_order_pb2.WORK_ORDER_STATE_QUEUED)
        except Refused as refused:
            return refused.reason
        return "moved"

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(scan, range(4)))
    assert told == ["WORK_ORDER_STATE_REFUSED"] * 3 + ["moved"]
    assert len(shop.work("Get", name=work.name).history) == 2


def test_a_scan_repeated_with_its_request_id_moves_once(shop: Ordering) -> None:
    (work,) = shop.works(shop.paid())
    first = shop.scan(work, request_id=f"scan-{work.barcode}")
    assert shop.scan(work, request_id=f"scan-{work.barcode}") == first


def test_a_misread_barcode_and_an_unknown_one_are_told_apart(shop: Ordering) -> None:
    (work,) = shop.works(shop.paid())
    wrong = work.barcode[:-1] + ("0" if work.barcode[-1] != "0" else "1")
    with pytest.raises(Refused) as refused:
        shop.work("Scan", parent=shop.name, barcode=wrong)
    assert refused.value.violations == {"barcode": "BARCODE_MISREAD"}
    with pytest.raises(Refused) as refused:
        shop.work("Scan", parent=shop.name, barcode="0000000H")
    assert refused.value.error.code is StatusCode.NOT_FOUND


def test_what_was_rejected_is_made_again_under_a_barcode_of_its_own(shop: Ordering) -> None:
    order = shop.paid(shop.item(quantity=10))
    (work,) = shop.works(order)
    shop.move(work, "IN_PRODUCTION", "QUALITY_CHECK")
    shop.move(work, "REJECTED", reason="Two are scratched")
    made = shop.work("Remake", name=work.name, reason="Two are scratched", quantity=2)
    old = shop.work("Get", name=work.name)
    assert (made.remake_of, old.remade_as) == (old.name, made.name)
    assert (made.quantity, made.state) == (2, work_order_pb2.WORK_ORDER_STATE_QUEUED)
    assert made.barcode != old.barcode
    assert made.history[0].reason == "Two are scratched"
    assert old.state == work_order_pb2.WORK_ORDER_STATE_REMADE
    assert shop.got(order).state == order_pb2.ORDER_STATE_IN_PRODUCTION
    shop.scan(made, 3)
    assert shop.got(order).state == order_pb2.ORDER_STATE_MADE
    with pytest.raises(Refused) as refused:
        shop.work("Remake", name=work.name, reason="Again")
    assert refused.value.reason == "WORK_ORDER_STATE_REFUSED"


def test_what_is_done_and_not_right_takes_its_order_back(shop: Ordering) -> None:
    order = shop.paid()
    (work,) = shop.works(order)
    shop.scan(work, 3)
    shop.work("Remake", name=work.name, reason="Lost", request_id="lost")
    assert shop.got(order).state == order_pb2.ORDER_STATE_IN_PRODUCTION
    assert shop.got(order).history[-2].state == order_pb2.ORDER_STATE_MADE


def test_what_was_shipped_can_be_made_again_and_stays_shipped(shop: Ordering) -> None:
    order = shop.paid()
    (work,) = shop.works(order)
    shop.scan(work, 3)
    shop.call("ShipOrder", order.name)
    made = shop.work("Remake", name=work.name, reason="Broken when it arrived")
    shop.scan(made, 3)
    assert shop.got(order).state == order_pb2.ORDER_STATE_SHIPPED


def test_more_than_there_were_cannot_be_made_again(shop: Ordering) -> None:
    (work,) = shop.works(shop.paid(shop.item(quantity=2)))
    shop.move(work, "IN_PRODUCTION")
    shop.move(work, "REJECTED", reason="Bent")
    with pytest.raises(Refused) as refused:
        shop.work("Remake", name=work.name, reason="Bent", quantity=3)
    assert refused.value.violations == {"quantity": "QUANTITY_TOO_LARGE"}


def test_a_cancelled_order_takes_its_work_orders_with_it(shop: Ordering) -> None:
    order = shop.paid(shop.item(), shop.item())
    first, second = shop.works(order)
    shop.move(first, "IN_PRODUCTION")
    shop.call("CancelOrder", order.name, reason="Not wanted")
    assert states(shop, order) == ["CANCELLED", "CANCELLED"]
    attempts: list[Callable[[], Any]] = [
        lambda: shop.move(second, "IN_PRODUCTION"),
        lambda: shop.scan(second),
        lambda: shop.work("Remake", name=second.name, reason="Why not"),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.error.code is StatusCode.FAILED_PRECONDITION
        assert refused.value.error.metadata["allowed"] == ""
    assert shop.got(order).state == order_pb2.ORDER_STATE_CANCELLED


def test_a_stale_etag_is_refused_and_a_fresh_one_is_not(shop: Ordering) -> None:
    (work,) = shop.works(shop.paid())
    moved = shop.move(work, "IN_PRODUCTION")
    plan = work_order_pb2.WorkOrder(name=work.name, assignee="user:u1", etag=work.etag)
    attempts: list[Callable[[], Any]] = [
        lambda: shop.work("Move", name=work.name, state=3, etag=work.etag),
        lambda: shop.work("Update", work_order=plan),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.reason == "ETAG_MISMATCH"
    checked = shop.work("Move", name=work.name, state=3, etag=moved.etag)
    assert checked.state == work_order_pb2.WORK_ORDER_STATE_QUALITY_CHECK


def test_who_works_on_it_and_until_when_can_be_changed(shop: Ordering) -> None:
    (work,) = shop.works(shop.paid())
    due = Timestamp(seconds=1_700_000_000)
    changed = work_order_pb2.WorkOrder(name=work.name, assignee="user:u7", due_time=due)
    saved = shop.work("Update", work_order=changed)
    assert (saved.assignee, saved.due_time) == ("user:u7", due)
    assert [one.name for one in shop.works(assignee="user:u7")] == [work.name]
    assert work.name in {
        one.name for one in shop.works(due_before=Timestamp(seconds=1_700_000_001))
    }
    nobody = work_order_pb2.WorkOrder(name=work.name)
    cleared = shop.work("Update", work_order=nobody, update_mask=FieldMask(paths=["assignee"]))
    assert (cleared.assignee, cleared.due_time) == ("", due)
    with pytest.raises(Refused) as refused:
        shop.work("Update", work_order=nobody, update_mask=FieldMask(paths=["state"]))
    assert refused.value.violations == {"update_mask": "FIELD_NOT_CHANGEABLE"}


def test_notes_are_added_in_order(shop: Ordering) -> None:
    (work,) = shop.works(shop.paid())
    for text in ("Use the small jig", "Jig is in drawer 3"):
        shop.note(work, text)
    kept = shop.work("Get", name=work.name)
    assert [note.text for note in kept.notes] == ["Use the small jig", "Jig is in drawer 3"]
    assert {note.by for note in kept.notes} == {shop.brand.staff.subject}
    assert kept.etag == work.etag


def test_work_orders_of_others_look_unknown(shop: Ordering, house: Process) -> None:
    other = Brand(house)
    theirs = Ordering(other, other.plate())
    (foreign,) = theirs.works(theirs.paid())
    for name in (foreign.name, f"{shop.name}/workOrders/{names.new_id()}"):
        with pytest.raises(Refused) as refused:
            shop.work("Get", name=name)
        assert refused.value.error.code is StatusCode.NOT_FOUND
    with pytest.raises(Refused) as refused:
        shop.work("Scan", parent=shop.name, barcode=foreign.barcode)
    assert refused.value.error.code is StatusCode.NOT_FOUND
    with pytest.raises(Refused) as refused:
        shop.work("Get", shop.brand.guest("g1"), name=foreign.name)
    assert refused.value.error.code in (StatusCode.PERMISSION_DENIED, StatusCode.NOT_FOUND)


@pytest.mark.parametrize(
    ("before", "expected", "sentence"),
    [
        (
            1,
            "QUEUED",
            "is in production, not queued: it was not moved. Scan it once more to move it. "
            "It can become quality check, rejected, queued.",
        ),
        (3, "QUALITY_CHECK", "is done: a scan moves it no further. It can become remade."),
        (3, "UNSPECIFIED", "is done: a scan moves it no further. It can become remade."),
    ],
)
def test_a_scan_that_moves_nothing_says_why_and_what_next(
    shop: Ordering, before: int, expected: str, sentence: str
) -> None:
    (work,) = shop.works(shop.paid())
    shop.scan(work, before)
    with pytest.raises(Refused) as refused:
        shop.scan(work, from_state=f"WORK_ORDER_STATE_{expected}")
    assert str(refused.value).endswith(f"This work order {sentence}")


def test_what_is_made_in_its_place_or_cancelled_says_so(shop: Ordering) -> None:
    order = shop.paid()
    (work,) = shop.works(order)
    shop.move(work, "IN_PRODUCTION", "REJECTED", reason="Scratched")
    made = shop.work("Remake", name=work.name, reason="Scratched")
    with pytest.raises(Refused) as again:
        shop.work("Remake", name=work.name, reason="Scratched")
    assert str(again.value).endswith("Go on with the one that is made in its place.")
    shop.call("CancelOrder", order.name)
    with pytest.raises(Refused) as refused:
        shop.scan(made)
    assert str(refused.value).endswith("Its order was cancelled: put the part aside.")


def test_notes_and_steps_back_come_to_an_end_and_the_way_on_does_not(shop: Ordering) -> None:
    (work,) = shop.works(shop.paid())
    for number in range(MAX_NOTES):
        shop.note(work, str(number))
    with pytest.raises(Refused) as full:
        shop.note(work, "one more")
    assert (full.value.error.code, full.value.reason) == (
        StatusCode.FAILED_PRECONDITION,
        "NOTES_FULL",
    )
    while len(work.history) < MAX_STEPS_BACK - 1:
        work = shop.move(work, "IN_PRODUCTION", "QUEUED")
    work = shop.move(work, "IN_PRODUCTION")
    with pytest.raises(Refused) as refused:
        shop.move(work, "QUEUED")
    assert refused.value.reason == "MOVED_TOO_OFTEN"
    assert shop.move(work, "QUALITY_CHECK", "DONE").state == work_order_pb2.WORK_ORDER_STATE_DONE


@pytest.mark.parametrize("seconds", [-62_135_596_800, 253_402_300_799])
def test_the_first_and_the_last_moment_that_a_date_may_be_are_kept(
    shop: Ordering, seconds: int
) -> None:
    order = shop.order()
    order.due_time.seconds = seconds
    (work,) = shop.works(shop.create(order, paid=True))
    assert shop.call("GetOrder", work.order).due_time.seconds == seconds
    assert work.due_time.seconds == seconds
    assert shop.work("Get", name=work.name).due_time.seconds == seconds


@pytest.mark.parametrize("seconds", [-62_135_596_801, 253_402_300_800, 2**62])
def test_a_moment_that_no_calendar_has_is_refused(shop: Ordering, seconds: int) -> None:
    (work,) = shop.works(shop.paid())
    order, plan = shop.order(), work_order_pb2.WorkOrder(name=work.name)
    order.due_time.seconds = plan.due_time.seconds = seconds
    asked = Timestamp(seconds=seconds)
    attempts: list[Callable[[], Any]] = [
        lambda: shop.create(order),
        lambda: shop.work("Update", work_order=plan),
        lambda: shop.works(due_before=asked),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.error.code is StatusCode.INVALID_ARGUMENT
