"""The library of a brand that also keeps G-buffers: one worker prepares, every worker reads."""

from __future__ import annotations

from typing import Final

from services.designs.library import ObjectLibrary, ReadsObjects
from services.render import store
from services.render.domain import KeptGBuffer
from services.runtime import held_objects
from services.runtime.objects import ObjectCorrupt, ObjectNotFound
from services.runtime.service import Runtime

MEDIA_TYPE: Final = "application/vnd.luneo.gbuffer"
# Whoever looks chooses the side: some 200 of 1024 pixels, and no shopper fills the store.
MAX_BYTES_OF_BRAND: Final = 2 * 1024**3


class BrandLibrary(ObjectLibrary):
    """Fonts, artwork, meshes and G-buffers of one brand."""

    def __init__(self, runtime: Runtime, inputs: ReadsObjects, brand: str) -> None:
        """inputs: where fonts, artwork and meshes are read, the object store or a cache of it."""
        super().__init__(inputs, brand)
        self._runtime = runtime
        self._of = brand

    def gbuffer(self, name: str) -> bytes | None:
        """Return the bytes of a G-buffer, None where none is kept that can be read."""
        sha256 = store.read_gbuffer(self._runtime.database, self._of, name)
        if sha256 is None:
            return None
        try:
            return self._runtime.objects.get(self._of, sha256)
        except (ObjectNotFound, ObjectCorrupt):
            return None

    def keep_gbuffer(self, name: str, data: bytes) -> None:
        """Keep a G-buffer, in place of one whose bytes cannot be read, and let the oldest go for it."""
        runtime = self._runtime
        with runtime.database.brand(self._of) as tx:
            sha256 = held_objects.put_within(
                tx, runtime.objects, self._of, data, media_type=MEDIA_TYPE
            )
            made = KeptGBuffer(name, sha256, len(data), runtime.clock.now())
            store.put_gbuffer(tx, self._of, made)
        with runtime.database.brand(self._of) as tx:
            gone = store.crowd_out_gbuffers(tx, self._of, most_bytes=MAX_BYTES_OF_BRAND)
            for sha256 in gone:
                held_objects.lock(tx, self._of, sha256)
            for sha256 in held_objects.unheld(tx, gone, [store.held]):
                runtime.objects.delete(self._of, sha256)
