"""Time, progress and cancelling of a nesting. The clock decides when to stop looking, never what a
stored solution becomes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, NamedTuple

from render_core.errors import RenderError


class Progress(NamedTuple):
    """How far a nesting is. placed, copies: of parts. share: 0 to 1 in
    hundredths, never falls; told when it changes."""

    placed: int
    copies: int
    sheets: int
    share: float


class NestCancelled(RenderError):
    """Whoever asked for the nesting does not want it any more."""

    def __init__(self) -> None:
        super().__init__("NEST_CANCELLED", "The nesting was cancelled.")


def _never() -> bool:
    return False


def _nobody(progress: Progress) -> None:
    del progress


# How much later than asked for a nesting may end, of its time and beyond it; what the search leaves for
# the last checks.
OVER_SHARE: Final = 0.1
OVER_S: Final = 2.0
_MOST_KEPT: Final = 0.25
_LAST_S: Final = 1.2
# Whoever may cancel is asked this often: it may be a question to a database.
_LOOK_S: Final = 0.05


class Watch:
    """One nesting's time and its listeners. budget_s: seconds from now on.

    The search ends with the budget, less what `keep` sets aside; everything ends a tenth and two seconds
    after it (`spare_s`), so that what is begun late has to be quick.
    """

    def __init__(
        self,
        budget_s: float,
        copies: int,
        cancelled: Callable[[], bool] = _never,
        progress: Callable[[Progress], None] = _nobody,
    ) -> None:
        self._started = time.monotonic()
        self._budget = budget_s
        self._copies = copies
        self._cancelled = cancelled
        self._progress = progress
        self._last = Progress(0, copies, 0, 0.0)
        self._kept = 0.0
        self._looked = 0.0
        self._begun = 0  # copies of lots

    @property
    def left_s(self) -> float:
        """Seconds left to search, 0 when time is up."""
        return max(self._budget - self._kept - self._spent_s, 0.0)

    @property
    def spare_s(self) -> float:
        """Seconds until whatever is not placed by then has to be placed in the quickest way."""
        ends = self._budget * (1 + OVER_SHARE) + OVER_S - max(2 * self._kept, _LAST_S)
        return max(ends - self._spent_s, 0.0)

    @property
    def _spent_s(self) -> float:
        return time.monotonic() - self._started

    def keep(self) -> None:
        """Set time aside for the last checks: half of what was spent by now, which is as slow as they."""
        self._kept = min(self._spent_s / 2, self._budget * _MOST_KEPT)

    def of_lot(self, copies: int) -> Watch:
        """Return the watch of the next lot: it has its share of the time, and tells of all lots."""
        if copies == self._copies:
            return self
        begun, sheets, of_all = self._begun, self._last.sheets, max(self._copies, 1)
        self._begun += copies

        def tell(told: Progress) -> None:
            self._tell(
                begun + told.placed, sheets + told.sheets, (begun + copies * told.share) / of_all
            )

        budget_s = self.left_s * copies / max(self._copies - begun, 1)
        return Watch(budget_s, copies, self._cancelled, tell)

    def look(self) -> None:
        """Raise NestCancelled if so; otherwise tell how far it is. Costs nothing if called often."""
        now = time.monotonic()
        if now - self._looked < _LOOK_S:
            return
        self._looked = now
        if self._cancelled():
            raise NestCancelled
        self._tell(self._last.placed, self._last.sheets)

    def placed(self, placed: int, sheets: int) -> None:
        """Tell that so many copies lie on so many sheets."""
        self._tell(placed, sheets)

    def finished(self, sheets: int) -> None:
        """Tell the end."""
        self._progress(Progress(self._copies, self._copies, sheets, 1.0))

    def _tell(self, placed: int, sheets: int, share: float = 0.0) -> None:
        spent = self._spent_s / self._budget if self._budget > 0 else 0.0
        share = max(share, placed / max(self._copies, 1), min(spent, 0.99), self._last.share)
        told = Progress(placed, self._copies, sheets, int(min(share, 0.99) * 100) / 100)
        if told != self._last:
            self._last = told
            self._progress(told)
