"""luneo.manufacturing.v1.MachineProfileService."""

from __future__ import annotations

from luneo.manufacturing.v1 import machine_profile_pb2, machine_profile_service_pb2

from render_core.making import profile_json
from services.manufacturing.convert import machines as convert
from services.manufacturing.domain import machines as domain
from services.manufacturing.domain.machines import Machine, MachineRevision
from services.manufacturing.store import machines as store
from services.runtime import etags
from services.runtime.calls import Context
from services.runtime.errors import NotFound
from services.runtime.service import Runtime


class MachineProfileServicer:
    """Keeps what the machines of a workshop want."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._pages = runtime.pages

    def CreateMachineProfile(
        self, request: machine_profile_service_pb2.CreateMachineProfileRequest, context: Context
    ) -> machine_profile_pb2.MachineProfile:
        machine_id, now = request.machine_profile_id, self._clock.now()
        if request.library_machine:
            profile = domain.from_library(machine_id, request.library_machine)
        else:
            content = convert.content_of(request.machine_profile.machine)
            profile = domain.profile_of(machine_id, content)
        machine = Machine(MachineRevision(context.brand, machine_id, 1, profile, now), now)
        with self._database.brand(context.brand) as tx:
            store.add(tx, machine)
        return convert.to_proto(machine)

    def GetMachineProfile(
        self, request: machine_profile_service_pb2.GetMachineProfileRequest, context: Context
    ) -> machine_profile_pb2.MachineProfile:
        machine = convert.MACHINE.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            return convert.to_proto(store.get(tx, context.brand, machine))

    def ListMachineProfiles(
        self, request: machine_profile_service_pb2.ListMachineProfilesRequest, context: Context
    ) -> machine_profile_service_pb2.ListMachineProfilesResponse:
        page = self._pages.read(request, context)
        with self._database.brand(context.brand) as tx:
            found = store.newest(tx, context.brand, before=page.moment_and_id(), limit=page.limit)
        shown = page.cut(found, lambda one: (one.created_at.isoformat(), one.current.machine))
        return machine_profile_service_pb2.ListMachineProfilesResponse(
            machine_profiles=[convert.to_proto(item) for item in shown.items],
            next_page_token=shown.next_page_token,
        )

    def UpdateMachineProfile(
        self, request: machine_profile_service_pb2.UpdateMachineProfileRequest, context: Context
    ) -> machine_profile_pb2.MachineProfile:
        wanted = request.machine_profile
        machine_id = convert.MACHINE.parse_last(
            wanted.name, brand=context.brand, field="machine_profile.name"
        )
        profile = domain.profile_of(machine_id, convert.content_of(wanted.machine))
        with self._database.brand(context.brand) as tx:
            machine = store.get(tx, context.brand, machine_id, lock=True)
            etags.check(wanted.etag, convert.etag_of(machine))
            if profile.sha256 != machine.current.profile.sha256:
                number, now = machine.current.number + 1, self._clock.now()
                revision = MachineRevision(context.brand, machine_id, number, profile, now)
                store.save(tx, revision)
                machine = Machine(revision, machine.created_at)
        return convert.to_proto(machine)

    def GetMachineProfileRevision(
        self,
        request: machine_profile_service_pb2.GetMachineProfileRevisionRequest,
        context: Context,
    ) -> machine_profile_pb2.MachineProfileRevision:
        ids = convert.REVISION.parse(request.name, brand=context.brand)
        number = convert.number_of(ids["revision"])
        if not number:
            raise NotFound
        with self._database.brand(context.brand) as tx:
            found = store.get_revision(tx, context.brand, ids["machine_profile"], number)
        return convert.revision_to_proto(found)

    def ListLibraryMachines(
        self, _: machine_profile_service_pb2.ListLibraryMachinesRequest, context: Context
    ) -> machine_profile_service_pb2.ListLibraryMachinesResponse:
        return machine_profile_service_pb2.ListLibraryMachinesResponse(
            machines=[
                machine_profile_service_pb2.LibraryMachine(
                    id=profile.id, machine=convert.machine_to_proto(profile)
                )
                for profile in profile_json.library().values()
            ]
        )
