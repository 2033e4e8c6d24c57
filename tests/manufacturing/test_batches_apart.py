"""What may not share a sheet: stencils and parts cut out, and products of different materials."""

from __future__ import annotations

import io
import json
from collections import Counter
from typing import Any

import ezdxf
import pytest
from grpc import StatusCode
from luneo.design.v1 import ink_pb2
from luneo.manufacturing.v1 import batch_pb2
from luneo.manufacturing.v1.work_order_pb2 import WorkOrder

from tests.flows.house import Brand
from tests.manufacturing.batching import Workshop
from tests.manufacturing.ordering import Ordering
from tests.spec.shop import Refused, design, product, text_zone

UNLABELLED = batch_pb2.BATCH_LABEL_NONE  # nothing but bars is as narrow
BAR = "l"  # in a sans serif a rectangle, whose sides can be measured


class Shelf:
    """A workshop, and plates whose zones are cut. Numbers of a plate: its places in `products`."""

    def __init__(self, brand: Brand) -> None:
        self.brand = brand
        self.workshop = Workshop(Ordering(brand, ""))
        self.font = brand.add_font("sans").name

    def plate(self, *stencils: bool) -> str:
        """Publish a plate with a cut zone for each; return its revision."""
        zones = [
            text_zone(
                self.font,
                f"zone{number}",
                technique=ink_pb2.TECHNIQUE_CUT,
                stencil=stencil,
                x_um=5_000 + 45_000 * number,
                width_um=40_000,
            )
            for number, stencil in enumerate(stencils)
        ]
        return self.brand.published(product(*zones)).name

    def work(self, revision: str, quantity: int = 1, **zones: str) -> WorkOrder:
        shop = self.workshop.shop
        kept = self.brand.keep(design(revision, **zones)).name
        (work,) = shop.works(shop.paid(shop.item(kept, quantity)))
        return work

    def sheets(self, batch: batch_pb2.Batch) -> list[tuple[str, Counter[str]]]:
        """For each sheet its stock, and how often each part lies on it."""
        document = json.loads(self.workshop.file(batch, "map.json"))
        return [
            (sheet["stock"], Counter(one["part"] for one in sheet["placements"]))
            for sheet in document["sheets"]
        ]

    def bars_um(self, batch: batch_pb2.Batch) -> list[int]:
        """The widths of the bars cut on all sheets, narrowest first."""
        widths = []
        for file in batch.result.files:
            if file.path.endswith(".dxf"):
                text = io.StringIO(self.workshop.file(batch, file.path).decode())
                for line in ezdxf.read(text).modelspace().query("LWPOLYLINE"):
                    corners = [(x, y) for x, y, *_ in line.get_points()]
                    sides = [max(one) - min(one) for one in zip(*corners, strict=True)]
                    if 0.5 < min(sides) < 8 and max(sides) > 2 * min(sides):
                        widths.append(round(1000 * min(sides)))
        return sorted(widths)


@pytest.fixture
def shelf(brand: Brand) -> Shelf:
    return Shelf(brand)


def id_of(work: WorkOrder) -> str:
    return work.name.rpartition("/")[2]


def test_stencils_and_parts_cut_out_lie_on_sheets_of_their_own(shelf: Shelf) -> None:
    stencil = shelf.work(shelf.plate(True), 2, zone0=BAR)
    cut = shelf.work(shelf.plate(False), 3, zone0=BAR)
    batch = shelf.workshop.make([stencil, cut], label=UNLABELLED)
    found = [parts for _, parts in shelf.sheets(batch)]
    assert found == [{id_of(cut): 3}, {id_of(stencil): 2}]
    openings, parts = (bars := shelf.bars_um(batch))[:2], bars[2:]
    operations = shelf.workshop.machine.machine.operations
    kerf = next(one.kerf_um for one in operations if one.operation == 4)
    assert {part - opening for part in parts for opening in openings} == {2 * kerf}, bars


def test_openings_and_parts_of_one_product_lie_apart_each_once(shelf: Shelf) -> None:
    work = shelf.work(shelf.plate(True, False), 2, zone0=BAR, zone1=BAR)
    batch = shelf.workshop.make([work], label=UNLABELLED)
    found = [parts for _, parts in shelf.sheets(batch)]
    assert found == [{id_of(work): 2}, {f"{id_of(work)}.stencil": 2}]
    assert len(shelf.bars_um(batch)) == 4


def test_within_a_blank_that_is_cut_out_both_are_openings_in_one_place(shelf: Shelf) -> None:
    work = shelf.work(shelf.plate(True, False), zone0=BAR, zone1=BAR)
    batch = shelf.workshop.make([work], cut_blanks=True, label=UNLABELLED)
    assert [parts for _, parts in shelf.sheets(batch)] == [{id_of(work): 1}]
    opening, other = shelf.bars_um(batch)
    assert opening == other


def sheet(name: str, *revisions: str, **fields: Any) -> batch_pb2.BatchSheetSize:
    values = {"width_um": 330_000, "height_um": 220_000, **fields}
    products = [revision.partition("/revisions/")[0] for revision in revisions]
    return batch_pb2.BatchSheetSize(id=name, products=products, **values)


def test_products_of_two_materials_lie_on_sheets_of_their_own(shelf: Shelf) -> None:
    birch, steel = shelf.plate(False), shelf.plate(False)
    works = [shelf.work(birch, zone0=BAR), shelf.work(steel, 2, zone0=BAR)]
    shelf.work(shelf.plate(False), zone0=BAR)  # of a material for which no sheet is there
    batch = shelf.workshop.make(sheet_sizes=[sheet("birch", birch), sheet("steel", steel)])
    assert dict(shelf.sheets(batch)) == {
        "birch": Counter({id_of(works[0]): 1}),
        "steel": Counter({id_of(works[1]): 2}),
    }
    assert len(batch.result.files) == 2 * 3 + 3
    assert [list(size.products) for size in batch.sheet_sizes] == [
        [birch.partition("/revisions/")[0]],
        [steel.partition("/revisions/")[0]],
    ]


def test_a_work_order_without_a_sheet_of_its_material_is_named(shelf: Shelf) -> None:
    birch = shelf.plate(False)
    works = [shelf.work(birch, zone0=BAR), shelf.work(shelf.plate(False), zone0=BAR)]
    with pytest.raises(Refused) as refused:
        shelf.workshop.start(works, sheet_sizes=[sheet("birch", birch)])
    assert refused.value.violations == {"batch.work_orders[1]": "SHEET_MISSING"}
    assert works[1].barcode in refused.value.error.public_message
    foreign = sheet("birch", "brands/other/products/plate")
    with pytest.raises(Refused) as refused:
        shelf.workshop.start(works, sheet_sizes=[foreign])
    assert refused.value.error.code is StatusCode.NOT_FOUND
    assert shelf.workshop.listed() == []
