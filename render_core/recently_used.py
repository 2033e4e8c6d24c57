"""A bounded cache of things made from content: equal keys mean equal values, for ever."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


def _one(_: object) -> int:
    return 1


class RecentlyUsed(Generic[Value]):
    """Keeps the values used last, by SHA-256 or another key of content. Threads may share it.

    As many as `size`, or, where `weigh` is given, as many as weigh no more than `size` together; the
    last one is kept in any case. A value may be made twice when two threads ask at once; nobody waits
    for another's work.
    """

    def __init__(self, size: int, weigh: Callable[[Value], int] = _one) -> None:
        self._size = size
        self._weigh = weigh
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._weight = 0

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a key, made if it is not kept. What `make` raises is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            known = self._values.pop(key, None)
            if known is not None:
                self._weight -= self._weigh(known)
            self._values[key] = value
            self._weight += self._weigh(value)
            while self._weight > self._size and len(self._values) > 1:
                _, dropped = self._values.popitem(last=False)
                self._weight -= self._weigh(dropped)
        return value
