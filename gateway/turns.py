"""Whose call is worked on next: parties take turns, however many calls one of them makes.

A place that comes free goes to the party that holds the fewest, of those to the one that waits
longest for a turn. No party holds the last places alone, so that another one's call begins at once;
one that has had much holds a single one, and not all the time, beside others that have not (`usage`).
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from gateway.refusals import deadline_exceeded, overloaded
from gateway.usage import Usage

_WAITING_PER_PLACE = 40


class _Wait:
    """One that waits for a place. give: tells it that it has one; False if it waits no more.

    timer: of who waits without a task.
    """

    __slots__ = ("give", "timer")

    def __init__(self, give: Callable[[], bool]) -> None:
        self.give = give
        self.timer: asyncio.TimerHandle | None = None


class Turns:
    """Places for calls at work at a time. Used by one event loop.

    places: ≥ 1. A party gets all but a quarter of them, rounded up, and at least one.
    usage: what parties have had, here and elsewhere; counted: whether places of these turns count.
    """

    def __init__(self, places: int, usage: Usage | None = None, *, counted: bool = True) -> None:
        self._places = places
        self._usage = usage or Usage()
        self._counted = counted
        self._most_of_one = max(1, places - -(-places // 4))
        self._room = places * _WAITING_PER_PLACE
        self._held: Counter[str] = Counter()
        self._waiting: dict[str, deque[_Wait]] = {}  # by party, in order of turns
        self._queued = 0
        self._look_again: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self, party: str, timeout_s: float) -> AsyncIterator[None]:
        """Hold a place. Raises Refusal: 503 if too many wait for one, 504 if none came free.

        party: who is counted, for example a brand.
        """
        await self._enter(party, timeout_s)
        try:
            yield
        finally:
            self.end(party)

    def when(
        self, party: str, timeout_s: float, begin: Callable[[], None], late: Callable[[], None]
    ) -> None:
        """Call `begin` with a place, which is held until `end`: at once, or when there is one.

        late: called instead if none came free in time. Raises Refusal (503) if too many wait.
        """
        self._usage.came(party)
        if self._took(party):
            begin()
            return
        loop = asyncio.get_running_loop()
        wait = self._queue(party, _Wait(lambda: bool(loop.call_soon(begin))))

        def give_up() -> None:
            if self._forget(party, wait):
                late()

        wait.timer = loop.call_later(timeout_s, give_up)

    def end(self, party: str) -> None:
        """Give a place back."""
        self._hold(party, -1)
        if not self._held[party]:
            del self._held[party]
        if self._queued:
            self._give()

    async def _enter(self, party: str, timeout_s: float) -> None:
        self._usage.came(party)
        if self._took(party):
            return
        given: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        wait = self._queue(party, _Wait(partial(_give_future, given)))
        try:
            async with asyncio.timeout(timeout_s):
                await given
        except BaseException as error:
            if not self._forget(party, wait) and given.done() and not given.cancelled():
                self.end(party)  # it has just been given a place
            if isinstance(error, TimeoutError):
                raise deadline_exceeded() from None
            raise

    def _took(self, party: str) -> bool:
        """Take a place if one is free that the party need not wait for."""
        free = self._may_begin(party) and party not in self._waiting
        if free:
            self._hold(party, 1)
        return free

    def _queue(self, party: str, wait: _Wait) -> _Wait:
        # A party that floods fills half of the room at most: the rest is for the others.
        mine = self._waiting.get(party, ())
        if self._queued >= self._room or len(mine) >= max(1, self._room // 2):
            raise overloaded("Too many calls at once. Try again shortly.")
        self._waiting.setdefault(party, deque()).append(wait)
        self._queued += 1
        self._look_in(self._stands_back_s(party))
        return wait

    def _may_begin(self, party: str) -> bool:
        held = self._held
        if held.total() >= self._places or held[party] >= self._most_of_one:
            return False
        if held[party] and self._counted:
            return not self._usage.has_much_beside_others(party)
        return not self._stands_back_s(party)

    def _stands_back_s(self, party: str) -> float:
        if not self._counted or self._held[party]:
            return 0.0  # the end of a call is what it waits for, if anything
        return self._usage.stands_back_s(party)

    def _look_in(self, after_s: float) -> None:
        """See then, at the latest, who may begin. after_s: 0 if no time has to pass for that."""
        if not after_s:
            return
        loop = asyncio.get_running_loop()
        if self._look_again is not None:
            if self._look_again.when() <= loop.time() + after_s:
                return
            self._look_again.cancel()
        self._look_again = loop.call_later(after_s, self._look)

    def _look(self) -> None:
        self._look_again = None
        self._give()

    def _hold(self, party: str, more: int) -> None:
        self._held[party] += more
        if self._counted:
            self._usage.holds(party, more)

    def _forget(self, party: str, wait: _Wait) -> bool:
        """Take back one that waits no more; False if it waits for nothing: it has a place."""
        queue = self._waiting.get(party, deque())
        if wait not in queue:
            return False
        queue.remove(wait)
        self._queued -= 1
        if not queue:
            del self._waiting[party]
        return True

    def _give(self) -> None:
        """Give free places to those whose turn it is."""
        while able := [party for party in self._waiting if self._may_begin(party)]:
            party = min(able, key=self._held.__getitem__)
            queue = self._waiting.pop(party)
            wait = queue.popleft()
            self._queued -= 1
            if queue:
                self._waiting[party] = queue  # the last in the order of turns
            if wait.timer is not None:
                wait.timer.cancel()
            if wait.give():
                self._hold(party, 1)
        for party in self._waiting:
            self._look_in(self._stands_back_s(party))


def _give_future(given: asyncio.Future[None]) -> bool:
    if given.done():  # it was cancelled and has not noticed yet
        return False
    given.set_result(None)
    return True
