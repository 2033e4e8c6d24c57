"""Cases of machines."""

from __future__ import annotations

from typing import Any

from luneo.manufacturing.v1 import machine_profile_pb2
from luneo.manufacturing.v1 import machine_profile_service_pb2 as machines

from tests.gateway.equality.cases.registry import call, case, plain
from tests.gateway.equality.demo import BRAND, Demo

LIBRARY = machines.ListLibraryMachinesRequest(parent=BRAND)


def machine_of(demo: Demo) -> machines.CreateMachineProfileRequest:
    """A laser of the library, described in full."""
    machine = call(demo, "ListLibraryMachines", LIBRARY).machines[1].machine
    return machines.CreateMachineProfileRequest(
        parent=BRAND,
        machine_profile_id=demo.fresh("laser"),
        machine_profile=machine_profile_pb2.MachineProfile(machine=machine),
    )


def machine_made(demo: Demo) -> Any:
    return call(demo, "CreateMachineProfile", machine_of(demo))


@case("CreateMachineProfile")
def _(demo: Demo) -> machines.CreateMachineProfileRequest:
    return machine_of(demo)


@case("GetMachineProfile")
def _(demo: Demo) -> machines.GetMachineProfileRequest:
    return machines.GetMachineProfileRequest(name=machine_made(demo).name)


@case("ListMachineProfiles")
def _(demo: Demo) -> machines.ListMachineProfilesRequest:
    machine_made(demo)
    return machines.ListMachineProfilesRequest(parent=BRAND, page_size=1)


@case("UpdateMachineProfile")
def _(demo: Demo) -> machines.UpdateMachineProfileRequest:
    made = machine_made(demo)
    wanted = machine_profile_pb2.MachineProfile(
        name=made.name, machine=made.machine, etag=made.etag
    )
    wanted.machine.operations[0].kerf_um = 150
    return machines.UpdateMachineProfileRequest(machine_profile=wanted)


@case("GetMachineProfileRevision")
def _(demo: Demo) -> machines.GetMachineProfileRevisionRequest:
    return machines.GetMachineProfileRevisionRequest(name=machine_made(demo).revision)


plain("ListLibraryMachines", LIBRARY)
