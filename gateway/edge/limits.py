"""How often one client may call: a token bucket for each credential and address.

In memory, for one process: several gateways each allow the rate. A shared count belongs in Redis
and can take the place of `RateLimiter` with the same two methods.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from gateway.refusals import too_many

_MAX_CLIENTS: Final = 50_000


class RateLimiter:
    """Buckets of `burst` tokens, filled at `rate_per_s`. Only used on the event loop."""

    def __init__(self, rate_per_s: float, burst: int) -> None:
        self._rate = rate_per_s
        self._burst = float(burst)
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def admit(self, client: bytes, now_s: float) -> None:
        """Take one token. now_s: a monotonic clock. Raises Refusal (429) with the time to wait."""
        tokens, since_s = self._buckets.pop(client, (self._burst, now_s))
        tokens = min(self._burst, tokens + (now_s - since_s) * self._rate)
        if tokens < 1.0:
            self._buckets[client] = (tokens, now_s)
            raise too_many("Too many calls. Wait, then try again.", (1.0 - tokens) / self._rate)
        self._buckets[client] = (tokens - 1.0, now_s)
        if len(self._buckets) > _MAX_CLIENTS:
            self._buckets.popitem(last=False)


class Gate:
    """Counts what is open at a time, in all and for each client."""

    def __init__(self, limit: int, per_client: int) -> None:
        self._limit = limit
        self._per_client = per_client
        self._open: dict[bytes, int] = {}
        self._total = 0

    @property
    def total(self) -> int:
        """How many are open."""
        return self._total

    def enter(self, client: bytes) -> None:
        """Count one more. Raises Refusal (429) if it is one too many."""
        mine = self._open.get(client, 0)
        if mine >= self._per_client or self._total >= self._limit:
            raise too_many("Too many streams are open. Close one, or try again later.", 5.0)
        self._open[client] = mine + 1
        self._total += 1

    def leave(self, client: bytes) -> None:
        """Count one less."""
        self._total -= 1
        left = self._open[client] - 1
        if left:
            self._open[client] = left
        else:
            del self._open[client]
