"""Packs for machines and for work orders: pinned, refused when blocked, made anew when something changed."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from google.longrunning.operations_pb2 import Operation
from google.protobuf.timestamp_pb2 import Timestamp
from luneo.manufacturing.v1 import export_pack_pb2, export_pack_service_pb2, machine_profile_pb2

from render_core.export.verify import verify_pack
from tests.manufacturing.ordering import Ordering
from tests.manufacturing.test_machines import call, create
from tests.spec.shop import Refused

PACKS = "luneo.manufacturing.v1.ExportPackService"


def asked(shop: Ordering, snapshot: str, **fields: Any) -> Operation:
    wanted = export_pack_pb2.ExportPack(snapshot=snapshot, **fields)
    request = export_pack_service_pb2.CreateExportPackRequest(parent=shop.name, export_pack=wanted)
    started: Operation = shop.brand.rpc(f"{PACKS}/CreateExportPack", request)
    return started


def made(shop: Ordering, started: Operation) -> tuple[export_pack_pb2.ExportPack, dict[str, bytes]]:
    """The pack and its files."""
    pack = export_pack_pb2.ExportPack()
    done = shop.brand.wait(started)
    assert done.response.Unpack(pack), done
    data = shop.brand.process.runtime.objects.get(shop.brand.brand, pack.result.sha256)
    assert verify_pack(data).ok
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return pack, {name: archive.read(name) for name in archive.namelist()}


def reason(refused: pytest.ExceptionInfo[Refused]) -> str:
    return str(refused.value.reason)


def test_a_pack_for_a_machine_has_its_files_and_pins_the_revision(shop: Ordering) -> None:
    machine = create(shop.brand, "co2-laser-cutter")
    snapshot = shop.design("Laser").name
    pack, files = made(shop, asked(shop, snapshot, machine_profiles=[machine.name]))
    assert list(pack.machine_profiles) == [machine.revision]
    manifest = json.loads(files["manifest.json"])
    assert [one["sha256"] for one in manifest["machines"]] == [machine.sha256]
    folder = f"machines/{machine.name.rpartition('/')[2]}"
    assert {f"{folder}/machine.json", f"{folder}/front.dxf", f"{folder}/front.svg"} <= files.keys()
    listed = {file.path for file in pack.result.files}
    assert listed == files.keys()


def test_a_machine_that_changed_makes_a_new_pack_and_the_old_revision_the_old_one(
    shop: Ordering,
) -> None:
    machine = create(shop.brand, "co2-laser-cutter")
    snapshot = shop.design("Changed").name
    first, _ = made(shop, asked(shop, snapshot, machine_profiles=[machine.name]))
    changed = machine_profile_pb2.MachineProfile()
    changed.CopyFrom(machine)
    changed.machine.display_name = "The other laser"
    now = call(shop.brand, "UpdateMachineProfile", machine_profile=changed)
    assert now.revision != machine.revision
    second, _ = made(shop, asked(shop, snapshot, machine_profiles=[machine.name]))
    again, _ = made(shop, asked(shop, snapshot, machine_profiles=[machine.revision]))
    assert first.name == again.name != second.name


def test_work_that_the_machine_cannot_do_fails_with_every_problem_and_stores_nothing(
    shop: Ordering,
) -> None:
    router = create(shop.brand, "cnc-router")
    snapshot = shop.design("Hairlines").name
    done = shop.brand.wait(asked(shop, snapshot, machine_profiles=[router.name]))
    error = Refused(done.error)
    assert error.reason == "PREFLIGHT_FAILED"
    assert [one.field for one in error.error.violations] == ["design.zones[name]"] * 2
    assert {one.reason for one in error.error.violations} == {"KERF_WIDER", "STROKE_TOO_THIN"}
    assert all("mm" in one.sentence for one in error.error.violations)
    assert "response" not in str(done)


def test_the_ticket_of_a_work_order_follows_it(shop: Ordering) -> None:
    order = shop.paid(shop.item(shop.design("Ticket").name, quantity=4))
    (work,) = shop.works(order)
    pack, files = made(shop, asked(shop, work.snapshot, work_order=work.name))
    ticket = json.loads(files["manifest.json"])["job"]["ticket"]
    assert pack.work_order == work.name
    assert (ticket["code"], ticket["quantity"]) == (work.barcode, 4)
    assert ticket["order"] == order.external_reference
    due = Timestamp()
    due.FromDatetime(datetime(2026, 12, 3, tzinfo=UTC))
    work.due_time.CopyFrom(due)
    shop.work("Update", work_order=work)
    later, files = made(shop, asked(shop, work.snapshot, work_order=work.name))
    assert later.name != pack.name
    assert json.loads(files["manifest.json"])["job"]["ticket"]["due"] == "2026-12-03"


def test_a_date_that_is_another_day_elsewhere_says_the_time_and_its_zone(shop: Ordering) -> None:
    (work,) = shop.works(shop.paid(shop.item(shop.design("Due").name)))
    work.due_time.FromDatetime(datetime(2026, 12, 3, 20, tzinfo=ZoneInfo("America/New_York")))
    shop.work("Update", work_order=work)
    _, files = made(shop, asked(shop, work.snapshot, work_order=work.name))
    assert json.loads(files["manifest.json"])["job"]["ticket"]["due"] == "2026-12-04 01:00 UTC"


def test_a_small_ticket_is_another_pack(shop: Ordering) -> None:
    snapshot = shop.design("Small").name
    usual, _ = made(shop, asked(shop, snapshot))
    same, _ = made(shop, asked(shop, snapshot, ticket_page=export_pack_pb2.TICKET_PAGE_A4))
    small, _ = made(shop, asked(shop, snapshot, ticket_page=export_pack_pb2.TICKET_PAGE_A6))
    assert usual.name == same.name != small.name
    assert small.ticket_page == export_pack_pb2.TICKET_PAGE_A6


def test_what_is_not_to_be_made_or_is_another_design_has_no_pack(shop: Ordering) -> None:
    order = shop.paid(shop.item(shop.design("Cancelled").name))
    (work,) = shop.works(order)
    with pytest.raises(Refused) as other:
        asked(shop, shop.design("Another").name, work_order=work.name)
    assert list(other.value.violations.values()) == ["WORK_ORDER_OF_ANOTHER_DESIGN"]
    shop.call("CancelOrder", order.name)
    with pytest.raises(Refused) as cancelled:
        asked(shop, work.snapshot, work_order=work.name)
    assert reason(cancelled) == "WORK_ORDER_CANCELLED"


def test_unknown_machines_and_one_machine_twice_are_refused(shop: Ordering) -> None:
    machine = create(shop.brand)
    snapshot = shop.design("Unknown").name
    for names, code in (
        ([f"{shop.name}/machineProfiles/nothing"], 5),
        ([f"{machine.name}/revisions/r9"], 5),
        ([machine.name, machine.revision], 3),
        (["nonsense"], 3),
    ):
        with pytest.raises(Refused) as refused:
            asked(shop, snapshot, machine_profiles=names)
        assert refused.value.status.code == code
