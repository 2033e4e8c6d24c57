"""What the snapshot service does in a worker."""

from __future__ import annotations

from functools import partial

from services.runtime.jobs import Actor, Job
from services.runtime.service import Runtime
from services.snapshot.jobs import DELETE_FILES, QUEUE


def delete_files(runtime: Runtime, job: Job) -> None:
    """Delete files that no snapshot refers to any more. Safe to run twice."""
    for sha256 in job.args["files"]:
        runtime.objects.delete(job.brand, sha256)
    with runtime.database.brand(job.brand) as tx:
        job.finish(tx)


def actors(runtime: Runtime) -> tuple[Actor, ...]:
    """Return the actors of this service."""
    return (Actor(DELETE_FILES, QUEUE, partial(delete_files, runtime)),)
