"""What an erasure asks of orders: what was bought and paid stays, who bought it does not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection

from services.manufacturing.jobs import CLEANUP_QUEUE, FORGET_IN_ORDERS
from services.manufacturing.store import batches, work_orders
from services.manufacturing.store import orders as store
from services.runtime.jobs import Actor, Job
from services.runtime.service import Runtime


def forget_in_orders(runtime: Runtime, job: Job) -> None:
    """Take out of orders a person, or that the designs of their items can be made. Safe to run twice.

    args: `subject`, or `snapshots` (ids).
    """
    subject, snapshots = job.args.get("subject", ""), job.args.get("snapshots", [])
    now = runtime.clock.now()
    with runtime.database.brand(job.brand) as tx:
        if subject:
            store.Orders(runtime.keyring).forget_person(tx, job.brand, subject)
        store.mark_erased(tx, job.brand, snapshots, now)
        work_orders.forget(tx, job.brand, subject=subject, snapshots=snapshots, at=now)
        _forget_batches(runtime, tx, job.brand, snapshots)
        job.finish(tx)


def _forget_batches(runtime: Runtime, tx: Connection, brand: str, snapshots: Sequence[str]) -> None:
    """Delete the files of batches that show what was erased."""
    for batch_id in batches.with_designs(tx, brand, snapshots):
        # First the batch, then its operation: the order in which whoever makes it locks.
        batch = batches.get(tx, brand, batch_id, lock=True)
        runtime.operations.forget(tx, brand=brand, operations=[batch.operation])
        gone = set(batches.forget(tx, batch, runtime.clock.now()))
        for sha256 in gone - batches.held(tx, sorted(gone)):
            runtime.objects.delete(brand, sha256)


def actors(runtime: Runtime) -> tuple[Actor, ...]:
    """Return the actors of orders."""
    return (Actor(FORGET_IN_ORDERS, CLEANUP_QUEUE, partial(forget_in_orders, runtime)),)
