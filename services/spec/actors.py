"""What this service does in a worker: the erasure of a person, asked for by the snapshot service."""

from __future__ import annotations

from functools import partial
from typing import Final

from services.runtime.jobs import Actor, Job
from services.runtime.service import Runtime
from services.spec import store
from services.spec.intake import Intake

# Name and queue are what the snapshot service sends to.
FORGET_SUBJECT: Final = "spec.forget_subject"
QUEUE: Final = "cleanup"


def forget_subject(runtime: Runtime, intake: Intake, job: Job) -> None:
    """Erase what a subject uploaded, and specs that no snapshot refers to. Safe to run twice.

    job.args: "subject", a subject; or "specs", ids of specs. Rows go last: after a crash the
    repeated job finds by them which objects are still to be deleted.
    """
    brand, subject = job.brand, job.args.get("subject")
    holders = frozenset(store.specs.holder(spec) for spec in job.args.get("specs", ()))
    with runtime.database.brand(brand) as tx:
        contents = store.contents.pinned_by(tx, brand, holders)
        if subject:
            contents |= store.assets.unlist_owner(tx, brand, subject, runtime.clock.now())
    for sha256 in sorted(contents):
        intake.release(brand, sha256, but_for=holders)
    with runtime.database.brand(brand) as tx:
        store.specs.forget(tx, job.args.get("specs", ()))
        if subject:
            store.assets.forget_owner(tx, brand, subject)
        job.finish(tx)


def actors(runtime: Runtime, intake: Intake) -> tuple[Actor, ...]:
    """Return the actors of this service."""
    return (Actor(FORGET_SUBJECT, QUEUE, partial(forget_subject, runtime, intake)),)
