"""What the manufacturing service does in a worker."""

from __future__ import annotations

from functools import partial

from luneo.snapshot.v1 import snapshot_service_pb2, snapshot_service_pb2_grpc

from render_core.export.ticket_facts import PageSize, TicketFacts, facts_of
from services.manufacturing import packing, signing
from services.manufacturing.convert import packs as convert
from services.manufacturing.domain.packs import Pack, PackResult
from services.manufacturing.jobs import CLEANUP_QUEUE, FORGET_SNAPSHOTS, MAKE_PACK, QUEUE
from services.manufacturing.store import machines as machines_store
from services.manufacturing.store import packs as store
from services.manufacturing.store import receipts
from services.runtime import held_objects
from services.runtime.jobs import Actor, Job, JobSuperseded
from services.runtime.service import Runtime


def make_pack(runtime: Runtime, job: Job) -> None:
    """Make the pack of a snapshot. Safe to run twice: a result that exists is not made again."""
    with runtime.database.brand(job.brand) as tx:
        pack = store.get(tx, job.brand, job.args["export_pack"])
    result = pack.result or _made(runtime, job, pack)
    _attach(runtime, job, pack, result)
    with runtime.database.brand(job.brand) as tx:
        made = store.get(tx, job.brand, pack.pack)
        runtime.operations.succeed(tx, job, convert.to_proto(made))


def forget_snapshots(runtime: Runtime, job: Job) -> None:
    """Delete the packs of snapshots that were erased, with what they say of their files.

    Safe to run twice.
    """
    brand, snapshots = job.brand, job.args["snapshots"]
    with runtime.database.brand(brand) as tx:
        operations = store.operations_of(tx, brand, snapshots)
        runtime.operations.forget(tx, brand=brand, operations=operations)
        receipts.forget(tx, brand, snapshots)
        for sha256 in store.forget(tx, brand, snapshots):
            runtime.objects.delete(brand, sha256)
        job.finish(tx)


def actors(runtime: Runtime) -> tuple[Actor, ...]:
    """Return the actors of this service."""
    return (
        Actor(MAKE_PACK, QUEUE, partial(make_pack, runtime)),
        Actor(FORGET_SNAPSHOTS, CLEANUP_QUEUE, partial(forget_snapshots, runtime)),
    )


def _made(runtime: Runtime, job: Job, pack: Pack) -> PackResult:
    channel = runtime.clients.channel(job.context)
    content = snapshot_service_pb2_grpc.SnapshotServiceStub(channel).GetSnapshotContent(
        snapshot_service_pb2.GetSnapshotContentRequest(name=convert.snapshot_name(pack))
    )
    runtime.operations.progress(job, 10, "Laying out")
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
        seal=seal,
    )
    runtime.operations.progress(job, 90, "Storing")
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
