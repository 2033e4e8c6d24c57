"""What this service does in a worker.

Copies for screens of pictures that have none yet; the erasure of a person, asked for by the
snapshot service.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from luneo.snapshot.v1 import snapshot_service_pb2, snapshot_service_pb2_grpc
from sqlalchemy import Connection

from services.runtime.jobs import Actor, Job
from services.runtime.service import Runtime
from services.spec import store
from services.spec.domain.files import copy_of
from services.spec.intake import Intake
from services.spec.jobs import COPY_QUEUE, FORGET_PICTURES, FORGET_SUBJECT, MAKE_COPY, QUEUE
from services.spec.resource_names import SPEC

_SPECS_AT_ONCE: Final = 100


def forget_subject(runtime: Runtime, intake: Intake, job: Job) -> None:
    """Erase what a subject uploaded and made, or specs that nobody keeps. Safe to run twice.

    job.args: "subject", a subject; or "specs", ids of specs: those that a snapshot refers to now
    are kept. Rows go last: after a crash the repeated job finds by them what is still to be deleted.
    """
    if "subject" in job.args:
        _forget_person(runtime, intake, job, job.args["subject"])
    else:
        _forget_specs(runtime, intake, job, job.args["specs"])


def make_display_copy(runtime: Runtime, intake: Intake, job: Job) -> None:
    """Make the copy for screens of a picture that was uploaded without one. Safe to run twice.

    job.args: "sha256" of its normalised form.
    """
    sha256 = job.args["sha256"]
    facts, _ = intake.normalise_artwork(runtime.objects.get(job.brand, sha256))
    copy = copy_of(facts)
    assert copy is not None
    intake.keep_copy(job.brand, sha256, copy, job.finish)


def actors(runtime: Runtime, intake: Intake) -> tuple[Actor, ...]:
    """Return the actors of this service."""
    return (
        Actor(FORGET_SUBJECT, QUEUE, partial(forget_subject, runtime, intake)),
        Actor(MAKE_COPY, COPY_QUEUE, partial(make_display_copy, runtime, intake)),
    )


def _forget_person(runtime: Runtime, intake: Intake, job: Job, subject: str) -> None:
    with runtime.database.brand(job.brand) as tx:
        contents = store.assets.unlist_owner(tx, job.brand, subject, runtime.clock.now())
    for sha256 in sorted(contents):
        intake.release(job.brand, sha256)
    with runtime.database.brand(job.brand) as tx:
        made = store.specs.made_by_nobody_else(tx, job.brand, subject)
        for start in range(0, len(made), _SPECS_AT_ONCE):
            _ask_to_forget(runtime, tx, job, made[start : start + _SPECS_AT_ONCE])
        store.specs.forget_maker(tx, subject)
        store.assets.forget_owner(tx, job.brand, subject)
        job.finish(tx)


def _ask_to_forget(runtime: Runtime, tx: Connection, job: Job, specs: Sequence[str]) -> None:
    for actor in (FORGET_SUBJECT, FORGET_PICTURES):
        runtime.outbox.send(
            tx,
            brand=job.brand,
            queue=QUEUE,
            actor=actor,
            args={"specs": list(specs)},
            cause=f"{job.message_id}:{actor}:{specs[0]}",
        )


def _forget_specs(runtime: Runtime, intake: Intake, job: Job, specs: Sequence[str]) -> None:
    unused = _without_snapshot(runtime, job, specs)
    holders = frozenset(store.specs.holder(spec) for spec in unused)
    with runtime.database.brand(job.brand) as tx:
        contents = store.contents.pinned_by(tx, job.brand, holders)
    for sha256 in sorted(contents):
        intake.release(job.brand, sha256, but_for=holders)
    with runtime.database.brand(job.brand) as tx:
        store.specs.forget(tx, unused)
        job.finish(tx)


def _without_snapshot(runtime: Runtime, job: Job, specs: Sequence[str]) -> list[str]:
    """Return those of some specs that no snapshot was made of."""
    names = {SPEC.format(brand=job.brand, spec=spec): spec for spec in specs}
    stub = snapshot_service_pb2_grpc.SnapshotServiceStub(runtime.clients.channel(job.context))
    answer = stub.FilterSpecsInUse(
        snapshot_service_pb2.FilterSpecsInUseRequest(
            parent=f"brands/{job.brand}", specs=list(names)
        )
    )
    in_use = set(answer.specs)
    return [spec for name, spec in names.items() if name not in in_use]
