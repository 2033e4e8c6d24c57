"""G-buffers that outlive a process: a library that can, keeps them by their name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from render_core.design import Library
from render_core.errors import RefusedFile
from render_core.scene.gbuffer import GBUFFERS, GBuffer, GBuffers, from_bytes, to_bytes


@runtime_checkable
class KeepsGBuffers(Protocol):
    """What a library may do besides: keep bytes by the name of a G-buffer (`gbuffer.key`)."""

    def gbuffer(self, name: str) -> bytes | None: ...

    def keep_gbuffer(self, name: str, data: bytes) -> None: ...


def kept(
    name: str, library: Library, prepare: Callable[[], GBuffer], cache: GBuffers = GBUFFERS
) -> GBuffer:
    """Return a G-buffer: of the cache, else of the library, else prepared, and then kept by both."""
    return cache.made(name, lambda: _stored(name, library, prepare))


def _stored(name: str, library: Library, prepare: Callable[[], GBuffer]) -> GBuffer:
    if not isinstance(library, KeepsGBuffers):
        return prepare()
    data = library.gbuffer(name)
    if data is not None:
        try:
            return from_bytes(data)
        except RefusedFile:
            pass  # of another build under the same version: prepared anew below
    made = prepare()
    library.keep_gbuffer(name, to_bytes(made))
    return made
