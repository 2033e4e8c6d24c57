"""Threads for the calls of an event loop, woken once for the calls of a moment.

To wake a thread costs more than many a handler takes. So what an event loop begins in one go wakes a
single thread; whoever takes a call and sees another one waiting wakes the next, unless one is on its
way already. Short calls are thus made one after the other on a thread that is awake, and as soon as
one of them waits, for the database above all, the next thread goes on.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import ParamSpec, TypeVar

import structlog

P = ParamSpec("P")
T = TypeVar("T")

Work = Callable[[], object]


_log = structlog.get_logger(__name__)


class Place:
    """A piece of work in the queue. `leave` gives it up while nobody has begun it."""

    __slots__ = ("_lock", "_work")

    def __init__(self, work: Work, lock: threading.Lock) -> None:
        self._work: Work | None = work
        self._lock = lock

    def leave(self) -> bool:
        """Return whether the work will not be done: it had not begun."""
        return self.taken() is not None

    def taken(self) -> Work | None:
        """Return the work to whoever asks first."""
        with self._lock:
            work, self._work = self._work, None
        return work


class CallThreads(Executor):
    """At most `most` threads, started when they are needed. What work raises is logged and nothing more."""

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._lock = threading.Lock()
        self._claims = threading.Lock()
        self._due: deque[Place] = deque()
        self._asleep: list[threading.Lock] = []
        self._threads: list[threading.Thread] = []
        self._on_its_way = False
        self._ended = False

    def add(self, work: Work) -> Place:
        """Put work into the queue; it begins once `wake` is called, if not before.

        Raises RuntimeError after the end.
        """
        place = Place(work, self._claims)
        with self._lock:
            if self._ended:
                raise RuntimeError("the threads have ended")
            self._due.append(place)
        return place

    def wake(self) -> None:
        """See to it that what is in the queue will be begun; from any thread."""
        with self._lock:
            self._wake_one()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do work as any executor does."""
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # told to whoever waits
                future.set_exception(error)

        self.add(work)
        self.wake()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more; do what waits, or drop it, and end."""
        with self._lock:
            self._ended = True
            if cancel_futures:
                self._due.clear()
            self._wake_one()
            asleep, self._asleep = self._asleep, []
            for bed in asleep:
                bed.release()
        for thread in self._threads if wait else ():
            thread.join()

    def _wake_one(self) -> None:
        """Wake or start a thread if there is work and none is on its way. To be called under the lock."""
        if not self._due or self._on_its_way:
            return
        if self._asleep:
            self._on_its_way = True
            self._asleep.pop().release()
        elif len(self._threads) < self._most:
            thread = threading.Thread(
                target=self._run, name=f"{self._name}_{len(self._threads)}", daemon=True
            )
            with suppress(RuntimeError):  # no more threads are to be had; those there are go on
                thread.start()
                self._on_its_way = True
                self._threads.append(thread)

    def _run(self) -> None:
        bed = threading.Lock()
        bed.acquire()
        arriving = True
        while True:
            with self._lock:
                if arriving:
                    self._on_its_way = arriving = False
                place = self._due.popleft() if self._due else None
                if place is not None:
                    self._wake_one()
                elif self._ended:
                    return
                else:
                    self._asleep.append(bed)
            if place is None:
                bed.acquire()
                arriving = True
            elif work := place.taken():
                _do(work)
                del work
            place = None


def _do(work: Work) -> None:
    try:
        work()
    except BaseException as error:  # the thread goes on, and has its place among the others
        _log.error("work_failed", error=type(error).__name__)
