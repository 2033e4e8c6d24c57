"""Fonts, artwork and meshes of one brand for the render core, from the object store.

Objects are named by their hash, so what was read once is right for ever: a cache keeps the bytes
that were used last, within a limit for the process.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final, Protocol

from services.runtime.objects import ObjectNotFound

DEFAULT_CACHE_BYTES: Final = 64 * 1024 * 1024


class ReadsObjects(Protocol):
    """The one method of `runtime.objects.Objects` that is needed here."""

    def get(self, brand: str, sha256: str) -> bytes: ...


class ObjectCache:
    """Objects of all brands in memory, the least recently used leaving first. Thread-safe."""

    def __init__(self, objects: ReadsObjects, max_bytes: int = DEFAULT_CACHE_BYTES) -> None:
        self._objects = objects
        self._max_bytes = max_bytes
        self._held: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, brand: str, sha256: str) -> bytes:
        """Return the bytes. Raises ObjectNotFound or ObjectCorrupt, as the store does."""
        key = (brand, sha256)
        with self._lock:
            if (data := self._held.get(key)) is not None:
                self._held.move_to_end(key)
                return data
        data = self._objects.get(brand, sha256)
        with self._lock:
            self._keep(key, data)
        return data

    def _keep(self, key: tuple[str, str], data: bytes) -> None:
        if key in self._held or len(data) > self._max_bytes:
            return
        self._held[key] = data
        self._size += len(data)
        while self._size > self._max_bytes:
            _, dropped = self._held.popitem(last=False)
            self._size -= len(dropped)


class ObjectLibrary:
    """The `Library` of one brand that `compose` asks; KeyError for an unknown hash."""

    def __init__(self, objects: ReadsObjects, brand: str) -> None:
        """objects: the store itself, or an `ObjectCache` in front of it."""
        self._objects = objects
        self._brand = brand

    def font(self, sha256: str) -> bytes:
        return self._get(sha256)

    def artwork(self, sha256: str) -> bytes:
        return self._get(sha256)

    def mesh(self, sha256: str) -> bytes:
        return self._get(sha256)

    def _get(self, sha256: str) -> bytes:
        try:
            return self._objects.get(self._brand, sha256)
        except ObjectNotFound:
            raise KeyError(sha256) from None
