"""From a shopper's design to a part that is done: snapshot, order, work order, pack, batch, scans."""

from __future__ import annotations

import json

import pytest
from luneo.manufacturing.v1 import export_pack_pb2, order_pb2, work_order_pb2

from render_core.export.verify import verify_pack
from tests.flows.house import Brand, named
from tests.flows.making import pack
from tests.manufacturing.batching import Workshop
from tests.manufacturing.ordering import UNIT_CENTS, Ordering
from tests.spec.shop import Refused


def test_a_name_typed_becomes_parts_that_are_done(brand: Brand) -> None:
    shop = Ordering(brand, brand.plate())
    shopper = brand.guest("emma")
    designs = [brand.keep(named(shop.plate, text), shopper) for text in ("Emma", "Für Łukasz")]

    cart = shop.order(*(shop.item(one.name, 2, unit_cents=UNIT_CENTS) for one in designs))
    assert shop.create(cart, validate_only=True).total_cents == 4 * UNIT_CENTS
    tampered = order_pb2.Order()
    tampered.CopyFrom(cart)
    tampered.items[1].unit_cents = 1
    with pytest.raises(Refused):
        shop.create(tampered)
    order = shop.create(cart)
    assert shop.works(order) == []
    shop.call("PayOrder", order.name)
    works = shop.works(order)

    for work in works:
        made = export_pack_pb2.ExportPack()
        assert brand.wait(pack(brand, work.snapshot)).response.Unpack(made)
        assert verify_pack(brand.process.runtime.objects.get(brand.brand, made.result.sha256)).ok

    workshop = Workshop(shop)
    batch = workshop.make()
    assert set(batch.work_orders) == {work.name for work in works}
    found = json.loads(workshop.file(batch, "map.json"))
    lying = [one["order"] for sheet in found["sheets"] for one in sheet["placements"]]
    assert sorted(lying) == sorted(2 * [work.barcode for work in works])

    for barcode in dict.fromkeys(lying):
        for _ in range(3):
            work = shop.work("Scan", parent=shop.name, barcode=barcode)
        assert work.state == work_order_pb2.WORK_ORDER_STATE_DONE
    assert shop.got(order).state == order_pb2.ORDER_STATE_MADE
    shipped = shop.call("ShipOrder", order.name)
    assert [event.state for event in shipped.history] == [
        order_pb2.ORDER_STATE_PENDING,
        order_pb2.ORDER_STATE_PAID,
        order_pb2.ORDER_STATE_IN_PRODUCTION,
        order_pb2.ORDER_STATE_MADE,
        order_pb2.ORDER_STATE_SHIPPED,
    ]
