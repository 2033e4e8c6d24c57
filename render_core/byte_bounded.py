"""A cache bounded by bytes, for many small things made from content; threads may share it.

Two generations instead of a list by last use: what is asked for while it is old becomes young again,
and when the young fill their half of the room, the old are dropped. Reading takes no lock.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")

# What an entry costs beside its arrays: its tuple, its key, and its place in a dictionary.
ENTRY_BYTES: Final = 400


class ByteBounded(Generic[Value]):
    """Keeps values whose sizes sum up to `limit_bytes` at most."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._half = limit_bytes // 2
        self._lock = threading.Lock()
        self._young: dict[Hashable, tuple[Value, int]] = {}
        self._old: dict[Hashable, tuple[Value, int]] = {}
        self._young_bytes = 0
        self._old_bytes = 0

    @property
    def held_bytes(self) -> int:
        """The sizes of all values kept."""
        return self._young_bytes + self._old_bytes

    def get(self, key: Hashable) -> Value | None:
        """Return the value of a key, None if it is not kept."""
        entry = self._young.get(key)
        if entry is None:
            entry = self._old.get(key)
            if entry is None:
                return None
            self.put(key, *entry)
        return entry[0]

    def put(self, key: Hashable, value: Value, size_bytes: int) -> None:
        """Keep a value. One larger than half of the room is not kept."""
        if size_bytes > self._half:
            return
        with self._lock:
            if key in self._young:
                return
            if self._young_bytes + size_bytes > self._half:
                self._old, self._old_bytes = self._young, self._young_bytes
                self._young, self._young_bytes = {}, 0
            self._young[key] = (value, size_bytes)
            self._young_bytes += size_bytes
