"""Who has had much of the places lately, and who is there at this moment.

Beside a party that has had less than half as much lately, a party that has had much works one call
at a time, begins none while the other is at work, and, once it has had more than half of a place,
rests after a call for as long as that call took: threads of one interpreter slow each other down. No
wait of these is longer than a tenth of a second. So a brand's flood neither slows down another's few
calls nor stands still; who asks for as much as the flood is soon counted as one itself, and all share
by turns. Who only looks at pictures, or comes with a single small call, holds nobody back: a shop's
own visitors do that all day.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

LATELY_S: Final = 5.0  # usage fades by e in this time
MUCH_S: Final = 1.0  # a fifth of a place, all the time
NOTICED_S: Final = 0.02  # place-seconds lately of two keystrokes, or of half a preview
HALF_S: Final = LATELY_S / 2  # half of a place, all the time
STANDS_BACK_S: Final = 0.1  # at the longest after its last call: it never stands still
THERE_S: Final = 0.5  # about the time of a preview, from the call to the picture
_KEPT: Final = 1_000
_LITTLE_S: Final = 0.01


@dataclass(slots=True)
class _Used:
    """Place-seconds, faded, up to a moment of the clock; places held since; the last call's times."""

    place_s: float
    until_s: float
    held: int = 0
    began_s: float = 0.0
    ended_s: float = -math.inf

    def bring_up_to(self, now_s: float) -> None:
        # The solution of usage' = held - usage / LATELY_S.
        most = self.held * LATELY_S
        faded = math.exp((self.until_s - now_s) / LATELY_S)
        self.place_s = most + (self.place_s - most) * faded
        self.until_s = now_s


class Usage:
    """Counted for all calls of one gateway process. clock: in seconds, monotonic."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used: dict[str, _Used] = {}
        self._came: OrderedDict[str, float] = OrderedDict()  # the last to come at the end

    def came(self, party: str) -> None:
        """Note that a call of a party has come."""
        now_s = self._clock()
        self._came[party] = now_s
        self._came.move_to_end(party)
        while now_s - next(iter(self._came.values())) > THERE_S:
            self._came.popitem(last=False)

    def holds(self, party: str, more: int) -> None:
        """Note that a party holds so many places more, or less."""
        used = self._used.get(party)
        now_s = self._clock()
        if used is None:
            self._forget_little(now_s)
            used = self._used[party] = _Used(0.0, now_s)
        used.bring_up_to(now_s)
        used.held += more
        if more > 0:
            used.began_s = now_s
        else:
            used.ended_s = now_s

    def has_much_beside_others(self, party: str) -> bool:
        """Whether one is there that works too, and has had less than half as much lately as this one."""
        return next(self._given_way_to(party), None) is not None

    def stands_back_s(self, party: str) -> float:
        """For how long a party with no call at work begins none yet, in seconds; sooner if another's ends."""
        others = list(self._given_way_to(party))
        if not others:
            return 0.0
        used = self._used[party]
        if any(other.held for other in others):
            until_s = used.ended_s + STANDS_BACK_S
        elif used.place_s > HALF_S:
            until_s = used.ended_s + min(used.ended_s - used.began_s, STANDS_BACK_S)
        else:
            return 0.0
        return max(0.0, until_s - self._clock())

    def _given_way_to(self, party: str) -> Iterator[_Used]:
        """Yield those who are there and work too, and have had less than half as much lately."""
        own_s = self._of(party)
        if own_s < MUCH_S:
            return
        since_s = self._clock() - THERE_S
        for other, came_s in self._came.items():
            if came_s >= since_s and other != party and NOTICED_S <= self._of(other) < own_s / 2:
                yield self._used[other]

    def _of(self, party: str) -> float:
        used = self._used.get(party)
        if used is None:
            return 0.0
        used.bring_up_to(self._clock())
        return used.place_s

    def _forget_little(self, now_s: float) -> None:
        """Keep no more parties than have had something lately."""
        if len(self._used) < _KEPT:
            return
        for used in self._used.values():
            used.bring_up_to(now_s)
        self._used = {
            party: used
            for party, used in self._used.items()
            if used.held or used.place_s > _LITTLE_S
        }
