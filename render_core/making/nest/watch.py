"""Time, progress and cancelling of a nesting. The clock decides when to stop looking, never what a
stored solution becomes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

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


class Watch:
    """One nesting's time and its listeners. budget_s: seconds from now on."""

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

    @property
    def left_s(self) -> float:
        """Seconds left, 0 when time is up."""
        return max(self._started + self._budget - time.monotonic(), 0.0)

    def look(self) -> None:
        """Raise NestCancelled if so; otherwise tell how far it is."""
        if self._cancelled():
            raise NestCancelled
        self._tell(self._last.placed, self._last.sheets)

    def placed(self, placed: int, sheets: int) -> None:
        """Tell that so many copies lie on so many sheets."""
        self._tell(placed, sheets)

    def finished(self, sheets: int) -> None:
        """Tell the end."""
        self._progress(Progress(self._copies, self._copies, sheets, 1.0))

    def _tell(self, placed: int, sheets: int) -> None:
        spent = 1 - self.left_s / self._budget if self._budget > 0 else 0.0
        share = max(placed / max(self._copies, 1), min(spent, 0.99), self._last.share)
        told = Progress(placed, self._copies, sheets, int(min(share, 0.99) * 100) / 100)
        if told != self._last:
            self._last = told
            self._progress(told)
