"""Wakes those who wait for an operation: one listener per process, fanned out to any number.

PostgreSQL announces every change of an operation's row with brand, id and state. That is only a
hint to read the row again. While the listener has no connection, waiters look by themselves every
two seconds, and all look once when it stands again; while it has one they hardly need to, and do so
to notice a connection that is dead without a word. Their times are spread, so that a thousand idle
ones are not a thousand reads at once.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, Protocol

import psycopg
import structlog

from services.runtime.database import SERVICE, Database

CHANNEL: Final = "luneo_operations"
_LOOK_DEAF_S: Final = 2.0  # while the listener has no connection
_LOOK_S: Final = 30.0
_SPREAD: Final = 0.3
_STOP_CHECK_S: Final = 0.2
_RECONNECT_S: Final = 1.0
_FINAL: Final = frozenset({"succeeded", "failed", "cancelled"})

_log = structlog.get_logger(__name__)
_Key = tuple[str, str]


class _Waiter(Protocol):
    """What the listener's thread tells."""

    def tell(self, state: str) -> None:
        """The row changed, or may have; state is "" where it is unknown."""

    def hurry(self) -> None:
        """The time until the next look has become shorter."""


class _Looks:
    """When a waiter looks by itself, and when its time is over; seconds of one monotonic clock."""

    def __init__(self, now_s: float, timeout_s: float, look_s: Callable[[], float]) -> None:
        self._end_s = now_s + timeout_s
        self._look_s = look_s
        self._share = random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - spreads load

    def is_over(self, now_s: float) -> bool:
        return now_s >= self._end_s

    def left_s(self, since_s: float, now_s: float) -> float:
        """Return how long to wait on, by the state of the listener at this moment."""
        return min(since_s + self._share * self._look_s(), self._end_s) - now_s


class UntilDone:
    """Blocks a thread until the operation may be done."""

    def __init__(self, timeout_s: float, look_s: Callable[[], float]) -> None:
        self._looks = _Looks(time.monotonic(), timeout_s, look_s)
        self._told = False
        self._woken = threading.Event()

    def tell(self, state: str) -> None:
        if not state or state in _FINAL:
            self._told = True
            self._woken.set()

    def hurry(self) -> None:
        self._woken.set()

    def wait(self) -> bool:
        """Return True when the row is worth reading, False when the time is over."""
        since_s = time.monotonic()
        if self._looks.is_over(since_s):
            return False
        while not self._told and (left_s := self._looks.left_s(since_s, time.monotonic())) > 0:
            self._woken.wait(left_s)
            self._woken.clear()
        self._told = False
        return True


class EachChange:
    """Suspends a task until the operation may have changed."""

    def __init__(self, timeout_s: float, look_s: Callable[[], float]) -> None:
        self._loop = asyncio.get_running_loop()
        self._looks = _Looks(self._loop.time(), timeout_s, look_s)
        self._told = False
        self._woken = asyncio.Event()

    def tell(self, state: str) -> None:
        self._told = True
        self.hurry()

    def hurry(self) -> None:
        with suppress(RuntimeError):  # the loop has been closed: nobody waits
            self._loop.call_soon_threadsafe(self._woken.set)

    async def wait(self) -> bool:
        """As `UntilDone.wait`."""
        since_s = self._loop.time()
        if self._looks.is_over(since_s):
            return False
        while not self._told and (left_s := self._looks.left_s(since_s, self._loop.time())) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left_s):
                    await self._woken.wait()
            self._woken.clear()
        self._told = False
        return True


class Watcher:
    """Owns the listener; it connects at the first subscription."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._waiters: defaultdict[_Key, set[_Waiter]] = defaultdict(set)
        self._thread: threading.Thread | None = None
        self._hears = False
        self._stopped = threading.Event()

    @contextmanager
    def until_done(self, brand: str, operation: str, timeout_s: float) -> Iterator[UntilDone]:
        """Subscribe a thread. Read the row after entering, or a change may be missed."""
        waiter = UntilDone(timeout_s, self._look_s)
        with self._subscribed((brand, operation), waiter):
            yield waiter

    @contextmanager
    def each_change(self, brand: str, operation: str, timeout_s: float) -> Iterator[EachChange]:
        """Subscribe a task, likewise."""
        waiter = EachChange(timeout_s, self._look_s)
        with self._subscribed((brand, operation), waiter):
            yield waiter

    def close(self) -> None:
        """Stop listening and wake whoever waits."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self._tell_all()

    def _look_s(self) -> float:
        return _LOOK_S if self._hears else _LOOK_DEAF_S

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
        self._hears = True
        try:
            self._tell_all()
            while not self._stopped.is_set():
                for notice in connection.notifies(timeout=_STOP_CHECK_S):
                    self._tell(notice.payload)
        finally:
            self._hears = False
            self._hurry_all()

    def _tell(self, payload: str) -> None:
        brand, _, rest = payload.partition("/")
        operation, _, state = rest.partition("/")
        with self._lock:
            waiters = tuple(self._waiters.get((brand, operation), ()))
        for waiter in waiters:
            waiter.tell(state)

    def _tell_all(self) -> None:
        for waiter in self._all():
            waiter.tell("")

    def _hurry_all(self) -> None:
        for waiter in self._all():
            waiter.hurry()

    def _all(self) -> list[_Waiter]:
        with self._lock:
            return [waiter for group in self._waiters.values() for waiter in group]
