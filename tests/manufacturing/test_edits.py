"""A design edited again takes the place of the one before, with its price, until that is ordered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from grpc import StatusCode
from luneo.design.v1 import design_pb2
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2

from services.manufacturing.servicer.orders import OrderServicer
from services.runtime.calls import Caller
from tests.flows.chores import tables_with
from tests.flows.house import Brand, named
from tests.flows.making import SNAPSHOTS, erase
from tests.manufacturing.ordering import Ordering
from tests.spec.shop import Refused, design, product, text_zone


def edit(
    shop: Ordering,
    old: str,
    filled: design_pb2.Design | str,
    caller: Caller | None = None,
    **fields: Any,
) -> snapshot_pb2.Snapshot:
    if isinstance(filled, str):
        filled = named(shop.plate, filled)
    request = snapshot_service_pb2.CreateSnapshotRequest(
        parent=shop.name, design=filled, supersedes=old, **fields
    )
    kept: snapshot_pb2.Snapshot = shop.brand.rpc(f"{SNAPSHOTS}/CreateSnapshot", request, caller)
    return kept


@pytest.fixture
def two_zones(brand: Brand) -> Ordering:
    """A plate of 19.00 EUR whose second line costs 4.50 more."""
    font = brand.add_font("sans").name
    second = text_zone(font, "more", y_um=32_000, height_um=6_000, surcharge_cents=450)
    return Ordering(brand, brand.published(product(text_zone(font), second)).name)


def test_an_edit_takes_the_place_of_the_one_before_and_tells_the_price(two_zones: Ordering) -> None:
    shop, revision = two_zones, two_zones.plate
    first = shop.brand.keep(design(revision, name="Emma"))
    second = edit(shop, first.name, design(revision, name="Emma", more="1994"))
    assert second.supersedes.snapshot == first.name
    assert second.supersedes.price_difference_cents == 450
    assert shop.snapshot(first.name).superseded_by == second.name
    third = edit(shop, second.name, design(revision, name="Emmi"))
    assert third.supersedes.price_difference_cents == -450


def test_the_same_edit_twice_is_one(shop: Ordering) -> None:
    first = shop.design("One edit")
    second = edit(shop, first.name, "Another edit")
    again = edit(shop, first.name, "Another edit")
    assert again == second
    assert edit(shop, second.name, "Another edit") == second


def test_who_goes_back_to_an_earlier_edit_has_that_one(shop: Ordering) -> None:
    first = shop.design("There")
    second = edit(shop, first.name, "and back")
    back = edit(shop, second.name, "There")
    assert (back.name, back.superseded_by) == (first.name, "")
    assert shop.snapshot(second.name).superseded_by == first.name
    shop.create(shop.order(shop.item(first.name)))


def test_what_was_superseded_cannot_be_ordered_and_the_newer_one_can(shop: Ordering) -> None:
    first = shop.design("Old words")
    second = edit(shop, first.name, "New words")
    with pytest.raises(Refused) as refused:
        shop.create(shop.order(shop.item(first.name)))
    assert refused.value.reason == "SNAPSHOT_SUPERSEDED"
    assert refused.value.error.metadata["superseded_by"] == second.name
    shop.create(shop.order(shop.item(second.name)))


def test_what_was_ordered_cannot_be_edited(shop: Ordering) -> None:
    first = shop.design("Ordered as it is")
    shop.create(shop.order(shop.item(first.name)))
    with pytest.raises(Refused) as refused:
        edit(shop, first.name, "Too late")
    assert refused.value.error.code is StatusCode.FAILED_PRECONDITION
    assert refused.value.reason == "SNAPSHOT_LOCKED"
    assert shop.snapshot(first.name).superseded_by == ""


def test_an_edit_of_what_was_edited_elsewhere_is_refused(shop: Ordering) -> None:
    first = shop.design("Two tabs")
    edit(shop, first.name, "This tab")
    with pytest.raises(Refused) as refused:
        edit(shop, first.name, "That tab")
    assert refused.value.reason == "SNAPSHOT_SUPERSEDED"


def test_designs_of_others_look_unknown(shop: Ordering) -> None:
    hers = shop.brand.keep(named(shop.plate, "Hers"), shop.brand.guest("her"))
    for name in (hers.name, f"{shop.name}/snapshots/none"):
        with pytest.raises(Refused) as refused:
            edit(shop, name, "His", shop.brand.guest("him"))
        assert refused.value.error.code is StatusCode.NOT_FOUND
    mine = edit(shop, hers.name, "Hers, edited", shop.brand.guest("her"))
    assert mine.supersedes.snapshot == hers.name


@pytest.mark.parametrize("number", range(5))
def test_an_order_and_an_edit_at_once_never_both_win(shop: Ordering, number: int) -> None:
    first = shop.design(f"Race {number}")

    def attempt(what: int) -> str:
        try:
            if what:
                shop.create(shop.order(shop.item(first.name)))
            else:
                edit(shop, first.name, f"Edited {number}")
        except Refused as refused:
            return refused.reason
        return "won"

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(attempt, (0, 1)))
    found = shop.snapshot(first.name)
    assert told.count("won") == 1
    assert found.HasField("lock") != bool(found.superseded_by)
    assert set(told) < {"won", "SNAPSHOT_LOCKED", "SNAPSHOT_SUPERSEDED"}


def test_an_order_of_which_one_design_is_edited_at_that_moment_locks_none(
    shop: Ordering, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (shop.design(f"Moment {number}") for number in range(3))
    newer: list[str] = []
    really = OrderServicer._lock_designs

    def late(self: OrderServicer, *arguments: Any) -> None:
        newer.append(edit(shop, second.name, "Edited at that moment").name)
        really(self, *arguments)

    monkeypatch.setattr(OrderServicer, "_lock_designs", late)
    items = [shop.item(one.name) for one in (first, second, third)]
    with pytest.raises(Refused) as refused:
        shop.create(shop.order(*items))
    assert refused.value.reason == "SNAPSHOT_SUPERSEDED"
    assert refused.value.error.metadata == {"item": "2", "superseded_by": newer[0]}
    for one in (first, second, third):
        found = shop.snapshot(one.name)
        assert not found.HasField("lock")
        assert not found.HasField("validation")
    edit(shop, first.name, "Still to be edited")


def test_edits_of_an_erased_person_leave_ids_alone(two_zones: Ordering) -> None:
    shop = two_zones
    first = shop.brand.keep(design(shop.plate, name="Maria"), owner="customer:maria")
    second = edit(shop, first.name, design(shop.plate, name="Maria M"), owner="customer:maria")
    erase(shop.brand, "customer:maria")
    assert tables_with(shop.brand, ["Maria", "customer:maria"]) == set()
    assert shop.snapshot(first.name).superseded_by == second.name
    with pytest.raises(Refused):
        edit(shop, second.name, design(shop.plate, name="Again"), owner="customer:maria")
