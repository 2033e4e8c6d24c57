"""The library of a brand that also keeps G-buffers: one worker prepares, every worker reads."""

from __future__ import annotations

import time
from typing import Final

from services.designs.library import ObjectLibrary, ReadsObjects
from services.render import gbuffer_store, store
from services.render.domain import KeptGBuffer
from services.runtime import held_objects
from services.runtime.jobs import Job
from services.runtime.objects import ObjectCorrupt, ObjectNotFound
from services.runtime.service import Runtime

MEDIA_TYPE: Final = "application/vnd.luneo.gbuffer"
# Whoever looks chooses the side: some 200 of 1024 pixels, and no shopper fills the store.
MAX_BYTES_OF_BRAND: Final = 2 * 1024**3
# How long one who needs a G-buffer waits for another who prepares it: a shopper looks on, and the
# other may be a process behind all others. What is then prepared twice has the same bytes.
PATIENCE_S: Final = 20.0
_LOOK_S: Final = 0.1


class BrandLibrary(ObjectLibrary):
    """Fonts, artwork, meshes and G-buffers of one brand, as one job needs them. maker: its message."""

    def __init__(self, runtime: Runtime, inputs: ReadsObjects, job: Job) -> None:
        """inputs: where fonts, artwork and meshes are read, the object store or a cache of it."""
        super().__init__(inputs, job.brand)
        self._runtime = runtime
        self._of = job.brand
        self.maker = job.message_id

    def gbuffer(self, name: str) -> bytes | None:
        """Return the bytes of a G-buffer; None where none can be read, which this job then prepares.

        While another job prepares it, its result is waited for.
        """
        end_s = time.monotonic() + PATIENCE_S
        while (data := self._read(name)) is None:
            if self._claimed(name) or time.monotonic() >= end_s:
                return self._read(name)  # it may have come between the look and the claim
            time.sleep(_LOOK_S)
        return data

    def keep_gbuffer(self, name: str, data: bytes) -> None:
        """Keep a G-buffer, in place of one whose bytes cannot be read, and let the oldest go for it."""
        runtime = self._runtime
        with runtime.database.brand(self._of) as tx:
            sha256 = held_objects.put_within(
                tx, runtime.objects, self._of, data, media_type=MEDIA_TYPE
            )
            made = KeptGBuffer(name, sha256, len(data), runtime.clock.now())
            gbuffer_store.put(tx, self._of, made)
        with runtime.database.brand(self._of) as tx:
            gone = gbuffer_store.crowd_out(tx, self._of, most_bytes=MAX_BYTES_OF_BRAND)
            for sha256 in gone:
                held_objects.lock(tx, self._of, sha256)
            for sha256 in held_objects.unheld(tx, gone, [store.held]):
                runtime.objects.delete(self._of, sha256)

    def _read(self, name: str) -> bytes | None:
        runtime = self._runtime
        sha256 = gbuffer_store.read(runtime.database, self._of, name, runtime.clock.now())
        if sha256 is None:
            return None
        try:
            return runtime.objects.get(self._of, sha256)
        except (ObjectNotFound, ObjectCorrupt):
            return None

    def _claimed(self, name: str) -> bool:
        runtime = self._runtime
        with runtime.database.brand(self._of) as tx:
            return gbuffer_store.claim(
                tx,
                self._of,
                name,
                self.maker,
                runtime.clock.now(),
                lambda other: runtime.outbox.is_held(tx, brand=self._of, message_id=other),
            )
