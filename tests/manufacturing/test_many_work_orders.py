"""Many work orders of a dozen products: one batch, every part in exactly one place, as its files say.

Its workers are killed by SIGKILL while they lay out, nest and write, and while they make the packs;
the files are those of a batch of the same work orders that nobody disturbed.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

import pytest
from google.longrunning.operations_pb2 import Operation
from luneo.manufacturing.v1 import (
    batch_pb2,
    export_pack_pb2,
    export_pack_service_pb2,
    order_pb2,
)

from tests.flows.house import Brand
from tests.manufacturing.batching import Workshop
from tests.manufacturing.ordering import Ordering
from tests.manufacturing.yard import Files, Followed, Yard, files_of, lying
from tests.spec.shop import design, product, text_zone

pytestmark = pytest.mark.slow

WORK_ORDERS, PRODUCTS, AT_ONCE = 500, 12, 100
PACKS = "luneo.manufacturing.v1.ExportPackService"
SHEET = batch_pb2.BatchSheetSize(id="large", width_um=818_000, height_um=418_000)
SHEETS = 7  # eighty plates on each
# Rectangles, which are nested in the same way each time if there is time for all ways of doing it.
ASKED = {
    "sheet_sizes": [SHEET],
    "label": batch_pb2.BATCH_LABEL_NONE,
    "search_seconds": 120,
}


@dataclass
class Many:
    """Five hundred work orders of five orders. barcodes: theirs."""

    workshop: Workshop
    orders: list[order_pb2.Order]
    barcodes: set[str]

    @property
    def shop(self) -> Ordering:
        return self.workshop.shop

    @property
    def brand(self) -> Brand:
        return self.workshop.brand


@pytest.fixture(scope="module")
def many(running: Yard) -> Many:
    brand = Brand(running.process)
    font = brand.add_font("sans").name
    plates = [
        brand.published(product(text_zone(font), display_name=f"Plate {number}")).name
        for number in range(PRODUCTS)
    ]
    shop = Ordering(brand, plates[0])
    items = [
        shop.item(brand.keep(design(plates[number % PRODUCTS], name=f"No. {number}")).name)
        for number in range(WORK_ORDERS)
    ]
    orders = [
        shop.paid(*items[start : start + AT_ONCE]) for start in range(0, WORK_ORDERS, AT_ONCE)
    ]
    barcodes = {work.barcode for order in orders for work in shop.works(order, page_size=AT_ONCE)}
    assert len(barcodes) == WORK_ORDERS
    return Many(Workshop(shop), orders, barcodes)


def check(many: Many, batch: batch_pb2.Batch, files: Files) -> None:
    """Every work order lies in one place, as map and solution say, and each sheet has its drawings."""
    assert lying(files) == dict.fromkeys(many.barcodes, 1)
    solution = json.loads(files["solution.json"])
    parts = Counter(one[0] for sheet in solution["sheets"] for one in sheet["placements"])
    assert parts == {name.rpartition("/")[2]: 1 for name in batch.work_orders}
    assert batch.result.sheets == len(solution["sheets"]) == SHEETS
    for ending in (".svg", ".dxf"):
        drawn = sorted(path for path in files if path.endswith(ending))
        assert drawn == sorted(f"sheet-{number}{ending}" for number in range(1, SHEETS + 1))


def test_a_batch_of_500_killed_three_times_has_the_files_of_one_undisturbed(
    running: Yard, many: Many
) -> None:
    with running.working():
        first = Followed(many.brand, many.workshop.start(**ASKED).name).made()
    undisturbed = files_of(many.workshop, many.workshop.get(first.name))
    check(many, first, undisturbed)
    many.workshop.cancel(first.name)

    followed = Followed(many.brand, many.workshop.start(**ASKED).name)
    for step in ("Laying out", "Nesting", "Wrote"):
        doomed = running.worker()
        followed.until_step(step)
        running.kill(doomed)
        running.miss_the_dead(many.brand)
    with running.working():
        batch = many.workshop.get(followed.made().name)
    assert followed.never_fell(), followed.said
    files = files_of(many.workshop, batch)
    assert files == undisturbed
    check(many, batch, files)


def test_the_packs_of_a_hundred_work_orders_killed_twice_are_made_once_each(
    running: Yard, many: Many
) -> None:
    order = many.orders[0]
    asked = export_pack_service_pb2.MakeOrderPacksRequest(name=order.name, dpi=72)
    started: Operation = many.brand.rpc(f"{PACKS}/MakeOrderPacks", asked)
    followed = Followed(many.brand, started.name)
    for place in (20, 60):
        doomed = running.worker()
        followed.until_step(f"Pack {place} of {AT_ONCE}")
        running.kill(doomed)
        running.miss_the_dead(many.brand)
    with running.working():
        packs = followed.done(export_pack_service_pb2.OrderPacks())
    assert followed.never_fell(), followed.said
    works = many.shop.works(order, page_size=AT_ONCE)
    assert [one.work_order for one in packs.packs] == [work.name for work in works]
    listed = export_pack_service_pb2.ListExportPacksRequest(parent=many.shop.name, page_size=200)
    found = many.brand.rpc(f"{PACKS}/ListExportPacks", listed).export_packs
    assert {pack.name for pack in found} == {one.export_pack for one in packs.packs}
    assert {pack.work_order: pack.snapshot for pack in found} == {
        work.name: work.snapshot for work in works
    }
    assert all(_manifest_of(pack) for pack in found)


def test_two_thousand_copies_of_one_part_lie_in_one_place_each(running: Yard, many: Many) -> None:
    (work,) = many.workshop.work("Many", quantity=2_000)
    started = many.workshop.start([work], **ASKED)
    with running.working():
        batch = many.workshop.get(Followed(many.brand, started.name).made().name)
    document = json.loads(many.workshop.file(batch, "map.json"))
    copies = Counter(one["copy"] for sheet in document["sheets"] for one in sheet["placements"])
    assert copies == dict.fromkeys(range(2_000), 1)
    assert batch.result.parts == 2_000


def _manifest_of(pack: export_pack_pb2.ExportPack) -> bool:
    return any(file.path == "manifest.json" for file in pack.result.files)
