"""Wakes those who wait for an operation: one listener per process, fanned out to any number.

PostgreSQL announces every change of an operation's row with brand, id and state. That is only a
hint to read the row again: the listener may lose its connection, so waiters also look by
themselves from time to time, and all are woken when the connection stands again.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, Protocol

import psycopg
import structlog

from services.runtime.database import SERVICE, Database

CHANNEL: Final = "luneo_operations"
_LOOK_S: Final = 2.0
_STOP_CHECK_S: Final = 0.2
_RECONNECT_S: Final = 1.0
_FINAL: Final = frozenset({"succeeded", "failed", "cancelled"})

_log = structlog.get_logger(__name__)
_Key = tuple[str, str]


class _Waiter(Protocol):
    def tell(self, state: str) -> None:
        """Called by the listener's thread; state is "" where it is unknown."""


class UntilDone:
    """Blocks a thread until the operation may be done."""

    def __init__(self, timeout_s: float) -> None:
        self._end = time.monotonic() + timeout_s
        self._told = threading.Event()

    def tell(self, state: str) -> None:
        if not state or state in _FINAL:
            self._told.set()

    def wait(self) -> bool:
        """Return True when the row is worth reading, False when the time is over."""
        left_s = self._end - time.monotonic()
        if left_s <= 0:
            return False
        self._told.wait(min(left_s, _LOOK_S))
        self._told.clear()
        return True


class EachChange:
    """Suspends a task until the operation may have changed."""

    def __init__(self, timeout_s: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + timeout_s
        self._told = asyncio.Event()

    def tell(self, state: str) -> None:
        with suppress(RuntimeError):  # the loop has been closed: nobody waits
            self._loop.call_soon_threadsafe(self._told.set)

    async def wait(self) -> bool:
        """As `UntilDone.wait`."""
        left_s = self._end - self._loop.time()
        if left_s <= 0:
            return False
        with suppress(TimeoutError):
            await asyncio.wait_for(self._told.wait(), min(left_s, _LOOK_S))
        self._told.clear()
        return True


class Watcher:
    """Owns the listener; it connects at the first subscription."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._waiters: defaultdict[_Key, set[_Waiter]] = defaultdict(set)
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    @contextmanager
    def until_done(self, brand: str, operation: str, timeout_s: float) -> Iterator[UntilDone]:
        """Subscribe a thread. Read the row after entering, or a change may be missed."""
        waiter = UntilDone(timeout_s)
        with self._subscribed((brand, operation), waiter):
            yield waiter

    @contextmanager
    def each_change(self, brand: str, operation: str, timeout_s: float) -> Iterator[EachChange]:
        """Subscribe a task, likewise."""
        waiter = EachChange(timeout_s)
        with self._subscribed((brand, operation), waiter):
            yield waiter

    def close(self) -> None:
        """Stop listening and wake whoever waits."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self._tell_all()

    @contextmanager
    def _subscribed(self, key: _Key, waiter: _Waiter) -> Iterator[None]:
        with self._lock:
            self._waiters[key].add(waiter)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._listen, name="operations-listener", daemon=True
                )
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._waiters[key].discard(waiter)
                if not self._waiters[key]:
                    del self._waiters[key]

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                with self._database.connect(SERVICE) as connection:
                    self._follow(connection)
            except psycopg.Error as error:
                _log.warning("listener of operations lost its connection", error=error)
                self._stopped.wait(_RECONNECT_S)

    def _follow(self, connection: psycopg.Connection) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        self._tell_all()
        while not self._stopped.is_set():
            for notice in connection.notifies(timeout=_STOP_CHECK_S):
                self._tell(notice.payload)

    def _tell(self, payload: str) -> None:
        brand, _, rest = payload.partition("/")
        operation, _, state = rest.partition("/")
        with self._lock:
            waiters = tuple(self._waiters.get((brand, operation), ()))
        for waiter in waiters:
            waiter.tell(state)

    def _tell_all(self) -> None:
        with self._lock:
            waiters = [waiter for group in self._waiters.values() for waiter in group]
        for waiter in waiters:
            waiter.tell("")
