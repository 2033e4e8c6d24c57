"""Batches: every work order in exactly one place, the same bytes from one solution, all or nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from grpc import StatusCode
from luneo.manufacturing.v1 import batch_pb2

from services.composition import Process
from services.manufacturing import nesting
from services.manufacturing.parts import Made
from services.runtime import names
from tests.flows.chores import stored, tables_with
from tests.flows.house import Brand
from tests.flows.making import erase
from tests.manufacturing.batching import SHEET, Workshop
from tests.manufacturing.ordering import Ordering
from tests.spec.shop import Refused


@pytest.fixture
def workshop(brand: Brand) -> Workshop:
    return Workshop(Ordering(brand, brand.plate()))


def places(workshop: Workshop, batch: batch_pb2.Batch) -> Counter[str]:
    """How often each barcode lies on a sheet, as the map says."""
    document = json.loads(workshop.file(batch, "map.json"))
    return Counter(one["order"] for sheet in document["sheets"] for one in sheet["placements"])


def reason_of(workshop: Workshop, started: Any) -> str:
    """Why an operation failed."""
    done = workshop.brand.wait(started)
    assert done.HasField("error"), done
    details = [detail for detail in done.error.details if b"ErrorInfo" in detail.type_url.encode()]
    return f"{details[0]} {done.error.message}"


def test_every_copy_lies_in_exactly_one_place(workshop: Workshop) -> None:
    works = [*workshop.work("Emma", "Max", "Zoë"), *workshop.work("Ten", quantity=10)]
    batch = workshop.make(works)
    wanted = {work.barcode: work.quantity for work in works}
    assert places(workshop, batch) == wanted
    assert batch.result.parts == sum(wanted.values())
    assert batch.result.sheets == 1
    assert batch.machine_profile == workshop.machine.revision
    assert batch.result.machine_sha256 == workshop.machine.sha256
    paths = [file.path for file in batch.result.files]
    assert paths == sorted(
        ["map.json", "map.pdf", "solution.json", "sheet-1.dxf", "sheet-1.pdf", "sheet-1.svg"]
    )
    assert all(file.uri.startswith("http") for file in batch.result.files)


def test_a_sheet_that_is_full_is_followed_by_another(workshop: Workshop) -> None:
    works = workshop.work("Many", quantity=20)
    batch = workshop.make(works)
    assert batch.result.sheets == 2
    assert places(workshop, batch) == {works[0].barcode: 20}


def test_a_work_order_is_in_one_batch_at_a_time(workshop: Workshop) -> None:
    works = workshop.work("Emma", "Max")
    batch = workshop.make(works[:1])
    assert workshop.shop.work("Get", name=works[0].name).batch == batch.name
    with pytest.raises(Refused) as refused:
        workshop.start(works)
    assert refused.value.reason == "WORK_ORDERS_NOT_OPEN"
    assert refused.value.violations == {"batch.work_orders[0]": "WORK_ORDER_NOT_OPEN"}
    assert workshop.shop.work("Get", name=works[1].name).batch == ""


def test_what_is_open_is_taken_by_its_date_and_product(workshop: Workshop) -> None:
    shop = workshop.shop
    item = shop.item(shop.design("Due").name)
    soon = shop.works(shop.paid(item, due_time=Timestamp(seconds=1_000)))
    later = shop.works(shop.paid(item, due_time=Timestamp(seconds=9_000)))
    undated = shop.works(shop.paid(item))
    first = workshop.make(due_before=Timestamp(seconds=5_000))
    assert list(first.work_orders) == [work.name for work in soon]
    product = shop.plate.rpartition("/revisions/")[0]
    with pytest.raises(Refused) as refused:
        workshop.start(products=[f"{workshop.brand.name}/products/other"])
    assert refused.value.reason == "NOTHING_OPEN"
    rest = workshop.make(products=[product])
    assert set(rest.work_orders) == {work.name for work in (*later, *undated)}


def test_work_orders_are_named_or_described(workshop: Workshop) -> None:
    works = workshop.work("Emma")
    product = workshop.shop.plate.rpartition("/revisions/")[0]
    for asked in ({"products": [product]}, {"due_before": Timestamp(seconds=5_000)}):
        with pytest.raises(Refused) as refused:
            workshop.start(works, **asked)
        assert refused.value.violations == {next(iter(asked)): "BATCH_ASKED_TWICE"}


def test_a_cancelled_batch_opens_its_work_orders_again_and_hands_out_no_sheet(
    workshop: Workshop,
) -> None:
    works = workshop.work("Emma")
    batch = workshop.make(works)
    assert all(file.uri for file in batch.result.files)
    cancelled = workshop.cancel(batch.name)
    assert cancelled.HasField("cancel_time")
    assert [file.sha256 for file in cancelled.result.files] == [
        file.sha256 for file in batch.result.files
    ]
    assert not any(file.uri for file in cancelled.result.files)
    assert workshop.cancel(batch.name).cancel_time == cancelled.cancel_time
    assert workshop.make(works).name != batch.name


def test_what_was_begun_is_not_taken_apart(workshop: Workshop) -> None:
    works = workshop.work("Emma", "Max")
    batch = workshop.make(works)
    workshop.shop.scan(works[0])
    with pytest.raises(Refused) as refused:
        workshop.cancel(batch.name)
    assert refused.value.reason == "BATCH_BEGUN"


def test_a_cancelled_order_or_a_begun_one_cannot_be_put_into_a_batch(workshop: Workshop) -> None:
    cancelled, begun = workshop.work("Emma", "Max")
    workshop.shop.call("CancelOrder", cancelled.order)
    workshop.shop.scan(begun)
    with pytest.raises(Refused) as refused:
        workshop.start([cancelled, begun])
    assert set(refused.value.violations) == {"batch.work_orders[0]", "batch.work_orders[1]"}
    assert workshop.listed() == []


def test_a_part_larger_than_every_sheet_is_refused_and_nothing_is_kept(workshop: Workshop) -> None:
    works = workshop.work("Emma")
    small = batch_pb2.BatchSheetSize(id="scrap", width_um=50_000, height_um=50_000)
    before = stored(workshop.brand)
    assert "NEST_PART_TOO_LARGE" in reason_of(workshop, workshop.start(works, sheet_sizes=[small]))
    (batch,) = workshop.listed()
    assert not batch.HasField("result")
    assert stored(workshop.brand) == before


def test_sheets_that_are_used_up_are_said(workshop: Workshop) -> None:
    works = workshop.work("Many", quantity=40)
    one = batch_pb2.BatchSheetSize()
    one.CopyFrom(SHEET)
    one.count = 1
    started = workshop.start(works, sheet_sizes=[one])
    assert "NEST_SHEETS_USED_UP" in reason_of(workshop, started)


def test_a_machine_that_can_make_nothing_of_a_design_names_the_part(workshop: Workshop) -> None:
    sewing = Workshop(workshop.shop, "embroidery-15-needle")
    works = workshop.work("Emma")
    hoop = batch_pb2.BatchSheetSize(id="hoop", width_um=300_000, height_um=190_000)
    found = reason_of(workshop, sewing.start(works, sheet_sizes=[hoop]))
    assert "NOTHING_TO_MAKE" in found
    assert works[0].barcode in found


def test_an_unknown_machine_and_unknown_work_orders_are_not_found(
    workshop: Workshop, house: Process
) -> None:
    foreign = Workshop(Ordering(other := Brand(house), other.plate()))
    (theirs,) = foreign.work("Theirs")
    works = workshop.work("Emma")
    for attempt in (
        {"works": works, "machine_profile": f"{workshop.brand.name}/machineProfiles/none"},
        {"works": works, "machine_profile": foreign.machine.name},
        {"works": works, "machine_profile": f"{workshop.machine.name}/revisions/r9"},
        {"works": [theirs]},
    ):
        with pytest.raises(Refused) as refused:
            workshop.start(**attempt)
        assert refused.value.error.code is StatusCode.NOT_FOUND
    with pytest.raises(Refused) as refused:
        workshop.get(f"{workshop.brand.name}/batches/{names.new_id()}")
    assert refused.value.error.code is StatusCode.NOT_FOUND
    assert workshop.listed() == []


def test_the_bed_is_the_sheet_where_none_is_given(workshop: Workshop) -> None:
    batch = workshop.make(workshop.work("Emma"), sheet_sizes=[])
    (bed,) = batch.sheet_sizes
    machine = workshop.machine.machine
    free = 2 * machine.margin_um
    assert (bed.width_um, bed.height_um) == (
        machine.bed_width_um - free,
        machine.bed_height_um - free,
    )


def test_a_batch_is_of_the_revision_that_was_current(workshop: Workshop) -> None:
    old = workshop.machine.revision
    batch = workshop.make(workshop.work("Emma"), machine_profile=old)
    assert batch.machine_profile == old


def test_blanks_are_cut_out_where_asked(workshop: Workshop) -> None:
    uncut, cut = (
        workshop.file(workshop.make(workshop.work("Emma"), cut_blanks=cut), "sheet-1.svg")
        for cut in (False, True)
    )
    name = next(one.name for one in workshop.machine.machine.operations if one.operation == 4)
    assert name.encode() in cut
    assert len(cut) > len(uncut)


def test_half_made_and_taken_up_again_gives_what_the_solution_says(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = workshop.work("Emma", "Max", "Zoë")
    real, solutions = nesting.files, []

    def dies_once(solution: Any, request: Any, *rest: Any) -> Iterator[Made]:
        solutions.append(solution.canonical(request))
        for file in real(solution, request, *rest):
            if len(solutions) == 1:
                raise RuntimeError("killed half-way")
            yield file

    monkeypatch.setattr(nesting, "files", dies_once)
    batch = workshop.make(works)
    assert len(solutions) == 2
    assert solutions[0] == solutions[1] == workshop.file(batch, "solution.json")
    assert places(workshop, batch) == {work.barcode: 1 for work in works}


def test_a_batch_cancelled_while_it_is_nested_keeps_nothing(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = workshop.work("Emma")
    before = stored(workshop.brand)
    real = nesting.files

    def cancelled(*arguments: Any) -> Iterator[Made]:
        (batch,) = workshop.listed()
        workshop.cancel(batch.name)
        yield from real(*arguments)

    monkeypatch.setattr(nesting, "files", cancelled)
    done = workshop.brand.wait(workshop.start(works))
    assert done.HasField("error")
    (batch,) = workshop.listed()
    assert batch.HasField("cancel_time")
    assert not batch.HasField("result")
    assert stored(workshop.brand) == before
    assert workshop.shop.work("Get", name=works[0].name).batch == ""


def test_of_an_erased_person_no_sheet_is_left_and_the_others_are_open_again(
    workshop: Workshop,
) -> None:
    shop = workshop.shop
    before = stored(workshop.brand)
    hers = shop.works(shop.paid(shop.item(shop.design("Maria", "customer:maria").name)))
    his = workshop.work("Max")
    batch = workshop.make([*hers, *his])
    assert stored(workshop.brand) > before
    erase(workshop.brand, "customer:maria")
    kept = workshop.get(batch.name)
    assert kept.HasField("erase_time")
    assert list(kept.result.files) == []
    assert stored(workshop.brand) == before
    assert tables_with(workshop.brand, ["Maria", "customer:maria"]) == set()
    with pytest.raises(Refused) as refused:
        workshop.start([*hers, *his])
    assert refused.value.violations == {"batch.work_orders[0]": "WORK_ORDER_NOT_OPEN"}
    assert list(workshop.make(his).work_orders) == [his[0].name]
