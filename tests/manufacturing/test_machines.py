"""Machines of a brand: described or from the library, changed as revisions that stay."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest
from grpc import StatusCode
from luneo.manufacturing.v1 import machine_profile_pb2, machine_profile_service_pb2
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from render_core.making import profile_json
from render_core.making.profile import MachineProfile
from services.composition import Process
from services.manufacturing.convert import machines as convert
from services.manufacturing.domain import machines as domain
from services.runtime import names
from tests.flows.house import Brand
from tests.spec.shop import Refused

MACHINES = "luneo.manufacturing.v1.MachineProfileService"
LIBRARY = profile_json.library()


def call(brand: Brand, rpc: str, **values: Any) -> Any:
    request = getattr(machine_profile_service_pb2, f"{rpc}Request")(**values)
    return brand.rpc(f"{MACHINES}/{rpc}", request)


def create(brand: Brand, library: str = "co2-laser-cutter", **values: Any) -> Any:
    values = {"machine_profile_id": f"m{names.new_id()}", "library_machine": library, **values}
    return call(brand, "CreateMachineProfile", parent=brand.name, **values)


@pytest.mark.parametrize("machine", LIBRARY)
def test_what_is_described_comes_back_with_the_same_hash(machine: str) -> None:
    profile = LIBRARY[machine]
    message = convert.machine_to_proto(profile)
    assert domain.profile_of(machine, convert.content_of(message)) == profile
    assert domain.profile_of(machine, convert.content_of(message)).sha256 == profile.sha256


def test_the_message_mirrors_the_profile_field_by_field() -> None:
    assert mirrored(machine_profile_pb2.Machine.DESCRIPTOR) == told(MachineProfile) - {"id"}


def mirrored(message: Any, path: str = "") -> set[str]:
    found = set()
    for field in message.fields:
        inner = (
            mirrored(field.message_type, f"{path}{field.name}.") if field.message_type else set()
        )
        found |= inner or {path + field.name}
    return found


def told(kind: Any, path: str = "") -> set[str]:
    found = set()
    hints = get_type_hints(kind)
    for field in fields(kind):
        inside = [
            one for one in (hints[field.name], *get_args(hints[field.name])) if is_dataclass(one)
        ]
        inner = told(inside[0], f"{path}{field.name}.") if inside else set()
        found |= inner or {path + field.name}
    return found


def test_a_machine_of_the_library_is_taken_over(acme: Brand) -> None:
    made = create(acme, "vinyl-cutter", machine_profile_id="cutter")
    assert made.name == f"{acme.name}/machineProfiles/cutter"
    assert made.revision == f"{made.name}/revisions/r1"
    assert made.machine == convert.machine_to_proto(LIBRARY["vinyl-cutter"])
    listed = call(acme, "ListLibraryMachines", parent=acme.name).machines
    assert [one.id for one in listed] == list(LIBRARY)
    assert call(acme, "GetMachineProfile", name=made.name) == made


def test_a_change_is_a_revision_and_the_one_before_stays(acme: Brand) -> None:
    made = create(acme)
    wanted = machine_profile_pb2.MachineProfile()
    wanted.CopyFrom(made)
    wanted.machine.operations[0].kerf_um = 210
    changed = call(acme, "UpdateMachineProfile", machine_profile=wanted)
    assert changed.revision == f"{made.name}/revisions/r2"
    assert changed.sha256 != made.sha256
    for revision, machine in ((made.revision, made.machine), (changed.revision, wanted.machine)):
        found = call(acme, "GetMachineProfileRevision", name=revision)
        assert found.machine == machine
        assert found.sha256 in (made.sha256, changed.sha256)
    with pytest.raises(Refused) as refused:
        call(acme, "UpdateMachineProfile", machine_profile=wanted)
    assert refused.value.reason == "ETAG_MISMATCH"


def test_the_same_content_is_no_revision(acme: Brand) -> None:
    made = create(acme)
    assert call(acme, "UpdateMachineProfile", machine_profile=made) == made


def test_a_revision_is_frozen_for_the_services_too(acme: Brand) -> None:
    create(acme)
    with (
        pytest.raises(DBAPIError),
        acme.process.runtime.database.brand(acme.brand) as tx,
    ):
        tx.execute(text("UPDATE machine_profile_revisions SET document = ''"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"margin_um": 400_000}, "machine_profile.machine.margin_um"),
        ({"display_name": ""}, "machine_profile.machine.display_name"),
        ({"tolerance_um": 0}, "machine_profile.machine.tolerance_um"),
        ({"dpi": 10_000_000}, "machine_profile.machine.dpi"),
    ],
)
def test_what_no_machine_has_is_refused_by_its_field(
    acme: Brand, changes: dict[str, Any], field: str
) -> None:
    machine = convert.machine_to_proto(LIBRARY["co2-laser-cutter"])
    for name, value in changes.items():
        setattr(machine, name, value)
    with pytest.raises(Refused) as refused:
        create(acme, "", machine_profile=machine_profile_pb2.MachineProfile(machine=machine))
    assert list(refused.value.violations) == [field]


def test_a_machine_without_operations_or_unknown_to_the_library_is_refused(acme: Brand) -> None:
    with pytest.raises(Refused) as refused:
        create(acme, "")
    assert set(refused.value.violations.values()) == {"MACHINE_INVALID"}
    with pytest.raises(Refused) as refused:
        create(acme, "steam-hammer")
    assert refused.value.violations == {"library_machine": "LIBRARY_MACHINE_UNKNOWN"}


def test_an_id_is_taken_once_and_a_repeated_request_is_answered_again(acme: Brand) -> None:
    made = create(acme, machine_profile_id="once", request_id="r1")
    assert create(acme, machine_profile_id="once", request_id="r1") == made
    with pytest.raises(Refused) as refused:
        create(acme, machine_profile_id="once")
    assert refused.value.error.code is StatusCode.ALREADY_EXISTS


def test_machines_of_others_look_unknown(acme: Brand, house: Process) -> None:
    foreign = create(Brand(house))
    for name in (foreign.name, f"{acme.name}/machineProfiles/none"):
        with pytest.raises(Refused) as refused:
            call(acme, "GetMachineProfile", name=name)
        assert refused.value.error.code is StatusCode.NOT_FOUND
    for revision in (
        foreign.revision,
        f"{create(acme).name}/revisions/r99",
        f"{acme.name}/machineProfiles/once/revisions/x",
    ):
        with pytest.raises(Refused) as refused:
            call(acme, "GetMachineProfileRevision", name=revision)
        assert refused.value.error.code is StatusCode.NOT_FOUND


def test_machines_are_listed_in_pages(house: Process) -> None:
    brand = Brand(house)
    made = [create(brand).name for _ in range(3)]
    first = call(brand, "ListMachineProfiles", parent=brand.name, page_size=2)
    rest = call(
        brand,
        "ListMachineProfiles",
        parent=brand.name,
        page_size=2,
        page_token=first.next_page_token,
    )
    found = [one.name for one in (*first.machine_profiles, *rest.machine_profiles)]
    assert found == made[::-1]
