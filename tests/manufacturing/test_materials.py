"""Materials: said by a product, frozen with its designs, and what shares a sheet goes by them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.protobuf import field_mask_pb2
from luneo.manufacturing.v1 import batch_pb2
from luneo.manufacturing.v1.work_order_pb2 import WorkOrder
from luneo.spec.v1 import product_pb2, product_service_pb2

from tests.flows.house import Brand
from tests.flows.test_remade_packs import remade
from tests.manufacturing.batching import SHEET, Workshop
from tests.manufacturing.ordering import Ordering
from tests.manufacturing.test_packs_for_work import asked, made
from tests.spec.shop import Refused, product, text_zone

BIRCH, OAK = "Birch plywood 3 mm", "Oak 4 mm, geölt"


class Timber:
    """A workshop with plates of two woods, one of them twice, and one that does not say what it is of."""

    def __init__(self, brand: Brand) -> None:
        font = brand.add_font("sans").name
        self.brand = brand
        self.workshop = Workshop(Ordering(brand, ""))
        self.plates = {
            name: brand.published(product(text_zone(font), material=material)).name
            for name, material in (("small", BIRCH), ("large", BIRCH), ("oak", OAK), ("any", ""))
        }

    def work(self, plate: str, quantity: int = 1) -> WorkOrder:
        shop = self.workshop.shop
        shop.plate = self.plates[plate]
        kept = shop.design(plate).name
        (work,) = shop.works(shop.paid(shop.item(kept, quantity)))
        return work

    def sheets(self, batch: batch_pb2.Batch) -> list[tuple[str, set[str]]]:
        """For each sheet its material and whose parts lie on it."""
        document = json.loads(self.workshop.file(batch, "map.json"))
        return [
            (sheet.get("material", ""), {one["order"] for one in sheet["placements"]})
            for sheet in document["sheets"]
        ]

    def refused(self, works: list[WorkOrder] | None = None, **fields: Any) -> Refused:
        with pytest.raises(Refused) as refused:
            self.workshop.start(works, **fields)
        return refused.value


@pytest.fixture
def timber(brand: Brand) -> Timber:
    return Timber(brand)


def test_what_is_of_one_material_shares_sheets_and_nothing_else_does(timber: Timber) -> None:
    small, large, oak, anything = (timber.work(one) for one in ("small", "large", "oak", "any"))
    assert [one.material for one in (small, oak, anything)] == [BIRCH, OAK, ""]
    batch = timber.workshop.make([small, large, oak, anything])
    assert sorted(timber.sheets(batch), key=lambda sheet: sheet[0]) == [
        ("", {anything.barcode}),
        (BIRCH, {small.barcode, large.barcode}),
        (OAK, {oak.barcode}),
    ]


def test_a_batch_takes_what_is_open_of_a_material(timber: Timber) -> None:
    small, large, oak, anything = (timber.work(one) for one in ("small", "large", "oak", "any"))
    birch = timber.workshop.make(materials=[BIRCH])
    assert set(birch.work_orders) == {small.name, large.name}
    own_id = timber.plates["any"].split("/")[3]
    assert list(timber.workshop.make(materials=[own_id]).work_orders) == [anything.name]
    assert timber.refused(materials=[BIRCH]).reason == "NOTHING_OPEN"
    assert timber.refused([oak], materials=[OAK]).violations == {"materials": "BATCH_ASKED_TWICE"}


def test_a_sheet_says_its_material_and_what_is_of_none_of_them_is_named(timber: Timber) -> None:
    birch = batch_pb2.BatchSheetSize()
    birch.CopyFrom(SHEET)
    birch.material = BIRCH
    small, oak = timber.work("small"), timber.work("oak")
    refused = timber.refused([small, oak], sheet_sizes=[birch])
    assert refused.violations == {"batch.work_orders[1]": "SHEET_MISSING"}
    batch = timber.workshop.make(sheet_sizes=[birch])
    assert list(batch.work_orders) == [small.name]
    assert batch.sheet_sizes[0].material == BIRCH


def test_a_ticket_says_the_material_of_the_frozen_design_and_is_made_again_so(
    timber: Timber,
) -> None:
    shop, brand = timber.workshop.shop, timber.brand
    oak, anything = timber.work("oak"), timber.work("any")
    named = timber.plates["oak"].partition("/revisions/")[0]
    changed = product_pb2.Product(name=named, material="Walnut")
    mask = field_mask_pb2.FieldMask(paths=["material"])
    request = product_service_pb2.UpdateProductRequest(product=changed, update_mask=mask)
    brand.call("ProductService/UpdateProduct", request)
    assert brand.publish(named).material == "Walnut"
    again = shop.works(shop.paid(shop.item(oak.snapshot)))[0]
    assert again.material == OAK
    pack, files = made(shop, asked(shop, oak.snapshot, work_order=oak.name))
    assert json.loads(files["inputs.json"])["revision"]["material"] == OAK
    _, without = made(shop, asked(shop, anything.snapshot, work_order=anything.name))
    assert "material" not in json.loads(without["inputs.json"])["revision"]
    ticket = json.loads(files["manifest.json"])["job"]["ticket"]
    assert ticket["options"] == {"Material": OAK}
    assert json.loads(without["manifest.json"])["job"]["ticket"]["options"] == {}
    assert remade(brand, pack.name).same
