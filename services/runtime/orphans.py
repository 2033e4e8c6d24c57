"""Deletes a brand's objects that no service holds any more.

Why nothing is lost that somebody needs:

- Whatever stores a new reference writes the object first, also one that is there already, and
  writing renews its age. So an object whose row is about to commit is young, and young is kept.
- What refers to an object without writing it takes the reference over from a row that holds it.
  The services are asked in the order in which references are handed on (specs before snapshots),
  so that one which moves on meanwhile is seen at its new place.
- Age and references are looked at again under the content's lock, which writers take as well:
  an upload comes before, and the object is young, or after, and writes it anew.

A deletion in a transaction that then fails is none to regret: nobody held the object. Only a
worker that runs every service may sweep; another does not know what the others hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from services.runtime import held_objects
from services.runtime.held_objects import Holds
from services.runtime.jobs import Job
from services.runtime.objects import StoredObject
from services.runtime.service import Runtime

SWEEP_ORPHANS: Final = "objects.sweep_orphans"
QUEUE: Final = "cleanup"
MIN_AGE: Final = timedelta(days=1)
RESERVE_S: Final = 150.0
_LOCKED_AT_ONCE: Final = 50

_log = structlog.get_logger(__name__)


class Orphans:
    """The sweep, as an actor. Safe to run twice."""

    def __init__(
        self, runtime: Runtime, holders: Sequence[Holds], *, reserve_s: float = RESERVE_S
    ) -> None:
        """holders: of every service, those that hand references on before those that take them.

        reserve_s: with less time left than this another message goes on where this one ends.
        """
        self._runtime = runtime
        self._holders = holders
        self._reserve_s = reserve_s

    def __call__(self, job: Job) -> None:
        """job.args: "after", the SHA-256 behind which to go on, absent for the beginning."""
        resume = ""
        for page in self._runtime.objects.listed(job.brand, after=job.args.get("after", "")):
            self._sweep(job.brand, page)
            if job.context.deadline.remaining_s() < self._reserve_s:
                resume = page[-1].sha256
                break
        with self._runtime.database.brand(job.brand) as tx:
            if resume:
                self._runtime.outbox.send(
                    tx,
                    brand=job.brand,
                    queue=QUEUE,
                    actor=SWEEP_ORPHANS,
                    args={"after": resume},
                    cause=f"{SWEEP_ORPHANS}:{job.message_id}:{resume}",
                )
            job.finish(tx)

    def _sweep(self, brand: str, page: Sequence[StoredObject]) -> None:
        limit = self._runtime.clock.now() - MIN_AGE
        old = [found.sha256 for found in page if found.modified_at < limit]
        with self._runtime.database.brand(brand) as tx:
            orphans = sorted(held_objects.unheld(tx, old, self._holders))
        for start in range(0, len(orphans), _LOCKED_AT_ONCE):
            self._delete(brand, orphans[start : start + _LOCKED_AT_ONCE], limit)

    def _delete(self, brand: str, sha256s: Sequence[str], limit: datetime) -> None:
        """sha256s: in order, so that two sweeps cannot wait for each other."""
        with self._runtime.database.brand(brand) as tx:
            for sha256 in sha256s:
                held_objects.lock(tx, brand, sha256)
            deleted = self._delete_old(
                brand, held_objects.unheld(tx, sha256s, self._holders), limit
            )
        _log.info("orphans deleted", objects=deleted)

    def _delete_old(self, brand: str, sha256s: Iterable[str], limit: datetime) -> int:
        deleted = 0
        for sha256 in sha256s:
            modified_at = self._runtime.objects.modified_at(brand, sha256)
            if modified_at is not None and modified_at < limit:
                self._runtime.objects.delete(brand, sha256)
                deleted += 1
        return deleted
