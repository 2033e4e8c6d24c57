"""One pack, made in a worker: from its row to its stored result, which then belongs to its snapshot."""

from __future__ import annotations

from collections.abc import Callable

from luneo.snapshot.v1 import snapshot_service_pb2, snapshot_service_pb2_grpc

from render_core.export.drawings import drawings_of
from render_core.export.ticket_facts import PageSize, TicketFacts, facts_of
from services.manufacturing import packing, signing
from services.manufacturing.convert import packs as convert
from services.manufacturing.domain.packs import Pack, PackResult
from services.manufacturing.store import machines as machines_store
from services.manufacturing.store import packs as store
from services.manufacturing.store import receipts
from services.runtime import held_objects
from services.runtime.jobs import Job, JobSuperseded
from services.runtime.service import Runtime

# Told how much of the pack is made, in percent, and what is done now. Raises JobSuperseded to stop.
Tell = Callable[[int, str], None]


def make(runtime: Runtime, job: Job, pack: Pack, tell: Tell) -> PackResult:
    """Return the result of a pack, made and stored unless it was before: safe to run twice.

    Raises PackBlocked, and JobSuperseded if its snapshot was erased meanwhile.
    """
    result = pack.result or _made(runtime, job, pack, tell)
    _attach(runtime, job, pack, result)
    return result


def _made(runtime: Runtime, job: Job, pack: Pack, tell: Tell) -> PackResult:
    channel = runtime.clients.channel(job.context)
    content = snapshot_service_pb2_grpc.SnapshotServiceStub(channel).GetSnapshotContent(
        snapshot_service_pb2.GetSnapshotContentRequest(name=convert.snapshot_name(pack))
    )
    tell(10, "Laying out")
    seal = signing.seal(runtime, job, pack)
    with runtime.database.brand(job.brand) as tx:
        machines = [
            machines_store.get_revision(tx, job.brand, *machine).profile
            for machine in pack.machines
        ]
    packed = packing.pack(
        content,
        runtime.objects,
        job.brand,
        pack.dpi,
        facts=_facts(pack),
        fonts=runtime.settings.fonts,
        machines=machines,
        drawings=drawings_of(pack.drawings),
        seal=seal,
    )
    tell(90, "Storing")
    result = packed.result(runtime.clock.now())
    with runtime.database.brand(job.brand) as tx:
        if not store.hold(tx, job.brand, pack.pack):
            raise JobSuperseded  # the snapshot was erased meanwhile: nothing of it is stored
        held_objects.put_within(
            tx, runtime.objects, job.brand, packed.data, media_type=convert.MEDIA_TYPE
        )
        store.put_result(tx, job.brand, pack.pack, result)
        receipts.put(tx, job.brand, pack.pack, packed.receipt())
    return result


def _facts(pack: Pack) -> TicketFacts:
    """Return what the ticket says: of the work order, or else the pack's own id alone."""
    if "code" in pack.ticket:
        return facts_of(pack.ticket)
    page = PageSize(pack.ticket.get("page", PageSize.A4))
    return TicketFacts(code=pack.pack, link=convert.name_of(pack), page=page)


def _attach(runtime: Runtime, job: Job, pack: Pack, result: PackResult) -> None:
    channel = runtime.clients.channel(job.context)
    snapshot_service_pb2_grpc.SnapshotServiceStub(channel).AddSnapshotAsset(
        snapshot_service_pb2.AddSnapshotAssetRequest(
            name=convert.snapshot_name(pack), asset=convert.asset_to_proto(pack, result)
        )
    )
