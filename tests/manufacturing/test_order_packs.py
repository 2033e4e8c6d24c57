"""The packs of a whole order: one operation, which makes what is not there and nothing twice."""

from __future__ import annotations

import time
from typing import Any

import pytest
from google.longrunning.operations_pb2 import Operation
from luneo.manufacturing.v1 import export_pack_pb2, export_pack_service_pb2, order_pb2
from sqlalchemy import text

from services.manufacturing import packing
from services.manufacturing.actors import order_packs as actor
from services.runtime import names
from tests.flows.making import erase, runs_of
from tests.manufacturing.ordering import Ordering
from tests.manufacturing.test_machines import create
from tests.manufacturing.test_packs_for_work import asked
from tests.manufacturing.test_packs_for_work import made as pack_made
from tests.spec.shop import Refused

PACKS = "luneo.manufacturing.v1.ExportPackService"


def started(shop: Ordering, order: str, **fields: Any) -> Operation:
    request = export_pack_service_pb2.MakeOrderPacksRequest(name=order, **fields)
    operation: Operation = shop.brand.rpc(f"{PACKS}/MakeOrderPacks", request)
    return operation


def done(shop: Ordering, order: str, **fields: Any) -> list[export_pack_service_pb2.OrderPack]:
    packs = export_pack_service_pb2.OrderPacks()
    finished = shop.brand.wait(started(shop, order, **fields))
    assert finished.response.Unpack(packs), finished
    assert packs.order == order
    return list(packs.packs)


def pack_of(shop: Ordering, name: str) -> export_pack_pb2.ExportPack:
    request = export_pack_service_pb2.GetExportPackRequest(name=name)
    found: export_pack_pb2.ExportPack = shop.brand.rpc(f"{PACKS}/GetExportPack", request)
    return found


def reason(shop: Ordering, order: str, **fields: Any) -> str:
    with pytest.raises(Refused) as refused:
        started(shop, order, **fields)
    return str(refused.value.reason)


def paid(shop: Ordering, *texts: str) -> order_pb2.Order:
    return shop.paid(*(shop.item(shop.design(one).name) for one in texts))


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The snapshots of packs that the worker makes, while the test runs."""
    made: list[str] = []
    really = packing.pack

    def counting(content: Any, *args: Any, **fields: Any) -> Any:
        made.append(content.snapshot.name)
        return really(content, *args, **fields)

    monkeypatch.setattr(packing, "pack", counting)
    return made


def test_every_work_order_has_its_pack_and_a_change_makes_one_anew(
    shop: Ordering, packed: list[str]
) -> None:
    order = paid(shop, "First", "Second")
    works = shop.works(order)
    found = done(shop, order.name)
    assert [one.item_number for one in found] == [1, 2]
    assert [one.work_order for one in found] == [work.name for work in works]
    assert len(packed) == 2
    for one, work in zip(found, works, strict=True):
        pack = pack_of(shop, one.export_pack)
        assert (pack.work_order, pack.snapshot) == (work.name, work.snapshot)
        assert pack.result.sha256
    assert done(shop, order.name) == found
    works[1].due_time.FromSeconds(1_800_000_000)
    shop.work("Update", work_order=works[1])
    later = done(shop, order.name)
    assert later[0] == found[0]
    assert later[1].export_pack != found[1].export_pack
    assert packed[2:] == [works[1].snapshot]


def test_a_pack_that_was_asked_for_alone_is_found(shop: Ordering, packed: list[str]) -> None:
    order = paid(shop, "Alone")
    (work,) = shop.works(order)
    alone, _ = pack_made(shop, asked(shop, work.snapshot, work_order=work.name))
    assert [one.export_pack for one in done(shop, order.name)] == [alone.name]
    assert len(packed) == 1


def test_before_it_is_paid_each_item_has_a_pack_without_a_work_order(shop: Ordering) -> None:
    same = shop.design("Same").name
    order = shop.create(shop.order(shop.item(same), shop.item(same, quantity=2)))
    first, second = done(shop, order.name, dpi=72, formats=[export_pack_pb2.DRAWING_FORMAT_SVG])
    assert first.export_pack == second.export_pack
    assert (first.work_order, second.item_number) == ("", 2)
    pack = pack_of(shop, first.export_pack)
    assert {file.path for file in pack.result.files if file.path.startswith("front.")} == {
        "front.svg"
    }


def test_a_cancelled_order_has_none(shop: Ordering) -> None:
    order = paid(shop, "Cancelled")
    shop.call("CancelOrder", order.name)
    assert reason(shop, order.name) == "ORDER_CANCELLED"


def test_rejected_work_has_none_and_its_remake_has_one(shop: Ordering) -> None:
    order = paid(shop, "Rejected")
    (work,) = shop.works(order)
    shop.move(work, "IN_PRODUCTION")
    shop.move(work, "REJECTED", reason="Scratched")
    assert reason(shop, order.name) == "NOTHING_TO_MAKE"
    again = shop.work("Remake", name=work.name, reason="Scratched")
    assert [one.work_order for one in done(shop, order.name)] == [again.name]


def test_every_blocked_item_is_named_and_the_others_are_whole(shop: Ordering) -> None:
    router = create(shop.brand, "cnc-router")
    order = paid(shop, "Hairlines", "Too thin")
    finished = shop.brand.wait(started(shop, order.name, machine_profiles=[router.name]))
    error = Refused(finished.error)
    assert error.reason == "PREFLIGHT_FAILED"
    fields = {one.field for one in error.error.violations}
    assert fields == {"items[0].design.zones[name]", "items[1].design.zones[name]"}
    assert all(one.sentence.startswith(("Item 1: ", "Item 2: ")) for one in error.error.violations)
    with shop.brand.process.runtime.database.brand(shop.brand.brand) as tx:
        query = (
            "SELECT count(*) FROM export_pack_results JOIN export_packs USING (brand_id, pack_id)"
            " WHERE operation_id = :operation"
        )
        operation = finished.name.rpartition("/")[2]
        assert tx.execute(text(query), {"operation": operation}).scalar_one() == 0


def test_after_a_lost_attempt_the_rest_is_made_with_the_same_bytes(
    shop: Ordering, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = paid(shop, "Before the kill", "After the kill")
    really, made = packing.pack, list[str]()

    def dying(content: Any, *args: Any, **fields: Any) -> Any:
        made.append(content.snapshot.name)
        if len(made) == 2:
            raise ConnectionError("the worker is gone")
        return really(content, *args, **fields)

    monkeypatch.setattr(packing, "pack", dying)
    operation = started(shop, order.name)
    packs = export_pack_service_pb2.OrderPacks()
    finished = shop.brand.wait(operation)
    assert finished.response.Unpack(packs), finished
    works = shop.works(order)
    assert made == [works[0].snapshot, works[1].snapshot, works[1].snapshot]
    assert runs_of(shop.brand, operation.name) == 2
    again = {one.export_pack: pack_of(shop, one.export_pack).result.sha256 for one in packs.packs}
    assert len(again) == 2
    assert all(again.values())


def messages_of(shop: Ordering, operation: str) -> list[str]:
    """The states of the messages that worked for an operation, in their order."""
    query = text("SELECT state FROM outbox WHERE operation_id = :operation ORDER BY create_time")
    with shop.brand.process.runtime.database.brand(shop.brand.brand) as tx:
        return list(tx.execute(query, {"operation": operation.rpartition("/")[2]}).scalars())


def test_a_large_order_is_made_in_turns_each_of_bounded_time(
    shop: Ordering, packed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actor, "TURN_S", 0.0)
    order = paid(shop, "One", "Two", "Three", "Four")
    operation = started(shop, order.name)
    finished = shop.brand.wait(operation)
    packs = export_pack_service_pb2.OrderPacks()
    assert finished.response.Unpack(packs), finished
    assert [one.item_number for one in packs.packs] == [1, 2, 3, 4]
    assert packed == [work.snapshot for work in shop.works(order)]
    assert messages_of(shop, operation.name) == ["done"] * 4


def test_what_is_blocked_is_named_whichever_turn_found_it(
    shop: Ordering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actor, "TURN_S", 0.0)
    router = create(shop.brand, "cnc-router")
    order = paid(shop, "Too fine", "Too thin", "Too small")
    operation = started(shop, order.name, machine_profiles=[router.name])
    error = Refused(shop.brand.wait(operation).error)
    assert error.reason == "PREFLIGHT_FAILED"
    fields = [one.field for one in error.error.violations]
    assert sorted(set(fields)) == [f"items[{n}].design.zones[name]" for n in range(3)]
    assert len(messages_of(shop, operation.name)) == 3


def test_an_order_that_is_cancelled_between_two_turns_is_not_gone_on_with(
    shop: Ordering, packed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actor, "TURN_S", 0.0)
    really = actor.MakesOrderPacks._hand_on
    order = paid(shop, "Before", "After")

    def cancelling(*arguments: Any) -> None:
        really(*arguments)
        shop.call("CancelOrder", order.name)

    monkeypatch.setattr(actor.MakesOrderPacks, "_hand_on", cancelling)
    finished = shop.brand.wait(started(shop, order.name))
    assert Refused(finished.error).reason == "ORDER_CANCELLED"
    assert len(packed) == 1


def test_an_order_cancelled_meanwhile_ends_without_an_answer(
    shop: Ordering, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = paid(shop, "Meanwhile", "Never")
    really, made = packing.pack, list[str]()

    def cancelling(content: Any, *args: Any, **fields: Any) -> Any:
        made.append(content.snapshot.name)
        shop.call("CancelOrder", order.name)
        return really(content, *args, **fields)

    monkeypatch.setattr(packing, "pack", cancelling)
    finished = shop.brand.wait(started(shop, order.name))
    assert Refused(finished.error).reason == "ORDER_CANCELLED"
    assert len(made) == 1


def test_of_an_erased_person_no_pack_and_no_operation_stays(shop: Ordering) -> None:
    owner = f"customer:{names.new_id()}"
    mine = shop.design("Erika", owner=owner).name
    order = shop.paid(shop.item(mine), shop.item(shop.design("Max").name))
    operation = started(shop, order.name)
    shop.brand.wait(operation)
    hers, his = done(shop, order.name)
    erase(shop.brand, owner)
    with pytest.raises(Refused) as gone:
        pack_of(shop, hers.export_pack)
    assert gone.value.status.code == 5
    assert pack_of(shop, his.export_pack).result.sha256
    with shop.brand.process.runtime.database.brand(shop.brand.brand) as tx:
        for table in ("operations", "export_pack_operations"):
            query = text(f"SELECT count(*) FROM {table} WHERE operation_id = :operation")
            values = {"operation": operation.name.rpartition("/")[2]}
            assert tx.execute(query, values).scalar_one() == 0
    deadline = time.monotonic() + 10
    while (found := reason(shop, order.name)) != "SNAPSHOT_ERASED":
        assert time.monotonic() < deadline, found
