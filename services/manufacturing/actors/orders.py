"""What an erasure asks of orders: what was bought and paid stays, who bought it does not."""

from __future__ import annotations

from functools import partial

from services.manufacturing.jobs import CLEANUP_QUEUE, FORGET_IN_ORDERS
from services.manufacturing.store import orders as store
from services.manufacturing.store import work_orders
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
        job.finish(tx)


def actors(runtime: Runtime) -> tuple[Actor, ...]:
    """Return the actors of orders."""
    return (Actor(FORGET_IN_ORDERS, CLEANUP_QUEUE, partial(forget_in_orders, runtime)),)
