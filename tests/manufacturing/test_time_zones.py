"""Due dates are told where the workshop is: on tickets, which keep what they said, and in batches by day."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from luneo.manufacturing.v1.work_order_pb2 import WorkOrder
from luneo.tenant.v1 import brand_pb2, brand_service_pb2

from services.runtime.calls import PLATFORM
from tests.flows.house import Brand
from tests.flows.test_remade_packs import remade
from tests.manufacturing.batching import Workshop
from tests.manufacturing.ordering import Ordering
from tests.manufacturing.test_packs_for_work import asked, made
from tests.spec.shop import Refused

BERLIN = "Europe/Berlin"


def move_to(brand: Brand, zone: str) -> brand_pb2.Brand:
    """Say where the workshop of a brand is."""
    changed = brand_pb2.Brand(name=brand.name, time_zone=zone)
    request = brand_service_pb2.UpdateBrandRequest(brand=changed)
    request.update_mask.paths.append("time_zone")
    moved: brand_pb2.Brand = brand.rpc(
        "luneo.tenant.v1.BrandService/UpdateBrand", request, PLATFORM
    )
    return moved


@pytest.fixture
def workshop(brand: Brand) -> Workshop:
    return Workshop(Ordering(brand, brand.plate()))


def due(workshop: Workshop, *moment: int) -> WorkOrder:
    """A work order that is due at a moment in UTC."""
    at = Timestamp()
    at.FromDatetime(datetime(*moment, tzinfo=UTC))  # type: ignore[misc]
    shop = workshop.shop
    (work,) = shop.works(shop.paid(shop.item(shop.design("Due").name), due_time=at))
    return work


def test_a_ticket_says_the_day_or_the_hour_where_the_workshop_is_and_keeps_it(
    workshop: Workshop,
) -> None:
    shop, brand = workshop.shop, workshop.brand
    midnight, hour = due(workshop, 2026, 12, 2, 23), due(workshop, 2026, 7, 1, 14)

    def said(work: WorkOrder) -> tuple[str, str]:
        pack, files = made(shop, asked(shop, work.snapshot, work_order=work.name))
        return pack.name, json.loads(files["manifest.json"])["job"]["ticket"]["due"]

    first, in_utc = said(midnight)
    assert in_utc == "2026-12-02 23:00 UTC"
    assert move_to(brand, BERLIN).time_zone == BERLIN
    second, there = said(midnight)
    assert there == "2026-12-03"
    assert said(hour)[1] == "2026-07-01 16:00 CEST"
    move_to(brand, "")
    assert said(midnight) == (first, in_utc)
    assert first != second
    # The one that was made there is made again as it was, wherever the workshop is now.
    assert remade(brand, second).same


def test_a_batch_of_a_day_ends_when_the_day_does_where_the_workshop_is(workshop: Workshop) -> None:
    move_to(workshop.brand, BERLIN)
    last, next_day = due(workshop, 2026, 11, 30, 22, 59), due(workshop, 2026, 11, 30, 23)
    assert list(workshop.make(due_day="2026-11-30").work_orders) == [last.name]
    move_to(workshop.brand, "")
    assert list(workshop.make(due_day="2026-11-30").work_orders) == [next_day.name]


def test_a_zone_or_a_day_that_does_not_exist_is_refused_by_its_field(workshop: Workshop) -> None:
    with pytest.raises(Refused) as refused:
        move_to(workshop.brand, "Europe/Nowhere")
    assert refused.value.violations == {"brand.time_zone": "TIME_ZONE_UNKNOWN"}
    for day in ("2026-02-30", "0000-01-01", "9999-12-31"):
        with pytest.raises(Refused) as refused:
            workshop.start(due_day=day)
        assert refused.value.violations == {"due_day": "DAY_UNKNOWN"}
    with pytest.raises(Refused) as refused:
        workshop.start(due_day="2026-11-30", due_before=Timestamp(seconds=1))
    assert refused.value.violations == {"due_day": "BATCH_ASKED_TWICE"}
