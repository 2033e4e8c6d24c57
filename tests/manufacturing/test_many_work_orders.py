"""Many work orders of a dozen products: one batch, every part in exactly one place, as its files say."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from luneo.manufacturing.v1 import batch_pb2

from tests.flows.house import Brand
from tests.manufacturing.batching import Workshop
from tests.manufacturing.ordering import Ordering
from tests.spec.shop import design, product, text_zone

WORK_ORDERS, PRODUCTS, AT_ONCE = 500, 12, 100


@pytest.mark.slow
def test_500_work_orders_of_12_products_lie_in_one_place_each(brand: Brand) -> None:
    font = brand.add_font("sans").name
    shop = Ordering(brand, "")
    plates = [
        brand.published(product(text_zone(font), display_name=f"Plate {number}")).name
        for number in range(PRODUCTS)
    ]
    items = [
        shop.item(brand.keep(design(plates[number % PRODUCTS], name=f"No. {number}")).name)
        for number in range(WORK_ORDERS)
    ]
    orders = [
        shop.paid(*items[start : start + AT_ONCE]) for start in range(0, WORK_ORDERS, AT_ONCE)
    ]
    barcodes = {work.barcode for order in orders for work in shop.works(order, page_size=AT_ONCE)}
    workshop = Workshop(shop)
    sheet = batch_pb2.BatchSheetSize(id="large", width_um=880_000, height_um=580_000)
    batch = workshop.make(patience=20, sheet_sizes=[sheet])
    document = json.loads(workshop.file(batch, "map.json"))
    lying = Counter(one["order"] for sheet in document["sheets"] for one in sheet["placements"])
    assert len(barcodes) == WORK_ORDERS
    assert lying == dict.fromkeys(barcodes, 1)
    solution = json.loads(workshop.file(batch, "solution.json"))
    parts = Counter(one[0] for sheet in solution["sheets"] for one in sheet["placements"])
    assert parts == {name.rpartition("/")[2]: 1 for name in batch.work_orders}
    assert len(solution["sheets"]) == batch.result.sheets
    drawn = [file.path for file in batch.result.files if file.path.endswith(".dxf")]
    assert len(drawn) == batch.result.sheets
