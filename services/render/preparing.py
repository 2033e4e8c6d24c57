"""Prepares the sides of a product's models when it is published, behind everything that is waited for.

One message makes as many as fit into a slice, then the next one goes on, so that brands take turns.
Each side is kept as soon as it is made: who goes on after a crash finds it. While others want the
processors, the next message comes late: a low priority alone leaves preparing every moment that they are
idle, and what shares caches and memory with it is slower then.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog

from render_core.errors import RenderError
from services.designs.library import ObjectCache
from services.designs.pins import pins_of
from services.designs.templates import template_of
from services.render import gbuffer_store, gbuffers
from services.render.content import Contents
from services.render.gbuffers import BrandLibrary
from services.render.jobs import PREPARE_QUEUE, PREPARE_SIDES
from services.render.sides import Side, sides_of
from services.runtime.jobs import Job
from services.runtime.service import Runtime

SLICE_S: Final = 3.0
# For every second that a slice waited for a processor, so many pass before the next one.
REST_PER_WAIT: Final = 8.0
MAX_REST_S: Final = 60.0
# Of what a brand may keep: the rest is left to the sides that shoppers choose.
SHARE: Final = 0.75

_log = structlog.get_logger(__name__)


def rest_after(took_s: float, worked_s: float) -> timedelta:
    """Return how long to rest after a slice that took so long, and had a processor for so much of it."""
    waited_s = max(took_s - worked_s, 0.0)
    return timedelta(seconds=min(waited_s * REST_PER_WAIT, MAX_REST_S))


class Prepares:
    """Prepares the sides of a published revision, those that are not kept. Safe to run twice.

    job.args: "revision", its resource name; "first", the number of the side to go on with.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._contents = Contents(runtime.clients)
        self._inputs = ObjectCache(runtime.objects)

    def __call__(self, job: Job) -> None:
        revision = self._contents.revision(job.args["revision"], job.context)
        sides = sides_of(template_of(revision.template, pins_of(revision)))
        began_s, worked_s = time.monotonic(), time.thread_time()
        done = self._slice(job, sides, job.args["first"])
        rest = rest_after(time.monotonic() - began_s, time.thread_time() - worked_s)
        if self._runtime.settings.prepare_3d == "at-once":
            rest = timedelta()
        with self._runtime.database.brand(job.brand) as tx:
            if done == len(sides):
                self._runtime.operations.succeed(tx, job)
                return
            job.finish(tx)
            self._runtime.outbox.send(
                tx,
                brand=job.brand,
                queue=PREPARE_QUEUE,
                actor=PREPARE_SIDES,
                args={**job.args, "first": done},
                cause=f"{job.operation}:{job.operation_run}:{done}",
                delay=rest,
                operation=job.operation,
                operation_run=job.operation_run,
            )

    def _slice(self, job: Job, sides: Sequence[Side], first: int) -> int:
        """Prepare sides until the time of a slice is over; return how many are done with these."""
        from render_core.scene.of_product import prepare_side

        library = BrandLibrary(self._runtime, self._inputs, job)
        end_s = time.monotonic() + SLICE_S
        for done, side in enumerate(sides[first:], first):
            share = 100 * done // len(sides)
            self._runtime.operations.progress(job, share, f"{done} of {len(sides)} sides")
            if done > first and time.monotonic() >= end_s:
                return done
            if not self._has_room(job.brand):
                break
            try:
                prepare_side(
                    side.model,
                    library,
                    side.azimuth,
                    side.elevation,
                    side.width_px,
                    side.distance_percent,
                )
            except RenderError as refused:  # whoever looks from there is told
                _log.info("a side cannot be prepared", reason=refused.reason)
        return len(sides)

    def _has_room(self, brand: str) -> bool:
        """Whether more may be prepared without crowding out what somebody looked at."""
        with self._runtime.database.brand(brand) as tx:
            kept = gbuffer_store.kept_bytes(tx, brand)
        return kept < gbuffers.MAX_BYTES_OF_BRAND * SHARE
