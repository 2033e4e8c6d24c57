"""Removes what is kept for people to look up, once nobody will.

Messages that are done are cleared by the relay after a week (`sweeper`).
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final

from services.runtime.jobs import Actor, Job
from services.runtime.service import Runtime

CLEAR_OPERATIONS: Final = "operations.clear"
QUEUE: Final = "cleanup"
KEEP_OPERATIONS: Final = timedelta(days=90)
_AT_ONCE: Final = 500


def clear_operations(runtime: Runtime, job: Job) -> None:
    """Remove operations that ended long ago. Safe to run twice."""
    before = runtime.clock.now() - KEEP_OPERATIONS
    cleared = _AT_ONCE
    while cleared == _AT_ONCE:
        with runtime.database.brand(job.brand) as tx:
            cleared = runtime.operations.clear(tx, brand=job.brand, before=before, limit=_AT_ONCE)
    with runtime.database.brand(job.brand) as tx:
        job.finish(tx)


def actors(runtime: Runtime) -> tuple[Actor, ...]:
    """Return the actors that remove what is out of date."""
    return (Actor(CLEAR_OPERATIONS, QUEUE, partial(clear_operations, runtime), recurs=True),)
