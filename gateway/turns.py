"""Whose call is worked on next: parties take turns, however many calls one of them makes.

A place that comes free goes to the party that holds the fewest, of those to the one that waits
longest for a turn. No party holds the last places alone, so that another one's call begins at once.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.refusals import deadline_exceeded, overloaded

_WAITING_PER_PLACE = 40


class Turns:
    """Places for calls at work at a time. Used by one event loop.

    places: ≥ 1. A party gets all but a quarter of them, rounded up, and at least one.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._most_of_one = max(1, places - -(-places // 4))
        self._room = places * _WAITING_PER_PLACE
        self._held: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}  # by party, in order of turns
        self._queued = 0

    @asynccontextmanager
    async def turn(self, party: str, timeout_s: float) -> AsyncIterator[None]:
        """Hold a place. Raises Refusal: 503 if too many wait for one, 504 if none came free.

        party: who is counted, for example a brand.
        """
        await self._enter(party, timeout_s)
        try:
            yield
        finally:
            self._leave(party)

    def begin(self, party: str) -> bool:
        """Hold a place until `end`, if one is free that it need not wait for."""
        free = self._may_begin(party) and party not in self._waiting
        if free:
            self._held[party] += 1
        return free

    def end(self, party: str) -> None:
        """Give back the place that `begin` gave."""
        self._leave(party)

    async def _enter(self, party: str, timeout_s: float) -> None:
        if self.begin(party):
            return
        # A party that floods fills half of the room at most: the rest is for the others.
        mine = self._waiting.get(party, ())
        if self._queued >= self._room or len(mine) >= max(1, self._room // 2):
            raise overloaded("Too many calls at once. Try again shortly.")
        given: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(party, deque()).append(given)
        self._queued += 1
        try:
            async with asyncio.timeout(timeout_s):
                await given
        except BaseException as error:
            self._forget(party, given)
            if isinstance(error, TimeoutError):
                raise deadline_exceeded() from None
            raise

    def _may_begin(self, party: str) -> bool:
        held = self._held
        return held.total() < self._places and held[party] < self._most_of_one

    def _forget(self, party: str, given: asyncio.Future[None]) -> None:
        """Take back a call that waits no more, or its place if it has just been given one."""
        if given.done() and not given.cancelled():
            self._leave(party)
            return
        queue = self._waiting.get(party, deque())
        if given in queue:
            queue.remove(given)
            self._queued -= 1
            if not queue:
                del self._waiting[party]

    def _leave(self, party: str) -> None:
        self._held[party] -= 1
        if not self._held[party]:
            del self._held[party]
        self._give()

    def _give(self) -> None:
        """Give free places to those whose turn it is."""
        while able := [party for party in self._waiting if self._may_begin(party)]:
            party = min(able, key=self._held.__getitem__)
            queue = self._waiting.pop(party)
            given = queue.popleft()
            self._queued -= 1
            if queue:
                self._waiting[party] = queue  # the last in the order of turns
            if not given.done():  # else it was cancelled and has not noticed yet
                self._held[party] += 1
                given.set_result(None)
