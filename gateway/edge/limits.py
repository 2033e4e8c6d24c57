"""How often somebody may call: buckets that a call takes one token from, and the count of streams.

`LocalLimits` counts in this process. `shared_limits.SharedLimits` counts for every gateway of an
installation, and falls back to this. Who is counted, and what the client is told, is in `rates`.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Final, NamedTuple, Protocol, TypeVar

from gateway.refusals import overloaded, too_many

_MAX_BUCKETS: Final = 50_000
_RETRY_S: Final = 5.0

_Who = TypeVar("_Who")


@dataclass(frozen=True, slots=True)
class Quota:
    """A bucket of `burst` tokens that is filled at `rate_per_s`.

    name: what clients are told. policy: its item of `RateLimit-Policy`; the window is the time in
    which an empty bucket is full again.
    """

    name: str
    rate_per_s: float
    burst: int
    policy: str = field(init=False)

    def __post_init__(self) -> None:
        window_s = max(1, ceil(self.burst / self.rate_per_s))
        object.__setattr__(self, "policy", f'"{self.name}";q={self.burst};w={window_s}')


class Charge(NamedTuple):
    """One token of one bucket. key: of the bucket, the name of its quota included."""

    quota: Quota
    key: bytes


class Standing(NamedTuple):
    """What a charge met. left: tokens after it. wait_s: 0 if it was met, else until it would be."""

    left: int
    wait_s: float


class Limits(Protocol):
    """Counts charges."""

    async def take(self, charges: Sequence[Charge], now_s: float) -> list[Standing]:
        """Take one token for each charge, all at once. now_s: a monotonic clock."""

    def take_now(self, charges: Sequence[Charge], now_s: float) -> list[Standing] | None:
        """Do the same without waiting; None, with nothing taken, if that cannot be."""

    async def close(self) -> None:
        """Give connections back."""


class LocalLimits:
    """Buckets in this process; who came first is forgotten when there are very many.

    A bucket is its tokens and the moment at which there were as many.
    """

    def __init__(self) -> None:
        self._buckets: OrderedDict[bytes, list[float]] = OrderedDict()

    async def take(self, charges: Sequence[Charge], now_s: float) -> list[Standing]:
        """Take one token for each charge."""
        return self.take_now(charges, now_s)

    def take_now(self, charges: Sequence[Charge], now_s: float) -> list[Standing]:
        """Take one token for each charge."""
        return [self.take_one(charge, now_s) for charge in charges]

    def take_one(self, charge: Charge, now_s: float) -> Standing:
        """Take one token. Only used on the event loop."""
        quota, key = charge
        buckets, burst = self._buckets, quota.burst
        bucket = buckets.get(key)
        if bucket is None:
            buckets[key] = [burst - 1.0, now_s]
            if len(buckets) > _MAX_BUCKETS:
                buckets.popitem(last=False)
            return Standing(burst - 1, 0.0)
        buckets.move_to_end(key)
        tokens = bucket[0] + (now_s - bucket[1]) * quota.rate_per_s
        if tokens > burst:
            tokens = float(burst)
        wait_s = 0.0 if tokens >= 1.0 else (1.0 - tokens) / quota.rate_per_s
        if not wait_s:
            tokens -= 1.0
        bucket[0], bucket[1] = tokens, now_s
        return Standing(int(tokens), wait_s)

    async def close(self) -> None:
        """Nothing is held."""


class Gate:
    """Counts what is open at a time: in all, for each party and for each client.

    limit: of all. per_party: of one brand, per_client: of one credential at one address; both below
    `limit`, so that nobody takes all.
    """

    def __init__(self, limit: int, per_party: int, per_client: int) -> None:
        self._limit = limit
        self._per_party = per_party
        self._per_client = per_client
        self._of_party: Counter[str] = Counter()
        self._of_client: Counter[bytes] = Counter()
        self._total = 0

    @property
    def total(self) -> int:
        """How many are open."""
        return self._total

    def enter(self, party: str, client: bytes) -> None:
        """Count one more. Raises Refusal if it is one too many: of this caller 429, of all 503."""
        mine = self._of_client[client] >= self._per_client
        if mine or self._of_party[party] >= self._per_party:
            raise too_many("Too many streams are open. Close one, or try again later.", _RETRY_S)
        if self._total >= self._limit:
            raise overloaded("Too many streams are open here. Try again shortly.", _RETRY_S)
        self._of_party[party] += 1
        self._of_client[client] += 1
        self._total += 1

    def leave(self, party: str, client: bytes) -> None:
        """Count one less."""
        self._total -= 1
        _less(self._of_party, party)
        _less(self._of_client, client)


def _less(counted: Counter[_Who], who: _Who) -> None:
    counted[who] -= 1
    if not counted[who]:
        del counted[who]
