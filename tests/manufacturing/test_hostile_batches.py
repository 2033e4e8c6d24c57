"""Batches among people who cancel, scan, remake, erase and ask twice; and requests beyond all measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.longrunning.operations_pb2 import Operation
from google.rpc import error_details_pb2
from luneo.manufacturing.v1 import batch_pb2

from services.manufacturing import nesting
from services.manufacturing.parts import Made
from tests.flows.chores import stored
from tests.flows.house import Brand
from tests.flows.making import erase
from tests.manufacturing.batching import SHEET, Workshop
from tests.manufacturing.ordering import Ordering
from tests.manufacturing.yard import until
from tests.spec.shop import Refused


@pytest.fixture
def workshop(brand: Brand) -> Workshop:
    return Workshop(Ordering(brand, brand.plate()))


def why(workshop: Workshop, started: Operation) -> tuple[str, str, dict[str, str]]:
    """Why an operation failed: reason, message, and sentences by their fields."""
    done = workshop.brand.wait(started)
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for detail in done.error.details:
        detail.Unpack(info)
        detail.Unpack(bad)
    fields = {one.field: one.description for one in bad.field_violations}
    return info.reason, done.error.message, fields


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen once a batch is nested and before its files are stored."""
    real = nesting.files

    def files(*arguments: Any) -> Iterator[Made]:
        happens()
        yield from real(*arguments)

    monkeypatch.setattr(nesting, "files", files)


@pytest.mark.parametrize("deed", ["cancelled", "begun", "remade"])
def test_what_leaves_a_batch_while_it_is_made_is_named_and_the_rest_is_free(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    shop, (gone, stays) = workshop.shop, workshop.work("Gone", "Stays")
    deeds: dict[str, Callable[[], object]] = {
        "cancelled": lambda: shop.call("CancelOrder", gone.order),
        "begun": lambda: shop.scan(gone),
        "remade": lambda: (
            shop.move(gone, "IN_PRODUCTION", "REJECTED", reason="scratched"),
            shop.work("Remake", name=gone.name, reason="scratched"),
        ),
    }
    before = stored(workshop.brand)
    meanwhile(monkeypatch, deeds[deed])
    reason, message, fields = why(workshop, workshop.start([gone, stays]))
    (batch,) = workshop.listed()
    assert reason == "BATCH_CHANGED"
    place = list(batch.work_orders).index(gone.name)
    assert gone.barcode in fields[f"batch.work_orders[{place}]"]
    assert len(fields) == 1
    assert gone.barcode in message
    assert "Cancel it" in message
    assert not batch.HasField("result")
    assert stored(workshop.brand) == before
    workshop.cancel(batch.name)
    assert shop.work("Get", name=gone.name).batch == ""
    monkeypatch.undo()
    assert list(workshop.make([stays]).work_orders) == [stays.name]


def test_of_a_design_erased_while_its_batch_is_made_nothing_is_kept(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = workshop.shop
    (hers,) = shop.works(shop.paid(shop.item(shop.design("Maria", "customer:maria").name)))
    (his,) = workshop.work("Max")
    before = stored(workshop.brand)
    meanwhile(monkeypatch, lambda: erase(workshop.brand, "customer:maria"))
    workshop.start([hers, his])  # its operation goes with her
    until(lambda: workshop.listed()[0].HasField("erase_time"), "the erasure")
    (batch,) = workshop.listed()
    assert not batch.HasField("result")
    assert stored(workshop.brand) <= before
    monkeypatch.undo()
    assert list(workshop.make([his]).work_orders) == [his.name]


def test_of_batches_that_race_for_a_work_order_one_has_it(workshop: Workshop) -> None:
    works = workshop.work("Emma", "Max")

    def ask(number: int) -> str:
        try:
            named = [works, works[::-1], None][number % 3]
            return workshop.start(named).name
        except Refused as refused:
            return refused.reason

    with ThreadPoolExecutor(9) as pool:
        answers = Counter(pool.map(ask, range(9)))
    begun = [answer for answer in answers if answer.startswith("brands/")]
    assert len(begun) == 1, answers
    assert set(answers) - set(begun) <= {"WORK_ORDERS_NOT_OPEN", "NOTHING_OPEN"}
    (batch,) = workshop.listed()
    assert sorted(batch.work_orders) == sorted(work.name for work in works)


def test_every_part_that_is_too_large_is_named_by_its_work_order(workshop: Workshop) -> None:
    works = workshop.work("Emma", "Max")
    small = batch_pb2.BatchSheetSize(id="scrap", width_um=50_000, height_um=50_000)
    reason, message, fields = why(workshop, workshop.start(works, sheet_sizes=[small]))
    assert reason == "NEST_PART_TOO_LARGE"
    (batch,) = workshop.listed()
    barcodes = {work.name: work.barcode for work in works}
    for place, name in enumerate(batch.work_orders):
        sentence = fields[f"batch.work_orders[{place}]"]
        assert barcodes[name] in sentence
        assert name.rpartition("/")[2] not in sentence
    assert "So it is with 1 more" in message
    assert "Cancel it" in message


def test_a_batch_that_failed_can_be_cancelled_whatever_was_begun_since(workshop: Workshop) -> None:
    works = workshop.work("Emma", "Max")
    small = batch_pb2.BatchSheetSize(id="scrap", width_um=50_000, height_um=50_000)
    workshop.brand.wait(workshop.start(works, sheet_sizes=[small]))
    workshop.shop.scan(works[0])
    (batch,) = workshop.listed()
    workshop.cancel(batch.name)
    assert [workshop.shop.work("Get", name=work.name).batch for work in works] == ["", ""]
    assert list(workshop.make(works[1:]).work_orders) == [works[1].name]


def test_what_a_machine_cannot_make_is_named_for_every_work_order(workshop: Workshop) -> None:
    sewing = Workshop(workshop.shop, "embroidery-15-needle")
    shop = workshop.shop
    item = shop.item(shop.design("Twice").name)
    works = [*workshop.work("Emma"), *shop.works(shop.paid(item)), *shop.works(shop.paid(item))]
    hoop = batch_pb2.BatchSheetSize(id="hoop", width_um=300_000, height_um=190_000)
    reason, _, fields = why(workshop, sewing.start(works, sheet_sizes=[hoop]))
    assert reason == "NOTHING_TO_MAKE"
    assert {next(work.barcode for work in works if work.barcode in one) for one in fields.values()}
    assert len(fields) == 3


def test_more_copies_than_a_nesting_takes_are_refused_and_left_out(workshop: Workshop) -> None:
    (huge,) = workshop.work("Huge", quantity=100_000)
    (few,) = workshop.work("Few", quantity=3)
    for works, field in (([few, huge], "batch.work_orders[1]"), ([huge], "batch.work_orders[0]")):
        with pytest.raises(Refused) as refused:
            workshop.start(works)
        assert refused.value.reason == "TOO_MANY_COPIES"
        assert refused.value.violations == {field: "TOO_MANY_COPIES"}
        assert huge.barcode in refused.value.error.public_message
    assert list(workshop.make().work_orders) == [few.name]
    with pytest.raises(Refused) as refused:
        workshop.start()
    assert refused.value.reason == "TOO_MANY_COPIES"
    together = [work for _ in range(2) for work in workshop.work("Half", quantity=3_000)]
    with pytest.raises(Refused) as refused:
        workshop.start(together)
    assert refused.value.violations == {"batch.work_orders": "TOO_MANY_COPIES"}


def test_a_sheet_that_is_larger_than_the_bed_is_refused_at_the_call(workshop: Workshop) -> None:
    large = batch_pb2.BatchSheetSize(id="large", width_um=1_018_000, height_um=418_000)
    with pytest.raises(Refused) as refused:
        workshop.start(workshop.work("Emma"), sheet_sizes=[SHEET, large])
    assert refused.value.violations == {"batch.sheet_sizes[1].width_um": "SHEET_LARGER_THAN_BED"}
    assert "1018 × 418 mm" in str(refused.value)
    assert "holds 890 × 590 mm" in str(refused.value)


def test_a_sheet_of_too_many_pixels_for_a_printer_is_refused_at_the_call(
    brand: Brand, workshop: Workshop
) -> None:
    printer = Workshop(workshop.shop, "dtf-printer")
    roll = batch_pb2.BatchSheetSize(id="roll", width_um=500_000, height_um=4_000_000)
    with pytest.raises(Refused) as refused:
        printer.start(workshop.work("Emma"), sheet_sizes=[SHEET, roll])
    field = "batch.sheet_sizes[1].height_um"
    assert refused.value.violations == {field: "SHEET_TOO_MANY_PIXELS"}
    assert "7087 × 56693 pixels at the 360 dpi" in str(refused.value)
    assert "at most 2090 mm in height" in str(refused.value)


def test_sheets_with_one_name_or_without_room_are_refused_at_the_call(workshop: Workshop) -> None:
    works = workshop.work("Emma")
    narrow = batch_pb2.BatchSheetSize(
        id="narrow", width_um=90_000, height_um=20_000, margin_um=9_000
    )
    with pytest.raises(Refused) as refused:
        workshop.start(works, sheet_sizes=[SHEET, narrow, SHEET], edge_um=1_000)
    assert refused.value.violations == {
        "batch.sheet_sizes[1].margin_um": "SHEET_NO_ROOM",
        "batch.sheet_sizes[2].id": "SHEET_TWICE",
    }
    assert workshop.listed() == []
