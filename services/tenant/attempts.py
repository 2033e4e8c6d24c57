"""Guesses at passwords, slowed down: for each e-mail, and by what they cost.

Counted in this process: several servers each allow as much.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from services.runtime.errors import ResourceExhausted

AT_ONCE: Final = 10  # guesses for one e-mail before the pause
PAUSE_S: Final = 10.0  # between guesses from then on
COMPARED_AT_ONCE: Final = 2  # each takes a core and 32 MiB for a tenth of a second
_WAIT_S: Final = 2.0
_REMEMBERED: Final = 10_000


class TooManyAttempts(ResourceExhausted):
    """Passwords are tried faster than a person types them."""

    reason = "TOO_MANY_ATTEMPTS"
    message = "Too many attempts to sign in. Wait a little, then try again."


class Attempts:
    """Thread-safe. now_s: a monotonic clock."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._lock = threading.Lock()
        self._free_at: OrderedDict[str, float] = OrderedDict()
        self._places = threading.BoundedSemaphore(COMPARED_AT_ONCE)

    @contextmanager
    def attempt(self, email: str) -> Iterator[None]:
        """Hold a place for comparing one password. Raises TooManyAttempts."""
        self._count(email)
        if not self._places.acquire(timeout=_WAIT_S):
            raise TooManyAttempts(retry_after_s=1.0)
        try:
            yield
        finally:
            self._places.release()

    def succeeded(self, email: str) -> None:
        """Forget what was counted: whoever knows the password is not guessing."""
        with self._lock:
            self._free_at.pop(email, None)

    def _count(self, email: str) -> None:
        """Push back the moment at which all guesses are paid off, by one pause."""
        now = self._now_s()
        with self._lock:
            paid_off = max(now, self._free_at.pop(email, now))
            wait_s = paid_off + PAUSE_S - now - AT_ONCE * PAUSE_S
            self._free_at[email] = paid_off if wait_s > 0 else paid_off + PAUSE_S
            if len(self._free_at) > _REMEMBERED:
                self._free_at.popitem(last=False)
        if wait_s > 0:
            raise TooManyAttempts(retry_after_s=wait_s)
