"""Work that every brand gets once a period, whoever runs: each worker asks, the outbox sends once.

There is no leader and no table of its own. A message is unique by its cause, and the cause holds
actor and period; so any number of workers may ask, at any time, and as often as they like.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import structlog
from sqlalchemy import Connection

from services.runtime.jobs import Actor
from services.runtime.service import Runtime

FIRST_LOOK_S: Final = 60.0  # a start is busy enough
LOOK_S: Final = 3600.0
_BRANDS_AT_ONCE: Final = 200
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_log = structlog.get_logger(__name__)


class ListsBrands(Protocol):
    """In the directory's transaction: the ids of brands, in order, those after `after`."""

    def __call__(self, directory: Connection, *, after: str, limit: int) -> Sequence[str]: ...


class Schedule:
    """Asks for the recurring jobs of all brands."""

    def __init__(
        self, runtime: Runtime, actors: Iterable[Actor], brands: ListsBrands, period: timedelta
    ) -> None:
        """actors: of which those that recur are meant. period: > 0; a day means a day in UTC.

        No longer than the outbox remembers causes, which is a week (`sweeper.KEEP_DONE`).
        """
        self._runtime = runtime
        self._actors = [actor for actor in actors if actor.recurs]
        self._brands = brands
        self._period = period

    def ask(self) -> int:
        """Send what this period's messages are; return how many nobody had sent before."""
        now = self._runtime.clock.now()
        began = now - (now - _EPOCH) % self._period
        return sum(self._ask_for(brand, began) for brand in self._all_brands())

    @contextmanager
    def running(
        self, *, first_look_s: float = FIRST_LOOK_S, look_s: float = LOOK_S
    ) -> Iterator[None]:
        """Ask about every look_s seconds, in a thread, for as long as the block lasts."""
        stopped = threading.Event()
        thread = threading.Thread(
            target=self._run, args=(stopped, first_look_s, look_s), daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    def _run(self, stopped: threading.Event, pause_s: float, look_s: float) -> None:
        while not stopped.wait(pause_s * random.uniform(0.9, 1.1)):  # noqa: S311 - spreads load
            pause_s = look_s
            try:
                self.ask()
            except Exception as error:  # whatever it is, it is asked again
                _log.warning("recurring jobs could not be asked for", error=error)
                pause_s = min(look_s, FIRST_LOOK_S)

    def _all_brands(self) -> Iterator[str]:
        after = ""
        while True:
            with self._runtime.database.directory() as directory:
                brands = self._brands(directory, after=after, limit=_BRANDS_AT_ONCE)
            yield from brands
            if len(brands) < _BRANDS_AT_ONCE:
                return
            after = brands[-1]

    def _ask_for(self, brand: str, began: datetime) -> int:
        with self._runtime.database.brand(brand) as tx:
            return sum(
                self._runtime.outbox.send(
                    tx,
                    brand=brand,
                    queue=actor.queue,
                    actor=actor.name,
                    args={},
                    cause=f"recurring:{actor.name}:{began:%Y-%m-%dT%H}",
                )
                for actor in self._actors
            )
