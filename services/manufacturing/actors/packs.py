"""Makes packs in a worker, and takes away those of erased people."""

from __future__ import annotations

from functools import partial

from services.manufacturing import pack_making
from services.manufacturing.convert import packs as convert
from services.manufacturing.jobs import CLEANUP_QUEUE, FORGET_SNAPSHOTS, MAKE_PACK, QUEUE
from services.manufacturing.store import pack_operations, receipts
from services.manufacturing.store import packs as store
from services.runtime.jobs import Actor, Job
from services.runtime.service import Runtime


def make_pack(runtime: Runtime, job: Job) -> None:
    """Make the pack of a snapshot. Safe to run twice: a result that exists is not made again."""
    with runtime.database.brand(job.brand) as tx:
        pack = store.get(tx, job.brand, job.args["export_pack"])
    pack_making.make(runtime, job, pack, partial(runtime.operations.progress, job))
    with runtime.database.brand(job.brand) as tx:
        made = store.get(tx, job.brand, pack.pack)
        runtime.operations.succeed(tx, job, convert.to_proto(made))


def forget_snapshots(runtime: Runtime, job: Job) -> None:
    """Delete the packs of snapshots that were erased, with what they say of their files.

    Safe to run twice.
    """
    brand, snapshots = job.brand, job.args["snapshots"]
    with runtime.database.brand(brand) as tx:
        operations = {
            *store.operations_of(tx, brand, snapshots),
            *pack_operations.of_snapshots(tx, brand, snapshots),
        }
        runtime.operations.forget(tx, brand=brand, operations=sorted(operations))
        receipts.forget(tx, brand, snapshots)
        for sha256 in store.forget(tx, brand, snapshots):
            runtime.objects.delete(brand, sha256)
        job.finish(tx)


def actors(runtime: Runtime) -> tuple[Actor, ...]:
    """Return the actors of packs."""
    return (
        Actor(MAKE_PACK, QUEUE, partial(make_pack, runtime)),
        Actor(FORGET_SNAPSHOTS, CLEANUP_QUEUE, partial(forget_snapshots, runtime)),
    )
